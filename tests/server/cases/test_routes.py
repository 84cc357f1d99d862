"""Cases: seen by their own staff only, moved on by the table."""

from dataclasses import replace

import pytest

from server.cases import store
from server.cases.rules import mask_id
from server.store import journal
from server.web import keys
from tests.conftest import Cast, Office


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


async def test_strangers_and_seats_do_not_learn_that_a_case_exists(office: Office, cast: Cast) -> None:
    other = await office.cast()
    for path in (f"/api/cases/{cast.case}", f"/api/sessions/{cast.session}"):
        real, invented = await other.mediator.get(path), await other.mediator.get("/api/cases/cas_nothing")
        assert (real.status, real.code) == (invented.status, invented.code) == (404, "not_found")
    seat = await cast.seat("applicant")
    assert (await seat.get(f"/api/cases/{cast.case}")).code == "not_permitted"


async def test_only_what_is_done_by_hand_can_be_done_by_hand(cast: Cast) -> None:
    path = f"/api/cases/{cast.case}/acts"
    assert (await cast.mediator.post(path, {"act": "settle"})).code == "not_permitted"
    answer = await cast.mediator.post(path, {"act": "fail"})
    assert (answer.status, answer.code) == (409, "illegal_act")
    assert answer.data == {"state": "assigned", "act": "fail", "allowed": ["open", "recuse", "withdraw"]}
    assert (await cast.mediator.post(path, {"act": "withdraw"})).json["state"] == "withdrawn"


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


async def test_every_change_of_state_is_in_the_journal(office: Office, cast: Cast) -> None:
    await cast.mediator.post(f"/api/cases/{cast.case}/acts", {"act": "withdraw"})
    async with office.db.reading() as tx:
        entries = await journal.read(tx, cast.case)
    last = entries[-1]
    assert (last.kind, last.actor, last.body) == (
        "case.withdraw", cast.mediator_id, '{"from":"assigned","to":"withdrawn"}',
    )  # fmt: skip


async def test_case_numbers_run_on_and_are_never_taken_twice(office: Office) -> None:
    numbers = []
    for _ in range(3):
        cast = await office.cast()
        numbers.append((await cast.mediator.get(f"/api/cases/{cast.case}")).json["number"])
    assert numbers == [f"(2026)嘉南人调受字第{n:04d}号" for n in (103, 104, 105)]


@pytest.mark.parametrize("number, shown", [("330402197103150020", "330***********0020"), ("", "****")])
def test_identity_numbers_are_masked(number: str, shown: str) -> None:
    assert mask_id(number) == shown
