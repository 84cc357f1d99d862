"""The edge cases (a) to (n) a centre will meet: each led over the real doors to its reasoned no or its right end.

PROVEN names for every letter where that is shown; what no other file shows is shown here.
"""

import ast
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cast, Hands, Office
from tests.server.agreements.signer import act, clauses, confirm_all, read_out, save, tried
from tests.server.agreements.test_confirming import in_effect

ROOT = Path(__file__).parents[3]
HERE = "tests/server/agreements/test_edges.py"
PROVEN = {
    "a: 双方解除婚姻关系": (
        f"{HERE}::test_a_clause_no_court_would_confirm_is_told_to_the_mediator_alone",
        "tests/server/agreements/test_by_hand.py::test_an_excluded_dispute_is_led_to_paper_with_reason_and_article",
    ),
    "b: 房屋所有权归甲方": (f"{HERE}::test_a_clause_no_court_would_confirm_is_told_to_the_mediator_alone",),
    "c: 尽快付款": (f"{HERE}::test_a_clause_no_court_would_confirm_is_told_to_the_mediator_alone",),
    "d: 全权代理 alone": (
        f"{HERE}::test_who_may_not_bind_a_party_stops_the_freeze_with_the_article",
        "tests/server/cases/test_routes.py::test_a_representative_is_added_with_their_authority_and_gets_a_link_of_their_own",
    ),
    "e: a company's seal is missing": (
        f"{HERE}::test_who_may_not_bind_a_party_stops_the_freeze_with_the_article",
        "tests/server/law/test_roles.py::test_an_organisation_without_anybody_or_without_seal_cannot_sign",
    ),
    "f: seventeen, no guardian": (
        f"{HERE}::test_who_may_not_bind_a_party_stops_the_freeze_with_the_article",
        "tests/server/law/test_roles.py::test_a_minor_without_guardian_cannot_sign",
    ),
    "g: one refuses to sign": (
        "tests/server/agreements/ceremony/test_routes.py::test_refusing_voids_all",
        "tests/server/agreements/ceremony/test_routes.py::test_whoever_signed_cannot_refuse_any_more",
    ),
    "h: day 31": (
        "tests/server/agreements/test_confirming.py::test_the_window_and_day_31_which_is_refused_with_reasons_and_other_ways",
    ),
    "i: a loan without record between kin": (f"{HERE}::test_a_loan_nothing_proves_is_flagged_with_the_article",),
    "j: altered after the second signature": (
        "tests/documents/test_verify.py::test_a_change_between_signatures_is_invalid",
        "tests/documents/test_verify.py::test_the_reason_says_after_whose_signature_and_on_which_page",
        "tests/attacks/test_attacks.py::test_every_technique_is_caught",
    ),
    "k: a revoked or expired certificate": (
        "tests/server/agreements/ceremony/test_routes.py::test_a_lost_key_is_replaced_and_its_certificate_revoked",
        "tests/documents/test_sign.py::test_a_revoked_signer_is_not_sealed",
        "tests/documents/test_verify.py::test_a_revoked_signer_is_invalid_at_all_times",
        "tests/documents/test_past.py::test_an_expired_certificate_passes_only_for_what_is_proven_to_be_older",
        "tests/server/agreements/ceremony/test_routes.py::test_a_request_after_the_deadline_meets_a_void_ceremony",
    ),
    "l: oral, performed on the spot": (
        "tests/server/agreements/test_oral.py::test_performed_on_the_spot_it_is_in_effect_and_the_case_is_over",
    ),
    "m: day 30 is National Day": (
        f"{HERE}::test_a_thirtieth_day_on_national_day_moves_to_the_first_day_worked",
        "tests/server/law/test_confirmation.py::test_dated_cases_end_as_a_clerk_reads_the_notices",
    ),
    "n: an offer of a private talk leaks": (
        "tests/server/table/test_secrecy.py::test_nobody_is_told_what_is_not_theirs_and_nothing_of_it_lies_open",
        "tests/server/agreements/test_routes.py::test_an_offer_saved_in_a_private_talk_stays_there",
        "tests/test_architecture.py::test_features_of_the_server_import_only_their_neighbours",
        "tests/test_architecture.py::test_what_lies_on_the_mediators_table_goes_nowhere_else",
    ),
}


def test_every_letter_is_proven_by_tests_that_exist() -> None:
    assert [case[0] for case in PROVEN] == list("abcdefghijklmn")
    for path, name in {tuple(one.split("::")) for tests in PROVEN.values() for one in tests}:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert name in {one.name for one in tree.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}, name


async def opened(office: Office, sample: str = "leak") -> Cast:
    cast = await office.cast(sample)
    assert (await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "open"})).status == 200
    return cast


