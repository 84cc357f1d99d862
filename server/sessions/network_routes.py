"""HTTP doors of the network test before the room: a connection to the media plane itself, and bytes to time."""

import secrets
from typing import Annotated, Any, Literal

from msgspec import Meta

from server.errors import Invalid
from server.sessions import turn
from server.web import keys
from server.web.call import Body, Call, View, known
from server.web.limits import Rate
from server.web.routes import Routes
from signaling.media import AnswerRejected

routes = Routes("network")
TRIES = Rate("network.try", 12, 120)
SPEEDS = Rate("network.speed", 40, 120)
MOST = 256
"""Kilobytes at a time: a quarter of a second at 8 Mbit/s. A page whose first few took long asks for no more."""
Way = Literal["direct", "relay"]


class Begin(Body):
    """By which way: straight to the media plane, or through a TURN server only."""

    way: Way


class Answered(Body):
    """The browser's answer to the offer of that way."""

    way: Way
    n: int
    sdp: Annotated[str, Meta(max_length=60_000)]


class TrialView(View):
    """The offer to answer, and the servers to go through; `offered` false: there is no TURN server to try."""

    offered: bool
    n: int
    sdp: str
    ice_servers: list[dict[str, Any]]


class Done(View):
    """It was taken."""

    done: bool = True


@routes.route("POST", "/api/network/try", request=Begin, response=TrialView, permit=known)
async def begin(call: Call[Begin]) -> TrialView:
    """Open a connection in no room. It ends by itself."""
    call.request.app[keys.LIMITS].check(TRIES, call.caller.id)
    relays = turn.servers(call.settings.media, call.caller.id, call.now()) if call.body.way == "relay" else []
    if call.body.way == "relay" and not relays:
        return TrialView(False, 0, "", [])
    offer = await call.request.app[keys.TRIALS].offer(f"{call.caller.id} {call.body.way}")
    return TrialView(True, offer.n, offer.sdp, relays)


@routes.route("POST", "/api/network/answer", request=Answered, response=Done, permit=known, errors=(Invalid,))
async def answer(call: Call[Answered]) -> Done:
    """The browser's half."""
    body = call.body
    try:
        await call.request.app[keys.TRIALS].answer(f"{call.caller.id} {body.way}", body.n, body.sdp)
    except AnswerRejected:
        raise Invalid({"sdp": "value"}) from None
    return Done()


@routes.route(
    "GET", "/api/network/bytes", response=bytes, produces="application/octet-stream", permit=known, queries=("kb",),
    errors=(Invalid,),
)  # fmt: skip
async def down(call: Call[None]) -> bytes:
    """So many kilobytes nothing on the way can make smaller."""
    call.request.app[keys.LIMITS].check(SPEEDS, call.caller.id)
    asked = call.query("kb")
    if not (asked.isascii() and asked.isdigit() and len(asked) <= 3 and 1 <= int(asked) <= MOST):
        raise Invalid({"kb": "range"})
    return secrets.token_bytes(int(asked) * 1024)


@routes.route(
    "POST", "/api/network/bytes", request=bytes, consumes="application/octet-stream", limit=MOST * 1024, response=Done,
    permit=known,
)  # fmt: skip
async def up(call: Call[bytes]) -> Done:
    """Bytes that are thrown away."""
    call.request.app[keys.LIMITS].check(SPEEDS, call.caller.id)
    return Done()
