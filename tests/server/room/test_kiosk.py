"""Several people at one device of the centre, each with who they must not meet, in a meeting that is on."""

import pytest

from tests.server.room.everybody import Everybody, Guest
from tests.server.sessions.test_ticket_routes import enter, sit

pytestmark = pytest.mark.timeout(120)


async def test_whom_one_at_the_kiosk_must_not_meet_none_of_them_does(everybody: Everybody) -> None:
    cast, ids = everybody.cast, everybody.ids
    for role in ("applicant", "representative"):
        await sit(cast, role, consent=False)
    ticket = (await enter(cast, "applicant", "representative")).json
    device = Guest(everybody.office.base, ids["applicant"])
    async with everybody.meeting("mediator", "respondent") as guests:
        host = guests["mediator"]
        guests["applicant"] = await device.enter(ticket)
        await device.until(lambda: device.view)
        await everybody.admit(guests, "applicant")
        assert device.place == "joint"
        body = {"groups": [sorted([ids["representative"], ids["respondent"]])]}
        everybody.office.clock.forward(seconds=2)
        assert (await cast.mediator.put(f"/api/cases/{cast.case}/apart", body)).status == 200
        await device.until(lambda: device.view["you"]["state"] == "waiting", "out")
        error = await host.say("admit", {"person": ids["applicant"], "chamber": "joint"})
        assert error["code"] == "kept_apart"
        await host.tell("admit", {"person": ids["applicant"]})
        await device.until(lambda: device.place == "side_applicant", "with their side")
        await device.socket.disconnect()
        back = guests["applicant"] = await Guest(everybody.office.base, ids["applicant"]).enter(ticket)
        await back.until(lambda: back.place == "side_applicant", "also by the ticket of before")
        (row,) = [one for chamber in host.view["chambers"] for one in chamber["people"] if one["person"] == back.id]
        assert row["device_people"] == [cast.links["representative"]["name"]], "invitations take nobody's name away"
        await back.socket.disconnect()
