"""The host sees who is expected, seats one by telephone, and a running room learns who must not meet."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import socketio

from server.app import SOCKET
from server.sessions.listener import ATTENDANCE
from signaling import Ticket
from tests.conftest import Cast, Office
from tests.server.sessions.test_routes import Line
from tests.server.sessions.test_ticket_routes import enter, sit


@pytest.fixture
async def host(office: Office, cast: Cast) -> AsyncIterator[Line]:
    """The mediator in the room, alone."""
    line = Line(office.base)
    await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "open"})
    await line.enter((await cast.mediator.post(f"/api/sessions/{cast.session}/ticket")).json)
    await line.until(lambda: line.view.get("chamber"))
    yield line
    await line.socket.disconnect()


def expected(line: Line) -> list[str]:
    return [one["person"] for one in line.view["expected"]]


async def test_the_host_sees_all_who_have_a_seat_before_they_come(host: Line, cast: Cast) -> None:
    assert expected(host) == [cast.person("applicant"), cast.person("respondent")]


async def test_who_is_sent_a_link_meanwhile_is_expected_too(host: Line, cast: Cast) -> None:
    body = {"part": "expert", "name": "钱教授", "phone": "19900000088"}
    made = (await cast.mediator.post(f"/api/cases/{cast.case}/people", body)).json["parties"][-1]["id"]
    assert made not in expected(host)
    await cast.mediator.post(f"/api/sessions/{cast.session}/links", {"party": made})
    await host.until(lambda: made in expected(host))
    assert next(one["role"] for one in host.view["expected"] if one["person"] == made) == "expert"


async def test_who_asked_for_the_telephone_is_seated_by_the_host(host: Line, cast: Cast) -> None:
    lin = cast.person("applicant")
    browser = await cast.seat("applicant")
    await browser.post("/api/seat/identify", {"is_me": True})
    assert (await browser.post("/api/seat/telephone", {"wanted": True})).status == 200
    answer = await host.socket.call("phone_seat", {"person": lin, "on": True}, namespace="/room")
    assert answer["ok"], answer
    await host.until(lambda: lin not in expected(host))
    (seat,) = [one for chamber in host.view["chambers"] for one in chamber["people"] if one["person"] == lin]
    assert (seat["phone"], seat["role"], seat["state"]) == (True, "applicant", "present")


async def test_a_running_room_learns_at_once_who_must_not_meet(host: Line, cast: Cast) -> None:
    lin, chen = cast.person("applicant"), cast.person("respondent")
    body = {"groups": [[lin, chen]]}
    assert (await cast.mediator.put(f"/api/cases/{cast.case}/apart", body)).status == 200
    for person in (lin, chen):
        await host.socket.call("phone_seat", {"person": person, "on": True}, namespace="/room")
    await host.until(lambda: not expected(host))
    places = {chamber["id"]: [one["person"] for one in chamber["people"]] for chamber in host.view["chambers"]}
    assert places["side_applicant"] == [lin] and places["side_respondent"] == [chen]
    cast.office.clock.forward(seconds=2)  # tickets are told apart by their second
    assert (await cast.mediator.put(f"/api/cases/{cast.case}/apart", {"groups": []})).status == 200
    await host.until(lambda: {one["person"] for one in host.view["chamber"]["people"]} >= {lin, chen})
    assert not host.view["away"] and not host.view["moving"]


async def test_a_room_where_people_only_wait_learns_who_must_not_meet(office: Office, cast: Cast) -> None:
    """All have tickets of before, the host too."""
    await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "open"})
    tickets = [await cast.mediator.post(f"/api/sessions/{cast.session}/ticket")]
    tickets += [await (await cast.ready(role)).post("/api/seat/ticket") for role in ("applicant", "respondent")]
    host, *waiting = lines = [Line(office.base) for _ in tickets]
    for line, ticket in zip(waiting, tickets[1:], strict=True):
        await line.enter(ticket.json)
        await line.until(lambda one=line: one.view)
    lin, chen = cast.person("applicant"), cast.person("respondent")
    assert (await cast.mediator.put(f"/api/cases/{cast.case}/apart", {"groups": [[lin, chen]]})).status == 200
    await host.enter(tickets[0].json)
    await host.until(lambda: host.view and len(host.view["lobby"]) == 2)
    for person in (lin, chen):
        assert (await host.socket.call("admit", {"person": person}, namespace="/room"))["ok"]
    await host.until(lambda: host.view["lobby"] == [])
    assert [one["person"] for one in host.view["chamber"]["people"]] == [cast.mediator_id]
    for line in lines:
        await line.socket.disconnect()


async def test_a_name_corrected_in_the_case_is_read_in_the_room(host: Line, cast: Cast) -> None:
    lin = cast.person("applicant")
    await host.socket.call("phone_seat", {"person": lin, "on": True}, namespace="/room")
    await host.until(lambda: lin not in expected(host))
    cast.office.clock.forward(seconds=2)  # tickets are told apart by their second
    body = {"part": "party", "side": "applicant", "name": "林秀贞"}
    answer = await cast.mediator.put(f"/api/cases/{cast.case}/people/{lin}", body)
    assert answer.status == 200, answer.json
    await host.until(lambda: "林秀贞" in [one["name"] for one in host.view["chamber"]["people"]])


async def test_a_host_who_comes_back_does_not_invite_anew(host: Line, cast: Cast) -> None:
    lin = cast.person("applicant")
    await host.socket.call("phone_seat", {"person": lin, "on": True}, namespace="/room")
    await host.until(lambda: lin not in expected(host))
    await host.socket.disconnect()
    again = Line(host.base)
    await again.enter((await cast.mediator.post(f"/api/sessions/{cast.session}/ticket")).json)
    await again.until(lambda: again.view.get("chamber"))
    assert expected(again) == [cast.person("respondent")]
    await again.socket.disconnect()


async def test_a_party_sees_nobody_expected(host: Line, office: Office, cast: Cast) -> None:
    line = Line(office.base)
    browser = await cast.ready("respondent")
    await line.enter((await browser.post("/api/seat/ticket")).json)
    await line.until(lambda: line.view)
    assert line.view["expected"] == [] and "林秀珍" not in str(line.view)
    await line.socket.disconnect()


async def test_who_is_only_expected_returns_to_their_place_after_a_restart(office: Office, cast: Cast) -> None:
    lin, rooms = cast.person("applicant"), office.app[SOCKET]
    await office.app[ATTENDANCE].on_attendance(cast.session, lin, "present", "joint", office.clock())
    ticket = Ticket(cast.session, lin, "林秀珍", "applicant", "applicant", int(office.clock().timestamp()) + 60)
    live = rooms.open(ticket)
    await rooms.invite(ticket)
    assert await rooms.returns(live, lin) == "joint"


async def test_who_takes_their_seat_elsewhere_ends_the_place_of_the_whole_kiosk(office: Office) -> None:
    cast = await office.cast("hospital")
    for role in ("applicant", "interpreter"):
        await sit(cast, role)
    device = Line(office.base)
    ticket = (await enter(cast, "applicant", "interpreter")).json
    await device.enter(ticket)
    await device.until(lambda: device.view)
    gone = asyncio.Event()
    device.socket.on("disconnect", lambda *_: gone.set(), namespace="/room")
    own = await office.browser()
    assert (await own.open(cast.links["interpreter"]["url"], takeover=True)).status == 200
    await asyncio.wait_for(gone.wait(), 8)
    again = Line(office.base)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await again.enter(ticket)
    assert again.refused["code"] == "ticket_rejected", "it was of all of them"
    assert (await enter(cast, "applicant", "interpreter")).code == "not_seated"
    assert (await enter(cast, "applicant")).status == 200
