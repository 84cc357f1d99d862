"""The host's room over a real server: what the office asks and hands in, and that a marker planted in private stays
there."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from signaling.errors import RoomError
from signaling.ticket import Ticket, mint
from tests.signaling.conftest import House
from tests.signaling.meeting import CAST
from tests.signaling.test_namespace import refused
from tests.signaling.visitor import SECRET, ticket

MARK = "最多六千二"


async def test_the_office_says_who_may_come_and_a_host_seats_them_by_telephone(house: House) -> None:
    name, role, side = CAST["chen"]
    gu, lin = await house.enter("gu", "lin")
    await house.rooms.invite(Ticket("ses_1", "chen", name, role, side, 2**40))
    await gu.until(lambda: [p["person"] for p in gu.room["expected"]] == ["chen"])
    assert await gu.say("phone_seat", {"person": "chen", "on": True}) == {"ok": True}
    await lin.until(lambda: [p["person"] for p in lin.room["chamber"]["people"] if p["phone"]] == ["chen"])
    assert ("ses_1", "chen", "present", "joint") in house.journal.lines
    assert house.rooms.present("ses_1") == {"gu", "lin", "chen"}


async def test_a_locked_room_keeps_strangers_out_with_a_code(house: House) -> None:
    (gu,) = await house.enter("gu")
    assert await gu.say("lock", {"on": True}) == {"ok": True}
    assert await refused(house, ticket("lin")) == "room_locked"


async def test_a_ticket_that_keeps_people_apart_holds_over_the_wire(house: House) -> None:
    gu, chen = await house.enter("gu", "chen")
    name, role, side = CAST["lin"]
    lin = await house.visit("lin", text=mint(SECRET, Ticket("ses_1", "lin", name, role, side, 2**40, apart=("chen",))))
    await lin.hear("room")
    assert await gu.say("admit", {"person": "lin"}) == {"ok": True}
    assert (await lin.hear("go"))["chamber"] == "side_applicant"
    answer = await gu.say("move", {"people": ["lin"], "chamber": "joint"})
    assert answer["error"] == {"code": "kept_apart", "detail": "陈国栋"}
    await gu.say("broadcast", {"text": "请稍等", "key": "k"})
    await lin.hear("broadcast")
    await chen.hear("broadcast")
    assert "陈国栋" not in str(lin.heard) and "林秀珍" not in str(chen.heard)
    assert house.rooms.chamber_mates("ses_1", "lin") == {"lin"}


async def test_a_break_is_a_moment_on_the_wire_and_everybody_reads_it(house: House) -> None:
    gu, lin = await house.enter("gu", "lin")
    until = (datetime.now(UTC) + timedelta(minutes=10)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert await gu.say("break", {"until": until}) == {"ok": True}
    assert await lin.until(lambda: lin.room["break_until"]) == until
    assert (await gu.say("break", {"until": "2026-11-26T14:00:00"}))["error"]["code"] == "protocol_error"


async def test_what_is_shown_is_told_to_the_office_by_person(house: House) -> None:
    gu, lin, chen = await house.enter("gu", "lin", "chen")
    await gu.say("move", {"people": ["lin"], "chamber": "caucus_applicant"})
    await lin.until(lambda: lin.room["you"]["chamber"] == "caucus_applicant")
    assert str(house.rooms.talk_of("ses_1", "lin")).startswith("caucus_applicant.")
    assert await gu.say("show_document", {"document": "pap_1", "page": 2}) == {"ok": True}
    assert house.rooms.shown("ses_1", "lin") == ("pap_1", 2)
    assert house.rooms.shown("ses_1", "chen") is None and house.rooms.shown("ses_9", "lin") is None
    await chen.until(lambda: chen.room["away"])
    assert "pap_1" not in str(chen.heard)


async def test_on_the_way_into_a_private_chamber_a_person_counts_as_there(house: House) -> None:
    gu, lin = await house.enter("gu", "lin")
    lin.acks_drains = False
    await gu.say("move", {"people": ["lin"], "chamber": "caucus_applicant"})
    assert str(house.rooms.talk_of("ses_1", "lin")).startswith("caucus_applicant.")
    assert house.rooms.chamber_mates("ses_1", "lin") == {"lin"}


async def test_what_is_said_and_shown_in_private_is_found_nowhere_else(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    gu, lin, chen, su = await house.enter("gu", "lin", "chen", "su")
    await gu.say("move", {"people": ["lin"], "chamber": "caucus_applicant"})
    await lin.until(lambda: lin.room["you"]["chamber"] == "caucus_applicant")
    answers = [
        await lin.say("chat", {"text": MARK, "key": "a"}),
        await gu.say("write", {"to": "lin", "text": MARK, "key": "b"}),
        await lin.say("write", {"to": "gu", "text": MARK, "key": "c"}),
        await lin.say("write", {"to": "chen", "text": MARK, "key": "d"}),
        await gu.say("show_document", {"document": MARK, "page": 1}),
        await lin.say("chat", {"text": MARK, "key": "e", "to": "chen"}),
        await lin.say("dance", {"text": MARK}),
    ]
    await lin.until(lambda: len(lin.all("chat")) == 4)
    assert len(gu.all("chat")) == 4, "it did reach whom it was for"
    await gu.say("move", {"people": [], "chamber": "joint"})
    await gu.say("end")
    for other in (chen, su):
        await other.hear("ended")
        assert MARK not in str(other.heard)
    assert MARK not in str([answer.get("error") for answer in answers])
    assert MARK not in caplog.text and MARK not in str([vars(record) for record in caplog.records])
    assert MARK not in str(house.journal.lines) and MARK not in str(house.journal.counts)


async def test_an_invitation_that_cannot_be_is_refused_with_its_reason(house: House) -> None:
    (gu,) = await house.enter("gu")
    await gu.say("end")
    name, role, side = CAST["lin"]
    with pytest.raises(RoomError):
        await house.rooms.invite(Ticket("ses_1", "lin", name, role, side, 2**40))
