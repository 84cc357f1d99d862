"""Typed keys of the app's parts: where a handler finds what `app.py` wired."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING, Protocol

from aiohttp import web

from documents import Abroad, Authority, EventIssuer, Fonts, TimeStamper, TimeStampers
from server.clock import Clock
from server.settings import Settings
from server.store.blobs import Blobs
from server.store.db import Database
from server.vault import Vault
from server.web.limits import Limits

if TYPE_CHECKING:
    from server.web.call import Caller
    from server.web.routes import Routes
    from signaling import Ticket
    from signaling.media import Offer


class RoomsDoor(Protocol):
    """What the office asks of the meeting rooms; `signaling.Rooms` is the real one."""

    def chamber_mates(self, room: str, person: str) -> frozenset[str]:
        """Ids of those in the same chamber as `person` now; empty when not present."""
        ...

    def talk_of(self, room: str, person: str) -> str | None:
        """The private talk in which `person` is now, "" in none; None when not present."""
        ...

    def shown(self, room: str, person: str) -> tuple[str, int] | None:
        """Id and page (from 1) of the document that is shown in the chamber of `person` now."""
        ...

    def present(self, room: str) -> frozenset[str]:
        """Ids of those in any chamber of the room."""
        ...

    def leads(self, room: str) -> tuple[str, str] | None:
        """Id and name of the host who leads now; None while there is none."""
        ...

    async def notify(self, room: str, what: str, people: Collection[str] | None = None) -> None:
        """Tell people (None: all in the room) that something changed; data always comes by GET."""
        ...

    async def invite(self, ticket: "Ticket") -> None:
        """Who may come to the ticket's room: hosts see them expected. Raises RoomError."""
        ...

    async def forget(self, room: str, person: str) -> None:
        """Somebody was taken out of the case: their browser is out, nobody expects them any more."""
        ...

    async def expel(self, person: str) -> None:
        """Somebody may not be anywhere any more: out of every room."""
        ...

    async def pause(self, room: str) -> None:
        """Nobody is forwarded until `resume`."""
        ...

    async def resume(self, room: str) -> None:
        """Go on."""
        ...

    async def dismiss(self, room: str, person: str) -> None:
        """The person's seat went to another browser: the one in the room is told and disconnected."""
        ...

    async def close(self, room: str) -> None:
        """End the meeting: everyone is told and disconnected."""
        ...


class TrialsDoor(Protocol):
    """What the network test asks of the media plane; `signaling.Trials` is the real one."""

    async def offer(self, name: str) -> "Offer":
        """A fresh connection in no room, to be answered."""
        ...

    async def answer(self, name: str, n: int, sdp: str) -> None:
        """Raises AnswerRejected."""
        ...


REQUEST_ID: web.RequestKey[str] = web.RequestKey("request_id", str)
ADDRESS: web.RequestKey[str] = web.RequestKey("address", str)
Identify = Callable[[web.Request], Awaitable["Caller"]]

SETTINGS: web.AppKey[Settings] = web.AppKey("settings", Settings)
CLOCK: web.AppKey[Clock] = web.AppKey("clock")
DB: web.AppKey[Database] = web.AppKey("db", Database)
BLOBS: web.AppKey[Blobs] = web.AppKey("blobs", Blobs)
LIMITS: web.AppKey[Limits] = web.AppKey("limits", Limits)
ROOMS: web.AppKey[RoomsDoor] = web.AppKey("rooms")
TRIALS: web.AppKey[TrialsDoor] = web.AppKey("trials")
SECRET: web.AppKey[bytes] = web.AppKey("secret", bytes)
VAULT: web.AppKey[Vault] = web.AppKey("vault", Vault)
AUTHORITY: web.AppKey[Authority] = web.AppKey("authority", Authority)
ISSUER: web.AppKey[EventIssuer] = web.AppKey("issuer")
"""Who certifies people: the same authority, or a licensed one."""
TSA: web.AppKey[TimeStamper] = web.AppKey("tsa")
ANCHOR_SOON: web.AppKey[asyncio.Event] = web.AppKey("anchor_soon", asyncio.Event)
"""Set after an act that must not wait for the hour: the journals that grew are time-stamped at once."""
ABROAD: web.AppKey[Abroad] = web.AppKey("abroad", Abroad)
STAMPERS: web.AppKey[TimeStampers] = web.AppKey("stampers", TimeStampers)
"""The list behind `TSA`, for asking how its members stand."""
ANCHORS: web.AppKey[tuple[bytes, ...]] = web.AppKey("anchors")
"""Roots (DER) that signatures and time-stamps of this deployment lead to."""
FONTS: web.AppKey[Fonts] = web.AppKey("fonts", Fonts)
IDENTIFY: web.AppKey[Identify] = web.AppKey("identify")
TABLES: web.AppKey[tuple["Routes", ...]] = web.AppKey("tables")
