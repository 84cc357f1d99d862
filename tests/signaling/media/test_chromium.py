"""The media plane against real Chromium: both directions, reload, ICE restart, a move by sets, feedback, mute."""

import asyncio
import dataclasses
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright

from signaling.media import Mark, MediaOptions, MediaPlane, Peer
from signaling.media.pace import Pacer
from signaling.media.rtp import RTX, VP8
from signaling.media.subscribe import Subscriptions

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
]
ORIGIN = "http://localhost:9"
HTML = (Path(__file__).parent / "browser_page.html").read_text()
LOOK = {"lin": ("red", 440), "chen": ("green", 1320)}


async def until(condition: Callable[[], Awaitable[Any]], deadline: float = 10.0) -> Any:
    """The first true answer of `condition`, asked every 50 ms."""
    loop = asyncio.get_running_loop()
    end = loop.time() + deadline
    while not (answer := await condition()):
        assert loop.time() < end, f"not within {deadline} s; last answer {answer!r}"
        await asyncio.sleep(0.05)
    return answer


class Seat:
    """One person: a page in Chromium and the peer it talks to."""

    def __init__(self, plane: MediaPlane, browser: Browser, person: str) -> None:
        self.plane, self.browser, self.person = plane, browser, person
        self.connected = asyncio.Event()
        self.page: Page
        self.peer: Peer

    def on_connected(self) -> None:
        self.connected.set()

    def on_disconnected(self) -> None:
        self.connected.clear()

    def on_needs_offer(self) -> None:
        raise AssertionError("offers are sent in time here")

    async def open(self) -> None:
        self.page = await self.browser.new_page()
        await self.page.route("**/*", lambda route: route.fulfill(body=HTML, content_type="text/html"))
        await self.load()

    async def load(self) -> None:
        await self.page.goto(ORIGIN)
        await self.page.evaluate("([colour, hertz]) => publish(colour, hertz)", list(LOOK[self.person]))
        self.connected.clear()
        self.peer = self.plane.add_peer(self.person, self)

    async def negotiate(self) -> None:
        offer = self.peer.offer()
        sdp = await self.page.evaluate("offer => answer(offer)", dataclasses.asdict(offer))
        await self.peer.answer(offer.n, sdp)

    async def go(self, name: Any, chamber: str, epoch: int) -> None:
        self.peer.use_set(name, Mark(chamber, epoch))
        await self.page.evaluate("name => useSet(name)", name)

    async def received(self, mid: str) -> dict[str, int]:
        report = await self.page.evaluate("received()")
        return dict(
            report.get(
                mid,
                {
                    "packets": 0,
                    "frames": 0,
                    "lost": 0,
                    "nack": 0,
                    "freezes": 0,
                    "keys": 0,
                    "plis": 0,
                    "width": 0,
                    "dropped": 0,
                },
            )
        )

    async def sees(self, colour: str) -> bool:
        return bool(await self.page.evaluate("colour('11')") == colour)

    async def hears(self, hertz: float) -> bool:
        return abs(float(await self.page.evaluate("tone('10')")) - hertz) < 20


