"""`hejie renew`, `hejie backup`, `hejie restore`: words in, sentences and an exit code out."""

import argparse
import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from documents import DocumentError
from server.custody import open_authority
from server.keeping import renewal
from server.keeping.archive import BadArchive
from server.keeping.backup import NotBackedUp, backup, restore
from server.keeping.renewal import Round, Shelf
from server.keeping.stampers import abroad_of, stampers_of
from server.settings import Settings
from server.store import migrate
from server.store.blobs import Blobs
from server.store.db import Database
from server.web.outgoing import outgoing


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The words of this folder."""
    renewing = commands.add_parser("renew", help="give released files the next archive time-stamp where it is due")
    renewing.add_argument("--dry-run", action="store_true", help="only say which are due")
    saving = commands.add_parser("backup", help="write database, files and keys into one archive; the server may run")
    saving.add_argument("file", type=Path)
    back = commands.add_parser("restore", help="unpack an archive into a new data directory")
    back.add_argument("file", type=Path)
    back.add_argument("directory", type=Path)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Exit code: 0 well, 1 something is wrong (said on stderr)."""
    try:
        if options.command == "backup":
            made = backup(settings, options.file, datetime.now(UTC))
            form = "encrypted" if made.encrypted else "not encrypted: it holds personal data, keep it locked away"
            print(f"{made.path}: {made.files} files, {made.size // 1024} KiB, {form}")
            return 0
        if options.command == "restore":
            made_at = restore(options.file, options.directory, settings.keeping.backup_passphrase)["made_at"]
            print(f"{options.directory}: as of {made_at}. Start with HEJIE_DATA={options.directory}")
            return 0
        return asyncio.run(_renew(settings, dry=options.dry_run))
    except (NotBackedUp, BadArchive, OSError, DocumentError) as error:
        print(f"{options.command}: {error}", file=sys.stderr)
        return 1


async def _renew(settings: Settings, *, dry: bool) -> int:
    if not migrate.ready(settings.place):
        print("renew: run `hejie serve` once first, it brings the database up to date", file=sys.stderr)
        return 1
    authority = await asyncio.to_thread(open_authority, settings)
    guests = (authority.guest.chain_der[-1],) if authority.guest else ()
    db = Database(settings.place)
    try:
        async with outgoing() as way:
            abroad = await asyncio.to_thread(abroad_of, settings.keeping, way)
            tsa = stampers_of(settings.keeping, authority, abroad, way)
            anchors = (authority.root_der, *guests, *sorted(abroad.roots))
            blobs = Blobs(settings.blobs)
            shelf = Shelf(db, blobs, authority, tsa, abroad, anchors, lambda: datetime.now(UTC), settings.keeping)
            done = await renewal.run(shelf, dry=dry)
    finally:
        await db.close()
    return _say(done, dry=dry)


def _say(done: Round, *, dry: bool) -> int:
    for name in done.due if dry else ():
        print(f"due: {name}")
    for one in done.failed:
        print(f"not renewed: {one.ceremony}/{one.file}: {one.cause}", file=sys.stderr)
    for one in done.lost:
        print(f"can no longer be renewed: {one.ceremony}/{one.file}: {one.cause}", file=sys.stderr)
    print(f"{done.files} files, {len(done.due)} due, {done.renewed} renewed")
    return 1 if done.failed or done.lost else 0
