"""A recording under way: whom it hears, what never gets into it, how it ends, what it tells when it cannot write."""

import asyncio
import io
import random
import threading
from pathlib import Path

import pytest
from typing_extensions import Buffer

from signaling.media import Mark, Peer
from signaling.media.peer import SET_MIDS
from signaling.media.recording import Recording, Trouble, writer
from signaling.media.recording.export import inspect, parts
from signaling.media.types import SetName
from tests.signaling.media.memory import OPUS, VP8, MemoryLink, Silent, packet, vp8_payload
from tests.signaling.media.waiting import until

KEY = bytes(range(32))


class Hanging(io.FileIO):
    """A file on a disk that does not answer until it is told to."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "wb")
        self.go = threading.Event()

    def write(self, data: Buffer, /) -> int:
        self.go.wait()
        return super().write(data)


class Table:
    """Peers in memory on one clock with hands, and a recording of their joint chamber."""

    def __init__(self, path: Path) -> None:
        self.now = 100.0
        self.path = path
        self.troubles: list[Trouble] = []
        self.peers: dict[str, Peer] = {}
        self.sets: dict[str, SetName] = {}
        self.sequence = 0
        self.recording = Recording("rec_1", path.open("wb", buffering=0), KEY, "joint", self.troubles.append)

    def seat(self, person: str) -> Peer:
        made = Peer(
            person, Silent(), lambda peer: MemoryLink(peer, lambda data: None, lambda data: None), lambda: self.now,
            lambda peer: None,
        )  # fmt: skip
        self.peers[person], self.sets[person] = made, "A"
        made.use_set("A", Mark("joint", 1))
        return made

    def move(self, person: str, chamber: str, epoch: int) -> None:
        """As the room does it: drained, the other set used after its rest."""
        self.peers[person].drain()
        self.now += 11
        self.sets[person] = "B" if self.sets[person] == "A" else "A"
        self.peers[person].use_set(self.sets[person], Mark(chamber, epoch))

    def speak(self, person: str, words: bytes, name: SetName | None = None) -> None:
        """One packet of voice and one picture of the set in use, or of another one."""
        name = name or self.sets[person]
        self.sequence += 1
        base = 2 * sorted(self.peers).index(person) + (name == "B")
        for kind, payload_type, body in (
            ("audio", OPUS, words),
            ("video", VP8, vp8_payload(words, key=True, picture=self.sequence)),
        ):
            mid = SET_MIDS[name]["audio" if kind == "audio" else "video"]
            data = bytearray(
                packet(
                    1000 + 10 * base + (kind == "video"), self.sequence, 960 * self.sequence, body,
                    payload_type=payload_type, mid=mid,
                )
            )  # fmt: skip
            data[1] |= 0x80
            self.peers[person].on_rtp(bytes(data), self.now)

    def content(self) -> dict[tuple[str, str], list[bytes]]:
        found: dict[tuple[str, str], list[bytes]] = {}
        for _, part in parts(self.path, KEY):
            found.setdefault((part.person, part.kind), []).extend(frame.data for frame in part.frames)
        return found


@pytest.fixture
async def table(tmp_path: Path) -> Table:
    made = Table(tmp_path / "rec_1")
    for person in ("chen", "gu", "lin"):
        made.seat(person)
    return made


async def test_each_track_of_the_people_named_is_kept_apart(table: Table) -> None:
    table.recording.audience({person: table.peers[person] for person in ("gu", "lin")})
    for person in ("chen", "gu", "lin"):
        table.speak(person, person.encode())
    head = await table.recording.finish()
    assert table.content() == {
        ("gu", "audio"): [b"gu"], ("gu", "video"): [b"\x00gu"],
        ("lin", "audio"): [b"lin"], ("lin", "video"): [b"\x00lin"],
    }  # fmt: skip
    summary = inspect(table.path, head)
    assert summary.head == head and summary.cut_off == 0 and head.chunks == 4
    assert table.troubles == []


async def test_whoever_is_no_longer_named_is_not_recorded_from_that_moment(table: Table) -> None:
    table.recording.audience(table.peers)
    table.speak("lin", b"before")
    table.recording.audience({"gu": table.peers["gu"]})
    table.speak("lin", b"after")
    table.recording.audience(table.peers)
    table.speak("lin", b"again")
    await table.recording.finish()
    assert table.content()["lin", "audio"] == [b"before", b"again"]


async def test_revoked_consent_stops_at_the_very_packet_and_for_good(table: Table) -> None:
    table.recording.audience(table.peers)
    table.speak("lin", b"before")
    table.recording.stop()
    table.speak("lin", b"after")
    table.recording.audience(table.peers)
    table.speak("lin", b"later")
    await table.recording.finish()
    assert table.content()["lin", "audio"] == [b"before"]


async def test_a_reloaded_person_goes_on_as_a_track_of_their_own(table: Table) -> None:
    table.recording.audience(table.peers)
    table.speak("lin", b"one")
    await table.peers["lin"].close()
    table.seat("lin")
    table.recording.audience(table.peers)
    table.speak("lin", b"two")
    await table.recording.finish()
    assert table.content()["lin", "audio"] == [b"one", b"two"]
    tracks = {chunk.track for chunk, part in parts(table.path, KEY) if part.person == "lin" and part.kind == "audio"}
    assert len(tracks) == 2


@pytest.mark.parametrize("told", [True, False], ids=["room tells", "room forgets to tell"])
@pytest.mark.parametrize("seed", range(8))
async def test_nothing_of_a_caucus_is_in_any_byte_whatever_the_storm(table: Table, seed: int, told: bool) -> None:
    """Moves, late packets of the other set, mutes, in every order. Even a room that never says who left cannot bring
    a caucus into the file: the tap asks the publisher under which chamber it forwards."""
    chance = random.Random(seed)
    places = dict.fromkeys(table.peers, "joint")
    said = 0
    table.recording.audience(table.peers)
    for epoch in range(2, 60):
        person = chance.choice(sorted(places))
        match chance.randrange(4):
            case 0:
                places[person] = "caucus_applicant" if places[person] == "joint" else "joint"
                if told and places[person] != "joint":
                    table.recording.audience({p: table.peers[p] for p in places if places[p] == "joint"})
                table.move(person, places[person], epoch)
                if told:
                    table.recording.audience({p: table.peers[p] for p in places if places[p] == "joint"})
            case 1:
                table.peers[person].mute("audio", chance.random() < 0.5)
            case _:
                pass
        for speaker, place in places.items():
            table.speak(speaker, f"{place}-{epoch}".encode())
            said += place != "joint"
            other: SetName = "B" if table.sets[speaker] == "A" else "A"
            if chance.random() < 0.3:  # late or hostile: on the set that is not in use
                table.speak(speaker, b"caucus-late" if place == "joint" else b"joint-late", other)
                table.now += 11
    await table.recording.finish()
    heard = [data for frames in table.content().values() for data in frames]
    assert said and any(data.startswith(b"joint-") for data in heard)
    assert not [data for data in heard if b"caucus" in data or b"late" in data]
    raw = table.path.read_bytes()
    assert b"joint" not in raw and b"caucus" not in raw


@pytest.mark.parametrize("kind", ["one endless picture", "many small ones"])
async def test_nobody_makes_the_recording_of_all_unreadable(table: Table, kind: str) -> None:
    """Twelve megabytes at once: under one timestamp with the marker at last, or as pictures of a packet each."""
    table.recording.audience(table.peers)
    table.speak("gu", b"before")
    table.speak("lin", b"before")
    body, count = bytes(1200), 10_000
    for number in range(count):
        ends = kind == "many small ones" or number == count - 1
        table.sequence += 1
        payload = vp8_payload(body, key=True, start=number == 0 or kind == "many small ones")
        data = packet(
            1000 + 10 * 2 * sorted(table.peers).index("lin") + 1, table.sequence,
            3000 * (1 + (number if kind == "many small ones" else 0)), payload, payload_type=VP8,
            mid=SET_MIDS["A"]["video"],
        )  # fmt: skip
        table.peers["lin"].on_rtp(data[:1] + bytes([data[1] | 0x80 * ends]) + data[2:], table.now)
    table.speak("gu", b"after")
    head = await table.recording.finish()
    assert inspect(table.path, head).head == head and table.troubles == []
    assert table.content()["gu", "audio"] == [b"before", b"after"]
    assert sum(map(len, table.content()["lin", "video"])) < 4 * 1024 * 1024


async def test_a_key_frame_is_asked_for_every_ten_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table(tmp_path / "rec_1")
    asked: list[str] = []
    lin = table.seat("lin")
    monkeypatch.setattr(lin.publisher, "on_picture_loss", lambda leg, now: asked.append(leg.kind))
    table.recording.audience(table.peers)
    table.speak("lin", b"picture")
    taps = table.recording._taps["lin"][1]
    start = asyncio.get_running_loop().time()
    for second in range(1, 31):
        for tap in taps:
            tap.look(start + second + 0.5)
    await table.recording.finish()
    assert asked == ["video"] * 3


async def test_chunks_come_by_themselves_while_people_speak(table: Table) -> None:
    table.recording.audience(table.peers)
    end = asyncio.get_running_loop().time() + 30
    while table.recording.head.chunks == 0:
        table.speak("lin", b"word")
        await asyncio.sleep(0.02)
        assert asyncio.get_running_loop().time() < end
    assert inspect(table.path, table.recording.head).head.chunks >= 1
    await table.recording.finish()


@pytest.fixture
def full_disk() -> io.FileIO:
    """/dev/full answers every write with ENOSPC, as a full disk does."""
    return io.FileIO("/dev/full", "wb")


async def test_a_full_disk_is_told_once_and_recording_stops(table: Table, full_disk: io.FileIO) -> None:
    full: list[Trouble] = []
    recording = Recording("rec_2", full_disk, KEY, "joint", full.append)
    recording.audience(table.peers)
    table.speak("lin", b"word")
    await until(lambda: full)
    table.speak("lin", b"goes on")  # and nobody in the meeting notices
    await recording.finish()
    assert full == ["disk_full"] and recording.head.chunks == 0


async def test_a_disk_that_hangs_is_told_and_left_behind(
    table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Trouble] = []
    file = Hanging(tmp_path / "rec_2")
    recording = Recording("rec_2", file, KEY, "joint", told.append)
    monkeypatch.setattr(writer, "PATIENCE", 0.1)
    recording.audience(table.peers)
    await until(lambda: told)
    assert told == ["too_slow"]
    file.go.set()
    await recording.finish()
    assert told == ["too_slow"]
