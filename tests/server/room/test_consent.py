"""Who must agree to a recording, over real sockets against the whole server: everybody who is there, whatever their
role; and what each of them can do to it at any moment."""

import pytest

from server.recordings import RECORDER, store
from server.recordings.model import Recording
from tests.server.room.everybody import DEADLINE, ROLES, Everybody, Guest
from tests.signaling.media.waiting import until

pytestmark = pytest.mark.timeout(600)


async def rows(everybody: Everybody) -> list[Recording]:
    async with everybody.office.db.reading() as tx:
        return await store.of_case(tx, everybody.cast.case)


async def reads(guests: dict[str, Guest], state: str) -> None:
    """Everybody who is in the joint chamber reads the same."""
    for guest in guests.values():
        if guest.place == "joint":
            await guest.until(lambda g=guest: g.view["recording"]["state"] == state, state)  # type: ignore[misc]


async def runs(everybody: Everybody, guests: dict[str, Guest]) -> None:
    """It is on, for everybody to see, and its file is open."""
    await reads(guests, "on")
    await until(lambda: everybody.office.app[RECORDER].recording(everybody.cast.session), DEADLINE)
    everybody.office.clock.forward(seconds=1)  # rows are told apart by their second


async def ended(everybody: Everybody, why: str, number: int) -> None:
    """Nothing is taken any more when the server has answered; the row says why, soon."""
    assert not everybody.office.app[RECORDER].recording(everybody.cast.session)
    found = await rows(everybody)
    while len(found) < number or found[-1].ended_at is None:
        found = await rows(everybody)
    assert (len(found), found[-1].why) == (number, why)


async def test_one_no_of_anybody_is_enough_before_and_while_it_runs(everybody: Everybody) -> None:
    """Of every role: silence keeps it from beginning, a no too; a yes taken back ends it."""
    async with everybody.meeting(*ROLES) as guests:
        for number, role in enumerate(ROLES, 1):
            everybody.office.clock.forward(seconds=20)
            asks, one = guests["co_mediator" if role == "mediator" else "mediator"], guests[role]
            if number > 1:  # yeses to the same question hold; asked for something else, all are asked anew
                await asks.tell("recording_ask", {"what": "reading"})
                await asks.tell("recording_stop")
            await asks.tell("recording_ask", {"what": "all"})
            for other in guests.values():
                if other not in (one, asks):
                    await other.tell("recording_agree", {"agree": True})
            await asks.until(lambda a=asks, o=one: a.view["recording"]["missing"] == [o.id], "all but one")  # type: ignore[misc]
            await reads(guests, "asking")
            assert one.view["recording"]["agreed"] is None
            await one.tell("recording_agree", {"agree": False})
            await reads(guests, "stopped")
            assert asks.view["recording"]["reason"] == "refused"
            assert len(await rows(everybody)) == number - 1, "nothing was begun"
            await asks.tell("recording_ask", {"what": "all"})
            await one.tell("recording_agree", {"agree": True})
            await runs(everybody, guests)
            await one.tell("recording_agree", {"agree": False})
            await ended(everybody, "revoked", number)
            await reads(guests, "stopped")


async def test_whoever_comes_later_ends_it_until_they_agree(everybody: Everybody) -> None:
    """Of every role, the mediator of the case included: one after another they come into a recording that runs."""
    first, later = ("co_mediator", "applicant"), [role for role in ROLES if role not in ("co_mediator", "applicant")]
    async with everybody.meeting(*first) as guests:
        await guests["co_mediator"].tell("recording_ask", {"what": "all"})
        await guests["applicant"].tell("recording_agree", {"agree": True})
        await runs(everybody, guests)
        for number, role in enumerate(later, 1):
            await everybody.come(guests, role)
            await ended(everybody, "newcomer", number)
            await reads(guests, "asking")
            for other, guest in guests.items():
                assert guest.view["recording"]["agreed"] is (None if other == role else True)
            await guests[role].tell("recording_agree", {"agree": True})
            await runs(everybody, guests)
        assert {one.person for one in (await rows(everybody))[-1].people} == {
            everybody.ids[role] for role in ROLES if role != "observer"
        }, "who sends nothing is in no recording"
        observer = guests["observer"]
        await observer.tell("leave")
        await reads({role: one for role, one in guests.items() if one is not observer}, "on")


async def test_who_takes_part_by_telephone_is_asked_by_a_host(everybody: Everybody) -> None:
    person = everybody.ids["respondent"]
    async with everybody.meeting("mediator", "applicant") as guests:
        host, lin = guests["mediator"], guests["applicant"]
        await host.tell("recording_ask", {"what": "all"})
        await lin.tell("recording_agree", {"agree": True})
        await runs(everybody, guests)
        await host.tell("phone_seat", {"person": person, "on": True})
        await ended(everybody, "newcomer", 1)
        assert (await lin.say("recording_agree", {"agree": True, "person": person}))["code"] == "right_missing"
        await host.tell("recording_agree", {"agree": True, "person": person})
        await runs(everybody, guests)
        await host.tell("recording_agree", {"agree": False, "person": person})
        await ended(everybody, "revoked", 2)


async def test_the_reading_alone_is_recorded_in_its_stages(everybody: Everybody) -> None:
    async with everybody.meeting("mediator", "applicant", "respondent", "observer") as guests:
        host = guests["mediator"]
        await host.tell("recording_ask", {"what": "reading"})
        for role in ("applicant", "respondent", "observer"):
            await guests[role].tell("recording_agree", {"agree": True})
        for number, stage in enumerate(("opening", "joint", "proposals", "reading", "signing", "closing")):
            await host.tell("stage", {"stage": stage})
            for guest in guests.values():
                await guest.until(lambda g=guest, s=stage: g.view["stage"] == s, stage)  # type: ignore[misc]
            if stage in ("reading", "signing"):
                await runs(everybody, guests)
                assert len(await rows(everybody)) == 1
            elif number < 3:
                await reads(guests, "asking")
                assert await rows(everybody) == []
        await ended(everybody, "stage", 1)


async def test_it_stops_with_the_first_step_into_any_private_talk(everybody: Everybody) -> None:
    """And begins again only when a host asks; who is away in it reads that nothing is recorded there."""
    talks = (
        ("caucus_applicant", ["applicant"]), ("caucus_respondent", ["respondent"]), ("side_applicant", ["applicant"]),
        ("side_respondent", ["respondent"]), ("aside", ["expert"]),
    )  # fmt: skip
    async with everybody.meeting("mediator", "applicant", "respondent", "expert", "observer") as guests:
        host = guests["mediator"]
        for number, (chamber, people) in enumerate(talks, 1):
            everybody.office.clock.forward(seconds=20)
            await host.tell("recording_ask", {"what": "all"})
            for role in ("applicant", "respondent", "expert", "observer"):
                await guests[role].tell("recording_agree", {"agree": True})
            await runs(everybody, guests)
            await everybody.move(guests, people, chamber)
            await ended(everybody, "private_talk", number)
            assert all(guests[one].view["recording"]["state"] == "off" for one in people)
            error = await guests[people[0]].say("recording_agree", {"agree": True})
            assert error["code"] == "not_in_room", "there is nothing to agree to in there"
            assert (await host.say("recording_ask", {"what": "all"})) == {}
            await host.tell("recording_stop")
            assert len(await rows(everybody)) == number, "asked in a private talk, it waits for its end"
            everybody.office.clock.forward(seconds=12)
            await host.tell("move", {"people": [], "chamber": "joint"})
            for guest in guests.values():
                await guest.until(lambda g=guest: g.place == "joint" and not g.view["away"], "back")  # type: ignore[misc]
