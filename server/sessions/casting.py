"""Who sits in a session as what, whom they must not meet, whom they belong to. Pure: a case and its pairs in."""

from collections.abc import Collection
from datetime import date

from server.cases import rules as case_rules
from server.cases.model import Case, Part, Party
from server.ids import PartyId
from server.law import roles
from server.sessions.model import Answers, GuestAnswers, GuestOfSeat, Limits, NotTogether, Pair
from signaling import Role, Speaks
from signaling import Side as RoomSide

OF_THEIR_SIDE = frozenset({Part.party, Part.representative, Part.guardian})
ROLES: dict[Part, Role] = {
    Part.interpreter: "interpreter",
    Part.witness: "witness",
    Part.expert: "expert",
    Part.observer: "observer",
}
SPEAKING: dict[Part, Speaks] = {
    Part.representative: "representative",
    Part.guardian: "guardian",
    Part.interpreter: "interpreter",
}
SIDED = OF_THEIR_SIDE | {Part.interpreter}
"""Who belongs to a side: witness, expert and observer stand beside both."""


def role_of(party: Party) -> Role:
    """The role in the room: from the case, never from the order of arrival."""
    return ROLES.get(party.part, party.side.value)


def side_of(party: Party) -> RoomSide:
    """The side in the room; "" for who stands beside both."""
    return party.side.value if party.part in SIDED else ""


def acts(party: Party) -> bool:
    """They speak for somebody of their side, who may be there too."""
    return party.part in (Part.representative, Part.guardian)


def stands_for(case: Case, party: Party) -> tuple[Speaks, str, str]:
    """As what somebody is there for another of the case, that one's id and name; empty of everybody else."""
    whom = case.party(party.acts_for or "")
    if whom is None or party.part not in SPEAKING:
        return "", "", ""
    return SPEAKING[party.part], whom.id, whom.name


def ward_of(case: Case, pairs: Collection[Pair], party: Party) -> str:
    """Name of whom a guardian decides for; "" of everybody else, and where the two must not meet."""
    ward = case.party(party.acts_for or "") if party.part is Part.guardian else None
    return "" if ward is None or ward.id in apart_from(case, pairs, party.id) else ward.name


def guardians_of(case: Case, party: Party, day: date) -> tuple[str, ...] | None:
    """Ids of those any of whom answers for them; None of who answers for themself."""
    if party.part is not Part.party:
        return None
    answering = roles.answers_for(case_rules.in_law(party), map(case_rules.in_law, case.people), day)
    return None if answering == (party.id,) else answering


def guarded(case: Case, party: Party, day: date) -> bool:
    """Whether a guardian answers for them on that day, as far as their capacity is known."""
    return guardians_of(case, party, day) is not None


def staff_role(case: Case, account: str) -> Role:
    """Of a member of staff who may see the case."""
    if account == case.mediator_id:
        return "mediator"
    return "co_mediator" if account in case.co_mediators else "recorder"


def tied_to(case: Case, party: Party) -> PartyId | None:
    """Whom an interpreter goes with. Where that is an organisation: who is there for it."""
    if party.part is not Part.interpreter or party.acts_for is None:
        return None
    whom = case.party(party.acts_for)
    if whom is None or whom.attends:
        return whom.id if whom else None
    return next((one.id for one in case.people if one.acts_for == whom.id and one.part in OF_THEIR_SIDE), None)


def pair(one: PartyId, other: PartyId) -> Pair:
    """The same pair whichever way round it is named."""
    return (one, other) if one < other else (other, one)


def apart_from(case: Case, pairs: Collection[Pair], person: PartyId) -> tuple[PartyId, ...]:
    """Whom `person` must never meet. An interpreter, who goes where their person goes, counts as that person."""
    stands_for = {one.id: tied_to(case, one) or one.id for one in case.invited}
    own = stands_for[person]
    kept = {frozenset({stands_for.get(one, one), stands_for.get(other, other)}) for one, other in pairs}
    return tuple(one for one, body in stands_for.items() if body != own and {body, own} in kept)


def unnamed(case: Case, pairs: Collection[Pair], person: PartyId) -> tuple[PartyId, ...]:
    """Whose names `person` does not read: whom they must not meet, and whom such people act for."""
    apart = apart_from(case, pairs, person)
    whom = (one.acts_for for one in case.people if one.id in apart and one.acts_for and one.acts_for != person)
    return tuple(dict.fromkeys((*apart, *whom)))


def asked(case: Case, pairs: Collection[Pair], guest: Party, day: date) -> list[PartyId]:
    """Who decides whether this guest takes part: who is of a side, answers for themself and could meet them."""
    apart = apart_from(case, pairs, guest.id)
    return [
        one.id
        for one in case.people
        if one.attends and one.part in OF_THEIR_SIDE and one.id not in apart and not guarded(case, one, day)
    ]


def unwanted(case: Case, answers: Answers, person: PartyId, day: date) -> bool:
    """Somebody who answers for themself said no: who has not answered is asked by the mediator, aloud."""
    wards = {one.id for one in case.people if guarded(case, one, day)}
    return any(guest == person and not agrees for (guest, by), agrees in answers.items() if by not in wards)


def guests_of(case: Case, limits: Limits, seated: Collection[PartyId], party: Party, day: date) -> list[GuestOfSeat]:
    """Those invited to the session whom this person decides about."""
    return [
        GuestOfSeat(one.id, one.name, one.part, limits.answers.get((one.id, party.id)))
        for one in case.guests
        if one.id in seated and party.id in asked(case, limits.pairs, one, day)
    ]


def answers_to(case: Case, limits: Limits, guest: Party, day: date) -> GuestAnswers:
    said = {person: limits.answers.get((guest.id, person)) for person in asked(case, limits.pairs, guest, day)}
    agreed, refused, missing = ([one for one, yes in said.items() if yes is word] for word in (True, False, None))
    return GuestAnswers(guest.id, [*agreed], [*refused], [*missing])


def company(case: Case, pairs: Collection[Pair], party: Party, here: Collection[str]) -> list[str]:
    """Names of those of one's own side who are here, without whom one must not meet; nobody for who has no side."""
    apart = apart_from(case, pairs, party.id)
    return [
        one.name
        for one in case.people
        if one.id in here and one.id not in (party.id, *apart) and side_of(one) == side_of(party) != ""
    ]


def need_together(case: Case, pairs: Collection[Pair], people: Collection[Party]) -> None:
    """One device is in one chamber: its people are of one side and none is kept from another. Raises NotTogether."""
    sides = {side_of(one) for one in people}
    ids = {one.id for one in people}
    if len(sides) > 1 or any(ids & set(apart_from(case, pairs, one.id)) for one in people):
        raise NotTogether
