"""A live room with real media: three people who paint and hum, and what each of them receives."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from signaling.media.client import SyntheticClient
from signaling.protocol import NAMESPACE
from tests.signaling.conftest import House
from tests.signaling.visitor import Visitor

HERTZ = {"gu": 440, "lin": 660, "chen": 880}
SECRET_HERTZ = 1320


@dataclass
class Guest:
    """A visitor whose browser answers offers, obeys `go` and `draining`."""

    visitor: Visitor
    media: SyntheticClient
    set: Literal["A", "B"] | None = None

    @classmethod
    async def wire(cls, visitor: Visitor, person: str) -> "Guest":
        guest = cls(visitor, SyntheticClient(hertz=HERTZ[person], fps=5))
        visitor.also["offer"] = guest._offer
        visitor.also["go"] = guest._go
        visitor.also["draining"] = guest._drain
        for event, body in list(visitor.heard):
            if event in visitor.also:
                await visitor.also[event](body)
        return guest

    async def _offer(self, body: dict[str, object]) -> None:
        sdp = await self.media.answer(body)
        if self.set is not None:
            self.media.use_set(self.set)
        await self.visitor.client.emit("answer", {"n": body["n"], "sdp": sdp}, namespace=NAMESPACE)

    async def _go(self, body: dict[str, object]) -> None:
        self.set = "A" if body["set"] == "A" else "B"
        self.media.use_set(self.set)

    async def _drain(self, body: dict[str, object]) -> None:
        self.set = None
        self.media.drain()

    def sound(self, person: str) -> int:
        entry = self.media.received().get(person)
        return entry["audio_packets"] if entry else 0

    def hertz(self, person: str) -> int:
        entry = self.media.received().get(person)
        return entry["hertz"] if entry else 0


async def eventually(wanted: Callable[[], bool]) -> None:
    """Media has no event to wait for: looked at each 20 ms, at most 10 s."""
    async with asyncio.timeout(10):
        while not wanted():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_a_caucus_is_heard_inside_and_nowhere_else(house: House) -> None:
    visitors = await house.enter("gu", "lin", "chen")
    guests = {}
    for person, visitor in zip(HERTZ, visitors, strict=True):
        guests[person] = await Guest.wire(visitor, person)
        house.stack.push_async_callback(guests[person].media.close)
    gu, lin, chen = guests["gu"], guests["lin"], guests["chen"]
    await eventually(lambda: all(g.sound(p) > 10 for q, g in guests.items() for p in HERTZ if p != q))
    await eventually(lambda: abs(chen.hertz("lin") - HERTZ["lin"]) < 60)

    await visitors[0].say("move", {"people": ["lin"], "chamber": "caucus_applicant"})
    await lin.visitor.until(lambda: len(lin.visitor.all("go")) == 2)
    await chen.visitor.until(lambda: chen.visitor.room["away"])
    outside = {p: chen.sound(p) for p in ("gu", "lin")}
    lin.media.hum(SECRET_HERTZ)
    inside = gu.sound("lin")
    await eventually(lambda: gu.sound("lin") > inside + 50 and abs(gu.hertz("lin") - SECRET_HERTZ) < 60)

    # A few packets were under way to the outsider when the move began; none follows.
    for person, packets in outside.items():
        assert chen.sound(person) <= packets + 5
    assert abs(chen.hertz("lin") - SECRET_HERTZ) > 60
    assert lin.sound("chen") <= lin.sound("gu")


async def test_a_muted_microphone_is_closed_where_packets_are_routed(house: House) -> None:
    visitors = await house.enter("gu", "lin")
    gu, lin = [await Guest.wire(v, p) for v, p in zip(visitors, HERTZ, strict=False)]
    for guest in (gu, lin):
        house.stack.push_async_callback(guest.media.close)
    await eventually(lambda: gu.sound("lin") > 10)
    await gu.visitor.say("host_mute", {"person": "lin", "kind": "audio", "muted": True})
    await lin.visitor.until(lambda: lin.visitor.room["you"]["muted"]["by_host"]["audio"])
    packets = gu.sound("lin")
    heard = lin.sound("gu")
    await eventually(lambda: lin.sound("gu") > heard + 30)  # lin's browser still sends; the room does not forward it
    assert gu.sound("lin") <= packets + 5
