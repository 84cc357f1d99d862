"""Who leads and who must not meet: set by staff, carried by tickets, seen by nobody else."""

import pytest
import socketio

from server.sessions import texts
from server.store import journal
from server.web import keys
from signaling import Ticket, check
from tests.actors import Answer, Browser
from tests.conftest import Cast, Office
from tests.server.room.everybody import Everybody
from tests.server.sessions.test_seat_routes import connected


async def ticket(office: Office, browser: Browser, path: str, body: object = None) -> Ticket:
    answer = await browser.post(path, body or {})
    assert answer.status == 200, answer.json
    return check(office.app[keys.SECRET], answer.json["ticket"], office.clock().timestamp())


async def apart(cast: Cast, *groups: list[str]) -> None:
    answer = await cast.mediator.put(f"/api/cases/{cast.case}/apart", {"groups": [*groups]})
    assert answer.status == 200, answer.json


async def test_people_kept_apart_are_named_in_each_others_tickets_and_nowhere_else(office: Office, cast: Cast) -> None:
    lin, chen = cast.person("applicant"), cast.person("respondent")
    await apart(cast, [lin, chen])
    for role, other, name in (("applicant", chen, "陈国栋"), ("respondent", lin, "林秀珍")):
        browser = await cast.ready(role)
        view = await browser.get("/api/seat")
        assert name not in view.body.decode() and other not in view.body.decode()
        assert (await ticket(office, browser, "/api/seat/ticket")).apart == (other,)
    await apart(cast)
    assert (await ticket(office, browser, "/api/seat/ticket")).apart == ()
    assert "林秀珍" in (await browser.get("/api/seat")).body.decode()


async def test_the_journal_says_that_people_are_kept_apart_not_who(office: Office, cast: Cast) -> None:
    await apart(cast, [cast.person("applicant"), cast.person("respondent")])
    async with office.db.reading() as tx:
        entry = (await journal.read(tx, cast.case))[-1]
    assert (entry.kind, entry.actor) == ("seat.kept_apart", cast.mediator_id)
    assert "pty_" not in (entry.body or "")


async def test_nobody_but_the_staff_of_the_case_sees_or_sets_the_cast(office: Office, cast: Cast) -> None:
    path, other = f"/api/cases/{cast.case}", await office.cast()
    lin = await cast.ready("applicant")
    groups = {"groups": [[cast.person("applicant"), cast.person("respondent")]]}
    assert (await (await office.browser()).get(f"{path}/cast")).status == 401
    assert (await lin.get(f"{path}/cast")).status == 403
    assert (await lin.put(f"{path}/apart", groups)).status == 403
    assert (await other.mediator.get(f"{path}/cast")).status == 404
    assert (await other.mediator.put(f"{path}/apart", groups)).status == 404
    assert (await other.mediator.put(f"{path}/co_mediators", {"accounts": []})).status == 404


async def test_only_two_different_people_of_the_case_are_kept_apart(office: Office, cast: Cast) -> None:
    lin, stranger = cast.person("applicant"), (await office.cast()).person("respondent")
    for group in ([lin, lin], [lin, stranger], [lin, cast.mediator_id]):
        answer = await cast.mediator.put(f"/api/cases/{cast.case}/apart", {"groups": [group]})
        assert (answer.status, answer.code) == (422, "invalid"), group


async def test_an_interpreter_is_tied_and_cannot_be_kept_from_their_person(office: Office) -> None:
    cast = await office.cast("hospital")
    mother, interpreter = cast.person("applicant"), cast.person("interpreter")
    answer = await cast.mediator.put(f"/api/cases/{cast.case}/apart", {"groups": [[mother, interpreter]]})
    assert (answer.status, answer.code) == (422, "invalid")
    carried = await ticket(office, await cast.ready("interpreter"), "/api/seat/ticket")
    assert (carried.role, carried.side, carried.tied_to) == ("interpreter", "applicant", mother)


async def leading(cast: Cast, *accounts: str) -> Answer:
    return await cast.mediator.put(f"/api/cases/{cast.case}/co_mediators", {"accounts": [*accounts]})


