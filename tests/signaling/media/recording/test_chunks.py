"""The sealed form: whole or told, whatever is done to the file."""

import io
from itertools import pairwise

import pytest

from signaling.media.recording.chunks import MAX_SEALED, TAG, BadRecording, Head, Sealer, chunks, name_of

KEY = bytes(range(32))
CONTENTS = [b"one" * 10, b"", b"three" * 50]


def made(contents: list[bytes] = CONTENTS) -> tuple[bytes, Head]:
    sealer = Sealer("rec_1", KEY)
    data = sealer.line + b"".join(sealer.seal(index % 2, content) for index, content in enumerate(contents))
    return data, sealer.head


def read(data: bytes, key: bytes = KEY) -> list[tuple[int, bytes]]:
    return [(chunk.track, chunk.open(key)) for chunk in chunks(io.BytesIO(data))]


def test_what_was_sealed_is_read_in_order_and_the_head_counts_it() -> None:
    data, head = made()
    assert read(data) == [(0, CONTENTS[0]), (1, b""), (0, CONTENTS[2])]
    assert name_of(io.BytesIO(data))[0] == "rec_1"
    assert [*chunks(io.BytesIO(data))][-1].head == head == Head(3, len(data), head.hash)


def test_what_could_not_be_read_back_is_not_sealed() -> None:
    sealer = Sealer("rec_1", KEY)
    data = sealer.line + sealer.seal(1, bytes(MAX_SEALED - TAG))
    with pytest.raises(ValueError, match="too long"):
        sealer.seal(1, bytes(MAX_SEALED - TAG + 1))
    assert len(read(data)) == sealer.head.chunks == 1


def test_nothing_of_the_content_lies_in_the_file() -> None:
    data, _ = made([b"a sentence somebody said" * 20])
    assert b"sentence" not in data


def test_a_file_cut_off_anywhere_gives_all_whole_chunks_before() -> None:
    data, _ = made()
    ends = [chunk.head.size for chunk in chunks(io.BytesIO(data))]
    start = len(data.split(b"\n")[0]) + 1
    for length in range(start, len(data) + 1):
        assert len(read(data[:length])) == sum(end <= length for end in ends)


def test_every_altered_byte_is_noticed() -> None:
    data, head = made()
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        try:
            seen = [(chunk.open(KEY), chunk.head) for chunk in chunks(io.BytesIO(changed))]
        except BadRecording:
            continue
        assert not seen or seen[-1][1] != head  # a length made longer looks cut off: the journalled head tells


def test_chunks_left_out_swapped_or_of_another_recording_are_refused() -> None:
    data, _ = made()
    ends = [len(Sealer("rec_1", KEY).line), *(chunk.head.size for chunk in chunks(io.BytesIO(data)))]
    line, *pieces = [data[: ends[0]], *(data[a:b] for a, b in pairwise(ends))]
    for order in ([pieces[1], pieces[2]], [pieces[0], pieces[2]], [pieces[1], pieces[0], pieces[2]]):
        with pytest.raises(BadRecording):
            read(line + b"".join(order))
    with pytest.raises(BadRecording, match="not_opened"):
        read(Sealer("rec_2", KEY).line + b"".join(pieces))


def test_another_key_opens_nothing() -> None:
    with pytest.raises(BadRecording) as caught:
        read(made()[0], bytes(32))
    assert (caught.value.reason, caught.value.index) == ("not_opened", 0)


@pytest.mark.parametrize("data", [b"", b"RIFF....", b"hejie-recording-1 {}\n", b"hejie-recording-1 {nonsense}\n"])
def test_what_is_no_recording_is_refused(data: bytes) -> None:
    with pytest.raises(BadRecording, match="no_recording"):
        read(data)
