"""HTTP doors of a case: look at it, act on it, see the filed identity document."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

from msgspec import Meta

from server.allowed import MAIL
from server.cases import rules, store
from server.cases.model import GUESTS, NEIGHBOURS, Authority, Case, CaseAct, CaseView, Filed, Part, Party, Side
from server.errors import Conflict, IllegalAct, Invalid, NotFound, NotPermitted
from server.ids import PartyId, new
from server.law import dates
from server.people.model import Assurance
from server.store.db import Tx
from server.web.call import Body, Call, Reply, mediator, staff
from server.web.routes import Routes

routes = Routes("cases")
BEING_SIGNED = ("frozen", "signing", "effective", "on_paper")
"""States of an agreement in which its people stay as they are printed."""
PICTURE = 400_000
"""Bytes of a seal's picture or an identity document, at most."""
Line = Annotated[str, Meta(max_length=120)]
Name = Annotated[str, Meta(min_length=1, max_length=60)]


class BeingSigned(Conflict):
    """While a text is being signed its people cannot change and its case cannot end; reopen it first (409)."""

    code = "being_signed"


class PersonIn(Body):
    """Somebody of the case, as the mediator fills in the form. Empty `id_no`, `phone`, `email` keep what was filed."""

    part: Part
    name: Name
    side: Side = Side.applicant
    organisation: bool = False
    acts_for: Line = ""
    sex: Line = ""
    born: Line = ""
    born_on: Line = ""
    ethnic: Line = ""
    occupation: Line = ""
    address: Line = ""
    id_no: Line = ""
    phone: Line = ""
    email: Line = ""
    capacity: Literal["", "full", "limited", "none"] = ""
    code: Line = ""
    head: Line = ""
    position: Line = ""
    seal: Literal["", "plain", "picture"] = ""
    basis: Literal["", "legal_representative", "attorney"] = ""
    scope: Literal["", "special", "general", "full"] = ""
    relation: Line = ""
    document: Line = ""


class CaseActs(Body):
    """An act done by hand."""

    act: CaseAct


@routes.route("GET", "/api/cases/{id}", response=CaseView, permit=staff, errors=(NotFound,))
async def show(call: Call[None]) -> CaseView:
    """A case with its parties, sessions and agreements, for its staff."""
    async with call.db.reading() as tx:
        case = await store.load(tx, call.path("id"))
        rules.may_see(case, call.caller)
        return await _view(call, tx, case)


@routes.route(
    "POST", "/api/cases/{id}/acts", request=CaseActs, response=CaseView, permit=mediator,
    errors=(NotFound, IllegalAct, BeingSigned),
)  # fmt: skip
async def act(call: Call[CaseActs]) -> CaseView:
    """Withdraw a case, or record that no agreement was reached."""
    async with call.db.transaction() as tx:
        case = await case_to_change(call, tx)
        if call.body.act not in rules.BY_HAND:
            raise NotPermitted(f"{call.body.act.value} follows from elsewhere")
        case = await store.advance(tx, case, call.body.act, call.caller.id, call.now())
        return await _view(call, tx, case)


@routes.route(
    "GET", "/api/cases/{id}/parties/{party}/document", response=bytes, produces="image/png", permit=staff,
    errors=(NotFound,),
)  # fmt: skip
async def document(call: Call[None]) -> Reply:
    """The picture of the identity document a party filed, to compare with the face on video."""
    async with call.db.reading() as tx:
        case = await store.load(tx, call.path("id"))
    rules.may_see(case, call.caller)
    party = case.party(call.path("party"))
    if party is None or party.filed.id_document is None:
        raise NotFound("document")
    return Reply(await call.blobs.get(party.filed.id_document), media_type="image/png")


@routes.route(
    "POST", "/api/cases/{id}/people", request=PersonIn, response=CaseView, permit=mediator,
    errors=(NotFound, Invalid, BeingSigned),
)  # fmt: skip
async def add_person(call: Call[PersonIn]) -> CaseView:
    """A party, or somebody who acts for one, helps or attests. They get a link when one is sent to them."""
    async with call.db.transaction() as tx:
        case = await case_to_change(call, tx)
        body = call.body
        if not body.organisation and not body.phone:
            raise Invalid({"phone": "required"})
        side = _side(case, body)
        label = rules.next_label(case) if body.part is Part.party else rules.PART_LABELS[body.part]
        empty = Filed("", "", "", "", "", "", "")
        person = Party(PartyId(new("pty")), case.id, side, label, body.name, empty, Assurance.none, body.part)
        await store.add_person(tx, case, _filled(person, body, case), call.caller.id, call.now())
        return await _view(call, tx, await store.load(tx, case.id))


