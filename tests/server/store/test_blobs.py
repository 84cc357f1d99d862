"""Files by hash: whole or absent, never altered unnoticed."""

import hashlib
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
