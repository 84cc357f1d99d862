"""Files through the years: found in time, renewed once, one by one; what a kill leaves is done again."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import repeat
from pathlib import Path

import pytest

from documents import TimestampUnavailable, verify
from server.agreements.ceremony.released import number_of, released_files
from server.keeping import renewal
from server.keeping.lifetime import KEEPER, shelf_of
from server.keeping.renewal import Shelf, due
from server.settings import Settings
from server.store import journal, kept
from server.store.kept import Version
from server.web import keys
from tests.actors import START
from tests.conftest import Office
from tests.server.keeping.conftest import OpenOffice

pytestmark = pytest.mark.timeout(60)
"""The first test of a run plays a whole ceremony."""
YEAR = timedelta(days=365)


@pytest.fixture
async def office(kept: Settings, opened: OpenOffice) -> Office:
    """Its own first run is over, and the next is hours away."""
    office = await opened()
    async with asyncio.timeout(10):
        for pause in repeat(0.02):
            if office.app[KEEPER].last is not None:
                return office
            await asyncio.sleep(pause)
    raise AssertionError


@pytest.fixture
def shelf(office: Office) -> Shelf:
    return shelf_of(office.app)


async def hashes(shelf: Shelf) -> list[str]:
    async with shelf.db.reading() as tx:
        return [row[3] for row in await released_files(tx)]


async def verdicts(shelf: Shelf) -> list[str]:
    now = shelf.clock()
    return [verify(await shelf.blobs.get(one), shelf.anchors, now).verdict for one in await hashes(shelf)]


async def test_a_fresh_file_is_left_alone(shelf: Shelf) -> None:
    before = await hashes(shelf)
    assert len(before) == 2
    done = await renewal.run(shelf)
    assert (done.files, done.due, done.renewed, done.failed) == (2, (), 0, ())
    assert await hashes(shelf) == before


async def test_before_its_status_ends_a_file_gets_the_next_stamp_once(office: Office, shelf: Shelf) -> None:
    before = await hashes(shelf)
    office.clock.now = START + timedelta(days=310)
    dry = await renewal.run(shelf, dry=True)
    assert (len(dry.due), dry.renewed) == (2, 0)
    assert await hashes(shelf) == before
    done = await renewal.run(shelf)
    assert (len(done.due), done.renewed, done.failed) == (2, 2, ())
    after = await hashes(shelf)
    for old, new in zip(before, after, strict=True):
        assert (await shelf.blobs.get(new)).startswith(await shelf.blobs.get(old))
    assert (await renewal.run(shelf)).due == ()
    office.clock.now += timedelta(days=300)
    assert await verdicts(shelf) == ["valid", "valid"]


async def test_what_was_released_once_stays_known_and_the_journal_tells_both_hashes(
    office: Office, shelf: Shelf
) -> None:
    before = await hashes(shelf)
    office.clock.now = START + timedelta(days=320)
    await renewal.run(shelf)
    after = await hashes(shelf)
    async with shelf.db.reading() as tx:
        numbers = {await number_of(tx, one) for one in (*before, *after)}
        assert len(numbers) == 1 and None not in numbers
        assert await number_of(tx, "0" * 64) is None
        ((case_id, *_),) = {(row[2],) for row in await released_files(tx)}
        chain = await journal.read(tx, case_id)
    assert journal.verify(chain) == []
    told = [entry.body or "" for entry in chain if entry.kind == "file.renewed"]
    assert len(told) == 2 and all(
        old in told[i] and new in told[i] for i, (old, new) in enumerate(zip(before, after, strict=True))
    )


async def test_twenty_years_pass_and_the_served_file_is_valid(office: Office, shelf: Shelf) -> None:
    first = [await shelf.blobs.get(one) for one in await hashes(shelf)]
    authority = shelf.authority
    for year in (1, 5, 10, 12, 20):
        office.clock.now = START + year * YEAR - timedelta(days=20 + year)
        for kind in authority.ending(3 * YEAR):
            authority.renew(kind)
        live = replace(shelf, tsa=fresh(shelf))
        done = await renewal.run(live)
        assert (done.renewed, done.failed, done.lost) == (2, (), ()), year
        assert await verdicts(live) == ["valid", "valid"], year
    for old, new in zip(first, await hashes(shelf), strict=True):
        assert (await shelf.blobs.get(new)).startswith(old)
    blobs = [path for path in shelf.blobs.directory.rglob("*") if path.is_file() and path.read_bytes()[:4] == b"%PDF"]
    assert len(blobs) == 4, "the present version and the one before"


def fresh(shelf: Shelf) -> object:
    from documents import TimestampAuthority

    return TimestampAuthority(shelf.authority.signer("tsa"))


async def test_not_renewed_in_time_is_lost_and_said(office: Office, shelf: Shelf) -> None:
    office.clock.now = START + 12 * YEAR
    done = await renewal.run(shelf)
    assert {one.cause for one in done.lost} == {"timestamp_expired"} and len(done.lost) == 2
    assert await verdicts(shelf) == ["cannot_tell", "cannot_tell"]


async def test_an_outage_delays_and_is_made_up_for(office: Office, shelf: Shelf) -> None:
    class Out:
        name = "out"

        def token(self, digest: bytes, at: datetime) -> bytes:
            raise TimestampUnavailable("stamps.example: timeout")

    office.clock.now = START + timedelta(days=320)
    before = await hashes(shelf)
    done = await renewal.run(replace(shelf, tsa=Out()))
    assert [one.cause for one in done.failed] == ["stamps.example: timeout"] * 2
    assert await hashes(shelf) == before
    assert (await renewal.run(shelf)).renewed == 2


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("place", ["begin", "put", "settle", "note", "append"])
async def test_killed_in_the_middle_it_goes_on_at_the_next_run(
    office: Office, shelf: Shelf, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each step of a file: nothing is lost, nothing doubled, no stray file stays."""
    office.clock.now = START + timedelta(days=320)
    await renewal.run(replace(shelf, tsa=Refusing()))  # takes stock

    async def killed(*_: object, **__: object) -> None:
        raise Killed

    target: object = {"begin": kept, "settle": kept, "note": kept, "append": journal, "put": shelf.blobs}[place]
    with monkeypatch.context() as patch:
        patch.setattr(target, place, killed)
        with pytest.raises(Killed):
            await renewal.run(shelf)
    office.clock.now += timedelta(hours=2)
    done = await renewal.run(shelf)
    assert (done.renewed, done.failed) == (2, ())
    office.clock.now += timedelta(days=2)
    await renewal.run(shelf)
    served = set(await hashes(shelf))
    on_disk = {path.name for path in shelf.blobs.directory.rglob("*") if path.is_file()}
    pdfs = {name for name in on_disk if (shelf.blobs.directory / name[:2] / name).read_bytes()[:4] == b"%PDF"}
    assert pdfs == served
    assert await verdicts(shelf) == ["valid", "valid"]


