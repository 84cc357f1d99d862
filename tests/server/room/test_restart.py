"""What a host finds again when the server was killed: the page comes back with the ticket it had."""

import signal
import time

import pytest
import socketio

from signaling.times import wire
from tests.kill.house import Remote
from tests.server.room.everybody import Guest

pytestmark = pytest.mark.timeout(300)


async def test_a_seat_by_telephone_and_who_is_expected_are_there_again(mortal: Remote) -> None:
    cast = await mortal.cast()
    lin, chen, door = cast.person("applicant"), cast.person("respondent"), f"/api/sessions/{cast.session}"
    await cast.mediator.post(f"{door}/acts", {"act": "open"})
    ticket = (await cast.mediator.post(f"{door}/ticket")).json
    host = await Guest(mortal.base, cast.mediator_id).enter(ticket)
    await host.until(lambda: host.view and len(host.view["expected"]) == 2)
    await host.tell("phone_seat", {"person": lin, "on": True})
    await mortal.house.stop(signal.SIGKILL)
    await mortal.house.start()
    again = await Guest(mortal.base, cast.mediator_id).enter(ticket)
    await again.until(lambda: phones(again) == [lin])
    await again.until(lambda: [one["person"] for one in again.view["expected"]] == [chen])
    await again.tell("phone_seat", {"person": lin, "on": False})
    await mortal.house.stop(signal.SIGKILL)
    await mortal.house.start()
    last = await Guest(mortal.base, cast.mediator_id).enter(ticket)
    await last.until(lambda: last.view and len(last.view["expected"]) == 2)
    assert phones(last) == [], "whose seat was ended has none"
    for guest in (host, again, last):
        await guest.socket.disconnect()


async def test_a_locked_room_in_a_break_is_locked_and_in_its_break_again(mortal: Remote) -> None:
    """Whoever comes first after the restart, and whoever was outside the door stays there."""
    cast = await mortal.cast()
    lin, chen, door = cast.person("applicant"), cast.person("respondent"), f"/api/sessions/{cast.session}"
    await cast.mediator.post(f"{door}/acts", {"act": "open"})
    host = await Guest(mortal.base, cast.mediator_id).enter((await cast.mediator.post(f"{door}/ticket")).json)
    inside = (await (await cast.ready("applicant")).post("/api/seat/ticket")).json
    outside = (await (await cast.ready("respondent")).post("/api/seat/ticket")).json
    party = await Guest(mortal.base, lin).enter(inside)
    await host.until(lambda: [one["person"] for one in host.view["lobby"]] == [lin])
    await host.tell("admit", {"person": lin})
    await party.until(lambda: party.view["you"]["state"] == "present")
    until = wire(time.time() + 600)
    await host.tell("stage", {"stage": "opening"})
    await host.tell("lock", {"on": True})
    await host.tell("break", {"until": until})
    await party.until(lambda: party.view["state"] == "paused")
    await mortal.house.stop(signal.SIGKILL)
    await mortal.house.start()
    stranger = Guest(mortal.base, chen)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await stranger.enter(outside)
    back = await Guest(mortal.base, lin).enter(inside)
    await back.until(lambda: back.view and back.view["you"]["state"] == "present")
    stands = {key: back.view[key] for key in ("state", "break_until", "locked", "stage")}
    assert stands == {"state": "paused", "break_until": until, "locked": True, "stage": "opening"}
    for guest in (host, party, back):
        await guest.socket.disconnect()


async def test_who_was_there_at_the_kill_is_known_and_so_is_who_they_were_called(mortal: Remote) -> None:
    """Nothing was counted: the page of the proof says so, before anybody is back and after."""
    cast = await mortal.cast()
    lin, door = cast.person("applicant"), f"/api/sessions/{cast.session}"
    await cast.mediator.post(f"{door}/acts", {"act": "open"})
    host = await Guest(mortal.base, cast.mediator_id).enter((await cast.mediator.post(f"{door}/ticket")).json)
    ticket = (await (await cast.ready("applicant")).post("/api/seat/ticket")).json
    party = await Guest(mortal.base, lin).enter(ticket)
    await host.until(lambda: [one["person"] for one in host.view["lobby"]] == [lin])
    await host.tell("admit", {"person": lin})
    await host.tell("rename", {"person": lin, "name": "林女士"})
    await mortal.house.stop(signal.SIGKILL)
    await mortal.house.start()
    alone = (await cast.mediator.get(f"{door}/isolation")).json["epochs"]
    back = await Guest(mortal.base, lin).enter(ticket)
    await back.until(lambda: back.view and back.view["you"]["state"] == "present")
    assert back.view["you"]["name"] == "林女士"
    for epochs in (alone, (await cast.mediator.get(f"{door}/isolation")).json["epochs"]):
        [killed] = epochs
        assert not killed["counted"] and killed["legs"] == []
        assert {one["chamber"]: set(one["people"]) for one in killed["chambers"]} == {"joint": {cast.mediator_id, lin}}
    for guest in (host, party, back):
        await guest.socket.disconnect()


async def test_who_must_never_meet_does_not_meet_before_the_host_is_back(mortal: Remote) -> None:
    """Their pages come back with tickets that are older than the mediator's word."""
    cast = await mortal.cast()
    lin, chen, door = cast.person("applicant"), cast.person("respondent"), f"/api/sessions/{cast.session}"
    await cast.mediator.post(f"{door}/acts", {"act": "open"})
    host = await Guest(mortal.base, cast.mediator_id).enter((await cast.mediator.post(f"{door}/ticket")).json)
    tickets = {lin: await (await cast.ready("applicant")).post("/api/seat/ticket")}
    tickets[chen] = await (await cast.ready("respondent")).post("/api/seat/ticket")
    guests = {person: await Guest(mortal.base, person).enter(ticket.json) for person, ticket in tickets.items()}
    await host.until(lambda: len(host.view["lobby"]) == 2)
    for person in tickets:
        await host.tell("admit", {"person": person})
    await host.until(lambda: len(host.view["chamber"]["people"]) == 3)
    answer = await cast.mediator.put(f"/api/cases/{cast.case}/apart", {"groups": [[lin, chen]]})
    assert answer.status == 200, answer.json
    await guests[lin].until(lambda: guests[lin].view["you"]["state"] == "waiting")
    await host.tell("admit", {"person": lin})
    await guests[lin].until(lambda: guests[lin].place == "side_applicant")
    await mortal.house.stop(signal.SIGKILL)
    await mortal.house.start()
    again = {person: await Guest(mortal.base, person).enter(ticket.json) for person, ticket in tickets.items()}
    for guest in again.values():
        await guest.until(lambda one=guest: one.view and one.view["you"]["state"] == "present")  # type: ignore[misc]
    assert [again[lin].place, again[chen].place] == ["side_applicant", "side_respondent"]
    assert chen not in str(again[lin].heard) and lin not in str(again[chen].heard)
    for guest in (host, *guests.values(), *again.values()):
        await guest.socket.disconnect()


def phones(guest: Guest) -> list[str]:
    return [one["person"] for chamber in guest.view.get("chambers", []) for one in chamber["people"] if one["phone"]]
