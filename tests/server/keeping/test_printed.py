"""Prints and filing copies of released files at the open door: what a stranger is told, and what not."""

import asyncio
import json
import logging
import sqlite3
from contextlib import closing
from datetime import timedelta
from importlib import import_module
from io import BytesIO
from typing import IO

import msgspec
import pypdfium2
import pytest
import sqlalchemy as sa
from pikepdf import Pdf

from documents import Fonts, filing_copy, verify
from documents.filing import judge_copy
from server.agreements.ceremony.tables import files
from server.court.judge import Bench
from server.settings import Settings
from server.store import kept as store
from server.store import migrate
from server.web import keys
from tests.actors import START
from tests.conftest import Office
from tests.server.keeping.conftest import OpenOffice

pytestmark = pytest.mark.timeout(60)


async def released(office: Office) -> list[tuple[str, str, str]]:
    """(file, hash of its text, hash of its bytes)."""
    async with office.db.reading() as tx:
        rows = await tx.execute(
            sa.select(files.c.id, files.c.text_hash, files.c.final_sha256).order_by(files.c.position)
        )
        return [(row[0], row[1], row[2]) for row in rows]


async def test_the_code_of_a_print_leads_to_what_it_is_compared_with(kept: Settings, opened: OpenOffice) -> None:
    office = await opened()
    browser = await office.browser()
    for _, text, digest in await released(office):
        answer = await browser.post("/api/verify/printed", {"text": text})
        found = answer.json["found"]
        assert (answer.status, found["state"], found["code"]) == (200, "released", text[:8])
        assert found["sha256"] == digest
        assert found["effective_at"] and found["title"] and found["number"]
        with closing(pypdfium2.PdfDocument(await office.app[keys.BLOBS].get(digest))) as pdf:
            words = pdf[0].get_textpage().get_text_range()
        assert f"{text[:4]} {text[4:8]}" in words and found["number"] in words
        assert {len(one["name"]) for one in found["signers"]} == {3}
        assert {one["name"][1:] for one in found["signers"]} == {"**"}
        by_hand = {"text": f"{text[:4]} {text[4:8]}".upper(), "number": found["number"].replace("(", "（ ")}
        assert (await browser.post("/api/verify/printed", by_hand)).json == answer.json


async def test_who_has_no_print_learns_nothing(
    kept: Settings, opened: OpenOffice, caplog: pytest.LogCaptureFixture
) -> None:
    office = await opened()
    browser = await office.browser()
    (_, text, _), *_ = await released(office)
    found = (await browser.post("/api/verify/printed", {"text": text})).json["found"]
    nothing = {"centre": office.app[keys.SETTINGS].centre.name, "found": None}
    with caplog.at_level(logging.DEBUG):
        for asked in (
            {"text": "0" * 64},
            {"text": "0" * 8, "number": found["number"]},
            {"text": text[:8], "number": "1"},
        ):
            answer = await browser.post("/api/verify/printed", asked)
            assert (answer.status, answer.json) == (200, nothing)
    assert found["number"] not in caplog.text and "0" * 64 not in caplog.text
    for asked in ({"text": text[:8]}, {"text": text[:9], "number": found["number"]}, {"text": "", "number": "1"}):
        assert (await browser.post("/api/verify/printed", asked)).code == "invalid"
    codes = [(await browser.post("/api/verify/printed", {"text": "0" * 64})).code for _ in range(40)]
    assert codes[-1] == "too_many"


