"""Cases: seen by their own staff only, moved on by the table."""

from dataclasses import replace

import pytest

from server.cases import store
from server.cases.rules import mask_id
from server.store import journal
from server.web import keys
from tests.conftest import Cast, Office, both


@both
async def test_staff_of_the_case_see_it_with_masked_numbers(cast: Cast) -> None:
    answer = await cast.mediator.get(f"/api/cases/{cast.case}")
    view = answer.json
    assert (view["state"], view["title"], view["mediator"]["name"]) == ("assigned", "漏水赔偿", "顾明华")
    assert [party["label"] for party in view["parties"]] == ["甲方", "乙方"]
    filed = view["parties"][0]["filed"]
    assert (filed["phone_masked"], filed["id_no_masked"]) == ("199****0002", "330***********0020")
    assert b"19900000002" not in answer.body and b"330402197103150020" not in answer.body
    assert view["parties"][0]["link"]["sent_at"] and view["parties"][0]["link"]["opened_at"] is None
    assert [session["id"] for session in view["sessions"]] == [cast.session] and view["agreements"] == []


@both
async def test_strangers_and_seats_do_not_learn_that_a_case_exists(office: Office, cast: Cast) -> None:
    other = await office.cast()
    for path in (f"/api/cases/{cast.case}", f"/api/sessions/{cast.session}"):
        real, invented = await other.mediator.get(path), await other.mediator.get("/api/cases/cas_nothing")
        assert (real.status, real.code) == (invented.status, invented.code) == (404, "not_found")
    seat = await cast.seat("applicant")
    assert (await seat.get(f"/api/cases/{cast.case}")).code == "not_permitted"


@both
async def test_only_what_is_done_by_hand_can_be_done_by_hand(cast: Cast) -> None:
    path = f"/api/cases/{cast.case}/acts"
    assert (await cast.mediator.post(path, {"act": "settle"})).code == "not_permitted"
    answer = await cast.mediator.post(path, {"act": "fail"})
    assert (answer.status, answer.code) == (409, "illegal_act")
    assert answer.data == {"state": "assigned", "act": "fail", "allowed": ["open", "recuse", "withdraw"]}
    assert (await cast.mediator.post(path, {"act": "withdraw"})).json["state"] == "withdrawn"


@both
async def test_the_filed_identity_document_is_shown_to_staff(office: Office, cast: Cast) -> None:
    sha256 = await office.app[keys.BLOBS].put(b"\x89PNG picture")
    async with office.db.transaction() as tx:
        party = (await store.load(tx, cast.case)).parties[0]
        filed = replace(party.filed, id_document=sha256)
        values = {name: getattr(filed, name) for name in filed.__slots__}
        await tx.execute(store.parties.update().where(store.parties.c.id == party.id).values(filed=values))
    view = (await cast.mediator.get(f"/api/cases/{cast.case}")).json["parties"][0]
    answer = await cast.mediator.get(view["filed"]["id_document"])
    assert (answer.status, answer.headers["Content-Type"], answer.body) == (200, "image/png", b"\x89PNG picture")
    other = f"/api/cases/{cast.case}/parties/{cast.person('respondent')}/document"
    assert (await cast.mediator.get(other)).status == 404


@both
async def test_every_change_of_state_is_in_the_journal(office: Office, cast: Cast) -> None:
    await cast.mediator.post(f"/api/cases/{cast.case}/acts", {"act": "withdraw"})
    async with office.db.reading() as tx:
        entries = await journal.read(tx, cast.case)
    last = entries[-1]
    assert (last.kind, last.actor, last.body) == (
        "case.withdraw", cast.mediator_id, '{"from":"assigned","to":"withdrawn"}',
    )  # fmt: skip


@both
async def test_case_numbers_run_on_and_are_never_taken_twice(office: Office) -> None:
    numbers = []
    for _ in range(3):
        cast = await office.cast()
        numbers.append((await cast.mediator.get(f"/api/cases/{cast.case}")).json["number"])
    assert numbers == [f"(2026)嘉南人调受字第{n:04d}号" for n in (103, 104, 105)]


@pytest.mark.parametrize("number, shown", [("330402197103150020", "330***********0020"), ("", "****")])
def test_identity_numbers_are_masked(number: str, shown: str) -> None:
    assert mask_id(number) == shown


