"""Blind answers: until the result comes nobody can tell what another said, nor when; afterwards one word for all."""

from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa

from server.store import journal
from server.table.store import answers
from server.web import keys
from tests.conftest import Office
from tests.server.table.conftest import Table

UNTIL = "2026-11-26T06:20:00Z"


@pytest.fixture
def told(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, frozenset[str]]]:
    """What the room is asked to tell, and to whom."""
    found: list[tuple[str, frozenset[str]]] = []

    async def notify(room: str, what: str, people: Any = None) -> None:
        found.append((what, frozenset(people)))

    monkeypatch.setattr(office.app[keys.ROOMS], "notify", notify)
    return found


async def put(table: Table) -> str:
    answer = await table.send("mediator", "proposals", {"terms": table.terms(), "until": UNTIL})
    assert answer.status == 200, answer.json
    return str(answer.json["id"])


async def say(table: Table, who: str, proposal: str, accept: bool | None) -> None:
    if accept is not None:
        answer = await table.send(who, f"proposals/{proposal}/answer", {"accept": accept})
        assert (answer.status, answer.json["state"], answer.json["answer"]) == (200, "open", accept)


async def state(table: Table, who: str) -> str:
    (one,) = await table.get(who, "proposals")
    return str(one["state"])


@pytest.mark.parametrize(("lin", "chen"), list(product((True, False, None), repeat=2)))
async def test_the_result_is_one_word_and_the_answers_are_erased(
    office: Office, table: Table, lin: bool | None, chen: bool | None
) -> None:
    proposal = await put(table)
    await say(table, "applicant", proposal, lin)
    await say(table, "respondent", proposal, chen)
    for who in ("applicant", "respondent", "mediator"):
        assert await state(table, who) == "open", "no answer brings the result nearer"
    office.clock.forward(minutes=30)
    expected = "settled" if lin and chen else "not_settled"
    for who in ("applicant", "respondent", "co"):
        (seen,) = await table.get(who, "proposals")
        assert (seen["state"], seen["answer"], seen["answered"], seen["may_answer"]) == (expected, None, None, False)
    late = await table.send("applicant", f"proposals/{proposal}/answer", {"accept": True})
    assert (late.status, late.code) == (409, "proposal_over")
    async with office.db.reading() as tx:
        assert await tx.scalars(sa.select(answers.c.party)) == []
        kinds = [one.kind for one in await journal.read(tx, table.cast.case) if one.kind.startswith("table.")]
    assert kinds == ["table.proposed", "table.proposal_closed"], "nothing of an answer, and the end only once"


async def test_an_erased_answer_is_in_no_byte_of_any_file(office: Office, table: Table) -> None:
    proposal = await put(table)
    await say(table, "applicant", proposal, False)
    await say(table, "respondent", proposal, True)
    async with office.db.reading() as tx:
        sealed = await tx.scalars(sa.select(answers.c.sealed))
    data = office.app[keys.SETTINGS].data

    def found() -> list[bytes]:
        files = [path.read_bytes() for path in data.rglob("*") if path.is_file()]
        return [one for one in sealed if any(one in file for file in files)]

    assert len(sealed) == 2 and found() == sealed
    assert (await table.send("mediator", f"proposals/{proposal}/acts", {"act": "close"})).json["state"] == "not_settled"
    assert found() == []


async def test_what_one_party_can_see_does_not_depend_on_the_other(
    table: Table, told: list[tuple[str, frozenset[str]]]
) -> None:
    """All a party is answered and told while the other says yes, no, nothing, or changes their mind."""
    chen, records = table.party("respondent"), []
    for said in ((), (True,), (False,), (True, False), (False, True, False)):
        proposal = await put(table)
        own = await table.send("respondent", f"proposals/{proposal}/answer", {"accept": True})
        told.clear()
        for accept in said:
            await say(table, "applicant", proposal, accept)
        (seen,) = [one for one in await table.get("respondent", "proposals") if one["id"] == proposal]
        records.append((own.json | {"id": ""}, seen | {"id": ""}))
        assert all(chen not in people for _, people in told)
        assert len(told) == len(said), "the mediator sees the count change"
    assert all(one == records[0] for one in records)


