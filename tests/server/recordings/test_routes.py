"""Who sees a recording and when, each viewing in the journal, and the end of it."""

import asyncio
import io
import json
from dataclasses import replace
from pathlib import Path

import av
import pytest

from server.keeping.backup import backup, restore
from server.recordings.lifetime import RECORDER, SHELF, sweep
from server.recordings.model import RecordingState
from server.recordings.rules import FILM_FOR, OPEN_FOR
from server.settings import KeepingOptions
from server.store import journal
from server.web import keys
from tests.actors import Browser
from tests.server.recordings.recorded import Meeting, spoil


async def kinds(meeting: Meeting) -> list[tuple[str, str]]:
    """What happened to recordings and who did it, by the journal."""
    async with meeting.office.db.reading() as tx:
        entries = await journal.read(tx, meeting.cast.case)
    return [(e.kind.removeprefix("recording."), e.actor) for e in entries if e.kind.startswith("recording.")]


async def seen(browser: Browser, meeting: Meeting) -> list[dict[str, object]]:
    answer = await browser.get(f"/api/cases/{meeting.cast.case}/recordings")
    assert answer.status == 200, answer.json
    return list(answer.json["recordings"])


async def test_the_mediator_sees_every_film_and_the_journal_knows(meeting: Meeting) -> None:
    row, mediator = await meeting.recorded(), meeting.cast.mediator
    [listed] = await seen(mediator, meeting)
    assert listed["may_view"] and len(listed["people"]) == 3  # type: ignore[arg-type]
    assert all(one["name"] for one in listed["people"])  # type: ignore[attr-defined]
    answer = await mediator.post(f"/api/recordings/{row.id}/viewings")
    assert answer.status == 200, answer.json
    assert {film["person"] for film in answer.json["films"]} == set(meeting.peers)
    assert all(film["name"] for film in answer.json["films"])
    whole = await mediator.get(answer.json["films"][0]["url"])
    assert whole.status == 200 and whole.headers["Content-Type"] == "video/webm"
    assert whole.headers["Cache-Control"] == "no-store"
    with av.open(io.BytesIO(whole.body)) as film:
        assert {stream.codec_context.name for stream in film.streams} == {"vp8", "opus"}
    part = await mediator.get(answer.json["films"][0]["url"], headers={"Range": "bytes=10-19"})
    assert (part.status, part.body) == (206, whole.body[10:20])
    assert (await kinds(meeting))[-1] == ("viewed", meeting.cast.mediator_id)


async def test_nothing_in_clear_lies_under_a_name_while_it_is_seen(meeting: Meeting) -> None:
    row = await meeting.recorded()
    await meeting.cast.mediator.post(f"/api/recordings/{row.id}/viewings")
    directory = meeting.office.app[keys.SETTINGS].recordings
    assert [path.name for path in directory.rglob("*")] == [f"{row.id}.sealed"]


