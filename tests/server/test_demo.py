"""The demo centre: seeded once, links that work, fresh cases on request, closed where it is not wanted."""

import shutil
from dataclasses import replace

import sqlalchemy as sa

from server import demo, vault
from server.cases.store import cases
from server.settings import Settings
from server.web import keys
from tests.conftest import MakeOffice, Office


async def test_the_demo_shows_one_door_per_role_and_each_one_opens(office: Office) -> None:
    browser = await office.browser()
    view = (await browser.get("/api/demo")).json
    doors = {role["role"]: role for role in view["roles"]}
    assert {role: door["name"] for role, door in doors.items()} == {
        "mediator": "顾明华", "applicant": "林秀珍", "respondent": "陈国栋", "beside": "方静", "recorder": "苏婉",
        "intake": "钱小雨", "supervisor": "杜伟", "administrator": "何敏", "court": "法院",
    }  # fmt: skip
    answer = await browser.get(doors["mediator"]["url"].removeprefix(office.base))
    assert (answer.status, answer.headers["Location"]) == (303, "/day")
    assert (await browser.get("/api/me")).json["name"] == "顾明华"
    assert len((await browser.get("/api/day")).json["sessions"]) == 1
    for role in ("applicant", "respondent"):
        seat = await (await office.browser()).open(doors[role]["url"])
        assert seat.json["me"]["name"] == doors[role]["name"]
    assert (await browser.login(**view["login"])).status == 200


async def test_all_links_work_side_by_side_in_one_browser(office: Office) -> None:
    browser = await office.browser()
    doors = {role["role"]: role["url"] for role in (await browser.get("/api/demo")).json["roles"]}
    await browser.get(doors["mediator"].removeprefix(office.base))
    slugs = []
    for role in ("applicant", "respondent"):
        assert (await browser.open(doors[role])).status == 200
        slugs.append(browser.seat)
    names = []
    for browser.seat in (*slugs, None):
        names.append((await browser.get("/api/me")).json["name"])
    assert names == ["林秀珍", "陈国栋", "顾明华"]


async def test_seeding_again_changes_nothing_until_links_have_ended(office: Office) -> None:
    async def links() -> list[str]:
        return [message.url for message in await office.outbox() if message.kind == "link"]

    before = await links()
    await demo.seed(office.app)
    assert await links() == before and len(before) == 2
    office.clock.forward(days=30)
    await demo.seed(office.app)
    assert len(await links()) == 4
    async with office.db.reading() as tx:
        assert await tx.scalar(sa.select(sa.func.count()).select_from(cases)) == 1


async def test_a_fresh_case_is_marked_as_practice_and_has_a_mediator_of_its_own(office: Office) -> None:
    first, second = await office.cast(), await office.cast()
    assert first.mediator_id != second.mediator_id
    assert (await first.mediator.get(f"/api/cases/{second.case}")).status == 404
    async with office.db.reading() as tx:
        marks = {row.id: row.rehearsal for row in await tx.execute(sa.select(cases.c.id, cases.c.rehearsal))}
    assert marks[first.case] is marks[second.case] is True and sum(marks.values()) == 2


async def test_the_outbox_names_the_person_and_the_code(office: Office) -> None:
    cast = await office.cast()
    await cast.ready("applicant")
    (entry,) = [one for one in (await cast.mediator.get("/api/demo")).json["outbox"] if one["code"]]
    assert (entry["kind"], entry["person"], entry["to"]) == ("code", cast.person("applicant"), "19900000002")
    assert entry["code"] in entry["text"]


async def test_outside_demo_mode_there_is_no_such_door(make_office: MakeOffice, settings: Settings) -> None:
    office = await make_office(demo=False, ca_passphrase="open sesame")
    browser = await office.browser()
    assert (await browser.get("/api/demo")).code == "not_found"
    assert (await browser.post("/api/demo/cases", {"case": "leak"})).status in (404, 405)
    assert (await browser.login("gu", "hejie-demo")).code == "login_wrong"


async def test_the_password_of_a_former_demo_opens_no_real_centre(make_office: MakeOffice, settings: Settings) -> None:
    browser = await (await make_office()).browser()
    assert (await browser.login("gu", "hejie-demo")).status == 200
    thief = await (await make_office(demo=False, ca_passphrase="open sesame")).browser()
    for name in ("gu", "su"):
        assert (await thief.login(name, "hejie-demo")).code == "login_wrong"
    assert (await browser.get("/api/me")).json["kind"] == "nobody", "its login has ended, too"
    shutil.rmtree(settings.authority)  # the real centre's does not open in demo mode
    (settings.data / vault.FILE).unlink()  # nor does its vault
    again = await (await make_office()).browser()
    assert (await again.login("gu", "hejie-demo")).status == 200


async def test_the_rehearsal_token_opens_practice_cases_only(make_office: MakeOffice) -> None:
    office = await make_office(demo=False, ca_passphrase="open sesame", rehearsal_token="t" * 20)
    browser = await office.browser()
    for token in ("", "wrong"):
        answer = await browser.post("/api/demo/cases", {"case": "leak"}, headers={"X-Rehearsal-Token": token})
        assert answer.code == "not_found"
    browser.headers["X-Rehearsal-Token"] = "t" * 20
    made = (await browser.post("/api/demo/cases", {"case": "leak"})).json
    view = (await browser.get("/api/demo")).json
    assert view["roles"] == [] and {one["url"] for one in view["outbox"]} == {one["url"] for one in made["links"]}
    assert (await browser.get("/demo/enter/mediator")).headers["Content-Type"].startswith("application/json")
    assert (await browser.login(**made["login"])).status == 200


async def test_links_follow_the_address_people_use(make_office: MakeOffice) -> None:
    office = await make_office()
    app = office.app
    moved = replace(app[keys.SETTINGS], http=replace(app[keys.SETTINGS].http, origin="https://192.0.2.7:8443"))
    app._state[keys.SETTINGS] = moved
    await demo.seed(app)
    links = [message.url for message in await office.outbox() if message.kind == "link"]
    assert [link.split("/r/")[0] for link in links[-2:]] == ["https://192.0.2.7:8443"] * 2
