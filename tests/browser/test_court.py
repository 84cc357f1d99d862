"""One judge, one verification: the link and its code, the facts, the appointment, both parties together in the court's
own room, and the link taken back while the judge sits in it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from server.law.dates import ZONE
from tests.browser import steps
from tests.browser.conftest import DESKTOP, People
from tests.browser.hosting import call, in_chamber, staff
from tests.browser.steps import say
from tests.running import Server
from tests.server.agreements.signer import read_out
from tests.server.agreements.test_by_hand import PDF

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
COURT = "嘉南市嘉南区人民法院"


def seat(page: Page, url: str, person: str, server: Server, **choices: bool) -> dict[str, str]:
    """Every step before the room, answered at its door; the headers for further doors."""
    address, _, token = url.partition("#")
    slug = address.rsplit("/", 1)[1]
    opened = call(page, server, f"/api/seats/{slug}/open", {"token": token})
    headers = {"X-CSRF-Token": opened["csrf"], "X-Hejie-Seat": slug}
    call(page, server, "/api/seat/identify", {"is_me": True}, headers)
    call(page, server, "/api/seat/consents", {"online": True, **choices}, headers)
    call(page, server, "/api/seat/code", {}, headers)
    call(page, server, "/api/seat/code/check", {"code": server.code(person)}, headers)
    call(page, server, "/api/seat/devices", {"camera": True, "microphone": True, "result": {}}, headers)
    return headers


def filed(people: People, server: Server) -> tuple[dict[str, Any], Page, str]:
    """An agreement signed with ink today and applied for; the mediator's page and the agreement."""
    case = server.case("estate")
    mediator = people.page("mediator", DESKTOP)
    headers = staff(mediator, case["login"], server)
    call(mediator, server, f"/api/sessions/{case['session_id']}/acts", {"act": "open"}, headers)
    made = call(mediator, server, f"/api/cases/{case['case_id']}/agreements", {}, headers)
    door = f"/api/agreements/{made['id']}"
    words = {name: made[name] for name in ("version", "dispute", "minutes")}
    words["clauses"] = [{"kind": "free", "fields": {"text": "甲方于2026年12月31日前支付乙方5000元。"}}]
    view = mediator.request.put(
        server.url + door + "/terms", data=words, headers=headers | {"Origin": server.url}
    ).json()
    for act in ("show", "submit"):
        call(mediator, server, f"{door}/acts", {"act": act, "version": view["version"]}, headers)
    for link in case["links"]:
        page = people.page(link["role"])
        own = seat(page, link["url"], link["person"], server, esign=True)
        for one in read_out(view):
            said = {"clause": one["id"], "hash": one["hash"], "agree": True}
            call(page, server, f"{door}/confirmations", said, own)
        page.context.close()
    call(mediator, server, f"{door}/acts", {"act": "print", "version": view["version"]}, headers)
    day = datetime.now(ZONE).date().isoformat()
    scan = mediator.request.post(
        f"{server.url}{door}/scan?signed_on={day}", data=PDF,
        headers=headers | {"Origin": server.url, "Content-Type": "application/pdf"},
    )  # fmt: skip
    assert scan.ok, scan.text()
    call(mediator, server, f"{door}/application/acts", {"act": "submit", "on": day, "court": COURT}, headers)
    return case, mediator, str(made["id"])


def let_in(mediator: Page, judge: Page, agreement: str) -> None:
    """Staff make the link and tell the code; the judge opens it."""
    mediator.goto(f"/agreement/{agreement}/court")
    mediator.locator("[data-make]").click()
    mediator.locator("#link-name").fill("陈法官")
    steps.press(mediator, "docket.links.make")
    url = mediator.locator("[data-url] .url").inner_text()
    mediator.locator("[data-tell]").click()
    told = mediator.locator("[data-link] .notice").inner_text()
    judge.goto(url)
    judge.locator("#docket-code").fill("".join(filter(str.isdigit, told.split("，")[0])))
    steps.press(judge, "docket.door.open")
    expect(judge.locator("[data-state=submitted]")).to_be_visible()


def appoint(judge: Page) -> str:
    """A verification in ten minutes; its session."""
    soon = datetime.now(ZONE) + timedelta(minutes=10)
    judge.locator("[data-appoint]").click()
    judge.locator("#hearing-day").fill(soon.date().isoformat())
    judge.locator("#hearing-time").fill(f"{soon:%H:%M}")
    steps.press(judge, "docket.hearing.send")
    card = judge.locator("[data-hearing]")
    expect(card).to_contain_text(say("docket.hearing.alone"))
    return str(card.get_attribute("data-hearing"))


def test_a_judge_verifies_both_parties_in_a_room_of_the_courts_own(server: Server, people: People) -> None:
    case, mediator, agreement = filed(people, server)
    judge = people.page("court", DESKTOP)
    let_in(mediator, judge, agreement)
    assert "#" not in judge.url, "the secret does not stay in the address"
    session = appoint(judge)
    parties = []
    for link in case["links"]:
        page, url = people.page(link["role"]), server.link(link["person"])
        seat(page, url, link["person"], server)
        page.goto(url.partition("#")[0])
        steps.in_lobby(page)
        parties.append((page, link["person"]))
    judge.goto(judge.url + f"/room/{session}")
    judge.locator("[data-enter]").click()
    expect(judge.locator("[data-room=mediator][data-chamber=joint]")).to_be_visible()
    for page, person in parties:
        judge.locator(f"[data-admit='{person}']").click()
        in_chamber(page, "joint")
    expect(judge.get_by_text(say("docket.assurance.code")).first).to_be_visible()
    for private in ("[data-caucus]", "[data-control=move]"):
        expect(judge.locator(private)).to_have_count(0)
    mediator.locator("[data-revoke]").click()
    expect(mediator.get_by_text(say("docket.links.revoked"))).to_be_visible()
    expect(judge.locator("[data-room=mediator]")).to_have_count(0)
    judge.reload()
    expect(judge.locator("[data-enter]")).to_have_count(0)
