"""Stops at the mediator's table: agenda, notes, offers, blind answers, papers on the stage, the proof of isolation, a
recording that is watched. One meeting of three, played through the pages."""

import io
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Locator, Page, expect
from reportlab.pdfgen.canvas import Canvas

from tests.browser.conftest import DESKTOP, PHONE, People
from tests.browser.hosting import admitted, hosting, in_chamber, seated
from tests.browser.steps import LONG, say
from tests.running import Server

Stop = tuple[str, Page]
PAPER = "报价单.pdf"
BOTTOM = "底线六千，先不要告诉对方"
"""In a private note."""


def quotation() -> bytes:
    """Three pages of A4 with words to be read."""
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=(595, 842))
    for page in range(1, 4):
        canvas.setFont("Helvetica", 28)
        canvas.drawString(60, 760, f"Quotation for the repair, page {page}")
        canvas.setFont("Helvetica", 14)
        for line in range(30):
            canvas.drawString(60, 700 - 20 * line, f"{line + 1}. Ceiling, walls, wardrobe: {100 * (line + page)} CNY")
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=say(f"table.tab.{name}")).click()


def fill_terms(form: Locator, yuan: str) -> None:
    """The first party pays the second."""
    form.locator("select").nth(0).select_option(index=1)
    form.locator("input[inputmode=decimal]").first.fill(yuan)


def at_the_table(server: Server, people: People, folder: Path) -> Iterator[Stop]:
    """The whole of it, in the order of a session."""
    case = server.case()
    links = {link["role"]: link for link in case["links"]}
    mediator, lin, chen = people.page("mediator", DESKTOP), people.page("applicant", PHONE), people.page("respondent")
    hosting(mediator, case, server)
    for role, page in (("applicant", lin), ("respondent", chen)):
        seated(page, links[role], server)
        admitted(mediator, page, links[role]["person"])
    yield from _agenda(mediator)
    yield from _notes(mediator)
    yield from _offers(mediator, lin, chen)
    yield from _proposal(mediator, lin, chen)
    yield from _papers(mediator, lin, chen)
    yield from _recording(mediator, lin, chen, case["case_id"])
    yield from _private(mediator, lin, chen, case["session_id"])


def _agenda(mediator: Page) -> Iterator[Stop]:
    go = mediator.locator("[data-agenda-stage]").first
    expect(go).to_have_attribute("data-agenda-stage", "before")
    go.click()
    expect(go).to_have_attribute("data-agenda-stage", "lobby")
    mediator.get_by_role("checkbox", name=say("table.item.before.file_read")).check()
    mediator.locator(".items .line .grow").filter(has_text="林秀珍").first.click()
    expect(mediator.locator(".items input:checked")).to_have_count(2)
    yield "table-agenda", mediator


def _notes(mediator: Page) -> Iterator[Stop]:
    tab(mediator, "notes")
    mediator.locator("[data-control=new-note]").click()
    mediator.locator("[data-notes] textarea").last.fill(BOTTOM)
    expect(mediator.locator("[data-notes]").get_by_text(say("ui.saved", time="").strip())).to_be_visible()
    mediator.locator("[data-notes] summary").click()
    yield "table-notes", mediator


def _offers(mediator: Page, lin: Page, chen: Page) -> Iterator[Stop]:
    lin.locator("[data-control=draft]").click()
    tab(lin, "offers")
    lin.locator("[data-control=new-offer]").click()
    lin.locator("[data-control=send-offer]").click()
    lin.get_by_role("alert").filter(has_text=say("table.wrong.to")).wait_for()
    yield "table-offer-missing", lin
    form = lin.locator("[data-offers] form")
    form.locator("input[value=mediator]").check()
    form.locator("input[value=no]").check()
    fill_terms(form, "6000")
    form.get_by_role("checkbox", name=say("table.terms.in_parts")).check()
    yield "table-offer-form", lin
    lin.locator("[data-control=send-offer]").click()
    expect(lin.locator("[data-offer][data-state=confided]")).to_be_visible()
    tab(mediator, "offers")
    told = mediator.locator("[data-offer][data-state=confided]")
    expect(told).to_contain_text(say("table.offers.told_no"))
    expect(told.locator("[data-control=offer-pass_on]")).to_have_count(0)
    lin.locator("[data-control=offer-allow]").click()
    told.locator("[data-control=offer-pass_on]").click()
    yield "table-pass-on", mediator
    mediator.locator("[data-control=confirm-offer-pass_on]").click()
    look = chen.locator("[data-control=look-at-offers]")
    expect(look).to_be_visible()
    yield "table-told", chen
    look.click()
    chen.locator("[data-control=offer-decline]").wait_for()
    yield "table-offer-waits", chen
    chen.locator("[data-control=offer-decline]").click()
    yield "table-offer-question", chen
    chen.locator("[data-control=confirm-offer-decline]").click()
    for page in (mediator, lin, chen):
        expect(page.locator("[data-offer][data-state=declined]")).to_be_visible()
    expect(look).to_have_count(0)


