"""A citizen files on a phone: a photo, a reload in the middle, another browser by number and code, one receipt; then
the progress page, the counter and the poster."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, People
from tests.browser.steps import say
from tests.browser.test_axe import serious
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
EVENT = "楼上水管坏了，我家天花板滴了三次水。"


def button(page: Page, key: str) -> None:
    page.get_by_role("button", name=say(key), exact=True).click()


def question(page: Page, step: int) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(say(f"filing.question.{step}"))


def test_a_citizen_files_with_a_photo_reloads_goes_on_elsewhere_and_gets_one_receipt(
    server: Server, people: People, tmp_path: Path
) -> None:
    Image.effect_noise((3000, 2000), 60).save(tmp_path / "天花板.png")
    phone = people.page()
    phone.goto("/file/nowhere")
    question(phone, 1)
    assert serious(phone) == []
    button(phone, "ui.next")
    expect(phone.get_by_role("alert").first).to_contain_text(say("filing.lack.name_required"))
    phone.locator("#filing-name").fill("计小满")
    phone.locator("#filing-phone").fill("19900000001")
    button(phone, "ui.next")
    phone.locator("#filing-event").fill(EVENT)
    expect(phone.locator("[data-saving]")).to_contain_text(re.compile(r"\d\d:\d\d"))
    phone.reload()
    question(phone, 2)
    expect(phone.locator("#filing-event")).to_have_value(EVENT)
    phone.go_back()
    question(phone, 1)
    expect(phone.locator("#filing-name")).to_have_value("计小满")
    phone.go_forward()
    question(phone, 2)
    button(phone, "ui.next")
    phone.locator("#filing-other_name").fill("楼上402那家")
    button(phone, "ui.next")
    phone.locator("#filing-claims").fill("修好，赔8500元")
    button(phone, "ui.next")
    phone.locator("#filing-file").set_input_files(tmp_path / "天花板.png")
    expect(phone.locator("li img")).to_be_visible()
    assert serious(phone) == []
    button(phone, "filing.pause")
    number = phone.locator("[data-slip-number]").inner_text()
    code = phone.locator("[data-slip-code]").inner_text()
    button(phone, "filing.forget")
    question(phone, 1)
    expect(phone.locator("#filing-name")).to_have_value("")

    other = people.page()
    other.goto("/file/nowhere")
    other.get_by_text(say("filing.resume")).click()
    other.locator("#resume-number").fill(number)
    other.locator("#resume-code").fill(code)
    button(other, "filing.resume_go")
    question(other, 5)
    expect(other.locator("li img")).to_be_visible()
    button(other, "ui.next")
    other.get_by_text(say("filing.field.apart")).click()
    button(other, "ui.next")
    expect(other.get_by_role("heading", level=1)).to_contain_text(say("filing.check"))
    expect(other.locator("main")).to_contain_text(EVENT)
    expect(other.locator("main")).to_contain_text("天花板.jpg")
    assert serious(other) == []
    assert other.evaluate("document.documentElement.scrollWidth") <= 360
    other.get_by_role("button", name=say("filing.submit"), exact=True).dblclick()
    expect(other.locator("[data-number]")).to_be_visible()
    receipt = other.locator("[data-number]").inner_text()
    assert receipt.endswith("-0001")
    other.reload()
    expect(other.locator("[data-number]")).to_have_text(receipt)
    assert serious(other) == []

    other.locator("[data-progress]").click()
    expect(other.get_by_role("heading", level=1)).to_have_text(say("filing.state.received.title"))
    expect(other.locator("main")).to_contain_text("199****0001")
    expect(other.locator("main")).not_to_contain_text("402")
    assert serious(other) == []


def test_a_clerk_files_by_keyboard_prints_a_receipt_and_a_poster(server: Server, people: People) -> None:
    clerk = people.page("court", DESKTOP)
    clerk.goto("/demo/enter/intake")
    clerk.goto("/intake/new")
    clerk.locator("input[type=radio]").first.focus()
    clerk.keyboard.press("ArrowRight")  # by telephone
    for words in ("王阿婆", "", "青禾路88号"):
        clerk.keyboard.press("Tab")
        clerk.keyboard.type(words)
    assert serious(clerk) == []
    clerk.reload()
    expect(clerk.locator("#filing-name")).to_have_value("王阿婆")
    for field, words in (("event", EVENT), ("other_name", "小李"), ("claims", "道歉")):
        clerk.locator(f"#filing-{field}").fill(words)
    clerk.locator("#filing-times").press("Enter")
    expect(clerk.locator("[data-number]")).to_be_visible()
    assert clerk.evaluate("document.activeElement.tagName") == "H1"
    assert clerk.evaluate("sessionStorage.length") == 0
    clerk.goto("/posters")
    clerk.locator("select").select_option(label="青禾街道人民调解委员会")
    expect(clerk.locator("[data-poster]")).to_contain_text("/file/")
    assert serious(clerk) == []
