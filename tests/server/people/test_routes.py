"""Login and logout of staff."""

import asyncio

from server.people.routes import PER_ADDRESS
from server.web import keys
from tests.conftest import Office, both

pytestmark = both


async def test_nobody_logs_in_becomes_staff_and_logs_out(office: Office) -> None:
    browser = await office.browser()
    me = (await browser.get("/api/me")).json
    assert (me["kind"], me["csrf"], me["demo"]) == ("nobody", "", True)
    assert me["centre"]["name"] == "嘉南区青禾街道人民调解委员会" and len(me["centre"]["root_sha256"]) == 64
    me = (await browser.login("gu", "hejie-demo")).json
    assert (me["kind"], me["name"], me["role"]) == ("staff", "顾明华", "mediator")
    assert (await browser.get("/api/me")).json == me
    assert (await browser.post("/api/logout")).status == 200
    assert (await browser.get("/api/me")).json["kind"] == "nobody"
    assert (await browser.get("/api/day")).code == "unauthenticated"


async def test_a_login_gives_a_fresh_cookie_and_ends_the_one_before(office: Office) -> None:
    browser, thief = await office.browser(), await office.browser()
    await browser.login("gu", "hejie-demo")
    first = browser.cookies["staff"]
    await browser.login("gu", "hejie-demo")
    assert browser.cookies["staff"] != first
    thief.headers["Cookie"] = f"staff={first}"
    assert (await thief.get("/api/me")).json["kind"] == "nobody"


async def test_a_text_no_database_would_keep_is_refused_and_one_that_only_looks_so_is_not(office: Office) -> None:
    browser = await office.browser()
    assert (await browser.login("gu\0", "hejie-demo")).code == "invalid"
    assert (await browser.login("\\u0000", "hejie-demo")).code != "invalid"


async def test_unknown_names_and_wrong_passwords_look_the_same_and_lock_the_same(office: Office) -> None:
    seen = []
    for name in ("gu", "nobody-of-that-name"):
        browser = await office.browser()
        answers = [await browser.login(name, "wrong") for _ in range(6)]
        seen.append([(answer.status, answer.code, answer.data) for answer in answers])
    assert seen[0] == seen[1]
    assert [status for status, _, _ in seen[0]] == [401] * 5 + [423]
    assert seen[0][5][1:] == ("login_locked", {"until": "2026-11-26T06:05:00Z"})
    browser = await office.browser()
    assert (await browser.login("gu", "hejie-demo")).code == "login_locked"
    office.clock.forward(minutes=15)
    assert (await browser.login("gu", "hejie-demo")).status == 200


async def test_tries_sent_at_once_count_like_tries_one_after_another(office: Office) -> None:
    browsers = [await office.browser() for _ in range(12)]
    answers = await asyncio.gather(*(browser.login("gu", "wrong") for browser in browsers))
    assert sorted(answer.status for answer in answers) == [401] * 5 + [423] * 7


async def test_a_right_password_forgets_the_wrong_ones(office: Office) -> None:
    browser = await office.browser()
    for _ in range(2):
        for _ in range(4):
            await browser.login("gu", "wrong")
        assert (await browser.login("gu", "hejie-demo")).status == 200


async def test_a_login_ends_after_two_idle_hours_and_after_twelve_in_any_case(office: Office) -> None:
    browser = await office.browser()
    await browser.login("gu", "hejie-demo")
    for _ in range(6):
        office.clock.forward(minutes=119)
        assert (await browser.get("/api/me")).json["kind"] == "staff"
    office.clock.forward(minutes=10)
    assert (await browser.get("/api/me")).json["kind"] == "nobody"
    await browser.login("gu", "hejie-demo")
    office.clock.forward(hours=2)
    assert (await browser.get("/api/me")).json["kind"] == "nobody"


async def test_one_address_cannot_try_names_without_end(office: Office) -> None:
    for _ in range(PER_ADDRESS.burst):
        office.app[keys.LIMITS].check(PER_ADDRESS, "127.0.0.1")
    assert (await (await office.browser()).login("gu", "hejie-demo")).status == 429
