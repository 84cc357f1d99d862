"""`hejie recording list`, `verify`, `export`: the archive's way to recordings. Words in, sentences and an exit code
out."""

import argparse
import asyncio
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from server.clock import wire
from server.custody import CustodyRefused
from server.errors import AppError
from server.recordings import films, rules, store
from server.recordings.model import Recording, RecordingState
from server.recordings.shelf import Shelf
from server.settings import Settings
from server.store import migrate
from server.store.db import Database
from server.vault import read_vault
from signaling.media.recording import Exported

MANIFEST = "manifest.json"


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The words of this folder."""
    top = commands.add_parser("recording", help="list, verify or export recordings of sessions")
    words = top.add_subparsers(dest="act", required=True)
    words.add_parser("list", help="all recordings, and how long they are kept")
    verify = words.add_parser("verify", help="compare files with the journal; all of them, or one")
    verify.add_argument("recording", nargs="?", default="")
    out = words.add_parser("export", help="write one recording as WebM files with a manifest; stands in the journal")
    out.add_argument("recording")
    out.add_argument("directory", type=Path, help="a new one; what is in it is not sealed any more")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Exit code: 0 well, 1 something is wrong (said on stderr)."""
    if not migrate.ready(settings.place):
        print("recording: run `hejie serve` once first, it brings the database up to date", file=sys.stderr)
        return 1
    try:
        vault = read_vault(settings)
        if vault is None:
            print("recording: no vault yet, so there is no recording", file=sys.stderr)
            return 1
        return asyncio.run(_run(options, settings, Shelf(settings.recordings, vault)))
    except (AppError, CustodyRefused, OSError) as error:
        said = f"{error.code} {error.detail}".strip() if isinstance(error, AppError) else str(error)
        print(f"recording: {said}", file=sys.stderr)
        return 1


async def _run(options: argparse.Namespace, settings: Settings, shelf: Shelf) -> int:
    db = Database(settings.place)
    try:
        if options.act == "export":
            return await _export(db, shelf, options.recording, options.directory)
        async with db.reading() as tx:
            found = await store.all_of(tx)
        if options.act == "list":
            for one in found:
                print(_line(one))
            return 0
        return _verify(shelf, [one for one in found if options.recording in ("", one.id)])
    finally:
        await db.close()


def _line(one: Recording) -> str:
    ended = wire(one.ended_at) if one.ended_at else "-"
    keep = f"kept until {wire(one.keep_until)}" if one.state is not RecordingState.destroyed else "destroyed"
    return f"{one.id}  {one.case_id}  {wire(one.started_at)}  {ended}  {one.why or '-'}  {one.size // 1024} KiB  {keep}"


def _verify(shelf: Shelf, found: list[Recording]) -> int:
    """Files alone and the journal's heads; no key is needed."""
    bad = 0
    for one in found:
        if one.state is not RecordingState.ended or not one.chunks:
            print(f"{one.id}: {'empty' if one.state is RecordingState.ended else one.state.value}")
            continue
        try:
            summary = shelf.check(one)
        except AppError as error:
            bad += 1
            print(f"{one.id}: {error.code} {error.detail}", file=sys.stderr)
        else:
            tail = f", {summary.cut_off} bytes cut off" if summary.cut_off else ""
            print(f"{one.id}: whole, {summary.head.chunks} chunks{tail}")
    if not found:
        print("recording: no such recording", file=sys.stderr)
    return 1 if bad or not found else 0


async def _export(db: Database, shelf: Shelf, name: str, directory: Path) -> int:
    """In the journal first: what leaves the house was written down."""
    async with db.transaction() as tx:
        recording = await store.load(tx, name)
        rules.may_leave(recording)
        await store.note(tx, recording, "exported", "operator", {}, datetime.now(UTC))
    await asyncio.to_thread(directory.mkdir, parents=True, mode=0o700)
    made = await films.made(shelf, recording, directory)
    await asyncio.to_thread(_write_manifest, recording, made, directory)
    print(f"{directory}: {len(made)} films. They are in clear: keep them locked away.")
    return 0


def _write_manifest(recording: Recording, made: list[Exported], directory: Path) -> None:
    facts = {
        "recording": recording.id, "case": recording.case_id, "session": recording.session_id,
        "started_at": wire(recording.started_at), "ended_at": wire(recording.ended_at or recording.started_at),
        "why": recording.why, "chunks": recording.chunks, "head": recording.head,
        "people": [one.person for one in recording.people], "films": [asdict(one) for one in made],
    }  # fmt: skip
    (directory / MANIFEST).write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
