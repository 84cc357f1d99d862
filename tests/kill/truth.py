"""What must hold when everything is over, read from the files and the database, not from what anybody said."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from documents import Manifest, verify
from documents.revisions import _read_turn
from server.store import journal
from server.store.db import Database
from tests.kill.story import Outcome


def rows(data: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{data / 'hejie.sqlite3'}?mode=ro", uri=True)) as connection:
        return connection.execute(query, values).fetchall()


def blobs(data: Path) -> dict[str, bytes]:
    """Everything in the blob store, whatever its name."""
    return {path.name: path.read_bytes() for path in (data / "blobs").rglob("*") if path.is_file()}


async def entries(data: Path, case: str) -> list[journal.Entry]:
    """The case's journal; it must be whole."""
    db = Database(data / "hejie.sqlite3")
    async with db.reading() as tx:
        found = await journal.read(tx, case)
    await db.close()
    assert journal.verify(found) == []
    return found


def body(entry: journal.Entry) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(entry.body or "{}")
    return found


async def check_complete(data: Path, case: str, before: set[str], outcome: Outcome) -> None:
    """Every signature once, as it was answered; one final file each, released, valid; nothing else left behind."""
    story = await entries(data, case)
    own = [entry for entry in story if body(entry).get("ceremony") == outcome.ceremony]
    kinds = Counter(entry.kind for entry in own)
    slots = [slot["slot"] for slot in outcome.view["slots"]]
    assert sorted(body(one)["slot"] for one in own if one.kind == "ceremony.sign") == sorted(slots)
    assert (kinds["agreement.freeze"], kinds["ceremony.all_signed"], kinds["agreement.complete"]) == (1, 1, 1)
    assert kinds["ceremony.void"] == 0
    for entry in own:
        if entry.kind == "ceremony.sign":
            assert body(entry)["files"] == outcome.receipts[body(entry)["slot"]]
    finals = next(body(one)["files"] for one in own if one.kind == "agreement.complete")
    assert {file["id"]: file["sha256"] for file in outcome.view["files"]} == finals
    kept = blobs(data)
    assert set(kept) - before == set(finals.values())
    (raw,) = rows(data, "select manifest from ceremonies where id = ?", outcome.ceremony)
    manifest = Manifest.parse(raw[0])
    for file, digest in finals.items():
        whole = outcome.files[file]
        assert sha256(whole).hexdigest() == digest and kept[digest] == whole
        report = verify(whole, (outcome.root,))
        assert report.verdict == "valid", report
        assert revisions_of(whole, manifest, file) == {slot: outcome.receipts[slot][file] for slot in slots}
    check_numbers(data)
    live = Counter(
        rows(data, "select ceremony, slot from ceremony_enrolments where certificate not null and revoked_at is null")
    )
    assert all(count == 1 for count in live.values())


async def check_void(data: Path, case: str, before: set[str], ceremony: str) -> None:
    """Nobody has a certificate, no signature and no drawing is kept, the number is listed as void; the hashes stay."""
    own = [entry for entry in await entries(data, case) if body(entry).get("ceremony") == ceremony]
    (end,) = [body(entry) for entry in own if entry.kind == "ceremony.void"]
    (sign,) = [body(entry) for entry in own if entry.kind == "ceremony.sign"]
    assert {one["file"]: one["sha256"] for one in end["revisions"]} == sign["files"]
    assert set(blobs(data)) == before
    assert rows(data, "select state from ceremonies where id = ?", ceremony) == [("void",)]
    assert rows(data, "select count(*) from ceremony_revisions") == [(0,)]
    kept = "select count(*) from ceremony_enrolments where certificate is not null and revoked_at is null"
    assert rows(data, kept) == rows(data, "select count(drawing) from ceremony_enrolments") == [(0,)]
    assert rows(data, "select count(frozen) from ceremony_files where ceremony = ?", ceremony) == [(0,)]
    check_numbers(data)


def revisions_of(whole: bytes, manifest: Manifest, name: str) -> dict[str, str]:
    """Slot -> hash of the revision it made, from the final file alone."""
    file = manifest.file(name)
    assert file is not None
    found: dict[str, str] = {}
    size, startxref, position = file.f.size, file.f.startxref, file.f.length
    while len(found) < len(file.slots):
        turn = _read_turn(whole, position, file, size, startxref)
        assert turn.slot not in found
        size, startxref, position = turn.size, turn.startxref, turn.end
        found[turn.slot] = sha256(whole[:position]).hexdigest()
    return found


def check_numbers(data: Path) -> None:
    """An official number is void or belongs to one ceremony that was stored and is not void."""
    taken = rows(data, "select number, ceremony, void_at from agreement_numbers")
    assert len({number for number, _, _ in taken}) == len(taken)
    stored = dict(rows(data, "select id, state from ceremonies"))
    for number, ceremony, void_at in taken:
        assert (void_at is not None) == (stored.get(ceremony, "void") == "void"), number
