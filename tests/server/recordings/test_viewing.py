"""Films: made beside the server, in line, outside the sealed directory, for nobody who may no longer see them."""

import asyncio
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from server.recordings import RECORDER, films
from server.recordings.films import MAKING
from server.recordings.lifetime import SHELF, sweep
from server.recordings.model import Recording, RecordingState
from server.recordings.shelf import Shelf
from server.recordings.viewings import VIEWINGS
from server.settings import Settings
from server.web import keys
from signaling import spawn
from signaling.media.recording import Exported, export
from tests.actors import Answer, Browser
from tests.conftest import MakeOffice, Office
from tests.server.recordings.recorded import Meeting
from tests.signaling.media.waiting import until

SERVER = """
import asyncio, sys
from pathlib import Path
from types import SimpleNamespace
from server.recordings import films
from signaling.media.recording import Order

order = Order("rec_1", sys.argv[1], bytes(32), None, "/nowhere")
shelf, recording = SimpleNamespace(order=lambda *_: order), SimpleNamespace(chunks=1)
asyncio.run(films.made(shelf, recording, Path("/nowhere")))
"""


@pytest.fixture
async def lin(meeting: Meeting) -> Browser:
    """The applicant, let in to the recording there is."""
    row = await meeting.recorded()
    decision = {"person": meeting.person("applicant"), "may_view": True}
    assert (await meeting.cast.mediator.post(f"/api/recordings/{row.id}/decisions", decision)).status == 200
    return await meeting.cast.seat("applicant")


async def looked_at(browser: Browser, meeting: Meeting, person: str = "") -> Answer:
    [row] = await meeting.rows()
    return await browser.post(f"/api/recordings/{row.id}/viewings", {"person": person})


@asynccontextmanager
async def in_line(browser: Browser, meeting: Meeting) -> AsyncIterator[asyncio.Task[Answer]]:
    """A viewing that waits, because others' films are being made until this context is left."""
    making = meeting.office.app[MAKING]
    async with making, making:
        waiting = spawn(looked_at(browser, meeting), name="viewing")
        await until(lambda: making._waiters)
        yield waiting


