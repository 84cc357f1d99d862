"""The doors of the room over a real server and a real Socket.IO client: tickets, takeover, errors, limits."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import aiohttp
import pytest
import socketio

from signaling import tasks
from signaling.live import LINGER
from signaling.namespace import refusal
from signaling.options import RoomOptions
from signaling.protocol import NAMESPACE, ChamberId, Seat
from signaling.ticket import Ticket, mint
from tests.signaling.conftest import House, Journal
from tests.signaling.visitor import ticket

HouseOf = Callable[[RoomOptions], Awaitable[House]]


async def refused(house: House, text: object, device: str = "device-1") -> str:
    """The code with which the door stays shut."""
    said: list[dict[str, Any]] = []
    async with aiohttp.ClientSession() as session:
        client = socketio.AsyncClient(reconnection=False, http_session=session)
        client.on("connect_error", said.append, namespace=NAMESPACE)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await client.connect(
                house.url,
                transports=["websocket"],
                namespaces=[NAMESPACE],
                auth={"ticket": text, "device": device},
                wait_timeout=5,
            )
    return f"{said[0]['data']['code']} {said[0]['data']['detail']}".strip()


async def test_the_mediator_is_present_at_once_and_gets_an_offer(house: House) -> None:
    gu = await house.visit("gu")
    assert (await gu.hear("go")) == {"epoch": 0, "set": "A", "chamber": "joint", "hears": []}
    offer = await gu.hear("offer")
    assert set(offer) == {"peer", "n", "sdp", "sets", "sources"} and set(offer["sets"]) == {"A", "B"}
    await gu.until(lambda: gu.room["you"]["state"] == "present")


async def test_a_party_knocks_is_seen_in_the_lobby_and_let_in(house: House) -> None:
    gu, lin = await house.visit("gu"), await house.visit("lin")
    assert (await lin.hear("room"))["you"]["state"] == "waiting"
    await gu.until(lambda: [p["person"] for p in gu.room["lobby"]] == ["lin"])
    assert await gu.say("admit", {"person": "lin"}) == {"ok": True}
    await lin.until(lambda: lin.room["you"]["state"] == "present")
    await lin.until(lambda: lin.room["chamber"]["hears"] == ["顾明华"])
    await gu.until(lambda: len(gu.room["chamber"]["people"]) == 2)


async def test_offers_name_whose_sound_and_picture_comes_on_which_line(house: House) -> None:
    gu, _, _ = await house.enter("gu", "lin", "chen")
    # The plane may need further offers; one is unanswered at a time.
    await gu.hear("offer")
    assert len(gu.all("offer")) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (ticket("gu", exp=1), "ticket_rejected expired"),
        ("nonsense", "ticket_rejected forged"),
        (mint(b"other", Ticket("ses_1", "gu", "n", "mediator", "", 2**40)), "ticket_rejected forged"),
        (7, "protocol_error auth"),
        ("x" * 9000, "protocol_error auth"),
    ],
)
async def test_without_a_good_ticket_nobody_comes_in(house: House, text: object, code: str) -> None:
    assert await refused(house, text) == code


async def test_a_ticket_opens_only_the_room_it_names(house: House) -> None:
    await house.enter("gu", "lin")
    stranger = await house.visit("he", text=ticket("he", room="ses_2"))
    shown = await stranger.hear("room")
    assert shown["room"] == "ses_2"
    assert [p["person"] for p in shown["chamber"]["people"]] == ["he"]
    answer = await stranger.say("remove", {"person": "lin"})
    assert answer["error"]["code"] == "not_in_room"


async def test_who_comes_in_is_written_down_before_anything_is_offered(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is killed then has said who was there."""
    gu, _ = await house.visit("gu"), await house.visit("lin")
    await gu.until(lambda: [one["person"] for one in gu.room["lobby"]] == ["lin"])
    order, emit, write = list[str](), house.room.emit, house.journal._write

    async def emitted(sid: str, event: str, payload: Any) -> None:
        order.append(event)
        await emit(sid, event, payload)

    def written(*line: object) -> None:
        order.append(f"written {line[2]}")
        write(*line)

    monkeypatch.setattr(house.room, "emit", emitted)
    monkeypatch.setattr(house.journal, "_write", written)
    await gu.say("admit", {"person": "lin"})
    assert order.index("written present") < order.index("offer") < order.index("go")


async def test_a_ticket_is_good_on_one_device_only(house: House) -> None:
    text = ticket("lin")
    await house.visit("lin", text=text, device="phone-of-lin")
    assert await refused(house, text, device="another-phone") == "ticket_rejected used"


