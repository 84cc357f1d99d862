"""A simulated year: matters come, move on, are stopped and extended, the server sleeps, wakes and has its clock set
back; every light and every warning is held against a second reckoning that goes day by day and shares no code with the
first. `python -m tests.server.limits.year --matters N --seed S` prints the counts."""

import argparse
import asyncio
import random
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import sqlalchemy as sa

from server.ids import OrganisationId, new
from server.law import holidays, terms
from server.law.dates import ZONE
from server.law.terms import Term
from server.limits import store
from server.limits.clock import Extension, Pause
from server.limits.model import Prolonged, Suspension
from server.limits.watching import look, refresh
from server.matters import store as matters
from server.matters.model import Matter, MatterAct
from server.people import organisations
from server.people.model import OrganisationKind
from server.store import migrate
from server.store.db import Database
from tests.server.limits.filing import file
from tests.server.limits.reference import light_on

DAY = timedelta(days=1)
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
CALENDAR, TERMS = holidays.read(), terms.read()
STAGES = {
    "received": "answer",
    "accepted": "routing",
    "routed": "assigning",
    "appointed": "appointment",
    "mediating": "mediation",
}
NEXT = {"received": "accept", "accepted": "route", "routed": "appoint", "appointed": "agree", "mediating": "settle"}
TO_WHOM = {"yellow": ["handler"], "red": ["handler", "leader", "desk"]}


@dataclass
class Story:
    """What the second reckoning knows of one matter."""

    matter: Matter
    term: Term
    since: date
    rounds: int = 1
    turn: int = 0
    spans: list[list[date | None]] = field(default_factory=list)
    extension: tuple[date, date] | None = None
    seen: tuple[int, str] | None = None
    warned: list[tuple[int, int, str, str]] = field(default_factory=list)

    def light(self, today: date) -> tuple[str, date | None, int]:
        spans = [(one[0], one[1]) for one in self.spans if one[0] is not None]
        known = [self.since, *(last or first for first, last in spans), *(self.extension or ())[:1]]
        today = max(today, *known)  # whatever a clock that was set back says
        return light_on(self.term, self.since, spans, self.extension, CALENDAR.works, today)

    def look(self, today: date) -> None:
        """What a look at this day must warn of."""
        light = self.light(today)[0]
        if self.seen != (self.rounds, light):
            self.seen = (self.rounds, light)
            for audience in TO_WHOM.get(light, []):
                key = (self.rounds, self.turn, light, audience)
                if key not in self.warned:
                    self.warned.append(key)


