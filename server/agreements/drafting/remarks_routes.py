"""HTTP doors of remarks: say something about a clause, suggest other words, and what the staff does with it."""

import asyncio
from dataclasses import replace
from typing import Annotated, Any, Literal

import msgspec

from server.agreements.composition import Worded, worded
from server.agreements.desk import Desk, load_desk, need_newest
from server.agreements.drafting import remarks_rules as remark_rules
from server.agreements.drafting import remarks_store as remarks
from server.agreements.drafting.redline import inline
from server.agreements.drafting.remarks_model import (
    MOST_WORDS,
    Remark,
    RemarkAct,
    RemarkState,
    Said,
    Saying,
    Words,
)
from server.agreements.drafting.saving import may_write, name_of, write
from server.agreements.drafting.versions_routes import SpanView
from server.agreements.drafting.weave import woven
from server.agreements.errors import (
    ClauseUnchanged,
    InCaucus,
    SuggestionOutdated,
    TooManyRemarks,
    WordingChanged,
    WouldReveal,
)
from server.agreements.model import Terms
from server.agreements.rooms import announce, whereabouts
from server.agreements.typed import clean, fitting
from server.agreements.view import unnamed
from server.agreements.wire import Written
from server.clock import wire
from server.errors import IllegalAct, Invalid, NotFound, NotPermitted, Stale, TooMany
from server.ids import new
from server.lifecycle import advance
from server.store import journal
from server.store.db import Tx
from server.web import keys
from server.web.call import Call, View, known
from server.web.limits import Rate
from server.web.routes import Routes

routes = Routes("agreements")
RATE = Rate("remark", 12, 60)
MOST_OPEN = 30
"""Of one person at one agreement."""
MOST = 100
"""The same, with those that are dealt with or taken back."""
Id = Annotated[str, msgspec.Meta(max_length=40)]
Hash = Annotated[str, msgspec.Meta(max_length=64)]


class RemarkIn(Written):
    """About a clause in the wording of `hash`; with `words` it is a suggestion. `confided`: for the mediators only."""

    clause: Id
    hash: Hash
    text: Saying = ""
    words: Words = ""
    confided: bool = False


class RemarkActIn(Written):
    """`reason` to decline; with `reveal` accepted into `version`, which the caller has read."""

    act: Literal["accept", "decline", "resolve", "withdraw"]
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""
    version: int | None = None


class RemarkView(View):
    """A remark as the caller sees it. `label`: the author's party, "" of staff; `spans`: the suggestion against the
    words it was made for; `clause_now`: whether the clause still reads as it did."""

    id: str
    clause: str
    version: int
    by: str
    label: str
    mine: bool
    confided: bool
    text: str
    words: str
    spans: list[SpanView]
    state: RemarkState
    reason: str
    at: str
    clause_now: Literal["same", "changed", "gone"]
    taken_in: int | None
    acts: list[RemarkAct]
    later: bool
    """The rest waits until the private talk is over: others would hear of it at once."""


class RemarksView(View):
    """What the caller may see, oldest first, of the draft in the newest `version` they may see; `may`: whether they may
    add one."""

    may: bool
    version: int
    remarks: list[RemarkView]


Found = tuple[RemarksView, list[Remark]]
"""What may be seen, without spans yet, and the remarks it was made of."""


@routes.route("GET", "/api/agreements/{id}/remarks", response=RemarksView, permit=known, errors=(NotFound,))
async def show(call: Call[None]) -> RemarksView:
    """The remarks the caller may see."""
    async with call.db.reading() as tx:
        found = await _view(call, tx, await _desk(call, tx))
    return await _marked(found)


