"""Storms: whatever people, tabs and lines do, nothing is heard where it must not be, and nothing is left behind."""

import asyncio
from collections import Counter
from typing import get_args

import pytest

from signaling import tasks
from signaling.events import ClosePeer, Effect
from signaling.moves import Moves
from signaling.protocol import ChamberId
from tests.signaling import virtual
from tests.signaling.meeting import CAST
from tests.signaling.storm import Office, Page

ROOMS = {
    "ses_1": ("gu", "lin", "chen", "wu"),
    "ses_2": ("gu", "lin", "han", "su"),
    "ses_3": ("he", "li", "chen"),
    "ses_4": ("gu", "fang", "bai", "tang", "lin", "wu", "li"),
}
HOSTS = ("gu", "he", "fang")
CHAMBERS: tuple[ChamberId, ...] = ("joint", *get_args(ChamberId))
"""Back together twice as often as into any one of the others."""
ACTS = 420
ACT_EVERY = 0.35
"""Seconds between two acts, on average."""
CALM = 20.0
"""Seconds after which everybody whose line is up must be heard again."""


class Storm:
    """Random acts of everybody. `count` says how often each was done."""

    def __init__(self, seed: int) -> None:
        self.office = Office(seed, tuple(ROOMS))
        self.random = self.office.random
        self.count: Counter[str] = Counter()
        self.tick()

    def tick(self) -> None:
        """Every 50 ms, as the media plane does."""
        self.office.later(0.05, self.tick)
        for peer in list(self.office.peers):
            peer.tick(self.office.loop.time())
            if self.random.random() < 0.05:
                peer.report(self.office.loop.time())

    def pages(self, room: str) -> dict[str, Page]:
        """The newest page of each person there."""
        return {page.person: page for page in self.office.pages if page.room == room and not page.over}

    def act(self) -> None:
        room = self.random.choice(list(ROOMS))
        pages = self.pages(room)
        absent = [person for person in ROOMS[room] if person not in pages]
        if absent and self.random.random() < 0.5:
            self.join(room, self.random.choice(absent))
            return
        person = self.random.choice(list(pages))
        hosts = [pages[h] for h in HOSTS if h in pages]
        if hosts and self.random.random() < 0.5:
            self.host(self.random.choice(hosts), pages)
        else:
            self.person(pages[person])

    def join(self, room: str, person: str) -> None:
        self.count["join"] += 1
        Page(self.office, room, person)

    def host(self, host: Page, pages: dict[str, Page]) -> None:
        others = [page.person for page in pages.values() if page is not host] or [host.person]
        target = self.random.choice(others)
        what = self.random.choices(("admit", "move", "host_mute", "back_to_lobby", "pause"), (6, 8, 2, 1, 1))[0]
        self.count[what] += 1
        if what == "admit":
            for one in others:
                host.say("admit", {"person": one})
        elif what == "move":
            chamber = self.random.choice(CHAMBERS)
            people = [p for p in others if self.random.random() < 0.5 and chamber.partition("_")[2] in ("", CAST[p][2])]
            host.say("move", {"people": people, "chamber": chamber})
        elif what == "host_mute":
            host.say("host_mute", {"person": target, "kind": "audio", "muted": self.random.random() < 0.5})
        elif what == "back_to_lobby":
            host.say("back_to_lobby", {"person": target})
        else:
            host.say("pause")
            self.office.later(2, lambda: host.say("resume"))

    def person(self, page: Page) -> None:
        what = self.random.choices(("cut", "reload", "take_over", "leave", "mute", "restart"), (8, 4, 2, 1, 3, 2))[0]
        self.count[what] += 1
        if what == "cut":
            longest = 3 if page.person in HOSTS else 6  # without a host nothing else happens
            page.cut(self.random.choice((0.5, 5.0, 12.0, 18.0, 25.0, 84.0)[:longest]) * (0.5 + self.random.random()))
        elif what == "reload":
            page.reload()
        elif what == "take_over":
            Page(self.office, page.room, page.person)
        elif what == "leave":
            page.say("leave")
        elif what == "mute":
            page.say("mute", {"kind": "audio", "muted": self.random.random() < 0.5})
        else:
            page.say("restart")

    async def rage(self) -> None:
        for room, people in ROOMS.items():
            for person in people:
                self.join(room, person)
        for _ in range(ACTS):
            await asyncio.sleep(self.random.random() * 2 * ACT_EVERY)
            self.act()

    async def calm(self) -> None:
        """Lines come back, hosts let everybody in and open what they held; nobody reloads."""
        await asyncio.sleep(130)
        for room in ROOMS:
            for host in (page for page in self.pages(room).values() if page.person in HOSTS):
                host.say("resume")
                host.say("move", {"people": [], "chamber": "joint"})
                for person in ROOMS[room]:
                    host.say("admit", {"person": person})
                    host.say("host_mute", {"person": person, "kind": "audio", "muted": False})
        await asyncio.sleep(15)
        for page in self.office.pages:
            page.say("mute", {"kind": "audio", "muted": False})
        await asyncio.sleep(CALM)


