"""An expert takes part with the parties' consent: who is asked, who reads the answers, what a no does in the room."""

import json
from typing import Any

import pytest

from server.store import journal
from tests.actors import Browser
from tests.conftest import Office
from tests.server.room.everybody import Everybody

pytestmark = pytest.mark.timeout(120)


async def say(browser: Browser, guest: str, agrees: bool) -> Any:
    answer = await browser.post("/api/seat/guests", {"guest": guest, "agrees": agrees})
    assert answer.status == 200, answer.json
    return answer.json["guests"]


async def answers(everybody: Everybody, guest: str) -> dict[str, list[str]]:
    view = (await everybody.cast.mediator.get(f"/api/cases/{everybody.cast.case}/cast")).json
    found: dict[str, list[str]] = next(one for one in view["answers"] if one["guest"] == guest)
    return found


@pytest.fixture
async def everybody(office: Office) -> Everybody:
    return await Everybody.of(office)


async def test_the_people_of_the_dispute_are_asked_and_only_the_staff_reads_the_answers(everybody: Everybody) -> None:
    ids, people = everybody.ids, everybody.browsers
    expert, observer = ids["expert"], ids["observer"]
    seen = (await people["applicant"].get("/api/seat")).json["guests"]
    assert [(one["id"], one["part"], one["agrees"]) for one in seen] == [
        (expert, "expert", None), (observer, "observer", None),
    ]  # fmt: skip
    for role in ("interpreter", "witness", "expert", "observer"):
        assert (await people[role].get("/api/seat")).json["guests"] == [], role
        refused = await people[role].post("/api/seat/guests", {"guest": expert, "agrees": False})
        assert refused.code == "not_found", role
    assert next(one for one in await say(people["applicant"], expert, True) if one["id"] == expert)["agrees"] is True
    await say(people["respondent"], expert, False)
    told = await answers(everybody, expert)
    assert (told["agreed"], told["refused"]) == ([ids["applicant"]], [ids["respondent"]])
    assert told["missing"] == [ids["representative"]]
    other = (await people["representative"].get("/api/seat")).json["guests"]
    assert [one["agrees"] for one in other] == [None, None], "what somebody else said is not told"
    assert (await people["applicant"].post("/api/seat/guests", {"guest": ids["witness"], "agrees": True})).status == 404
    async with everybody.office.db.reading() as tx:
        entries = [one for one in await journal.read(tx, everybody.cast.case) if one.kind == "seat.guest"]
    assert [(one.actor, json.loads(one.body or "{}")) for one in entries] == [
        (ids["applicant"], {"guest": expert, "agrees": True}),
        (ids["respondent"], {"guest": expert, "agrees": False}),
    ]
    await say(people["respondent"], expert, False)
    async with everybody.office.db.reading() as tx:
        again = [one for one in await journal.read(tx, everybody.cast.case) if one.kind == "seat.guest"]
    assert len(again) == 2, "the same word again is no other word"


async def test_a_no_counts_at_once_and_is_not_told_by_whom(everybody: Everybody) -> None:
    expert, people = everybody.ids["expert"], everybody.browsers
    async with everybody.meeting("mediator", "applicant", "respondent", "expert") as guests:
        host, one = guests["mediator"], guests["expert"]
        everybody.office.clock.forward(seconds=2)
        await say(people["respondent"], expert, False)
        await one.until(lambda: one.view["you"]["state"] == "waiting", "out")
        for chamber in (None, "joint", "caucus_applicant"):
            error = await host.say("admit", {"person": expert, "chamber": chamber})
            assert error == {"code": "not_agreed", "detail": ""}, chamber
        everybody.office.clock.forward(seconds=12)
        await host.tell("move", {"people": [], "chamber": "aside"})
        await host.until(lambda: host.place == "aside")
        await host.tell("admit", {"person": expert, "chamber": "aside"})
        await one.until(lambda: one.place == "aside", "heard by the hosts alone")
        error = await host.say("move", {"people": [expert], "chamber": "joint"})
        assert error["code"] == "not_agreed"
        everybody.office.clock.forward(seconds=2)
        await say(people["respondent"], expert, True)
        await one.until(lambda: one.view, "told")
        everybody.office.clock.forward(seconds=12)
        await host.tell("move", {"people": [], "chamber": "joint"})
        await one.until(lambda: one.place == "joint", "in again")


async def test_who_must_not_meet_a_guest_is_neither_asked_nor_told_of_them(everybody: Everybody) -> None:
    ids, door = everybody.ids, f"/api/cases/{everybody.cast.case}/apart"
    body = {"groups": [sorted([ids["expert"], ids["applicant"]])]}
    assert (await everybody.cast.mediator.put(door, body)).status == 200
    seen = await everybody.browsers["applicant"].get("/api/seat")
    assert [one["part"] for one in seen.json["guests"]] == ["observer"]
    assert everybody.cast.links["expert"]["name"] not in seen.body.decode()
    refused = await everybody.browsers["applicant"].post("/api/seat/guests", {"guest": ids["expert"], "agrees": False})
    assert refused.status == 404


async def test_a_guest_who_has_not_promised_gets_no_telephone(everybody: Everybody) -> None:
    browser = everybody.browsers["expert"]
    await browser.post("/api/seat/consents", {"online": False})
    refused = await browser.post("/api/seat/telephone", {"wanted": True})
    assert (refused.code, refused.data) == ("not_ready", {"step": "consent"})
    await browser.post("/api/seat/consents", {"online": True})
    assert (await browser.post("/api/seat/telephone", {"wanted": True})).status == 200


async def test_for_a_child_the_guardian_is_asked_about_a_guest_and_about_the_time_to_sign(office: Office) -> None:
    cast = await office.cast("schoolyard")
    child, mother = await cast.ready("applicant"), await cast.ready("guardian")
    body = {"part": "expert", "name": "钱教授", "phone": "19900000088"}
    made = (await cast.mediator.post(f"/api/cases/{cast.case}/people", body)).json["parties"][-1]["id"]
    await cast.mediator.post(f"/api/sessions/{cast.session}/links", {"party": made})
    assert (await child.get("/api/seat")).json["guests"] == []
    assert (await child.post("/api/seat/guests", {"guest": made, "agrees": False})).code == "not_found"
    assert [one["agrees"] for one in await say(mother, made, True)] == [True]
    view = (await cast.mediator.get(f"/api/cases/{cast.case}/cast")).json
    assert view["answers"][0]["agreed"] == [cast.person("guardian")]
    assert cast.person("applicant") not in view["answers"][0]["missing"]
    agreement = (await cast.mediator.post(f"/api/cases/{cast.case}/agreements", {})).json["id"]
    asked = (await cast.mediator.get(f"/api/agreements/{agreement}/separate")).json
    assert "沈静" in asked["missing"] and "罗小满" not in asked["missing"]
