"""A whole meeting over real sockets: asked, agreed, recorded; a private talk; what is in the file, and what is not."""

import io
from collections.abc import AsyncIterator

import pytest

from server.recordings import RECORDER, store
from server.recordings.lifetime import SHELF
from server.recordings.model import Recording, RecordingState
from server.recordings.shelf import Shelf
from server.rehearse.actor import Actor
from server.web import keys
from signaling.media.recording.export import parts
from signaling.media.synthetic import key_frame, tone
from tests.conftest import Cast, Office
from tests.signaling.media.waiting import until

LOOKS = {"mediator": (20, 1000), "applicant": (3, 400), "respondent": (11, 700)}
SECRET = (24, 1300)
"""What is painted and hummed in the private talk."""


@pytest.fixture
async def people(office: Office, cast: Cast) -> AsyncIterator[dict[str, Actor]]:
    """All three in the joint chamber, seen and heard."""
    path = f"/api/sessions/{cast.session}"
    await cast.mediator.post(f"{path}/acts", {"act": "open"})
    actors = {role: Actor(office.base, role, hertz=hertz, colour=colour) for role, (colour, hertz) in LOOKS.items()}
    try:
        await actors["mediator"].enter((await cast.mediator.post(f"{path}/ticket")).json)
        for role in ("applicant", "respondent"):
            browser, actor, person = await cast.ready(role), actors[role], cast.person(role)
            await actor.enter((await browser.post("/api/seat/ticket")).json)
            host = actors["mediator"]
            await host.until("knocked", lambda p=person, h=host: [o["person"] for o in h.view.get("lobby", [])] == [p])  # type: ignore[misc]
            await host.tell("admit", {"person": person})
        for actor in actors.values():
            await actor.until("hears both", lambda a=actor: sum(_sound(a)) > 5 and len(_sound(a)) == 2)  # type: ignore[misc]
        yield actors
    finally:
        for actor in actors.values():
            await actor.close()


def _sound(actor: Actor) -> list[int]:
    return [entry["audio_packets"] for entry in actor.media.received().values() if entry["audio_packets"] > 2]


async def rows(office: Office, cast: Cast) -> list[Recording]:
    async with office.db.reading() as tx:
        return await store.of_case(tx, cast.case)


async def ended(office: Office, cast: Cast) -> Recording:
    found: list[Recording] = []
    while not found or found[0].state is not RecordingState.ended:
        found = await rows(office, cast)
    return found[0]


def content(office: Office, row: Recording) -> dict[tuple[str, str], set[bytes]]:
    key = office.app[keys.VAULT].open(f"recording|{row.id}", row.key or b"")
    found: dict[tuple[str, str], set[bytes]] = {}
    for _, part in parts(office.app[SHELF].path(row.id), key):
        found.setdefault((part.person, part.kind), set()).update(frame.data for frame in part.frames)
    return found


async def test_recorded_when_all_agree_and_never_in_a_private_talk(
    office: Office, cast: Cast, people: dict[str, Actor]
) -> None:
    host, lin, chen = people["mediator"], people["applicant"], people["respondent"]
    await host.tell("recording_ask", {"what": "all"})
    await lin.tell("recording_agree", {"agree": True})
    assert await rows(office, cast) == []  # one answer is missing
    await chen.tell("recording_agree", {"agree": True})
    await chen.until("recording is shown", lambda: chen.view["recording"]["state"] == "on")
    await until(lambda: office.app[SHELF].directory.exists() and list(office.app[SHELF].directory.iterdir()))
    path = next(office.app[SHELF].directory.iterdir())
    await until(lambda: path.stat().st_size > 20_000, 15)

    await host.tell("move", {"people": [cast.person("applicant")], "chamber": "caucus_applicant"})
    for actor in (host, lin):
        actor.media.paint(SECRET[0])
        actor.media.hum(SECRET[1])
    row = await ended(office, cast)
    await lin.until("in the private talk", lambda: (lin.view["chamber"] or {}).get("id") == "caucus_applicant")
    await lin.until(
        "hears the host there", lambda: any(abs(e["hertz"] - SECRET[1]) < 60 for e in lin.media.received().values())
    )
    assert row.why == "private_talk" and chen.view["recording"]["state"] != "on"

    found = content(office, row)
    ids = {"mediator": cast.mediator_id, "applicant": cast.person("applicant"), "respondent": cast.person("respondent")}
    for role, (colour, hertz) in LOOKS.items():
        assert found[ids[role], "video"] == {key_frame(colour)}
        assert found[ids[role], "audio"] <= set(tone(hertz))
    whispered = set(tone(SECRET[1])) | {key_frame(SECRET[0])}
    assert not whispered & {data for frames in found.values() for data in frames}
    assert [one.id for one in await rows(office, cast)] == [row.id]


async def test_a_consent_taken_back_stops_it_for_everybody(
    office: Office, cast: Cast, people: dict[str, Actor]
) -> None:
    host, lin, chen = people["mediator"], people["applicant"], people["respondent"]
    await host.tell("recording_ask", {"what": "all"})
    for actor in (lin, chen):
        await actor.tell("recording_agree", {"agree": True})
    await chen.until("recording is shown", lambda: chen.view["recording"]["state"] == "on")
    await chen.tell("recording_agree", {"agree": False})
    row = await ended(office, cast)
    assert row.why == "revoked" and host.view["recording"]["state"] == "stopped"
    size = office.app[SHELF].path(row.id).stat().st_size
    heard = sum(_sound(lin))
    await lin.until("the meeting goes on", lambda: sum(_sound(lin)) > heard + 50)
    assert office.app[SHELF].path(row.id).stat().st_size == size == row.size


async def test_who_is_heard_by_telephone_is_in_it_too(office: Office, cast: Cast, people: dict[str, Actor]) -> None:
    host, lin, chen = people["mediator"], people["applicant"], people["respondent"]
    await chen.tell("leave", {})
    await host.tell("phone_seat", {"person": cast.person("respondent"), "on": True})
    await host.tell("recording_ask", {"what": "all"})
    await lin.tell("recording_agree", {"agree": True})
    await host.tell("recording_agree", {"agree": True, "person": cast.person("respondent")})
    await lin.until("recording is shown", lambda: lin.view["recording"]["state"] == "on")
    await host.tell("recording_stop", {})
    row = await ended(office, cast)
    everybody = {cast.mediator_id, cast.person("applicant"), cast.person("respondent")}
    assert {one.person for one in row.people} == everybody


class FullShelf(Shelf):
    """On a full disk: /dev/full answers every write with ENOSPC."""

    def create(self, recording: str) -> io.FileIO:
        return io.FileIO("/dev/full", "wb")


async def test_a_full_disk_is_told_to_the_host_and_the_meeting_goes_on(
    office: Office, cast: Cast, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    host, lin, chen = people["mediator"], people["applicant"], people["respondent"]
    whole = office.app[SHELF]
    monkeypatch.setattr(office.app[RECORDER], "_shelf", FullShelf(whole.directory, whole.vault))
    await host.tell("recording_ask", {"what": "all"})
    for actor in (lin, chen):
        await actor.tell("recording_agree", {"agree": True})
    await host.until("the alarm", lambda: host.view["recording"]["reason"] == "failed")
    assert host.view["recording"]["state"] == "stopped"
    heard = sum(_sound(lin))
    await lin.until("the meeting goes on", lambda: sum(_sound(lin)) > heard + 50)
    assert (await ended(office, cast)).why == "disk_full"
