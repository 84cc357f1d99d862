"""The renewal job: finds released files whose proof ends too soon, one after another, and gives each the next archive
time-stamp. Cut off anywhere it goes on at the next run; a second run at once finds nothing to do.

Why every year and not only before a time-stamp certificate ends: a file is judged offline by what lies in it, and the
status of the newest time-stamp's authority inside speaks for 366 days. A list kept beside the files would need the
centre's server on the day of judging. Copies already handed out do not change; for them the status is published."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from documents import Abroad, Authority, DocumentError, Ends, NotRenewable, TimeStamper, ends, renew, verify
from server.agreements.ceremony.released import released_files, replace_file
from server.clock import Clock, wire
from server.errors import AppError
from server.settings import KeepingOptions
from server.store import journal, kept
from server.store.blobs import Blobs
from server.store.db import Database
from server.store.kept import Version

log = logging.getLogger(__name__)
STATUS_LIFE = timedelta(days=366)
"""For how long our own time-stamp authority's status speaks."""
WORTH = timedelta(days=183)
"""A next stamp must last that much longer than the present one."""
STATUS_MARGIN = timedelta(days=60)
"""A file gets its next stamp that long before the status in it ends."""
GIVEN_UP = timedelta(hours=1)
"""A blob pending that long belongs to a run that was cut off."""
FORMER = timedelta(days=1)
"""The bytes of a former version are done away with after that time: a download or backup may be reading them."""
JUDGED = frozenset({"valid", "cannot_tell"})
"""Verdicts before renewal: a status that has run out is what renewal mends."""


@dataclass(frozen=True)
class Shelf:
    """What the job works with."""

    db: Database
    blobs: Blobs
    authority: Authority
    tsa: TimeStamper
    abroad: Abroad
    anchors: tuple[bytes, ...]
    clock: Clock
    options: KeepingOptions


@dataclass(frozen=True)
class Kept:
    """A released file as it is served now."""

    ceremony: str
    file: str
    case_id: str
    sha256: str
    version: Version | None
    """None: its ends were not read yet."""


@dataclass(frozen=True)
class Failed:
    """A file that could not be renewed now, and why."""

    ceremony: str
    file: str
    cause: str


@dataclass(frozen=True)
class Round:
    """What one run did. `due` were found, `lost` can never be renewed again."""

    files: int
    due: tuple[str, ...]
    renewed: int
    failed: tuple[Failed, ...] = ()
    lost: tuple[Failed, ...] = ()


class NotSound(Exception):
    """Our own judgement of a file, before or after, was not good; the argument is the verdict."""


def due(version: Version, next_end: datetime, now: datetime, years: int) -> bool:
    """Whether a file needs the next stamp now, by an authority whose certificate ends at `next_end`.

    Either its status ends soon (where authorities speak for days only, as foreign ones do, that says nothing), or its
    stamp ends within `years`. Never when the next one would hardly last longer: each run would add one."""
    if now >= version.stamp_ends:
        return False
    long_lived = version.status_ends - version.stamped_at > timedelta(days=180)
    gained = min(now + STATUS_LIFE, next_end) - version.status_ends > timedelta(days=30)
    if long_lived and gained and version.status_ends - now < STATUS_MARGIN:
        return True
    return version.stamp_ends - now < timedelta(days=365 * years) and next_end - version.stamp_ends > WORTH


async def run(shelf: Shelf, *, dry: bool = False, stop: asyncio.Event | None = None) -> Round:
    """Look at every released file, renew those that need it (or only say which, when `dry`); `stop` ends it after the
    file under way."""
    if not dry:
        await _tidy(shelf)
    files = await _released(shelf)
    found: list[str] = []
    failed, lost, renewed = [], [], 0
    for file in files:
        if stop is not None and stop.is_set():
            break
        name = f"{file.ceremony}/{file.file}"
        try:
            if not await _due(shelf, file, dry=dry):
                continue
            found.append(name)
            renewed += 0 if dry else await _renew(shelf, file)
        except NotRenewable as error:
            lost.append(Failed(file.ceremony, file.file, error.reason))
        except (DocumentError, NotSound, AppError, OSError) as error:
            cause = getattr(error, "detail", None) or str(error) or type(error).__name__
            failed.append(Failed(file.ceremony, file.file, str(cause)))
            log.warning("file.not_renewed", extra={"ceremony": file.ceremony, "file": file.file, "cause": str(cause)})
    result = Round(len(files), tuple(found), renewed, tuple(failed), tuple(lost))
    if found and not dry:
        log.info("renewal.done", extra={"files": len(files), "due": len(found), "renewed": renewed})
    return result


