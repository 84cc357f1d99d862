"""Records of systems outside: once, whatever is sent again or out of order; each refusal explained; each to its key."""

import asyncio
from typing import Any

import pytest

from server.channels.words import CODES, REASONS
from server.matters import store as matters
from server.matters.model import MatterAct
from tests.actors import Browser
from tests.conftest import Office

LEAK = {
    "version": 1,
    "event": "楼上卫生间漏水，天花板渗水发霉。",
    "place": "青禾路88号302室",
    "claims": "赔偿8500元",
    "people": [
        {"side": "applicant", "name": "林秀珍", "phone": "19900000001"},
        {"side": "respondent", "name": "陈国栋"},
    ],
}


async def channel(office: Office, name: str = "12345热线") -> tuple[Browser, str, Browser]:
    """A channel's program with its key, the channel's id, and the administrator."""
    administrator = await office.browser()
    await administrator.login("he", "hejie-demo")
    places = (await administrator.get("/api/channels")).json["organisations"]
    body = {"name": name, "organisation_id": places[1]["id"]}
    made = (await administrator.post("/api/channels", body)).json
    program = await office.browser()
    program.headers["Authorization"] = f"Bearer {made['key']}"
    return program, made["channel"]["id"], administrator


async def count(office: Office) -> int:
    async with office.db.reading() as tx:
        return len(await tx.scalars(matters.matters.select()))


async def act(office: Office, number: str, *acts: MatterAct) -> None:
    async with office.db.transaction() as tx:
        [row] = await tx.execute(matters.matters.select().where(matters.matters.c.number == number))
        matter = matters.matter_of(row)
        for one in acts:
            matter = await matters.advance(tx, matter, one, "acc_x", office.clock())


def explained(answer: Any) -> dict[str, tuple[str, str]]:
    """Field -> Chinese, English."""
    return {one["field"]: (one["zh"], one["en"]) for one in answer.data["explained"]}


async def test_a_record_makes_one_matter_however_often_and_in_whatever_order_its_versions_come(office: Office) -> None:
    program, own, _ = await channel(office)
    first = await program.put("/api/channels/records/2026-0001", LEAK)
    assert first.status == 200 and first.json["outcome"] == "created" and first.json["state"] == "received"
    assert (
        await program.put("/api/channels/records/2026-0001", {**LEAK, "place": " 青禾路88号302室\n"})
    ).json == first.json
    third = await program.put("/api/channels/records/2026-0001", {**LEAK, "version": 3, "claims": "赔偿9000元"})
    assert third.json == {**first.json, "version": 3, "outcome": "replaced"}
    late = await program.put("/api/channels/records/2026-0001", {**LEAK, "version": 2, "claims": "赔偿1元"})
    assert (late.json["outcome"], late.json["version"]) == ("older", 3) and await count(office) == 1
    reused = await program.put("/api/channels/records/2026-0001", {**LEAK, "version": 3})
    assert (reused.status, reused.code, reused.data["version"]) == (409, "version_reused", 3)
    assert "version" in explained(reused)[""][0] and "version" in explained(reused)[""][1]
    async with office.db.reading() as tx:
        [row] = await tx.execute(matters.matters.select())
    matter = matters.matter_of(row)
    assert (matter.channel, matter.source_ref, matter.source) == (own, "2026-0001", "channel")
    assert (matter.claims, matter.title, matter.people[0].phone) == ("赔偿9000元", LEAK["event"], "19900000001")


async def test_after_acceptance_an_update_is_a_note_and_the_source_hears_the_state_but_nothing_said(
    office: Office,
) -> None:
    program, _, _ = await channel(office)
    made = (await program.put("/api/channels/records/7%2F1", LEAK)).json
    start = (await program.get("/api/channels/changes")).json
    assert [one["ref"] for one in start["records"]] == ["7/1"] and start["more"] is False
    office.clock.forward(hours=1)
    await act(office, made["number"], MatterAct.accept)
    noted = (await program.put("/api/channels/records/7%2F1", {**LEAK, "version": 2, "event": "又漏了"})).json
    assert (noted["outcome"], noted["state"]) == ("noted", "accepted")
    await act(office, made["number"], MatterAct.refer, MatterAct.archive)
    moved = (await program.get(f"/api/channels/changes?since={start['next']}")).json
    assert moved["records"] == [(await program.get("/api/channels/records/7%2F1")).json] == [{
        **made, "version": 2, "outcome": "noted", "state": "archived", "result": "referred",
        "accepted_at": "2026-11-26T06:50:00Z", "ended_at": "2026-11-26T06:50:00Z",
    }]  # fmt: skip
    assert (await program.get(f"/api/channels/changes?since={moved['next']}")).json["records"] == []
    async with office.db.reading() as tx:
        [row] = await tx.execute(matters.matters.select())
    assert row.facts["event"] == LEAK["event"]


