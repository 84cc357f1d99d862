"""Stops at what only some cases have: people who act for others, separate times, a seal beside a name, a place signed
on paper, the centre's device, and what may only be signed by hand. The others are played by actors."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from server.rehearse.story import Story
from tests.browser import steps
from tests.browser.beside import Loop, beside
from tests.browser.conftest import DESKTOP, PHONE, People
from tests.browser.steps import LONG, button, press, say
from tests.running import Server

Stop = tuple[str, Page]
SCAN = {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 signed by hand"}


def for_others(server: Server, people: People, folder: Path) -> Iterator[Stop]:
    """An insurer and two representatives: who is in the case, separate times, the seal, a paper, the kiosk."""
    with _drafted(server, "traffic", folder) as (story, loop):
        mediator = people.page("mediator", DESKTOP)
        steps.log_in(mediator, story.cast)
        yield from _notices(mediator)
        yield from _case_people(mediator, story)
        _agree_to_separate_times(story, loop, but="representative-2")
        mediator.goto(f"/session/{story.cast['session_id']}")
        mediator.get_by_role("tab", name=say("case.tab.sign")).click()
        mediator.get_by_text(steps.like("signing.separate.missing")).wait_for()
        yield "separate-mediator", mediator
        _agree_to_separate_times(story, loop)
        loop.run(story.read())
        yield from _seal(people, server, story.guests["representative-2"])
        yield from _paper_place(mediator, server, story)
        yield from _kiosk(mediator, story)


def by_hand(server: Server, people: People, folder: Path) -> Iterator[Stop]:
    """An inheritance: the notice, the print, the scan, and what a party sees meanwhile."""
    with _drafted(server, "estate", folder) as (story, loop):
        mediator = people.page("mediator", DESKTOP)
        steps.log_in(mediator, story.cast)
        mediator.goto(f"/case/{story.cast['case_id']}")
        mediator.get_by_text(say("case.paper_title")).wait_for()
        yield "case-paper-only", mediator
        loop.run(story.read())
        party = _take_over(people, server, story.guests["applicant"])
        party.locator("[data-room=party], [data-lobby]").first.wait_for(timeout=LONG)
        _close(story, loop)
        party.get_by_text(say("agreement.by_hand_party")).wait_for(timeout=LONG)
        yield "by-hand-party", party
        mediator.goto(f"/session/{story.cast['session_id']}")
        mediator.get_by_role("tab", name=say("case.tab.sign")).click()
        press(mediator, "agreement.scan_save")
        mediator.get_by_role("alert").first.wait_for()
        yield "by-hand-missing", mediator
        loop.run(story.sign())
        party.get_by_text(say("agreement.scan_open")).wait_for(timeout=LONG)
        yield "by-hand-party-done", party
        mediator.reload()
        mediator.get_by_role("tab", name=say("case.tab.sign")).click()
        mediator.get_by_role("link", name=say("agreement.scan_open")).wait_for()
        yield "by-hand-done", mediator


@contextmanager
def _drafted(server: Server, sample: str, folder: Path) -> Iterator[tuple[Story, Loop]]:
    """A sample case whose people have met and listen to the reading."""
    story = Story(server.url, sample, folder, 1, "")
    with beside(story) as loop:
        for step in (story.arrive, story.meet, story.draft):
            loop.run(step())
        yield story, loop


def _close(story: Story, loop: Loop) -> None:
    path = f"/api/sessions/{story.cast['session_id']}/acts"
    loop.run(story.people["mediator"].call("POST", path, {"act": "close"}))


def _take_over(people: People, server: Server, link: dict[str, Any]) -> Page:
    """Somebody whose actor is here already goes on at a phone of their own."""
    page = people.page("respondent", PHONE)
    page.goto(link["url"])
    press(page, "seat.taken.here")
    steps.prove_phone(page, link, server)
    steps.press_devices(page)
    return page


def _notices(mediator: Page) -> Iterator[Stop]:
    """What ends soon, on the page of the day; a fresh demo has little to tell, so the answer is made up."""
    notice = {"level": "problem", "subject": "seal", "at": "2026-12-30T01:02:03Z", "count": 3, "cause": "no answer"}
    codes = ("certificate_ending", "timestamp_outage", "renewal_failed", "proof_lost", "backup_missing")
    answer = {"notices": [{**notice, "code": code} for code in codes]}
    mediator.route("**/api/notices", lambda route: route.fulfill(json=answer))
    mediator.goto("/day")
    mediator.locator("[data-keeping] summary").click()
    yield "day-notices", mediator
    mediator.unroute("**/api/notices")


def _case_people(mediator: Page, story: Story) -> Iterator[Stop]:
    """Cards, the forms for a person and an organisation, what is lacking."""
    mediator.goto(f"/case/{story.cast['case_id']}")
    cards = mediator.get_by_role("article")
    cards.first.wait_for()
    yield "case-people", mediator
    mediator.get_by_role("button", name=say("case.person_add")).click()
    press(mediator, "case.person_save")
    mediator.get_by_role("alert").first.wait_for()
    yield "case-person-missing", mediator
    mediator.locator("#person-part").select_option("representative")
    mediator.locator("#person-acts_for").wait_for()
    yield "case-representative", mediator
    press(mediator, "ui.cancel")
    press(cards.filter(has_text=say("case.person.code")), "case.person_fix")
    mediator.get_by_label(say("case.seal.picture")).check()
    mediator.locator("#person-picture").wait_for()
    yield "case-organisation", mediator
    press(mediator, "ui.cancel")
    _authority(mediator, "full")
    lacking = mediator.get_by_text(say("case.lacks_title"))
    lacking.wait_for()
    yield "case-lacks", mediator
    _authority(mediator, "special")
    lacking.wait_for(state="detached")


def _authority(mediator: Page, scope: str) -> None:
    """The insurer's representative is given another authority."""
    card = mediator.get_by_role("article").filter(has=mediator.get_by_role("heading", name="孟磊"))
    press(card, "case.person_fix")
    mediator.get_by_label(say(f"case.scope.{scope}")).check()
    press(mediator, "case.person_save")
    mediator.locator("#person-name").wait_for(state="detached")