async def test_the_same_device_may_use_its_ticket_again_after_a_reload(house: House) -> None:
    text = ticket("lin")
    first = await house.visit("lin", text=text)
    await first.hear("room")
    second = await house.visit("lin", text=text)
    await second.hear("room")
    await first.until(lambda: not first.open)


async def test_a_second_ticket_of_the_same_person_takes_the_seat_over(house: House) -> None:
    gu, phone = await house.enter("gu", "lin")
    laptop = await house.visit("lin", device="laptop-of-lin")
    await phone.hear("taken_over")
    await phone.until(lambda: not phone.open)
    await laptop.until(lambda: laptop.room["you"]["state"] == "present")
    await gu.until(lambda: all(p["state"] == "present" for p in gu.room["chamber"]["people"]))
    assert house.rooms.present("ses_1") == {"gu", "lin"}


async def test_the_same_page_goes_on_with_its_media_and_nobody_notices(house: House) -> None:
    gu, lin = await house.enter("gu", "lin")
    first = await lin.hear("offer")
    peer = house.room._peers["lin"].peer
    again = await house.visit("lin", peer=first["peer"])
    second = await again.hear("offer")
    assert second["peer"] == first["peer"] and ufrag(second["sdp"]) != ufrag(first["sdp"])
    assert (await again.hear("go"))["set"] == "A" and house.room._peers["lin"].peer is peer
    await lin.until(lambda: not lin.open)
    assert lin.all("taken_over") == []
    assert all(p["state"] == "present" for view in gu.all("room")[-2:] for p in view["chamber"]["people"])
    assert [line for line in house.journal.lines if "interrupted" in line] == []


@pytest.mark.parametrize("moved", [False, True])
async def test_media_of_who_is_lost_waits_for_them_unless_they_are_moved(house_of: HouseOf, moved: bool) -> None:
    house = await house_of(RoomOptions(grace=0.1))
    gu, lin, chen = await house.enter("gu", "lin", "chen")
    first = await lin.hear("offer")
    peer = house.room._peers["lin"].peer
    await lin.close()
    await gu.until(lambda: "interrupted" in str(gu.room["chamber"]))
    await chen.until(lambda: chen.room["chamber"]["hears"] == ["顾明华"])
    assert house.room._peers["lin"].peer is peer and not peer.closed
    if moved:
        await gu.say("move", {"people": ["lin"], "chamber": "caucus_applicant"})
        await gu.until(lambda: len(gu.all("go")) == 2)
        assert peer.closed
    again = await house.visit("lin", peer=first["peer"])
    assert ((await again.hear("offer"))["peer"] == first["peer"]) is not moved
    assert (await again.hear("go"))["chamber"] == ("caucus_applicant" if moved else "joint")


async def test_a_reload_begins_anew_with_a_peer_of_its_own(house: House) -> None:
    _, lin = await house.enter("gu", "lin")
    first = await lin.hear("offer")
    again = await house.visit("lin")
    assert (await again.hear("offer"))["peer"] != first["peer"]
    assert len(house.room._peers) == 2


async def test_an_offer_nobody_answers_is_made_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signaling.seated.UNANSWERED", 0.2)
    gu = await house.visit("gu")
    offers = await gu.until(lambda: gu.all("offer")[2:])
    assert offers and [body["n"] for body in gu.all("offer")][:3] == [1, 2, 3]


async def test_after_a_storm_of_connections_nothing_is_left(house_of: HouseOf) -> None:
    """The real media plane and real sockets: no task, timer, peer, ICE name or connection remains."""
    house = await house_of(RoomOptions(grace=0.2))
    gu, lin = await house.enter("gu", "lin")
    for _ in range(6):
        lin = await house.visit("lin", peer=(await lin.hear("offer"))["peer"])
        await lin.hear("go")
    gu = await house.visit("gu")
    await gu.hear("go")
    for visitor in (lin, gu):
        assert await visitor.say("leave") == {"ok": True}
        await visitor.until(lambda: not visitor.open)  # noqa: B023
    media, server = house.rooms.media, house.rooms.server
    async with asyncio.timeout(8):
        while server.eio.sockets or tasks._running or media._timer is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert (house.room._peers, house.room.connections, house.room._missing) == ({}, {}, {})
    assert (media._peers, media._mux.agents, media._mux.owners) == ([], {}, {})
    assert house.rooms.server.namespace_handlers[NAMESPACE].connections == {}


