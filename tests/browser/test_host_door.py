"""Seats of special kinds, from their door to what they decide: two people at one device of the centre, an ordinary
telephone confirmed later at a desk, and a trial run days before."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from server.demo_cases import SAMPLES
from tests.browser import steps
from tests.browser.conftest import DESKTOP, PHONE, People, tones_heard
from tests.browser.hosting import admitted, call, hosting, in_chamber, seated, set_start, staff
from tests.browser.steps import LONG, button, press, say
from tests.browser.test_story import until
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_two_people_at_one_device_share_a_seat_and_answer_each_for_themself(server: Server, people: People) -> None:
    case = server.case("traffic")
    links = {link["name"]: link for link in case["links"]}
    pair, theirs = (links["吴晓琳"], links["孟磊"]), links["郑海波"]
    mediator, kiosk, party = (people.page(role, DESKTOP) for role in ("mediator", "respondent", "applicant"))
    hosting(mediator, case, server)
    staff(kiosk, case["login"], server)
    kiosk.goto(f"/kiosk/{case['session_id']}")

    # Each proves themself: one by the phone, one by a document that the clerk looks at.
    sit(kiosk, pair[0], server)
    sit_vouched(kiosk, pair[1], case)
    go = kiosk.locator("[data-control=meet]:visible")
    expect(go).to_contain_text(pair[0]["name"])
    go.click()
    steps.in_lobby(kiosk)
    knocks = mediator.locator("section[data-chamber=lobby]")
    expect(knocks.locator("[data-admit]")).to_have_count(1)
    for one in pair:
        expect(knocks).to_contain_text(one["name"])
    knocks.locator("[data-admit]").click()
    in_chamber(kiosk, "joint")

    # The others read both names and hear one seat.
    seated(party, theirs, server)
    admitted(mediator, party, theirs["person"])
    for one in pair:
        expect(party.locator("[data-room]")).to_contain_text(one["name"])
    until("the device is heard", lambda: ("respondent", "joint") in tones_heard(party), party)

    # Each confirms everything; neither answers for the other.
    agreement, items = read_out(mediator, server, case, "traffic")
    reader = kiosk.locator("[data-reader]")
    expect(reader).to_have_count(2, timeout=LONG)
    read_through(reader.nth(0), items)
    expect(reader.nth(1).get_by_text(say("signing.reading.place", k=1, n=items))).to_be_visible()
    assert confirmed(mediator, agreement) == {reader.nth(0).get_attribute("data-reader"): items}
    read_through(reader.nth(1), items)
    assert confirmed(mediator, agreement) == {one["person"]: items for one in pair}


def test_a_seat_by_telephone_is_confirmed_at_a_desk(server: Server, people: People) -> None:
    case = server.case()
    links = {link["role"]: link for link in case["links"]}
    caller, link = people.page("respondent", PHONE), links["respondent"]
    mediator, party = people.page("mediator", DESKTOP), people.page("applicant", PHONE)

    # Asked for at the door, told to the mediator's day with the number.
    caller.goto(link["url"])
    caller.get_by_text(say("seat.invite.no_video")).click()
    press(caller, "seat.telephone.go_as", name=link["name"])
    caller.locator("#telephone-number").fill("0571-8888 0003")
    press(caller, "seat.telephone.ask")
    expect(caller.locator("[data-telephone][data-asked=yes]")).to_contain_text("057****0003")
    steps.log_in(mediator, case)
    expect(mediator.get_by_text(say("case.day_telephone", number="0571-8888 0003"))).to_have_attribute(
        "href", "tel:057188880003"
    )

    # The mediator keeps the seat: present for all, without a browser.
    mediator.goto(f"/session/{case['session_id']}")
    press(mediator, "case.session_enter")
    in_chamber(mediator, "joint")
    seated(party, links["applicant"], server)
    admitted(mediator, party, links["applicant"]["person"])
    expected = mediator.locator("[data-chamber=expected]")
    expect(expected).to_contain_text(link["name"])
    expected.locator("summary").click()
    expected.locator(f"[data-person='{link['person']}'] [data-control=phone_seat]").click()
    joint = mediator.locator("section[data-chamber=joint]")
    expect(joint.locator(f"[data-person='{link['person']}']")).to_be_visible()
    expect(party.locator(f"[data-person='{link['person']}']").first).to_be_visible()

    # What was agreed is confirmed at a desk, with a document, by nobody else.
    agreement, items = read_out(mediator, server, case, "leak")
    steps.read_all(party, items)
    desk = people.page("court", DESKTOP)
    staff(desk, case["login"], server)
    desk.goto(f"/kiosk/{case['session_id']}")
    sit_vouched(desk, link, case)
    read_through(desk.locator("section").filter(has_text=link["name"]).last, items)
    assert confirmed(mediator, agreement) == {one["person"]: items for one in links.values()}
    mediator.get_by_role("tab", name=say("case.tab.sign")).click()
    press(mediator, "agreement.freeze")
    press(mediator.get_by_role("dialog"), "agreement.freeze")
    expect(button(desk, "signing.look.same")).to_be_visible(timeout=LONG)


def test_a_trial_run_days_before_starts_nothing(server: Server, people: People) -> None:
    case = server.case()
    link = case["links"][0]
    set_start(server, case["session_id"], datetime.now(UTC) + timedelta(days=3))
    party, mediator = people.page("applicant", PHONE), people.page("mediator", DESKTOP)

    party.goto(link["url"])
    press(party, "seat.invite.go")
    expect(party.locator("[data-ready][data-tried=no]")).to_be_visible()
    press(party, "seat.ready.try")
    expect(party.locator("[data-device-preview][data-camera=live][data-microphone=live]")).to_be_visible()
    press(party, "seat.devices.speaker_play")
    press(party, "seat.devices.speaker_yes")
    expect(party.locator("[data-network][data-word=trying]")).to_have_count(0, timeout=LONG)
    press(party, "seat.devices.trial_done")
    expect(party.locator("[data-ready][data-tried=yes]")).to_be_visible()
    expect(party.get_by_role("heading", name=say("seat.ready.title"))).to_be_visible()

    steps.log_in(mediator, case)
    card = mediator.locator("article.session")
    expect(card).to_contain_text(say("case.day_tried"))
    expect(card).to_contain_text(say("case.session_state.scheduled"))

    # Choices and code are made days before too; on the day only the devices are tried again.
    press(party, "seat.ready.prepare")
    steps.consent(party)
    steps.prove_phone(party, link, server)
    expect(party.locator("[data-ready]")).to_be_visible()
    set_start(server, case["session_id"], datetime.now(UTC) + timedelta(minutes=9))
    party.reload()
    steps.press_devices(party)
    steps.in_lobby(party)


def sit(page: Page, link: dict[str, Any], server: Server) -> None:
    """Somebody sits down at the centre's device by the code on their own phone, and chooses."""
    page.locator(f"[data-sit='{link['person']}']").click()
    press(page, "signing.kiosk.send_code")
    page.locator("#kiosk-code").wait_for()
    page.locator("#kiosk-code").fill(server.code(link["person"]))
    press(page, "signing.kiosk.code_go")
    _choose(page)
    press(page, "signing.kiosk.seat_more")


