"""Anchors of a running server: what grew, once, also when a time-stamp was long in coming."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from itertools import repeat

import pytest

from documents import TimestampUnavailable
from server.journal import lifetime
from server.journal.anchoring import anchor, tree_of, tree_over
from server.keeping.outlook import outlook
from server.settings import Settings
from server.store import anchors, journal
from server.store.anchors import Anchor
from server.web import keys
from tests.conftest import MakeOffice, Office
from tests.server.agreements.signer import frozen


@dataclass
class Away:
    """A time-stamp server that does not answer, and how often it was asked."""

    name: str = "away"
    asked: list[datetime] = field(default_factory=list)

    def token(self, digest: bytes, at: datetime) -> bytes:
        self.asked.append(at)
        raise TimestampUnavailable("away: nobody answers")


async def kept(office: Office) -> list[Anchor]:
    async with office.db.reading() as tx:
        return await anchors.everything(tx)


def heads_of(found: list[Anchor], case: str) -> list[int]:
    """How long the case's journal was in each."""
    return sorted(head.seq for one in found for head in one.heads if head.case_id == case)


async def anchored(office: Office, case: str) -> list[Anchor]:
    """Once there is one of the case as it is now."""
    async with asyncio.timeout(10):
        for pause in repeat(0.02):
            found = await kept(office)
            async with office.db.reading() as tx:
                grown = await anchors.grown(tx)
            if any(one.case_id == case for each in found for one in each.heads) and case not in grown:
                return found
            await asyncio.sleep(pause)
    raise AssertionError


async def test_what_grew_is_anchored_once_under_one_stamp(make_office: MakeOffice) -> None:
    office = await make_office()
    one, other = (await office.cast()).case, (await office.cast()).case
    office.app[keys.ANCHOR_SOON].set()
    before = await anchored(office, other)
    tsa, now = office.app[keys.STAMPERS], office.clock()
    assert await anchor(office.db, tsa, now) == 0
    async with office.db.transaction() as tx:
        await journal.append(tx, one, "session.open", "acc_a", {}, now)
        await journal.append(tx, other, "session.open", "acc_a", {}, now)
    assert await anchor(office.db, tsa, now) == 2 and await anchor(office.db, tsa, now) == 0
    (newest,) = set(await kept(office)) - set(before)
    assert {head.case_id for head in newest.heads} == {one, other}
    assert tree_over(newest.heads).root.hex() == newest.root and bytes.fromhex(newest.root) in newest.token
    async with office.db.reading() as tx:
        for head in newest.heads:
            hashes = await anchors.hashes(tx, head.case_id, head.seq)
            assert (hashes[-1], tree_of(hashes).root.hex(), len(hashes)) == (head.head, head.tree_root, head.seq)


async def test_a_frozen_text_is_anchored_at_once(make_office: MakeOffice) -> None:
    office = await make_office()
    cast = await office.cast()
    await frozen(cast)
    found = await anchored(office, cast.case)
    async with office.db.reading() as tx:
        end = [one.seq for one in await journal.read(tx, cast.case) if one.kind == "agreement.freeze"]
    assert max(head.seq for one in found for head in one.heads if head.case_id == cast.case) >= end[0]


async def test_two_processes_at_once_and_a_restart_double_nothing(make_office: MakeOffice, settings: Settings) -> None:
    office = await make_office()
    case = (await office.cast()).case
    office.app[keys.ANCHOR_SOON].set()
    before = await anchored(office, case)
    async with office.db.transaction() as tx:
        await journal.append(tx, case, "session.open", "acc_a", {}, office.clock())
    tsa, now = office.app[keys.STAMPERS], office.clock()
    done = await asyncio.gather(*(anchor(office.db, tsa, now) for _ in range(3)))
    assert sorted(done) == [0, 0, 1]
    length = heads_of(await kept(office), case)[-1]
    again = await make_office()
    assert settings.data.exists() and again.db is not office.db
    await anchor(again.db, again.app[keys.STAMPERS], now)
    assert heads_of(await kept(again), case) == [*heads_of(before, case), length]


async def test_without_a_time_stamp_all_goes_on_and_it_is_asked_again_and_told(
    make_office: MakeOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifetime, "AGAIN", 0.02)
    office = await make_office()
    stampers, away = office.app[keys.STAMPERS], Away()
    whole, stampers.members = stampers.members, (away,)
    cast = await office.cast()
    office.app[keys.ANCHOR_SOON].set()
    async with asyncio.timeout(10):
        for pause in repeat(0.02):
            if len(away.asked) > 2:
                break
            await asyncio.sleep(pause)
    assert not any(one.case_id == cast.case for each in await kept(office) for one in each.heads)
    assert (await cast.mediator.get(f"/api/cases/{cast.case}")).status == 200
    assert [(one.code, one.subject) for one in await outlook(office.app)] == [("timestamp_outage", "away")]
    stampers.members = whole
    await anchored(office, cast.case)