def form(**more: object) -> dict[str, object]:
    return {"part": "representative", "name": "白蕙", "phone": "19900000090", "basis": "attorney"} | more


@both
async def test_a_representative_is_added_with_their_authority_and_gets_a_link_of_their_own(cast: Cast) -> None:
    whom = cast.person("applicant")
    path = f"/api/cases/{cast.case}/people"
    added = (await cast.mediator.post(path, form(acts_for=whom, scope="full"))).json
    agent = added["parties"][-1]
    assert (agent["part"], agent["side"], agent["acts_for"]) == ("representative", "applicant", whom)
    assert added["lacks"] == [
        {
            "code": "authority_only_full",
            "person": agent["id"],
            "article": "《最高人民法院关于适用《中华人民共和国民事诉讼法》的解释》第89条",
        }
    ]
    corrected = (await cast.mediator.put(f"{path}/{agent['id']}", form(acts_for=whom, scope="special"))).json
    assert corrected["lacks"] == []
    assert corrected["parties"][-1]["filed"]["phone_masked"] == "199****0090"
    sent = await cast.mediator.post(f"/api/sessions/{cast.session}/links", {"party": agent["id"]})
    assert sent.status == 200, sent.json
    browser = await cast.office.browser()
    seat = await browser.open(await cast.office.link(agent["id"]))
    assert seat.json["me"]["name"] == "白蕙"


@both
async def test_another_phone_is_another_proof(cast: Cast) -> None:
    await cast.ready("applicant")
    person, path = cast.person("applicant"), f"/api/cases/{cast.case}/people"
    before = (await cast.mediator.get(f"/api/cases/{cast.case}")).json["parties"][0]
    assert before["assurance"] == "code"
    body = {"part": "party", "name": "林秀珍", "born": "1971", "address": "嘉南区"}
    same = (await cast.mediator.put(f"{path}/{person}", body)).json["parties"][0]
    assert (same["assurance"], same["filed"]["phone_masked"]) == ("code", before["filed"]["phone_masked"])
    other = (await cast.mediator.put(f"{path}/{person}", {**body, "phone": "19900000091"})).json["parties"][0]
    assert other["assurance"] == "none"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"phone": ""}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"acts_for": ""}, "acts_for"),
        ({"acts_for": "pty_nobody"}, "acts_for"),
        ({"born_on": "yesterday"}, "born_on"),
        ({"code": "12"}, "code"),
    ],
)
@both
async def test_what_cannot_be_is_refused_at_its_field(cast: Cast, change: dict[str, object], field: str) -> None:
    body = form(acts_for=cast.person("applicant"), scope="special") | change
    answer = await cast.mediator.post(f"/api/cases/{cast.case}/people", body)
    assert (answer.status, list(answer.json["error"]["fields"])) == (422, [field])


@both
async def test_an_organisation_lacks_what_it_needs_until_it_is_there(cast: Cast) -> None:
    path = f"/api/cases/{cast.case}/people"
    firm = {"part": "party", "name": "禾达公司", "side": "respondent", "organisation": True}
    view = (await cast.mediator.post(path, firm)).json
    person = view["parties"][-1]
    assert person["label"] == "丙方"
    assert [lack["code"] for lack in view["lacks"]] == ["representative_missing", "seal_missing"]
    seal = f"{path}/{person['id']}/seal"
    assert (await cast.mediator.post(seal, data=b"GIF89a", kind="image/png")).status == 422
    view = (await cast.mediator.post(seal, data=b"\x89PNG\r\n\x1a\n....", kind="image/png")).json
    head = {"part": "representative", "name": "钱立新", "phone": "19900000092", "acts_for": person["id"]}
    view = (await cast.mediator.post(path, {**head, "basis": "legal_representative"})).json
    assert view["lacks"] == []


@both
async def test_parties_and_strangers_cannot_change_the_people_of_a_case(office: Office, cast: Cast) -> None:
    other = await office.cast()
    party = await cast.seat("applicant")
    body = form(acts_for=cast.person("applicant"), scope="special")
    assert (await other.mediator.post(f"/api/cases/{cast.case}/people", body)).status == 404
    assert (await party.post(f"/api/cases/{cast.case}/people", body)).status in (401, 403)
