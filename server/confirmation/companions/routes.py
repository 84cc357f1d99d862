"""HTTP doors of the companions: the mediator's choice, and where each party is reached. What a party gives is shown to
its own people and to the mediator who freezes it, never to another party."""

import re
from typing import Annotated, Any

import msgspec

from server.agreements.desk import Desk, load_desk, need_mediator
from server.agreements.rooms import announce
from server.agreements.typed import clean
from server.cases.model import Party
from server.cases.rules import mask_id
from server.confirmation import precheck
from server.confirmation import store as confirmations
from server.confirmation.companions import rules, store, wording
from server.confirmation.companions.model import Choice, Hindrance, Kept, LackCode, ServiceAddress
from server.errors import IllegalAct, Invalid, JsonValue, NotFound, NotPermitted
from server.law import courts
from server.people.model import Assurance
from server.store import journal
from server.store.db import Tx
from server.web import keys
from server.web.call import Body, Call, View, known, mediator
from server.web.routes import Routes

routes = Routes("confirmation")
Line = Annotated[str, msgspec.Meta(max_length=200)]
Short = Annotated[str, msgspec.Meta(max_length=60)]
PHONE = re.compile(r"\+?[0-9][0-9 -]{5,18}[0-9]")
POSTCODE = re.compile(r"[0-9]{6}")


class ChoiceIn(Body):
    """Whether papers for a court are signed with the agreement, and for which."""

    wanted: bool
    court: Line = ""
    invited: bool = False
    """That court invited the organisation; else it must be one of those the law leads to, where they are known."""


class ServiceIn(Body):
    """Where a court reaches a party. Only recipient and postcode may be left out; `electronic_address` belongs to the
    consent to electronic service."""

    phone: Short
    address: Line
    electronic: bool
    electronic_address: Line = ""
    recipient: Short = ""
    postcode: Short = ""


class ServiceView(View):
    """The same as it was given; `by_mediator`: written down for a party that could not."""

    phone: str
    address: str
    electronic: bool
    electronic_address: str
    recipient: str
    postcode: str
    by_mediator: bool


class PartView(View):
    """A part of a page as it will be printed."""

    heading: str
    lines: list[str]


class CompanionParty(View):
    """One party: whether it gave what is needed, and to those who may see it, what."""

    party: str
    label: str
    name: str
    given: bool
    service: ServiceView | None
    printed: list[PartView]
    """Its own lines in the application and in its own paper; the identity number is masked here."""
    number_from: Assurance | None
    """How the identity number was checked that is printed; None: it is not printed."""


class LackOfCompanions(View):
    """What is missing, of whom; `needed`: nothing is frozen without it."""

    code: LackCode
    party: str
    needed: bool


class CourtChoice(View):
    """A court the law leads to; not `sure`: the address names no more than a district."""

    court: str
    level: courts.Level
    sure: bool


class CompanionsView(View):
    """The choice and what is given so far. A party is told of itself only."""

    hindrance: Hindrance
    open: bool
    """May still be changed: the text is not frozen."""
    wanted: bool
    court: str
    invited: bool
    kinds: list[str]
    """What the caller's people sign, or for staff all: application, undertaking, service, proof."""
    parties: list[CompanionParty]
    lacks: list[LackOfCompanions]
    """For staff."""
    courts: list[CourtChoice]
    """For staff; empty where the addresses lead to none that is known: then people name it."""


@routes.route("GET", "/api/agreements/{id}/companions", response=CompanionsView, permit=known, errors=(NotFound,))
async def show(call: Call[None]) -> CompanionsView:
    """What goes to a court with this agreement."""
    async with call.db.reading() as tx:
        return await _view(call, tx, await _desk(call, tx))


@routes.route(
    "PUT", "/api/agreements/{id}/companions", request=ChoiceIn, response=CompanionsView, permit=mediator,
    errors=(NotFound, NotPermitted, IllegalAct, Invalid),
)  # fmt: skip
async def choose(call: Call[ChoiceIn]) -> CompanionsView:
    """The mediator's choice; what parties gave stays."""
    body, now = call.body, call.now()
    choice = Choice(body.wanted, clean(body.court, "court"), body.invited)
    async with call.db.transaction() as tx:
        desk = await _desk(call, tx)
        need_mediator(desk, call.caller)
        _need_open(desk)
        if choice.wanted and rules.hindrance(desk):
            raise Invalid({"wanted": rules.hindrance(desk)})
        offered = [one.court for one in await _courts(call, tx, desk)]
        if choice.court and offered and not choice.invited and choice.court not in offered:
            raise Invalid({"court": "value"})
        await store.choose(tx, desk.agreement.id, choice, now)
        entry: dict[str, JsonValue] = {"agreement": desk.agreement.id, "wanted": choice.wanted}
        await journal.append(tx, desk.case.id, "companions.choose", call.caller.id, entry, now)
        view = await _view(call, tx, desk)
    await announce(call.request.app, desk.case.id, f"agreement:{desk.agreement.id}")
    return view


