import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from documents.errors import SignerUnavailable
from documents.keys import KeySigner, new_key, read_key, write_key


def test_a_key_comes_back_and_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    key, path = new_key(), tmp_path / "a.key"
    write_key(path, key, None)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_key(path, None).private_numbers() == key.private_numbers()


def test_a_passphrase_encrypts_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    write_key(path, new_key(), b"secret")
    assert b"ENCRYPTED" in path.read_bytes()
    read_key(path, b"secret")
    for passphrase, reason in ((b"other", "passphrase_wrong"), (None, "passphrase_needed")):
        with pytest.raises(SignerUnavailable, match=reason):
            read_key(path, passphrase)


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    write_key(path, new_key(), None)
    with pytest.raises(FileExistsError):
        write_key(path, new_key(), None)


def test_unusable_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(SignerUnavailable, match="key_file_missing"):
        read_key(tmp_path / "none", None)
    (tmp_path / "text").write_text("no key")
    with pytest.raises(SignerUnavailable, match="key_unusable"):
        read_key(tmp_path / "text", None)
    pem = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "rsa").write_bytes(pem)
    with pytest.raises(SignerUnavailable, match="key_type"):
        read_key(tmp_path / "rsa", None)


def test_the_same_data_gets_the_same_signature() -> None:
    signer = KeySigner(b"", new_key())
    assert signer.sign(b"data") == signer.sign(b"data")
    assert signer.sign(b"data") != signer.sign(b"other")
