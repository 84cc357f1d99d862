"""Every page and every state of it that people meet, reached by playing one case: for screenshots and for axe."""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import legible, steps
from tests.browser.conftest import DESKTOP, PHONE, People
from tests.browser.steps import LONG, button, press, say
from tests.running import Server

WECHAT = (
    "Mozilla/5.0 (Linux; Android 10; V1936A) AppleWebKit/537.36 Chrome/78.0 Mobile Safari/537.36 MicroMessenger/8.0"
)

Stop = tuple[str, Page]


def open_doors(server: Server, people: People) -> Iterator[Stop]:
    """Pages that need no case."""
    page = people.page("court", DESKTOP)
    for name, path in (
        ("home", "/"),
        ("login", "/login"),
        ("verify", "/verify"),
        ("trust", "/trust"),
        ("demo", "/demo"),
    ):
        page.goto(path)
        page.locator("h1").first.wait_for()
        yield name, page
    page.goto("/nowhere")
    page.locator("h1").first.wait_for()
    yield "lost", page
    page.goto("/login")
    page.locator("input[autocomplete=username]").fill("gu")
    page.locator("input[type=password]").fill("not the password")
    page.locator("form button[type=submit]").click()
    page.get_by_role("alert").filter(has_text="。").first.wait_for()
    yield "login-wrong", page
    page.close()


def seat_doors(server: Server, people: People) -> Iterator[Stop]:
    """What a party meets before the room, trouble included."""
    case = server.case()
    link = case["links"][0]
    wechat = people.page("applicant", PHONE, user_agent=WECHAT)
    wechat.goto(link["url"])
    wechat.locator("h1").first.wait_for()
    yield "seat-browser", wechat
    wechat.close()
    page = people.page("applicant", PHONE)
    page.goto(link["url"].split("#")[0] + "#wrong")
    page.locator("h1").first.wait_for()
    yield "seat-link-unknown", page
    page.goto(link["url"])  # only the fragment changes: the page opens the right link without a load
    button(page, "seat.invite.go").wait_for()
    yield "seat-invitation", page
    press(page, "seat.invite.unwilling")
    page.locator("h1").first.wait_for()
    yield "seat-unwilling", page
    page.reload()
    press(page, "seat.invite.go")
    button(page, "seat.consent.go").wait_for()
    yield "seat-consent", page
    press(page, "seat.consent.go")
    page.get_by_role("alert").first.wait_for()
    yield "seat-consent-missing", page
    steps.consent(page)
    button(page, "seat.code.send").wait_for()
    yield "seat-code", page
    press(page, "seat.code.send")
    page.locator("#seat-code").fill("000000")
    if button(page, "seat.code.check").is_visible():
        press(page, "seat.code.check")
    page.locator("#seat-code-error, .error").first.wait_for()
    yield "seat-code-wrong", page
    page.close()
    denied = people.page("respondent", PHONE, denied="NotAllowedError")
    other = case["links"][1]
    denied.goto(other["url"])
    press(denied, "seat.invite.go")
    steps.consent(denied)
    steps.prove_phone(denied, other, server)
    denied.locator("[data-device-preview][data-camera=denied]").wait_for()
    yield "seat-devices-denied", denied
    denied.close()


