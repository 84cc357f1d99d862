"""The administrator's doors: who may push records, and their keys. A key is shown once, when it is made."""

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from msgspec import Meta

from server.channels import store
from server.channels.door_routes import KEY
from server.channels.model import Channel
from server.clock import wire
from server.errors import Invalid, NotFound
from server.ids import ChannelId, new
from server.people import organisations
from server.people import store as people
from server.people.model import Organisation
from server.store import journal, logins
from server.store.db import Tx
from server.web.call import Body, Call, View
from server.web.rights import right
from server.web.routes import Routes

routes = Routes("channels")
HANDOVER = timedelta(days=1)
"""The former key holds so long after a new one was made, unless it is revoked."""


class ChannelView(View):
    """One channel; `live`: it has a key."""

    id: str
    name: str
    organisation: str
    live: bool
    made_at: str
    last_at: str | None
    former_until: str | None


class Place(View):
    """Where records may arrive."""

    id: str
    name: str


class ChannelsView(View):
    """All that belong to the caller's organisation and below."""

    channels: list[ChannelView]
    organisations: list[Place]


class NewChannel(Body):
    """A name such as 12345热线, and where its records arrive."""

    name: Annotated[str, Meta(min_length=1, max_length=40)]
    organisation_id: Annotated[str, Meta(max_length=24)]


class KeyMade(View):
    """The only time the key is shown."""

    channel: ChannelView
    key: str


@routes.route("GET", "/api/channels", response=ChannelsView, permit=right("channels.see"))
async def show(call: Call[None]) -> ChannelsView:
    """Channels, and the organisations where another one could arrive."""
    async with call.db.reading() as tx:
        try:
            own = await own_organisation(tx, call)
        except NotFound:
            return ChannelsView([], [])
        found = await store.within(tx, own)
        places = [Place(one.id, one.name) for one in await organisations.tree(tx, own)]
    return ChannelsView([_view(call, *one) for one in found], places)


@routes.route(
    "POST", "/api/channels", request=NewChannel, response=KeyMade, permit=right("office.administer"),
    errors=(NotFound, Invalid),
)  # fmt: skip
async def make(call: Call[NewChannel]) -> KeyMade:
    """A new channel with its first key."""
    name = " ".join(call.body.name.split())
    if not name or not name.isprintable():
        raise Invalid({"name": "required" if not name else "value"})
    key, now = new_key(), call.now()
    async with call.db.transaction() as tx:
        place = await organisations.load(tx, call.body.organisation_id)
        if not place.within(await own_organisation(tx, call)):
            raise NotFound("organisation")
        made = Channel(ChannelId(new("chn")), name, place.id, now, logins.hashed(key))
        await store.add(tx, made)
        await journal.append(tx, made.id, "channel.made", call.caller.id, {"organisation": place.id}, now)
    return KeyMade(_view(call, made, place.name), key)


@routes.route(
    "POST", "/api/channels/{id}/key", response=KeyMade, permit=right("office.administer"), errors=(NotFound,)
)  # fmt: skip
async def rotate(call: Call[None]) -> KeyMade:
    """A new key; the one before holds for another day."""
    key, now = new_key(), call.now()
    async with call.db.transaction() as tx:
        before, place = await reach(tx, call, call.path("id"))
        until = now + HANDOVER if before.key_hash else None
        after = replace(before, key_hash=logins.hashed(key), former_hash=before.key_hash, former_until=until)
        await store.save(tx, after)
        await journal.append(tx, after.id, "channel.key_made", call.caller.id, {}, now)
    return KeyMade(_view(call, after, place.name), key)


@routes.route(
    "DELETE", "/api/channels/{id}/key", response=ChannelView, permit=right("office.administer"), errors=(NotFound,)
)  # fmt: skip
async def revoke(call: Call[None]) -> ChannelView:
    """No key holds any more, from now on; what was received stays."""
    async with call.db.transaction() as tx:
        before, place = await reach(tx, call, call.path("id"))
        after = replace(before, key_hash=None, former_hash=None, former_until=None)
        await store.save(tx, after)
        await journal.append(tx, after.id, "channel.revoked", call.caller.id, {}, call.now())
    return _view(call, after, place.name)


async def own_organisation(tx: Tx, call: Call[object]) -> Organisation:
    """Where the caller works; raises NotFound for staff without one."""
    own = (await people.account(tx, call.caller.id)).organisation_id
    if own is None:
        raise NotFound("organisation")
    return await organisations.load(tx, own)


async def reach(tx: Tx, call: Call[object], channel_id: str) -> tuple[Channel, Organisation]:
    """A channel of the caller's organisation or below, and where it arrives; raises NotFound for others."""
    found = await store.load(tx, channel_id)
    place = await organisations.load(tx, found.organisation_id)
    if not place.within(await own_organisation(tx, call)):
        raise NotFound("channel")
    return found, place


def new_key() -> str:
    """256 random bits behind a prefix that scanners for leaked keys can know."""
    return KEY + secrets.token_urlsafe(32)


def _view(call: Call[object], one: Channel, place: str) -> ChannelView:
    former = one.former_until if one.former_until and one.former_until > call.now() else None
    return ChannelView(
        one.id, one.name, place, one.key_hash is not None, wire(one.made_at),
        wire(one.last_at) if one.last_at else None, wire(former) if former else None,
    )  # fmt: skip