async def test_a_party_sees_it_only_after_the_mediator_said_so_and_for_a_week(meeting: Meeting) -> None:
    row, mediator = await meeting.recorded(), meeting.cast.mediator
    lin = await meeting.cast.seat("applicant")
    [listed] = await seen(lin, meeting)
    assert not listed["may_view"] and listed["inside"] and listed["people"] == []
    assert (await lin.post(f"/api/recordings/{row.id}/viewings")).code == "recording_closed"
    assert (await lin.post(f"/api/recordings/{row.id}/requests")).json["asked"]
    assert (await lin.post(f"/api/recordings/{row.id}/viewings")).code == "recording_closed"
    decision = {"person": meeting.person("applicant"), "may_view": True}
    assert (await lin.post(f"/api/recordings/{row.id}/decisions", decision)).status == 403
    assert (await mediator.post(f"/api/recordings/{row.id}/decisions", decision)).status == 200
    opened = await lin.post(f"/api/recordings/{row.id}/viewings", {"person": meeting.person("applicant")})
    assert [film["person"] for film in opened.json["films"]] == [meeting.person("applicant")]
    url = opened.json["films"][0]["url"]
    lin.seat, slug = None, lin.seat  # a player sends cookies, and no header of ours
    assert (await lin.get(url)).status == 200
    lin.seat = slug
    [listed] = await seen(lin, meeting)
    assert listed["may_view"] and listed["open_until"] and not listed["refused"]
    closed = await mediator.post(f"/api/recordings/{row.id}/decisions", decision | {"may_view": False})
    [listed] = await seen(lin, meeting)
    assert listed["refused"] and listed["open_until"] is None
    assert closed.status == 200 and (await lin.get(url)).status == 404
    await mediator.post(f"/api/recordings/{row.id}/decisions", decision)
    meeting.office.clock.forward(seconds=OPEN_FOR.total_seconds() + 1)
    [listed] = await seen(lin, meeting) if (await lin.get("/api/seat")).status == 200 else [{"may_view": False}]
    assert not listed["may_view"]
    happened = [what for what, _ in await kinds(meeting)]
    assert happened == ["started", "ended", "asked", "opened", "viewed", "closed", "opened"]


async def test_a_film_is_for_the_login_that_opened_it_and_for_two_hours(meeting: Meeting) -> None:
    row, mediator = await meeting.recorded(), meeting.cast.mediator
    films = (await mediator.post(f"/api/recordings/{row.id}/viewings")).json["films"]
    chen = await meeting.cast.seat("respondent")
    stranger = await meeting.office.browser()
    for other in (chen, stranger):
        assert (await other.get(films[0]["url"])).status == 404
        assert (await other.get(f"{films[0]['url']}?seat={chen.seat}")).status == 404
    assert (await mediator.get(films[0]["url"])).status == 200
    meeting.office.clock.forward(seconds=FILM_FOR.total_seconds() - 60)
    await mediator.get("/api/day")
    meeting.office.clock.forward(seconds=61)
    assert (await mediator.get(films[0]["url"])).status == 404


async def test_for_who_is_not_in_it_there_is_no_recording(meeting: Meeting) -> None:
    del meeting.peers[meeting.person("respondent")]
    await meeting.begin()
    meeting.speak("applicant")
    meeting.office.app[RECORDER].stop(meeting.cast.session, "host")
    row = await meeting.until(RecordingState.ended)
    chen = await meeting.cast.seat("respondent")
    assert await seen(chen, meeting) == []
    for path, body in (
        ("viewings", {}), ("requests", {}), ("deletion", {"destroy": True}),
        ("decisions", {"person": "x", "may_view": True}),
    ):  # fmt: skip
        answer = await chen.post(f"/api/recordings/{row.id}/{path}", body)
        assert answer.status in (403, 404) and answer.code in ("not_found", "not_permitted")
    stranger = await meeting.office.browser()
    assert (await stranger.get(f"/api/cases/{meeting.cast.case}/recordings")).status == 401


async def test_another_cases_people_find_nothing(meeting: Meeting) -> None:
    row = await meeting.recorded()
    other = await meeting.office.cast()
    assert (await other.mediator.post(f"/api/recordings/{row.id}/viewings")).status == 404
    assert (await other.mediator.get(f"/api/cases/{meeting.cast.case}/recordings")).status == 404


async def test_it_cannot_be_seen_while_it_is_made(meeting: Meeting) -> None:
    row = await meeting.begin()
    answer = await meeting.cast.mediator.post(f"/api/recordings/{row.id}/viewings")
    assert answer.code == "recording_under_way"
    answer = await meeting.cast.mediator.post(f"/api/recordings/{row.id}/deletion", {"destroy": True})
    assert answer.code == "recording_under_way"


