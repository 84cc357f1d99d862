"""Markers planted in everything that is private in a meeting: chats, captions and papers of every private chamber,
lines to one person, notes, offers, a blind proposal. Everybody is connected all the time, listens to every event and
opens every door; what was not meant for them is found in nothing they get, and in no log, error, journal, file or
backup."""

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.keeping import archive
from server.keeping.archive import unpack
from server.keeping.backup import backup
from server.log import JsonLines
from server.settings import KeepingOptions, Settings
from server.store import journal
from tests.actors import Browser
from tests.conftest import Office
from tests.server.room.everybody import ROLES, Everybody, Guest
from tests.server.table.conftest import Table
from tests.server.table.test_papers import bring, pdf
from tests.server.table.test_secrecy import doors

pytestmark = pytest.mark.timeout(600)
HOSTS = {"mediator", "co_mediator"}
OURS, THEIRS = {"applicant", "representative", "interpreter"}, {"respondent"}
CAMPS = {"applicant", "representative", "respondent"}
SAID = {
    "markcaucusoursq": {"mediator"} | OURS, "markcaucustheirsq": {"co_mediator", "expert"} | THEIRS,
    "markcaptionq": {"mediator", "representative", "interpreter"}, "marksidealoneq": OURS,
    "markasideq": {"mediator", "expert"}, "markupq": {"applicant", "mediator"}, "markdownq": {"mediator", "respondent"},
    "markacrossq": {"co_mediator", "applicant"}, "markexpertq": {"expert", "co_mediator"},
}  # fmt: skip
"""What goes over sockets, and to whom."""
LAID = {
    "marknoteq": {"mediator"}, "marksharedq": HOSTS, "markconfidedq": HOSTS | {"applicant", "representative"},
    "markputq": HOSTS | THEIRS, "markblindq": HOSTS | CAMPS, "markpaperq": HOSTS,
}  # fmt: skip
"""What lies on the table, and who may read it there when the talk is over."""
NONSENSE = "marknonsenseq"
MARKS = (*SAID, *LAID, NONSENSE)


def marks_in(data: object) -> set[str]:
    content = data if isinstance(data, bytes) else repr(data).encode()
    return {mark for mark in MARKS if mark.encode() in content}


@pytest.fixture(autouse=True)
def everything_logged(caplog: pytest.LogCaptureFixture) -> None:
    """From the first request on."""
    caplog.set_level(logging.DEBUG)


def line(mark: str, **more: object) -> dict[str, object]:
    return {"text": f"这句话只给该听的人 {mark}", "key": mark, **more}


async def lay(table: Table) -> str:
    """Everything on the table; returns the paper's id."""
    case = (await table.seats["mediator"].get(table.case)).json
    parties = {one["side"]: one["id"] for one in case["parties"] if one["part"] == "party"}
    money = {"payer": parties["respondent"], "payee": parties["applicant"], "sum_fen": 100}
    for who, path, body in (
        ("mediator", "notes", {"content": {"text": "marknoteq"}}),
        ("mediator", "notes", {"content": {"text": "marksharedq"}, "shared": True}),
        ("applicant", "offers", {"terms": money | {"conditions": "markconfidedq"}, "may_be_told": True}),
        ("mediator", "offers", {"terms": money | {"deeds": "markputq"}, "to": parties["respondent"]}),
        ("mediator", "proposals", {"terms": money | {"deeds": "markblindq"}, "until": "2026-11-27T07:00:00Z"}),
    ):
        answer = await table.send(who, path, body)
        assert answer.status == 200, (path, answer.json)
    return str((await bring(table, "mediator", pdf(2, title="markpaperq"), "markpaperq.pdf")).json["id"])


async def talk(everybody: Everybody, table: Table, guests: dict[str, Guest]) -> None:
    """Two caucuses at once, each with a host of its own; then a side alone and the experts."""
    ids, host, other, lin = everybody.ids, guests["mediator"], guests["co_mediator"], guests["applicant"]
    await everybody.move(guests, ["applicant", "representative"], "caucus_applicant")
    await everybody.move(guests, ["respondent", "expert"], "caucus_respondent", host="co_mediator")
    paper = await lay(table)
    await host.tell("show_document", {"document": paper, "page": 1})
    for role, browser in table.seats.items():
        shown = await browser.get(f"{table.session}/shown")
        inside = role in {"mediator"} | OURS
        assert marks_in(shown.body) == ({"markpaperq"} if inside else set()), role
    await lin.tell("chat", line("markcaucusoursq"))
    await guests["respondent"].tell("chat", line("markcaucustheirsq"))
    await lin.tell("caption", line("markcaptionq", epoch=lin.view["chamber"]["epoch"]))
    await lin.tell("write", line("markupq", to=ids["mediator"]))
    await host.tell("write", line("markdownq", to=ids["respondent"]))
    await other.tell("write", line("markacrossq", to=ids["applicant"]))
    await guests["expert"].tell("write", line("markexpertq", to=ids["co_mediator"]))
    await nonsense(guests, ids)
    for one in (host, other):
        everybody.office.clock.forward(seconds=12)
        await one.tell("move", {"people": [], "chamber": "joint"})
        for guest in guests.values():
            await guest.until(lambda g=guest: g.place == "joint" and not g.view["moving"], "back")  # type: ignore[misc]
    await everybody.move(guests, ["applicant", "representative"], "side_applicant")
    await lin.tell("chat", line("marksidealoneq"))
    await everybody.move(guests, ["expert"], "aside")
    await guests["expert"].tell("chat", line("markasideq"))
    everybody.office.clock.forward(seconds=12)
    await host.tell("move", {"people": [], "chamber": "joint"})
    for guest in guests.values():
        await guest.until(lambda g=guest: g.place == "joint" and not g.view["away"], "back")  # type: ignore[misc]
    await lin.tell("chat", {"text": "大家好", "key": "together"})
    for guest in guests.values():
        await guest.until(lambda g=guest: "大家好" in repr(g.heard[-3:]), "together again")  # type: ignore[misc]


