"""Files made of recordings: judged by PyAV, which decodes them, and by ffprobe, which is not ours."""

import json
import subprocess
from pathlib import Path
from typing import Any

import av
import msgspec
import pytest

from signaling.media.recording.chunks import BadRecording, Head, Sealer
from signaling.media.recording.export import SILENCE, export, inspect, salvage, spoken
from signaling.media.recording.frames import Frame, Part
from signaling.media.synthetic import HEIGHT, WIDTH, colour_of, hertz_of, key_frame, tone
from signaling.media.types import Kind

KEY = bytes(range(32))


def track(person: str, kind: Kind, begin: int, end: int, look: int) -> list[tuple[int, Part]]:
    """Parts of two seconds of a colour (10 fps) or a tone, in milliseconds; with when each is sealed."""
    found = []
    for start in range(begin, end, 2000):
        stop = min(end, start + 2000)
        if kind == "audio":
            frames = [Frame(at, 48 * at, True, tone(look)[at // 20 % 50]) for at in range(start, stop, 20)]
        else:
            frames = [Frame(at, 90 * at, True, key_frame(look)) for at in range(start, stop, 100)]
        found.append((stop, Part(person, kind, frames)))
    return found


def sealed(path: Path, *tracks: list[tuple[int, Part]]) -> Head:
    sealer = Sealer("rec_1", KEY)
    pieces = sorted((at, number, part) for number, parts in enumerate(tracks) for at, part in parts)
    path.write_bytes(sealer.line + b"".join(sealer.seal(n, msgspec.msgpack.encode(part)) for _, n, part in pieces))
    return sealer.head


@pytest.fixture
def meeting(tmp_path: Path) -> Path:
    """Lin for eight seconds, silent from 3 to 5; Gu from the fourth second on; Gu's screen; Chen with a voice only."""
    sealed(
        tmp_path / "rec_1",
        track("lin", "audio", 0, 3000, 400), track("lin", "audio", 5000, 8000, 400), track("lin", "video", 0, 8000, 3),
        track("gu", "audio", 4000, 8000, 1000), track("gu", "video", 4000, 8000, 20),
        track("gu", "screen", 5000, 8000, 7), track("chen", "audio", 0, 8000, 700),
    )  # fmt: skip
    return tmp_path / "rec_1"


def probed(path: Path) -> dict[str, dict[str, Any]]:
    """Codec -> what ffprobe says of its stream; every packet decoded; an error of any kind fails."""
    done = subprocess.run(
        ["ffprobe", "-v", "warning", "-count_frames", "-show_streams", "-show_format", "-of", "json", str(path)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    said = json.loads(done.stdout)
    assert said["format"]["format_name"] == "matroska,webm"
    return {stream["codec_name"]: stream | said["format"] for stream in said["streams"]}


def test_each_person_has_one_file_and_a_screen_its_own(meeting: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    made = {(one.person, one.what): one for one in export(meeting, KEY, out)}
    assert set(made) == {("lin", "camera"), ("gu", "camera"), ("gu", "screen"), ("chen", "camera")}
    assert sorted(path.name for path in out.iterdir()) == sorted(one.file for one in made.values())
    assert (made["lin", "camera"].frames, made["lin", "camera"].voices) == (80, 300)
    assert (made["gu", "camera"].begins, made["gu", "screen"].begins) == (4000, 5000)


def test_ffprobe_finds_nothing_to_say_against_them(meeting: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    made = {(one.person, one.what): tmp_path / "out" / one.file for one in export(meeting, KEY, tmp_path / "out")}
    lin = probed(made["lin", "camera"])
    assert set(lin) == {"vp8", "opus"}
    assert (lin["vp8"]["width"], lin["vp8"]["height"], lin["vp8"]["nb_read_frames"]) == (WIDTH, HEIGHT, "80")
    assert lin["opus"]["nb_read_frames"] == "400"  # with the silence of two seconds
    assert abs(float(lin["vp8"]["duration"]) - 8.0) < 0.2
    assert set(probed(made["gu", "screen"])) == {"vp8"}
    assert set(probed(made["chen", "camera"])) == {"opus"}


def test_what_is_heard_and_seen_is_what_was_sent_at_its_time(meeting: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    made = {(one.person, one.what): one.file for one in export(meeting, KEY, tmp_path / "out")}
    with av.open(str(tmp_path / "out" / made["lin", "camera"])) as file:
        colours = {colour_of(frame) for frame in file.decode(video=0)}
    plain = av.AudioResampler("s16", "mono", 48_000)
    with av.open(str(tmp_path / "out" / made["lin", "camera"])) as file:
        voices = [frame for whole in file.decode(audio=0) for frame in plain.resample(whole)]
    assert colours == {3}

    def heard(begin: float, end: float) -> int:
        return hertz_of([frame for frame in voices if frame.time is not None and begin <= frame.time < end])

    assert abs(heard(1, 2) - 400) < 25 and heard(3.1, 4.9) == 0 and abs(heard(6, 7) - 400) < 25


def test_one_person_alone_can_be_had(meeting: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert {one.person for one in export(meeting, KEY, tmp_path / "out", {"gu"})} == {"gu"}


def test_a_file_cut_off_by_a_crash_gives_all_before(meeting: Path, tmp_path: Path) -> None:
    data = meeting.read_bytes()
    meeting.write_bytes(data[: len(data) * 2 // 3])
    summary = inspect(meeting)
    assert summary.cut_off > 0
    (tmp_path / "out").mkdir()
    made = {(one.person, one.what): one for one in export(meeting, KEY, tmp_path / "out")}
    assert 0 < made["lin", "camera"].frames < 80
    probed(tmp_path / "out" / made["lin", "camera"].file)


def test_the_journalled_head_must_be_met(meeting: Path) -> None:
    head = inspect(meeting).head
    assert inspect(meeting, head).head == head
    meeting.write_bytes(meeting.read_bytes()[: head.size - 1])
    with pytest.raises(BadRecording, match="not_as_journalled"):
        inspect(meeting, head)


def test_nobody_at_all_makes_no_file(tmp_path: Path) -> None:
    sealed(tmp_path / "rec_1")
    (tmp_path / "out").mkdir()
    assert export(tmp_path / "rec_1", KEY, tmp_path / "out") == []


def test_content_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    sealer = Sealer("rec_1", KEY)
    (tmp_path / "rec_1").write_bytes(sealer.line + sealer.seal(0, b"\xc1"))
    with pytest.raises(BadRecording, match="unreadable"):
        export(tmp_path / "rec_1", KEY, tmp_path)


@pytest.mark.parametrize(
    ("packet", "milliseconds"),
    [(SILENCE, 20), (b"\x08..", 20), (b"\x18..", 60), (b"\xfb\x03..", 60), (b"\x61..", 20), (b"\xe0..", 2)],
)
def test_the_length_of_a_voice_stands_in_its_first_byte(packet: bytes, milliseconds: int) -> None:
    assert spoken(packet) == milliseconds


@pytest.mark.parametrize(
    "tail", [b"", b"\0" * 4096, b"\0\0\0\x10half", b"\xff" * 100], ids=["none", "empty", "half", "noise"]
)
def test_what_a_crash_left_behind_the_last_whole_chunk_is_cut_off(meeting: Path, tail: bytes) -> None:
    whole, head = meeting.read_bytes(), inspect(meeting).head
    meeting.write_bytes(whole + tail)
    assert salvage(meeting, head) == head == salvage(meeting, None)
    assert meeting.read_bytes() == whole


def test_nothing_is_cut_off_a_file_that_does_not_reach_the_journalled_head(meeting: Path) -> None:
    head, data = inspect(meeting).head, meeting.read_bytes()
    altered = data[:300] + bytes([data[300] ^ 1]) + data[301:]
    meeting.write_bytes(altered)
    with pytest.raises(BadRecording, match="not_as_journalled"):
        salvage(meeting, head)
    assert meeting.read_bytes() == altered
