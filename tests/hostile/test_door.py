"""The room's socket under malformed, oversized and endless messages: the offender is dropped, the others talk on."""

import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest

from server import app
from signaling.namespace import CONNECTS, FLOOD
from signaling.options import RoomOptions
from signaling.protocol import CLIENT_EVENTS, NAMESPACE
from tests.conftest import Office
from tests.signaling.conftest import House, house, house_of
from tests.signaling.visitor import Visitor, ticket

__all__ = ["house", "house_of"]

DEEP = "[" * 20_000
FRAMES = (
    "", "x", "9", "4", "40", "4x", "4\ud800", "42", "42[", "42[]", '42["chat"]', "42/room,", "42/room,{}",
    "42/room,[]", "42/room,[1]", "42/room,[{}]", "42/room,[[]]", '42/room,["connect",{},{}]', "44/room,{}", "46",
    '42/room,["disconnect"]', "43/room,1[]", "43/room,x", "45", '451-/room,["x"]', '459999999999-/room,["x"]',
    '45999999999999-/room,["x"]', "41", "41/room,", "40/other,{}", "40/room,", "40/room,[]", "40/room,7", "40/room,{",
    f"42/room,{DEEP}", f"40/room,{DEEP}", "42/room," + "9" * 6000, '42/room,["chat",' + "9" * 6000 + "]", "6", "0{}",
    "42/room," + "9" * 100 + '["chat"]', '40/room,{"ticket":"\\ud800","device":"\\ud800\\ud800\\ud800\\ud800\\ud800"}',
)  # fmt: skip
BAD = ("4", "42", "42/room,[1]", '42/room,["connect",{},{}]', "43/room,1[]", f"42/room,{DEEP}", "45", "40/other,{}")
"""Those that a person in a room may send."""


