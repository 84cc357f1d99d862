"""The pre-check by table: each line with its status, and over the real doors from the case's own facts."""

import re
from dataclasses import replace

import pytest

from server.agreements.checking import Finding
from server.confirmation import precheck
from server.confirmation.dues import Due, Row
from server.confirmation.precheck import CHOICES, FIELDS, TEXTS, Facts, Item, Status
from server.law.confirmation import other_ways
from server.law.roles import Lack
from server.law.sources import known
from server.store import journal
from tests.conftest import Office
from tests.server.agreements.test_confirming import in_effect

GOOD = Facts(20, True, (), {"pty_1": "甲方", "pty_2": "乙方代理人李某"}, (), (), (), False, ())
ALL_WELL = {
    "joint": "yes", "invited": "no", "intermediate": "no", "organisation_proof": "yes", "property": "no",
    "address_confirmation": "yes", "undertaking": "yes", "pending": "no", "others_interest": "no", "performed": "none",
}  # fmt: skip


def by_code(facts: Facts, answers: dict[str, str]) -> dict[str, Item]:
    return {one.code: one for one in precheck.items(facts, answers)}


def test_when_all_is_well_nothing_is_asked_and_nothing_lacks() -> None:
    assert {one.status for one in precheck.items(GOOD, ALL_WELL)} == {"ok"}


def test_every_line_names_an_article_of_the_table_and_every_question_is_one_that_may_be_answered() -> None:
    vague = Finding("cla_1", "vague_due", "尽快", "JS 358(5); CIV 511(4)", "unclear")
    worst = replace(
        GOOD, left=-1, complete=False, lacks=(Lack("authority_only_full", "pty_2", "JS 89(1)"),), status_matter=True,
        without_identity=("甲方",), findings=(vague,),
    )  # fmt: skip
    found = precheck.items(worst, {"invited": "yes", "property": "yes"})
    assert all(known(part) for one in found for part in one.article.split("; "))
    assert {one.field for one in found if one.field} <= set(FIELDS)
    assert CHOICES.keys() | TEXTS == set(FIELDS)


@pytest.mark.parametrize(
    ("changes", "code", "status"),
    [
        ({"left": 7}, "days", "warning"),
        ({"left": 8}, "days", "ok"),
        ({"left": -1}, "over", "warning"),
        ({"complete": False}, "signed", "missing"),
        ({"lacks": (Lack("guardian_missing", "pty_1", "CIV 19"),)}, "lack", "missing"),
        ({"lacks": (Lack("seal_missing", "pty_1", "CIV 490"),)}, "authority", "ok"),
        ({"without_authority_paper": ("乙方代理人李某",)}, "authority_paper", "missing"),
        ({"without_identity": ("甲方",)}, "identity", "ask"),
        ({"without_address": ("甲方",)}, "address", "missing"),
        ({"status_matter": True}, "status_matter", "warning"),
        ({"findings": (Finding(None, "usury", "", "CIV 680(1)", "unenforceable"),)}, "finding", "warning"),
    ],
)
def test_what_the_case_says_decides_its_line(changes: dict[str, object], code: str, status: Status) -> None:
    assert by_code(replace(GOOD, **changes), ALL_WELL)[code].status == status  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answers", "code", "status"),
    [
        ({"joint": ""}, "joint", "ask"),
        ({"joint": "no"}, "joint", "warning"),
        ({"invited": "yes"}, "invited_by", "ask"),
        ({"invited": "yes", "invited_by": "某法院"}, "invited_by", "ok"),
        ({"property": "yes"}, "property_proof", "ask"),
        ({"property": "yes", "property_proof": "no"}, "property_proof", "missing"),
        ({"property": "yes"}, "subject_place", "ask"),
        ({"undertaking": "no"}, "undertaking", "missing"),
        ({"pending": "yes"}, "pending", "warning"),
        ({"others_interest": "yes"}, "others_interest", "warning"),
        ({"performed": "all"}, "performed", "warning"),
        ({"performed": "part"}, "performed", "ok"),
        ({"intermediate": ""}, "intermediate", "ask"),
    ],
)
def test_what_people_answer_decides_the_others(answers: dict[str, str], code: str, status: Status) -> None:
    assert by_code(GOOD, ALL_WELL | answers)[code].status == status