@routes.route(
    "PUT", "/api/agreements/{id}/companions/services/{party}", request=ServiceIn, response=CompanionsView, permit=known,
    errors=(NotFound, NotPermitted, IllegalAct, Invalid),
)  # fmt: skip
async def give(call: Call[ServiceIn]) -> CompanionsView:
    """Where a court reaches this party: said by its own people, or written down by the mediator."""
    now = call.now()
    async with call.db.transaction() as tx:
        desk = await _desk(call, tx)
        party = next((one for one in desk.case.parties if one.id == call.path("party")), None)
        own = rules.own_party(desk.case, call.caller)
        if call.caller.kind == "staff":
            need_mediator(desk, call.caller)
        if party is None or (own is not None and own != party) or (own is None and call.caller.kind != "staff"):
            raise NotFound("party")
        _need_open(desk)
        kept = await store.kept(tx, call.request.app[keys.VAULT], desk.agreement.id)
        if not kept.choice.wanted:
            raise IllegalAct(desk.agreement.state, "companions", ())
        given = _read(call.body, call.caller.id)
        await store.give(tx, call.request.app[keys.VAULT], desk.agreement.id, party.id, given, now)
        entry = {"agreement": desk.agreement.id, "party": party.id}
        await journal.append(tx, desk.case.id, "companions.give", call.caller.id, entry, now)
        view = await _view(call, tx, desk)
    told = {desk.matter.mediator_id, party.id, *(one.id for one in desk.case.people if one.acts_for == party.id)}
    await announce(call.request.app, desk.case.id, f"agreement:{desk.agreement.id}", told)
    return view


def _read(body: ServiceIn, by: str) -> ServiceAddress:
    """Clean; raises Invalid by field."""
    fields = ("phone", "address", "electronic_address", "recipient", "postcode")
    said = {field: clean(getattr(body, field), field) for field in fields}
    wrong = {field: "required" for field in ("phone", "address") if not said[field]}
    if said["phone"] and not PHONE.fullmatch(said["phone"]):
        wrong["phone"] = "format"
    if said["postcode"] and not POSTCODE.fullmatch(said["postcode"]):
        wrong["postcode"] = "format"
    if body.electronic and not said["electronic_address"]:
        wrong["electronic_address"] = "required"
    if wrong:
        raise Invalid(wrong)
    if not body.electronic:
        said["electronic_address"] = ""
    return ServiceAddress(**said, electronic=body.electronic, given_by=by)


async def _desk(call: Call[Any], tx: Tx) -> Desk:
    desk = await load_desk(tx, call.path("id"), call.caller, call.settings.centre, call.now())
    desk.seen_by(call.caller.id)
    return desk


def _need_open(desk: Desk) -> None:
    if desk.agreement.state not in rules.OPEN:
        raise IllegalAct(desk.agreement.state, "companions", ())


async def _courts(call: Call[Any], tx: Tx, desk: Desk) -> list[CourtChoice]:
    """As the pre-check computes them, of both levels: which it is the mediator knows."""
    answers = await confirmations.answers(tx, desk.agreement.id)
    spots = precheck.spots(
        [(one.id, one.filed.address) for one in desk.case.parties], answers, call.settings.centre.address
    )  # fmt: skip
    levels: tuple[courts.Level, ...] = ("basic", "intermediate")
    found = [one for level in levels for one in courts.choose(call.settings.known_courts, spots, level=level).found]
    return [CourtChoice(one.court, one.level, one.sure) for one in found]


async def _view(call: Call[Any], tx: Tx, desk: Desk) -> CompanionsView:
    kept = await store.kept(tx, call.request.app[keys.VAULT], desk.agreement.id)
    inside, own = call.caller.kind == "staff", rules.own_party(desk.case, call.caller)
    leads = inside and call.caller.id == desk.matter.mediator_id
    shown = [one for one in desk.case.parties if inside or one == own]
    choice = kept.choice
    signed = [kind for kind in wording.TITLES if inside or (own is not None and kind != wording.PROOF)]
    return CompanionsView(
        hindrance=rules.hindrance(desk),
        open=desk.agreement.state in rules.OPEN,
        wanted=choice.wanted,
        court=choice.court,
        invited=choice.invited,
        kinds=signed,
        parties=[_party(desk, kept, one, leads or one == own) for one in shown if choice.wanted],
        lacks=[
            LackOfCompanions(one.code, desk.matter.label_of(one.party), one.needed) for one in rules.lacks(desk, kept)
        ]
        if inside and choice.wanted
        else [],
        courts=await _courts(call, tx, desk) if inside else [],
    )  # fmt: skip


def _party(desk: Desk, kept: Kept, party: Party, open_to: bool) -> CompanionParty:
    given = kept.services.get(party.id)
    verified = not party.organisation and rules.verified(party)
    return CompanionParty(
        party=party.id,
        label=party.label,
        name=party.name,
        given=given is not None,
        service=_service(desk, given) if given and open_to else None,
        printed=_printed(desk, party, given) if open_to else [],
        number_from=party.assurance if verified else None,
    )


def _service(desk: Desk, given: ServiceAddress) -> ServiceView:
    return ServiceView(
        given.phone, given.address, given.electronic, given.electronic_address, given.recipient, given.postcode,
        given.given_by == desk.matter.mediator_id,
    )  # fmt: skip


def _printed(desk: Desk, party: Party, given: ServiceAddress | None) -> list[PartView]:
    """The party's own lines, made by what prints them."""
    line = wording.applicant(desk, party, mask_id(party.filed.id_no))
    parts = [PartView(wording.TITLES[wording.APPLICATION], [f"申请人（{party.label}）：{line}"])]
    if given:
        title = wording.TITLES[wording.SERVICE]
        parts += [PartView(f"{title}·{one.heading}", list(one.paragraphs)) for one in wording.reached(party, given)]
    return parts
