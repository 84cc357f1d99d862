"""The doctor finds what is wrong, says how to mend it, and changes nothing."""

import asyncio
import socket
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server import doctor
from server.doctor import Finding, examine
from server.journal.anchoring import anchor
from server.law import courts
from server.law.dates import legal_day
from server.law.holidays import Calendar
from server.settings import HttpOptions, RoomOptions, Settings
from server.store import journal
from server.web import keys
from tests.conftest import Cast, MakeOffice
from tests.postgres import Cluster


def by_name(settings: Settings) -> dict[str, Finding]:
    """Worst finding of each name."""
    order = ("ok", "hint", "problem")
    worst: dict[str, Finding] = {}
    for one in examine(settings):
        if one.name not in worst or order.index(one.level) > order.index(worst[one.name].level):
            worst[one.name] = one
    return worst


def test_before_the_first_start_nothing_is_made_and_hints_say_what_serve_will_do(settings: Settings) -> None:
    found = by_name(settings)
    assert found["database"].level == found["keys"].level == "hint"
    assert "hejie serve" in found["database"].mend
    assert not settings.data.exists()
    assert found["browser app"].level == "ok" and "offline verifier" not in found


def test_postgresql_is_tried_and_its_backup_is_named(settings: Settings, cluster: Cluster) -> None:
    ready = by_name(replace(settings, postgresql=cluster.fresh()))
    assert ready["database"].level == "ok" and "pg_dump" in ready["database upkeep"].mend
    assert by_name(replace(settings, postgresql=cluster.empty()))["database"].level == "hint"
    gone = by_name(replace(settings, postgresql=cluster.address("nowhere")))["database"]
    assert gone.level == "problem" and "HEJIE_DATABASE" in gone.mend


def test_a_build_without_the_page_for_packets_is_told(settings: Settings) -> None:
    (settings.http.static / "offline.html").unlink()
    found = by_name(settings)["offline verifier"]
    assert found.level == "problem" and "npm run build" in found.mend


def test_a_centre_without_a_list_of_courts_is_told_so(settings: Settings) -> None:
    for demo in (True, False):
        found = by_name(replace(settings, demo=demo))["courts"]
        assert found.level == "hint" and "HEJIE_COURTS" in found.mend
    listed = replace(settings, courts=courts.read(courts.BUNDLED))
    assert by_name(listed)["courts"].level == "ok"


async def test_after_serving_all_is_well(make_office: MakeOffice, settings: Settings) -> None:
    office = await make_office()
    found = await asyncio.to_thread(by_name, settings)
    for name in ("data", "database", "journal", "keys", "chain", "time-stamps", "browser app", "messages"):
        assert found[name].level == "ok", found[name]
    assert office.base


async def test_a_changed_journal_is_found(make_office: MakeOffice, settings: Settings) -> None:
    office = await make_office()
    cast: Cast = await office.cast()
    with closing(sqlite3.connect(settings.database)) as connection, connection:
        connection.execute("UPDATE journal_bodies SET body = '{}' WHERE case_id = ? AND seq = 1", (cast.case,))
    found = await asyncio.to_thread(by_name, settings)
    assert found["journal"].level == "problem" and f"{cast.case} 1: edit (body)" in found["journal"].what


async def test_journals_that_wait_long_for_their_time_stamp_are_told(
    make_office: MakeOffice, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = await make_office()
    cast: Cast = await office.cast()
    await anchor(office.db, office.app[keys.STAMPERS], office.clock())
    monkeypatch.setattr(doctor, "LATE", timedelta(days=-9999))
    assert "journal anchors" not in await asyncio.to_thread(by_name, settings)
    async with office.db.transaction() as tx:
        await journal.append(tx, cast.case, "session.close", "acc_a", {}, office.clock())
    found = (await asyncio.to_thread(by_name, settings))["journal anchors"]
    assert (found.level, found.what) == ("hint", "1 grew since the last time-stamp") and found.mend


async def test_broken_keys_and_a_wrong_passphrase_are_found(make_office: MakeOffice, settings: Settings) -> None:
    await make_office()
    (settings.authority / "tsa.key").write_bytes((settings.authority / "seal.key").read_bytes())
    found = await asyncio.to_thread(by_name, settings)
    assert found["chain"].level == "problem" and "tsa" in found["chain"].what
    (settings.authority / "issuing.key").write_text("damaged")
    found = await asyncio.to_thread(by_name, settings)
    assert found["keys"].level == "problem" and "HEJIE_CA_PASSPHRASE" in found["keys"].mend


def test_each_missing_thing_has_a_way_to_mend_it(settings: Settings, tmp_path: Path) -> None:
    damaged = tmp_path / "bad"
    damaged.mkdir()
    (damaged / "hejie.sqlite3").write_bytes(b"this is not a database" * 100)
    (tmp_path / "cert.pem").write_text("no certificate")
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as busy:
        busy.bind(("127.0.0.1", 0))
        sick = Settings(
            data=damaged,
            fonts=tmp_path / "nowhere",
            http=HttpOptions(
                port=0,
                origin="http://mediation.example",
                static=tmp_path / "nowhere",
                tls_cert=tmp_path / "cert.pem",
                tls_key=tmp_path / "cert.pem",
            ),
            media=RoomOptions(port=busy.getsockname()[1]),
        )
        found = by_name(sick)
        plain = by_name(replace(sick, http=replace(sick.http, tls_cert=None, tls_key=None)))
    for name in ("database", "keys", "fonts", "browser app", "https", "messages"):
        assert found[name].level == "problem" and found[name].mend, name
    assert found["media port"].level == "hint" and "another port" in found["media port"].mend
    assert "no camera" in plain["https"].mend


async def test_the_place_of_recordings_must_be_writable_and_closed_to_others(
    make_office: MakeOffice, settings: Settings
) -> None:
    await make_office()
    assert (await asyncio.to_thread(by_name, settings))["recordings"].level != "problem"
    settings.recordings.mkdir(mode=0o700)
    found = (await asyncio.to_thread(by_name, settings))["recordings"]
    assert "hours" in found.what and found.level == ("hint" if found.mend else "ok")
    settings.recordings.chmod(0o755)
    found = (await asyncio.to_thread(by_name, settings))["recordings"]
    assert found.level == "problem" and "chmod 700" in found.mend
    settings.recordings.rmdir()
    settings.recordings.write_text("in the way")
    found = (await asyncio.to_thread(by_name, settings))["recordings"]
    assert found.level == "problem" and "cannot write" in found.what


def test_a_year_that_is_not_announced_is_a_hint_with_a_way_to_add_it(settings: Settings) -> None:
    today = legal_day(datetime.now(UTC))
    told = replace(settings, calendar=Calendar(frozenset(range(today.year, today.year + 2)), frozenset(), frozenset()))
    assert by_name(told)["holidays"].level == "ok"
    found = by_name(replace(told, calendar=Calendar(frozenset(), frozenset(), frozenset())))["holidays"]
    assert found.level == "hint" and f"{today.year}.json" in found.mend
