"""The calendar file: what is in it, that a moved session replaces and a cancelled one cancels, that nobody is named."""

from dataclasses import replace
from datetime import timedelta

import icalendar

from server.cases import store as cases
from server.ids import CaseId
from server.sessions import calendar, store
from server.sessions.model import SessionState
from server.web import keys
from tests.conftest import Cast


async def test_a_moved_session_replaces_and_a_cancelled_one_cancels(cast: Cast) -> None:
    office, settings = cast.office, cast.office.app[keys.SETTINGS]
    async with office.db.transaction() as tx:
        session, now = await store.load(tx, cast.session), office.clock()
        later = replace(session, starts_at=session.starts_at + timedelta(days=1))
        off = replace(later, state=SessionState.cancelled)
        running = replace(later, state=SessionState.open)
        files = [await calendar.made(tx, settings, one, now) for one in (session, session, later, running, off, off)]
    events = [next(iter(icalendar.Calendar.from_ical(one).walk("VEVENT"))) for one in files]
    assert [int(one["SEQUENCE"]) for one in events] == [0, 0, 1, 1, 2, 2]
    assert {str(one["UID"]) for one in events} == {f"{cast.session}@127.0.0.1"}
    assert [str(icalendar.Calendar.from_ical(one)["METHOD"]) for one in files] == ["REQUEST"] * 4 + ["CANCEL"] * 2
    assert (events[0].start, events[0].end - events[0].start) == (session.starts_at, timedelta(hours=1))
    assert str(events[4]["STATUS"]) == "CANCELLED"
    assert all(len(line.encode()) <= 75 for one in files for line in one.split("\r\n"))  # RFC 5545 3.1


async def test_the_seat_has_its_file_and_no_private_word_is_in_it(cast: Cast) -> None:
    seat = await cast.seat("applicant")
    answer = await seat.get("/api/seat/calendar?lang=en")
    assert (answer.status, answer.headers["Content-Type"].split(";")[0]) == (200, "text/calendar")
    read = str(icalendar.Calendar.from_ical(answer.body).to_ical().decode()).replace("\r\n ", "")
    async with cast.office.db.reading() as tx:
        case = await cases.load(tx, CaseId(cast.case))
    private = [case.title, case.kind, case.number, cast.links["applicant"]["url"].partition("#")[2]]
    private += [word for one in case.people for word in (one.name, one.filed.phone, one.filed.address) if word]
    assert [word for word in private if word in read] == []
    assert "Online mediation" in read and (await cast.mediator.get("/api/seat/calendar")).status == 403


async def test_who_was_invited_is_told_that_it_is_off(cast: Cast) -> None:
    before = len(await cast.office.outbox())
    for _ in range(2):
        done = await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "cancel"})
        assert done.status == 200, done.json
    told = (await cast.office.outbox())[before:]
    assert sorted(one.person for one in told) == sorted(one["person"] for one in cast.links.values())
    assert all("取消" in one.text for one in told)