async def test_who_drops_is_interrupted_and_comes_back_to_the_same_chamber(house_of: HouseOf) -> None:
    house = await house_of(RoomOptions(grace=0.1))
    gu, lin, _ = await house.enter("gu", "lin", "chen")
    await gu.say("move", {"people": ["lin"], "chamber": "caucus_applicant"})
    await lin.until(lambda: lin.room["you"]["chamber"] == "caucus_applicant")
    await lin.close()
    await gu.until(
        lambda: (
            {"lin": "interrupted"}.items() <= {p["person"]: p["state"] for p in gu.room["chamber"]["people"]}.items()
        )
    )
    again = await house.visit("lin")
    assert (await again.hear("go"))["chamber"] == "caucus_applicant"
    assert ("ses_1", "lin", "interrupted", "caucus_applicant") in house.journal.lines


async def test_a_move_is_told_drained_journaled_and_shown(house: House) -> None:
    gu, lin, chen = await house.enter("gu", "lin", "chen")
    assert await gu.say("move", {"people": ["lin"], "chamber": "caucus_applicant"}) == {"ok": True}
    go = (await lin.until(lambda: lin.all("go")[1:]))[0]
    assert go == {"epoch": 1, "set": "B", "chamber": "caucus_applicant", "hears": ["顾明华"]}
    assert ("ses_1", 1, ("gu", "lin"), "caucus_applicant") in house.journal.lines
    await chen.until(lambda: chen.room["away"])
    assert chen.all("draining") == [] and len(chen.all("go")) == 1
    assert "林秀珍" not in str(chen.room)
    assert house.rooms.chamber_mates("ses_1", "gu") == {"gu", "lin"}
    assert house.rooms.chamber_mates("ses_1", "chen") == {"chen"}


async def test_who_does_not_acknowledge_is_left_silent(house_of: HouseOf) -> None:
    house = await house_of(RoomOptions(drain_deadline=0.2))
    gu, lin = await house.enter("gu", "lin")
    lin.acks_drains = False
    await gu.say("move", {"people": ["lin"], "chamber": "caucus_applicant"})
    await gu.until(lambda: any(p["silent"] for c in gu.room["chambers"] for p in c["people"]))
    assert len(lin.all("go")) == 1
    assert await lin.say("drained", {"epoch": 1}) == {"ok": True}
    await lin.until(lambda: len(lin.all("go")) == 2)


async def test_chat_in_a_caucus_stays_there(house: House) -> None:
    gu, lin, chen = await house.enter("gu", "lin", "chen")
    await gu.say("move", {"people": ["lin"], "chamber": "caucus_applicant"})
    await lin.until(lambda: len(lin.all("go")) == 2)
    assert await lin.say("chat", {"text": "最多六千", "key": "k1"}) == {"ok": True}
    line = await gu.hear("chat")
    assert (line["from"], line["name"], line["text"], line["chamber"]) == (
        "lin",
        "林秀珍",
        "最多六千",
        "caucus_applicant",
    )
    assert (await chen.say("chat", {"text": "有人吗", "key": "k1"}))["error"]["code"] == "nobody_hears"
    assert chen.all("chat") == []


async def test_every_refusal_is_an_ack_with_its_code(house: House) -> None:
    _, lin = await house.enter("gu", "lin")
    for event, body, code in [
        ("admit", {"person": "x"}, "right_missing"),
        ("move", {"people": "x", "chamber": "joint"}, "protocol_error"),
        ("dance", {}, "protocol_error"),
        ("chat", {"text": "", "key": "k"}, "protocol_error"),
        ("answer", {"n": 99, "sdp": "v=0"}, "protocol_error"),
    ]:
        assert (await lin.say(event, body))["error"]["code"] == code, event


async def test_a_client_that_talks_nonsense_is_disconnected(house: House) -> None:
    await house.visit("gu")
    lin = await house.visit("lin")
    await lin.hear("room")
    for _ in range(5):
        await lin.client.emit("dance", {}, namespace=NAMESPACE)
    await lin.until(lambda: not lin.open)


async def test_a_flood_of_events_is_refused(house_of: HouseOf) -> None:
    house = await house_of(RoomOptions(events=5))
    gu = await house.visit("gu")
    await gu.hear("room")
    codes = [(await gu.say("stats", {"received": {}})).get("error", {}).get("code") for _ in range(7)]
    assert codes == [None] * 5 + ["too_many"] * 2


async def test_waiting_people_have_no_media_to_answer_for(house: House) -> None:
    await house.visit("gu")
    lin = await house.visit("lin")
    await lin.hear("room")
    assert (await lin.say("restart"))["error"]["code"] == "not_in_room"
    assert lin.all("offer") == []