async def test_files_released_before_are_found_by_their_text_too(kept: Settings, opened: OpenOffice) -> None:
    with closing(sqlite3.connect(kept.database)) as connection, connection:
        before = connection.execute("SELECT id, text_hash FROM ceremony_files ORDER BY id").fetchall()
        connection.execute("DROP INDEX ix_ceremony_files_text_hash")
        connection.execute("DROP INDEX ix_agreements_text_hash")
        connection.execute("ALTER TABLE ceremony_files DROP COLUMN text_hash")
        connection.execute("UPDATE alembic_version SET version_num = '0017'")
        (manifest,) = connection.execute("SELECT manifest FROM ceremonies").fetchone()
    migrate.upgrade(kept.database, "0018")
    with closing(sqlite3.connect(kept.database)) as connection:
        assert connection.execute("SELECT id, text_hash FROM ceremony_files ORDER BY id").fetchall() == before
    assert {text for _, text in before} == {one["text"] for one in json.loads(manifest)["files"]}


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The door's judge, on the day after the scene instead of today."""

    async def judged(file: IO[bytes], bench: Bench, copy_after: int | None = None, _address: str = "") -> bytes:
        file.seek(0)
        found, root = file.read(), bench.root.read_bytes()
        pdf = found if copy_after is None else found[:copy_after]
        report = await asyncio.to_thread(verify, pdf, [root], START + timedelta(days=1))
        if copy_after is not None:
            fonts = Fonts.in_directory(bench.fonts)
            report = await asyncio.to_thread(judge_copy, report, pdf, found[copy_after:], fonts)
        return msgspec.json.encode(report)

    monkeypatch.setattr(import_module("server.court.routes"), "judge", judged)


@pytest.mark.usefixtures("later")
async def test_a_filing_copy_alone_is_judged_with_the_original_it_names(kept: Settings, opened: OpenOffice) -> None:
    office = await opened()
    browser = await office.browser()
    for _, _, digest in await released(office):
        original = await office.app[keys.BLOBS].get(digest)
        copy = await asyncio.to_thread(filing_copy, original, office.app[keys.FONTS])
        answer = (await browser.post("/api/verify", data=copy, kind="application/pdf")).json
        assert (answer["verdict"], answer["copy"]["same"], answer["copy"]["of"]) == ("valid", True, digest)
        assert answer["sha256"] == digest and answer["known"]["number"] == answer["number"]
        assert len(answer["signatures"]) > 3
        days = answer["known"]["confirmation"]
        assert (days["since"], days["counted"], days["left"], days["ways"]) == ("2026-11-26", "2026-12-26", 32, [])
        assert answer["demo"] and answer["effect_needs"]


@pytest.mark.usefixtures("later")
async def test_a_copy_of_a_renewed_original_is_judged_with_its_bytes_of_then(
    kept: Settings, opened: OpenOffice
) -> None:
    office = await opened()
    (file, _, digest), *_ = await released(office)
    original = await office.app[keys.BLOBS].get(digest)
    renewed = await office.app[keys.BLOBS].put(original + b"% as if renewed\n")
    async with office.db.transaction() as tx:
        assert (await store.known(tx, digest) or ("", ""))[1] == file
        await tx.execute(files.update().where(files.c.final_sha256 == digest).values(final_sha256=renewed))
    copy = await asyncio.to_thread(filing_copy, original, office.app[keys.FONTS])
    answer = (await (await office.browser()).post("/api/verify", data=copy, kind="application/pdf")).json
    assert (answer["verdict"], answer["copy"]["same"], answer["sha256"]) == ("valid", True, digest)


@pytest.mark.usefixtures("later")
async def test_who_shows_other_pages_learns_nothing_of_the_original(kept: Settings, opened: OpenOffice) -> None:
    office = await opened()
    (_, text, digest), *_ = await released(office)
    original = await office.app[keys.BLOBS].get(digest)
    copy = await asyncio.to_thread(filing_copy, original, office.app[keys.FONTS])
    with Pdf.open(BytesIO(copy)) as pdf:
        pdf.pages.append(pdf.pages[0])
        made = BytesIO()
        pdf.save(made)
    answer = await (await office.browser()).post("/api/verify", data=made.getvalue(), kind="application/pdf")
    assert (answer.json["verdict"], answer.json["reasons"][0]["code"]) == ("invalid", "copy_differs")
    assert (answer.json["signatures"], answer.json["known"], answer.json["number"]) == ([], None, None)
    assert text.encode() not in answer.body
