"""The files of recordings made by real meetings: nothing of a private talk is in any byte of any of them, and a server
killed in the middle leaves every whole chunk readable."""

import asyncio
import json
import signal
from pathlib import Path

import pytest

from server.journal.reading import read_chains
from server.recordings.lifetime import SHELF
from server.rehearse.actor import Actor
from server.settings import Settings
from server.store import journal
from signaling.media.recording import inspect
from signaling.media.synthetic import key_frame, tone
from tests.conftest import Cast, Office
from tests.kill.house import Remote
from tests.server.room.films import export, hejie, seen_and_heard
from tests.server.room.voices import LOOKS, heard, recorded, talking
from tests.signaling.media.waiting import until

pytestmark = pytest.mark.timeout(600)
WAIT = 120.0
SECRETS = {
    "caucus_applicant": ("applicant", 24, 1300), "caucus_respondent": ("respondent", 14, 1600),
    "side_applicant": ("applicant", 9, 1900), "side_respondent": ("respondent", 4, 2200),
}  # fmt: skip
"""Chamber -> who goes there, what all who are in it paint and hum."""


def marks(colour: int, hertz: int) -> list[bytes]:
    """What is found in a file where that was recorded: nothing is encoded anew."""
    return [key_frame(colour), *(one for one in tone(hertz) if len(one) > 16)]


def place(actor: Actor) -> str:
    return str((actor.view["chamber"] or {}).get("id"))


def hears(actor: Actor, hertz: int) -> bool:
    return any(abs(one["hertz"] - hertz) < 60 for one in actor.media.received().values())


async def looks(film: Path, colour: int, hertz: int) -> None:
    """That colour and no other; that tone and none above it. A packet that a busy machine lost lowers what is counted;
    what was hummed in private is higher than anybody's own."""
    colours, tones = await asyncio.to_thread(seen_and_heard, film)
    assert colours == {colour} and hertz in tones and max(tones) <= hertz + 100, (film, tones)


async def all_heard(people: dict[str, Actor]) -> None:
    """Everybody hears both others now: whoever moved speaks again once their lines have rested."""
    for actor in people.values():
        for person, before in heard(actor).items():
            await actor.until("goes on", lambda a=actor, p=person, n=before: heard(a).get(p, 0) > n + 20)  # type: ignore[misc]