async def test_a_co_mediator_leads_from_when_they_are_asked_until_they_are_not(office: Office) -> None:
    admin = await office.browser()
    made = (await admin.post("/api/demo/cases", {"case": "leak"})).json
    cast = Cast(office, admin, "", made["case_id"], made["session_id"], {})
    assert (await admin.login(**made["login"])).status == 200
    fang = await office.browser()
    account = (await fang.login(**made["beside"])).json["id"]
    path = f"/api/sessions/{cast.session}"
    assert (await fang.get(path)).status == 404
    assert (await fang.get("/api/day")).json["sessions"] == []

    answer = await leading(cast, account)
    assert [one["id"] for one in answer.json["co_mediators"]] == [account]
    assert (await ticket(office, fang, f"{path}/ticket")).role == "co_mediator"
    assert len((await fang.get("/api/day")).json["sessions"]) == 1
    for act in ("open", "pause", "resume"):
        assert (await fang.post(f"{path}/acts", {"act": act})).status == 200, act
    assert (await fang.put(f"/api/cases/{cast.case}/co_mediators", {"accounts": []})).status == 403

    minted = (await fang.post(f"{path}/ticket")).json["ticket"]
    await leading(cast)
    assert (await fang.get(path)).status == 404
    with pytest.raises(socketio.exceptions.ConnectionError):
        await connected(office, minted, [])


async def test_a_practice_case_is_led_only_by_those_who_practise_with_it(office: Office, cast: Cast) -> None:
    other = await office.cast()
    could = (await cast.mediator.get(f"/api/cases/{cast.case}/cast")).json["mediators"]
    assert [one["name"] for one in could] == ["方静"]
    answer = await leading(cast, other.mediator_id)
    assert (answer.status, answer.code) == (422, "invalid")
    assert (await leading(cast, cast.mediator_id)).code == "invalid", "the mediator already leads"


async def guest(cast: Cast, part: str) -> str:
    body = {"part": part, "name": "钱教授", "phone": "19900000088"}
    answer = await cast.mediator.post(f"/api/cases/{cast.case}/people", body)
    assert answer.status == 200, answer.json
    return str(answer.json["parties"][-1]["id"])


async def test_experts_and_observers_come_by_link_and_belong_to_no_agreement(office: Office, cast: Cast) -> None:
    for part in ("expert", "observer"):
        person = await guest(cast, part)
        day = (await cast.mediator.get("/api/day")).json["sessions"][0]["parties"]
        assert person not in [one["id"] for one in day], "not before a link was sent"
        await cast.mediator.post(f"/api/sessions/{cast.session}/links", {"party": person})
        day = (await cast.mediator.get("/api/day")).json["sessions"][0]["parties"]
        assert next(one for one in day if one["id"] == person)["looks_on"] is (part == "observer")
        cast.links[part] = {"person": person, "url": await office.link(person)}
        seat = await cast.ready(part)
        shown = (await seat.get("/api/seat")).json
        assert (shown["me"]["guest"], shown["consents"]["esign"], shown["texts"]["esign"]) == (True, None, "")
        assert shown["me"]["looks_on"] is (part == "observer")
        async with office.db.reading() as tx:
            said = [one for one in await journal.read(tx, cast.case) if one.kind == "seat.consented"][-1].body or ""
        assert texts.text_hash(texts.GUEST_ZH.online) in said and '"esign":null' in said.replace(" ", "")
        carried = await ticket(office, seat, "/api/seat/ticket")
        assert (carried.role, carried.side, carried.apart) == (part, "", ())
    drafted = (await cast.mediator.post(f"/api/cases/{cast.case}/agreements")).json
    assert "钱教授" not in str(drafted)
    assert (await cast.seats["observer"].get(f"/api/agreements/{drafted['id']}")).status == 404


async def test_the_door_of_a_session_says_who_leads_now(office: Office) -> None:
    everybody = await Everybody.of(office)
    door, ids = f"/api/sessions/{everybody.cast.session}", everybody.ids
    beside = everybody.staff["co_mediator"]
    assert (await beside.get(door)).json["lead"] is None
    async with everybody.meeting("mediator", "co_mediator") as guests:
        lead = (await beside.get(door)).json["lead"]
        assert (lead["id"], lead["name"]) == (ids["mediator"], guests["mediator"].view["you"]["name"])
        await guests["mediator"].tell("hand_over", {"person": ids["co_mediator"]})
        assert (await beside.get(door)).json["lead"]["id"] == ids["co_mediator"]
    assert (await beside.get(door)).json["lead"] is None