@asynccontextmanager
async def wire(base: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A bare WebSocket at the door, past Engine.IO's greeting."""
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(f"{base}/socket.io/?EIO=4&transport=websocket") as socket:
            assert (await socket.receive_str()).startswith("0")
            yield socket


async def closed(socket: aiohttp.ClientWebSocketResponse) -> None:
    """Until the server has hung up; its pings are answered."""
    async for message in socket:
        if message.data == "2":
            await socket.send_str("3")


async def joined(socket: aiohttp.ClientWebSocketResponse, person: str) -> None:
    said = json.dumps({"ticket": ticket(person), "device": "device-9"})
    await socket.send_str(f"40{NAMESPACE},{said}")
    async for message in socket:
        if str(message.data).startswith(f"40{NAMESPACE}"):
            return


async def talk_goes_on(people: list[Visitor]) -> None:
    one, other = people[:2]
    before = len(other.all("chat"))
    assert await one.say("chat", {"text": "在吗", "key": f"k{before}"}) == {"ok": True}
    await other.until(lambda: len(other.all("chat")) > before)


def nothing_logged(caplog: pytest.LogCaptureFixture) -> bool:
    return not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.timeout(60)
async def test_a_strangers_garbage_is_not_even_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    people = await house.enter("gu", "lin")
    for frame in FRAMES:
        async with wire(house.url) as socket:
            await socket.send_str(frame) if frame.isascii() else await socket.send_bytes(
                frame.encode("utf-8", "replace")
            )
            await socket.send_bytes(b"\x04" + frame.encode("utf-8", "replace"))
    async with wire(house.url) as socket:
        for frame in FRAMES:
            if frame[:1] == "4" and frame.isascii() and not socket.closed:
                await socket.send_str(frame)
        await socket.send_str("1")
        await closed(socket)
    await talk_goes_on(people)
    assert nothing_logged(caplog), caplog.text[-3000:]
    assert house.rooms.present("ses_1") == {"gu", "lin"} and set(house.room.connections) == {"gu", "lin"}


@pytest.mark.timeout(60)
async def test_a_participants_garbage_ends_their_own_connection(house: House, caplog: pytest.LogCaptureFixture) -> None:
    people = await house.enter("gu", "lin")
    for frame in BAD:
        async with wire(house.url) as socket:
            await joined(socket, "chen")
            await socket.send_str(frame)
    await people[0].until(lambda: "chen" not in house.room.connections)
    await talk_goes_on(people)
    assert nothing_logged(caplog), caplog.text[-3000:]


async def test_attachments_are_never_waited_for(house: House) -> None:
    """The library would gather ten thousand million of them."""
    people = await house.enter("gu", "lin")
    async with wire(house.url) as socket:
        await joined(socket, "chen")
        await socket.send_str(f'459999999999-{NAMESPACE},["chat",{{"_placeholder":true,"num":0}}]')
        for _ in range(50):
            await socket.send_bytes(bytes(60_000))
        await people[0].until(lambda: "chen" not in house.room.connections)
        assert not house.rooms.server._binary_packet
    await talk_goes_on(people)


async def test_events_without_end_close_their_connection(
    house_of: Callable[[RoomOptions], Awaitable[House]],
) -> None:
    house = await house_of(RoomOptions(events=20))
    people = await house.enter("gu", "lin")
    async with wire(house.url) as socket:
        await joined(socket, "chen")
        for n in range(20 * (FLOOD + 2)):
            await socket.send_str(f'42{NAMESPACE},{n}["want_to_speak",{{"wants":true}}]')
        await people[0].until(lambda: "chen" not in house.room.connections)
    await talk_goes_on(people)


async def test_a_socket_that_asks_again_and_again_is_closed(house: House, caplog: pytest.LogCaptureFixture) -> None:
    async with wire(house.url) as socket:
        for _ in range(CONNECTS):
            await socket.send_str(f'40{NAMESPACE},{{"ticket":"nonsense","device":"device-1"}}')
        await closed(socket)
    assert nothing_logged(caplog)


async def test_a_seat_asked_for_twice_on_one_socket(house: House, caplog: pytest.LogCaptureFixture) -> None:
    people = await house.enter("gu", "lin")
    async with wire(house.url) as socket:
        said = json.dumps({"ticket": ticket("chen"), "device": "device-9"})
        for _ in range(30):
            await socket.send_str(f"40{NAMESPACE},{said}")
    await people[0].until(lambda: "chen" not in house.room.connections)
    await talk_goes_on(people)
    assert nothing_logged(caplog), caplog.text[-3000:]


async def test_a_message_too_large_closes_its_connection(house: House) -> None:
    people = await house.enter("gu", "lin")
    async with wire(house.url) as socket:
        await joined(socket, "chen")
        await socket.send_str(f'42{NAMESPACE},["chat",{{"text":"{"x" * 70_000}","key":"k"}}]')
        await closed(socket)
    await talk_goes_on(people)


BODIES = (
    None, 7, [], "x", {}, {"person": "\ud800"}, {"text": "\ud800", "key": "\ud800"}, {"sizes": {"\ud800": 1}},
    {"received": {"\ud800": {"audio": 1, "video": 1}}}, {"n": 2**70, "sdp": "\ud800"}, {"n": 1, "sdp": "m=" * 9000},
    {"people": ["\ud800"] * 32, "chamber": "caucus_applicant"}, {"epoch": 1e308}, {"epoch": -1},
    {"kind": "audio", "muted": 7},
)  # fmt: skip


@pytest.mark.timeout(60)
async def test_every_event_with_every_wrong_body(
    house_of: Callable[[RoomOptions], Awaitable[House]], caplog: pytest.LogCaptureFixture
) -> None:
    """By a party in the room: refused or taken, never a fault of ours, and the others see and hear as before."""
    house = await house_of(RoomOptions(events=10_000, bad_messages=10_000))
    people = await house.enter("gu", "lin", "chen")
    for event in CLIENT_EVENTS:
        if event in ("end", "leave"):
            continue
        for body in BODIES:
            answer = await people[2].client.call(event, body, namespace=NAMESPACE, timeout=5)
            assert answer == {"ok": True} or answer["error"]["code"] != "internal", (event, body, answer)
    await talk_goes_on(people)
    assert nothing_logged(caplog), caplog.text[-3000:]


async def test_an_address_holds_a_bounded_number_of_sockets(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "SOCKETS_AT_ONCE", 3)
    async with wire(office.base), wire(office.base), wire(office.base) as last:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with wire(office.base):
                pass
        assert refused.value.status == 429
        await last.send_str("1")
        await closed(last)
        async with wire(office.base):
            pass


async def test_sockets_are_opened_at_a_bounded_rate(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "SOCKETS", app.Rate("socket", 5, 1e6))
    for _ in range(5):
        async with wire(office.base):
            pass
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with wire(office.base):
            pass
