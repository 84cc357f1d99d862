"""From the window to a mediator: the desk accepts, routes and appoints; who is asked discloses, agrees, and calls the
first session of a case with both people."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from server.cases.model import Facts, Side
from server.ids import MatterId, new
from server.matters import store
from server.matters.model import Filer, Matter, MatterState, Needs, Source
from server.people import organisations
from server.settings import Settings
from server.store.db import Database
from tests.browser.conftest import DESKTOP, PHONE, People
from tests.browser.steps import say
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


async def bring(server: Server) -> None:
    """A leak, handed in at the window."""
    db = Database(Settings(data=server.data).database)
    now = datetime.now(UTC)
    async with db.transaction() as tx:
        top = next(one for one in await organisations.tree(tx) if one.parent_id is None)
        people = (
            Filer(Side.applicant, "许云", "19900000051", "330402199003150026"),
            Filer(Side.respondent, "钟平", "19900000052", address="青禾路12号"),
        )
        facts = Facts("十月起", "青禾路12号", "上下楼邻居", "楼上空调滴水，打湿晾晒的被子", "空调水管没有接好")
        matter = Matter(
            MatterId(new("mat")), await store.next_number(tx, now), MatterState.received, Source.counter, "", "",
            top.id, "空调滴水", facts, "接好水管，赔偿三百元", people, Needs(interpreter="手语", apart=True), now,
        )  # fmt: skip
        await store.add(tx, matter, "counter")
    await db.close()


def press(page: Page, key: str, **values: object) -> None:
    page.get_by_role("button", name=say(key, **values), exact=True).click()


def test_a_matter_goes_from_the_desk_to_a_case_whose_first_session_is_called(server: Server, people: People) -> None:
    with ThreadPoolExecutor(1) as aside:  # playwright has a loop on this thread
        aside.submit(asyncio.run, bring(server)).result()
    desk = people.page(size=DESKTOP)
    desk.goto("/demo/enter/intake")
    desk.get_by_role("link", name="空调滴水").click()
    expect(desk.get_by_text(say("intake.need.apart"), exact=True)).to_be_visible()
    expect(desk.get_by_role("link", name="19900000051")).to_be_visible()
    press(desk, "intake.act.accept")
    desk.get_by_label(say("intake.category")).select_option("neighbour")
    desk.get_by_label(say("intake.complexity_is.simple")).check()
    desk.locator("form").get_by_role("button", name=say("intake.act.accept")).click()
    press(desk, "intake.act.route")
    desk.get_by_label(say("intake.organisation")).select_option(label="　青禾街道人民调解委员会")
    desk.get_by_label(say("intake.how_is.one")).check()
    desk.locator("form").get_by_role("button", name=say("intake.act.route")).click()
    press(desk, "intake.act.appoint")
    press(desk, "intake.ask", name="顾明华")
    expect(desk.get_by_text(say("intake.asking", name="顾明华"))).to_be_visible()

    mediator = people.page("mediator", PHONE)
    mediator.goto("/demo/enter/mediator")
    expect(mediator.get_by_role("heading", name=say("intake.asked_me"))).to_be_visible()
    mediator.get_by_role("link", name=say("intake.look")).click()
    mediator.get_by_label(say("intake.conflict_is.none")).check()
    press(mediator, "intake.agree")
    mediator.wait_for_url("**/case/*")
    for name in ("许云", "钟平"):
        expect(mediator.get_by_text(name).first).to_be_visible()
    press(mediator, "case.call_title")
    mediator.get_by_label(say("case.call_day")).fill("2026-12-24")
    mediator.get_by_label(say("case.call_hour")).fill("14:00")
    press(mediator, "case.call_send")
    expect(mediator.get_by_role("link", name=say("case.session_state.scheduled"))).to_be_visible()
    desk.reload()
    expect(desk.get_by_text(say("intake.consent.asked")).first).to_be_visible()
    outbox = server.get("/api/demo")["outbox"]
    assert {one["to"] for one in outbox if "空调滴水" in one["text"]} == {"19900000051", "19900000052"}
