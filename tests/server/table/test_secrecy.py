"""Markers planted in notes, offers, answers and a paper shown in a private talk are found nowhere but with those they
were meant for: in no other caller's answers and pushes, no log, no error, no journal, no file on disk, no backup."""

import asyncio
import itertools
import logging
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
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
from server.web import keys
from tests.actors import Browser
from tests.conftest import Cast, Office
from tests.server.agreements.room import Person
from tests.server.table.conftest import Table, leads_beside
from tests.server.table.test_papers import bring, pdf

pytestmark = pytest.mark.timeout(240)
NOTE, SHARED, CONFIDED, PUT, BLIND, PAPER = (
    "marknoteq", "marksharedq", "markconfidedq", "markputq", "markblindq", "markpaperq",
)  # fmt: skip
LEADING, ASKING, ASKED = {"mediator", "co"}, {"applicant", "daughter"}, {"employee"}
MEANT_FOR = {
    NOTE: {"mediator"}, SHARED: LEADING, CONFIDED: LEADING | ASKING, PUT: LEADING | ASKED,
    BLIND: LEADING | ASKING | ASKED, PAPER: LEADING | {"applicant"},
}  # fmt: skip
"""The daughter acts for the applicant, who is deaf and has an interpreter; the employee for the hospital."""


@dataclass
class Scene:
    """Everybody with a browser, and all names a curious caller could put into an address."""

    cast: Cast
    table: Table
    paper: str
    known: dict[str, set[str]]
    told: dict[str, list[Any]]
    """Who was in the room -> all events they were sent."""


async def callers(office: Office, cast: Cast) -> dict[str, Browser]:
    """All people of the case, a second mediator, the mediator of another case, and who has no cookie at all."""
    beside, other = await office.cast(), await office.cast()
    links = {
        "applicant": "applicant", "daughter": "representative", "employee": "representative-2",
        "interpreter": "interpreter",
    }  # fmt: skip
    found = {name: await cast.ready(role) for name, role in links.items()}
    co = await leads_beside(cast, beside)
    return found | {"mediator": cast.mediator, "co": co, "stranger": other.mediator, "nobody": await office.browser()}


async def plant(table: Table, parties: dict[str, str]) -> str:
    """Everything on the table; returns the paper's id."""
    money = {"payer": parties["respondent"], "payee": parties["applicant"], "sum_fen": 100}
    for who, path, body in (
        ("mediator", "notes", {"content": {"text": NOTE}}),
        ("mediator", "notes", {"content": {"text": SHARED}, "shared": True}),
        ("applicant", "offers", {"terms": money | {"conditions": CONFIDED}, "may_be_told": True}),
        ("mediator", "offers", {"terms": money | {"deeds": PUT}, "to": parties["respondent"]}),
        ("mediator", "proposals", {"terms": money | {"deeds": BLIND}, "until": "2026-11-26T07:00:00Z"}),
    ):
        answer = await table.send(who, path, body)
        assert answer.status == 200, (path, answer.json)
    for who, accept in (("daughter", True), ("employee", False)):
        assert (await table.send(who, f"proposals/{answer.json['id']}/answer", {"accept": accept})).status == 200
    return str((await bring(table, "mediator", pdf(2, title=PAPER), f"{PAPER}.pdf")).json["id"])


@asynccontextmanager
async def meeting(table: Table) -> AsyncIterator[tuple[dict[str, Person], dict[str, list[Any]]]]:
    """Mediator, applicant and the hospital's employee in the joint chamber; all they are told is kept."""
    cast = table.cast
    roles = {"mediator": None, "applicant": "applicant", "employee": "representative-2"}
    people: dict[str, Person] = {}
    told: dict[str, list[Any]] = {name: [] for name in roles}
    async with AsyncExitStack() as stack:
        for name, role in roles.items():
            person = people[name] = Person(cast, cast.person(role) if role else cast.mediator_id)
            listen(person, told[name])
            stack.push_async_callback(person.socket.disconnect)
            door = "/api/seat/ticket" if role else f"{table.session}/ticket"
            await person.enter((await table.seats[name].post(door, {})).json)
            if role:
                await person.until(lambda view: view["you"]["state"] == "waiting")
                await people["mediator"].tell("admit", {"person": person.id})
            await person.until(lambda view: view["you"]["state"] == "present")
        yield people, told


def listen(person: Person, heard: list[Any]) -> None:
    """Keep every event, also those nobody else waits for."""
    handlers = person.socket.handlers["/room"]
    for event, handler in list(handlers.items()):

        async def keep(body: Any, event: str = event, handler: Any = handler) -> None:
            heard.append((event, body))
            await handler(body)

        handlers[event] = keep

    async def other(event: str, *body: Any) -> None:
        heard.append((event, body))

    person.socket.on("*", other, namespace="/room")