async def nonsense(guests: dict[str, Guest], ids: dict[str, str]) -> None:
    """What is refused is neither repeated nor written down, whoever says it and whatever is wrong with it."""
    for role, event, said, code in (
        ("applicant", NONSENSE, {"text": NONSENSE}, "protocol_error"),
        ("applicant", "chat", {"text": NONSENSE * 200, "key": "1"}, "protocol_error"),
        ("applicant", "chat", {"text": NONSENSE}, "protocol_error"),
        ("applicant", "write", line(NONSENSE, to=ids["respondent"]), "right_missing"),
        ("applicant", "broadcast", line(NONSENSE), "right_missing"),
        ("applicant", "rename", {"person": ids["applicant"], "name": NONSENSE}, "right_missing"),
        ("observer", "chat", line(NONSENSE), "right_missing"),
        ("applicant", "caption", line(NONSENSE, epoch=99), "nobody_hears"),
        ("respondent", "answer", {"n": 1, "sdp": NONSENSE}, "protocol_error"),
    ):
        assert (await guests[role].say(event, said)).get("code") == code, (event, said)


async def test_what_is_private_reaches_whom_it_is_for_and_nothing_else(
    office: Office, everybody: Everybody, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    browsers = everybody.browsers
    table = Table(everybody.cast, browsers)
    async with everybody.meeting("mediator", *(role for role in ROLES if role != "mediator")) as guests:
        await talk(everybody, table, guests)
        await doors_opened(office, everybody, browsers)
        await guests["mediator"].tell("end")
    for role, guest in guests.items():
        told = marks_in(msgspec.json.encode(guest.heard))
        assert told == {mark for mark, whom in SAID.items() if role in whom}, role
        assert marks_in(guest.answers) == set(), role
    async with office.db.reading() as tx:
        entries = await journal.read(tx, everybody.cast.case)
    assert {"room.moved", "room.counted", "room.attendance"} <= {entry.kind for entry in entries}
    assert marks_in(entries) == set()
    monkeypatch.setattr(archive, "COST", 2**14)
    sealed = replace(settings, keeping=KeepingOptions(backup_passphrase="correct horse"))
    await asyncio.to_thread(backup, sealed, tmp_path / "backup", datetime(2026, 11, 26, tzinfo=UTC))
    await asyncio.to_thread(unpack, tmp_path / "backup", "correct horse", tmp_path / "unpacked")
    files = [path for root in (settings.data, tmp_path / "unpacked") for path in root.rglob("*") if path.is_file()]
    assert len(files) > 20 and {path.name: marks for path in files if (marks := marks_in(path.read_bytes()))} == {}
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    lines = [JsonLines().format(record) + repr(record.__dict__) for record in records]
    assert any("request.done" in one for one in lines) and any("seat.changed" in one for one in lines), "the log was on"
    assert marks_in("\n".join(lines)) == set()


async def doors_opened(office: Office, everybody: Everybody, browsers: dict[str, Browser]) -> None:
    """Everybody, and who is nobody, opens every door with every name there is."""
    case = (await browsers["mediator"].get(f"/api/cases/{everybody.cast.case}")).json
    papers: dict[str, Any] = (await browsers["mediator"].get(f"/api/cases/{everybody.cast.case}/papers")).json
    known = {
        "id": {everybody.cast.case, everybody.cast.session}, "paper": {one["id"] for one in papers["papers"]},
        "page": {"1"}, "party": {one["id"] for one in case["parties"]},
        "slug": {one.seat or "none" for one in browsers.values()},
    }  # fmt: skip
    assert papers["papers"] and len(list(doors(office, known))) > 40
    for role, browser in (browsers | {"nobody": await office.browser()}).items():
        found: set[str] = set()
        for path in doors(office, known):
            office.clock.forward(seconds=0.1)
            answer = await browser.get(path)
            found |= marks_in(answer.body + repr(answer.headers).encode())
        assert found == {mark for mark, whom in LAID.items() if role in whom}, role
