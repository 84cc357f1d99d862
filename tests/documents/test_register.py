from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from documents.register import FILE, Former, Register, replace_private

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    register = Register("青禾街道人民调解委员会", "https://hejie.example", False, AT.isoformat(), {"tsa": "tsa-1"})
    register = register.with_key("seal", ("pkcs11", "hejie-seal-1")).with_revoked(2**150, AT)
    register.write(tmp_path)
    found = Register.read(tmp_path)
    assert found == register and found.revocations() == {2**150: AT}
    assert (found.stem("tsa"), found.stem("seal")) == ("tsa-1", "seal")
    assert (found.home("seal"), found.home("tsa-1")) == (("pkcs11", "hejie-seal-1"), ("file", "tsa-1"))
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_one_written_before_there_were_rotations_is_read_as_well(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(
        '{"name": "n", "base_url": "u", "demo": true, "made": "m", "leaves": {"seal": "seal-2"}}'
    )
    found = Register.read(tmp_path)
    assert (found.former, found.revocations(), found.stem("seal")) == ((), {}, "seal-2")


def test_the_first_moment_of_a_revocation_stays_in_any_zone() -> None:
    shanghai = AT.astimezone(timezone(timedelta(hours=8)))
    register = Register("n", "u", True, "m", former=(Former("issuing", "ocsp"),)).with_revoked(17, shanghai)
    assert register.with_revoked(17, AT + timedelta(days=1)).revocations() == {17: AT}


def test_a_write_that_fails_leaves_the_former_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    replace_private(path, b"former")

    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("documents.register.os.replace", full)
    with pytest.raises(OSError, match="no space"):
        replace_private(path, b"new")
    assert path.read_bytes() == b"former"