@pytest.mark.parametrize("own", [True, False])
async def test_who_is_refused_learns_only_that_it_is_not_settled(office: Office, table: Table, own: bool) -> None:
    records = []
    for other in (False, None) if own else (True, False, None):
        proposal = await put(table)
        await say(table, "respondent", proposal, own)
        await say(table, "applicant", proposal, other)
        closed = await table.send("mediator", f"proposals/{proposal}/acts", {"act": "close"})
        assert closed.json["state"] == "not_settled" and closed.json["answered"] is None
        (seen,) = [one for one in await table.get("respondent", "proposals") if one["id"] == proposal]
        records.append({name: value for name, value in seen.items() if name != "id"})
    assert all(one == records[0] for one in records)


async def test_the_mediator_learns_how_many_answered_and_never_what(table: Table) -> None:
    proposal = await put(table)
    views = []
    for accept in (True, False):
        await say(table, "applicant", proposal, accept)
        (view,) = await table.get("mediator", "proposals")
        views.append(view)
    assert views[0] == views[1] and views[0]["answered"] == 1 and views[0]["answer"] is None
    (party,) = await table.get("respondent", "proposals")
    assert party["answered"] is None


async def test_all_are_told_of_the_result_at_once(table: Table, told: list[tuple[str, frozenset[str]]]) -> None:
    proposal = await put(table)
    for who in ("applicant", "respondent"):
        await say(table, who, proposal, True)
    told.clear()
    for _ in range(2):
        answer = await table.send("co", f"proposals/{proposal}/acts", {"act": "close"})
        assert answer.json["state"] == "settled"
    ((what, people),) = told
    assert what == "proposals"
    assert people >= {table.party("applicant"), table.party("respondent"), table.cast.mediator_id}


async def test_who_may_propose_close_and_answer(office: Office, table: Table) -> None:
    proposal = await put(table)
    body = {"terms": table.terms(), "until": UNTIL}
    assert (await table.send("applicant", "proposals", body)).status == 403
    assert (await table.send("applicant", f"proposals/{proposal}/acts", {"act": "close"})).status == 403
    assert (await table.send("mediator", f"proposals/{proposal}/answer", {"accept": True})).status == 403
    stranger = await office.cast()
    assert (await stranger.mediator.get(f"{table.case}/proposals")).status == 404
    past = await table.send("mediator", "proposals", body | {"until": "2026-11-26T05:00:00Z"})
    assert past.json["error"]["fields"] == {"until": "range"}


async def test_a_draft_starts_from_what_all_accepted_and_from_nothing_else(table: Table) -> None:
    parts = [{"amount_fen": 500_000, "due": "2026-12-05"}, {"amount_fen": 350_000, "due": "2027-01-05"}]
    terms = table.terms(instalments=parts, deeds="甲方修好卫生间防水。", conditions="")
    body = {"terms": terms, "until": UNTIL}
    proposal = (await table.send("mediator", "proposals", body)).json["id"]
    await table.seats["mediator"].post(f"{table.session}/acts", {"act": "open"})
    early = await table.send("mediator", "agreements", {"proposal": proposal})
    assert (early.status, early.code) == (404, "not_found")
    for who in ("applicant", "respondent"):
        await say(table, who, proposal, True)
    await table.send("mediator", f"proposals/{proposal}/acts", {"act": "close"})
    made = await table.send("mediator", "agreements", {"proposal": proposal})
    assert made.status == 200, made.json
    texts = [one["text"] for one in made.json["clauses"]]
    assert "于2026年12月5日前（含当日）支付5000元（大写：伍仟元整），于2027年1月5日前（含当日）支付3500元" in texts[0]
    assert texts[1:] == [terms["deeds"]]
    elsewhere = await table.send("mediator", "agreements", {"proposal": "pro_other"})
    assert elsewhere.status == 404
