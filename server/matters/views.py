"""How a matter looks on the wire, for staff: who needs a phone number to call sees it whole, others masked."""

import json
from datetime import datetime
from typing import Any

from server.cases import store as cases
from server.cases.model import FactsView
from server.cases.rules import mask_id
from server.errors import NotFound
from server.law.disputes import DISPUTES
from server.matters import asking, helping, news, ratings, remarks, rules, store
from server.matters.helping import HelpCall
from server.matters.model import Filer, Matter, MatterAct, MatterState
from server.matters.opening import NEIGHBOURS
from server.people import organisations
from server.people import store as people
from server.people.model import Organisation, OrganisationKind
from server.people.rules import mask_phone
from server.store import journal
from server.store.db import Tx
from server.web.call import Call, Caller, View

STEPPED_BACK = frozenset({MatterAct.refuse, MatterAct.recuse})


class FilerView(View):
    """Somebody of the matter. `phone` is whole for who calls them; `consent` tells of the invitation, "" before it."""

    side: str
    name: str
    phone: str
    id_no_masked: str
    address: str
    organisation: bool
    consent: str = ""


class NeedsView(View):
    """What they need to take part."""

    interpreter: str
    large_type: bool
    no_device: bool
    apart: bool
    mode: str
    times: str


class OrganisationRef(View):
    """A unit of the tree; `depth` from the top of what the caller may route to."""

    id: str
    name: str
    depth: int = 0
    department: bool = False


class EntryView(View):
    """A line of the history. `words`, `article`, `target` are what was given as reason."""

    at: datetime
    kind: str
    who: str
    to: str = ""
    words: str = ""
    article: str = ""
    target: str = ""


class AskView(View):
    """Who was asked to mediate."""

    mediator: str
    asked_at: datetime
    until: datetime
    state: str


class HelpCallView(View):
    """A call to others, with its answer."""

    id: str
    matter_id: str
    number: str
    kind: str
    organisation: str
    words: str
    asked_by: str
    asked_at: datetime
    answer: str
    answered_by: str
    answered_at: datetime | None


class RatingView(View):
    """What somebody thought of it."""

    score: int
    words: str
    at: datetime


class KindView(View):
    """A kind of dispute."""

    code: str
    name: str
    en: str


class MatterView(View):
    """A matter, whole."""

    id: str
    number: str
    state: MatterState
    source: str
    title: str
    facts: FactsView
    claims: str
    people: list[FilerView]
    needs: NeedsView
    received_at: datetime
    category: str
    complexity: str
    organisation: OrganisationRef
    claimable: bool
    mediator: str | None
    case_id: str | None
    """Only for its mediator, who alone may open it."""
    acts: list[MatterAct]
    """What the caller can do to it now."""
    ask: AskView | None
    calls: list[HelpCallView]
    history: list[EntryView]
    missing: list[str]
    """What stands in the way of the archive: codes (`intake.missing.*`)."""
    ratings: list[RatingView]
    units: list[OrganisationRef]
    """Where the caller may route it."""
    kinds: list[KindView]
    """Kinds of dispute, to choose from or to name one."""


async def own_unit(tx: Tx, call: Call[Any]) -> Organisation | None:
    """Where the caller works."""
    account = await people.account(tx, call.caller.id)
    return await organisations.load(tx, account.organisation_id) if account.organisation_id else None


async def need_unit(tx: Tx, call: Call[Any]) -> Organisation:
    """Where the caller works; raises NotFound for who is in no organisation."""
    own = await own_unit(tx, call)
    if own is None:
        raise NotFound("organisation")
    return own


