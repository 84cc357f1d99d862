"""Papers for a court in the same ceremony: whoever signs gets their own and nobody else's, by no door."""

import asyncio
import re
import threading
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from documents import Manifest, verify
from server.agreements.ceremony.further import openable
from server.agreements.ceremony.model import File
from server.cases import store as cases
from server.cases.model import Part
from server.confirmation.companions.store import services
from server.store import journal
from server.web import keys
from server.web.call import Caller
from tests.actors import Answer, Browser
from tests.conftest import Cast, Office
from tests.documents.second_opinion import opinion, store_of
from tests.server.agreements.companions import ADDRESS, PHONE, choose, choose_and_give, given
from tests.server.agreements.conftest import Stamps
from tests.server.agreements.doors import Door, doors
from tests.server.agreements.signer import Signer, act, confirm_all, draft, signers, tried, until

pytestmark = pytest.mark.timeout(120)
PARTIES = ("applicant", "respondent")


async def read(cast: Cast) -> dict[str, Any]:
    """Everything confirmed, ready to be frozen."""
    assert (await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "open"})).status == 200
    for role in PARTIES:
        await cast.ready(role)
        await cast.seen(role)
    view = await act(cast, (await draft(cast))["id"], "show", "submit")
    await confirm_all(cast, view)
    return view


