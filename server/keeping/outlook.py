"""Gathers what notices.py judges: for the running server and for the doctor, who has only the files."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime

from aiohttp import web
from cryptography import x509

from documents import Authority
from server.keeping import notices
from server.keeping.backup import last_backup
from server.keeping.lifetime import KEEPER
from server.keeping.notices import Notice
from server.settings import Settings
from server.store import kept, migrate
from server.store.kept import Version
from server.web import keys


async def outlook(app: web.Application) -> list[Notice]:
    """All notices of a running server, the gravest first."""
    now = app[keys.CLOCK]()
    settings, stampers, keeper = app[keys.SETTINGS], app[keys.STAMPERS], app[KEEPER]
    async with app[keys.DB].reading() as tx:
        versions = await kept.all_newest(tx)
    found = await asyncio.to_thread(_standing, settings, app[keys.AUTHORITY], versions, now)
    found += notices.outages(list(stampers.standings.values()), len(stampers.members), now)
    found += notices.renewals([], keeper.last, settings.keeping.renew_years, now)
    return sorted(found, key=lambda each: each.level != "problem")


def from_files(settings: Settings, authority: Authority, now: datetime) -> list[Notice]:
    """What can be known without the server. Blocking."""
    versions: list[Version] = []
    if not settings.postgresql and migrate.ready(settings.database):
        with closing(sqlite3.connect(f"file:{settings.database}?mode=ro", uri=True)) as connection:
            versions = [_version(row) for row in connection.execute(kept.NEWEST)]
    return _standing(settings, authority, versions, now)


def _standing(settings: Settings, authority: Authority, versions: Sequence[Version], now: datetime) -> list[Notice]:
    leaves = {
        "service": authority.service, "seal": authority.seal, "tsa": authority.tsa, "ocsp": authority.responder,
        "issuing": authority.issuing,
    }  # fmt: skip
    ends = {name: leaf.certificate.not_valid_after_utc for name, leaf in leaves.items()}
    ends["root"] = authority.root.not_valid_after_utc
    found = notices.ending(ends, _list_end(authority, now), now)
    found += notices.renewals(versions, None, settings.keeping.renew_years, now)
    return found if settings.demo else found + notices.backups(last_backup(settings), now)


def _list_end(authority: Authority, now: datetime) -> datetime:
    crl = x509.load_der_x509_crl((authority.directory / "root.crl").read_bytes())
    return crl.next_update_utc or now


def _version(row: Sequence[object]) -> Version:
    moments = [datetime.strptime(str(one), "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC) for one in row[5:9]]
    return Version(str(row[0]), str(row[1]), int(str(row[2])), str(row[3]), int(str(row[4])), *moments)
