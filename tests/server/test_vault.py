"""The vault: what is sealed opens with the same key in the same place, and nowhere else."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server import vault
from server.custody import CustodyRefused
from server.doctor import examine
from server.keeping.backup import NotBackedUp, backup, restore
from server.settings import Settings
from server.store import migrate
from server.vault import NotOpened, Vault, open_vault, wrapped_by

NOW = datetime(2026, 11, 26, tzinfo=UTC)
ONE, OTHER = Vault(b"1" * 32), Vault(b"2" * 32)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same stretching at its lowest cost."""
    monkeypatch.setattr(vault, "COST", 2**14)


@given(data=st.binary(max_size=300), what=st.text(max_size=20))
def test_what_is_sealed_opens_in_its_place_only(data: bytes, what: str) -> None:
    sealed = ONE.seal(what, data)
    assert ONE.open(what, sealed) == data
    for keeper, place in ((OTHER, what), (ONE, what + "|")):
        with pytest.raises(NotOpened):
            keeper.open(place, sealed)
    assert len(data) < 4 or data not in sealed


@given(data=st.binary(min_size=1, max_size=60), at=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_changed_bit_is_found(data: bytes, at: int, bit: int) -> None:
    sealed = bytearray(ONE.seal("x", data))
    sealed[at % len(sealed)] ^= 1 << bit
    with pytest.raises(NotOpened):
        ONE.open("x", bytes(sealed))
    with pytest.raises(NotOpened):
        ONE.open("x", bytes(sealed[: at % 28]))


def test_each_purpose_has_a_key_of_its_own() -> None:
    assert len({ONE.key("a"), ONE.key("b"), OTHER.key("a")}) == 3


def settings_in(tmp_path: Path, **changes: object) -> Settings:
    (tmp_path / "var").mkdir(exist_ok=True)
    return replace(Settings(data=tmp_path / "var"), **changes)  # type: ignore[arg-type]


def test_the_key_is_kept_and_no_file_holds_it_in_clear(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, ca_passphrase="correct horse")
    sealed = open_vault(settings).seal("x", b"said in confidence")
    assert open_vault(settings).open("x", sealed) == b"said in confidence"
    path = settings.data / vault.FILE
    assert path.stat().st_mode & 0o077 == 0 and wrapped_by(path) == "passphrase"
    assert set(json.loads(path.read_bytes())) == {"by", "cost", "salt", "key"}
    with pytest.raises(CustodyRefused, match="HEJIE_CA_PASSPHRASE"):
        open_vault(replace(settings, ca_passphrase="another"))
    with pytest.raises(CustodyRefused, match="HEJIE_CA_PASSPHRASE"):
        open_vault(replace(settings, ca_passphrase=None))


def test_a_passphrase_given_later_wraps_the_same_key_anew(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, demo=True)
    sealed = open_vault(settings).seal("x", b"note")
    path = settings.data / vault.FILE
    assert wrapped_by(path) == "own"
    later = replace(settings, ca_passphrase="correct horse")
    assert open_vault(later).open("x", sealed) == b"note"
    assert wrapped_by(path) == "passphrase"
    assert [one.name for one in settings.data.iterdir() if one.name.startswith(".")] == []


def test_a_damaged_key_file_is_refused_and_not_replaced(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, demo=True)
    open_vault(settings)
    path = settings.data / vault.FILE
    facts = json.loads(path.read_bytes())
    path.write_text(json.dumps(facts | {"key": facts["key"][:-2] + ("00" if facts["key"][-2:] != "00" else "11")}))
    before = path.read_bytes()
    with pytest.raises(CustodyRefused):
        open_vault(settings)
    assert path.read_bytes() == before


async def test_a_backup_without_passphrase_needs_a_key_that_one_protects(tmp_path: Path) -> None:
    """In the archive the key lies beside what it opens, so it must need something that is not in there."""
    settings = settings_in(tmp_path, ca_passphrase="correct horse")
    await asyncio.to_thread(migrate.upgrade, settings.database)
    sealed = open_vault(settings).seal("x", b"note")
    await asyncio.to_thread(backup, settings, tmp_path / "one", NOW)
    await asyncio.to_thread(restore, tmp_path / "one", tmp_path / "elsewhere", None)
    assert open_vault(replace(settings, data=tmp_path / "elsewhere")).open("x", sealed) == b"note"
    bare = settings_in(tmp_path, data=tmp_path / "bare")
    await asyncio.to_thread(migrate.upgrade, bare.database)
    open_vault(bare)
    with pytest.raises(NotBackedUp, match="vault-key"):
        await asyncio.to_thread(backup, bare, tmp_path / "two", NOW)


def test_the_doctor_says_whether_it_opens_and_mends_nothing(tmp_path: Path) -> None:
    def finding(settings: Settings) -> str:
        (one,) = [found for found in examine(settings) if found.name == "vault"]
        return one.level

    settings = settings_in(tmp_path, ca_passphrase="correct horse")
    assert finding(settings) == "hint" and not (settings.data / vault.FILE).exists()
    open_vault(settings)
    before = (settings.data / vault.FILE).read_bytes()
    assert finding(settings) == "ok"
    assert finding(replace(settings, ca_passphrase="another")) == "problem"
    assert (settings.data / vault.FILE).read_bytes() == before