def _agree_to_separate_times(story: Story, loop: Loop, but: str = "") -> None:
    path = f"/api/agreements/{story.cast['agreement']}/separate"
    for role, actor in story.people.items():
        if role != but:
            loop.run(actor.call("POST", path, {"agree": True}))


def _seal(people: People, server: Server, link: dict[str, Any]) -> Iterator[Stop]:
    """One person's name and an organisation's seal."""
    page = _take_over(people, server, link)
    same = button(page, "signing.look.same")
    same.wait_for(timeout=LONG)
    expect(same).to_be_enabled(timeout=LONG)
    same.click()
    press(page, "signing.pad.type")
    page.get_by_label(say("signing.pad.typed_label")).fill("孟磊")
    page.locator("#sign-consent").check()
    page.get_by_text(steps.like("signing.name.seal_too")).wait_for()
    yield "sign-seal", page
    press(page, "signing.name.use")
    page.locator("#sign-code").wait_for()
    page.locator("#sign-code").fill(server.code(link["person"]))
    if button(page, "ui.next").is_visible():
        press(page, "ui.next")
    page.get_by_text(steps.like("signing.confirm.seal_too")).wait_for()
    yield "sign-seal-confirm", page


def _paper_place(mediator: Page, server: Server, story: Story) -> Iterator[Stop]:
    """The clerk takes the place of somebody who signed on paper."""
    mediator.reload()
    mediator.get_by_role("tab", name=say("case.tab.sign")).click()
    mediator.locator("summary", has_text=say("signing.paper.title")).click()
    mediator.locator("#paper-who").select_option(label=story.guests["representative"]["name"])
    mediator.locator("#paper-scan").set_input_files(SCAN)  # type: ignore[arg-type]
    press(mediator, "signing.paper.take")
    card = mediator.locator("article", has_text=say("signing.paper.hash"))
    same = button(card, "signing.look.same")
    expect(same).to_be_enabled(timeout=LONG)
    same.click()
    button(card, "signing.paper.use").wait_for()
    yield "sign-paper-words", mediator


def _kiosk(mediator: Page, story: Story) -> Iterator[Stop]:
    """Somebody sits down on a clerk's word; the clerk's password stands in for the code; then nobody touches it."""
    page = mediator.context.new_page()
    page.set_viewport_size({"width": DESKTOP["width"], "height": DESKTOP["height"]})
    page.goto(f"/kiosk/{story.cast['session_id']}")
    page.get_by_role("button", name=say("signing.kiosk.sit", name=story.guests["applicant"]["name"])).click(
        timeout=LONG
    )
    page.get_by_text(say("signing.kiosk.no_phone")).click()
    press(page, "signing.kiosk.vouch")
    page.get_by_text(say("signing.kiosk.password_missing")).wait_for()
    yield "kiosk-password-missing", page
    page.locator("#kiosk-password").fill(story.cast["login"]["password"])
    press(page, "signing.kiosk.vouch")
    same = button(page, "signing.look.same")
    same.wait_for(timeout=LONG)
    expect(same).to_be_enabled(timeout=LONG)
    yield "kiosk-look", page
    same.click()
    press(page, "signing.pad.type")
    page.get_by_label(say("signing.pad.typed_label")).fill("郑海波")
    page.locator("#sign-consent").check()
    press(page, "signing.name.use")
    page.locator("#sign-code").wait_for()
    page.get_by_text(say("signing.kiosk.code_by_clerk")).click()
    yield "kiosk-code", page
    page.evaluate("() => { const now = Date.now; Date.now = () => now() + 95_000 }")
    page.get_by_text(steps.like("signing.kiosk.idle")).wait_for()
    yield "kiosk-idle", page
    page.evaluate("() => { const now = Date.now; Date.now = () => now() + 30_000 }")
    page.get_by_text(say("signing.kiosk.left")).wait_for()
    yield "kiosk-left", page
    page.close()