@pytest.fixture
async def seats() -> AsyncIterator[tuple[Seat, Seat]]:
    """Lin and Chen, connected, both publishing on set A, not yet listening."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        plane = await MediaPlane.open(MediaOptions())
        lin, chen = Seat(plane, browser, "lin"), Seat(plane, browser, "chen")
        for seat in (lin, chen):
            await seat.open()
        lin.peer.listen({"chen": chen.peer})
        chen.peer.listen({"lin": lin.peer})
        for seat in (lin, chen):
            await seat.negotiate()
        for seat in (lin, chen):
            await asyncio.wait_for(seat.connected.wait(), 10)
            await seat.go("A", "joint", 1)
        yield lin, chen
        await plane.close()
        await browser.close()


async def test_two_browsers_see_and_hear_each_other(seats: tuple[Seat, Seat]) -> None:
    lin, chen = seats
    await until(lambda: lin.sees("green"))
    await until(lambda: chen.sees("red"))
    await until(lambda: lin.hears(1320))
    await until(lambda: chen.hears(440))
    before = (await lin.received("11"))["frames"]

    async def more() -> bool:
        return (await lin.received("11"))["frames"] > before + 40

    await until(more)
    after = await lin.received("11")
    assert after["lost"] == 0
    health = chen.peer.health()
    assert health.connected and health.counts[Mark("joint", 1)]["video"] > 40
    assert health.heard_by["lin"]["audio"].packets > 40


async def test_page_reload_takes_the_seat_again_and_the_other_side_goes_on(seats: tuple[Seat, Seat]) -> None:
    lin, chen = seats
    await until(lambda: lin.sees("green"))
    await chen.peer.close()
    await chen.load()
    assert chen.peer.listen({"lin": lin.peer})
    assert not lin.peer.listen({"chen": chen.peer}), "the line lent to chen is used again"
    keys = (await lin.received("11"))["keys"]  # before: the key frame may come as soon as the set is in use
    await chen.negotiate()
    await asyncio.wait_for(chen.connected.wait(), 10)
    await chen.go("A", "joint", 1)

    async def fresh_key_frame() -> bool:
        return (await lin.received("11"))["keys"] > keys

    await until(fresh_key_frame)
    await until(lambda: chen.sees("red"))
    await until(lambda: lin.hears(1320))


async def test_ice_restart_does_not_interrupt(seats: tuple[Seat, Seat]) -> None:
    lin, chen = seats
    await until(lambda: lin.sees("green"))
    agent = chen.peer._link.agent  # type: ignore[attr-defined]
    path, ufrag = agent.media_path, agent.local.ufrag
    before = await lin.received("11")
    chen.peer.restart()
    await chen.negotiate()

    async def moved() -> bool:
        return bool(agent.media_path != path)

    await until(moved)  # Chromium answered our check of the new path
    assert agent.credentials(ufrag) is None, "the old ufrag is silent after the nomination"

    async def more() -> bool:
        return (await lin.received("11"))["frames"] > before["frames"] + 30

    await until(more)
    assert chen.connected.is_set()
    # Not the freezes: those are counted on a busy machine without any interruption, too.
    assert (await lin.received("11"))["lost"] == before["lost"]


class Rebinding:
    """A NAT between browser and plane that takes a new port towards the plane when told."""

    def __init__(self, port: int) -> None:
        self.plane = ("127.0.0.1", port)
        self.browser: Any = None
        self.loop = asyncio.get_running_loop()
        self.front = self.bind(self.from_browser)
        self.back = self.bind(self.from_plane)
        self.old: list[socket.socket] = []

    def bind(self, act: Callable[[socket.socket], None]) -> socket.socket:
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.bind(("127.0.0.1", 0))
        made.setblocking(False)
        self.loop.add_reader(made, act, made)
        return made

    def from_browser(self, front: socket.socket) -> None:
        data, self.browser = front.recvfrom(2048)
        self.back.sendto(data, self.plane)

    def from_plane(self, back: socket.socket) -> None:
        data = back.recv(2048)
        if back is self.back:
            self.front.sendto(data, self.browser)

    def rebind(self) -> None:
        self.old.append(self.back)
        self.back = self.bind(self.from_plane)

    def close(self) -> None:
        for made in (self.front, self.back, *self.old):
            self.loop.remove_reader(made)
            made.close()


async def test_new_port_of_a_nat_is_followed(seats: tuple[Seat, Seat]) -> None:
    lin, chen = seats
    await until(lambda: lin.sees("green"))
    nat = Rebinding(chen.plane.port)
    try:
        await chen.peer.close()
        await chen.load()
        chen.peer.listen({"lin": lin.peer})
        lin.peer.listen({"chen": chen.peer})
        offer = chen.peer.offer()
        port = str(nat.front.getsockname()[1])
        sdp = offer.sdp.replace(str(chen.plane.port), port)
        answer = await chen.page.evaluate("offer => answer(offer)", {**dataclasses.asdict(offer), "sdp": sdp})
        await chen.peer.answer(offer.n, answer)
        await asyncio.wait_for(chen.connected.wait(), 10)
        await chen.go("A", "joint", 1)
        await until(lambda: chen.sees("red"))
        nat.rebind()
        path = nat.back.getsockname()
        agent = chen.peer._link.agent  # type: ignore[attr-defined]

        async def followed() -> bool:
            return bool(agent.media_path == path)

        await until(followed, 15)
        frames = [(await seat.received("11"))["frames"] for seat in (lin, chen)]

        async def both_go_on() -> bool:
            now = [(await seat.received("11"))["frames"] for seat in (lin, chen)]
            return all(after > before + 10 for after, before in zip(now, frames, strict=True))

        await until(both_go_on)
        assert agent.media_path == path
    finally:
        await chen.page.close()
        nat.close()


async def test_move_from_set_a_to_set_b_reaches_the_new_chamber(seats: tuple[Seat, Seat]) -> None:
    lin, chen = seats
    await until(lambda: lin.sees("green"))
    chen.peer.drain()
    lin.peer.listen({})
    await chen.page.evaluate("useSet('none')")
    still = await lin.received("10")
    await chen.go("B", "caucus", 2)
    lin.peer.listen({"chen": chen.peer})

    async def goes_on() -> bool:
        return (await lin.received("10"))["packets"] > still["packets"] + 20

    await until(goes_on)
    await until(lambda: lin.sees("green"))
    counts = chen.peer.health().counts
    assert counts[Mark("caucus", 2)]["audio"] > 10 and counts[Mark("joint", 1)]["audio"] > 0


async def test_feedback_moves_the_publishers_estimate(seats: tuple[Seat, Seat]) -> None:
    lin, _ = seats
    assert "transport-cc" in await lin.page.evaluate("pc.localDescription.sdp")

    async def estimate_moves() -> bool:
        # Chromium starts at 300 kbit/s and stays there without feedback; a busy machine may let it fall.
        estimate = float((await lin.page.evaluate("sent()"))["bitrate"])
        return estimate > 0 and abs(estimate - 300_000) > 5_000

    await until(estimate_moves, 40)

    async def round_trip() -> bool:
        return (await lin.page.evaluate("sent()")).get("rtt") is not None

    await until(round_trip)


async def test_muted_audio_is_not_forwarded_whatever_the_browser_sends(seats: tuple[Seat, Seat]) -> None:
    lin, chen = seats
    await until(lambda: lin.hears(1320))
    chen.peer.mute("audio", True)
    at_mute = chen.peer.health()

    async def browser_sends_on() -> bool:
        return chen.peer.health().sending["audio"].packets > at_mute.sending["audio"].packets + 50

    await until(browser_sends_on)
    now = chen.peer.health()
    assert now.heard_by["lin"]["audio"].packets == at_mute.heard_by["lin"]["audio"].packets
    assert now.heard_by["lin"]["video"].packets > at_mute.heard_by["lin"]["video"].packets
    chen.peer.mute("audio", False)
    await until(lambda: lin.hears(1320))


async def test_five_percent_loss_both_ways_is_repaired(seats: tuple[Seat, Seat]) -> None:
    """What Chromium loses we repair from the ring; what we lose Chromium repairs."""
    lin, chen = seats
    await until(lambda: lin.sees("green"))
    plane = lin.plane
    send, receive = plane._mux.send, plane._sockets[0]._receive
    chance = random.Random(7)

    def media(data: bytes) -> bool:
        return 127 < data[0] < 192 and data[1] & 0x7F in (VP8, RTX)

    plane._mux.send = lambda data, to: None if media(data) and chance.random() < 0.05 else send(data, to)
    plane._sockets[0]._receive = lambda data, to, now: (
        None if media(data) and chance.random() < 0.05 else receive(data, to, now)
    )
    before = await lin.received("11")

    async def asked_again() -> bool:
        """A hundred small frames may by chance all arrive: so on until something was lost."""
        now = await lin.received("11")
        return now["frames"] > before["frames"] + 100 and now["nack"] > before["nack"]

    await until(asked_again, 30)
    after = await lin.received("11")
    assert after["freezes"] - before["freezes"] <= 1
    flow = chen.peer.health().sending["video"]
    assert flow.lost < 0.02 * flow.packets, "what was lost on the way to us came again"


@pytest.fixture
def by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody but the test says who gets which layer, and no picture waits for an estimate that nobody raises."""
    monkeypatch.setattr(Subscriptions, "tick", lambda self, now: None)
    monkeypatch.setattr(Pacer, "pace", lambda self, bitrate, wide: None)