def deaf(office: Office) -> list[str]:
    """Who should hear whom and has not for 5 s."""
    now = office.loop.time()
    return [
        f"{receiver} has not heard {source} in {name}"
        for name, room in office.rooms.items()
        for source, person in room.machine.people.items()
        if not person.closed("audio")
        for receiver in room.machine.hearers(source)
        if now - office.flowed.get((name, receiver, source), -9.0) > 5
    ]


def ghosts(office: Office) -> list[str]:
    """Seats without a page behind them, pages without a seat, peers nobody owns."""
    found = []
    for name, room in office.rooms.items():
        living = {page.person for page in office.pages if page.room == name and not page.over}
        found += [
            f"{name}: {p.id} is {p.seat}" for p in room.machine.people.values() if p.seated and p.id not in living
        ]
        found += [f"{name}: {p} has a connection and no page" for p in room.connections if p not in living]
        found += [f"{name}: {p} has a page and no connection" for p in living if p not in room.connections]
        found += [f"{name}: peer of {p}" for p in room._peers if not room.machine.people[p].seated]
        found += [f"{name}: {p} has waited for a set" for p in room._resting]
    owned = {id(seated.peer) for room in office.rooms.values() for seated in room._peers.values()}
    return found + [f"a peer of {peer.person} nobody owns" for peer in office.peers if id(peer) not in owned]


async def storm(seed: int) -> Storm:
    weather = Storm(seed)
    await weather.rage()
    await weather.calm()
    return weather


async def moved_unawares() -> Office:
    """lin's line is cut, lin is taken into a caucus meanwhile, and lin's page still sends for the joint chamber when it
    returns."""
    weather = Storm(7)
    for person in ("gu", "lin", "chen"):
        weather.join("ses_1", person)
    await asyncio.sleep(1)
    gu, lin = weather.pages("ses_1")["gu"], weather.pages("ses_1")["lin"]
    for person in ("lin", "chen"):
        gu.say("admit", {"person": person})
    await asyncio.sleep(3)
    lin.cut(20)
    await asyncio.sleep(12)
    gu.say("move", {"people": ["lin"], "chamber": "caucus_applicant"})
    await asyncio.sleep(20)
    assert weather.office.rooms["ses_1"].machine.people["lin"].chamber == "caucus_applicant"
    return weather.office


def test_a_page_moved_unawares_is_not_heard_with_what_it_said_before() -> None:
    office = virtual.run(moved_unawares())
    assert office.leaks == [] and deaf(office) == []


def test_the_judge_has_teeth(monkeypatch: pytest.MonkeyPatch) -> None:
    """Media that outlives a move made without its owner is noticed."""
    real = Moves._drain

    def careless(self: Moves, now: float) -> list[Effect]:
        effects = real(self, now)
        for person in self.move.people if self.move is not None else []:
            self.people[person].sending |= not self.people[person].connected
        return [effect for effect in effects if not isinstance(effect, ClosePeer)]

    monkeypatch.setattr(Moves, "_drain", careless)
    assert virtual.run(moved_unawares()).leaks


@pytest.mark.parametrize("seed", range(5))
def test_a_storm_leaks_nothing_and_leaves_no_ghost(seed: int) -> None:
    async def main() -> None:
        weather = await storm(seed)
        office = weather.office
        print(f"seed {seed}: {dict(weather.count)}, {office.delivered} packets judged, {office.repaired} repairs")
        assert office.leaks == []
        assert ghosts(office) == []
        assert deaf(office) == []
        assert office.delivered > 10_000 and office.repaired > 50, "the world was alive"
        for room in office.rooms.values():
            for page in weather.pages(room.machine.id).values():
                page.say("leave")
        await asyncio.sleep(700)
        for room in office.rooms.values():
            assert not room._peers and not room.connections and not room._missing and room._timer is None
            assert not [p for p in room.machine.people.values() if p.seated]
        assert office.peers == []
        assert {task.get_name() for task in tasks._running} == set()

    virtual.run(main())
