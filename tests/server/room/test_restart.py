"""What a host finds again when the server was killed: the page comes back with the ticket it had."""

import signal

import pytest

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


def phones(guest: Guest) -> list[str]:
    return [one["person"] for chamber in guest.view.get("chambers", []) for one in chamber["people"] if one["phone"]]
