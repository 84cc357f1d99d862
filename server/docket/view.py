"""What a court sees of one application: a list of what is allowed, made field by field; no view of ours is filtered for
it. The packet has its own doors."""

from typing import Any

from server.cases.model import Case, Part, Party
from server.confirmation import rules as application_rules
from server.confirmation import store as applications
from server.confirmation.model import Act, Checked, State
from server.docket import rules
from server.docket.desk import Docket
from server.docket.model import CourtRole
from server.law import dates
from server.law.sources import spelled
from server.sessions import store as sessions
from server.store.db import Tx
from server.web.call import Call, View

PRINTED = (Part.representative, Part.guardian, Part.interpreter)
"""Whom the agreement names beside a party."""


class ActingView(View):
    """Somebody named beside a party."""

    name: str
    part: Part


class PartyOfDocket(View):
    """A party as printed: 甲方, name, side, who acts for it."""

    label: str
    name: str
    side: str
    acting: list[ActingView]


class CourtPerson(View):
    """Who opened the link."""

    name: str
    role: CourtRole


class HearingLine(View):
    """An appointment. `session` is the court's room with us, "" where it is elsewhere."""

    id: str
    starts_at: str
    where: str
    online: bool
    session: str


class RulingOfDocket(View):
    """The ruling as filed; `checked`: what its own signatures prove."""

    case_no: str
    on: str
    checked: Checked


class DocketView(View):
    """The permitted facts of one application. Days are calendar days, the last one included."""

    csrf: str
    me: CourtPerson
    number: str
    committee: str
    court: str
    parties: list[PartyOfDocket]
    effective_at: str
    since: str
    last: str
    submitted_on: str
    in_time: bool
    """It was applied for within the thirty days."""
    article: str
    state: State
    case_no: str
    deadline: str
    reason: str
    reason_article: str
    appointments: list[HearingLine]
    ruling: RulingOfDocket | None
    acts: list[Act]
    grounds: dict[str, dict[str, str]]
    """Act -> ground -> its article."""
    expires_at: str


def parties_of(case: Case) -> list[PartyOfDocket]:
    """All parties with who acts for them."""
    return [
        PartyOfDocket(party.label, party.name, party.side.value, [ActingView(*one) for one in _acting(case, party)])
        for party in case.parties
    ]


def _acting(case: Case, party: Party) -> list[tuple[str, Part]]:
    return [(one.name, one.part) for one in case.people if one.acts_for == party.id and one.part in PRINTED]


async def docket_view(tx: Tx, call: Call[Any], docket: Docket) -> DocketView:
    """All of it."""
    link, application = docket.link, docket.application
    window, effective = docket.window(call.settings.calendar), docket.agreement.effective_at
    kept = application.ruling
    final = {State.refused: Act.refuse, State.dismissed: Act.dismiss}.get(application.state)
    article = application_rules.article_of(final, application.reason) if final else ""
    ours = {one.id for one in await sessions.for_application(tx, application.id)}
    standing = application_rules.appointments(await applications.events(tx, application.id))
    return DocketView(
        csrf=call.caller.csrf,
        me=CourtPerson(link.name, link.role),
        number=docket.agreement.number or "",
        committee=call.settings.centre.name,
        court=link.court,
        parties=parties_of(docket.case),
        effective_at=dates.legal_day(effective).isoformat() if effective else "",
        since=window.since.isoformat(),
        last=window.last.isoformat(),
        submitted_on=application.submitted_on.isoformat() if application.submitted_on else "",
        in_time=application.submitted_on is not None and application.submitted_on <= window.last,
        article=spelled(docket.profile.article("confirmation_days")),
        state=application.state,
        case_no=application.case_no,
        deadline=application.deadline.isoformat() if application.deadline else "",
        reason=application.reason,
        reason_article=spelled(article) if article else "",
        appointments=[
            HearingLine(
                one.id, one.data["starts_at"], one.data["where"], bool(one.data["online"]),
                one.data["session"] if one.data.get("session") in ours else "",
            )
            for one in standing
        ],
        ruling=RulingOfDocket(kept.case_no, kept.on, kept.checked) if kept else None,
        acts=rules.allowed(application),
        grounds={
            act.value: {ground: spelled(where) for ground, where in found.items()}
            for act, found in application_rules.GROUNDS.items()
        },
        expires_at=link.expires_at.isoformat().replace("+00:00", "Z"),
    )  # fmt: skip
