"""An application over the real doors: from the window to the ruling, who may write and who reads what."""

from typing import Any

import pytest

from server.cases import store as cases
from server.store import journal
from tests.conftest import Cast, Office
from tests.server.agreements.test_by_hand import PDF
from tests.server.agreements.test_confirming import in_effect

COURT = "嘉南市嘉南区人民法院"


@pytest.fixture
async def filed(office: Office) -> tuple[Cast, str]:
    """An agreement in effect since today, 2026-11-26; its doors begin with the second."""
    cast = await office.cast("estate")
    door = await in_effect(cast, "甲方于2026年12月10日前支付乙方5000元。")
    return cast, door.removesuffix("/confirmation")


async def did(cast: Cast, door: str, act: str, on: str = "2026-11-26", **more: object) -> Any:
    return await cast.mediator.post(f"{door}/application/acts", {"act": act, "on": on, **more})


async def test_from_the_window_to_the_ruling(filed: tuple[Cast, str]) -> None:
    cast, door = filed
    first = (await cast.mediator.get(f"{door}/application")).json
    assert (first["state"], first["left"], first["last"], first["acts"]) == ("preparing", 32, "2026-12-28", ["submit"])
    early = await cast.mediator.post(
        f"{door}/application/ruling?case_no=1&on=2026-11-26", data=PDF, kind="application/pdf"
    )
    assert (early.status, early.code) == (409, "illegal_act")
    assert (await did(cast, door, "submit", court=COURT)).status == 200
    asked = await did(cast, door, "ask_correction", deadline="2026-12-03", note="补交身份证复印件")
    assert (asked.json["state"], asked.json["deadline"]) == ("correcting", "2026-12-03")
    assert (await did(cast, door, "resubmit")).json["state"] == "submitted"
    docketed = (await did(cast, door, "docket", case_no="(2026)嘉0402诉前调确1号")).json
    assert (docketed["state"], docketed["case_no"]) == ("docketed", "(2026)嘉0402诉前调确1号")
    when = {"starts_at": "2026-12-01T01:00:00Z", "where": "第三法庭", "note": "带身份证原件"}
    appointed = (await cast.mediator.post(f"{door}/application/appointments", when)).json
    (appointment,) = appointed["appointments"]
    assert (appointment["where"], appointment["starts_at"], appointment["online"]) == (
        "第三法庭", "2026-12-01T01:00:00Z", False
    )  # fmt: skip
    off = await cast.mediator.send("DELETE", f"{door}/application/appointments/{appointment['id']}")
    assert off.json["appointments"] == []
    again = await cast.mediator.send("DELETE", f"{door}/application/appointments/{appointment['id']}")
    assert again.status == 404
    assert (await did(cast, door, "confirm")).json["state"] == "confirmed"
    sent = await cast.mediator.post(
        f"{door}/application/ruling?case_no=甲1&on=2026-11-26", data=PDF, kind="application/pdf"
    )
    assert sent.json["ruling"] == {
        "case_no": "甲1", "on": "2026-11-26", "sha256": sent.json["ruling"]["sha256"], "checked": "unsigned"
    }  # fmt: skip
    assert sent.json["acts"] == []
    assert (await cast.mediator.get(f"{door}/application/ruling")).body == PDF
    async with cast.office.db.reading() as tx:
        entries = [one for one in await journal.read(tx, cast.case) if one.kind.startswith("confirmation.")]
    assert [one.kind.removeprefix("confirmation.") for one in entries] == [
        "submit", "ask_correction", "resubmit", "docket", "appointment", "cancelled", "confirm", "ruling"
    ]  # fmt: skip
    assert not any(word in (one.body or "") for one in entries for word in (COURT, "身份证", "第三法庭", "甲1"))