@routes.route(
    "POST", "/api/agreements/{id}/remarks", request=RemarkIn, response=RemarksView, permit=known,
    errors=(NotFound, NotPermitted, IllegalAct, WordingChanged, WouldReveal, Invalid, TooMany, TooManyRemarks),
)  # fmt: skip
async def make(call: Call[RemarkIn]) -> RemarksView:
    """Say something about a clause, or suggest other words for it."""
    body, person, vault = call.body, call.caller.id, call.request.app[keys.VAULT]
    call.request.app[keys.LIMITS].check(RATE, person)
    async with call.db.transaction() as tx:
        desk = await _desk(call, tx)
        if desk.agreement.state not in remark_rules.OPEN_STATES:
            raise IllegalAct(desk.agreement.state, "remark", ())
        if not remark_rules.may_remark(person, desk.matter, desk.agreement.state):
            raise NotPermitted("a party, who acts for one, or staff")
        seen = desk.seen_by(person)
        clause = next((one for one in await _clauses(tx, desk, person) if one.id == body.clause), None)
        if clause is None or clause.hash != body.hash:
            raise WordingChanged
        said = fitting(Said(_spoken(body.text), clean(body.words, "words"), clause.text))
        if not said.text and not said.words:
            raise Invalid({"text": "required"})
        own = [one for one in await remarks.heads(tx, desk.agreement.id) if one.author == person]
        if len(own) >= MOST or sum(one.state is RemarkState.open for one in own) >= MOST_OPEN:
            raise TooManyRemarks
        place = await whereabouts(call.request.app, tx, desk.case.id, person)
        if place.leaves(body.chamber) and not (body.confided or body.reveal):
            raise WouldReveal
        audience = remark_rules.audience(
            seen, person, desk.matter, place.mates, private=place.private, confided=body.confided
        )
        remark = Remark(
            new("rmk"), desk.agreement.id, person, seen.number, clause.id, clause.hash, body.confided, audience,
            RemarkState.open, said, "", call.now(),
        )  # fmt: skip
        await remarks.add(tx, vault, remark)
        await _note(call, tx, desk, remark, "make")
        found = await _view(call, tx, desk)
    await announce(call.request.app, desk.case.id, f"remarks:{desk.agreement.id}", audience)
    return await _marked(found)


@routes.route(
    "POST", "/api/agreements/{id}/remarks/{remark}/acts", request=RemarkActIn, response=RemarksView, permit=known,
    errors=(
        NotFound, NotPermitted, IllegalAct, SuggestionOutdated, ClauseUnchanged, InCaucus, WouldReveal, Stale, Invalid,
    ),
)  # fmt: skip
async def act(call: Call[RemarkActIn]) -> RemarksView:
    """Take up a suggestion, decline with a reason, resolve, take back. The same again answers with the present."""
    return await _marked(await _acted(call))


async def _acted(call: Call[RemarkActIn]) -> Found:
    body, person, vault = call.body, call.caller.id, call.request.app[keys.VAULT]
    told: frozenset[str] = frozenset()
    async with call.db.transaction() as tx:
        desk = await _desk(call, tx)
        remark = await remarks.remark(tx, vault, desk.agreement.id, call.path("remark"), person)
        name = RemarkAct(body.act)
        if remark.state is remark_rules.REMARKS[RemarkState.open, name]:
            return await _view(call, tx, desk)
        state = advance(remark_rules.REMARKS, remark.state, name)
        if name not in remark_rules.acts(remark, person, desk.matter, desk.agreement.state, desk.versions):
            raise NotPermitted("not yours to do")
        place = await whereabouts(call.request.app, tx, desk.case.id, person)
        if name is not RemarkAct.withdraw:
            if place.private and remark_rules.reaches_out(remark, desk.matter, place.mates):
                raise InCaucus
            if place.leaves(body.chamber) and not body.reveal:
                raise WouldReveal
        reason = _spoken(body.reason) if name is RemarkAct.decline else ""
        if name is RemarkAct.decline and not reason:
            raise Invalid({"reason": "required"})
        done = replace(remark, state=state, reason=reason, ended_by=person)
        if name is RemarkAct.accept:
            number, told = await _take_up(call, tx, desk, remark)
            done = replace(done, taken_in=number)
        await remarks.end(tx, vault, done)
        await _note(call, tx, desk, remark, name.value)
        view = await _view(call, tx, await _desk(call, tx))
    await announce(call.request.app, desk.case.id, f"remarks:{desk.agreement.id}", remark.audience)
    if told:
        await announce(call.request.app, desk.case.id, f"agreement:{desk.agreement.id}", told)
    return view


