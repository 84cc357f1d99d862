"""Who may see a recording and when, and when it ends to exist. Pure. No statute sets these limits; they are the
house's, built on: all who take part in a mediation keep its secrets [ZXTJ 29(4), RMTJ 15(4)], and personal data is
kept no longer than needed [PIPL 19]."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from server.cases import rules as case_rules
from server.cases.model import Case
from server.errors import NotFound
from server.ids import PartyId
from server.recordings.model import (
    Recorded,
    RecordedView,
    Recording,
    RecordingAct,
    RecordingClosed,
    RecordingDestroyed,
    RecordingState,
    RecordingUnderWay,
    RecordingView,
)
from server.sessions import casting
from server.sessions.model import Pair
from server.web.call import Caller

A, S = RecordingAct, RecordingState
TABLE: dict[tuple[RecordingState, RecordingAct], RecordingState] = {
    (S.on, A.end): S.ended,
    (S.ended, A.destroy): S.destroyed,
}
OPEN_FOR = timedelta(days=7)
"""How long a party may look after the mediator said yes."""
FILM_FOR = timedelta(hours=2)
"""How long one opening lasts."""


def may_know(case: Case, recording: Recording, caller: Caller) -> None:
    """The staff who lead the case, and who is in it; of a court's meeting only who is in it. For others it does not
    exist: NotFound."""
    case_rules.may_see(case, caller)
    if caller.kind == "staff" and caller.id in case.hosts and not of_court(recording):
        return
    if recording.person(caller.id) is None:
        raise NotFound("recording")


def of_court(recording: Recording) -> bool:
    """Its host, without whom nothing is recorded, is a court person (`server/docket`)."""
    return any(one.person.startswith("dkt_") for one in recording.people)


def leads(case: Case, caller: Caller) -> bool:
    """The mediator of the case, whom it is kept for."""
    return caller.kind == "staff" and caller.id == case.mediator_id


def is_open(case: Case, recording: Recording, caller: Caller, now: datetime) -> bool:
    """Ended, kept, and the caller has a right to it: the mediator, or who is in it and was let in."""
    if recording.state is not S.ended:
        return False
    own = recording.person(caller.id)
    return leads(case, caller) or (own is not None and own.open_until is not None and now < own.open_until)


def may_view(case: Case, recording: Recording, caller: Caller, now: datetime) -> None:
    """Raises NotFound, RecordingUnderWay, RecordingDestroyed, RecordingClosed."""
    may_know(case, recording, caller)
    may_leave(recording)
    if not is_open(case, recording, caller, now):
        raise RecordingClosed("ask the mediator")


def shown_to(
    case: Case, pairs: Collection[Pair], recording: Recording, caller: Caller, person: str
) -> frozenset[str] | None:
    """Whose films the caller sees, of `person` alone unless that is empty; None: of all. Who must not meet somebody is
    not shown them here either, nor any film they are in: they may have sat in the joint chamber in turns."""
    if caller.kind == "staff":
        return frozenset({person}) if person else None
    apart = frozenset[str](casting.apart_from(case, pairs, PartyId(caller.id)))
    hidden = apart | {film for film, other in recording.beside if other in apart}
    return frozenset(one.person for one in recording.people if one.person not in hidden and person in ("", one.person))


def open_until(case: Case, recording: Recording, caller: Caller, now: datetime) -> datetime:
    """When the films opened for the caller now are closed again."""
    own = None if leads(case, caller) else recording.person(caller.id)
    return min(now + FILM_FOR, (own and own.open_until) or recording.keep_until)


def may_leave(recording: Recording) -> None:
    """For the archive, which sees all that is kept. Raises RecordingUnderWay, RecordingDestroyed."""
    if recording.state is S.on:
        raise RecordingUnderWay
    if recording.state is S.destroyed:
        raise RecordingDestroyed


def all_ask(recording: Recording) -> bool:
    """Everybody who is in it wants it destroyed."""
    return bool(recording.people) and all(one.delete_at is not None for one in recording.people)


def over(recording: Recording, now: datetime) -> bool:
    """Its time of keeping has passed."""
    return recording.state is S.ended and now >= recording.keep_until


def view(case: Case, recording: Recording, caller: Caller, now: datetime, names: Mapping[str, str]) -> RecordingView:
    """For one caller; who asked for what is the mediator's to know. `names` by id."""
    inside = recording.person(caller.id)
    own = inside or Recorded(recording.id, caller.id)
    people = [
        RecordedView(
            one.person, names.get(one.person, ""), one.asked_at, one.refused_at, one.open_until,
            one.delete_at is not None,
        )
        for one in recording.people
    ]  # fmt: skip
    opened = is_open(case, recording, caller, now)
    return RecordingView(
        recording.id, recording.session_id, recording.state, recording.started_at, recording.ended_at, recording.why,
        recording.keep_until, opened, inside is not None, own.asked_at is not None,
        own.asked_at is None and own.refused_at is not None, own.open_until if opened else None,
        own.delete_at is not None, people if leads(case, caller) else [],
    )  # fmt: skip
