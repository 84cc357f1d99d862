import copy
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from documents.errors import SignerUnavailable
from documents.keys import DistantKey, FileKeys, GuardedSigner, KeyRing, KeySigner, new_key, read_key, write_key


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


@pytest.mark.tools
@pytest.mark.parametrize(("passphrase", "form"), [(b"open sesame", "scrypt"), (b"0123456789abcdef" * 4, "PBKDF2")])
def test_openssl_reads_the_encrypted_file_and_a_chosen_passphrase_is_costly_to_guess(
    tmp_path: Path, passphrase: bytes, form: str
) -> None:
    key, path = new_key(), tmp_path / "a.key"
    write_key(path, key, passphrase)
    parsed = subprocess.run(["openssl", "asn1parse", "-in", path], capture_output=True, text=True, check=True)
    assert form in parsed.stdout
    words = ["openssl", "pkey", "-in", path, "-passin", f"pass:{passphrase.decode()}", "-outform", "DER"]
    assert read_key(path, passphrase).private_numbers() == key.private_numbers()
    opened = subprocess.run(words, capture_output=True, check=True).stdout
    found = serialization.load_der_private_key(opened, None)
    assert isinstance(found, ec.EllipticCurvePrivateKey)
    assert found.private_numbers() == key.private_numbers()


def test_a_distant_key_gives_on_only_what_verifies_and_nothing_of_itself() -> None:
    real = new_key()
    signing = DistantKey(real.public_key(), lambda data: KeySigner(b"", real).sign(data))
    real.public_key().verify(KeySigner(b"", signing).sign(b"data"), b"data", ec.ECDSA(hashes.SHA256()))
    for lying in (lambda data: KeySigner(b"", real).sign(data + b"!"), lambda _data: b"", lambda _data: b"\x30\x00"):
        with pytest.raises(SignerUnavailable, match="signature_wrong"):
            KeySigner(b"", DistantKey(real.public_key(), lying)).sign(b"data")
    with pytest.raises(SignerUnavailable, match="key_algorithm"):
        signing.sign(b"data", ec.ECDSA(hashes.SHA512()))
    with pytest.raises(SignerUnavailable, match="key_elsewhere"):
        signing.exchange(ec.ECDH(), real.public_key())
    assert copy.deepcopy(signing) is signing and signing.curve.name == "secp256r1" and signing.key_size == 256


def test_a_ring_makes_keys_where_it_is_told_and_opens_them_where_they_were_made(tmp_path: Path) -> None:
    files = FileKeys(tmp_path, b"open sesame", new_key)
    ring = KeyRing(files)
    key, home = ring.make("seal", "seal")
    assert home == ("file", "seal") and ring.where(home) == "file seal.key, encrypted"
    opened = ring.open(home, key.public_key())
    assert opened.private_numbers() == key.private_numbers()
    assert ring.where(("pkcs11", "hejie-seal")) == "pkcs11 hejie-seal: not named in the settings"
    with pytest.raises(SignerUnavailable, match="pkcs11_not_set"):
        KeyRing(files, (), "pkcs11").make("seal", "seal-2")
    (tmp_path / "seal.key").unlink()
    assert ring.where(home) == "file seal.key: missing"
    write_key(tmp_path / "seal.key", key, None)
    assert ring.where(home) == "file seal.key, IN CLEAR"


def test_a_guarded_signer_asks_before_each_signature() -> None:
    refused: list[str] = []

    def check() -> None:
        if refused:
            raise SignerUnavailable(refused[0])

    signer = GuardedSigner(KeySigner(b"certificate", new_key()), check)
    assert signer.certificate == b"certificate" and signer.sign(b"data")
    refused.append("certificate_revoked")
    with pytest.raises(SignerUnavailable, match="certificate_revoked"):
        signer.sign(b"data")
