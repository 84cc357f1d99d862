"""Oral agreements over the real doors: recorded once everybody's yes was heard, in effect on that day, read by all."""

from typing import Any

import pytest

from tests.conftest import Cast, Hands, Office
from tests.server.agreements.room import joined
from tests.server.agreements.signer import act, draft

WORDS = "乙方当场退还甲方多收的停车费200元，甲方当场点清，双方再无争议。"


async def opened(office: Office, sample: str = "leak") -> Cast:
    cast = await office.cast(sample)
    assert (await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "open"})).status == 200
    return cast


async def record(cast: Cast, **changes: object) -> Any:
    door = f"/api/cases/{cast.case}/oral"
    heard = [one["person"] for one in (await cast.mediator.get(door)).json["needed"]]
    body = {"content": WORDS, "performed": True, "reached_on": "2026-11-26", "heard": heard, **changes}
    return await cast.mediator.post(door, body)


async def test_performed_on_the_spot_it_is_in_effect_and_the_case_is_over(office: Office) -> None:
    cast = await opened(office)
    answer = await record(cast)
    assert answer.status == 200, answer.json
    (kept,) = answer.json["recorded"]
    assert (kept["content"], kept["performed"], kept["reached_on"]) == (WORDS, True, "2026-11-26")
    assert [one["label"] for one in kept["heard"]] == ["甲方", "乙方"]
    seat = await cast.ready("respondent")
    seen = (await seat.get(f"/api/cases/{cast.case}/oral")).json
    assert seen == {**answer.json, "needed": []}
    assert (await cast.mediator.get(f"/api/cases/{cast.case}")).json["state"] == "concluded"
    again = await record(cast)
    assert (again.status, again.code) == (409, "illegal_act")


async def test_nothing_is_recorded_from_within_a_private_talk(cast: Cast) -> None:
    async with joined(cast) as room:
        mediator, inside, outside = room["mediator"], room["applicant"], room["respondent"]
        await mediator.move([mediator.id, inside.id], "caucus_applicant", also=inside)
        told = len(outside.changed)
        refused = await record(cast)
        assert (refused.status, refused.code) == (409, "in_caucus")
        assert (await cast.mediator.get(f"/api/cases/{cast.case}/oral")).json["recorded"] == []
        assert len(outside.changed) == told
        await mediator.move([mediator.id, inside.id], "joint", also=inside)
        assert (await record(cast)).status == 200


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"heard": []}, "heard", "required"),
        ({"heard": ["pty_nobody"]}, "heard", "required"),
        ({"content": " \n "}, "content", "required"),
        ({"content": "看不见\u202e的字"}, "content", "format"),
        ({"reached_on": "2026-11-27"}, "reached_on", "range"),
        ({"reached_on": "2020-01-01"}, "reached_on", "range"),
    ],
)
async def test_nothing_is_recorded_without_every_yes_words_and_a_day(
    office: Office, changes: dict[str, object], field: str, reason: str
) -> None:
    cast = await opened(office)
    answer = await record(cast, **changes)
    assert (answer.status, answer.json["error"]["fields"]) == (422, {field: reason})
    assert (await cast.mediator.get(f"/api/cases/{cast.case}/oral")).json["recorded"] == []
    assert (await cast.mediator.get(f"/api/cases/{cast.case}")).json["state"] == "in_mediation"


async def test_beside_an_open_written_draft_the_case_goes_on(office: Office) -> None:
    cast = await opened(office)
    view = await draft(cast)
    assert (await record(cast, performed=False)).status == 200
    assert (await cast.mediator.get(f"/api/cases/{cast.case}")).json["state"] == "in_mediation"
    await act(cast, view["id"], "abandon")
    assert (await cast.mediator.get(f"/api/cases/{cast.case}")).json["state"] == "concluded"


async def test_labour_wants_paper_and_says_by_which_article(office: Office) -> None:
    cast = await opened(office, "wages")
    answer = await record(cast)
    assert (answer.status, answer.code) == (409, "oral_unfit")
    assert answer.data["article"] == "《中华人民共和国劳动争议调解仲裁法》第14条"


async def test_only_the_mediator_records_and_nobody_outside_reads(office: Office, clock: Hands) -> None:
    cast = await opened(office)
    door = f"/api/cases/{cast.case}/oral"
    body = {"content": WORDS, "performed": True, "reached_on": "2026-11-26", "heard": []}
    assert (await (await cast.ready("applicant")).post(door, body)).status in (401, 403)
    stranger = await office.cast()
    assert (await (await stranger.ready("applicant")).get(door)).status == 404
    early = await cast.seat("respondent")
    assert (await early.get(door)).status in (403, 409), "a forwarded link alone shows nothing"
