"""The two halves of the proof of isolation, and the recorder, with a real room and real media."""

import asyncio
from collections.abc import Mapping

from signaling.media import Peer
from signaling.namespace import Rooms
from signaling.office import Inside
from tests.signaling.conftest import House
from tests.signaling.test_live import HERTZ, Guest, eventually


class Tape:
    """A recorder in memory: whom it was told to record."""

    def __init__(self) -> None:
        self.said: list[tuple[str, object]] = []
        self.broken = False

    def start(self, room: str, epoch: int, peers: Mapping[str, Peer], people: Inside) -> None:
        if self.broken:
            raise OSError("disk full")
        self.said.append(("start", sorted(peers)))

    def audience(self, room: str, peers: Mapping[str, Peer], people: Inside) -> None:
        if not self.said or self.said[-1] != ("audience", sorted(peers)):
            self.said.append(("audience", sorted(peers)))

    def stop(self, room: str, why: str) -> None:
        self.said.append(("stop", why))


async def seated(house: House, *people: str) -> dict[str, Guest]:
    visitors = await house.enter(*people)
    guests = {}
    for person, visitor in zip(people, visitors, strict=True):
        guests[person] = await Guest.wire(visitor, person)
        house.stack.push_async_callback(guests[person].media.close)
    return guests


async def test_the_journal_gets_what_was_forwarded_in_each_epoch_to_whom_of_whom(house: House) -> None:
    guests = await seated(house, "gu", "lin", "chen")
    gu, lin, chen = guests["gu"], guests["lin"], guests["chen"]
    await eventually(lambda: all(g.sound(p) > 10 for q, g in guests.items() for p in HERTZ if p != q))
    await gu.visitor.say("move", {"people": ["lin"], "chamber": "caucus_applicant"})
    await lin.visitor.until(lambda: len(lin.visitor.all("go")) == 2)
    await chen.visitor.until(lambda: chen.visitor.room["away"])
    inside = gu.sound("lin")
    await eventually(lambda: gu.sound("lin") > inside + 50)
    await gu.visitor.say("end")
    await gu.visitor.hear("ended")
    together, private = house.journal.counts
    assert together[0] == 0 and together[1] == {"joint": ("gu", "lin", "chen")}
    assert all(together[2][one][other] > 10 for one in HERTZ for other in HERTZ if one != other)
    assert private[0] == 1 and private[1] == {"joint": ("chen",), "caucus_applicant": ("gu", "lin")}
    assert private[2]["gu"]["lin"] > 50 and private[2]["lin"]["gu"] > 50
    assert private[2]["gu"].keys() == {"lin"} and private[2]["lin"].keys() == {"gu"}
    assert "chen" not in private[2], "nothing was forwarded to who was outside"


async def test_what_was_counted_is_told_when_the_process_stops(house: House) -> None:
    guests = await seated(house, "gu", "lin")
    await eventually(lambda: guests["gu"].sound("lin") > 10)
    await house.room.close()
    ((epoch, people, forwarded, _),) = house.journal.counts
    assert (epoch, people) == (0, {"joint": ("gu", "lin")}) and forwarded["gu"]["lin"] > 10


async def agreed(rooms: Rooms, house: House, tape: Tape) -> dict[str, Guest]:
    rooms.recorder = tape
    guests = await seated(house, "gu", "lin", "chen")
    assert await guests["gu"].visitor.say("recording_ask", {"what": "all"}) == {"ok": True}
    for person in ("lin", "chen"):
        assert await guests[person].visitor.say("recording_agree", {"agree": True}) == {"ok": True}
    return guests


async def test_the_recorder_is_given_the_joint_chamber_and_stopped_before_a_caucus(house: House) -> None:
    tape = Tape()
    guests = await agreed(house.rooms, house, tape)
    everybody = ["chen", "gu", "lin"]
    assert tape.said == [("start", everybody), ("audience", everybody)]
    await guests["lin"].visitor.say("leave")
    await guests["gu"].visitor.say("pause")
    assert tape.said[2:] == [("audience", ["chen", "gu"]), ("stop", "paused")]
    notes = [line[1] for line in house.journal.lines if str(line[1]).startswith("recording")]
    assert notes == [
        "recording_asked", *["recording_agreed"] * 3, "recording_started", "recording_stopped",
    ]  # fmt: skip


async def test_a_recorder_that_cannot_begin_or_go_on_is_told_to_hosts_and_the_meeting_goes_on(house: House) -> None:
    tape = Tape()
    tape.broken = True
    guests = await agreed(house.rooms, house, tape)
    gu = guests["gu"].visitor
    await gu.until(lambda: gu.room["recording"]["reason"] == "failed")
    tape.broken = False
    await gu.say("recording_ask", {"what": "all"})
    assert tape.said[-1][0] == "audience" and gu.room["recording"]["state"] == "on"
    house.rooms.recording_failed("ses_1", "disk full")
    await gu.until(lambda: gu.room["recording"]["reason"] == "failed")
    assert tape.said[-1] == ("stop", "failed") and house.room.machine.hearers("lin") == {"gu", "chen"}


async def test_without_a_recorder_nothing_pretends_to_record(house: House) -> None:
    guests = await seated(house, "gu", "lin")
    await guests["gu"].visitor.say("recording_ask", {"what": "all"})
    await guests["lin"].visitor.say("recording_agree", {"agree": True})
    gu = guests["gu"].visitor
    await gu.until(lambda: gu.room["recording"]["reason"] == "failed")


async def test_only_hosts_read_how_the_line_to_somebody_is(house: House) -> None:
    guests = await seated(house, "gu", "lin")
    gu, lin = guests["gu"].visitor, guests["lin"].visitor

    unknown = {"received": {}, "loss": None, "rtt": None}

    def told() -> dict[str, object]:
        return next(p["health"] for p in gu.room["chamber"]["people"] if p["person"] == "lin")

    assert told() == unknown
    await eventually(lambda: guests["lin"].sound("gu") > 10)
    async with asyncio.timeout(20):
        while None in told().values():
            await lin.say("stats", {"received": {}})
            await asyncio.sleep(0.2)  # sixty messages in ten seconds are the limit
    assert all(p["health"] is None for p in lin.room["chamber"]["people"])
    await lin.client.disconnect()
    await gu.until(lambda: gu.room["chamber"]["people"][1]["state"] == "interrupted")
    assert told() == unknown