async def test_a_ruling_is_a_pdf_of_a_day_after_the_application(filed: tuple[Cast, str]) -> None:
    cast, door = filed
    await did(cast, door, "submit", court=COURT)
    refused = await did(cast, door, "refuse", reason="other_court")
    assert refused.json["article"].endswith("第355条") and refused.json["again"]
    for query, data, wrong in (
        ("case_no=1&on=2026-11-26", b"GIF89a", {"ruling": "format"}),
        ("on=2026-11-26", PDF, {"case_no": "required"}),
        ("case_no=1", PDF, {"on": "required"}),
        ("case_no=1&on=2026-11-25", PDF, {"on": "range"}),
    ):
        answer = await cast.mediator.post(f"{door}/application/ruling?{query}", data=data, kind="application/pdf")
        assert (answer.status, answer.json["error"]["fields"]) == (422, wrong)
    assert (await cast.mediator.get(f"{door}/application/ruling")).status == 404


async def test_a_refusal_decides_nothing_so_that_another_court_may_be_asked(filed: tuple[Cast, str]) -> None:
    cast, door = filed
    await did(cast, door, "submit", court=COURT)
    assert "submit" in (await did(cast, door, "refuse", reason="other_court")).json["acts"]
    second = (await did(cast, door, "submit", court="嘉南市城北区人民法院")).json
    assert (second["state"], second["court"]) == ("submitted", "嘉南市城北区人民法院")
    assert [one["kind"] for one in second["events"]] == ["submit"]
    twice = await did(cast, door, "submit", court=COURT)
    assert (twice.status, twice.code) == (409, "illegal_act")


async def test_its_people_read_where_it_stands_and_nobody_else_anything(filed: tuple[Cast, str]) -> None:
    cast, door = filed
    await did(cast, door, "submit", court=COURT, note="窗口递交")
    seat = cast.seats["applicant"]
    seen = (await seat.get(f"{door}/application")).json
    assert (seen["state"], seen["court"], seen["acts"], seen["grounds"]) == ("submitted", COURT, [], {})
    assert "窗口递交" not in str(seen)
    act = {"act": "withdraw", "on": "2026-11-26"}
    assert (await seat.post(f"{door}/application/acts", act)).status == 403
    assert (await seat.get(f"{door}/application/ruling")).status == 403
    other = await cast.office.cast()
    for browser in (other.mediator, await other.ready("applicant")):
        assert (await browser.get(f"{door}/application")).status == 404
    assert (await other.mediator.post(f"{door}/application/acts", act)).status == 404


async def test_there_is_nothing_to_apply_for_before_it_is_in_effect(cast: Cast) -> None:
    made = (await cast.mediator.post(f"/api/cases/{cast.case}/agreements", {})).json
    assert (await cast.mediator.get(f"/api/agreements/{made['id']}/application")).status == 404


async def test_no_answer_contains_what_was_told_in_confidence_or_how_people_are_reached(office: Office) -> None:
    cast = await office.cast("estate")
    case = f"/api/cases/{cast.case}"
    for shared, mark in ((False, "marknoteq"), (True, "marksharedq")):
        made = await cast.mediator.post(f"{case}/notes", {"content": {"text": mark}, "shared": shared})
        assert made.status == 200
    payer, payee = cast.person("applicant"), cast.person("respondent")
    terms = {"payer": payer, "payee": payee, "sum_fen": 100, "conditions": "markofferq"}
    assert (await cast.mediator.post(f"{case}/offers", {"terms": terms, "to": payee})).status == 200
    door = (await in_effect(cast, "甲方于2026年12月10日前支付乙方5000元。")).removesuffix("/confirmation")
    await did(cast, door, "submit", court=COURT)
    async with office.db.reading() as tx:
        filed = [one.filed for one in (await cases.load(tx, cast.case)).people]
        bodies = [one.body or "" for one in await journal.read(tx, cast.case) if one.kind.startswith("confirmation.")]
    marks = ["marknoteq", "marksharedq", "markofferq", *(one.phone for one in filed if one.phone)]
    marks += [one.id_no for one in filed if one.id_no]
    said = [
        (await cast.mediator.get(f"{door}/{what}")).body.decode() for what in ("precheck", "application", "performance")
    ]
    assert len(marks) > 5 and not [mark for mark in marks if any(mark in text for text in (*said, *bodies))]
