"""The walls round a court's link: every other route refuses it, found from the app itself, and nothing planted in the
case is in any answer it gets."""

import hashlib
import io
import re

import pytest

from documents.archive import read
from server.cases import store as cases
from server.docket import TABLES
from server.errors import NotFound
from server.ids import SessionId
from server.recordings import rules
from server.recordings.model import Recorded, Recording, RecordingState
from server.web import keys
from server.web.call import Caller, anyone, channel, court
from tests.actors import START
from tests.conftest import Office
from tests.server.docket.conftest import COURT, Bench
from tests.server.packets.filing import filed


async def test_every_route_but_the_dockets_own_refuses_the_court(bench: Bench) -> None:
    judge, cast = await bench.judge(), bench.cast
    agreement = bench.door.rsplit("/", 1)[-1]
    real = {"/api/cases": cast.case, "/api/sessions": cast.session, "/api/agreements": agreement}
    own, refused = set(), 0
    for table in bench.office.app[keys.TABLES]:
        for route in table:
            if route.permit is anyone:
                continue
            if route.permit is court:
                own.add(route.path)
                continue
            here = next((value for prefix, value in real.items() if route.path.startswith(prefix)), "x")
            path = route.path.replace("{id}", here)
            path = re.sub(r"\{\w+:\[1-9\][^}]*\}\}?", "1", path)
            path = re.sub(r"\{\w+(:[^}]*)?\}", "1", path)
            answer = await judge.send(route.method, path, None if route.method == "GET" else {})
            keyless = route.permit is channel  # a door that asks for a key, whoever knocks
            refusal = (401, "unauthenticated") if keyless else (403, "not_permitted")
            assert (answer.status, answer.code) == refusal, (route.method, path, answer.json)
            refused += 1
    assert refused > 120
    docket = {route.path for table in TABLES for route in table if route.permit is court}
    assert own == docket and all(path.startswith("/api/docket") for path in own)


async def test_the_courts_own_routes_refuse_everybody_else(bench: Bench) -> None:
    for browser in (bench.cast.mediator, bench.cast.seats["applicant"]):
        for table in TABLES:
            for route in table:
                if route.permit is court:
                    path = re.sub(r"\{\w+(:[^}]*)?\}", "1", route.path)
                    answer = await browser.send(route.method, path, None if route.method == "GET" else {})
                    assert answer.status == 403, (route.method, path)


async def test_an_open_door_tells_a_court_no_more_than_a_stranger(bench: Bench) -> None:
    judge, stranger = await bench.judge(), await bench.office.browser()
    agreement = bench.door.rsplit("/", 1)[-1]
    for path in (
        f"/api/agreements/{agreement}/files/agreement", f"/api/cases/{bench.cast.case}/papers/1/file",
        f"/api/sessions/{bench.cast.session}/papers/1/pages/1/picture", "/api/recordings/films/x",
    ):  # fmt: skip
        seen = [(await one.get(path)).status for one in (judge, stranger)]
        assert set(seen) <= {401, 403, 404}, (path, seen)


async def test_the_courts_view_has_nothing_of_talks_notes_offers_and_no_way_to_reach_anybody(bench: Bench) -> None:
    cast, case = bench.cast, f"/api/cases/{bench.cast.case}"
    for shared, mark in ((False, "marknoteq"), (True, "marksharedq")):
        assert (await cast.mediator.post(f"{case}/notes", {"content": {"text": mark}, "shared": shared})).status == 200
    payer, payee = cast.person("applicant"), cast.person("respondent")
    terms = {"payer": payer, "payee": payee, "sum_fen": 100, "conditions": "markofferq"}
    assert (await cast.mediator.post(f"{case}/offers", {"terms": terms, "to": payee})).status == 200
    acts = f"{bench.door}/application/appointments"
    when = {"starts_at": "2026-12-01T01:00:00Z", "where": "第三法庭", "note": "markstaffq"}
    assert (await cast.mediator.post(acts, when)).status == 200
    judge = await bench.judge()
    hearing = {"starts_at": "2026-12-02T01:00:00Z"}
    session = (await judge.post("/api/docket/hearings", hearing)).json["appointments"][-1]["session"]
    said = [(await judge.get(path)).body.decode() for path in ("/api/docket", f"/api/docket/hearings/{session}")]
    async with bench.office.db.reading() as tx:
        found = await cases.load(tx, cast.case)
    filed = [value for one in found.people for value in (one.filed.phone, one.filed.id_no, one.filed.address) if value]
    facts = [found.facts.event, found.claims, found.facts.cause]
    marks = ["marknoteq", "marksharedq", "markofferq", "markstaffq", *filed, *(one for one in facts if one)]
    assert len(marks) > 8 and not [mark for mark in marks if any(mark in text for text in said)]
    assert all(one.name in said[0] for one in found.parties)


