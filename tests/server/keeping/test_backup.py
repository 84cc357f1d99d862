"""A backup under load, restored elsewhere: it serves, its files verify, what was unfinished goes on."""

import asyncio
import io
import json
import sqlite3
import tarfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from documents import verify
from server.agreements.ceremony.released import released_files
from server.cli import main
from server.keeping import archive
from server.keeping.archive import BadArchive, packing, unpack
from server.keeping.backup import NotBackedUp, backup, last_backup, restore
from server.settings import KeepingOptions, Settings
from server.web import keys
from tests.actors import Hands
from tests.server.agreements.scenes import Scene, copy_data, enter, open_office, people_of
from tests.server.agreements.signer import until
from tests.server.keeping.conftest import OpenOffice

pytestmark = pytest.mark.timeout(60)
PASSPHRASE = "correct horse battery"
NOW = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same key derivation at its lowest cost."""
    monkeypatch.setattr(archive, "COST", 2**14)


def with_passphrase(settings: Settings) -> Settings:
    return replace(settings, keeping=KeepingOptions(backup_passphrase=PASSPHRASE))


async def test_restored_elsewhere_it_serves_and_its_files_verify(
    kept: Settings, opened: OpenOffice, tmp_path: Path
) -> None:
    office = await opened()
    written = await asyncio.to_thread(backup, with_passphrase(kept), tmp_path / "b", NOW)
    assert written.encrypted and written.files > 10
    assert last_backup(kept) == NOW
    anchors = office.app[keys.ANCHORS]
    elsewhere = tmp_path / "elsewhere"
    manifest = restore(tmp_path / "b", elsewhere, PASSPHRASE)
    assert manifest["made_at"] == "2026-11-26T00:00:00Z"
    again = await opened(data=elsewhere)
    assert again.app[keys.ANCHORS] == anchors
    async with again.db.reading() as tx:
        files = await released_files(tx)
    assert len(files) == 2
    for *_, digest in files:
        assert verify(await again.app[keys.BLOBS].get(digest), anchors, again.clock()).verdict == "valid"


async def test_an_unfinished_ceremony_goes_on_after_a_backup_taken_while_people_sign(
    kept_ready: Scene, settings: Settings, clock: Hands, stack: object, tmp_path: Path
) -> None:
    copy_data(kept_ready, settings.data)
    cast = await enter(kept_ready, await open_office(settings, clock, stack))  # type: ignore[arg-type]
    lin, chen, gu = people_of(kept_ready, cast).values()
    await lin.take_and_sign()
    saving = asyncio.create_task(  # noqa: TID251 - awaited below
        asyncio.to_thread(backup, with_passphrase(settings), tmp_path / "b", NOW)
    )
    while not saving.done():  # load: writes that the snapshot may hold or not, but never half
        view = await chen.turn()
        assert view.status in (200, 409)
    await saving
    elsewhere = replace(settings, data=tmp_path / "elsewhere")
    restore(tmp_path / "b", elsewhere.data, PASSPHRASE)
    cast = await enter(kept_ready, await open_office(elsewhere, clock, stack))  # type: ignore[arg-type]
    clock.forward(seconds=20)  # a lease of before has lapsed
    _, chen, gu = people_of(kept_ready, cast).values()
    await chen.take_and_sign()
    await gu.take_and_sign()
    assert (await until(gu, "complete"))["state"] == "complete"


def test_no_key_is_in_clear_in_an_archive(kept: Settings, tmp_path: Path) -> None:
    with pytest.raises(NotBackedUp, match="HEJIE_BACKUP_PASSPHRASE"):
        backup(kept, tmp_path / "b", NOW)
    assert not (tmp_path / "b").exists() and last_backup(kept) is None
    backup(with_passphrase(kept), tmp_path / "b", NOW)
    data = (tmp_path / "b").read_bytes()
    assert b"PRIVATE KEY" not in data and b"SQLite format" not in data
    assert (tmp_path / "b").stat().st_mode & 0o077 == 0


def test_nothing_is_overwritten(kept: Settings, tmp_path: Path) -> None:
    sealed = with_passphrase(kept)
    backup(sealed, tmp_path / "b", NOW)
    with pytest.raises(FileExistsError):
        backup(sealed, tmp_path / "b", NOW)
    with pytest.raises(FileExistsError):
        restore(tmp_path / "b", kept.data, PASSPHRASE)
    (tmp_path / "there").mkdir()
    restore(tmp_path / "b", tmp_path / "there", PASSPHRASE)
    assert (tmp_path / "there" / "hejie.sqlite3").exists()


def small(path: Path, passphrase: str | None, size: int = 200_000) -> None:
    with packing(path, passphrase, {"form": 1}) as packer:
        packer.add("a/b", io.BytesIO(b"x" * size), size)
        packer.add("c", io.BytesIO(b""), 0)


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 131072, 200_000])
def test_an_archive_gives_back_what_was_put_in(tmp_path: Path, size: int) -> None:
    for passphrase in (None, PASSPHRASE):
        path, into = tmp_path / f"{passphrase}", tmp_path / f"into-{passphrase}"
        small(path, passphrase, size)
        manifest = unpack(path, passphrase, into)
        assert (into / "a" / "b").read_bytes() == b"x" * size
        assert set(manifest["files"]) == {"a/b", "c"}  # type: ignore[call-overload]


def test_any_change_to_an_encrypted_archive_is_found(tmp_path: Path) -> None:
    path = tmp_path / "b"
    small(path, PASSPHRASE)
    good = path.read_bytes()
    chunk = archive.CHUNK + archive.TAG
    head = good.index(b"\n", len(archive.MAGIC)) + 1
    swapped = good[:head] + good[head + chunk : head + 2 * chunk] + good[head : head + chunk] + good[head + 2 * chunk :]
    cut = [good[:head], good[: head + chunk], good[:-1], good[: head + 2 * chunk], good[:10]]
    flipped = [
        bytes([*good[:at], good[at] ^ 1, *good[at + 1 :]]) for at in (20, head - 5, head, head + chunk, len(good) - 1)
    ]
    for number, bad in enumerate([swapped, *cut, *flipped, good + b"x", b"", good.replace(b"hejie", b"hejje", 1)]):
        (tmp_path / "bad").write_bytes(bad)
        with pytest.raises(BadArchive):
            unpack(tmp_path / "bad", PASSPHRASE, tmp_path / f"into-{number}")
    with pytest.raises(BadArchive, match="another passphrase"):
        unpack(path, "wrong horse battery", tmp_path / "wrong")
    with pytest.raises(BadArchive, match="passphrase is needed"):
        unpack(path, None, tmp_path / "none")


def test_a_plain_archive_is_compared_with_its_list(tmp_path: Path) -> None:
    path = tmp_path / "b"
    small(path, None)
    data = bytearray(path.read_bytes())
    data[600] ^= 1
    (tmp_path / "bad").write_bytes(data)
    with pytest.raises(BadArchive, match="differs"):
        unpack(tmp_path / "bad", None, tmp_path / "one")
    with tarfile.open(tmp_path / "no-list", "w") as tar:
        tar.addfile(tarfile.TarInfo("x"), io.BytesIO())
    with pytest.raises(BadArchive, match="list of files"):
        unpack(tmp_path / "no-list", None, tmp_path / "two")


@pytest.mark.parametrize("name", ["../out", "/etc/out", "a/../../out", "a//b", "."])
def test_nothing_is_written_outside(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "b", "w") as tar:
        member = tarfile.TarInfo(name)
        member.size = 3
        tar.addfile(member, io.BytesIO(b"out"))
    with pytest.raises(BadArchive):
        unpack(tmp_path / "b", None, tmp_path / "in")
    assert not (tmp_path / "out").exists()


def test_a_damaged_database_is_not_restored_and_nothing_stays(kept: Settings, tmp_path: Path) -> None:
    database = b"not a database" * 1000
    with packing(tmp_path / "b", None, {"form": 1}) as packer:
        packer.add("hejie.sqlite3", io.BytesIO(database), len(database))
    with pytest.raises(BadArchive, match="database"):
        restore(tmp_path / "b", tmp_path / "new" / "var", None)
    assert list((tmp_path / "new").iterdir()) == []


def test_a_file_that_disappears_while_it_is_copied_begins_the_backup_anew(
    kept: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server.keeping import backup as module

    gone = kept.blobs / "ab" / ("ab" + "0" * 62)
    gone.parent.mkdir(exist_ok=True)
    gone.write_bytes(b"")
    copy, times = module._copy_database, []

    def copying(source: Path, target: Path) -> None:
        times.append(1)
        gone.unlink(missing_ok=True)
        copy(source, target)

    monkeypatch.setattr(module, "_copy_database", copying)
    backup(with_passphrase(kept), tmp_path / "b", NOW)
    assert len(times) == 2


def test_the_commands_say_what_they_did(
    kept: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEJIE_DATA", str(kept.data))
    monkeypatch.setenv("HEJIE_DEMO", "1")
    assert main(["backup", str(tmp_path / "b")]) == 1
    monkeypatch.setenv("HEJIE_BACKUP_PASSPHRASE", PASSPHRASE)
    assert main(["backup", str(tmp_path / "b")]) == 0
    assert main(["backup", str(tmp_path / "b")]) == 1
    assert main(["restore", str(tmp_path / "b"), str(tmp_path / "new")]) == 0
    said = capsys.readouterr()
    assert "encrypted" in said.out and "HEJIE_DATA=" in said.out
    assert "HEJIE_BACKUP_PASSPHRASE" in said.err
    with closing(sqlite3.connect(tmp_path / "new" / "hejie.sqlite3")) as connection:
        assert connection.execute("SELECT count(*) FROM ceremony_files").fetchone() == (2,)
    assert json.loads((kept.data / "backup.json").read_text())["encrypted"] is True
    assert main(["renew", "--dry-run"]) in (0, 1)
    assert "2 files" in capsys.readouterr().out
