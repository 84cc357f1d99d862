"""What the rooms say of recording, carried out: file, journal, alarm, and what a crash leaves."""

import asyncio
import errno
import io
import json
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from typing_extensions import Buffer

from server.recordings import RECORDER, recorder, store
from server.recordings.lifetime import SHELF
from server.recordings.model import RecordingDamaged, RecordingState
from server.recordings.recorder import RoomRecorder
from server.recordings.shelf import Shelf
from server.store import journal
from server.web import keys
from signaling.media.recording import inspect
from signaling.media.recording.export import parts
from tests.server.recordings.recorded import LOOKS, Meeting, spoil
from tests.signaling.media.waiting import until


async def told(meeting: Meeting) -> list[tuple[str, dict[str, Any]]]:
    """The entries of recordings in the case's journal."""
    async with meeting.office.db.reading() as tx:
        entries = await journal.read(tx, meeting.cast.case)
    assert journal.verify(entries) == []
    return [(e.kind, json.loads(e.body or "{}")) for e in entries if e.kind.startswith("recording.")]


async def test_a_recording_is_sealed_chained_and_in_the_journal(meeting: Meeting) -> None:
    row = await meeting.recorded()
    shelf = meeting.office.app[SHELF]
    assert row.why == "revoked" and row.chunks == 6 and row.key is not None
    assert shelf.check(row).head.hash == row.head
    assert [one.person for one in row.people] == sorted(meeting.peers)
    begun, ended = await told(meeting)
    assert begun[0] == "recording.started" and begun[1]["people"] == sorted(meeting.peers)
    assert ended == (
        "recording.ended",
        {"recording": row.id, "why": "revoked", "chunks": 6, "size": row.size, "head": row.head},
    )
    raw = shelf.path(row.id).read_bytes()
    assert os.stat(shelf.path(row.id)).st_mode & 0o777 == 0o600
    assert not any(person.encode() in raw for person in meeting.peers)


async def test_the_key_lies_nowhere_in_clear(meeting: Meeting) -> None:
    row = await meeting.recorded()
    key = meeting.office.app[keys.VAULT].open(f"recording|{row.id}", row.key or b"")
    assert len(key) == 32 and [*parts(meeting.office.app[SHELF].path(row.id), key)]
    for path in meeting.office.app[keys.SETTINGS].data.rglob("*"):
        if path.is_file():
            assert key not in path.read_bytes() and key.hex().encode() not in path.read_bytes(), path.name


async def test_stopping_takes_nothing_more_before_anything_else_happens(meeting: Meeting) -> None:
    await meeting.begin()
    meeting.speak("applicant", 3)
    meeting.office.app[RECORDER].stop(meeting.cast.session, "revoked")
    meeting.speak("applicant", 5)
    row = await meeting.until(RecordingState.ended)
    key = meeting.office.app[keys.VAULT].open(f"recording|{row.id}", row.key or b"")
    frames = [f for _, part in parts(meeting.office.app[SHELF].path(row.id), key) for f in part.frames]
    assert len(frames) == 6  # three of voice, three pictures


async def test_a_stop_before_the_file_is_open_leaves_an_empty_recording(meeting: Meeting) -> None:
    subject = meeting.office.app[RECORDER]
    subject.start(meeting.cast.session, 3, meeting.peers, dict.fromkeys(meeting.peers, ()))
    subject.stop(meeting.cast.session, "newcomer")
    for role in LOOKS:
        meeting.speak(role)
    row = await meeting.until(RecordingState.ended)
    assert (row.chunks, row.why) == (0, "newcomer")


async def test_only_who_is_named_by_the_room_is_recorded(meeting: Meeting) -> None:
    await meeting.begin()
    gone = meeting.person("respondent")
    rest = {person: peer for person, peer in meeting.peers.items() if person != gone}
    meeting.office.app[RECORDER].audience(meeting.cast.session, rest, dict.fromkeys(rest, ()))
    for role in LOOKS:
        meeting.speak(role)
    meeting.office.app[RECORDER].stop(meeting.cast.session, "host")
    row = await meeting.until(RecordingState.ended)
    key = meeting.office.app[keys.VAULT].open(f"recording|{row.id}", row.key or b"")
    assert {part.person for _, part in parts(meeting.office.app[SHELF].path(row.id), key)} == set(rest)