def _proposal(mediator: Page, lin: Page, chen: Page) -> Iterator[Stop]:
    mediator.locator("[data-control=new-proposal]").click()
    fill_terms(mediator.locator("[data-proposals] form"), "8500")
    yield "table-proposal-form", mediator
    mediator.locator("[data-control=send-proposal]").click()
    for page in (lin, chen):
        page.locator("[data-proposal][data-state=open]").wait_for()
    yield "table-proposal-party", lin
    for page in (lin, chen):
        page.locator("[data-control=proposal-yes]").click()
        expect(page.locator("[data-control=proposal-yes]")).to_have_attribute("aria-pressed", "true")
    expect(mediator.get_by_text(say("table.proposals.answered", of=2, n=2))).to_be_visible()
    yield "table-proposal-host", mediator
    mediator.locator("[data-control=proposal-close]").click()
    mediator.locator("[data-control=confirm-proposal-close]").click()
    for page in (mediator, lin, chen):
        expect(page.locator("[data-proposal][data-state=settled]")).to_be_visible()
    yield "table-settled", chen
    mediator.locator("[data-control=proposal-draft]").click()
    expect(mediator.get_by_role("tab", name=say("case.tab.draft"))).to_have_attribute("aria-selected", "true")
    expect(mediator.locator("article.clause").get_by_text("捌仟伍佰元整").first).to_be_visible()


def _papers(mediator: Page, lin: Page, chen: Page) -> Iterator[Stop]:
    tab(mediator, "papers")
    mediator.locator("#paper-file").set_input_files(
        {"name": PAPER, "mimeType": "application/pdf", "buffer": quotation()}
    )
    mediator.locator("[data-control=bring-paper]").click()
    mediator.locator("[data-paper]").wait_for(timeout=LONG)
    yield "table-papers", mediator
    mediator.locator("[data-paper] [data-control=show_document]").click()
    for page in (lin, chen):
        page.get_by_role("button", name=say("ui.close"), exact=True).first.click()
    for page in (mediator, lin, chen):
        expect(page.locator("[data-shown-paper][data-page='1'][data-loaded=yes]")).to_be_visible(timeout=LONG)
    yield "table-shown-party", lin
    yield "table-shown-host", mediator
    mediator.locator("[data-shown-paper] [data-control=page-after]").click()
    for page in (mediator, lin, chen):
        expect(page.locator("[data-shown-paper][data-page='2'][data-loaded=yes]")).to_be_visible()
    lin.locator("[data-shown-paper] [data-control=zoom-in]").click()
    yield "table-shown-larger", lin
    mediator.locator("[data-control=hand-paper]").click()
    mediator.locator("dialog[open] input[name=people]").first.check()
    yield "table-hand", mediator
    mediator.locator("[data-control=confirm-hand-paper]").click()
    mediator.locator("[data-shown-paper] [data-control=hide_document]").click()
    for page in (lin, chen):
        expect(page.locator("[data-shown-paper]")).to_have_count(0)
    lin.locator("[data-control=draft]").click()
    tab(lin, "papers")
    expect(lin.locator("[data-paper]")).to_contain_text(PAPER)
    yield "table-papers-party", lin
    lin.get_by_role("button", name=say("ui.close"), exact=True).first.click()


def _recording(mediator: Page, lin: Page, chen: Page, case: str) -> Iterator[Stop]:
    mediator.locator("[data-control=recording_ask]").click()
    mediator.locator("[data-control=confirm-recording_ask]").click()
    for page in (lin, chen):
        page.locator("[data-recording-ask] [data-control=recording_agree]").click()
    expect(mediator.locator("[data-recording=on]")).to_be_visible(timeout=LONG)
    mediator.wait_for_timeout(6000)  # what is recorded must have a length
    stop = mediator.locator("[data-control=recording_stop]")
    if not stop.is_visible():
        mediator.locator("[data-control=recording_ask]").click()
    stop.click()
    expect(mediator.locator("[data-recording=on]")).to_have_count(0)
    mediator.keyboard.press("Escape")
    desk = mediator.context.new_page()
    desk.set_viewport_size({"width": DESKTOP["width"], "height": DESKTOP["height"]})
    desk.goto(f"/case/{case}/recordings")
    desk.locator("[data-recording-row][data-state=ended] [data-control=see-recording]").wait_for(timeout=2 * LONG)
    yield "recordings", desk
    desk.locator("[data-control=see-recording]").click()
    desk.locator("[data-control=play-recording]").click()
    expect(desk.locator("[data-recording-player] video")).to_have_count(3)
    desk.wait_for_function(
        "() => [...document.querySelectorAll('[data-recording-player] video')].every((film) => film.currentTime > 1)"
    )
    yield "recording-played", desk
    desk.close()


def _private(mediator: Page, lin: Page, chen: Page, session: str) -> Iterator[Stop]:
    mediator.locator("[data-caucus=applicant]").first.click()
    mediator.locator("[data-control=confirm-move]").click()
    for page in (mediator, lin):
        in_chamber(page, "caucus_applicant")
    mediator.locator("[data-paper] [data-control=show_document]").click()
    for page in (mediator, lin):
        expect(page.locator("[data-shown-paper][data-loaded=yes]")).to_be_visible(timeout=LONG)
    expect(chen.locator("[data-shown-paper]")).to_have_count(0)
    yield "table-shown-private", lin
    mediator.wait_for_timeout(9000)  # the clients count from 3 s on and report every 2 s
    mediator.locator("[data-recall]").click()
    if mediator.locator("[data-control=confirm-recall]").is_visible():
        mediator.locator("[data-control=confirm-recall]").click()
    for page in (mediator, lin, chen):
        in_chamber(page, "joint")
    proof = mediator.context.new_page()
    proof.set_viewport_size({"width": DESKTOP["width"], "height": DESKTOP["height"]})
    proof.goto(f"/session/{session}/isolation")
    expect(proof.locator("[data-talk]")).to_have_attribute("data-leaked", "0")
    expect(proof.locator("[data-verdict=ok]")).to_be_visible()
    expect(proof.locator(".way").first.locator(".figure").first).not_to_have_text("0")
    yield "isolation", proof
    proof.locator("[data-control=nameless]").check()
    expect(proof.locator("main")).not_to_contain_text("林秀珍")
    yield "isolation-nameless", proof
    proof.close()
