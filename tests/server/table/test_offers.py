"""Offers: confided, passed on with leave, answered by whom they are put before."""

import json
from typing import Any

from server.store import journal
from tests.conftest import Office
from tests.server.table.conftest import Table


async def confided(table: Table, **more: Any) -> dict[str, Any]:
    answer = await table.send("applicant", "offers", {"terms": table.terms(), **more})
    assert answer.status == 200, answer.json
    made: dict[str, Any] = answer.json
    return made


async def test_what_is_confided_stays_with_the_mediators_until_its_giver_allows(table: Table) -> None:
    offer = await confided(table)
    assert (offer["state"], offer["may_be_told"], offer["acts"]) == ("confided", False, ["allow", "withdraw"])
    assert await table.get("respondent", "offers") == []
    path = f"offers/{offer['id']}/acts"
    chen = table.party("respondent")
    refused = await table.send("mediator", path, {"act": "pass_on", "to": chen})
    assert (refused.status, refused.code) == (403, "not_to_be_told")
    assert (await table.send("respondent", path, {"act": "accept"})).status == 404, "they do not know of it"
    assert (await table.send("applicant", path, {"act": "allow"})).json["may_be_told"] is True
    passed = (await table.send("co", path, {"act": "pass_on", "to": chen})).json
    assert (passed["state"], passed["to"]) == ("open", chen)
    (seen,) = await table.get("respondent", "offers")
    assert (seen["may_be_told"], seen["acts"], seen["terms"]["sum_fen"]) == (None, ["accept", "decline"], 850_000)
    assert (await table.send("respondent", path, {"act": "accept"})).json["state"] == "accepted"
    assert (await table.send("respondent", path, {"act": "accept"})).json["state"] == "accepted", "a second click"
    late = await table.send("respondent", path, {"act": "decline"})
    assert (late.code, late.data["allowed"]) == ("illegal_act", [])


async def test_its_addressee_does_not_learn_how_long_it_was_kept(office: Office, table: Table) -> None:
    offer = await confided(table, may_be_told=True)
    office.clock.forward(minutes=20)
    body = {"act": "pass_on", "to": table.party("respondent")}
    await table.send("mediator", f"offers/{offer['id']}/acts", body)
    (given,), (seen,) = await table.get("applicant", "offers"), await table.get("respondent", "offers")
    assert (given["made_at"], seen["made_at"]) == ("2026-11-26T05:50:00Z", "2026-11-26T06:10:00Z")


async def test_the_mediator_offers_to_one_party_and_the_other_does_not_see_it(table: Table) -> None:
    body = {"terms": table.terms(deeds="道歉"), "to": table.party("applicant")}
    made = (await table.send("mediator", "offers", body)).json
    assert (made["giver"], made["state"], made["acts"]) == ("", "open", ["withdraw"])
    assert [one["id"] for one in await table.get("applicant", "offers")] == [made["id"]]
    assert await table.get("respondent", "offers") == []
    gone = await table.send("co", f"offers/{made['id']}/acts", {"act": "withdraw"})
    assert gone.json["state"] == "withdrawn"
    late = await table.send("applicant", f"offers/{made['id']}/acts", {"act": "accept"})
    assert late.code == "illegal_act"


async def test_what_is_not_answered_in_time_has_expired(office: Office, table: Table) -> None:
    body = {"terms": table.terms(), "to": table.party("respondent"), "expires_at": "2026-11-26T06:00:00Z"}
    made = (await table.send("applicant", "offers", body)).json
    office.clock.forward(minutes=10)
    (seen,) = await table.get("respondent", "offers")
    assert (seen["state"], seen["acts"]) == ("expired", [])
    answer = await table.send("respondent", f"offers/{made['id']}/acts", {"act": "accept"})
    assert (answer.status, answer.code) == (409, "offer_expired")
    again = await table.send("applicant", "offers", body)
    assert again.json["error"]["fields"] == {"expires_at": "range"}


async def test_the_journal_knows_only_that_something_was_passed_on(office: Office, table: Table) -> None:
    offer = await confided(table, may_be_told=True)
    body = {"act": "pass_on", "to": table.party("respondent")}
    await table.send("mediator", f"offers/{offer['id']}/acts", body)
    async with office.db.reading() as tx:
        found = [one for one in await journal.read(tx, table.cast.case) if one.kind.startswith("table.")]
    assert [(one.kind, json.loads(one.body or "")) for one in found] == [
        ("table.offer_passed_on", {"offer": offer["id"]})
    ]


async def test_an_offer_fits_the_case(table: Table) -> None:
    for body, field in (
        ({"terms": table.terms(), "to": table.party("applicant")}, "to"),
        ({"terms": table.terms(), "to": "pty_other"}, "to"),
        ({"terms": table.terms(payee="pty_other")}, "payee"),
        ({"terms": {"conditions": "x"}}, "sum_fen"),
    ):
        answer = await table.send("applicant", "offers", body)
        assert (answer.status, list(answer.json["error"]["fields"])) == (422, [field]), body


async def test_a_link_alone_shows_no_offer(office: Office, table: Table) -> None:
    other = await office.cast()
    unproven = await other.seat("applicant")
    for what in ("offers", "proposals", "papers"):
        answer = await unproven.get(f"/api/cases/{other.case}/{what}")
        assert (answer.status, answer.code) == (409, "not_ready"), what
        assert (await table.seats["applicant"].get(f"/api/cases/{other.case}/{what}")).status == 404
