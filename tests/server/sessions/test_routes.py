"""Sessions for staff: the day, acts, identity, tickets, and the real room behind them."""

import asyncio
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
import socketio

from server.sessions import before, listener
from server.sessions.listener import ATTENDANCE, RoomJournal
from server.store import journal
from server.web import keys
from signaling import Before, ChamberId, check
from tests.conftest import Cast, Office


class Line:
    """A Socket.IO connection into the room; `view` is the last RoomView."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.view: dict[str, Any] = {}
        self.refused: dict[str, Any] = {}
        self.changed: list[str] = []
        self.ended = asyncio.Event()
        self._news = asyncio.Condition()
        self.socket = socketio.AsyncClient(reconnection=False)
        self.socket.on("room", self._room, namespace="/room")
        self.socket.on("changed", self._changed, namespace="/room")
        self.socket.on("connect_error", self._refused, namespace="/room")
        self.socket.on("ended", lambda _: self.ended.set(), namespace="/room")

    async def _refused(self, why: dict[str, Any]) -> None:
        self.refused = why["data"] if "data" in why else why

    async def _room(self, view: dict[str, Any]) -> None:
        async with self._news:
            self.view = view
            self._news.notify_all()

    async def _changed(self, event: dict[str, Any]) -> None:
        async with self._news:
            self.changed.append(event["what"])
            self._news.notify_all()

    async def enter(self, ticket: dict[str, Any]) -> None:
        auth = {"ticket": ticket["ticket"], "device": "device-of-a-test"}
        await self.socket.connect(self.base, transports=["websocket"], namespaces=["/room"], auth=auth)

    async def until(self, holds: Any) -> None:
        async with asyncio.timeout(10), self._news:
            await self._news.wait_for(holds)


async def test_the_day_shows_how_far_each_party_has_come(office: Office, cast: Cast) -> None:
    async def progress() -> list[str]:
        (row,) = (await cast.mediator.get("/api/day")).json["sessions"]
        assert (row["id"], row["case_id"], row["state"]) == (cast.session, cast.case, "scheduled")
        return [party["progress"] for party in row["parties"]]

    assert await progress() == ["not_opened", "not_opened"]
    browser = await cast.seat("applicant")
    assert await progress() == ["opened", "not_opened"]
    await browser.post("/api/seat/identify", {"is_me": True})
    await browser.post("/api/seat/consents", {"online": True, "esign": True})
    assert await progress() == ["consented", "not_opened"]
    await cast.ready("applicant")
    await cast.seat("respondent")
    assert await progress() == ["checked", "opened"]


async def test_acts_follow_the_table_and_a_second_click_is_no_error(office: Office, cast: Cast) -> None:
    path = f"/api/sessions/{cast.session}/acts"
    states = []
    for act in ("open", "open", "pause", "resume", "close", "close"):
        answer = await cast.mediator.post(path, {"act": act})
        assert answer.status == 200, act
        states.append(answer.json["state"])
    assert states == ["open", "open", "paused", "open", "closed", "closed"]
    assert answer.json["case"]["state"] == "in_mediation"
    again = await cast.mediator.post(path, {"act": "pause"})
    assert (again.status, again.data["allowed"]) == (409, [])
    async with office.db.reading() as tx:
        kinds = [entry.kind for entry in await journal.read(tx, cast.case)]
    assert kinds.count("session.open") == kinds.count("session.close") == kinds.count("case.open") == 1


async def test_identity_is_seen_only_after_the_phone_is_proved(cast: Cast) -> None:
    path = f"/api/sessions/{cast.session}/identity"
    body = {"party": cast.person("applicant"), "seen": True, "document": "id_card"}
    answer = await cast.mediator.post(path, body)
    assert (answer.code, answer.data) == ("not_ready", {"step": "code"})
    await cast.ready("applicant")
    assert (await cast.mediator.post(path, body)).json["assurance"] == "seen"
    assert (await cast.mediator.post(path, body | {"party": "pty_other"})).status == 404
    assert (await cast.mediator.post(path, body | {"seen": False})).json["error"]["fields"] == {"seen": "value"}


async def test_a_party_cannot_do_what_the_mediator_does(cast: Cast) -> None:
    seat = await cast.ready("applicant")
    for path, body in (
        ("acts", {"act": "close"}),
        ("identity", {"party": cast.person("applicant"), "seen": True, "document": "other"}),
        ("links", {"party": cast.person("respondent")}),
        ("ticket", {}),
    ):
        answer = await seat.post(f"/api/sessions/{cast.session}/{path}", body)
        assert (answer.status, answer.code) == (403, "not_permitted"), path


async def test_the_mediators_ticket_says_mediator(office: Office, cast: Cast) -> None:
    minted = (await cast.mediator.post(f"/api/sessions/{cast.session}/ticket")).json
    ticket = check(office.app[keys.SECRET], minted["ticket"], office.clock().timestamp())
    assert (ticket.room, ticket.person, ticket.role, ticket.name) == (
        cast.session, cast.mediator_id, "mediator", "顾明华",
    )  # fmt: skip
    assert ticket.exp == office.clock().timestamp() + 4 * 3600


async def test_people_meet_in_the_real_room_and_the_journal_knows_who_came(office: Office, cast: Cast) -> None:
    path = f"/api/sessions/{cast.session}"
    await cast.mediator.post(f"{path}/acts", {"act": "open"})
    applicant = await cast.ready("applicant")
    person = cast.person("applicant")
    host, guest = Line(office.base), Line(office.base)
    try:
        await host.enter((await cast.mediator.post(f"{path}/ticket")).json)
        await host.until(lambda: host.view.get("you", {}).get("state") == "present")
        await guest.enter((await applicant.post("/api/seat/ticket")).json)
        await host.until(lambda: [one["person"] for one in host.view["lobby"]] == [person])
        assert office.app[ATTENDANCE].here(cast.session) == {cast.mediator_id, person}
        (row,) = (await cast.mediator.get("/api/day")).json["sessions"]
        assert row["parties"][0]["progress"] == "waiting"
        assert await host.socket.call("admit", {"person": person}, namespace="/room") == {"ok": True}
        await guest.until(lambda: guest.view.get("you", {}).get("state") == "present")

        await cast.seen("applicant")
        await guest.until(lambda: "session" in guest.changed)

        host.changed.clear()
        guest.changed.clear()
        await cast.ready("respondent")
        await host.until(lambda: len(host.changed) >= 5)  # one for each step
        await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "pause"})
        await guest.until(lambda: guest.changed)
        assert guest.changed == ["session"]  # of the pause alone: how far the other side came is not told
        await cast.mediator.post(f"{path}/acts", {"act": "resume"})
        await guest.until(lambda: guest.view["state"] == "open")
        await cast.mediator.post(f"{path}/acts", {"act": "pause"})
        await guest.until(lambda: guest.view["state"] == "paused")
        await cast.mediator.post(f"{path}/acts", {"act": "resume"})
        await guest.until(lambda: guest.view["state"] == "open")
        await cast.mediator.post(f"{path}/acts", {"act": "close"})
        await asyncio.wait_for(guest.ended.wait(), 10)
    finally:
        await host.socket.disconnect()
        await guest.socket.disconnect()
    async with office.db.reading() as tx:
        entries = await journal.read(tx, cast.case)
    seats = [entry.body or "" for entry in entries if entry.kind == "room.attendance" and entry.actor == person]
    assert '"state":"waiting"' in seats[0] and '"state":"present"' in seats[1]
    assert journal.verify(entries) == []


async def test_the_journal_knows_who_was_in_the_room_when_the_process_ended(office: Office, cast: Cast) -> None:
    heard, room, now = office.app[ATTENDANCE], cast.session, office.clock()
    for person, state in (("lin", "waiting"), ("lin", "present"), ("chen", "interrupted"), ("wu", "waiting")):
        await heard.on_attendance(room, person, state, None if state == "waiting" else "joint", now)
    assert await places(heard, room, "lin", "chen", "wu", "su") == ["joint", "joint", None, None]
    await heard.on_move(room, 1, ("lin",), "caucus_applicant", now)
    assert await places(heard, room, "chen") == ["caucus_applicant"], (
        "a private talk was on: every microphone stays closed"
    )
    await heard.on_move(room, 2, ("lin",), "joint", now)
    await heard.on_attendance(room, "chen", "out", None, now)
    assert await places(heard, room, "lin", "chen") == ["joint", None]


async def places(heard: RoomJournal, room: str, *people: str) -> list[ChamberId | None]:
    found = await heard.before(room)
    assert found is not None
    return [found.place_of(one) for one in people]


async def test_the_journal_knows_how_the_room_stood(office: Office, cast: Cast) -> None:
    heard, room, now = office.app[ATTENDANCE], cast.session, office.clock()
    await heard.on_note(room, "stage", "gu", {"stage": "opening"}, now)
    await heard.on_attendance(room, "gu", "present", "joint", now)
    await heard.on_attendance(room, "wu", "waiting", None, now)
    await heard.on_note(room, "stage", "gu", {"stage": "joint"}, now)
    await heard.on_note(room, "locked", "gu", {"on": True}, now)
    await heard.on_note(room, "break", "gu", {"until": "2026-11-03T02:00:00.000Z"}, now)
    end = datetime(2026, 11, 3, 2, tzinfo=UTC).timestamp()
    assert await heard.before(room) == Before({"gu": "joint", "wu": None}, frozenset(), "joint", True, True, end)
    await heard.on_attendance(room, "ye", "present", "joint", now)
    await heard.on_attendance(room, "ye", "removed", None, now)
    gone = await heard.before(room)
    assert gone is not None and gone.removed == {"ye"} and gone.place_of("ye") is None
    await heard.on_note(room, "at_device", "gu", {"beside": ("he",)}, now)
    await heard.on_note(room, "at_device", "ye", {"beside": ("su",)}, now)
    await heard.on_note(room, "handed_over", "gu", {"from": "gu", "to": "fang"}, now)
    await heard.on_note(room, "renamed", "gu", {"of": "wu", "name": "吴老师"}, now)
    sat = await heard.before(room)
    assert sat is not None and sat.inside() == {"gu", "he", "wu"}
    assert (sat.lead, sat.names) == ("fang", {"wu": "吴老师"})
    for note, detail in (("at_device", {"beside": ()}), ("handed_over", {"from": "fang", "to": ""})):
        await heard.on_note(room, note, "gu", detail, now)  # type: ignore[arg-type]
    await heard.on_note(room, "renamed", "gu", {"of": "wu", "name": "吴晓琳"}, now)
    await heard.on_note(room, "resumed", "gu", {}, now)
    await heard.on_note(room, "locked", "gu", {"on": False}, now)
    stood = Before({"gu": "joint", "wu": None}, frozenset(), "joint", removed=frozenset({"ye"}), names={"wu": "吴晓琳"})
    assert await heard.before(room) == stood
    await heard.on_note(room, "locked", "gu", {"on": True}, now)
    await heard.on_attendance(room, "wu", "out", None, now)
    await heard.on_attendance(room, "gu", "out", None, now)
    assert await heard.before(room) is None
    await heard.on_attendance(room, "gu", "present", "joint", now)
    assert await heard.before(room) == Before({"gu": "joint"}), "another meeting begins open and at no stage"


async def test_a_long_journal_is_read_beside_the_meetings(
    office: Office, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is in another room would wait for it."""
    heard, threads = office.app[ATTENDANCE], list[int]()
    await heard.on_attendance(cast.session, "gu", "present", "joint", office.clock())

    def entry(**values: Any) -> journal.Entry:
        threads.append(threading.get_ident())
        return made(**values)

    def stood(entries: Iterable[journal.Entry], room: str) -> Before | None:
        threads.append(threading.get_ident())
        return read(entries, room)

    made, read = journal.Entry, before.stood
    monkeypatch.setattr(journal, "Entry", entry)
    monkeypatch.setattr(listener, "stood", stood)
    assert await heard.before(cast.session) == Before({"gu": "joint"})
    assert len(threads) > 2 and threading.get_ident() not in threads