async def test_who_agreed_and_comes_back_later_is_written_down_as_in_it(meeting: Meeting) -> None:
    late, everybody = meeting.person("respondent"), dict(meeting.peers)
    del meeting.peers[late]
    await meeting.begin()
    meeting.office.app[RECORDER].audience(meeting.cast.session, everybody, dict.fromkeys(everybody, ()))
    end = asyncio.get_running_loop().time() + 15
    while (await meeting.rows())[0].person(late) is None:
        assert asyncio.get_running_loop().time() < end
        await asyncio.sleep(0.02)
    meeting.office.app[RECORDER].audience(meeting.cast.session, meeting.peers, dict.fromkeys(meeting.peers, ()))
    meeting.office.app[RECORDER].stop(meeting.cast.session, "host")
    row = await meeting.until(RecordingState.ended)
    assert [one.person for one in row.people] == sorted(everybody)
    assert ("recording.joined", {"recording": row.id, "people": [late]}) in await told(meeting)


async def test_who_is_on_the_telephone_is_in_it_without_a_line_of_their_own(meeting: Meeting) -> None:
    on_the_phone = meeting.person("respondent")
    peers = {person: peer for person, peer in meeting.peers.items() if person != on_the_phone}
    subject = meeting.office.app[RECORDER]
    subject.start(meeting.cast.session, 3, peers, {**dict.fromkeys(peers, ()), on_the_phone: ()})
    await until(lambda: subject.recording(meeting.cast.session))
    meeting.speak("applicant")
    subject.stop(meeting.cast.session, "host")
    row = await meeting.until(RecordingState.ended)
    assert [one.person for one in row.people] == sorted(meeting.peers)
    chen = await meeting.cast.seat("respondent")
    assert (await chen.post(f"/api/recordings/{row.id}/requests")).json["asked"]
    for other in (meeting.cast.mediator, await meeting.cast.seat("applicant")):
        answer = await other.post(f"/api/recordings/{row.id}/deletion", {"destroy": True})
        assert answer.json["state"] == "ended", "not without who is only heard"


async def test_in_whose_film_somebody_else_is_is_written_down(meeting: Meeting) -> None:
    lin, chen, beside = meeting.person("applicant"), meeting.person("respondent"), "beside"
    row = await meeting.begin({lin: (beside,)})
    assert (row.beside, row.person(beside) is not None) == ({(lin, beside)}, True)
    later = dict.fromkeys(meeting.peers, ()) | {chen: (beside,)}
    meeting.office.app[RECORDER].audience(meeting.cast.session, meeting.peers, later)
    meeting.office.app[RECORDER].stop(meeting.cast.session, "host")
    row = await meeting.until(RecordingState.ended)
    assert row.beside == {(lin, beside), (chen, beside)}, "at any time of it"


