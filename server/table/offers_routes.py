"""HTTP doors of offers: told to the mediator in confidence, or put to another party. Each is seen by its giver, its
addressee and the mediators, and by nobody else."""

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta

from server.cases.model import Case
from server.errors import IllegalAct, Invalid, NotFound, NotPermitted
from server.ids import new
from server.law.dates import legal_day
from server.store import journal
from server.table import rules, store
from server.table.errors import NotToBeTold, OfferExpired
from server.table.model import Offer, OfferAct, OfferState, OfferTerms
from server.table.place import announce, case_at
from server.web import keys
from server.web.call import Body, Call, View, known
from server.web.routes import Routes

routes = Routes("table")
OFFER_LIMIT = 64 * 1024
MOST = 500
"""Offers of one case."""
Id = Annotated[str, Meta(max_length=24)]


class OfferIn(Body):
    """`to`: a party's id, or "" for the mediator; then `may_be_told` says whether it may be passed on."""

    terms: OfferTerms
    to: Id = ""
    may_be_told: bool = False
    expires_at: datetime | None = None


class OfferActIn(Body):
    """`to` only to pass on: the party before whom it is put."""

    act: Literal["allow", "keep", "pass_on", "accept", "decline", "withdraw"]
    to: Id = ""


class OfferView(View):
    """`giver` and `to` are party ids, "" the mediator. For its addressee `may_be_told` is null and `made_at` the
    time it came before them; `acts` are what the caller may do now."""

    id: str
    giver: str
    to: str
    may_be_told: bool | None
    state: OfferState
    terms: OfferTerms
    expires_at: datetime | None
    made_at: datetime
    acts: list[OfferAct]


class OffersView(View):
    """What the caller may see, oldest first."""

    offers: list[OfferView]


@routes.route("GET", "/api/cases/{id}/offers", response=OffersView, permit=known, errors=(NotFound,))
async def show(call: Call[None]) -> OffersView:
    """The offers the caller may see."""
    async with call.db.reading() as tx:
        case = await case_at(tx, call)
        found = await store.offers_of(tx, call.request.app[keys.VAULT], case.id)
    seen = [one for one in found if call.caller.id in rules.audience(one, case)]
    return OffersView([_view(one, case, call) for one in seen])


@routes.route(
    "POST", "/api/cases/{id}/offers", request=OfferIn, response=OfferView, permit=known, limit=OFFER_LIMIT,
    errors=(NotFound, NotPermitted, Invalid),
)  # fmt: skip
async def make(call: Call[OfferIn]) -> OfferView:
    """A new offer of the caller's party, or of the mediator to a party."""
    body, vault, now = call.body, call.request.app[keys.VAULT], call.now()
    async with call.db.transaction() as tx:
        case = await case_at(tx, call)
        giver = _giver(case, call)
        rules.fits_terms(body.terms, case)
        parties = {party.id for party in case.parties}
        if (body.to and body.to not in parties) or body.to == giver:
            raise Invalid({"to": "value"})
        if body.expires_at is not None and (body.expires_at.tzinfo is None or rules.lapsed(body.expires_at, now)):
            raise Invalid({"expires_at": "range"})
        if await store.count(tx, store.offers, case.id) >= MOST:
            raise Invalid({"offers": "too_long"})
        offer = Offer(
            new("off"), case.id, call.caller.id, giver, body.to, body.may_be_told and not body.to,
            OfferState.open if body.to else OfferState.confided, body.terms, body.expires_at, now,
            now if body.to else None,
        )  # fmt: skip
        await store.add_offer(tx, vault, offer)
    await announce(call.request.app, case.id, "offers", rules.audience(offer, case))
    return _view(offer, case, call)


@routes.route(
    "POST", "/api/cases/{id}/offers/{offer}/acts", request=OfferActIn, response=OfferView, permit=known,
    errors=(NotFound, NotPermitted, NotToBeTold, IllegalAct, OfferExpired, Invalid),
)  # fmt: skip
async def act(call: Call[OfferActIn]) -> OfferView:
    """Allow or forbid passing on, pass on, accept, decline, withdraw. The same act again answers with the present."""
    act, person, now = OfferAct(call.body.act), call.caller.id, call.now()
    async with call.db.transaction() as tx:
        case = await case_at(tx, call)
        before = await store.offer(tx, call.request.app[keys.VAULT], case.id, call.path("offer"))
        offer = rules.after(before, act, person, call.body.to, case, now)
        if offer != before:
            await store.save_offer(tx, offer)
            if act is OfferAct.pass_on:  # the mediator's duty to show; what, and to whom, is nobody's business
                await journal.append(tx, case.id, "table.offer_passed_on", person, {"offer": offer.id}, now)
    if offer != before:
        await announce(call.request.app, case.id, "offers", rules.audience(offer, case))
    return _view(offer, case, call)


def _giver(case: Case, call: Call[Any]) -> str:
    """For whom the caller offers: "" of the mediator; raises NotPermitted for who speaks for nobody."""
    if call.caller.id in case.hosts:
        return ""
    if not rules.speaks(case, call.caller.id, legal_day(call.now())):
        raise NotPermitted("a party, or who acts for one")
    return rules.party_of(case, call.caller.id)


def _view(offer: Offer, case: Case, call: Call[Any]) -> OfferView:
    person, now = call.caller.id, call.now()
    inside = person in case.hosts or person in rules.camp(case, offer.giver)
    return OfferView(
        offer.id, offer.giver, offer.addressee, offer.may_be_told if inside else None, rules.state_at(offer, now),
        offer.terms, offer.expires_at, offer.made_at if inside else offer.put_at or offer.made_at,
        rules.acts(offer, person, case, now),
    )  # fmt: skip