async def test_the_court_gets_exactly_the_packet_and_our_verdict_on_it(office: Office) -> None:
    case = await filed(office, "leak")
    cast, marks = case.cast, ["marknoteq", "markofferq"]
    doors = f"/api/cases/{cast.case}"
    assert (await cast.mediator.post(f"{doors}/notes", {"content": {"text": marks[0]}, "shared": False})).status == 200
    payer, payee = cast.person("applicant"), cast.person("respondent")
    terms = {"payer": payer, "payee": payee, "sum_fen": 100, "conditions": marks[1]}
    assert (await cast.mediator.post(f"{doors}/offers", {"terms": terms, "to": payee})).status == 200
    bench = Bench(cast, case.door)
    on = {"act": "submit", "on": "2026-11-26", "court": COURT}
    assert (await cast.mediator.post(f"{case.door}/application/acts", on)).status == 200
    judge = await bench.judge()
    assert (await judge.get("/api/docket/packet")).json == {"packet": None}
    assert (await judge.post("/api/docket/packet/verdict")).status == 404
    await case.attach()
    packet = await case.ask()
    assert packet["state"] == "made", packet
    whole = await case.zip(packet)
    seen = (await judge.get("/api/docket/packet")).json["packet"]
    assert (await judge.get("/api/docket/packet/file")).body == whole
    assert seen["sha256"] == hashlib.sha256(whole).hexdigest()
    inside = {one.path: one.content() for one in read(whole).members}
    assert [one["path"] for one in seen["files"]] == [*inside]
    for one in seen["files"]:
        answer = await judge.get(f"/api/docket/packet/members/{one['n']}")
        assert answer.body == inside[one["path"]] and answer.headers["Content-Type"] == one["media_type"], one
        text = answer.body
        assert not [mark for mark in marks if mark.encode() in text], one
    assert (await judge.get(f"/api/docket/packet/members/{len(inside)}")).status == 404
    told = await judge.post("/api/docket/packet/verdict")
    public = await (await office.browser()).post("/api/verify", data=io.BytesIO(whole), kind="application/zip")  # type: ignore[arg-type]
    assert (told.status, told.json["form"], told.json["known"]["number"]) == (200, "packet", seen["number"][:-2])
    assert told.json == public.json, "as the open page gives it"
    gone = await cast.mediator.send("DELETE", f"{case.door}/docket/{bench.links[0]['id']}")
    assert gone.status == 200
    assert (await judge.get("/api/docket/packet/file")).status == 401


async def test_what_a_court_had_recorded_is_no_recording_of_the_mediators(bench: Bench) -> None:
    async with bench.office.db.reading() as tx:
        case = await cases.load(tx, bench.cast.case)
    staff = Caller("staff", bench.cast.mediator_id, role="mediator")
    for people, known in ((("pty_a",), True), (("pty_a", "dkt_judge"), False)):
        inside = tuple(Recorded("rec_1", one) for one in people)
        found = Recording(
            "rec_1", case.id, SessionId("ses_1"), RecordingState.ended, 0, START, START, None, people=inside
        )
        if known:
            rules.may_know(case, found, staff)
        else:
            with pytest.raises(NotFound):
                rules.may_know(case, found, staff)
