"""Until when an agreement can go to court, over the real doors: days left, days off, day 31, and who may ask."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server.settings import LoginOptions
from tests.conftest import Cast, Hands, MakeOffice, Office
from tests.server.agreements.signer import act, read_out
from tests.server.agreements.test_by_hand import PDF


async def in_effect(cast: Cast, text: str, day: str = "2026-11-26") -> str:
    """An agreement signed with ink on `day`, today; its door for the window."""
    assert (await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "open"})).status == 200
    made = (await cast.mediator.post(f"/api/cases/{cast.case}/agreements", {})).json
    body = {"version": made["version"], "dispute": made["dispute"], "minutes": made["minutes"]}
    clauses = [{"kind": "free", "fields": {"text": text}}]
    view = (await cast.mediator.put(f"/api/agreements/{made['id']}/terms", {**body, "clauses": clauses})).json
    await act(cast, view["id"], "show", "submit")
    for role in ("applicant", "respondent"):
        browser = await cast.ready(role)
        for one in read_out(view):
            words = {"clause": one["id"], "hash": one["hash"], "agree": True}
            assert (await browser.post(f"/api/agreements/{view['id']}/confirmations", words)).status == 200
    await act(cast, view["id"], "print")
    door = f"/api/agreements/{view['id']}/confirmation"
    assert (await cast.mediator.get(door)).status == 404, "nothing to confirm before it is in effect"
    signed = f"/api/agreements/{view['id']}/scan?signed_on={day}"
    assert (await cast.mediator.post(signed, data=PDF, kind="application/pdf")).status == 200
    return door


async def on(cast: Cast, clock: Hands, door: str, days: int) -> Any:
    """What the mediator reads that many days after it took effect."""
    clock.now = datetime(2026, 11, 26, 9, tzinfo=UTC) + timedelta(days=days)
    return (await cast.mediator.get(door)).json


@pytest.mark.parametrize("text", ["存款由双方各得一半。", "甲方于2026年12月10日前支付乙方5000元。"])
async def test_the_window_and_day_31_which_is_refused_with_reasons_and_other_ways(
    make_office: MakeOffice, clock: Hands, text: str
) -> None:
    weeks = LoginOptions(staff_idle=10**7, staff_absolute=10**7)
    cast = await (await make_office(login=weeks)).cast("estate")
    door = await in_effect(cast, text)
    first = (await cast.seats["applicant"].get(door)).json
    assert first == {
        "since": "2026-11-26", "days": 30, "counted": "2026-12-26", "last": "2026-12-28", "left": 32,
        "announced": True, "article": "《中华人民共和国民事诉讼法》第205条", "ways": [],
    }  # fmt: skip
    assert (await on(cast, clock, door, 32))["left"] == 0
    over = await on(cast, clock, door, 33)
    assert over["left"] == -1
    money = ["payment_order", "notarised"] if "元" in text else []
    assert [one["code"] for one in over["ways"]] == ["perform", *money, "again", "sue"]
    assert over["ways"][0]["article"] == "《中华人民共和国人民调解法》第31条"


async def test_nobody_outside_the_case_learns_of_it(office: Office) -> None:
    door = await in_effect(await office.cast("estate"), "存款由双方各得一半。")
    other = await office.cast()
    assert (await (await other.ready("applicant")).get(door)).status == 404