async def test_a_ticket_of_another_office_or_an_old_one_does_not_open_the_room(office: Office, cast: Cast) -> None:
    ticket = (await cast.mediator.post(f"/api/sessions/{cast.session}/ticket")).json
    office.clock.forward(hours=5)
    for wrong in (ticket, {"ticket": ticket["ticket"][:-4] + "AAAA"}):
        line = Line(office.base)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await line.enter(wrong)
        assert line.refused["code"] == "ticket_rejected"
        await line.socket.disconnect()


async def test_an_adjourned_session_ends_the_meeting_and_can_be_opened_again(office: Office, cast: Cast) -> None:
    path = f"/api/sessions/{cast.session}"
    host = Line(office.base)
    await host.enter((await cast.mediator.post(f"{path}/ticket")).json)
    await host.until(lambda: host.view.get("you", {}).get("state") == "present")
    for act, state in (("open", "open"), ("adjourn", "scheduled")):
        assert (await cast.mediator.post(f"{path}/acts", {"act": act})).json["state"] == state
    await asyncio.wait_for(host.ended.wait(), 10)
    await host.socket.disconnect()
    assert (await cast.mediator.post(f"{path}/acts", {"act": "open"})).json["state"] == "open"


async def test_a_stopping_server_lets_go_of_the_room_at_once(office: Office, cast: Cast) -> None:
    host = Line(office.base)
    gone = asyncio.Event()
    host.socket.on("disconnect", lambda *_: gone.set(), namespace="/room")
    await host.enter((await cast.mediator.post(f"/api/sessions/{cast.session}/ticket")).json)
    await host.until(lambda: host.view.get("you", {}).get("state") == "present")
    await office.app.shutdown()
    await asyncio.wait_for(gone.wait(), 5)
    assert not host.ended.is_set(), "the meeting is not over, its people come back"
    await host.socket.disconnect()
    assert (await cast.mediator.get("/readyz")).status == 503
