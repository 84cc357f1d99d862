"""What the room tells the office stands in the journal of the case: that something happened, how much, never what."""

import json

from server.sessions.listener import ATTENDANCE
from server.store import journal
from tests.conftest import Cast, Office


async def test_counts_and_notes_of_a_room_are_in_the_chain(office: Office, cast: Cast) -> None:
    heard, room, now = office.app[ATTENDANCE], cast.session, office.clock()
    people = {"joint": ("chen",), "caucus_applicant": ("gu", "lin")}
    forwarded = {"gu": {"lin": 56}, "lin": {"gu": 57}}
    await heard.on_counts(room, 1, people, forwarded, {"lin": {"gu": (57, 12)}}, now)  # type: ignore[arg-type]
    await heard.on_note(room, "recording_agreed", "lin", {"by": "gu"}, now)
    await heard.on_note(room, "recording_stopped", "", {"why": "private_talk"}, now)
    async with office.db.reading() as tx:
        entries = await journal.read(tx, cast.case)
    assert journal.verify(entries) == []
    counted, agreed, stopped = entries[-3:]
    assert (counted.kind, counted.actor) == ("room.counted", "server")
    assert json.loads(counted.body or "") == {
        "session": room,
        "epoch": 1,
        "people": {"joint": ["chen"], "caucus_applicant": ["gu", "lin"]},
        "forwarded": forwarded,
        "received": {"lin": {"gu": [57, 12]}},
    }
    assert (agreed.kind, agreed.actor) == ("room.recording_agreed", "lin")
    assert json.loads(agreed.body or "") == {"session": room, "by": "gu"}
    assert (stopped.kind, stopped.actor) == ("room.recording_stopped", "server")
    assert await heard.before(room) is None, "neither says that anybody has a seat"