def test_a_wish_of_the_checker_is_no_ground_to_refuse() -> None:
    note = Finding(None, "breach_missing", "", "CIV 577", "note")
    assert "finding" not in by_code(replace(GOOD, findings=(note,)), ALL_WELL)


@pytest.mark.parametrize(
    ("left", "performed", "profile", "first", "why"),
    [
        (20, "none", "labour", "payment_order", "wages"),
        (20, "none", "people", "perform", ""),
        (20, "all", "labour", "perform", "performed"),
        (-1, "none", "people", "perform", "over"),
    ],
)
def test_the_way_that_fits_better_comes_first_with_its_reason(
    left: int, performed: str, profile: str, first: str, why: str
) -> None:
    ways = other_ways(profile, money=True)
    found = precheck.advised(ways, replace(GOOD, left=left), {"performed": performed}, profile)
    assert (found[0].way.code, found[0].why) == (first, why) and len(found) == len(ways)


def test_what_was_written_down_of_performance_answers_for_people() -> None:
    due = Due("cla", 0, "b", "a", 100, None)
    none, part, full = (Row(due, "performed" if paid == 100 else "due", paid, 0, None) for paid in (0, 40, 100))
    found = [precheck.from_ledger(rows) for rows in ([], [none], [none, full], [part], [full])]
    assert [one.get("performed") for one in found] == [None, None, "part", "part", "all"]


async def test_the_list_over_the_door_and_answers_kept_one_by_one(office: Office) -> None:
    cast = await office.cast("estate")
    door = (await in_effect(cast, "甲方于2026年12月10日前支付乙方5000元。")).replace("confirmation", "precheck")
    first = (await cast.mediator.get(door)).json
    lines = {one["code"]: one for one in first["items"]}
    assert (first["left"], first["last"], first["ready"], first["answers"]) == (32, "2026-12-28", False, {})
    assert (lines["days"]["status"], lines["joint"]["status"], lines["joint"]["field"]) == ("ok", "ask", "joint")
    assert lines["status_matter"]["article"] == "《最高人民法院关于适用《中华人民共和国民事诉讼法》的解释》第355条"
    assert [one["court"] for one in first["courts"]] == ["嘉南市嘉南区人民法院"]
    assert "organisation" in first["courts"][0]["reasons"] and "domicile:甲方" in first["courts"][0]["reasons"]
    assert not first["courts"][0]["sure"] and first["listed"]
    for field, value in (("joint", "yes"), ("invited", "yes"), ("invited_by", "嘉南市城北区人民法院")):
        last = await cast.mediator.post(door, {"field": field, "value": value})
        assert last.status == 200
    assert last.json["answers"] == {"joint": "yes", "invited": "yes", "invited_by": "嘉南市城北区人民法院"}
    (court,) = last.json["courts"]
    assert (court["court"], court["reasons"], court["sure"]) == ("嘉南市城北区人民法院", ["invited"], True)
    back = await cast.mediator.post(door, {"field": "invited", "value": ""})
    assert "invited" not in back.json["answers"] and len(back.json["courts"]) == 1
    wrong = await cast.mediator.post(door, {"field": "joint", "value": "maybe"})
    assert (wrong.status, wrong.json["error"]["fields"]) == (422, {"value": "value"})
    async with office.db.reading() as tx:
        entries = [one for one in await journal.read(tx, cast.case) if one.kind == "confirmation.answer"]
    assert len(entries) == 4 and not any("城北" in (one.body or "") for one in entries)
    filed = (await cast.mediator.get(f"/api/cases/{cast.case}")).json["parties"][0]["filed"]
    assert filed["address"] and not re.search(re.escape(filed["address"]), str(first)), "labels, no particulars"


async def test_only_staff_of_the_case_see_it(office: Office) -> None:
    cast = await office.cast("estate")
    door = (await in_effect(cast, "存款由双方各得一半。")).replace("confirmation", "precheck")
    assert (await cast.seats["applicant"].get(door)).status == 403
    assert (await cast.seats["applicant"].post(door, {"field": "joint", "value": "yes"})).status == 403
    other = await office.cast()
    assert (await other.mediator.get(door)).status == 404
    assert (await other.mediator.post(door, {"field": "joint", "value": "yes"})).status == 404
