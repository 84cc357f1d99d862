"""The reviewer: drafts pass or come back with remarks, and a reviewer sees nothing that was not given to them."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.agreements.review.model import may_review
from server.cases.model import Case, CaseState, Facts
from server.ids import AccountId, CaseId
from server.people.model import Account, StaffRole
from server.store import journal
from server.web import keys
from tests.actors import Browser
from tests.conftest import Cast, MakeOffice, Office
from tests.server.agreements.matter import AT
from tests.server.agreements.room import joined
from tests.server.agreements.signer import act, clauses, draft, party, save

SECRET = "若一次付清，甲方愿付九千元整"


@pytest.fixture
async def office(make_office: MakeOffice, settings: Any) -> Office:
    """A centre whose reviewer reads people's mediation."""
    return await make_office(centre=replace(settings.centre, reviewed=("people",)))


@pytest.fixture
async def reviewer(cast: Cast) -> Browser:
    return await reviewer_of(cast)


async def reviewer_of(cast: Cast) -> Browser:
    browser = await cast.office.browser()
    answer = await browser.login(**cast.logins["reviewer"])
    assert answer.json["role"] == "reviewer"
    return browser


async def given_draft(cast: Cast) -> dict[str, Any]:
    view = await draft(cast)
    return await act(cast, view["id"], "show", "submit")


async def row(reviewer: Browser) -> dict[str, Any]:
    (found,) = (await reviewer.get("/api/reviews")).json["waiting"]
    return dict(found)


async def test_a_draft_goes_to_the_reviewer_and_back_with_remarks_and_then_to_the_reading(
    cast: Cast, reviewer: Browser
) -> None:
    view = await given_draft(cast)
    assert (view["state"], view["review"]["outcome"], view["can"]["edit"]) == ("in_review", "waiting", False)
    waiting = await row(reviewer)
    assert (waiting["round"], waiting["mediator"], waiting["document"]) == (1, "顾明华", "人民调解协议书")
    read = (await reviewer.get(f"/api/reviews/{waiting['id']}")).json
    assert [one["text"] for one in read["clauses"]] == [one["text"] for one in view["clauses"]]
    assert {one["code"] for one in read["checks"]} == {one["code"] for one in view["checks"]}

    second = view["clauses"][1]["id"]
    body = {"act": "return", "reason": "请补收款账户。", "remarks": [{"clause": second, "text": "写清账户"}]}
    back = await reviewer.post(f"/api/reviews/{waiting['id']}/acts", body)
    assert (back.json["row"]["outcome"], back.json["clauses"][1]["remark"]) == ("returned", "写清账户")
    assert (await reviewer.post(f"/api/reviews/{waiting['id']}/acts", {"act": "pass"})).code == "illegal_act"

    view = (await cast.mediator.get(f"/api/agreements/{view['id']}")).json
    assert (view["state"], view["can"]["edit"], view["review"]["reason"]) == ("drafting", True, "请补收款账户。")
    assert view["review"]["remarks"] == [{"clause": second, "text": "写清账户", "changed": False}]
    kept = [{"id": one["id"], "kind": one["kind"], "fields": one["fields"]} for one in view["clauses"]]
    kept[1]["fields"] |= {"account": "户名陈国栋"}
    view = await save(cast, view, kept)
    assert view["review"]["remarks"][0]["changed"]

    await act(cast, view["id"], "show", "submit")
    again = await row(reviewer)
    assert again["round"] == 2
    earlier = (await reviewer.get(f"/api/reviews/{again['id']}")).json["earlier"]
    assert [(one["outcome"], one["reason"], one["remarks"]) for one in earlier] == [
        ("returned", "请补收款账户。", ["2. 写清账户"])
    ]
    await reviewer.post(f"/api/reviews/{again['id']}/acts", {"act": "pass"})
    view = (await cast.mediator.get(f"/api/agreements/{view['id']}")).json
    assert (view["state"], view["review"]["outcome"], view["review"]["reviewer"]) == ("reading", "passed", "陆清源")
    assert (await reviewer.get("/api/reviews")).json["waiting"] == []

    async with cast.office.db.reading() as tx:
        kinds = [one.kind for one in await journal.read(tx, cast.case)]
        text = "".join(one.body or "" for one in await journal.read(tx, cast.case))
    assert [kind for kind in kinds if kind in ("agreement.submit", "agreement.return", "agreement.pass")] == [
        "agreement.submit", "agreement.return", "agreement.submit", "agreement.pass"
    ]  # fmt: skip
    assert "账户" not in text


async def test_terms_once_passed_are_not_read_twice(cast: Cast, reviewer: Browser) -> None:
    view = await given_draft(cast)
    await reviewer.post(f"/api/reviews/{(await row(reviewer))['id']}/acts", {"act": "pass"})
    view = await act(cast, view["id"], "edit")
    assert (view["state"], view["reviewed"]) == ("drafting", False)
    assert (await act(cast, view["id"], "submit"))["state"] == "reading"
    view = await act(cast, view["id"], "edit")
    view = await save(cast, view, clauses(cast)[:1])
    assert view["reviewed"]
    assert (await act(cast, view["id"], "show", "submit"))["state"] == "in_review"


async def test_the_mediator_takes_a_draft_back(cast: Cast, reviewer: Browser) -> None:
    view = await given_draft(cast)
    waiting = await row(reviewer)
    assert (await act(cast, view["id"], "submit"))["state"] == "in_review"
    view = await act(cast, view["id"], "edit")
    assert (view["state"], view["review"]["outcome"]) == ("drafting", "taken_back")
    assert (await reviewer.post(f"/api/reviews/{waiting['id']}/acts", {"act": "pass"})).code == "illegal_act"
    assert (await reviewer.get("/api/reviews")).json == {"waiting": [], "decided": []}