async def test_films_are_made_in_a_process_of_their_own(
    meeting: Meeting, lin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("in the server's own process")

    for module, name in ((export, "export"), (export, "inspect")):
        monkeypatch.setattr(module, name, never)
    answer = await looked_at(lin, meeting)
    assert answer.status == 200 and len(answer.json["films"]) == 3, answer.json


def test_a_child_does_not_outlive_a_server_that_was_killed(tmp_path: Path) -> None:
    """The child waits for a file that gives nothing; when it ends, nobody reads from there any more."""
    pipe = tmp_path / "rec_1"
    os.mkfifo(pipe)
    with subprocess.Popen([sys.executable, "-c", SERVER, str(pipe)], cwd=films.ROOT) as server:
        file = os.open(pipe, os.O_WRONLY)  # from here on the child is at work
        look = select.poll()
        look.register(file, 0)
        assert not look.poll(0)
        server.send_signal(signal.SIGKILL)
        assert look.poll(15_000)
        os.close(file)


async def test_two_at_once_and_others_wait_in_line(meeting: Meeting, lin: Browser) -> None:
    async with in_line(lin, meeting) as waiting:
        assert not waiting.done() and not list(meeting.office.app[keys.SETTINGS].films.iterdir())
    assert (await waiting).status == 200


async def test_nothing_in_clear_is_ever_in_the_sealed_directory(
    meeting: Meeting, lin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, found = meeting.office.app[keys.SETTINGS], list[set[str]]()

    async def watched(
        shelf: Shelf, recording: Recording, into: Path, people: Collection[str] | None = None
    ) -> list[Exported]:
        done = await real(shelf, recording, into, people)
        assert into.is_relative_to(settings.films) and {one.file for one in done} == set(os.listdir(into))
        found.append({path.name for path in settings.recordings.rglob("*")})
        return done

    real = films.made
    monkeypatch.setattr(films, "made", watched)
    assert (await looked_at(lin, meeting)).status == 200
    [row] = await meeting.rows()
    assert found == [{f"{row.id}.sealed"}] and not list(settings.films.iterdir())


async def test_what_a_killed_process_left_in_clear_is_gone_at_the_next_start(
    settings: Settings, founded: Path, make_office: MakeOffice
) -> None:
    await asyncio.to_thread(shutil.copytree, founded, settings.data)
    left = settings.films / "tmp1" / "01-camera.webm"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"in clear")
    await make_office()
    assert [*settings.films.rglob("*")] == [] and settings.films.stat().st_mode & 0o777 == 0o700


async def test_who_was_let_in_and_then_no_longer_sees_nothing(meeting: Meeting, lin: Browser) -> None:
    [row] = await meeting.rows()
    refusal = {"person": meeting.person("applicant"), "may_view": False}
    async with in_line(lin, meeting) as waiting:
        await meeting.cast.mediator.post(f"/api/recordings/{row.id}/decisions", refusal)
    assert (await waiting).code == "recording_closed"
    assert meeting.office.app[VIEWINGS]._films == {}, "withdrawn"


async def test_what_is_destroyed_meanwhile_is_not_seen(meeting: Meeting, lin: Browser) -> None:
    app = meeting.office.app
    async with in_line(lin, meeting) as waiting:
        rows = await meeting.rows()
        for person in meeting.peers:
            browser = await who(meeting, person)
            await browser.post(f"/api/recordings/{rows[0].id}/deletion", {"destroy": True})
        assert not app[SHELF].path(rows[0].id).exists()
    assert (await waiting).code == "recording_destroyed"
    assert app[VIEWINGS]._films == {} and await sweep(app[keys.DB], app[SHELF], app[keys.CLOCK]) == []


async def who(meeting: Meeting, person: str) -> Browser:
    if person == meeting.cast.mediator_id:
        return meeting.cast.mediator
    return await meeting.cast.seat("applicant" if person == meeting.person("applicant") else "respondent")


async def test_whom_one_must_never_meet_one_does_not_meet_in_a_recording(meeting: Meeting, lin: Browser) -> None:
    chen, mediator = meeting.person("respondent"), meeting.cast.mediator
    groups = [[meeting.person("applicant"), chen]]
    kept = await mediator.put(f"/api/cases/{meeting.cast.case}/apart", {"groups": groups})
    assert kept.status == 200, kept.json
    answer = await looked_at(lin, meeting)
    assert {one["person"] for one in answer.json["films"]} == {meeting.person("applicant"), meeting.cast.mediator_id}
    assert (await looked_at(lin, meeting, chen)).json["films"] == []
    assert len((await looked_at(mediator, meeting)).json["films"]) == 3


async def test_whom_one_must_never_meet_one_does_not_see_at_anothers_device(office: Office) -> None:
    """The centre's camera had both in its picture: that film is not for who must not meet either of them."""
    cast = await office.cast("hospital")
    cast.links["respondent"] = cast.links["representative-2"]
    meeting = Meeting(office, cast)
    lin, chen, beside = meeting.person("applicant"), meeting.person("respondent"), cast.person("representative")
    row, mediator = await meeting.recorded({lin: (beside,)}), meeting.cast.mediator
    decision = {"person": chen, "may_view": True}
    assert (await mediator.post(f"/api/recordings/{row.id}/decisions", decision)).status == 200
    browser = await meeting.cast.seat("respondent")
    before = await looked_at(browser, meeting)
    assert {one["person"] for one in before.json["films"]} == set(meeting.peers)
    kept = await mediator.put(f"/api/cases/{meeting.cast.case}/apart", {"groups": [[beside, chen]]})
    assert kept.status == 200, kept.json
    rest = {meeting.cast.mediator_id, chen}
    assert {one["person"] for one in (await looked_at(browser, meeting)).json["films"]} == rest
    assert (await looked_at(browser, meeting, lin)).json["films"] == []
    for film in before.json["films"]:
        assert (await browser.get(film["url"])).status == (200 if film["person"] in rest else 404), "open ones, too"
    assert len((await looked_at(mediator, meeting)).json["films"]) == 3


async def test_of_a_recording_in_which_nothing_was_taken_there_are_no_films(meeting: Meeting) -> None:
    subject = meeting.office.app[RECORDER]
    subject.start(meeting.cast.session, 3, meeting.peers, dict.fromkeys(meeting.peers, ()))
    subject.stop(meeting.cast.session, "newcomer")
    await meeting.until(RecordingState.ended)
    answer = await looked_at(meeting.cast.mediator, meeting)
    assert (answer.status, answer.json["films"]) == (200, [])
