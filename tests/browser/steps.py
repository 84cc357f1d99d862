"""What people do on the pages, in the words they read there (zh-CN); each step waits for what they would wait for."""

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.running import ROOT, Server

WORDS = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in (Path(ROOT) / "static/src/i18n/zh-CN").glob("*.json")
}
LONG = 30_000
"""Milliseconds for what waits on other people or on the ten seconds a set of lines must rest."""

TERMS = {
    "facts": "2026年9月起，嘉南区青禾路88号2幢502室卫生间防水层老化，致402室吊顶、墙面、衣柜受损。",
    "issues": "双方就维修责任和赔偿数额发生争议。",
    "responsibility": "甲方承担渗漏维修及赔偿责任。",
}


def say(key: str, **values: object) -> str:
    """The zh-CN words of a key, with its placeholders filled."""
    text: Any = WORDS[key.split(".")[0]]
    for part in key.split(".")[1:]:
        text = text[part]
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return str(text)


def like(key: str) -> re.Pattern[str]:
    """The words of a key, any value in place of its placeholders."""
    return re.compile(re.sub(r"\\{[^}]*\\}", ".*", re.escape(say(key))))


def button(page: Page | Locator, key: str, **values: object) -> Locator:
    name = like(key) if not values and "{" in say(key) else say(key, **values)
    return page.get_by_role("button", name=name, exact=isinstance(name, str)).first


def press(page: Page | Locator, key: str, **values: object) -> None:
    button(page, key, **values).click()


def arrive(page: Page, link: dict[str, Any], server: Server) -> None:
    """From the link to the lobby: invitation, two choices, code, devices."""
    accept(page, link)
    prove_phone(page, link, server)
    press_devices(page)
    in_lobby(page)


def accept(page: Page, link: dict[str, Any]) -> None:
    """From the link to the code step: invitation, two choices."""
    page.goto(link["url"])
    press(page, "seat.invite.go")
    consent(page)
    expect(page.get_by_role("heading", name=say("seat.code.title"))).to_be_visible()


def in_lobby(page: Page) -> None:
    expect(page.locator("[data-lobby][data-state=waiting]")).to_be_visible()


def consent(page: Page) -> None:
    page.locator("#consent-online").check()
    page.locator("#consent-esign").check()
    press(page, "seat.consent.go")


def prove_phone(page: Page, link: dict[str, Any], server: Server) -> None:
    press(page, "seat.code.send")
    page.locator("#seat-code").wait_for()
    page.locator("#seat-code").fill(server.code(link["person"]))
    if button(page, "seat.code.check").is_visible():  # six digits may already have sent themselves
        press(page, "seat.code.check")
    page.locator("#seat-code").wait_for(state="detached")


def press_devices(page: Page) -> None:
    expect(page.locator("[data-device-preview][data-camera=live][data-microphone=live]")).to_be_visible()
    press(page, "seat.devices.go")


def log_in(page: Page, case: dict[str, Any]) -> None:
    page.goto("/login")
    page.locator("input[autocomplete=username]").fill(case["login"]["username"])
    page.locator("input[type=password]").fill(case["login"]["password"])
    page.locator("form button[type=submit]").click()
    page.wait_for_url("**/day")


def host(page: Page, case: dict[str, Any]) -> None:
    """The mediator goes from the day's list into the room."""
    log_in(page, case)
    page.goto(f"/session/{case['session_id']}")
    press(page, "case.session_enter")
    expect(page.locator("[data-room][data-chamber=joint]")).to_be_visible()


def mark_seen(page: Page, name: str) -> None:
    page.get_by_role("tab", name=say("case.tab.identity")).click()
    card = page.get_by_role("article").filter(has_text=name)
    card.get_by_role("radio").first.check()
    press(card, "case.identity_seen", name=name)
    expect(card).to_contain_text(say("case.assurance.seen"))


def write_terms(page: Page) -> None:
    """The mediator drafts: one payment in figures, one free clause, the facts and the minutes."""
    page.get_by_role("tab", name=say("case.tab.draft")).click()
    press(page, "agreement.create")
    for name, text in TERMS.items():
        page.locator(f"#draft-{name}").fill(text)
    page.get_by_role("button", name=say("agreement.add_kind.payment")).click()
    clause = page.locator("article.clause").nth(0)
    clause.locator("select").nth(0).select_option(index=1)
    clause.locator("select").nth(1).select_option(index=2)
    clause.get_by_label(say("agreement.amount")).fill("8500")
    clause.get_by_role("radio", name=say("clauses.due_days")).check()
    clause.get_by_label(say("clauses.days")).fill("7")
    clause.get_by_label(say("agreement.manner")).fill("一次性转账")
    clause.get_by_label(say("agreement.account")).fill("户名陈国栋，账号6200********0002")
    page.get_by_role("button", name=say("agreement.add_kind.free")).click()
    free = page.locator("article.clause").nth(1)
    free.get_by_label(say("agreement.free_text")).fill("维修后两年内同一部位再次渗漏的，由甲方负责免费维修。")
    expect(page.get_by_text("捌仟伍佰元整").first).to_be_visible()


def read_all(page: Page, items: int) -> None:
    """A party confirms what stands around the clauses, then clause after clause."""
    for number in range(1, items + 1):
        expect(page.get_by_text(say("signing.reading.place", k=number, n=items))).to_be_visible()
        press(page, "signing.reading.agree")
    expect(page.get_by_role("heading", name=say("signing.reading.all_title"))).to_be_visible()


def sign(page: Page, person: str, server: Server) -> None:
    """The four steps of one signer, up to the decision."""
    same = button(page, "signing.look.same")
    same.wait_for(timeout=LONG)
    expect(same).to_be_enabled(timeout=LONG)
    same.click()
    press(page, "signing.pad.type")
    page.get_by_label(say("signing.pad.typed_label")).fill("林秀珍")
    page.locator("#sign-consent").check()
    press(page, "signing.name.use")
    page.locator("#sign-code").wait_for()
    page.locator("#sign-code").fill(server.code(person))
    if button(page, "ui.next").is_visible():
        press(page, "ui.next")
    press(page, "signing.confirm.sign")