async def test_a_network_change_brings_an_offer_with_a_new_ice_name(house: House) -> None:
    gu = await house.visit("gu")
    first = await gu.hear("offer")
    assert await gu.say("restart") == {"ok": True}
    second = (await gu.until(lambda: gu.all("offer")[1:]))[0]
    assert second["n"] > first["n"]
    assert ufrag(second["sdp"]) != ufrag(first["sdp"])


def ufrag(sdp: str) -> str:
    return next(line for line in sdp.splitlines() if line.startswith("a=ice-ufrag:"))


@pytest.mark.parametrize(("act", "state"), [("refuse", "out"), ("remove", "removed")])
async def test_who_is_sent_out_sees_it_and_is_disconnected(house: House, act: str, state: str) -> None:
    gu, lin = await house.enter("gu", "lin") if act == "remove" else [await house.visit("gu"), await house.visit("lin")]
    await lin.hear("room")
    assert await gu.say(act, {"person": "lin"}) == {"ok": True}
    await lin.until(lambda: not lin.open)
    assert lin.room["you"]["state"] == state
    if act == "remove":
        assert await refused(house, ticket("lin")) == "seat_removed lin"


async def test_the_end_reaches_everyone_and_closes_the_door_to_old_tickets(house: House) -> None:
    gu, lin = await house.enter("gu", "lin")
    assert await gu.say("end") == {"ok": True}
    await lin.hear("ended")
    await lin.until(lambda: not lin.open)
    assert await refused(house, ticket("lin")) == "room_ended"
    assert (await house.visit("gu")) is not None, "a new ticket of the host opens the meeting again"
    assert house.rooms.present("ses_1") <= {"gu"}


class Slow(Journal):
    """An office whose disk takes its time, longer than connections linger."""

    async def on_attendance(self, room: str, person: str, state: Seat, chamber: ChamberId | None, at: datetime) -> None:
        await asyncio.sleep(2 * LINGER)


@pytest.mark.parametrize("act", ["leave", "end"])
async def test_who_goes_is_answered_however_long_the_journal_takes(house: House, act: str) -> None:
    gu, lin = await house.enter("gu", "lin")
    house.room.listener = Slow()
    assert await (lin if act == "leave" else gu).say(act) == {"ok": True}
    await lin.until(lambda: not lin.open)


async def test_the_office_pauses_resumes_and_closes(house: House) -> None:
    _, lin = await house.enter("gu", "lin")
    await house.rooms.pause("ses_1")
    await lin.until(lambda: lin.room["state"] == "paused" and lin.room["chamber"]["hears"] == [])
    await house.rooms.resume("ses_1")
    await lin.until(lambda: lin.room["state"] == "open" and lin.room["chamber"]["hears"] == ["顾明华"])
    await house.rooms.close("ses_1")
    await lin.hear("ended")
    await house.rooms.close("ses_unknown")


async def test_a_notice_of_change_reaches_only_those_it_is_for(house: House) -> None:
    gu, lin = await house.enter("gu", "lin")
    await house.rooms.notify("ses_1", "agreement:agr_1", {"gu"})
    await house.rooms.notify("ses_1", "session")
    await house.rooms.notify("ses_unknown", "session")
    await lin.hear("changed")
    await gu.until(lambda: len(gu.all("changed")) == 2)
    assert [body["what"] for body in lin.all("changed")] == ["session"]


async def test_the_meeting_goes_on_when_the_journal_cannot_be_written(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.journal.broken = True
    with caplog.at_level(logging.ERROR):
        gu = await house.visit("gu")
        await gu.hear("go")
    assert "journal.failed" in caplog.messages


async def test_an_unknown_room_has_nobody_in_it(house: House) -> None:
    assert house.rooms.present("ses_9") == frozenset()
    assert house.rooms.chamber_mates("ses_9", "lin") == {"lin"}


async def test_only_websocket_is_spoken(house: House) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{house.url}/socket.io/?EIO=4&transport=polling") as answer:
            assert answer.status == 400


async def test_another_origin_is_refused(house: House) -> None:
    async with aiohttp.ClientSession() as session:
        address = f"{house.url}/socket.io/?EIO=4&transport=websocket"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(address, headers={"Origin": "https://evil.example"})


def test_a_bug_is_answered_as_internal_without_detail(caplog: pytest.LogCaptureFixture) -> None:
    assert refusal(ZeroDivisionError("secret")) == {"code": "internal", "detail": ""}
    assert "event.failed" in caplog.messages


async def test_two_visitors_of_different_rooms_do_not_meet(house: House) -> None:
    gu = await house.visit("gu")
    await gu.hear("room")
    await house.visit("lin", text=ticket("lin", room="ses_3"))
    assert gu.room["lobby"] == []
