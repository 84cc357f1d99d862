"""The agenda: ticked by who leads, seen by the staff, in the journal as said and not as spoken."""

import json

import pytest

from server.store import journal
from server.table.model import STAGES
from tests.conftest import Office
from tests.server.table.conftest import Table


def ticks(view: dict[str, object]) -> dict[str, list[tuple[str, bool]]]:
    found = {}
    for stage in view["stages"]:  # type: ignore[attr-defined]
        for item in stage["items"]:
            if item["ticks"]:
                found[f"{stage['code']}.{item['code']}"] = [(one["person"], one["answer"]) for one in item["ticks"]]
    return found


async def test_what_was_ticked_is_there_after_a_reload_with_time_and_hand(office: Office, table: Table) -> None:
    path, lin = f"{table.session}/agenda", table.party("applicant")
    for body in (
        {"item": "opening.rights", "answer": True},
        {"item": "opening.objection", "answer": False, "person": lin},
        {"item": "opening.objection", "answer": True, "person": table.party("respondent")},
        {"item": "opening.effect", "answer": True},
        {"item": "opening.effect", "answer": None},
    ):
        office.clock.forward(seconds=1)
        assert (await table.seats["mediator"].post(path, body)).status == 200, body
    view = (await table.seats["co"].get(path)).json
    assert [stage["code"] for stage in view["stages"]] == [stage.code for stage in STAGES]
    assert ticks(view) == {
        "opening.rights": [("", True)],
        "opening.objection": [(lin, False), (table.party("respondent"), True)],
    }
    (rights,) = [one for one in view["stages"][2]["items"] if one["code"] == "rights"]
    assert rights["ticks"][0]["by"] == table.cast.mediator_id
    assert rights["ticks"][0]["at"] == "2026-11-26T05:50:01Z"
    assert {one["id"] for one in view["people"]} == {lin, table.party("respondent")}


async def test_the_journal_says_that_it_was_said_and_yes_or_no(office: Office, table: Table) -> None:
    body = {"item": "opening.understood", "answer": True, "person": table.party("applicant")}
    for _ in range(2):
        await table.seats["mediator"].post(f"{table.session}/agenda", body)
    async with office.db.reading() as tx:
        found = [entry for entry in await journal.read(tx, table.cast.case) if entry.kind.startswith("table.")]
    (entry,) = found
    assert (entry.kind, entry.actor) == ("table.ticked", table.cast.mediator_id)
    assert json.loads(entry.body or "") == body | {"session": table.cast.session}


async def test_only_who_leads_ticks_and_parties_do_not_see_the_list(table: Table, office: Office) -> None:
    path, body = f"{table.session}/agenda", {"item": "opening.rights", "answer": True}
    for who in ("applicant", "respondent"):
        assert (await table.seats[who].get(path)).status == 403
        assert (await table.seats[who].post(path, body)).status == 403
    stranger = await office.cast()
    assert (await stranger.mediator.get(path)).status == 404
    assert (await stranger.mediator.post(path, body)).status == 404
    assert (await table.seats["co"].post(path, body)).status == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"item": "opening.nothing", "answer": True}, "item"),
        ({"item": "opening.rights", "answer": False}, "answer"),
        ({"item": "opening.rights", "answer": True, "person": "pty_x"}, "person"),
        ({"item": "opening.objection", "answer": True}, "person"),
    ],
)
async def test_what_does_not_fit_is_refused(table: Table, body: dict[str, object], field: str) -> None:
    answer = await table.seats["mediator"].post(f"{table.session}/agenda", body)
    assert (answer.status, list(answer.json["error"]["fields"])) == (422, [field])


async def test_nothing_is_ticked_in_a_session_that_is_over(table: Table) -> None:
    await table.seats["mediator"].post(f"{table.session}/acts", {"act": "cancel"})
    answer = await table.seats["mediator"].post(f"{table.session}/agenda", {"item": "opening.rights", "answer": True})
    assert answer.code == "session_over"
