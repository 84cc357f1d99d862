"""A joint video verification over real sockets: the court hosts, the parties come by the usual links, staff only where
the court asks for them, and a dead link leaves the room at once."""

from contextlib import AsyncExitStack
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from socketio.exceptions import ConnectionError as Refused

from server.docket.closing import close_dead
from server.web import keys
from tests.actors import Answer, Browser
from tests.server.docket.conftest import COURT, Bench
from tests.server.room.everybody import Guest
from tests.server.room.test_rights_matrix import ALLOWED, ORDER
from tests.server.room.test_rights_matrix import body as well_formed

pytestmark = pytest.mark.timeout(120)


class Meeting:
    """The judge's browser, the session, and sockets into its room."""

    def __init__(self, bench: Bench, judge: Browser, session: str, stack: AsyncExitStack) -> None:
        self.bench, self.judge, self.session, self.stack = bench, judge, session, stack
        self.door = f"/api/docket/hearings/{session}"

    async def enter(self, person: str, answer: Answer) -> Guest:
        """By a ticket as the page fetches it."""
        assert answer.status == 200, answer.json
        guest = Guest(self.bench.office.base, person)
        await guest.enter(answer.json)
        self.stack.push_async_callback(guest.socket.disconnect)
        await guest.until(lambda: guest.view)
        return guest

    async def host(self) -> Guest:
        return await self.enter("judge", await self.judge.post(f"{self.door}/ticket"))

    async def party(self, role: str) -> Guest:
        """From the message to the waiting room."""
        person = self.bench.cast.person(role)
        browser = await self.bench.office.browser()
        assert (await browser.open(await self.bench.office.link(person))).status == 200
        for path, body in (("identify", {"is_me": True}), ("consents", {"online": True}), ("code", {})):
            answer = await browser.post(f"/api/seat/{path}", body)
            assert answer.status == 200, answer.json
        for path, sent in (
            ("code/check", {"code": await self.bench.office.code(person)}),
            ("devices", {"camera": True, "microphone": True, "result": {}}),
        ):
            answer = await browser.post(f"/api/seat/{path}", sent)
            assert answer.status == 200, answer.json
        assert answer.json["session"]["court"] == COURT and answer.json["consents"]["esign"] is None
        return await self.enter(person, await browser.post("/api/seat/ticket"))

    async def both(self, host: Guest) -> list[Guest]:
        """Both parties, let in."""
        found = []
        for role in ("applicant", "respondent"):
            guest = await self.party(role)
            assert guest.view["you"]["state"] == "waiting"
            await host.tell("admit", {"person": guest.id})
            await guest.until(lambda one=guest: one.place == "joint")  # type: ignore[misc]
            found.append(guest)
        return found


@pytest.fixture
async def meeting(bench: Bench) -> Any:
    async with AsyncExitStack() as stack:
        judge = await bench.judge()
        starts = (bench.office.clock() + timedelta(minutes=20)).isoformat().replace("+00:00", "Z")
        made = await judge.post("/api/docket/hearings", {"starts_at": starts})
        assert made.status == 200, made.json
        session = made.json["appointments"][0]["session"]
        stack.push_async_callback(bench.office.app[keys.ROOMS].close, session)
        yield Meeting(bench, judge, session, stack)


async def test_the_court_hosts_all_parties_together_and_there_is_no_other_chamber(meeting: Meeting) -> None:
    texts = [one.text for one in await meeting.bench.office.outbox() if "视频核实" in one.text]
    assert len(texts) >= 2 and all(COURT in one for one in texts)
    host = await meeting.host()
    assert host.view["you"]["host"] and host.view["you"]["role"] == "court"
    guests = await meeting.both(host)
    await host.until(lambda: len(host.view["chamber"]["people"]) == 3)
    ids = [one.id for one in guests]
    for chamber in ("caucus_applicant", "side_applicant", "aside"):
        assert (await host.say("move", {"people": ids[:1], "chamber": chamber}))["code"] == "wrong_chamber", chamber
    people = (await meeting.judge.get(meeting.door)).json["people"]
    assert {one["assurance"] for one in people} == {"code"} and {one["progress"] for one in people} == {"waiting"}
    assert "phone" not in str(people)
    for event, body in (("lock", {"on": True}), ("share", {"on": True}), ("recording_ask", {"what": "all"})):
        assert await host.say(event, body) == {}, event
    for event in ("admit", "remove", "host_mute"):
        said = {"person": ids[1]} | ({"kind": "audio", "muted": True} if event == "host_mute" else {})
        assert (await guests[0].say(event, said))["code"] == "right_missing"
    assert (await meeting.judge.post(f"{meeting.door}/acts", {"act": "open"})).json["state"] == "open"
    ended = await meeting.judge.post(f"{meeting.door}/acts", {"act": "close"})
    assert ended.json["state"] == "closed"
    await guests[0].until(lambda: ("ended", {}) in [(event, body or {}) for event, body in guests[0].heard])