async def test_a_batch_answers_each_by_itself_and_tells_every_fault_in_two_languages(office: Office) -> None:
    program, _, _ = await channel(office)
    bad = {
        "ref": "b",
        "version": 0,
        "event": " ",
        "people": [{"side": "x", "name": "a\u0007", "fone": "1"}],
        "claims": 7,
    }
    batch = {"records": [{**LEAK, "ref": "a"}, bad, {**LEAK, "ref": "a"}, "junk", {**LEAK, "ref": "=1+1"}]}
    dry = (await program.post("/api/channels/records?dry=1", batch)).json["answers"]
    assert await count(office) == 0 and dry[0]["outcome"] == "created" and dry[0]["record"] is None
    answers = (await program.post("/api/channels/records", batch)).json["answers"]
    assert [one["outcome"] for one in answers] == ["created", "refused", "same", "refused", "created"]
    assert answers[0]["record"] == answers[2]["record"] and await count(office) == 2
    told = {one["field"]: one["reason"] for one in answers[1]["explained"]}
    assert told == {
        "version": "range", "event": "required", "people[0].side": "value", "people[0].name": "characters",
        "people[0].fone": "unknown", "claims": "type",
    }  # fmt: skip
    assert all(one["zh"] and one["en"] and "{" not in one["zh"] + one["en"] for one in answers[1]["explained"])
    again = (await program.post("/api/channels/records", batch)).json["answers"]
    assert [one["outcome"] for one in again] == ["same", "refused", "same", "refused", "same"]
    assert await count(office) == 2


async def test_two_channels_and_two_senders_at_once_lose_nothing_and_double_nothing(office: Office) -> None:
    one, _, _ = await channel(office)
    other, _, _ = await channel(office, "信访")
    sent = [(who, ref) for ref in ("1", "2", "3") for who in (one, other, one, other, one)]
    answers = await asyncio.gather(*(who.put(f"/api/channels/records/{ref}", LEAK) for who, ref in sent))
    assert all(answer.status == 200 for answer in answers) and await count(office) == 6
    told = {(who is one, ref): answer.json for (who, ref), answer in zip(sent, answers, strict=True)}
    assert all(told[who is one, ref] == answer.json for (who, ref), answer in zip(sent, answers, strict=True))


async def test_a_key_opens_its_own_records_only_until_it_is_changed_or_revoked(office: Office) -> None:
    program, own, administrator = await channel(office)
    other, _, _ = await channel(office, "信访")
    await program.put("/api/channels/records/1", LEAK)
    assert (await other.get("/api/channels/records/1")).code == "not_found"
    assert (await other.get("/api/channels/changes")).json["records"] == []
    for path in ("/api/channels", "/api/day"):
        assert (await program.get(path)).code == "unauthenticated"
    stranger = await office.browser()
    for who in (stranger, administrator):
        refused = await who.get("/api/channels/records/1")
        assert refused.code == "unauthenticated" and explained(refused)[""] == CODES["unauthenticated"]
    made = (await administrator.post(f"/api/channels/{own}/key")).json
    office.clock.forward(hours=23)
    assert (await program.get("/api/channels/records/1")).status == 200
    office.clock.forward(hours=2)
    assert (await program.get("/api/channels/records/1")).status == 401
    program.headers["Authorization"] = f"Bearer {made['key']}"
    assert (await program.get("/api/channels/records/1")).status == 200
    await administrator.login("he", "hejie-demo")
    assert (await administrator.send("DELETE", f"/api/channels/{own}/key")).json["live"] is False
    assert (await program.get("/api/channels/records/1")).status == 401
    clerk = await office.browser()
    await clerk.login("qian", "hejie-demo")
    assert (await clerk.get("/api/channels")).json["channels"][0]["last_at"]
    assert (await clerk.post(f"/api/channels/{own}/key")).code == "not_permitted"


@pytest.mark.parametrize("reason", sorted({*REASONS} & {"json", "required", "too_long"}))
async def test_malformed_and_oversized_bodies_are_refused_with_words(office: Office, reason: str) -> None:
    program, _, _ = await channel(office)
    data = {"json": b"{", "required": b"{}", "too_long": b'{"event": "' + b"x" * 6000 + b'"}'}[reason]
    answer = await program.send("PUT", "/api/channels/records/1", data=data)
    assert answer.status == 422 and reason in {one["reason"] for one in answer.data["explained"]}
    large = await program.send("PUT", "/api/channels/records/1", data=b" " * 70_000)
    assert (large.status, large.code, explained(large)[""]) == (413, "too_large", CODES["too_large"])
    assert await count(office) == 0