async def drafted(cast: Cast, new: list[dict[str, Any]]) -> dict[str, Any]:
    made = await cast.mediator.post(f"/api/cases/{cast.case}/agreements", {"template": "people"})
    return await save(cast, made.json, new)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("双方解除婚姻关系。", {"personal_status"}),
        ("青禾路88号房屋所有权归甲方。", {"title_decision"}),
        ("乙方尽快付款。", {"vague_due"}),
    ],
)
async def test_a_clause_no_court_would_confirm_is_told_to_the_mediator_alone(
    office: Office, text: str, codes: set[str]
) -> None:
    cast = await opened(office)
    view = await drafted(cast, [{"kind": "free", "fields": {"text": text}}])
    clause = view["clauses"][0]["id"]
    assert codes & {one["code"] for one in view["checks"] if one["clause"] == clause}
    await act(cast, view["id"], "show")
    seen = (await (await cast.ready("applicant")).get(f"/api/agreements/{view['id']}")).json
    assert seen["checks"] == [], "advice is for those who draft"
    assert [one["text"] for one in seen["clauses"]] == [text], "people decide: nothing is blocked"


async def test_a_loan_nothing_proves_is_flagged_with_the_article(office: Office) -> None:
    cast = await opened(office)
    told = "双方系堂兄弟，乙方确认欠甲方借款本金680000元，没有转账凭证，乙方于2027年1月20日前归还。"
    kept = "乙方确认欠甲方借款本金6000元，甲方于2026年5月6日通过银行转账交付，乙方于2027年1月20日前归还。"
    view = await drafted(cast, [{"kind": "free", "fields": {"text": text}} for text in (told, kept)])
    bad, good = (clause["id"] for clause in view["clauses"])
    found = {one["code"]: one for one in view["checks"] if one["clause"] == bad}
    assert {"loan_unproven", "related_parties"} <= found.keys()
    assert all("第115条" in found[code]["article"] for code in ("loan_unproven", "related_parties"))
    assert {"loan_unproven", "related_parties"}.isdisjoint(
        one["code"] for one in view["checks"] if one["clause"] == good
    )


AGENT = {"part": "representative", "name": "白蕙", "phone": "19900000090", "basis": "attorney", "scope": "full"}
FIRM = {"part": "party", "name": "禾达公司", "side": "respondent", "organisation": True, "address": "嘉南区"}
HEAD = {"part": "representative", "name": "钱立新", "phone": "19900000092", "basis": "legal_representative"}
CHILD = {"part": "party", "name": "林秀珍", "born": "2009", "born_on": "2009-06-01", "address": "嘉南区"}


@pytest.mark.parametrize(
    ("letter", "code", "article"),
    [
        ("d", "authority_only_full", "《最高人民法院关于适用《中华人民共和国民事诉讼法》的解释》第89条"),
        ("e", "seal_missing", "《中华人民共和国人民调解法》第29条"),
        ("f", "guardian_missing", "《中华人民共和国民法典》第19条"),
    ],
)
async def test_who_may_not_bind_a_party_stops_the_freeze_with_the_article(
    office: Office, letter: str, code: str, article: str
) -> None:
    cast = await opened(office)
    people, lin = f"/api/cases/{cast.case}/people", cast.person("applicant")
    if letter == "d":
        changed = await cast.mediator.post(people, AGENT | {"acts_for": lin})
    elif letter == "e":
        firm = (await cast.mediator.post(people, FIRM)).json["parties"][-1]["id"]
        changed = await cast.mediator.post(people, HEAD | {"acts_for": firm})
    else:
        changed = await cast.mediator.put(f"{people}/{lin}", CHILD)
    assert changed.status == 200, changed.json
    for role in ("applicant", "respondent"):
        await cast.ready(role)
        await cast.seen(role)
    view = await drafted(cast, clauses(cast))
    view = await act(cast, view["id"], "show", "submit")
    await confirm_all(cast, view)
    if letter == "e":
        await confirm_for_the_firm(cast, changed.json["parties"][-1]["id"], view)
    refused = await tried(cast, view["id"], "freeze")
    assert (refused.status, refused.code) == (409, "people_lacking"), refused.json
    assert [(one["code"], one["article"]) for one in refused.data["lacks"]] == [(code, article)]
    kept = (await cast.mediator.get(f"/api/agreements/{view['id']}")).json
    assert (kept["state"], kept["number"]) == ("reading", None), "nothing is lost, no number taken"


async def confirm_for_the_firm(cast: Cast, head: str, view: dict[str, Any]) -> None:
    """The company's person takes part and agrees to every clause; only its seal is missing."""
    assert (await cast.mediator.post(f"/api/sessions/{cast.session}/links", {"party": head})).status == 200
    cast.links["head"] = {"person": head, "url": await cast.office.link(head)}
    browser = await cast.ready("head")
    await act(cast, view["id"], "show")
    for clause in read_out(view):
        body = {"clause": clause["id"], "hash": clause["hash"], "agree": True}
        done = await browser.post(f"/api/agreements/{view['id']}/confirmations", body)
        assert done.status == 200, done.json


async def test_a_thirtieth_day_on_national_day_moves_to_the_first_day_worked(office: Office, clock: Hands) -> None:
    clock.now = datetime(2027, 9, 1, 1, tzinfo=UTC)
    cast = await office.cast("estate")
    door = await in_effect(cast, "存款由双方各得一半。", "2027-09-01")
    found = (await cast.seats["applicant"].get(door)).json
    assert (found["counted"], found["last"], found["left"]) == ("2027-10-01", "2027-10-04", 33)
    assert found["announced"] is False, "of 2027 only the days of the law are known"