def the_case(server: Server, people: People, folder: Path) -> Iterator[Stop]:
    """From the mediator's day to the done screens, then the court's page."""
    case = server.case()
    links = {link["role"]: link for link in case["links"]}
    mediator = people.page("mediator", DESKTOP)
    applicant, respondent = people.page("applicant", PHONE), people.page("respondent", PHONE)
    steps.log_in(mediator, case)
    yield "day", mediator
    mediator.goto(f"/case/{case['case_id']}")
    mediator.locator("h1").first.wait_for()
    yield "case", mediator
    mediator.goto(f"/session/{case['session_id']}")
    button(mediator, "case.session_enter").wait_for()
    yield "session-door", mediator
    press(mediator, "case.session_enter")
    mediator.locator("[data-room][data-chamber=joint]").wait_for()
    applicant.goto(links["applicant"]["url"])
    press(applicant, "seat.invite.go")
    steps.consent(applicant)
    steps.prove_phone(applicant, links["applicant"], server)
    applicant.locator("[data-device-preview][data-camera=live][data-microphone=live]").wait_for()
    yield "seat-devices", applicant
    press(applicant, "seat.devices.go")
    applicant.locator("[data-lobby][data-state=waiting]").wait_for()
    yield "lobby", applicant
    steps.arrive(respondent, links["respondent"], server)
    yield "room-mediator-lobby", mediator
    mediator.get_by_role("tab", name=say("case.tab.identity")).click()
    yield "room-mediator-identity", mediator
    for role, page in (("applicant", applicant), ("respondent", respondent)):
        steps.mark_seen(mediator, links[role]["name"])
        mediator.locator(f"[data-admit='{links[role]['person']}']").click()
        page.locator("[data-room=party][data-chamber=joint]").wait_for()
    for page in (mediator, applicant, respondent):
        expect(page.locator("[data-person][data-playing=yes]")).to_have_count(3, timeout=LONG)
    yield "room-party", applicant
    yield "room-mediator", mediator
    document = legible.to_share(respondent)
    respondent.locator("[data-control=share]").click()
    for page in (mediator, applicant):
        page.locator("[data-shared][data-playing=yes]").wait_for(timeout=LONG)
    yield "room-shared-party", applicant
    yield "room-shared-mediator", mediator
    yield "room-sharing", respondent
    document.close()
    applicant.locator("[data-shared]").wait_for(state="detached")
    mediator.locator("[data-caucus=applicant]").click()
    yield "room-caucus-question", mediator
    mediator.locator("[data-control=confirm-move]").click()
    for page in (mediator, applicant):
        page.locator("[data-room][data-chamber^=caucus]").wait_for(timeout=LONG)
        page.locator("[data-move-card]").wait_for(state="detached", timeout=LONG)
    yield "caucus-party", applicant
    yield "caucus-mediator", mediator
    yield "caucus-notice", respondent
    mediator.locator("[data-recall]").click()
    for page in (mediator, applicant, respondent):
        page.locator("[data-room][data-chamber=joint]").wait_for(timeout=LONG)
    yield "room-returned", applicant
    for page in (applicant, respondent):
        page.locator("[data-control=open-microphone]").click()
    steps.write_terms(mediator)
    yield "draft-mediator", mediator
    applicant.locator("[data-control=draft]").click()
    applicant.get_by_text("捌仟伍佰元整").first.wait_for()
    yield "draft-party", applicant
    mediator.get_by_role("tab", name=say("case.tab.minutes")).click()
    yield "minutes-mediator", mediator
    mediator.get_by_role("tab", name=say("case.tab.draft")).click()
    press(mediator, "agreement.submit")
    button(applicant, "signing.reading.agree").wait_for()
    yield "reading-party", applicant
    mediator.get_by_role("tab", name=say("case.tab.sign")).click()
    press(mediator, "signing.separate.propose")
    button(applicant, "signing.separate.yes").wait_for(timeout=LONG)
    yield "separate-party", applicant
    yield "reading-mediator", mediator
    press(mediator, "signing.separate.withdraw")
    for page in (applicant, respondent):
        steps.read_all(page, items=3)
    press(mediator, "agreement.freeze")
    yield "freeze-question", mediator
    press(mediator.get_by_role("dialog"), "agreement.freeze")
    expect(button(applicant, "signing.look.same")).to_be_enabled(timeout=LONG)
    yield "sign-look", applicant
    press(applicant, "signing.look.same")
    button(applicant, "signing.pad.type").wait_for()
    yield "sign-name", applicant
    press(applicant, "signing.name.use")
    applicant.get_by_role("alert").first.wait_for()
    yield "sign-name-missing", applicant
    press(applicant, "signing.pad.type")
    applicant.get_by_label(say("signing.pad.typed_label")).fill("林秀珍")
    yield "sign-name-typed", applicant
    applicant.locator("#sign-consent").check()
    press(applicant, "signing.name.use")
    applicant.locator("#sign-code").wait_for()
    yield "sign-code", applicant
    applicant.locator("#sign-code").fill(server.code(links["applicant"]["person"]))
    if button(applicant, "ui.next").is_visible():
        press(applicant, "ui.next")
    button(applicant, "signing.confirm.sign").wait_for()
    yield "sign-confirm", applicant
    press(applicant, "signing.refuse.button")
    yield "sign-refuse", applicant
    press(applicant.get_by_role("dialog"), "signing.refuse.not_now")
    press(applicant, "signing.confirm.sign")
    applicant.get_by_role("heading", name=say("signing.turn.title")).wait_for(timeout=LONG)
    yield "sign-turn", applicant
    yield "sign-mediator", mediator
    yield from desk(mediator)
    steps.sign(respondent, links["respondent"]["person"], server)
    me = mediator.evaluate("fetch('/api/me').then((answer) => answer.json()).then((me) => me.id)")
    steps.sign(mediator, me, server)
    for page in (mediator, applicant, respondent):
        page.get_by_role("heading", name=say("signing.done.title")).wait_for(timeout=LONG)
    yield "done-party", applicant
    yield "done-mediator", mediator
    with applicant.expect_download() as download:
        applicant.get_by_role("button", name=say("signing.done.save_named", title="人民调解协议书")).click()
    signed = folder / "agreement.pdf"
    download.value.save_as(signed)
    applicant.locator("[data-control=leave]").click()
    applicant.locator("[data-control=confirm-leave]").click()
    applicant.get_by_text(say("seat.room.left_title")).wait_for()
    yield "room-left", applicant
    yield from verdicts(people, signed, folder)