async def test_only_when_everybody_asks_is_it_destroyed_key_and_file(meeting: Meeting) -> None:
    row = await meeting.recorded()
    path = meeting.office.app[SHELF].path(row.id)
    lin, chen = await meeting.cast.seat("applicant"), await meeting.cast.seat("respondent")
    wish, no = {"destroy": True}, {"destroy": False}
    opened = await meeting.cast.mediator.post(f"/api/recordings/{row.id}/viewings")
    film = opened.json["films"][0]
    for browser, said in ((lin, wish), (chen, wish), (lin, no), (meeting.cast.mediator, wish)):
        answer = await browser.post(f"/api/recordings/{row.id}/deletion", said)
        assert answer.status == 200 and answer.json["state"] == "ended" and path.exists()
    assert (await lin.post(f"/api/recordings/{row.id}/deletion", wish)).json["state"] == "destroyed"
    assert not path.exists() and (await meeting.cast.mediator.get(film["url"])).status == 404
    [gone] = await meeting.rows()
    assert gone.key is None and gone.state is RecordingState.destroyed
    assert (await meeting.cast.mediator.post(f"/api/recordings/{row.id}/viewings")).code == "recording_destroyed"
    assert (await kinds(meeting))[-1] == ("destroyed", "server")


async def test_a_destroyed_key_is_in_no_file_and_in_no_later_backup(meeting: Meeting, tmp_path: Path) -> None:
    row, settings = await meeting.recorded(), meeting.office.app[keys.SETTINGS]
    assert row.key and any(row.key in data for data in all_bytes(settings.data))
    for browser in (meeting.cast.mediator, await meeting.cast.seat("applicant"), await meeting.cast.seat("respondent")):
        await browser.post(f"/api/recordings/{row.id}/deletion", {"destroy": True})
    assert (await meeting.rows())[0].state is RecordingState.destroyed
    assert not any(row.key in data for data in all_bytes(settings.data))
    sealed = replace(settings, keeping=KeepingOptions(backup_passphrase="of the archive"))
    await asyncio.to_thread(backup, sealed, tmp_path / "b", meeting.office.clock())
    await asyncio.to_thread(restore, tmp_path / "b", tmp_path / "again", "of the archive")
    restored = all_bytes(tmp_path / "again")
    assert any(row.id.encode() in data for data in restored) and not any(row.key in data for data in restored)


def all_bytes(directory: Path) -> list[bytes]:
    return [path.read_bytes() for path in directory.rglob("*") if path.is_file()]


async def test_a_party_does_not_learn_who_else_wants_it_destroyed(meeting: Meeting) -> None:
    row = await meeting.recorded()
    lin, chen = await meeting.cast.seat("applicant"), await meeting.cast.seat("respondent")
    before = await seen(chen, meeting)
    await lin.post(f"/api/recordings/{row.id}/deletion", {"destroy": True})
    await lin.post(f"/api/recordings/{row.id}/requests")
    assert await seen(chen, meeting) == before


async def test_when_its_time_is_over_it_is_destroyed(meeting: Meeting) -> None:
    row = await meeting.recorded()
    app, clock = meeting.office.app, meeting.office.clock
    clock.forward(days=179)
    assert await sweep(app[keys.DB], app[SHELF], clock) == []
    clock.forward(days=1)
    assert await sweep(app[keys.DB], app[SHELF], clock) == [row.id]
    assert not app[SHELF].path(row.id).exists() and (await meeting.rows())[0].key is None


@pytest.mark.parametrize("how", ["cut", "bit", "gone"])
async def test_a_file_that_is_not_as_journalled_is_not_shown(meeting: Meeting, how: str) -> None:
    row = await meeting.recorded()
    spoil(meeting.office.app[SHELF].path(row.id), how)
    answer = await meeting.cast.mediator.post(f"/api/recordings/{row.id}/viewings")
    assert (answer.status, answer.code) == (409, "recording_damaged")


async def test_answers_carry_neither_key_nor_place(meeting: Meeting) -> None:
    row = await meeting.recorded()
    key = meeting.office.app[keys.VAULT].open(f"recording|{row.id}", row.key or b"")
    told = json.dumps(await seen(meeting.cast.mediator, meeting))
    assert key.hex() not in told and ".sealed" not in told
