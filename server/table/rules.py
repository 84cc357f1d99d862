"""Who may see what of the table, and how offers and proposals move on. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from server.cases import rules as case_rules
from server.cases.model import Case, Part
from server.errors import Invalid, NotFound, NotPermitted
from server.law import roles
from server.law.dates import legal_day
from server.lifecycle import advance
from server.table.errors import NotToBeTold, OfferExpired
from server.table.model import (
    STAGES,
    Item,
    Note,
    Offer,
    OfferAct,
    OfferState,
    OfferTerms,
    Paper,
    ProposalAct,
    ProposalState,
)

S, A = OfferState, OfferAct

OFFERS: dict[tuple[OfferState, OfferAct], OfferState] = {
    (S.confided, A.allow): S.confided,
    (S.confided, A.keep): S.confided,
    (S.confided, A.pass_on): S.open,
    (S.confided, A.withdraw): S.withdrawn,
    (S.confided, A.expire): S.expired,
    (S.open, A.accept): S.accepted,
    (S.open, A.decline): S.declined,
    (S.open, A.withdraw): S.withdrawn,
    (S.open, A.expire): S.expired,
}
LANDS_IN = {
    A.pass_on: S.open, A.accept: S.accepted, A.decline: S.declined, A.withdraw: S.withdrawn
}  # fmt: skip
"""A repeated click finds the offer where the act would have brought it: answered, not refused."""

PROPOSALS: dict[tuple[ProposalState, ProposalAct], ProposalState] = {
    (ProposalState.open, ProposalAct.settle): ProposalState.settled,
    (ProposalState.open, ProposalAct.end): ProposalState.not_settled,
    (ProposalState.open, ProposalAct.withdraw): ProposalState.withdrawn,
}
ITEMS: Mapping[str, Item] = {f"{stage.code}.{item.code}": item for stage in STAGES for item in stage.items}
"""Every line of the agenda by `stage.item`."""
ACTING = frozenset({Part.party, Part.representative, Part.guardian})
"""Who speaks for a party; interpreters and witnesses of a side do not see its offers."""


def camp(case: Case, party: str) -> frozenset[str]:
    """Ids of the people who see and answer for a party: itself, who acts for it. Nobody for an unknown id."""
    whom = case.party(party)
    if whom is None or whom.part is not Part.party:
        return frozenset()
    acting = {one.id for one in case.people if one.acts_for == whom.id and one.part in ACTING}
    return frozenset(acting | {whom.id})


def party_of(case: Case, person: str) -> str:
    """The party somebody speaks for; "" for everybody else, of whichever side they are."""
    return next((party.id for party in case.parties if person in camp(case, party.id)), "")


def speaks(case: Case, person: str, day: date) -> bool:
    """Whether somebody may offer and answer for a party: of its camp, and of full capacity [CIV 18-22]; a child may
    listen, its guardian speaks. Whose age is in doubt does not speak until the day of birth is filed."""
    whom = case.party(person)
    if whom is None or not party_of(case, person):
        return False
    return roles.capacity_of(case_rules.in_law(whom), day) == "full"


def fits_item(case: Case, name: str, person: str, answer: bool) -> Item:
    """The item of the agenda, if it can be ticked like this; raises Invalid."""
    item = ITEMS.get(name)
    if item is None:
        raise Invalid({"item": "value"})
    whom = case.party(person) if person else None
    if bool(person) != item.each or (person and (whom is None or not whom.attends)):
        raise Invalid({"person": "value" if item.each else "unknown"})
    if not answer and not item.asks:
        raise Invalid({"answer": "value"})
    return item


def sees_note(note: Note, person: str, case: Case) -> bool:
    """Its author; of a shared one all who lead the sessions, as long as they do."""
    return person in case.hosts and (note.author == person or note.shared)


def fits_terms(terms: OfferTerms, case: Case) -> None:
    """Money has one who pays and another who gets it; instalments add up, in order of their days. Raises Invalid."""
    parties = {party.id for party in case.parties}
    wrong: dict[str, str] = {}
    if terms.sum_fen is None and not terms.deeds.strip():
        wrong["sum_fen"] = "required"
    for name, party in (("payer", terms.payer), ("payee", terms.payee)):
        if (party or terms.sum_fen is not None) and party not in parties:
            wrong[name] = "value" if party else "required"
    if terms.payer and terms.payer == terms.payee:
        wrong["payee"] = "value"
    if terms.instalments:
        if sum(one.amount_fen for one in terms.instalments) != terms.sum_fen:
            wrong["instalments"] = "sum"
        elif any(a.due > b.due for a, b in zip(terms.instalments, terms.instalments[1:], strict=False)):
            wrong["instalments"] = "order"
    if wrong:
        raise Invalid(wrong)


def audience(offer: Offer, case: Case) -> frozenset[str]:
    """Who sees an offer now: the mediators, the giver's camp, and the addressee's once it is before them."""
    return case.hosts | camp(case, offer.giver) | camp(case, offer.addressee)


def may_act(offer: Offer, act: OfferAct, person: str, case: Case, now: datetime) -> bool:
    """The giver allows, keeps, withdraws; the mediator passes on; the addressee answers. Nobody expires by hand."""
    if person not in case.hosts and not speaks(case, person, legal_day(now)):
        return False
    match act:
        case OfferAct.allow | OfferAct.keep | OfferAct.withdraw:
            return person in (camp(case, offer.giver) if offer.giver else case.hosts)
        case OfferAct.pass_on:
            return person in case.hosts
        case OfferAct.accept | OfferAct.decline:
            return person in camp(case, offer.addressee)
    return False


def after(offer: Offer, act: OfferAct, person: str, to: str, case: Case, now: datetime) -> Offer:
    """The offer after an act; a repeated one leaves it as it is. `to`: before which party it is put, to pass on.

    It is passed on only with the giver's leave of this moment, and to another party. Raises NotFound for who does not
    see it, NotPermitted, OfferExpired, IllegalAct, NotToBeTold, Invalid."""
    if person not in audience(offer, case):
        raise NotFound("offer")
    if not may_act(offer, act, person, case, now):
        raise NotPermitted("not yours to do")
    if LANDS_IN.get(act) is offer.state:
        return offer
    if state_at(offer, now) is OfferState.expired:
        raise OfferExpired
    moved = replace(offer, state=advance(OFFERS, offer.state, act))
    match act:
        case OfferAct.allow | OfferAct.keep:
            return replace(moved, may_be_told=act is OfferAct.allow)
        case OfferAct.pass_on if not offer.may_be_told:
            raise NotToBeTold
        case OfferAct.pass_on if to == offer.giver or to not in {party.id for party in case.parties}:
            raise Invalid({"to": "value"})
        case OfferAct.pass_on:
            return replace(moved, addressee=to, put_at=now)
    return moved


def state_at(offer: Offer, now: datetime) -> OfferState:
    """What was not answered in time has expired, without anybody's doing."""
    waiting = (offer.state, OfferAct.expire) in OFFERS
    return OfferState.expired if waiting and lapsed(offer.expires_at, now) else offer.state


def acts(offer: Offer, person: str, case: Case, now: datetime) -> list[OfferAct]:
    """What somebody may do with it now, for the buttons."""
    idle = OfferAct.allow if offer.may_be_told else OfferAct.keep
    return [
        act
        for act in OfferAct
        if (state_at(offer, now), act) in OFFERS
        and may_act(offer, act, person, case, now)
        and act is not idle
        and (act is not OfferAct.pass_on or offer.may_be_told)
    ]


def lapsed(expires_at: datetime | None, now: datetime) -> bool:
    """Whether its time is over."""
    return expires_at is not None and now >= expires_at


def outcome(parties: tuple[str, ...], answers: Mapping[str, bool]) -> ProposalAct:
    """Settled when all accepted; a refusal and silence are one and the same."""
    return ProposalAct.settle if all(answers.get(party, False) for party in parties) else ProposalAct.end


def keeps_paper(paper: Paper, person: str, case: Case) -> bool:
    """Who may look at any page of it at any time: the mediators, and who brought it in."""
    return person in case.hosts or (paper.owner != "" and person == paper.owner)