async def matter_view(tx: Tx, call: Call[Any], matter: Matter) -> MatterView:
    """As the caller sees it; raises NotFound."""
    own, holds = await own_unit(tx, call), await organisations.load(tx, matter.organisation_id)
    rules.may_see(matter, call.caller, own, holds)
    caller, answers = call.caller, await _answers(tx, call, matter)
    calls_them = caller.role != "supervisor"
    asked = [one for one in await asking.of(tx, matter.id) if one.state == "asked"]
    mediator = await _name(tx, matter.mediator_id) if matter.mediator_id else None
    return MatterView(
        matter.id, matter.number, matter.state, matter.source.value, matter.title,
        FactsView(
            matter.facts.time, matter.facts.place, matter.facts.people, matter.facts.event, matter.facts.cause
        ),
        matter.claims, [_filer(one, answers.get(n, ""), whole=calls_them) for n, one in enumerate(matter.people)],
        NeedsView(
            matter.needs.interpreter, matter.needs.large_type, matter.needs.no_device, matter.needs.apart,
            matter.needs.mode, matter.needs.times,
        ),
        matter.received_at, matter.category, matter.complexity, OrganisationRef(holds.id, holds.name),
        matter.claimable, mediator, matter.case_id if caller.id == matter.mediator_id else None,
        rules.acts_of(matter, caller, own, holds),
        AskView(mediator or "", asked[0].asked_at, asked[0].until, asked[0].state) if asked else None,
        [await call_view(tx, one) for one in await helping.of(tx, matter.id)], await _history(tx, matter, caller),
        await missing(tx, matter),
        [] if caller.role == "mediator" else
        [RatingView(one.score, one.words, one.at) for one in await ratings.of(tx, matter.id)],
        [unit_view(one, own) for one in await organisations.tree(tx, own)] if own and caller.role == "intake" else [],
        [KindView(one.code, one.name, one.en) for one in DISPUTES.values()],
    )  # fmt: skip


async def missing(tx: Tx, matter: Matter) -> list[str]:
    """What is still to come before a matter can be laid to rest; empty when all is there."""
    lacks = []
    if matter.state not in rules.OVER:
        lacks.append("over")
    if any(one.answered_at is None for one in await helping.of(tx, matter.id)):
        lacks.append("calls")
    if await news.waiting(tx, matter.id):
        lacks.append("told")
    return lacks


async def call_view(tx: Tx, one: HelpCall) -> HelpCallView:
    """With names in place of ids."""
    number = (await store.load(tx, one.matter_id)).number
    return HelpCallView(
        one.id, one.matter_id, number, one.kind, (await organisations.load(tx, one.organisation_id)).name, one.words,
        await _name(tx, one.asked_by), one.asked_at, one.answer,
        await _name(tx, one.answered_by) if one.answered_by else "", one.answered_at,
    )  # fmt: skip


def unit_view(one: Organisation, top: Organisation) -> OrganisationRef:
    """A unit below `top`."""
    depth = one.path.count("/") - top.path.count("/")
    return OrganisationRef(one.id, one.name, depth, one.kind is OrganisationKind.department)


def _filer(one: Filer, consent: str, *, whole: bool) -> FilerView:
    phone = one.phone if whole or not one.phone else mask_phone(one.phone)
    id_no = one.id_no if one.organisation or not one.id_no else mask_id(one.id_no)
    return FilerView(one.side.value, one.name, phone, id_no, one.address, one.organisation, consent)


async def _answers(tx: Tx, call: Call[Any], matter: Matter) -> dict[int, str]:
    """Place among the people of the matter -> how far their invitation has come; its case began with them in this
    order."""
    if matter.case_id is None:
        return {}
    case = await cases.load(tx, matter.case_id)
    said = await call.request.app[NEIGHBOURS].answers(tx, case.id)
    return {n: said.get(one.id, "") for n, one in enumerate(case.parties)}


async def _name(tx: Tx, actor: str) -> str:
    """Of staff; "" for everybody else."""
    try:
        return (await people.account(tx, actor)).name
    except NotFound:
        return ""


async def _history(tx: Tx, matter: Matter, caller: Caller) -> list[EntryView]:
    """From the journal, with the words kept beside it. Why somebody stepped back is not for who comes after them."""
    hidden = STEPPED_BACK if caller.role == "mediator" else frozenset()
    said = {(one.act, one.at): one for one in await remarks.of(tx, matter.id) if one.act not in hidden}
    names: dict[str, str] = {}
    units: dict[str, str] = {one.id: one.name for one in await organisations.tree(tx)}
    found = []
    for entry in await journal.read(tx, matter.id):
        if entry.actor not in names:
            names[entry.actor] = await _name(tx, entry.actor)
        kind, body = entry.kind.removeprefix("matter."), json.loads(entry.body or "{}")
        why = said.get((kind, entry.at))
        to = units.get(body.get("organisation_id") or "", "")
        if body.get("mediator_id") and kind == "appoint":
            to = await _name(tx, body["mediator_id"])
        words, article, target = (why.words, why.article, why.target) if why else ("", "", "")
        found.append(EntryView(entry.at, kind, names[entry.actor], to, words, article, target))
    return found
