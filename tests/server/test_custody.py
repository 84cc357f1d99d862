"""The institution's keys in a running server: never in clear anywhere, in a token if so wished; and whose authority is
opened when. What looks for keys proves itself on planted ones."""

import os
import secrets
import sqlite3
import subprocess
import sys
import tarfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from documents import Authority
from server.custody import CustodyRefused, NoPassphrase, open_authority, read_authority
from server.settings import KeyOptions, Settings
from tests.actors import Hands
from tests.browser.keyhunt import private_keys
from tests.running import ROOT, Server, free_port
from tests.softhsm import MODULE, PIN, Token, configuration, new_token

ENCRYPTED = "PKCS#8, encrypted"


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Token:
    return new_token(configuration(tmp_path_factory.mktemp("softhsm")))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "var", free_port())
    yield server
    server.stop()


def play(server: Server, out: Path) -> None:
    """A whole case through the server's doors, from the link to the sealed files."""
    words = [sys.executable, "-m", "server.cli", "rehearse", "--url", server.url, "--out", str(out)]
    played = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert played.returncode == 0, played.stdout + played.stderr


def traces(server: Server) -> dict[str, bytes]:
    """Every file the server wrote, its log, and the values of its tables: in the file a long one is cut into pages."""
    files = [path for path in server.data.rglob("*") if path.is_file()] + [server.data.parent / "server.log"]
    found = {path.relative_to(server.data.parent).as_posix(): path.read_bytes() for path in files}
    with closing(sqlite3.connect(f"file:{server.data / 'hejie.sqlite3'}?mode=ro", uri=True)) as database:
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            rows = database.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608 (the database's own names)
            values = (value for row in rows for value in row if isinstance(value, str | bytes))
            found[f"table {table}"] = b"\n\n".join(v.encode() if isinstance(v, str) else v for v in values)
    return found


def saved(server: Server, tmp_path: Path) -> dict[str, bytes]:
    """What a backup taken now holds, member by member, and the encrypted form of it."""
    for name, extra in (("sealed", {"HEJIE_BACKUP_PASSPHRASE": "long enough to be one"}), ("plain", {})):
        env = {key: value for key, value in os.environ.items() if not key.startswith("HEJIE_")}
        env |= {"HEJIE_DATA": str(server.data), "HEJIE_DEMO": "1", **server.extra, **extra}
        words = [sys.executable, "-m", "server.cli", "backup", str(tmp_path / name)]
        made = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
        assert made.returncode == 0, made.stdout + made.stderr
    found = {"backup, sealed": (tmp_path / "sealed").read_bytes()}
    with tarfile.open(tmp_path / "plain") as archive:
        for member in archive.getmembers():
            content = archive.extractfile(member)
            found[f"backup/{member.name}"] = content.read() if content else b""
    return found


def in_clear(files: dict[str, bytes], known: list[bytes]) -> dict[str, set[str]]:
    """Files in which a key can be read, and in which form. Encrypted ones may lie where keys belong, nowhere else."""
    found = {}
    for name, content in files.items():
        forms = private_keys(content, known)
        if name.startswith(("var/pki/", "backup/pki/")) and name.endswith(".key"):
            forms -= {"PEM", ENCRYPTED}  # its frame; what is in it would show as another form
        if forms:
            found[name] = forms
    return found


def scalar(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_numbers().private_value.to_bytes(32, "big")


@pytest.mark.tools
@pytest.mark.timeout(180)
def test_the_e_seal_key_is_never_in_clear_on_disk_in_a_log_or_a_backup(server: Server, tmp_path: Path) -> None:
    passphrase = secrets.token_hex(16)
    server.extra = {"HEJIE_CA_PASSPHRASE": passphrase}
    server.start()
    play(server, tmp_path / "out")
    settings = Settings(data=server.data, demo=True, ca_passphrase=passphrase)
    files = traces(server) | saved(server, tmp_path)
    server.stop()
    files |= {f"after the end: {name}": content for name, content in traces(server).items() if name == "server.log"}
    authority = read_authority(settings)
    leaves = [authority.issuing, *(authority.leaf(kind) for kind in ("service", "seal", "tsa", "ocsp"))]
    known = [*(scalar(leaf.key) for leaf in leaves), passphrase.encode()]
    assert {"var/hejie.sqlite3", "server.log", "var/pki/seal.key", "var/pki/seal.pem"} <= files.keys()
    assert any(name.startswith("var/blobs/") for name in files), "a file was sealed"
    assert {"backup, sealed", "backup/hejie.sqlite3", "backup/pki/seal.key"} <= files.keys()
    assert in_clear(files, known) == {}
    for path in server.data.rglob("*.key"):
        assert path.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
        assert path.stat().st_mode & 0o777 == 0o600

    # The same eyes see it in every form, and wherever it is put.
    seal = authority.seal.key
    forms = {
        "der": seal.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        "sec1": seal.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
        "pem": seal.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        "scalar": b"key=" + scalar(seal) + b";",
        "hex": scalar(seal).hex().encode(),
        "base64": b64encode(b"." + scalar(seal)),
    }
    blob = next(name for name in files if name.startswith("var/blobs/"))
    for form, bytes_ in forms.items():
        for name in ("server.log", "backup/hejie.sqlite3", "var/pki/seal.key", blob):
            assert name in in_clear({name: files[name][:5000] + bytes_ + files[name][5000:6000]}, known), (form, name)


@pytest.mark.tools
@pytest.mark.timeout(180)
def test_a_server_whose_keys_are_in_a_token_completes_a_case_and_has_none_on_disk(
    server: Server, token: Token, tmp_path: Path
) -> None:
    server.extra = {
        "HEJIE_KEYS": "pkcs11",
        "HEJIE_PKCS11_MODULE": str(MODULE),
        "HEJIE_PKCS11_TOKEN": token.label,
        "HEJIE_PKCS11_PIN": PIN,
    }
    server.start()
    play(server, tmp_path / "out")
    assert [path.name for path in server.data.rglob("*.key")] == ["root.key"]
    assert in_clear(traces(server), [PIN.encode()]) == {}


def test_a_demo_keeps_its_passphrase_outside_the_authority(tmp_path: Path) -> None:
    settings = founded(tmp_path, demo=True)
    passphrase = settings.demo_passphrase.read_bytes()
    assert len(passphrase) == 64 and settings.demo_passphrase.stat().st_mode & 0o777 == 0o600
    assert not settings.demo_passphrase.is_relative_to(settings.authority)
    authority = read_authority(settings)
    known = [scalar(authority.seal.key), passphrase]
    files = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert in_clear(files, known) == {"var/pki-passphrase": {"a known private value"}}
    settings.demo_passphrase.unlink()
    with pytest.raises(CustodyRefused, match="passphrase_needed"):
        read_authority(settings)


def founded(tmp_path: Path, **changes: object) -> Settings:
    settings = replace(Settings(data=tmp_path / "var"), **changes)  # type: ignore[arg-type]
    open_authority(settings)
    return settings


def test_a_demos_authority_does_not_open_outside_demo_mode_nor_a_real_one_inside(tmp_path: Path) -> None:
    demo = founded(tmp_path / "demo", demo=True)
    for opening in (open_authority, read_authority):
        with pytest.raises(CustodyRefused, match=r"made in demo mode.*empty HEJIE_DATA"):
            opening(replace(demo, demo=False, ca_passphrase="open sesame"))
    real = founded(tmp_path / "real", ca_passphrase="open sesame")
    with pytest.raises(CustodyRefused, match="belongs to a real centre"):
        open_authority(replace(real, demo=True))
    assert open_authority(real).demo is False and open_authority(demo).demo is True


def test_a_real_centre_needs_a_passphrase_and_takes_no_key_in_clear(tmp_path: Path) -> None:
    with pytest.raises(NoPassphrase, match="HEJIE_CA_PASSPHRASE"):
        founded(tmp_path)
    settings = Settings(data=tmp_path / "var", ca_passphrase="open sesame")
    Authority.create(settings.authority, "青禾街道人民调解委员会", demo=False)
    with pytest.raises(CustodyRefused, match=r"seal\.key.*in clear.*hejie pki protect"):
        open_authority(settings)


def test_a_demo_of_before_gets_its_keys_encrypted_when_it_is_opened(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "var", demo=True)
    before = Authority.create(settings.authority, "青禾街道人民调解委员会")
    assert b"BEGIN PRIVATE" in (settings.authority / "seal.key").read_bytes()
    after = open_authority(settings)
    assert scalar(after.seal.key) == scalar(before.seal.key)
    assert all(b"BEGIN ENCRYPTED" in path.read_bytes() for path in settings.authority.rglob("*.key"))


def test_what_is_wrong_is_said_in_words(tmp_path: Path) -> None:
    settings = founded(tmp_path, ca_passphrase="open sesame")
    with pytest.raises(CustodyRefused, match="HEJIE_CA_PASSPHRASE is not the one"):
        open_authority(replace(settings, ca_passphrase="other"))
    with pytest.raises(CustodyRefused, match="not installed"):
        open_authority(replace(settings, keys=KeyOptions(issuer="nobody")))
    with pytest.raises(CustodyRefused, match="pkcs11_module_away"):
        nowhere = KeyOptions(place="pkcs11", module=Path("/nowhere.so"))
        open_authority(Settings(data=tmp_path / "other", demo=True, keys=nowhere))
    assert not (tmp_path / "other" / "pki").exists(), "nothing half made"
    (settings.authority / "authority.json").write_text("{")
    with pytest.raises(CustodyRefused, match="restore the backup"):
        open_authority(settings)


def test_reading_makes_nothing(tmp_path: Path) -> None:
    settings = founded(tmp_path, demo=True)
    before = {path: path.read_bytes() for path in settings.data.rglob("*") if path.is_file()}
    read_authority(settings, Hands(datetime.now(UTC)))
    assert {path: path.read_bytes() for path in settings.data.rglob("*") if path.is_file()} == before