async def test_nothing_of_any_private_talk_is_in_any_byte_of_any_file(
    office: Office, cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    shelf = office.app[SHELF].directory
    async with talking(cast) as people:
        host = people["mediator"]
        for number, (chamber, (role, colour, hertz)) in enumerate(SECRETS.items(), 1):
            office.clock.forward(seconds=20)
            await all_heard(people)
            await recorded(people)
            await until(lambda n=number: len(list(shelf.glob("*"))) == n, WAIT)  # type: ignore[misc]
            newest = max(shelf.iterdir(), key=lambda path: path.stat().st_ctime_ns)
            await until(lambda path=newest: path.stat().st_size > 20_000, WAIT)  # type: ignore[misc]
            await host.tell("move", {"people": [cast.person(role)], "chamber": chamber})
            inside = [people[role]] if chamber.startswith("side") else [people[role], host]
            for actor in inside:
                actor.media.paint(colour)
                actor.media.hum(hertz)
            for actor in inside:
                await actor.until(chamber, lambda a=actor, c=chamber: place(a) == c)  # type: ignore[misc]
            for actor in inside if len(inside) == 2 else ():
                await actor.until("it was heard in there", lambda a=actor, h=hertz: hears(a, h))  # type: ignore[misc]
            for actor in inside:
                own = next(looks for name, looks in LOOKS.items() if people[name] is actor)
                actor.media.paint(own[0])
                actor.media.hum(own[1])
            office.clock.forward(seconds=20)
            await host.tell("move", {"people": [], "chamber": "joint"})
            for actor in people.values():
                await actor.until("back", lambda a=actor: place(a) == "joint" and not a.view["away"])  # type: ignore[misc]
                if actor is not host:  # closed by the end of the talk
                    await actor.tell("mute", {"kind": "audio", "muted": False})
    ids = {cast.mediator_id: "mediator"} | {cast.person(role): role for role in ("applicant", "respondent")}
    said = [line.split() for line in (await hejie(settings.data, "list")).splitlines()]
    assert len(said) == len(SECRETS)
    films: list[Path] = []
    for name in (line[0] for line in said):
        manifest = await export(settings.data, name, tmp_path / name)
        assert manifest["why"] == "private_talk" and {film["person"] for film in manifest["films"]} == set(ids)
        for film in manifest["films"]:
            path = tmp_path / name / film["file"]
            films.append(path)
            colour, hertz = LOOKS[ids[film["person"]]]
            await looks(path, colour, hertz)
            assert any(mark in path.read_bytes() for mark in marks(colour, hertz)), "marks are found where they are"
    whispered = [mark for _, colour, hertz in SECRETS.values() for mark in marks(colour, hertz)]
    files = [*films, *(path for path in settings.data.rglob("*") if path.is_file())]
    for path in files:
        content = path.read_bytes()
        assert not any(mark in content for mark in whispered), path.name
    loud = [mark for colour, hertz in LOOKS.values() for mark in marks(colour, hertz)]
    for path in shelf.iterdir():
        content = path.read_bytes()
        assert not any(mark in content for mark in loud), "and what was recorded lies sealed"


async def test_a_server_killed_while_recording_leaves_every_whole_chunk_readable(
    mortal: Remote, tmp_path: Path
) -> None:
    data = mortal.house.data
    cast = await mortal.cast()
    async with talking(cast) as people:
        await recorded(people)
        await until(lambda: list((data / "recordings").glob("*.sealed")), WAIT)
        [path] = (data / "recordings").glob("*.sealed")
        await until(lambda: path.stat().st_size > 100_000, WAIT)
        safe = inspect(path).head
        await until(lambda: inspect(path).head.chunks > safe.chunks, WAIT)
        await mortal.house.stop(signal.SIGKILL)
    whole = inspect(path).head
    assert whole.chunks > safe.chunks, "what was whole before is whole after"
    with path.open("ab") as file:  # half of a chunk, as a lost power supply leaves it
        file.write(path.read_bytes()[-700:-300])
    await mortal.house.start()
    assert inspect(path).head == whole and path.stat().st_size == whole.size
    name = path.name.removesuffix(".sealed")
    assert await hejie(data, "verify", name) == f"{name}: whole, {whole.chunks} chunks\n"
    manifest = await export(data, name, tmp_path / "out")
    assert (manifest["why"], manifest["chunks"], manifest["head"]) == ("process_ended", whole.chunks, whole.hash)
    ids = {cast.mediator_id: "mediator"} | {cast.person(role): role for role in ("applicant", "respondent")}
    assert {ids[film["person"]] for film in manifest["films"]} == set(LOOKS)
    for film in manifest["films"]:
        colour, hertz = LOOKS[ids[film["person"]]]
        await looks(tmp_path / "out" / film["file"], colour, hertz)
        assert film["frames"] > 5 and film["voices"] > 50
    chain = dict(read_chains(Settings(data=data).database))[cast.case]
    assert journal.verify(chain) == []
    kinds = [one.kind for one in chain if one.kind.startswith("recording.")]
    assert (kinds[0], kinds[-2:]) == ("recording.started", ["recording.ended", "recording.exported"])
    (over,) = [json.loads(one.body or "{}") for one in chain if one.kind == "recording.ended"]
    assert (over["head"], over["chunks"]) == (whole.hash, whole.chunks)
    async with talking(cast) as people:  # the same people, the same links: the meeting goes on
        assert all(len(heard(actor)) == 2 for actor in people.values())
