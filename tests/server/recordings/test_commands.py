"""`hejie recording`, as the archive uses it."""

import asyncio
import json
import subprocess
from pathlib import Path

import pytest

from server import cli
from server.recordings import RECORDER
from server.recordings.lifetime import SHELF
from server.recordings.model import RecordingState
from server.store import journal
from server.web import keys
from tests.server.recordings.recorded import Meeting, spoil


@pytest.fixture
async def archive(meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """One recording, and the environment of its deployment."""
    await meeting.recorded()
    monkeypatch.setenv("HEJIE_DATA", str(meeting.office.app[keys.SETTINGS].data))
    monkeypatch.setenv("HEJIE_DEMO", "1")
    return meeting


async def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = await asyncio.to_thread(cli.main, ["recording", *words])
    out, err = capsys.readouterr()
    return code, out, err


async def test_list_and_verify(archive: Meeting, capsys: pytest.CaptureFixture[str]) -> None:
    [row] = await archive.rows()
    code, out, _ = await said(capsys, "list")
    assert code == 0 and row.id in out and "kept until" in out
    assert await said(capsys, "verify") == (0, f"{row.id}: whole, 6 chunks\n", "")
    spoil(archive.office.app[SHELF].path(row.id), "cut")
    code, _, err = await said(capsys, "verify", row.id)
    assert code == 1 and "recording_damaged not_as_journalled" in err
    assert (await said(capsys, "verify", "rec_none"))[0] == 1


async def test_a_recording_in_which_nothing_was_taken_is_not_damaged(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app = meeting.office.app
    monkeypatch.setenv("HEJIE_DATA", str(app[keys.SETTINGS].data))
    monkeypatch.setenv("HEJIE_DEMO", "1")
    app[RECORDER].start(meeting.cast.session, 3, meeting.peers, dict.fromkeys(meeting.peers, ()))
    app[RECORDER].stop(meeting.cast.session, "newcomer")
    row = await meeting.until(RecordingState.ended)
    assert await said(capsys, "verify") == (0, f"{row.id}: empty\n", "")


async def test_export_writes_films_that_ffprobe_accepts_and_a_manifest(
    archive: Meeting, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    [row] = await archive.rows()
    code, out, err = await said(capsys, "export", row.id, str(tmp_path / "out"))
    assert (code, err) == (0, "") and "3 films" in out
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["head"] == row.head and {film["person"] for film in manifest["films"]} == set(archive.peers)
    for film in manifest["films"]:
        command = ["ffprobe", "-v", "warning", "-count_frames", "-show_streams", str(tmp_path / "out" / film["file"])]
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
        assert done.stderr == ""
    async with archive.office.db.reading() as tx:
        entries = await journal.read(tx, archive.cast.case)
    assert (entries[-1].kind, entries[-1].actor) == ("recording.exported", "operator")


async def test_export_never_writes_over_anything(
    archive: Meeting, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    [row] = await archive.rows()
    code, _, err = await said(capsys, "export", row.id, str(tmp_path))
    assert code == 1 and "exists" in err
    assert (await said(capsys, "export", "rec_none", str(tmp_path / "out")))[0] == 1