async def test_staff_come_in_only_while_the_court_asks_for_the_mediator(meeting: Meeting) -> None:
    mediator, ticket = meeting.bench.cast.mediator, f"/api/sessions/{meeting.session}/ticket"
    assert (await mediator.post(ticket)).status == 403
    for path, body in (
        ("acts", {"act": "open"}), ("wait", {"minutes": 5}),
        ("identity", {"party": meeting.bench.cast.person("applicant"), "seen": True, "document": "id_card"}),
        ("kiosk/sit", {"person": meeting.bench.cast.person("applicant"), "password": "x"}),
    ):  # fmt: skip
        answer = await mediator.post(f"/api/sessions/{meeting.session}/{path}", body)
        assert answer.status in (401, 403), (path, answer.json)
    for path in ("agenda", "shown"):
        assert (await mediator.get(f"/api/sessions/{meeting.session}/{path}")).status == 404, path
    host = await meeting.host()
    asked = await meeting.judge.post(f"{meeting.door}/mediator", {"on": True})
    assert asked.json["with_mediator"]
    guest = await meeting.enter(meeting.bench.cast.mediator_id, await mediator.post(ticket))
    assert (guest.view["you"]["role"], guest.view["you"]["state"]) == ("informant", "waiting")
    await host.tell("admit", {"person": guest.id})
    await guest.until(lambda: guest.place == "joint")
    assert (await guest.say("recording_stop"))["code"] == "right_missing"
    await meeting.judge.post(f"{meeting.door}/mediator", {"on": False})
    await guest.until(lambda: not guest.socket.connected or "taken_over" in str(guest.heard[-1]))
    assert (await mediator.post(ticket)).status == 403


@pytest.mark.parametrize("end", ["revoked", "expired"])
async def test_a_dead_link_leaves_the_open_room_at_once_and_does_not_come_back(meeting: Meeting, end: str) -> None:
    ticket = await meeting.judge.post(f"{meeting.door}/ticket")
    host = await meeting.enter("judge", ticket)
    left: list[bool] = []
    host.socket.on("disconnect", lambda *_: left.append(True), namespace="/room")
    bench = meeting.bench
    if end == "revoked":
        await bench.cast.mediator.send("DELETE", f"{bench.door}/docket/{bench.links[0]['id']}")
    else:
        bench.office.clock.forward(days=61)
        await close_dead(bench.office.app)
    await host.until(lambda: any(event in ("taken_over", "removed") for event, _ in host.heard) or left)
    with pytest.raises(Refused):
        await Guest(bench.office.base, "judge").enter(ticket.json)
    assert (await meeting.judge.post(f"{meeting.door}/ticket")).status == 401


async def test_a_court_person_enters_no_mediation_and_no_other_courts_room(meeting: Meeting) -> None:
    cast = meeting.bench.cast
    for path in (f"/api/docket/hearings/{cast.session}", f"/api/docket/hearings/{cast.session}/ticket"):
        answer = await (meeting.judge.get if path.endswith(cast.session) else meeting.judge.post)(path)
        assert answer.status == 404, path
    assert (await meeting.judge.post(f"/api/sessions/{cast.session}/ticket")).status == 403
    with pytest.raises(Refused):
        await Guest(meeting.bench.office.base, "judge").enter({"ticket": meeting.judge.cookies[next(
            name for name in meeting.judge.cookies if name.startswith("court_"))]})  # fmt: skip


async def test_only_the_court_calls_its_own_verification_off(meeting: Meeting) -> None:
    judge, bench = meeting.judge, meeting.bench
    (one,) = (await judge.get("/api/docket")).json["appointments"]
    staff = await bench.cast.mediator.send("DELETE", f"{bench.door}/application/appointments/{one['id']}")
    assert staff.status == 403
    assert (await bench.cast.mediator.get(f"{bench.door}/application")).json["appointments"][0]["session"]
    assert (await judge.send("DELETE", meeting.door)).json["appointments"] == []
    assert (await judge.post(f"{meeting.door}/ticket")).code == "session_over"


async def test_who_must_not_meet_is_let_in_one_at_a_time(meeting: Meeting) -> None:
    cast = meeting.bench.cast
    pair = [cast.person("applicant"), cast.person("respondent")]
    put = await cast.mediator.put(f"/api/cases/{cast.case}/apart", {"groups": [pair]})
    assert put.status == 200, put.json
    host = await meeting.host()
    first, second = await meeting.party("applicant"), await meeting.party("respondent")
    await host.tell("admit", {"person": first.id})
    await first.until(lambda: first.place == "joint")
    assert (await host.say("admit", {"person": second.id}))["code"] == "kept_apart"
    await host.tell("back_to_lobby", {"person": first.id})
    await host.tell("admit", {"person": second.id})
    await second.until(lambda: second.place == "joint")


async def test_court_and_mediator_do_in_that_room_what_the_table_says_and_nothing_else(meeting: Meeting) -> None:
    bench, mediator = meeting.bench, meeting.bench.cast.mediator
    host = await meeting.host()
    await meeting.both(host)
    await meeting.judge.post(f"{meeting.door}/mediator", {"on": True})
    asked = await meeting.enter(bench.cast.mediator_id, await mediator.post(f"/api/sessions/{meeting.session}/ticket"))
    await host.tell("admit", {"person": asked.id})
    await asked.until(lambda: asked.place == "joint")
    host.id = host.view["you"]["person"]
    ids = {role: bench.cast.person(role) for role in ("applicant", "respondent")} | {"mediator": host.id}
    crowd: Any = SimpleNamespace(ids=ids, office=bench.office)
    for guest, letter in ((asked, "t"), (host, "h")):
        for event in ORDER:
            if event in ("leave", "end", "remove", "back_to_lobby"):
                continue  # the pure table has them: tests/signaling/test_rights.py
            bench.office.clock.forward(seconds=0.2)
            error = await guest.say(event, well_formed(event, crowd, guest))
            assert (error.get("code") != "right_missing") == (event in ALLOWED[letter]), (letter, event, error)