@routes.route(
    "PUT", "/api/cases/{id}/people/{person}", request=PersonIn, response=CaseView, permit=mediator,
    errors=(NotFound, Invalid, BeingSigned),
)  # fmt: skip
async def change_person(call: Call[PersonIn]) -> CaseView:
    """Correct what is known of somebody. Another name, number or phone is another proof: the identity check begins
    anew."""
    async with call.db.transaction() as tx:
        case = await case_to_change(call, tx)
        before = case.party(call.path("person"))
        if before is None:
            raise NotFound("person")
        if call.body.part is not before.part or call.body.organisation != before.organisation:
            raise Invalid({"part": "value"})
        person = _filled(replace(before, side=_side(case, call.body)), call.body, case)
        same = (before.name, before.filed.id_no, before.filed.phone) == (
            person.name, person.filed.id_no, person.filed.phone
        )  # fmt: skip
        if not same:
            person = replace(person, assurance=Assurance.none)
        await store.change_person(tx, before, person, call.caller.id, call.now())
        answer = await _view(call, tx, await store.load(tx, case.id))
    await call.request.app[NEIGHBOURS].people_changed(call.request.app, case.id)
    return answer


@routes.route(
    "POST", "/api/cases/{id}/people/{person}/seal", request=bytes, consumes="image/png", response=CaseView,
    permit=mediator, limit=PICTURE, errors=(NotFound, Invalid, BeingSigned),
)  # fmt: skip
async def seal_picture(call: Call[bytes]) -> CaseView:
    """The picture of an organisation's seal (PNG)."""
    if not call.body.startswith(b"\x89PNG\r\n\x1a\n"):
        raise Invalid({"seal": "format"})
    digest = await call.blobs.put(call.body)
    async with call.db.transaction() as tx:
        case = await case_to_change(call, tx)
        before = case.party(call.path("person"))
        if before is None or not before.organisation:
            raise NotFound("person")
        person = replace(before, filed=replace(before.filed, seal=digest))
        await store.change_person(tx, before, person, call.caller.id, call.now())
        return await _view(call, tx, await store.load(tx, case.id))


async def _view(call: Call[Any], tx: Tx, case: Case) -> CaseView:
    return await store.view(tx, case, call.request.app[NEIGHBOURS], call.caller, dates.legal_day(call.now()))


async def case_to_change(call: Call[Any], tx: Tx) -> Case:
    """The case, if its people or its state may change now; raises NotFound, NotPermitted, BeingSigned."""
    case = await store.load(tx, call.path("id"))
    rules.may_lead(case, call.caller)
    agreements = await call.request.app[NEIGHBOURS].agreements(tx, case.id)
    if any(one.state in BEING_SIGNED for one in agreements):
        raise BeingSigned
    return case


def _side(case: Case, body: PersonIn) -> Side:
    """A helper is on the side of whom they belong to; raises Invalid for nobody of the case."""
    if body.part is Part.party:
        return body.side
    whom = case.party(body.acts_for)
    if body.part in GUESTS or (body.part is Part.witness and not body.acts_for):
        return body.side
    if whom is None or (body.part is not Part.interpreter and whom.part is not Part.party):
        raise Invalid({"acts_for": "required" if not body.acts_for else "value"})
    return whom.side


def _filled(person: Party, body: PersonIn, case: Case) -> Party:
    """The person with what the form says."""
    if body.born_on:
        try:
            date.fromisoformat(body.born_on)
        except ValueError:
            raise Invalid({"born_on": "format"}) from None
    if body.phone and not rules.PHONE.fullmatch(body.phone):
        raise Invalid({"phone": "format"})
    if body.email and not MAIL.fullmatch(body.email):
        raise Invalid({"email": "format"})
    if body.code and not rules.CREDIT_CODE.fullmatch(body.code):
        raise Invalid({"code": "format"})
    before = person.filed
    picture = before.seal if before.seal not in ("", "plain") else ""
    filed = Filed(
        sex=body.sex,
        born=body.born or body.born_on[:4],
        ethnic=body.ethnic,
        occupation=body.occupation,
        address=body.address,
        id_no=body.id_no or before.id_no,
        phone=body.phone or before.phone,
        email=body.email or before.email,
        id_document=before.id_document,
        born_on=body.born_on,
        capacity=body.capacity,
        code=body.code,
        head=body.head,
        position=body.position,
        seal=picture if body.seal == "picture" else body.seal,
    )
    authority = Authority(body.basis, body.scope, body.relation, body.document)
    acts_for = PartyId(body.acts_for) if body.acts_for and body.part not in {Part.party, *GUESTS} else None
    return replace(
        person, name=body.name.strip(), organisation=body.organisation, filed=filed, acts_for=acts_for,
        authority=authority,
    )  # fmt: skip
