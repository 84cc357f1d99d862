"""Reminders: when they are due, and that each goes out once, whatever restarts, refuses or comes late between."""

from datetime import UTC, datetime, timedelta

import pytest

from server.sessions import reminders
from server.sessions.reminding import remind
from server.sessions.store import sessions
from tests.actors import Hands
from tests.conftest import Cast, MakeOffice, Office

LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """In November 2026, at the centre."""
    return datetime(2026, 11, day, hour, minute, tzinfo=reminders.ZONE)


@pytest.mark.parametrize(
    "starts, day, hour",
    [
        (at(26, 14), at(25, 14), at(26, 13)),
        (at(26, 8, 30), at(25, 8, 30), at(25, 20)),
        (at(26, 9), at(25, 9), at(26, 8)),
        (at(26, 7), at(24, 20), at(25, 20)),
        (at(26, 22), at(25, 20), at(26, 20)),
    ],
)
def test_never_at_night(starts: datetime, day: datetime, hour: datetime) -> None:
    assert [reminders.due_at(kind, starts) for kind in ("day", "hour")] == [day, hour]
    minutes = [day - timedelta(hours=1) + n * timedelta(minutes=1) for n in range(3000)]
    said = [(now, reminders.due(starts, LONG_AGO, now)) for now in minutes]
    assert {kind for now, kind in said if reminders.asleep(now) or now >= starts} <= {""}
    assert next(now for now, kind in said if kind == "day") == day
    assert next(now for now, kind in said if kind == "hour") == hour


def test_who_was_written_to_since_is_not_reminded_and_who_was_away_gets_one() -> None:
    starts = at(26, 14)
    assert reminders.due(starts, at(25, 15), at(25, 16)) == ""
    assert reminders.due(starts, at(25, 15), at(26, 13)) == "hour"
    assert reminders.due(starts, at(20, 9), at(26, 13, 30)) == "hour"


async def planned(office: Office, clock: Hands, starts: datetime) -> Cast:
    cast = await office.cast()
    async with office.db.transaction() as tx:
        await tx.execute(sessions.update().where(sessions.c.id == cast.session).values(starts_at=starts))
    return cast


async def told(office: Office, cast: Cast) -> list[str]:
    """Who was reminded, so far."""
    people = {one["person"]: role for role, one in cast.links.items()}
    return sorted(people[one.person] for one in await office.outbox() if one.person in people and "提醒" in one.text)


async def test_each_goes_out_once_also_across_restarts(make_office: MakeOffice, clock: Hands) -> None:
    clock.now = at(23, 10)
    office = await make_office()
    cast = await planned(office, clock, at(26, 14))
    everybody = sorted(cast.links)
    for now in (at(24, 15), at(25, 13, 59)):
        clock.now = now
        await remind(office.app)
    assert await told(office, cast) == []
    clock.now = at(25, 14, 3)
    again = await make_office()  # another process on the same data
    for one in (office, again, office):
        await remind(one.app)
    assert await told(office, cast) == everybody
    seat = await office.browser()
    fresh = [one.url for one in await office.outbox() if one.person == cast.person("applicant")][-1]
    assert (
        await (await office.browser()).open(cast.links["respondent"]["url"])
    ).status == 200  # the old one still does
    assert (await seat.open(fresh)).status == 200
    for path, body in (("identify", {"is_me": True}), ("consents", {"online": False, "esign": False})):
        assert (await seat.post(f"/api/seat/{path}", body)).status == 200
    clock.now = at(26, 13, 1)
    for one in (again, office):
        await remind(one.app)
    assert await told(office, cast) == sorted([*everybody, *(role for role in everybody if role != "applicant")])
    clock.now = at(26, 14, 1)
    assert await remind(office.app) == 0


async def test_nobody_is_reminded_of_what_is_off(office: Office, clock: Hands) -> None:
    clock.now = at(23, 10)
    cast = await planned(office, clock, at(26, 14))
    await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "cancel"})
    clock.now = at(25, 14, 3)
    await remind(office.app)
    assert await told(office, cast) == []