async def _released(shelf: Shelf) -> list[Kept]:
    async with shelf.db.reading() as tx:
        return [Kept(*row, await kept.newest(tx, row[0], row[1])) for row in await released_files(tx)]


async def _due(shelf: Shelf, file: Kept, *, dry: bool) -> bool:
    version = file.version
    if version is None or version.sha256 != file.sha256:
        version = await _take_stock(shelf, file, dry=dry)
    now = shelf.clock()
    if now >= version.stamp_ends:
        raise NotRenewable("timestamp_expired")
    return due(version, _next_end(shelf), now, shelf.options.renew_years)


async def _take_stock(shelf: Shelf, file: Kept, *, dry: bool) -> Version:
    """Read a file's ends and, unless `dry`, write them down; another run may have done so meanwhile."""
    pdf = await shelf.blobs.get(file.sha256)
    read = await asyncio.to_thread(ends, pdf)
    n = 0 if file.version is None else file.version.n + 1
    version = _version(file, n, file.sha256, len(pdf), read, shelf.clock())
    if not dry:
        async with shelf.db.transaction() as tx:
            there = await kept.newest(tx, file.ceremony, file.file)
            if there is not None and there.n >= n:
                return there
            await kept.note(tx, version)
    return version


def _next_end(shelf: Shelf) -> datetime:
    """End of the certificate the next stamp will probably have; foreign ones are taken to last as long as ours."""
    return shelf.authority.tsa.certificate.not_valid_after_utc


async def _renew(shelf: Shelf, file: Kept) -> int:
    """1, or 0 when another run was faster."""
    pdf = await shelf.blobs.get(file.sha256)
    whole, read = await asyncio.to_thread(_renewed, shelf, pdf)
    digest, now = sha256(whole).hexdigest(), shelf.clock()
    async with shelf.db.transaction() as tx:
        await kept.begin(tx, digest, now)
    await shelf.blobs.put(whole)
    async with shelf.db.transaction() as tx:
        before = await kept.newest(tx, file.ceremony, file.file)
        mine = await kept.settle(tx, digest)
        if mine and before is not None and await replace_file(
            tx, file.ceremony, file.file, file.sha256, digest
        ):  # fmt: skip
            await kept.note(tx, _version(file, before.n + 1, digest, len(whole), read, now))
            body = {
                "ceremony": file.ceremony, "file": file.file, "from": file.sha256, "to": digest,
                "stamp_ends": wire(read.stamp),
            }  # fmt: skip
            await journal.append(tx, file.case_id, "file.renewed", "server", body, now)
            return 1
    await shelf.blobs.remove(digest)
    return 0


def _renewed(shelf: Shelf, pdf: bytes) -> tuple[bytes, Ends]:
    """Judged before, since nothing bad may be prolonged, and after, since nothing bad may be kept. Blocking."""
    now = shelf.authority.clock()
    if (verdict := verify(pdf, shelf.anchors, now).verdict) not in JUDGED:
        raise NotSound(f"before_{verdict}")
    whole = renew(pdf, shelf.authority, shelf.tsa, shelf.abroad)
    later = max(now, ends(whole).stamped_at)
    if not whole.startswith(pdf) or (verdict := verify(whole, shelf.anchors, later).verdict) != "valid":
        raise NotSound(f"after_{verdict}")
    return whole, ends(whole)


def _version(file: Kept, n: int, digest: str, length: int, read: Ends, now: datetime) -> Version:
    return Version(file.ceremony, file.file, n, digest, length, read.stamped_at, read.stamp, read.status, now)


async def _tidy(shelf: Shelf) -> None:
    """Blobs of runs that were cut off, and of former versions nobody can be reading any more. The row goes first: a run
    that is slow, not dead, then finds that it was given up and does not name the blob."""
    now = shelf.clock()
    async with shelf.db.reading() as tx:
        cut_off = await kept.left_over(tx, now - GIVEN_UP)
        former = await kept.former(tx, now - FORMER)
    for digest in cut_off:
        async with shelf.db.transaction() as tx:
            gone = await kept.settle(tx, digest)
        if gone:
            await shelf.blobs.remove(digest)
    for digest in former:
        await shelf.blobs.remove(digest)
