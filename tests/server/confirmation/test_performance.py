"""Performance over the real doors: instalments, partial payments, proof, what waits for an event, who reads what."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from server.confirmation.reminding import remind
from server.settings import LoginOptions
from server.store import journal
from tests.conftest import Cast, Hands, MakeOffice, Office
from tests.server.agreements.signer import act, read_out
from tests.server.agreements.test_by_hand import PDF

WEEKS = LoginOptions(staff_idle=10**7, staff_absolute=10**7)


async def owing(office: Office) -> tuple[Cast, str, str]:
    """An agreement in effect since 2026-11-26: two instalments, one act. Its doors, and the clause that is paid."""
    cast = await office.cast("estate")
    assert (await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "open"})).status == 200
    made = (await cast.mediator.post(f"/api/cases/{cast.case}/agreements", {})).json
    parts = [
        {"amount_fen": 300000, "due": {"by": "date", "date": "2026-12-05"}},
        {"amount_fen": 200000, "due": {"by": "days_after_effective", "days": 10, "event": "收到过户材料"}},
    ]
    who = {"obligor": cast.person("applicant"), "obligee": cast.person("respondent")}
    clauses = [
        {"kind": "payment", "fields": {**who, "act": "支付", "amount_fen": 500000, "instalments": parts}},
        {"kind": "act", "fields": {"obligor": who["obligor"], "act": "交付钥匙", "due": parts[0]["due"]}},
    ]
    body = {"version": made["version"], "dispute": made["dispute"], "minutes": made["minutes"], "clauses": clauses}
    view = (await cast.mediator.put(f"/api/agreements/{made['id']}/terms", body)).json
    await act(cast, view["id"], "show", "submit")
    for role in ("applicant", "respondent"):
        browser = await cast.ready(role)
        for one in read_out(view):
            words = {"clause": one["id"], "hash": one["hash"], "agree": True}
            assert (await browser.post(f"/api/agreements/{view['id']}/confirmations", words)).status == 200
    await act(cast, view["id"], "print")
    door = f"/api/agreements/{view['id']}"
    assert (await cast.mediator.get(f"{door}/performance")).status == 404
    scanned = await cast.mediator.post(f"{door}/scan?signed_on=2026-11-26", data=PDF, kind="application/pdf")
    assert scanned.status == 200
    return cast, f"{door}/performance", view["clauses"][0]["id"]


async def on(cast: Cast, clock: Hands, day: int, month: int = 12, year: int = 2026) -> None:
    clock.now = datetime(year, month, day, 4, tzinfo=UTC)


def row(view: Any, n: int) -> Any:
    return {name: view["rows"][n][name] for name in ("standing", "paid_fen", "said_fen", "day", "enforce_until")}


async def test_from_the_first_part_to_the_last_with_proof(make_office: MakeOffice, clock: Hands) -> None:
    cast, door, clause = await owing(await make_office(login=WEEKS))
    first = (await cast.mediator.get(door)).json
    assert [(one["obligor"], one["obligee"], one["amount_fen"], one["event"]) for one in first["rows"]] == [
        ("甲方", "乙方", 300000, ""), ("甲方", "乙方", 200000, "收到过户材料"), ("甲方", "", None, "")
    ]  # fmt: skip
    assert row(first, 0) == {
        "standing": "due", "paid_fen": 0, "said_fen": 0, "day": "2026-12-05", "enforce_until": "2028-12-05"
    }  # fmt: skip
    assert row(first, 1)["standing"] == "waiting"
    await on(cast, clock, 6)
    paid = {"clause": clause, "part": 0, "on": "2026-12-04", "amount_fen": 100000, "said_by": cast.person("applicant")}
    said = (await cast.mediator.post(door, paid)).json
    assert (said["rows"][0]["standing"], said["rows"][0]["said_fen"], said["overdue_fen"]) == (
        "overdue",
        100000,
        300000,
    )
    (entry,) = said["rows"][0]["entries"]
    assert (entry["said_by"], entry["confirmed"], entry["proof"]) == ("甲方", "", False)
    counted = (await cast.mediator.post(f"{door}/{entry['id']}/confirmed", {"by": "obligee"})).json
    assert (counted["paid_fen"], counted["overdue_fen"]) == (100000, 200000)
    proved = await cast.mediator.post(f"{door}/{entry['id']}/proof", data=PDF, kind="application/pdf")
    assert proved.json["rows"][0]["entries"][0]["proof"]
    assert (await cast.mediator.get(f"{door}/{entry['id']}/proof")).body == PDF
    wrong = await cast.mediator.post(f"{door}/{entry['id']}/proof", data=b"GIF89a", kind="application/pdf")
    assert (wrong.status, wrong.json["error"]["fields"]) == (422, {"scan": "format"})
    rest = {"clause": clause, "part": 0, "on": "2026-12-06", "amount_fen": 200000, "confirmed": "staff"}
    assert row((await cast.mediator.post(door, rest)).json, 0)["standing"] == "performed"
    begun = (await cast.mediator.post(f"{door}/starts", {"clause": clause, "part": 1, "on": "2026-12-01"})).json
    assert (begun["rows"][1]["day"], begun["rows"][1]["standing"]) == ("2026-12-11", "due")
    struck = (await cast.mediator.send("DELETE", f"{door}/{entry['id']}")).json
    assert (row(struck, 0)["standing"], struck["rows"][0]["entries"][0]["struck"]) == ("overdue", True)
    assert (await cast.mediator.send("DELETE", f"{door}/{entry['id']}")).status == 404
    async with cast.office.db.reading() as tx:
        entries = [one for one in await journal.read(tx, cast.case) if one.kind.startswith("performance.")]
    assert [one.kind.partition(".")[2] for one in entries] == [
        "recorded", "confirmed", "proved", "recorded", "started", "struck"
    ]  # fmt: skip
    assert not any("100000" in (one.body or "") for one in entries)


async def test_what_cannot_be_is_not_written_down(office: Office) -> None:
    cast, door, clause = await owing(office)
    good = {"clause": clause, "part": 0, "on": "2026-11-26", "amount_fen": 100}
    for changes, status, fields in (
        ({"clause": "cla_x"}, 404, None),
        ({"part": 2}, 404, None),
        ({"part": -1}, 404, None),
        ({"on": "2026-11-25"}, 422, {"on": "range"}),
        ({"on": "2026-11-27"}, 422, {"on": "range"}),
        ({"amount_fen": 0}, 422, {"amount_fen": "required"}),
        ({"said_by": "pty_x"}, 422, {"said_by": "value"}),
    ):
        answer = await cast.mediator.post(door, {**good, **changes})
        assert (answer.status, answer.json["error"].get("fields")) == (status, fields), changes
    waits = await cast.mediator.post(f"{door}/starts", {"clause": clause, "part": 0, "on": "2026-11-26"})
    assert (waits.status, waits.json["error"]["fields"]) == (422, {"part": "value"})


async def test_one_side_says_the_other_answers_and_nobody_else_hears_of_it(
    make_office: MakeOffice, clock: Hands
) -> None:
    office = await make_office(login=WEEKS)
    cast, door, clause = await owing(office)
    payer, payee = cast.seats["applicant"], cast.seats["respondent"]
    assert [one["obligor"] for one in (await payee.get(door)).json["rows"]] == ["甲方", "甲方", "甲方"]
    body = {"clause": clause, "part": 0, "on": "2026-11-26", "amount_fen": 300000}
    assert (await payer.post(door, body)).status == 403, "the door of staff"
    said = (await payer.post(f"{door}/said", body)).json
    (entry,) = said["rows"][0]["entries"]
    assert (entry["said_by"], entry["confirmed"], entry["mine"], entry["asked"]) == ("甲方", "", True, False)
    assert (said["rows"][0]["standing"], said["rows"][0]["said_fen"], said["rows"][0]["mine"]) == (
        "due",
        300000,
        "paid",
    )
    one = f"{door}/{entry['id']}"
    assert (await payer.post(f"{one}/answer", {"received": True})).status == 403, "nobody answers themself"
    proved = await payer.post(f"{one}/proof", data=PDF, kind="application/pdf")
    assert proved.json["rows"][0]["entries"][0]["proof"]
    for reader in (payer, payee, cast.mediator):
        assert (await reader.get(f"{one}/proof")).body == PDF
    assert (await payee.send("DELETE", one)).status == 403
    assert (await payee.post(f"{one}/proof", data=PDF, kind="application/pdf")).status == 403
    denied = (await payee.post(f"{one}/answer", {"received": False})).json["rows"][0]
    assert (denied["said_fen"], denied["paid_fen"], denied["entries"][0]["confirmed"]) == (0, 0, "denied")
    assert denied["entries"][0]["asked"], "a no may become a yes"
    assert (await payer.send("DELETE", one)).status == 403, "an answered word stays"
    yes = (await payee.post(f"{one}/answer", {"received": True})).json
    assert (yes["rows"][0]["standing"], yes["paid_fen"]) == ("performed", 300000)
    assert (await payee.post(f"{one}/answer", {"received": False})).status == 403
    got = {**body, "part": 1, "amount_fen": 200000}
    assert row((await payee.post(f"{door}/said", got)).json, 1)["standing"] == "performed", "who received it says so"
    wrong = await payer.post(f"{door}/said", {**body, "on": "2026-11-27"})
    assert (wrong.status, wrong.json["error"]["fields"]) == (422, {"on": "range"})
    other = await office.cast()
    for stranger in (other.mediator, await other.ready("applicant")):
        assert (await stranger.get(door)).status == 404
        assert (await stranger.get(f"{one}/proof")).status == 404
        assert (await stranger.post(f"{door}/said", body)).status in (403, 404)


async def test_who_is_no_side_of_a_due_sees_neither_it_nor_what_was_said(office: Office) -> None:
    cast, door, clause = await owing(office)
    async with office.db.transaction() as tx:
        await tx.execute(
            sa.text("UPDATE parties SET acts_for = NULL, part = 'witness' WHERE id = :id"),
            {"id": cast.person("respondent")},
        )
    seen = (await cast.seats["respondent"].get(door)).json
    assert (seen["rows"], seen["owed_fen"]) == ([], 0)
    body = {"clause": clause, "part": 0, "on": "2026-11-26", "amount_fen": 100}
    assert (await cast.seats["respondent"].post(f"{door}/said", body)).status == 404


async def test_a_reminder_goes_out_once_by_day_and_says_no_sum_and_no_name(
    make_office: MakeOffice, clock: Hands
) -> None:
    office = await make_office(login=WEEKS)
    cast, door, _ = await owing(office)
    before = len(await office.outbox())
    clock.now = datetime(2026, 12, 2, 20, tzinfo=UTC)  # four in the morning where people sleep
    assert await remind(office.app) == 0
    clock.now = datetime(2026, 12, 3, 2, tzinfo=UTC)
    assert await remind(office.app) == 2, "the instalment and the key, both of the applicant"
    assert await remind(office.app) == 0
    fresh = (await office.outbox())[before:]
    assert {one.person for one in fresh} == {cast.person("applicant")}
    seat = await office.browser()
    assert all("/performance#" in one.url and one.url in one.text for one in fresh)
    (link,) = {one.url for one in fresh}
    opened = await seat.open(link.replace("/performance#", "#"))
    assert (opened.json["step"], (await seat.get(door)).status) == ("code", 409), "a link alone shows no terms"
    name = cast.links["applicant"]["name"]
    assert all("2026年12月5日" in one.text and "3000" not in one.text and name not in one.text for one in fresh)
    clock.now = datetime(2026, 12, 18, 2, tzinfo=UTC)
    kinds = [one.text for one in (await office.outbox())[before + 2 :]]
    assert kinds == []
    assert await remind(office.app) == 5, "two overdue, told on both sides where there are two; and ten days to apply"