@pytest.fixture
async def scene(office: Office) -> Scene:
    """The case of the corpus with interpreter and representatives. Everything is planted while the room is open; the
    paper is shown to the applicant in a private talk."""
    cast = await office.cast("hospital")
    table = Table(cast, await callers(office, cast))
    await cast.mediator.post(f"{table.session}/acts", {"act": "open"})
    case = (await cast.mediator.get(table.case)).json
    parties = {one["side"]: one["id"] for one in case["parties"] if one["part"] == "party"}
    async with meeting(table) as (people, told):
        paper = await plant(table, parties)
        await people["mediator"].move([people["applicant"].id], "caucus_applicant", also=people["applicant"])
        await people["mediator"].tell("show_document", {"document": paper, "page": 1})
        seen = await table.seats["applicant"].get(f"{table.session}/shown")
        assert (seen.status, seen.json["name"]) == (200, f"{PAPER}.pdf")
        picture = seen.json["url"]
        assert (await table.seats["applicant"].get(picture)).status == 200
        for who in ("employee", "daughter", "interpreter"):
            answer = await table.seats[who].get(f"{table.session}/shown")
            assert (answer.status, answer.code) == (404, "not_found"), "the same as when nothing is shown"
        assert len(list(doors(office, {}))) > 20
        known = {
            "id": {cast.case, cast.session}, "paper": {paper}, "page": {"1", "2"}, "party": set(parties.values()),
            "slug": {one.seat or "none" for one in table.seats.values()},
        }  # fmt: skip
        found = Scene(cast, table, paper, known, told)
        await crawl(office, found)
        await people["mediator"].move([], "joint", also=people["applicant"])
        await asyncio.sleep(2)  # so many doors were knocked at that the limit of one address holds on
        assert (await table.seats["applicant"].get(picture)).status == 404, "the talk is over, and its papers with it"
        assert (await table.seats["employee"].get(f"{table.session}/shown")).status == 404
    return found


def doors(office: Office, known: dict[str, set[str]]) -> Iterable[str]:
    """Every GET of the route table with every name that fits."""
    for table in office.app[keys.TABLES]:
        for route in table:
            if route.method == "GET":
                path = re.sub(r"\{(\w+):[^}]*\}", r"{\1}", route.path)
                names = re.findall(r"\{(\w+)\}", path)
                for values in itertools.product(*(sorted(known.get(name, {"x"})) for name in names)):
                    yield path.format(**dict(zip(names, values, strict=True)))


def marks_in(data: bytes) -> set[str]:
    return {mark for mark in MEANT_FOR if mark.encode() in data}


async def crawl(office: Office, scene: Scene) -> None:
    """Everybody opens every door; each finds exactly what is meant for them."""
    for who, browser in scene.table.seats.items():
        found: set[str] = set()
        for path in doors(office, scene.known):
            answer = await browser.get(path)
            found |= marks_in(answer.body + repr(answer.headers).encode())
        assert found == {mark for mark, people in MEANT_FOR.items() if who in people}, who


async def test_nobody_is_told_what_is_not_theirs_and_nothing_of_it_lies_open(
    office: Office, scene: Scene, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for who, events in scene.told.items():
        assert events and marks_in(msgspec.json.encode(events)) == set(), who
    others = msgspec.json.encode(scene.told["employee"])
    assert scene.paper.encode() not in others and b"notes" not in others, "not even that there is one"
    async with office.db.reading() as tx:
        entries = await journal.read(tx, scene.cast.case)
    assert marks_in(repr(entries).encode()) == set() and scene.paper not in repr(entries)
    monkeypatch.setattr(archive, "COST", 2**14)
    sealed = replace(settings, keeping=KeepingOptions(backup_passphrase="correct horse"))
    await asyncio.to_thread(backup, sealed, tmp_path / "backup", datetime(2026, 11, 26, tzinfo=UTC))
    await asyncio.to_thread(unpack, tmp_path / "backup", "correct horse", tmp_path / "unpacked")
    files = [path for root in (settings.data, tmp_path / "unpacked") for path in root.rglob("*") if path.is_file()]
    assert any(path.name == "vault-key" for path in files) and len(files) > 20
    assert {path.name: marks for path in files if (marks := marks_in(path.read_bytes()))} == {}
    lines = [JsonLines().format(record) + repr(record.__dict__) for record in caplog.get_records("setup")]
    assert any("request.done" in line for line in lines), "the log was on"
    assert marks_in("\n".join(lines).encode()) == set()


@pytest.fixture(autouse=True)
def everything_logged(caplog: pytest.LogCaptureFixture) -> None:
    """From the first request on."""
    caplog.set_level(logging.DEBUG)


async def test_an_error_does_not_repeat_what_was_sent(table: Table) -> None:
    party = table.party("applicant")
    for who, method, path, body in (
        ("mediator", "POST", "notes", {"content": {"text": NOTE, "about": NOTE}}),
        ("mediator", "POST", "notes", {"content": {"text": NOTE * 3000}}),
        ("mediator", "PUT", f"notes/{NOTE}", {"version": 1, "content": {"text": NOTE}}),
        ("applicant", "POST", "offers", {"terms": {"conditions": CONFIDED, "sum_fen": CONFIDED}}),
        ("applicant", "POST", "offers", {"terms": {"conditions": CONFIDED}, "to": CONFIDED[:20]}),
        ("applicant", "POST", "proposals", {"terms": {"deeds": BLIND}, "until": "2026-11-26T07:00:00Z"}),
        ("mediator", "POST", "proposals", {"terms": {"deeds": BLIND, "payer": party}, "until": BLIND}),
    ):
        answer = await table.seats[who].send(method, f"{table.case}/{path}", body)
        assert answer.status >= 400, path
        assert marks_in(answer.body) == set(), answer.body
