"""Prints and filing copies of released files at the open door: what a stranger is told, and what not."""

import json
import logging
import sqlite3
from contextlib import closing

import pypdfium2
import pytest
import sqlalchemy as sa

from server.agreements.ceremony.tables import files
from server.settings import Settings
from server.store import migrate
from server.web import keys
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
        connection.execute("UPDATE alembic_version SET version_num = '0015'")
        (manifest,) = connection.execute("SELECT manifest FROM ceremonies").fetchone()
    migrate.upgrade(kept.database)
    with closing(sqlite3.connect(kept.database)) as connection:
        assert connection.execute("SELECT id, text_hash FROM ceremony_files ORDER BY id").fetchall() == before
    assert {text for _, text in before} == {one["text"] for one in json.loads(manifest)["files"]}