class Ear:
    """A browser's answers from now on, with what is base64 in them."""

    def __init__(self, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
        self.heard: list[bytes] = []
        send = browser.send

        async def listened(*args: Any, **named: Any) -> Answer:
            answer = await send(*args, **named)
            self.heard += [answer.body, *_packed(answer.body)]
            return answer

        monkeypatch.setattr(browser, "send", listened)

    def found(self, marks: list[bytes]) -> list[bytes]:
        return [mark for mark in marks if any(mark in one for one in self.heard)]


def _packed(body: bytes) -> Iterator[bytes]:
    try:
        found: Any = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return
    files = found.get("files") if isinstance(found, dict) else None
    yield from (b64decode(one["tail"]) for one in files or () if "tail" in one)


def every(office: Office, cast: Cast, view: dict[str, Any], files: list[str]) -> Iterator[Door]:
    """Every door that reads, with the ids of all files."""
    for door in doors(office, cast.case, view):
        if door.method == "GET" or door.path.endswith("/token"):
            for file in files if "/minutes" in door.path else ["minutes"]:
                yield door._replace(path=door.path.replace("/minutes", f"/{file}"))
    at = f"/api/ceremonies/{view['ceremony']}"
    for path in ("", "/manifest", *(f"/files/{file}/frozen" for file in files)):
        yield Door("GET", f"{at}{path}", None, False)
    for path in ("/api/seat", f"/api/cases/{cast.case}"):
        yield Door("GET", path, None, False)


def only_in(name: str, files: dict[str, bytes]) -> bytes:
    """The beginning of a stream that none of the other files holds: what is printed on its pages."""
    found = (files[name][at : at + 80] for at in (one.end() for one in re.finditer(rb"stream\r?\n", files[name])))
    return next(one for one in found if not any(one in whole for other, whole in files.items() if other != name))


async def test_a_party_never_receives_the_others_paper(
    office: Office, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = await read(cast)
    ears = {role: Ear(cast.seats[role], monkeypatch) for role in PARTIES}
    await choose_and_give(cast, view)
    frozen = await act(cast, view["id"], "freeze")
    people = await signers(cast, frozen["ceremony"])
    at = people["mediator"].path
    names = [one["id"] for one in (await cast.mediator.get(at)).json["files"]]
    assert names == ["agreement", "minutes", "application", "undertaking", "service-1", "service-2", "proof"]

    async def knocked(role: str) -> dict[str, int]:
        reading = [door for door in every(office, cast, frozen, names)]
        return {door.path: (await door.knock(cast.seats[role])).status for door in reading}

    for role in PARTIES:
        await knocked(role)
    for one in people.values():
        await one.get_ready()
    for one in people.values():
        await one.take_and_sign()
    done = await until(people["mediator"], "complete")
    root, office_now = office.app[keys.AUTHORITY].root_der, office.clock() + timedelta(minutes=1)
    check = (await cast.mediator.get(f"/api/agreements/{view['id']}/precheck")).json["answers"]
    assert check == dict.fromkeys(("joint", "organisation_proof", "address_confirmation", "undertaking"), "yes")
    own: dict[str, bytes] = {}
    for file in done["files"]:
        whole = (await cast.mediator.get(file["download"])).body
        report = await asyncio.to_thread(verify, whole, [root], office_now)
        assert (report.verdict, report.reasons) == ("valid", ())
        second = await asyncio.to_thread(opinion, whole, [root], office_now)
        assert second and all(getattr(one, "good", True) for one in second.values())
        own[file["id"]] = whole
    for n, (role, name) in enumerate(zip(PARTIES, ("林秀珍", "陈国栋"), strict=True), 1):
        answers = await knocked(role)
        mine, other = f"service-{n}", f"service-{3 - n}"
        listed = [one["id"] for one in (await cast.seats[role].get(at)).json["files"]]
        assert listed == [one for one in names if one != other]
        door = f"/api/agreements/{view['id']}/files"
        for file in names:
            wanted = 404 if file == other else 200
            assert answers[f"{door}/{file}"] == answers[f"{door}/{file}/copy"] == wanted, (role, file)
            assert answers[f"{door}/{file}/token"] == answers[f"{at}/files/{file}/frozen"] == wanted, (role, file)
        signed = {one.subject.native["common_name"] for one in store_of(own[mine]).certificates}
        assert name in signed and not signed & ({"林秀珍", "陈国栋"} - {name})
        # What only the other's paper has: its printed content as it lies in the file, and what was given for it.
        marks = [only_in(other, own), PHONE.format(3 - n).encode(), ADDRESS.format(3 - n).encode()]
        assert ears[role].found(marks) == []
        assert ears[role].found([only_in(mine, own), PHONE.format(n).encode()])  # the ear hears


async def test_what_a_paper_says_cannot_be_tried_against_its_hash(office: Office, cast: Cast) -> None:
    view = await read(cast)
    hashes = []
    for _ in range(2):
        await choose_and_give(cast, view)
        frozen = await act(cast, view["id"], "freeze")
        answer = await cast.seats["applicant"].get(f"/api/ceremonies/{frozen['ceremony']}/manifest")
        hashes.append(Manifest.parse(answer.body).file("service-2"))
        view = await act(cast, view["id"], "reopen", "show", "submit")
        await confirm_all(cast, view)
    first, second = hashes
    assert first and second and first.text != second.text
    assert cast.office.clock() == office.clock()  # frozen at the same instant: nothing else differs


async def test_nothing_is_frozen_while_something_needed_is_missing(cast: Cast) -> None:
    view = await read(cast)
    await choose(cast, view)
    refused = await tried(cast, view["id"], "freeze")
    assert (refused.status, refused.code) == (409, "further_lacking")
    missing = [{"code": "service_missing", "party": label} for label in ("甲方", "乙方")]
    assert refused.data["lacks"] == missing
    door = f"/api/agreements/{view['id']}/companions"
    wrong = await cast.mediator.put(door, {"wanted": True, "court": "不在名单上的法院"})
    assert wrong.status == 422
    assert (await cast.seats["applicant"].put(door, {"wanted": False})).status == 403
    shown = (await choose_and_give(cast, view))["lacks"]
    assert [one for one in shown if one["needed"]] == []
    frozen = await act(cast, view["id"], "freeze")
    late = await cast.mediator.put(door, {"wanted": False})
    assert (frozen["state"], late.status) == ("frozen", 409)


async def test_a_party_speaks_for_itself_only_and_sees_nothing_of_the_other(cast: Cast) -> None:
    view = await read(cast)
    lin, chen = (party["party"] for party in (await choose(cast, view))["parties"])
    door = f"/api/agreements/{view['id']}/companions"
    assert (await cast.seats["respondent"].put(f"{door}/services/{lin}", given(1))).status == 404
    bad = await cast.seats["applicant"].put(f"{door}/services/{lin}", given(1, phone="电话", electronic_address=""))
    assert (bad.status, bad.json["error"]["fields"]) == (422, {"phone": "format", "electronic_address": "required"})
    assert (await cast.seats["applicant"].put(f"{door}/services/{lin}", given(1))).status == 200
    seen = await cast.seats["respondent"].get(door)
    assert [one["party"] for one in seen.json["parties"]] == [chen]
    assert PHONE.format(1).encode() not in seen.body
    mine = (await cast.seats["applicant"].get(door)).json["parties"][0]
    lines = [line for part in mine["printed"] for line in part["lines"]]
    assert f"联系电话：{PHONE.format(1)}" in lines and "电子送达地址：party1@example.com" in " ".join(lines)
    assert mine["number_from"] == "seen"


async def test_it_rests_sealed_and_the_journal_does_not_know_it(office: Office, cast: Cast) -> None:
    view = await read(cast)
    await choose_and_give(cast, view)
    async with office.db.reading() as tx:
        rows = list(await tx.execute(services.select()))
        entries = [one for one in await journal.read(tx, cast.case) if one.kind.startswith("companions.")]
    assert len(rows) == 2
    for row in rows:
        assert b"1880000" not in row.sealed
    assert [one.kind for one in entries] == ["companions.choose", "companions.give", "companions.give"]
    assert not any("1880000" in (one.body or "") or "收件路" in (one.body or "") for one in entries)


async def test_a_helper_opens_the_agreement_and_no_paper_for_a_court(office: Office) -> None:
    cast = await office.cast("hospital")
    async with office.db.reading() as tx:
        case = await cases.load(tx, cast.case)
    one, two = case.parties
    names = {"agreement": None, "minutes": None, "application": None, "service-1": one.id, "service-2": two.id}
    files = [File(name, "", 1, "", None, 0, party) for name, party in names.items()]
    for person in case.people:
        whose = person.acts_for or person.id
        caller = Caller("seat", person.id, case_id=case.id)
        found = [file.id for file in openable(files, case, caller)]
        own = "service-1" if whose == one.id else "service-2"
        helps = person.part in (Part.interpreter, Part.witness)
        assert found == (["agreement", "minutes"] if helps else ["agreement", "minutes", "application", own])
    assert openable(files, case, Caller("staff", case.mediator_id)) == tuple(files)


class Gate:
    """An authority that answers nobody before so many have asked."""

    name = "gate"

    def __init__(self, real: Any, asked: int) -> None:
        self.real, self.gate = real, threading.Barrier(asked, timeout=20)

    def token(self, digest: bytes, at: datetime) -> bytes:
        self.gate.wait()
        found: bytes = self.real.token(digest, at)
        return found


async def test_the_stamps_of_a_turn_are_asked_for_side_by_side(ready: dict[str, Signer], stamps: Stamps) -> None:
    lin = ready["applicant"]
    stamps.real = Gate(stamps.real, 2)
    turn = (await lin.turn()).json
    assert (await lin.hand_in(turn)).status == 200
    assert {one["id"] for one in turn["files"]} == {"agreement", "minutes"}
