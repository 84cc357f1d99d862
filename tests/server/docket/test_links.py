"""The link of a court person over the real doors: who makes it, how it opens, when it is dead."""

import pytest

from server.docket import store
from server.store import journal
from tests.actors import Browser
from tests.server.docket.conftest import COURT, Bench, enter


async def kinds(bench: Bench) -> list[str]:
    async with bench.office.db.reading() as tx:
        return [one.kind for one in await journal.read(tx, bench.cast.case) if one.kind.startswith("docket.")]


async def test_a_link_is_shown_once_and_opens_with_a_code_told_another_way(bench: Bench) -> None:
    url = await bench.link()
    path, _, token = url.partition("#")
    async with bench.office.db.reading() as tx:
        (kept,) = await store.of_agreement(tx, bench.door.rsplit("/", 1)[-1])
    assert token not in repr(kept) and token not in kept.token_hash
    browser = await bench.office.browser()
    door = await browser.post(f"/api/docket/links/{path.rsplit('/', 1)[-1]}", {"token": token})
    assert (door.json["court"], door.json["name"], door.json["sent_to"]) == (COURT, "陈法官", "")
    assert bench.cast.case not in str(door.json) and "estate" not in str(door.json)
    assert (await browser.get("/api/docket")).status == 401
    wrong = await enter(browser, url, "000000")
    assert wrong.status in (409, 410)
    assert (await enter(browser, url, await bench.code())).status == 200
    seen = await browser.get("/api/docket")
    assert seen.status == 200 and seen.json["number"]
    assert await kinds(bench) == ["docket.made", "docket.code", "docket.opened"]
    listed = (await bench.cast.mediator.get(f"{bench.door}/docket")).json["links"][0]
    assert listed["opened_at"] and listed["alive"] and token not in str(listed)


async def test_a_telephone_gets_the_code_and_five_wrong_ones_lock(bench: Bench) -> None:
    url = await bench.link(phone="13900000001")
    path, _, token = url.partition("#")
    slug, browser = path.rsplit("/", 1)[-1], await bench.office.browser()
    sent = await browser.post(f"/api/docket/links/{slug}/code", {"token": token})
    assert sent.json["sent_to"] == "139****0001"
    code = [one.code for one in await bench.office.outbox() if one.to == "13900000001"][-1]
    wrong = "111111" if code != "111111" else "222222"
    codes = [(await enter(browser, url, wrong)).code for _ in range(5)]
    assert codes == [*["code_wrong"] * 4, "code_locked"]
    assert (await enter(browser, url, code)).code == "code_locked"
    told = await bench.cast.mediator.post(f"{bench.door}/docket/{bench.links[0]['id']}/code")
    assert told.code == "code_locked", "staff cannot go round the lock"


async def test_who_has_another_secret_learns_nothing(bench: Bench) -> None:
    url = await bench.link()
    browser = await bench.office.browser()
    slug = url.partition("#")[0].rsplit("/", 1)[-1]
    for name, token in ((slug, "x"), ("0" * 16, url.partition("#")[2])):
        answer = await browser.post(f"/api/docket/links/{name}", {"token": token})
        assert (answer.status, answer.code) == (404, "court_link_unknown")


async def test_a_link_taken_back_or_over_is_dead_at_once_and_may_be_prolonged(bench: Bench) -> None:
    judge = await bench.judge()
    gone = f"{bench.door}/docket/{bench.links[0]['id']}"
    assert (await bench.cast.mediator.send("DELETE", gone)).status == 200
    assert (await judge.get("/api/docket")).status == 401
    url = await bench.link(days=1)
    second = await bench.judge(url)
    bench.office.clock.forward(hours=23, minutes=58)
    assert (await second.get("/api/docket")).status == 401, "twelve hours are a login's longest"
    bench.office.clock.forward(minutes=5)
    late = await enter(await bench.office.browser(), url, "123456")
    assert (late.status, late.code) == (410, "court_link_dead")


async def test_only_staff_of_the_case_make_links_and_only_while_it_is_at_a_court(bench: Bench) -> None:
    other = await bench.office.cast()
    body = {"name": "陈法官", "role": "judge"}
    assert (await other.mediator.post(f"{bench.door}/docket", body)).status == 404
    assert (await bench.cast.seats["applicant"].post(f"{bench.door}/docket", body)).status == 403
    await bench.cast.mediator.post(f"{bench.door}/application/acts", {"act": "withdraw", "on": "2026-11-26"})
    refused = await bench.cast.mediator.post(f"{bench.door}/docket", body)
    assert (refused.status, refused.code) == (409, "illegal_act")
    assert refused.data["allowed"] == ["correcting", "docketed", "submitted"]


@pytest.mark.parametrize("seat", ["court-0123456789abcdef", "court-x", "court-"])
async def test_a_page_that_says_it_is_a_courts_is_nobody_without_its_cookie(bench: Bench, seat: str) -> None:
    staff = bench.cast.mediator
    stranger = Browser(bench.office.base, seat)
    async with stranger:
        stranger.headers["Cookie"] = f"staff={staff.cookies['staff']}"
        assert (await stranger.get("/api/docket")).status == 401
        assert (await stranger.get("/api/day")).status == 401
