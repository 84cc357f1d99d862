"""Whether an agreement may have companions, what they lack, and who says where a party is reached. Pure."""

from collections.abc import Iterator

from server.agreements.desk import Desk
from server.agreements.model import State
from server.cases.model import Case, Part, Party
from server.confirmation.companions.model import Hindrance, Kept, Lack
from server.law.disputes import esign_excluded
from server.law.profiles import FOR_PARTIES
from server.law.roles import Place
from server.people.model import Assurance
from server.web.call import Caller

OPEN = (State.DRAFTING, State.IN_REVIEW, State.READING)
"""Until the text is frozen."""
ACTING = (Part.representative, Part.guardian)


def hindrance(desk: Desk) -> Hindrance:
    """Why there can be none [CPL 205; ESL 3]."""
    if not desk.profile.confirmation_days:
        return "no_confirmation"
    return "paper" if esign_excluded(desk.matter.kind) else ""


def own_party(case: Case, caller: Caller) -> Party | None:
    """The party a seat speaks for: itself, or whom it acts for; None for helpers and for staff."""
    person = case.party(caller.id) if caller.kind == "seat" else None
    if person is None or person.part not in (Part.party, *ACTING):
        return None
    return case.party(person.acts_for) if person.acts_for else person


def verified(party: Party) -> bool:
    """The identity number stands on a document that a mediator or a clerk has seen with the person, or a licensed
    authority checked."""
    return bool(party.filed.id_no) and party.assurance.at_least(Assurance.seen)


def places_of(desk: Desk, party: str = "") -> tuple[Place, ...]:
    """Who signs for the parties, or for one: themselves, those who act for them, their seals."""
    camp = {party, *(one.id for one in desk.case.people if one.acts_for == party)}
    return tuple(
        one for one in desk.places() if one.role in FOR_PARTIES and (not party or one.person in camp)
    )  # fmt: skip


def lacks(desk: Desk, kept: Kept) -> tuple[Lack, ...]:
    """What is missing, the whole's first, then party by party [JS 354; SF11 3]."""
    return (*([] if kept.choice.court else [Lack("court")]), *_of_parties(desk, kept))


def _of_parties(desk: Desk, kept: Kept) -> Iterator[Lack]:
    for party in desk.case.parties:
        filed = party.filed
        if party.id not in kept.services:
            yield Lack("service_missing", party.id)
        if not filed.address.strip():
            yield Lack("domicile_missing", party.id)
        if party.organisation:
            if not filed.code:
                yield Lack("code_missing", party.id, needed=False)
            if not filed.head:
                yield Lack("head_missing", party.id, needed=False)
        elif not verified(party):
            yield Lack("number_unseen" if filed.id_no else "number_missing", party.id, needed=False)
