"""How an application moves on, what each act needs, and the grounds a court may give. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from server.confirmation.model import Act, Application, Event, State
from server.errors import Invalid
from server.law.confirmation import Window
from server.lifecycle import advance

A, S = Act, State
TABLE: dict[tuple[State, Act], State] = {
    (S.preparing, A.submit): S.submitted,
    (S.preparing, A.lapse): S.lapsed,
    (S.submitted, A.ask_correction): S.correcting,
    (S.submitted, A.docket): S.docketed,
    (S.submitted, A.refuse): S.refused,
    (S.submitted, A.withdraw): S.withdrawn,
    (S.correcting, A.resubmit): S.submitted,
    (S.correcting, A.refuse): S.refused,
    (S.correcting, A.withdraw): S.withdrawn,
    (S.correcting, A.lapse): S.lapsed,
    (S.docketed, A.confirm): S.confirmed,
    (S.docketed, A.dismiss): S.dismissed,
    (S.docketed, A.withdraw): S.withdrawn,
    (S.docketed, A.absent): S.withdrawn,
}
ACTS = frozenset(act.value for act in Act)
"""Kinds of events that are acts."""
AGAIN = frozenset({S.refused, S.withdrawn, S.lapsed})
"""After these the parties may apply once more while the days last: nothing was decided on the agreement."""
AT_COURT = frozenset({S.submitted, S.correcting, S.docketed})
RULED = frozenset({S.docketed, S.confirmed, S.dismissed, S.refused})
"""States in which there may be a ruling."""
NOT_ACCEPTED = {
    "not_civil": "JS 355(1)",
    "other_court": "JS 355(2)",
    "status": "JS 355(3)",
    "other_procedure": "JS 355(4)",
    "title": "JS 355(5)",
}
"""Grounds not to accept 不予受理; found later, to dismiss. Words: i18n confirmation.reason.*."""
REJECTED = {
    "unlawful": "JS 358(1)",
    "harms_others": "JS 358(2)",
    "public_order": "JS 358(3)",
    "not_voluntary": "JS 358(4)",
    "unclear": "JS 358(5)",
    "other": "JS 358(6)",
}
"""Grounds to dismiss 驳回."""
GROUNDS = {A.refuse: {**NOT_ACCEPTED, "other": "JS 355"}, A.dismiss: {**REJECTED, **NOT_ACCEPTED}}
LONGEST = timedelta(days=366)
"""Between an act and a deadline or appointment it sets; more is a slip of the pen."""


@dataclass(frozen=True)
class Said:
    """What a clerk writes down with an act."""

    act: Act
    on: date
    court: str = ""
    case_no: str = ""
    deadline: date | None = None
    reason: str = ""
    note: str = ""

    def data(self) -> dict[str, str]:
        """What the event keeps."""
        found = {"court": self.court, "case_no": self.case_no, "reason": self.reason, "note": self.note}
        found["deadline"] = self.deadline.isoformat() if self.deadline else ""
        return {name: value for name, value in found.items() if value}


def moved(before: Application, said: Said, window: Window, last: date | None, today: date) -> Application:
    """The application after what was said; `last` is the day of the event before. Raises IllegalAct, Invalid."""
    state = advance(TABLE, before.state, said.act)
    wrong = dict(_wrong(before, said, window, last, today))
    if wrong:
        raise Invalid(wrong)
    return replace(
        before,
        state=state,
        court=said.court or before.court,
        case_no=said.case_no or before.case_no,
        submitted_on=said.on if said.act is A.submit else before.submitted_on,
        deadline=said.deadline if state is S.correcting else None,
        reason=said.reason,
    )


def _wrong(
    before: Application, said: Said, window: Window, last: date | None, today: date
) -> Iterator[tuple[str, str]]:
    """Days that cannot be, and what the act lacks."""
    first = window.since if last is None else last
    until = min(window.last, today) if said.act is A.submit else today
    if not first <= said.on <= until:
        yield "on", "range"
    if said.act is A.submit and not said.court:
        yield "court", "required"
    if said.act is A.docket and not said.case_no:
        yield "case_no", "required"
    if said.act is A.ask_correction:
        if said.deadline is None:
            yield "deadline", "required"
        elif not said.on <= said.deadline <= said.on + LONGEST:
            yield "deadline", "range"
        if not said.note:
            yield "note", "required"
    if said.act in GROUNDS and said.reason not in GROUNDS[said.act]:
        yield "reason", "required" if not said.reason else "value"
    if said.act not in GROUNDS and said.reason:
        yield "reason", "value"
    if said.act is A.lapse and not over(before, window, today):
        yield "on", "range"


def over(application: Application, window: Window, today: date) -> bool:
    """Whether the days the application waits for have run out: those to apply, or those to correct."""
    if application.state is S.preparing:
        return window.left(today) < 0
    return application.state is S.correcting and application.deadline is not None and application.deadline < today


def allowed(application: Application, window: Window, today: date) -> list[Act]:
    """The acts that may be written down now."""
    acts = [act for state, act in TABLE if state is application.state]
    return [act for act in acts if act is not A.lapse or over(application, window, today)]


def article_of(act: Act, reason: str) -> str:
    """The article behind a ground; "" for none."""
    return GROUNDS.get(act, {}).get(reason, "")


def appointments(events: Iterable[Event]) -> list[Event]:
    """Those not called off."""
    found = list(events)
    off = {one.data["of"] for one in found if one.kind == "cancelled"}
    return [one for one in found if one.kind == "appointment" and one.id not in off]