def desk(mediator: Page) -> Iterator[Stop]:
    """While a ceremony runs: a clerk's paper slot, and the centre's device with its question for proof."""
    paper = mediator.locator("summary", has_text=say("signing.paper.title"))
    paper.click()
    press(mediator, "signing.paper.take")
    mediator.get_by_role("alert").first.wait_for()
    yield "sign-paper", mediator
    paper.click()
    kiosk = mediator.context.new_page()
    kiosk.set_viewport_size({"width": DESKTOP["width"], "height": DESKTOP["height"]})
    kiosk.goto(f"/kiosk/{mediator.url.rsplit('/', 1)[1]}")
    sit = kiosk.get_by_role("button", name=steps.like("signing.kiosk.sit")).last
    sit.wait_for(timeout=LONG)
    yield "kiosk", kiosk
    sit.click()
    kiosk.get_by_text(say("signing.kiosk.no_phone")).click()
    yield "kiosk-proof", kiosk
    kiosk.close()


def verdicts(people: People, signed: Path, folder: Path) -> Iterator[Stop]:
    """The court's page: valid, not valid, no PDF."""
    court = people.page("court", DESKTOP)
    whole = signed.read_bytes()
    (folder / "altered.pdf").write_bytes(whole[:60_000] + bytes([whole[60_000] ^ 1]) + whole[60_001:])
    (folder / "no.pdf").write_bytes(b"this is no PDF")
    for name, file in (
        ("verify-valid", signed),
        ("verify-invalid", folder / "altered.pdf"),
        ("verify-no-pdf", folder / "no.pdf"),
    ):
        court.goto("/verify")
        court.locator("#verify-file").set_input_files(file)
        court.locator(".verify h1, [data-verdict]").filter(has_not_text=say("court.verify_title")).first.wait_for(
            timeout=LONG
        )
        if name == "verify-valid":
            court.locator("canvas").first.wait_for(timeout=2 * LONG)
        yield name, court
    court.close()
