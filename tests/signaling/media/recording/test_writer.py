"""The thread that writes: what it acknowledged is there, whatever happens to the process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from signaling.media.recording.chunks import MAX_SEALED, Sealer, chunks
from signaling.media.recording.export import inspect
from signaling.media.recording.writer import MOST, Trouble, Writer

KEY = bytes(range(32))
ROOT = Path(__file__).parents[4]
VICTIM = """
import sys
from signaling.media.recording.chunks import Sealer
from signaling.media.recording.writer import Writer

writer = Writer(open(sys.argv[1], "xb", buffering=0), Sealer("rec_1", bytes(range(32))), print)
said = index = 0
while True:
    index += writer.put(index % 5, b"%d" % index * 1000)
    if writer.head.chunks > said:
        said = writer.head.chunks
        print(writer.head.chunks, writer.head.size, writer.head.hash, flush=True)
"""


def test_what_was_put_is_in_the_file_when_closed(tmp_path: Path) -> None:
    told: list[Trouble] = []
    writer = Writer((tmp_path / "rec").open("wb", buffering=0), Sealer("rec_1", KEY), told.append)
    assert all(writer.put(1, b"%d" % index) for index in range(100))
    assert writer.close(10)
    with (tmp_path / "rec").open("rb") as file:
        assert [chunk.open(KEY) for chunk in chunks(file)] == [b"%d" % index for index in range(100)]
    assert writer.head == inspect(tmp_path / "rec").head and told == []


def test_no_more_than_its_bound_waits_for_the_disk() -> None:
    read, write = os.pipe()
    os.write(write, bytes(65536))  # full: the next write hangs
    told: list[Trouble] = []
    writer = Writer(open(write, "wb", buffering=0), Sealer("rec_1", KEY), told.append)
    assert writer.put(1, bytes(MOST - 1)) and not writer.put(1, b"12") and writer.put(1, b"1")
    os.close(read)  # now the write fails
    assert writer.close(10)
    assert told == ["write_failed"] and not writer.put(1, b"")


def test_a_full_disk_is_named() -> None:
    told: list[Trouble] = []
    writer = Writer(open("/dev/full", "wb", buffering=0), Sealer("rec_1", KEY), told.append)
    assert writer.close(10)
    assert told == ["disk_full"] and writer.head.chunks == 0


def test_whatever_cannot_be_written_is_told_and_all_before_it_stays(tmp_path: Path) -> None:
    told: list[Trouble] = []
    writer = Writer((tmp_path / "rec").open("wb", buffering=0), Sealer("rec_1", KEY), told.append)
    writer.put(1, b"before")
    writer.put(1, bytes(MAX_SEALED))
    assert writer.close(10)
    assert told == ["write_failed"] and not writer.put(1, b"after")
    with (tmp_path / "rec").open("rb") as file:
        assert [chunk.open(KEY) for chunk in chunks(file)] == [b"before"]


def test_after_kill_nine_every_chunk_acknowledged_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rec"
    command = [sys.executable, "-c", VICTIM, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout is not None
        said = [victim.stdout.readline().split() for _ in range(3)]
        victim.send_signal(signal.SIGKILL)
        said += [line.split() for line in victim.stdout.read().splitlines() if len(line.split()) == 3]
    assert victim.returncode == -signal.SIGKILL
    count, size, hashed = int(said[-1][0]), int(said[-1][1]), said[-1][2]
    with path.open("rb") as file:
        found = list(chunks(file))
    assert len(found) >= count
    assert [chunk.open(KEY) for chunk in found] == [b"%d" % index * 1000 for index in range(len(found))]
    kept = found[count - 1].head
    assert (kept.size, kept.hash) == (size, hashed)
