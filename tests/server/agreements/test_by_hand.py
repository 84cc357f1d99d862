"""Agreements signed by hand: led to paper with the reason, printed once, filed with the day, effective then."""

import io
from typing import Any

import pytest
import sqlalchemy as sa
from pikepdf import Pdf

from server.agreements import store
from server.agreements.ceremony.opening import PATIENCE
from server.agreements.ceremony.store import orphans
from tests.conftest import Cast, Office
from tests.server.agreements.signer import act, read_out, tried

PDF = b"%PDF-1.4\nscan\n%%EOF\n"


@pytest.fixture
async def read(office: Office) -> tuple[Cast, dict[str, Any]]:
    """An inheritance dispute whose clauses both have confirmed."""
    cast = await office.cast("estate")
    assert (await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "open"})).status == 200
    made = (await cast.mediator.post(f"/api/cases/{cast.case}/agreements", {})).json
    body = {"version": made["version"], "dispute": made["dispute"], "minutes": made["minutes"]}
    clauses = [{"kind": "free", "fields": {"text": "存款由双方各得一半。"}}]
    view = (await cast.mediator.put(f"/api/agreements/{made['id']}/terms", {**body, "clauses": clauses})).json
    await act(cast, view["id"], "show", "submit")
    for role in ("applicant", "respondent"):
        browser = await cast.ready(role)
        for clause in read_out(view):
            words = {"clause": clause["id"], "hash": clause["hash"], "agree": True}
            answer = await browser.post(f"/api/agreements/{view['id']}/confirmations", words)
            assert answer.status == 200, answer.json
    return cast, view


async def test_an_excluded_dispute_is_led_to_paper_with_reason_and_article(read: tuple[Cast, dict[str, Any]]) -> None:
    cast, view = read
    refused = await tried(cast, view["id"], "freeze")
    assert (refused.status, refused.code) == (409, "paper_only")
    assert refused.data["reason"] == "personal_relations"
    assert refused.data["article"] == "《中华人民共和国电子签名法》第3条"
    seen = (await cast.mediator.get(f"/api/agreements/{view['id']}")).json
    assert seen["paper_only"]["reason"] == "personal_relations"
    assert seen["can"]["print"]


async def test_print_scan_and_day_bring_it_into_effect(read: tuple[Cast, dict[str, Any]]) -> None:
    cast, view = read
    path = f"/api/agreements/{view['id']}"
    printed = await act(cast, view["id"], "print")
    assert (printed["state"], printed["can"]["file"]) == ("on_paper", True)
    assert printed["number"]
    again = await act(cast, view["id"], "print")
    assert again["paper"] == printed["paper"]
    pdf = (await cast.mediator.get(printed["paper"]["print"])).body
    with Pdf.open(io.BytesIO(pdf)) as opened:
        assert "/AcroForm" not in opened.Root
        assert len(opened.pages) == printed["paper"]["pages"]
    assert (await cast.seats["applicant"].get(printed["paper"]["print"])).body == pdf
    assert (await cast.mediator.get(f"{path}/paper/scan")).status == 404
    stranger = await cast.office.browser()
    code = {"text": again["text_hash"]}
    told = (await stranger.post("/api/verify/printed", code)).json["found"]
    assert (told["state"], told["number"], told["effective_at"]) == ("to_sign_by_hand", printed["number"], None)

    async def filed(day: str, scan: bytes = PDF) -> Any:
        return await cast.mediator.post(f"{path}/scan?signed_on={day}", data=scan, kind="application/pdf")

    for day, reason in (("", "required"), ("26.11.2026", "format"), ("2026-11-25", "range"), ("2026-11-27", "range")):
        answer = await filed(day)
        assert (answer.status, answer.json["error"]["fields"]["signed_on"]) == (422, reason), day
    assert (await filed("2026-11-26", b"MZ not a scan")).status == 422
    done = (await filed("2026-11-26")).json
    assert (done["state"], done["effective_at"]) == ("complete", "2026-11-25T16:00:00Z")
    assert done["paper"]["signed_on"] == "2026-11-26"
    told = (await stranger.post("/api/verify/printed", code)).json["found"]
    assert (told["state"], told["effective_at"]) == ("by_hand", done["effective_at"])
    assert (await cast.seats["respondent"].get(done["paper"]["scan"])).body == PDF
    assert (await filed("2026-11-26")).status == 409
    case = (await cast.mediator.get(f"/api/cases/{cast.case}")).json
    assert case["state"] == "concluded"
    assert await taken(cast) == {done["number"]: "in use"}


async def taken(cast: Cast) -> dict[str, str]:
    """Every number, as it is after the next start."""
    async with cast.office.db.transaction() as tx:
        for number in await orphans(tx, await store.numbers_in_use(tx)):
            await store.void_number(tx, number, cast.office.clock())
        rows = await tx.execute(sa.select(store.numbers.c.number, store.numbers.c.void_at))
        return {row.number: "void" if row.void_at else "in use" for row in rows}


async def test_a_printed_text_can_be_taken_back_to_the_draft_and_printed_anew(
    read: tuple[Cast, dict[str, Any]],
) -> None:
    cast, view = read
    first = await act(cast, view["id"], "print")
    assert await taken(cast) == {first["number"]: "in use"}
    back = await act(cast, view["id"], "reopen")
    assert (back["state"], back["paper"], back["number"]) == ("drafting", None, None)
    assert back["text_hash"] == view["text_hash"] != first["text_hash"]
    async with cast.office.db.reading() as tx:
        assert not await store.number_in_use(tx, view["id"], cast.office.clock() - PATIENCE), (
            "freezing waits for nothing"
        )
    again = await act(cast, view["id"], "submit", "print")
    assert await taken(cast) == {first["number"]: "void", again["number"]: "in use"}
    given_up = await act(cast, view["id"], "abandon")
    assert (given_up["state"], given_up["number"], given_up["paper"]) == ("void", again["number"], None)
    assert await taken(cast) == {first["number"]: "void", again["number"]: "void"}


async def test_a_case_that_was_withdrawn_makes_no_agreement_and_is_not_withdrawn_while_one_is_signed(
    read: tuple[Cast, dict[str, Any]],
) -> None:
    cast, view = read
    ends = f"/api/cases/{cast.case}/acts"
    await act(cast, view["id"], "print")
    assert (await cast.mediator.post(ends, {"act": "withdraw"})).code == "being_signed"
    await act(cast, view["id"], "reopen", "submit")
    assert (await cast.mediator.post(ends, {"act": "withdraw"})).json["state"] == "withdrawn"
    for door, body in (
        (f"/api/agreements/{view['id']}/acts", {"act": "print", "version": view["version"]}),
        (f"/api/agreements/{view['id']}/acts", {"act": "freeze", "version": view["version"]}),
        (f"/api/cases/{cast.case}/agreements", {}),
    ):
        refused = await cast.mediator.post(door, body)
        assert (refused.status, refused.code, refused.data["state"]) == (409, "case_over", "withdrawn")
    assert (await act(cast, view["id"], "abandon"))["state"] == "void"


async def test_only_staff_file_a_scan(read: tuple[Cast, dict[str, Any]]) -> None:
    cast, view = read
    await act(cast, view["id"], "print")
    door = f"/api/agreements/{view['id']}/scan?signed_on=2026-11-26"
    answer = await cast.seats["applicant"].post(door, data=PDF, kind="application/pdf")
    assert answer.status in (401, 403)
