"""Who sits at the table, as each of them sees it."""

from typing import Any

from server.cases import store as cases
from server.sessions import casting
from server.sessions import store as sessions
from tests.conftest import Office
from tests.server.table.conftest import Table


async def seen_by(table: Table, who: str) -> Any:
    answer = await table.seats[who].get(f"{table.session}/table")
    assert answer.status == 200, answer.json
    return answer.json


async def test_each_learns_for_whom_they_speak(table: Table) -> None:
    lin, chen = table.party("applicant"), table.party("respondent")
    for who, host, mine in (
        ("mediator", True, ""), ("co", True, ""), ("applicant", False, lin), ("respondent", False, chen)
    ):  # fmt: skip
        view = await seen_by(table, who)
        assert (view["case"], view["host"], view["mine"], view["speaks"]) == (table.cast.case, host, mine, True)
        assert {one["id"]: one["party"] for one in view["people"]} == {lin: True, chen: True}
        assert all(one["name"] and one["label"] for one in view["people"])


async def test_who_must_not_meet_reads_no_name_of_the_other(office: Office, table: Table) -> None:
    async with office.db.transaction() as tx:
        case = await cases.load(tx, table.cast.case)
        one, other = case.parties
        await sessions.set_pairs(tx, case.id, {casting.pair(one.id, other.id)}, table.cast.mediator_id, office.clock())
    for who, other_role in (("applicant", "respondent"), ("respondent", "applicant")):
        named = {one["id"]: one["name"] for one in (await seen_by(table, who))["people"]}
        assert named[table.party(other_role)] == "" != named[table.party(who)]
        whole = str(await seen_by(table, who))
        assert table.cast.links[other_role]["name"] not in whole
    assert all(one["name"] for one in (await seen_by(table, "mediator"))["people"])


async def test_a_stranger_finds_no_table(table: Table, office: Office) -> None:
    stranger = await office.cast()
    assert (await stranger.mediator.get(f"{table.session}/table")).status == 404
    assert (await (await office.browser()).get(f"{table.session}/table")).status == 401