async def test_nobody_is_left_out_because_the_journal_was_away(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(recorder, "AGAIN_EVERY", 0.05)
    late, everybody, db = meeting.person("respondent"), dict(meeting.peers), meeting.office.db
    del meeting.peers[late]
    await meeting.begin()
    async with db.transaction() as tx:
        refuses = "CREATE TRIGGER refused BEFORE INSERT ON recorded BEGIN SELECT RAISE(ABORT, 'full'); END"
        await tx.execute(sa.text(refuses))
    meeting.office.app[RECORDER].audience(meeting.cast.session, everybody, dict.fromkeys(everybody, ()))
    meeting.office.app[RECORDER].stop(meeting.cast.session, "host")
    await until(lambda: caplog.text.count("journal.failed") > 1)
    async with db.transaction() as tx:
        await tx.execute(sa.text("DROP TRIGGER refused"))
    row = await meeting.until(RecordingState.ended)
    assert [one.person for one in row.people] == sorted(everybody)
    assert [kind for kind, _ in await told(meeting)] == ["recording.started", "recording.joined", "recording.ended"]


async def test_how_far_the_chain_has_come_is_written_down_while_it_goes_on(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "HEAD_EVERY", 0.05)
    await meeting.begin()
    end = asyncio.get_running_loop().time() + 15
    while not (heads := [body for kind, body in await told(meeting) if kind == "recording.head"]):
        meeting.speak("applicant", 1)
        await asyncio.sleep(0.02)
        assert asyncio.get_running_loop().time() < end
    row = (await meeting.rows())[0]
    path = meeting.office.app[SHELF].path(row.id)
    assert inspect(path).head.chunks >= heads[0]["chunks"] > 0
    meeting.office.app[RECORDER].stop(meeting.cast.session, "host")
    await meeting.until(RecordingState.ended)


class FullShelf(Shelf):
    """On a full disk: /dev/full answers every write with ENOSPC."""

    def create(self, recording: str) -> io.FileIO:
        return io.FileIO("/dev/full", "wb")


class NoShelf(Shelf):
    """On a disk that takes no new file."""

    def create(self, recording: str) -> io.FileIO:
        raise OSError(28, "No space left on device")


class HangingShelf(Shelf):
    """On a disk that does not answer until it is told to."""

    answers = threading.Event()

    def create(self, recording: str) -> io.FileIO:
        self.answers.wait(60)
        return super().create(recording)


async def test_a_disk_that_hangs_holds_nobody_up(meeting: Meeting) -> None:
    app = meeting.office.app
    shelf = app[SHELF]
    subject = RoomRecorder(
        app[keys.DB], HangingShelf(shelf.directory, shelf.vault), app[keys.CLOCK], recorder.timedelta(days=1)
    )
    subject.start(meeting.cast.session, 3, meeting.peers, dict.fromkeys(meeting.peers, ()))
    await meeting.until(RecordingState.on)
    subject.audience(meeting.cast.session, {}, {})
    subject.audience(meeting.cast.session, meeting.peers, dict.fromkeys(meeting.peers, ()))
    meeting.speak("applicant")
    subject.stop(meeting.cast.session, "revoked")
    assert not subject.recording(meeting.cast.session) and not list(shelf.directory.glob("*.sealed"))
    HangingShelf.answers.set()
    row = await meeting.until(RecordingState.ended)
    assert (row.chunks, row.why) == (0, "revoked"), "and nothing is taken when it wakes up after all"


@pytest.mark.parametrize(("shelf", "why"), [(FullShelf, "disk_full"), (NoShelf, "write_failed")])
async def test_what_cannot_be_written_raises_the_alarm_and_the_meeting_goes_on(
    meeting: Meeting, shelf: type[Shelf], why: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = meeting.office.app
    alarms: list[tuple[str, str]] = []
    subject = RoomRecorder(app[keys.DB], shelf(tmp_path, app[keys.VAULT]), app[keys.CLOCK], recorder.timedelta(days=1))
    subject.alarm = lambda room, reason: alarms.append((room, reason))
    subject.start(meeting.cast.session, 3, meeting.peers, dict.fromkeys(meeting.peers, ()))
    await until(lambda: alarms)
    for role in LOOKS:
        meeting.speak(role)
    await subject.close()
    assert alarms == [(meeting.cast.session, why)]
    [row] = await meeting.rows()
    assert (row.state, row.why, row.chunks) == (RecordingState.ended, why, 0), "and does not stay on"
    assert not subject.recording(meeting.cast.session)
    assert "recording.alarm" in caplog.text
    assert not any(person in caplog.text for person in meeting.peers)


class Filling(io.FileIO):
    """On a disk that is full from now on once it is told so."""

    full = False

    def write(self, data: Buffer, /) -> int:
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data)


class FillingShelf(Shelf):
    """Only the first file stands on such a disk."""

    first: ClassVar[list[Filling]] = []

    def create(self, recording: str) -> io.FileIO:
        super().create(recording).close()
        made = (io.FileIO if self.first else Filling)(self.path(recording), "wb")
        self.first.extend([made] if isinstance(made, Filling) else [])
        return made


async def test_an_end_that_could_not_be_written_is_told_and_stops_no_other_recording(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed: list[tuple[str, str, Any]] = []

    async def notify(room: str, what: str, people: Any = None) -> None:
        pushed.append((room, what, people))

    app, room = meeting.office.app, meeting.cast.session
    monkeypatch.setattr(app[keys.ROOMS], "notify", notify)
    subject, alarms = app[RECORDER], list[tuple[str, str]]()
    monkeypatch.setattr(FillingShelf, "first", [])
    monkeypatch.setattr(subject, "_shelf", FillingShelf(app[SHELF].directory, app[SHELF].vault))
    monkeypatch.setattr(subject, "alarm", lambda room, why: alarms.append((room, why)))
    first = await meeting.begin()
    meeting.speak("applicant")
    FillingShelf.first[0].full = True
    subject.stop(room, "stage")
    subject.start(room, 4, meeting.peers, dict.fromkeys(meeting.peers, ()))
    await until(lambda: pushed)
    row = next(one for one in await meeting.rows() if one.id == first.id)
    assert (row.state, row.why, row.chunks) == (RecordingState.ended, "disk_full", 0)
    assert pushed == [(room, "recordings", {meeting.cast.mediator_id})]
    await until(lambda: subject.recording(room))
    assert alarms == [], "the second goes on"
    subject.stop(room, "host")


async def test_what_a_killed_process_left_open_ends_at_its_last_whole_chunk(meeting: Meeting) -> None:
    row = await meeting.begin()
    meeting.speak("applicant")
    shelf, app = meeting.office.app[SHELF], meeting.office.app
    run = app[RECORDER]._running.pop(meeting.cast.session)  # its process is gone; the row still says "on"
    assert run.recording is not None and run.task is not None
    run.task.cancel()
    head = await run.recording.finish()
    spoil(shelf.path(row.id), "tail")
    again = RoomRecorder(app[keys.DB], shelf, app[keys.CLOCK], recorder.timedelta(days=1))
    await again.recover()
    [found] = await meeting.rows()
    assert (found.state, found.why, found.chunks, found.head) == (
        RecordingState.ended, "process_ended", head.chunks, head.hash,
    )  # fmt: skip
    assert shelf.check(found).cut_off == 0
    await again.recover()
    assert [kind for kind, _ in await told(meeting)] == ["recording.started", "recording.ended"]


async def test_a_file_altered_while_the_process_was_dead_is_left_as_it_is_and_found_damaged(meeting: Meeting) -> None:
    row = await meeting.recorded()
    app, shelf = meeting.office.app, meeting.office.app[SHELF]
    async with app[keys.DB].transaction() as tx:
        await store.save(tx, replace(row, state=RecordingState.on, ended_at=None))
    spoil(shelf.path(row.id), "bit")
    before = shelf.path(row.id).read_bytes()
    await RoomRecorder(app[keys.DB], shelf, app[keys.CLOCK], recorder.timedelta(days=1)).recover()
    [found] = await meeting.rows()
    assert (found.state, found.head) == (RecordingState.ended, row.head)
    with pytest.raises(RecordingDamaged):
        shelf.check(found)
    assert shelf.path(row.id).read_bytes() == before


async def test_a_stopping_server_finishes_what_is_being_recorded(meeting: Meeting) -> None:
    await meeting.begin()
    meeting.speak("applicant")
    await meeting.office.app[RECORDER].close()
    [row] = await meeting.rows()
    assert (row.state, row.why, row.chunks) == (RecordingState.ended, "server_stopped", 2)