@dataclass
class Year:
    """One year of one house."""

    path: Path
    most: int
    seed: int
    counts: Counter[str] = field(default_factory=Counter)
    stories: list[Story] = field(default_factory=list)

    async def run(self) -> Counter[str]:
        """Raises AssertionError where the two reckonings differ."""
        self.chance = random.Random(self.seed)
        await asyncio.to_thread(migrate.upgrade, self.path)
        self.db = Database(self.path)
        async with self.db.transaction() as tx:
            self.organisation: OrganisationId = (await organisations.add(tx, "中心", OrganisationKind.district)).id
        day = FIRST
        while day <= LAST:
            if self.chance.random() < 0.06:  # asleep for some days: nobody looks, nobody acts
                day += self.chance.randint(1, 5) * DAY
                self.counts["sleeps"] += 1
            await self.day(min(day, LAST))
            day += DAY
        await self.compare()
        await self.db.close()
        return self.counts

    async def day(self, day: date) -> None:
        """Some hours of one day: acts, looks, restarts, a clock set back."""
        if self.chance.random() < 0.4:
            await self.look(day, 0)
        if CALENDAR.works(day) or self.chance.random() < 0.2:
            for _ in range(2 if len(self.stories) < self.most else 0):
                if self.chance.random() < self.most / 300:
                    await self.receive(self.at(day, 9))
            for story in [one for one in self.stories if one.matter.state.value in STAGES]:
                if self.chance.random() < 0.16:
                    await self.act(story, day)
        if self.chance.random() < 0.07:
            await self.db.close()
            self.db = Database(self.path)
            self.counts["restarts"] += 1
        if self.chance.random() < 0.1:
            await self.look(day - self.chance.randint(1, 9) * DAY, 12)  # the machine's clock was set back for a while
            self.counts["set_back"] += 1
        await self.look(day, 23)
        if self.chance.random() < 0.1:
            await self.compare(day)

    def at(self, day: date, hour: int) -> datetime:
        return datetime.combine(day, time(hour, self.chance.randint(0, 59)), ZONE).astimezone(UTC)

    async def look(self, day: date, hour: int) -> None:
        """The worker's look, and the other reckoning's, which looks at what stands at that day or begins before it."""
        await look(self.db, TERMS, CALENDAR, datetime.combine(day, time(hour, 59), ZONE).astimezone(UTC))
        for story in self.stories:
            if story.matter.state.value in STAGES:
                story.look(day)

    async def receive(self, at: datetime) -> None:
        kind = self.chance.choice(["neighbour", "labour", "medical", "loan", "court_referred"])
        complexity = self.chance.choice(["simple", "complex", ""])
        async with self.db.transaction() as tx:
            matter = await file(tx, self.organisation, at, category=kind, complexity=complexity)
            await refresh(tx, TERMS, CALENDAR, matter, at)
        story = Story(matter, term_of(matter), at.astimezone(ZONE).date())
        story.look(story.since)
        self.stories.append(story)
        self.counts["matters"] += 1

    async def act(self, story: Story, day: date) -> None:
        """Stop, resume, extend or move on, whatever is lawful now."""
        light, due, _ = story.light(day)
        at, matter, number = self.at(day, 10 + self.chance.randint(0, 8)), story.matter, await self.round_of(story)
        chosen = self.chance.random()
        async with self.db.transaction() as tx:
            if light == "suspended":
                stands = next(one for one in await store.stops(tx, matter.id) if one.pause.end is None)
                await store.resume(tx, stands.id, at)
                story.spans[-1][1], story.turn = day, story.turn + 1
                self.counts["resumed"] += 1
            elif chosen < 0.4 and light != "red":
                one = Suspension(new("sus"), number, "appraisal", "", "acc_x", Pause(at))
                await store.suspend(tx, matter.id, one)
                story.spans.append([day, None])
                self.counts["suspended"] += 1
            elif chosen < 0.6 and light != "red" and due and not story.extension and matter.state == "mediating":
                until = due + self.chance.randint(1, 25) * DAY
                await store.extend(tx, matter.id, Prolonged(number, "", "acc_x", Extension(at, until)))
                story.extension, story.turn = (day, until), story.turn + 1
                self.counts["extended"] += 1
            else:
                act = MatterAct(NEXT[matter.state.value])
                extra = {"mediator_id": None} if act is MatterAct.appoint else {}
                story.matter = await matters.advance(tx, matter, act, "acc_x", at, **extra)
                story.rounds, story.turn, story.spans, story.extension = story.rounds + 1, 0, [], None
                story.since, story.term = day, term_of(story.matter)
                self.counts["moved_on"] += 1
            await refresh(tx, TERMS, CALENDAR, story.matter, at)
        if story.matter.state.value in STAGES:
            story.look(day)

    async def round_of(self, story: Story) -> int:
        async with self.db.reading() as tx:
            lamp = await store.lamp(tx, story.matter.id)
        assert lamp is not None
        return lamp.round

    async def compare(self, day: date | None = None) -> None:
        """Lights now, and all warnings there ever were."""
        async with self.db.reading() as tx:
            lamps = {row.matter_id: store.lamp_of(row) for row in await tx.execute(sa.select(store.lamps))}
            given: dict[str, list[tuple[int, int, str, str]]] = {}
            for row in await tx.execute(sa.select(store.warnings).order_by(store.warnings.c.round)):
                given.setdefault(row.matter_id, []).append((row.round, row.turn, row.light, row.audience))
        for story in self.stories:
            lamp = lamps[story.matter.id]
            if day and story.matter.state.value in STAGES:
                assert (lamp.light, lamp.due) == story.light(day)[:2], (story, lamp, day)
                self.counts["lights compared"] += 1
            mine = given.get(story.matter.id, [])
            ordinal = {number: n for n, number in enumerate(sorted({one[0] for one in mine}))}
            theirs = {number: n for n, number in enumerate(sorted({one[0] for one in story.warned}))}
            assert sorted((ordinal[one[0]], *one[1:]) for one in mine) == sorted(
                (theirs[one[0]], *one[1:]) for one in story.warned
            ), (story, mine)
            if day is None:
                self.counts.update(f"warnings {one[2]} {one[3]}" for one in mine)


def term_of(matter: Matter) -> Term:
    """By a table of its own: profile before complexity before neither."""
    if matter.state.value != "mediating":
        days = {"received": 3, "accepted": 1, "routed": 2, "appointed": 3}.get(matter.state.value, 1)
        return Term("mediation", days, "")
    own = {"labour": (15, False), "medical": (30, True), "court_referred": (30, False)}
    days, working = own.get(matter.category, (3 if matter.complexity == "simple" else 20, True))
    return Term("mediation", days, "", working)


def main() -> None:
    """The long version."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--matters", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(Year(Path(folder) / "db.sqlite3", asked.matters, asked.seed).run())
    for name, count in sorted(found.items()):
        print(f"{name:24} {count}")


if __name__ == "__main__":
    main()