async def test_layers_are_switched_without_a_freeze(by_hand: None, seats: tuple[Seat, Seat]) -> None:
    """Chen's camera is 1280x720 in three layers; lin is given each of them, sixteen switches in a row.

    A busy machine loses packets and stands still by itself, but not three times in a row."""
    lin, chen = seats
    await until(lambda: lin.sees("green"))
    await chen.page.evaluate("publish('green', 1320, 1280, 720).then(() => useSet('A'))")
    publisher, clock = chen.peer.publisher, chen.plane.clock

    async def three_layers() -> bool:
        return [rate.index for rate in publisher.layers("video", clock())] == [0, 1, 2]

    await until(three_layers, 40)
    [leg] = publisher._legs["video"]
    widths = {0: 320, 1: 640, 2: 1280}

    async def shows(layer: int) -> bool:
        return (await lin.received("11"))["width"] == widths[layer]

    leg.aim(0, clock())
    await until(lambda: shows(0))

    async def sixteen() -> dict[str, int]:
        before = await lin.received("11")
        for layer in (1, 2, 0, 2, 1, 0, 1, 0, 2, 0, 1, 2, 1, 2, 0, 2):
            leg.aim(layer, clock())
            await until(lambda layer=layer: shows(layer))
            assert leg.layer == layer
        after = await lin.received("11")
        return {name: after[name] - before[name] for name in ("freezes", "plis", "lost", "nack")}

    clean = {"freezes": 0, "plis": 0, "lost": 0, "nack": 0}
    rounds = [await sixteen()]
    while rounds[-1] != clean and len(rounds) < 3:
        rounds.append(await sixteen())
    assert rounds[-1] == clean, rounds


async def test_paused_picture_sends_nothing_and_comes_back(by_hand: None, seats: tuple[Seat, Seat]) -> None:
    lin, chen = seats
    await until(lambda: lin.sees("green"))
    [leg] = chen.peer.publisher._legs["video"]
    leg.aim(None, chen.plane.clock())
    sent = leg.packets
    heard = (await lin.received("10"))["packets"]

    async def voice_goes_on() -> bool:
        return (await lin.received("10"))["packets"] > heard + 50

    await until(voice_goes_on)
    assert leg.packets == sent
    frames = (await lin.received("11"))["frames"]
    leg.aim(2, chen.plane.clock())

    async def picture_is_back() -> bool:
        return (await lin.received("11"))["frames"] > frames + 10

    await until(picture_is_back)