def sit_vouched(page: Page, link: dict[str, Any], case: dict[str, Any]) -> None:
    """Without a phone: a clerk has seen the document and says so by their password."""
    page.locator(f"[data-sit='{link['person']}']").click()
    page.get_by_text(say("signing.kiosk.no_phone")).click()
    page.locator("#kiosk-password").fill(case["login"]["password"])
    press(page, "signing.kiosk.vouch")
    _choose(page)


def _choose(page: Page) -> None:
    form = page.locator("form:has(#consent-online):visible")
    form.locator("#consent-online").check()
    form.locator("#consent-esign").check()
    press(form, "seat.consent.go")
    form.wait_for(state="detached")


def read_out(mediator: Page, server: Server, case: dict[str, Any], sample: str) -> tuple[str, int]:
    """The sample's terms, written and submitted at their doors; agreement and number of things read aloud."""
    headers = {"X-CSRF-Token": mediator.request.get("/api/me").json()["csrf"]}
    draft = call(mediator, server, f"/api/cases/{case['case_id']}/agreements", {}, headers)
    terms = SAMPLES[sample]
    body = {"dispute": terms.dispute, "clauses": terms.clauses, "minutes": terms.minutes, "version": draft["version"]}
    path = f"/api/agreements/{draft['id']}"
    saved = mediator.request.put(f"{server.url}{path}/terms", data=body, headers={"Origin": server.url} | headers)
    assert saved.ok, saved.text()
    for act in ("show", "submit"):  # shown also to who has no page of their own in the room
        call(mediator, server, f"{path}/acts", {"act": act, "version": saved.json()["version"]}, headers)
    return draft["id"], 1 + len(terms.clauses)


def read_through(where: Locator, items: int) -> None:
    for number in range(1, items + 1):
        expect(where.get_by_text(say("signing.reading.place", k=number, n=items))).to_be_visible(timeout=LONG)
        press(where, "signing.reading.agree")
    expect(where.get_by_role("heading", name=say("signing.reading.all_title"))).to_be_visible()


def confirmed(mediator: Page, agreement: str) -> dict[str, int]:
    """Who has confirmed how much of what is read."""
    found: dict[str, int] = {}
    view = mediator.request.get(f"/api/agreements/{agreement}").json()
    for one in (view["around"], *view["clauses"]):
        for person in one["confirmed"]:
            found[person] = found.get(person, 0) + 1
    return found