async def _take_up(call: Call[RemarkActIn], tx: Tx, desk: Desk, remark: Remark) -> tuple[int, frozenset[str]]:
    """The version that says what was suggested, and before whom. A free clause takes the words beside what was written
    since; one in parts is edited by a person first, since nothing in words tells its sum and its day for sure."""
    clause = next((one for one in desk.clauses if one.id == remark.clause), None)
    if clause is None:
        raise SuggestionOutdated
    if clause.kind != "free":
        if clause.hash == remark.hash:
            raise ClauseUnchanged
        return desk.newest.number, frozenset()
    may_write(desk, call.caller.id)
    if call.body.reveal:
        need_newest(desk, call.body.version)
    done = await asyncio.to_thread(woven, remark.said.was, clause.text, remark.said.words)
    if done.clash or len(done.text) > MOST_WORDS:
        raise SuggestionOutdated
    terms = _with_words(desk.terms, clause.id, done.text)
    version = await write(call, tx, desk, terms, sources=[[remark.audience]], reveal=call.body.reveal)
    return version.number, version.audience


def _with_words(terms: Terms, clause: str, words: str) -> Terms:
    """The draft with these words in the place of a free clause's."""
    clauses = tuple(
        msgspec.structs.replace(one, fields=msgspec.structs.replace(one.fields, text=words, breach=""))
        if one.id == clause
        else one
        for one in terms.clauses
    )
    return msgspec.structs.replace(terms, clauses=clauses)


async def _note(call: Call[Any], tx: Tx, desk: Desk, remark: Remark, act: str) -> None:
    """The journal knows that, never what; and nothing of what not everybody sees."""
    if remark_rules.public(remark, desk.matter):
        entry = {"agreement": desk.agreement.id, "remark": remark.id, "clause": remark.clause}
        await journal.append(tx, desk.case.id, f"remark.{act}", call.caller.id, entry, call.now())


async def _desk(call: Call[Any], tx: Tx) -> Desk:
    desk = await load_desk(tx, call.path("id"), call.caller, call.settings.centre, call.now())
    desk.seen_by(call.caller.id)
    return desk


async def _clauses(tx: Tx, desk: Desk, person: str) -> tuple[Worded, ...]:
    """As the caller sees them."""
    return worded(await desk.terms_for(tx, person), desk.matter)


async def _view(call: Call[Any], tx: Tx, desk: Desk) -> Found:
    person, vault = call.caller.id, call.request.app[keys.VAULT]
    place = await whereabouts(call.request.app, tx, desk.case.id, person)
    now = {one.id: one.hash for one in await _clauses(tx, desk, person)}
    hidden = await unnamed(tx, desk, call.caller)
    found, seen = [], await remarks.remarks_of(tx, vault, desk.agreement.id, person)
    for one in seen:
        name, label = await _author(tx, desk, one.author)
        present = now.get(one.clause)
        acts = remark_rules.acts(one, person, desk.matter, desk.agreement.state, desk.versions)
        later = place.private and remark_rules.reaches_out(one, desk.matter, place.mates)
        allowed = [act for act in acts if act is RemarkAct.withdraw or not later]
        found.append(
            RemarkView(
                one.id, one.clause, one.version, label if one.author in hidden else name, label, one.author == person,
                one.confided, one.said.text, one.said.words, [], one.state, one.reason, wire(one.made_at),
                "gone" if present is None else "same" if present == one.hash else "changed", one.taken_in,
                allowed, len(allowed) < len(acts),
            )
        )  # fmt: skip
    may = remark_rules.may_remark(person, desk.matter, desk.agreement.state)
    return RemarksView(may, desk.seen_by(person).number, found), seen


async def _marked(found: Found) -> RemarksView:
    """With the spans; the texts are the parties' and may be long, so off the loop and after the transaction."""
    view, seen = found
    for one, spans in zip(view.remarks, await asyncio.to_thread(lambda: [*map(_spans, seen)]), strict=True):
        one.spans = spans
    return view


def _spans(remark: Remark) -> list[SpanView]:
    """None of what was taken back: no page shows it."""
    if not remark.said.words or remark.state is RemarkState.withdrawn:
        return []
    return [SpanView(*span) for span in inline(remark.said.was, remark.said.words)]


async def _author(tx: Tx, desk: Desk, person: str) -> tuple[str, str]:
    """Name, and the label of the party they speak for."""
    for one in desk.matter.people:
        if one.id == person:
            return one.name, one.label or desk.matter.label_of(one.acts_for)
    return await name_of(tx, desk, person), ""


def _spoken(text: str) -> str:
    """What somebody says, in one paragraph."""
    return clean(text, "text")