async def test_a_draft_comes_back_only_with_a_reason_and_remarks_on_its_own_clauses(
    cast: Cast, reviewer: Browser
) -> None:
    view = await given_draft(cast)
    door = f"/api/reviews/{(await row(reviewer))['id']}/acts"
    one = view["clauses"][0]["id"]
    for body, field in (
        ({"act": "return", "reason": " \n"}, "reason"),
        ({"act": "return", "remarks": [{"clause": one, "text": ""}]}, "reason"),
        ({"act": "pass", "remarks": [{"clause": "cla_x", "text": "x"}]}, "remarks[0].clause"),
        ({"act": "return", "remarks": [{"clause": one, "text": "x"}] * 2}, "remarks"),
    ):
        refused = await reviewer.post(door, body)
        assert (refused.code, list(refused.json["error"]["fields"])) == ("invalid", [field])
    assert (await reviewer.get("/api/reviews")).json["waiting"]


async def test_where_no_review_is_asked_for_the_reading_begins(make_office: MakeOffice) -> None:
    office = await make_office()
    assert (await given_draft(await office.cast()))["state"] == "reading"


async def test_the_parties_hear_of_the_review_and_not_what_was_said(cast: Cast, reviewer: Browser) -> None:
    lin = await party(cast, "applicant")
    view = await given_draft(cast)
    door = f"/api/reviews/{(await row(reviewer))['id']}/acts"
    await reviewer.post(door, {"act": "return", "reason": SECRET, "remarks": []})
    for path in (f"/api/agreements/{view['id']}", "/api/seat"):
        answer = await lin.get(path)
        assert answer.status == 200 and SECRET not in answer.body.decode()
    assert (await lin.get(f"/api/agreements/{view['id']}")).json["review"] is None
    assert (await lin.get("/api/reviews")).code == (await cast.mediator.get("/api/reviews")).code == "not_permitted"


async def test_a_reviewer_opens_no_other_door_and_reads_no_word_that_was_not_given(
    cast: Cast, reviewer: Browser
) -> None:
    """Every GET of the house with the ids of this case: what is said in confidence is nowhere in an answer."""
    await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "open"})
    noted = await cast.mediator.post(f"/api/cases/{cast.case}/notes", {"content": {"text": SECRET}})
    assert noted.status == 200, noted.json
    view = await given_draft(cast)
    other = await draft(cast)
    async with joined(cast) as people:
        mediator, lin = people["mediator"], people["applicant"]
        await mediator.move([mediator.id, lin.id], "caucus_applicant", also=lin)
        await save(cast, other, [{"kind": "free", "fields": {"text": SECRET}}])
    waiting = await row(reviewer)
    ids = {"case": cast.case, "agreement": view["id"], "session": cast.session, "file": "agreement", "slot": "x"}
    opened = []
    for table in cast.office.app[keys.TABLES]:
        for route in table:
            if route.method != "GET":
                continue
            kind = {"cases": "case", "sessions": "session", "agreements": "agreement", "reviews": "review"}
            own = ids | {
                "id": (ids | {"review": waiting["id"]}).get(kind.get(f"{route.path}//".split("/")[2], ""), "x")
            }
            path = re.sub(r"{(\w+)[^}]*}", lambda m, own=own: own.get(m[1], "x"), route.path)  # type: ignore[misc]
            answer = await reviewer.get(path)
            assert SECRET not in answer.body.decode(errors="replace"), path
            assert view["id"] not in answer.body.decode(errors="replace"), path
            if answer.status < 400:
                opened.append(route.path)
    inside = [path for path in opened if re.match(r"/api/(cases|sessions|agreements|ceremonies|seat)", path)]
    assert inside == []
    assert {"/api/reviews", "/api/reviews/{id}"} <= set(opened)


async def test_reviewers_of_practice_read_practice(cast: Cast, office: Office) -> None:
    await given_draft(cast)
    browser = await office.browser()
    answer = await browser.get("/demo/enter/reviewer")
    assert (answer.status, answer.headers["Location"]) == (303, "/reviews")
    assert (await browser.get("/api/reviews")).json["waiting"] == []
    doors = {one["role"] for one in (await browser.get("/api/demo")).json["roles"]}
    assert "reviewer" in doors


NAMES = ("acc_a", "acc_b", "acc_c")


@given(
    st.sampled_from(NAMES), st.sampled_from(list(StaffRole)), st.booleans(), st.sampled_from(NAMES),
    st.one_of(st.none(), st.sampled_from(NAMES)), st.lists(st.sampled_from(NAMES), max_size=2), st.booleans(),
)  # fmt: skip
def test_nobody_reviews_a_case_they_have_another_part_in(
    who: str, role: StaffRole, practice: bool, mediator: str, recorder: str | None, beside: list[str], rehearsal: bool
) -> None:
    case = Case(
        CaseId("cas_x"), "1", "x", "other", CaseState.in_mediation, Facts("", "", "", "", ""), "", AccountId(mediator),
        AccountId(recorder) if recorder else None, rehearsal, AT, (), (), tuple(map(AccountId, beside)),
    )  # fmt: skip
    allowed = may_review(Account(AccountId(who), who, who, role, "", practice), case)
    assert not (allowed and who in {mediator, recorder, *beside})
    assert not (allowed and (role is not StaffRole.reviewer or practice is not rehearsal))
    free = who not in {mediator, recorder, *beside} and practice is rehearsal and role is StaffRole.reviewer
    assert allowed is free
