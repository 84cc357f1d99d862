"""Doors of the intake desk: where a matter comes from, what is probably the same dispute, and merging by one click."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.channels import alike, keyed, merging, store
from server.channels.alike import Kind, Likeness
from server.clock import wire
from server.errors import IllegalAct, NotFound
from server.matters import store as matters
from server.matters.model import Matter, MatterState, Source
from server.matters.rules import may_see
from server.people import organisations
from server.people import store as people
from server.store.db import Tx
from server.web import keys
from server.web.call import Body, Call, View
from server.web.rights import right
from server.web.routes import Routes

routes = Routes("channels")
MOST = 20


class SourceView(View):
    """One way a dispute came; `channel` and `ref` of a channel's record only."""

    matter: str
    number: str
    source: Source
    channel: str
    ref: str
    received_at: str


class NoteView(View):
    """What a channel sent after the matter had been taken up."""

    channel: str
    version: int
    at: str
    event: str
    claims: str


class WhyView(View):
    """`figure`: people, percent, or days."""

    reason: alike.Reason
    figure: int


class AlikeOne(View):
    """A matter that is probably the same dispute, or an earlier one of the same people."""

    id: str
    number: str
    title: str
    state: MatterState
    received_at: str
    source: Source
    channel: str
    kind: Kind
    points: int
    reasons: list[WhyView]
    mergeable: bool


class MergedView(View):
    """The other side of a merge."""

    id: str
    number: str


class AlikeView(View):
    """Sources of a matter (those merged into it too), updates, and what is like it: the likeliest first."""

    sources: list[SourceView]
    notes: list[NoteView]
    into: MergedView | None
    """The matter that goes on for this one."""
    merged: list[MergedView]
    alike: list[AlikeOne]
    may_merge: bool


class MergeInto(Body):
    """The matter that goes on for both."""

    into: str


@routes.route(
    "GET", "/api/matters/{id}/alike", response=AlikeView, permit=right("matters.see"), errors=(NotFound,)
)  # fmt: skip
async def show(call: Call[None]) -> AlikeView:
    """Where it comes from, and probable duplicates or earlier disputes with the reasons."""
    async with call.db.reading() as tx:
        await reach(tx, call, call.path("id"))
    return await _shown(call)


@routes.route(
    "POST", "/api/matters/{id}/merge", request=MergeInto, response=AlikeView, permit=right("matters.route"),
    errors=(NotFound, IllegalAct, merging.NotMergeable),
)  # fmt: skip
async def merge(call: Call[MergeInto]) -> AlikeView:
    """It is the same dispute as another one, which goes on for both."""
    async with call.db.transaction() as tx:
        matter, into = await reach(tx, call, call.path("id")), await reach(tx, call, call.body.into)
        await merging.merge(tx, matter, into, call.caller.id, call.now())
    return await _shown(call)


@routes.route(
    "POST", "/api/matters/{id}/unmerge", response=AlikeView, permit=right("matters.route"),
    errors=(NotFound, IllegalAct, merging.MovedOn),
)  # fmt: skip
async def unmerge(call: Call[None]) -> AlikeView:
    """It is another dispute after all; possible until the other one moves on."""
    async with call.db.transaction() as tx:
        await merging.unmerge(tx, await reach(tx, call, call.path("id")), call.caller.id, call.now())
    return await _shown(call)


async def reach(tx: Tx, call: Call[Any], matter_id: str) -> Matter:
    """A matter the caller may see; raises NotFound."""
    matter = await matters.load(tx, matter_id)
    await _sight(tx, call, matter)
    return matter


async def _sight(tx: Tx, call: Call[Any], matter: Matter) -> None:
    own = (await people.account(tx, call.caller.id)).organisation_id
    holds = await organisations.load(tx, matter.organisation_id)
    may_see(matter, call.caller, await organisations.load(tx, own) if own else None, holds)


async def _shown(call: Call[Any]) -> AlikeView:
    vault = call.request.app[keys.VAULT]
    await keyed.follow(call.db, vault)
    async with call.db.reading() as tx:
        matter = await reach(tx, call, call.path("id"))
        into = await merging.into_of(tx, matter.id)
        together = [matter, *await keyed.load(tx, set(await merging.below(tx, matter.id)))]
        goes_on = await matters.load(tx, into) if into else None
        like = await _like(tx, call, matter, {one.id for one in together} | {into})
        notes = await store.notes_of(tx, [one.id for one in together])
        channels = {one.channel for one in (*together, *(other for other, _ in like))} | {
            one.channel_id for one in notes
        }
        names = await store.names(tx, channels)
    return AlikeView(
        [_source(one, names) for one in together],
        [NoteView(names[one.channel_id], one.version, wire(one.at), one.record["event"], one.record["claims"])
         for one in notes],
        MergedView(goes_on.id, goes_on.number) if goes_on else None,
        [MergedView(one.id, one.number) for one in together[1:]],
        [_one(matter, other, likeness, names) for other, likeness in like],
        call.caller.role == "intake",
    )  # fmt: skip


async def _like(tx: Tx, call: Call[Any], matter: Matter, known: set[str | None]) -> Sequence[tuple[Matter, Likeness]]:
    """The likeliest first. What was merged elsewhere is seen through the matter that goes on for it."""
    found: list[tuple[Matter, Likeness]] = []
    for other in await keyed.found(tx, call.request.app[keys.VAULT], matter):
        likeness = alike.compare(matter, other)
        if likeness is None or other.id in known or other.state is MatterState.merged:
            continue
        try:
            await _sight(tx, call, other)
        except NotFound:
            continue
        found.append((other, likeness))
    return sorted(found, key=lambda one: -one[1].points)[:MOST]


def _source(one: Matter, names: Mapping[str, str]) -> SourceView:
    return SourceView(one.id, one.number, one.source, names.get(one.channel, ""), one.source_ref, wire(one.received_at))


def _one(matter: Matter, other: Matter, likeness: Likeness, names: Mapping[str, str]) -> AlikeOne:
    return AlikeOne(
        other.id, other.number, other.title, other.state, wire(other.received_at), other.source,
        names.get(other.channel, ""), likeness.kind, likeness.points,
        [WhyView(*one) for one in likeness.reasons], merging.fits(matter, other),
    )  # fmt: skip
