"""Files by hash: whole or absent, never altered unnoticed."""

import hashlib
import os
from pathlib import Path

import pytest

from server.errors import NotFound
from server.store.blobs import Blobs


async def test_a_blob_comes_back_under_its_hash_and_twice_is_once(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    name = await blobs.put(b"content")
    assert name == hashlib.sha256(b"content").hexdigest() == await blobs.put(b"content")
    assert await blobs.get(name) == b"content"
    assert [path.name for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == [name]


async def test_a_damaged_blob_is_not_handed_out(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    name = await blobs.put(b"content")
    (tmp_path / name[:2] / name).write_bytes(b"contend")
    with pytest.raises(OSError, match="does not match"):
        await blobs.get(name)


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "ABC"])
async def test_unknown_and_strange_names_are_not_found(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound):
        await Blobs(tmp_path).get(name)


async def test_an_erased_blob_is_gone_and_erasing_again_is_fine(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    name = await blobs.put(b"revision")
    for _ in range(2):
        await blobs.remove(name)
    with pytest.raises(NotFound):
        await blobs.get(name)


async def test_what_a_killed_process_left_half_written_is_swept_away_and_a_write_under_way_is_not(
    tmp_path: Path,
) -> None:
    name = await Blobs(tmp_path).put(b"content")
    left, young = tmp_path / ".new-left", tmp_path / ".new-young"
    for draft in (left, young):
        draft.write_bytes(b"half of")
    os.utime(left, (0, 0))
    await Blobs(tmp_path).tidy()
    assert (left.exists(), young.exists(), await Blobs(tmp_path).get(name)) == (False, True, b"content")
    await Blobs(tmp_path / "not made yet").tidy()


async def test_a_large_one_is_read_in_pieces_and_never_to_its_end_if_it_was_altered(tmp_path: Path) -> None:
    blobs, data = Blobs(tmp_path), os.urandom(600_000)
    name = await blobs.put(data)
    await blobs.need(name)
    assert b"".join([piece async for piece in blobs.pieces(name)]) == data
    (tmp_path / name[:2] / name).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    got = b""
    with pytest.raises(OSError, match="does not match"):
        async for piece in blobs.pieces(name):
            got += piece
    assert len(got) < len(data)
    with pytest.raises(NotFound):
        await blobs.need("0" * 64)