class Refusing:
    name = "refusing"

    def token(self, digest: bytes, at: datetime) -> bytes:
        raise TimestampUnavailable("refusing: no")


async def test_two_runs_at_once_make_one_new_version_of_each_file(office: Office, shelf: Shelf) -> None:
    office.clock.now = START + timedelta(days=320)
    rounds = await asyncio.gather(renewal.run(shelf), renewal.run(shelf))
    assert sum(one.renewed for one in rounds) == 2
    async with shelf.db.reading() as tx:
        newest = [await kept.newest(tx, row[0], row[1]) for row in await released_files(tx)]
    assert [one.n for one in newest if one] == [1, 1]
    assert [one.sha256 for one in newest if one] == await hashes(shelf)


def damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[3000] ^= 1
    path.write_bytes(data)


async def test_a_damaged_file_is_not_renewed_but_named(office: Office, shelf: Shelf) -> None:
    one = (await hashes(shelf))[0]
    damage(shelf.blobs.directory / one[:2] / one)
    office.clock.now = START + timedelta(days=320)
    done = await renewal.run(shelf)
    assert (done.renewed, len(done.failed)) == (1, 1)
    assert "does not match its name" in done.failed[0].cause


async def test_the_running_server_keeps_its_files_itself(kept: Settings, opened: OpenOffice, clock: object) -> None:
    clock.now = START + timedelta(days=320)  # type: ignore[attr-defined]
    office = await opened()
    async with asyncio.timeout(20):
        for pause in repeat(0.05):
            if await renewed_by_itself(office):
                return
            await asyncio.sleep(pause)


async def renewed_by_itself(office: Office) -> bool:
    async with office.app[keys.DB].reading() as tx:
        newest = [await kept.newest(tx, row[0], row[1]) for row in await released_files(tx)]
    return all(one is not None and one.n == 1 for one in newest)


def version(stamped: datetime, stamp_years: float, status_days: float) -> Version:
    ends = stamped + timedelta(days=365 * stamp_years)
    return Version(
        "c",
        "f",
        0,
        sha256(b"").hexdigest(),
        1,
        stamped,
        ends,
        min(ends, stamped + timedelta(days=status_days)),
        stamped,
    )


NOW = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stamped_ago", "stamp_years", "status_days", "next_years", "expected"),
    [
        (0, 11, 366, 11, False),
        (300, 11, 366, 10, False),
        (310, 11, 366, 10, True),
        (400, 11, 366, 10, True),
        (9.1 * 365, 11, 10000, 10, True),  # ends within two years
        (9.1 * 365, 11, 10000, 1.9, False),  # but the next one would not last longer
        (10.9 * 365, 11, 10000, 0.1, False),  # the same authority, ending: nothing gained
        (10.9 * 365, 11, 366, 0.1, True),  # a month of status is better than none
        (5, 5, 7, 5, False),  # a foreign authority that speaks for a week
        (12 * 365, 11, 366, 11, False),  # too late
    ],
)
def test_when_a_file_is_due(
    stamped_ago: float, stamp_years: float, status_days: float, next_years: float, expected: bool
) -> None:
    found = version(NOW - timedelta(days=stamped_ago), stamp_years, status_days)
    assert due(found, NOW + timedelta(days=365 * next_years), NOW, 2) is expected
