"""`hejie pki` as an operator types it."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509

from documents import SignerUnavailable
from documents.register import Register
from server.cli import main
from server.custody import open_authority
from server.settings import Settings
from tests.csc_server import CLIENT, PIN, SECRET, RemoteCa

PASSPHRASE = "as long as one a machine draws, and so opened quickly"
Words = pytest.CaptureFixture[str]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A real centre that is not founded yet; the command reads the same from its environment."""
    monkeypatch.setenv("HEJIE_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("HEJIE_CA_PASSPHRASE", PASSPHRASE)
    return Settings(data=tmp_path / "var", ca_passphrase=PASSPHRASE)


def table(words: Words) -> dict[tuple[str, str], list[str]]:
    """(kind, state) -> serial numbers, as `show` prints them."""
    words.readouterr()
    assert main(["pki", "show"]) == 0
    found: dict[tuple[str, str], list[str]] = {}
    for line in words.readouterr().out.splitlines()[1:]:
        kind, state, serial = re.split(r"\s{2,}", line)[:3]
        found.setdefault((kind, state), []).append(serial)
    return found


def test_founding_once_and_what_show_tells(settings: Settings, capsys: Words) -> None:
    assert main(["pki", "show"]) == 1
    assert "hejie pki create" in capsys.readouterr().err
    assert main(["pki", "create"]) == 0
    assert "hejie pki root detach" in capsys.readouterr().out
    assert main(["pki", "create"]) == 1
    assert "already" in capsys.readouterr().err
    assert set(table(capsys)) == {(kind, "current") for kind in ("root", "issuing", "service", "seal", "tsa", "ocsp")}
    main(["pki", "show"])
    shown = capsys.readouterr().out
    assert "file seal.key, encrypted" in shown and "file root/root.key, encrypted" in shown and "CLEAR" not in shown


def test_renewal_keeps_the_former_and_rotation_all_of_them(settings: Settings, capsys: Words) -> None:
    main(["pki", "create"])
    first = table(capsys)
    assert main(["pki", "renew", "tsa"]) == 0
    assert "restart it" in capsys.readouterr().out
    renewed = table(capsys)
    assert renewed["tsa", "former"] == first["tsa", "current"] != renewed["tsa", "current"]
    assert main(["pki", "rotate"]) == 0
    rotated = table(capsys)
    for kind in ("issuing", "service", "seal", "tsa", "ocsp"):
        assert renewed[kind, "current"][0] in rotated[kind, "former"]
    assert rotated["root", "current"] == first["root", "current"]
    opened = open_authority(settings)
    assert (
        len(opened.generations) == 2
        and opened.issuing.certificate.subject != opened.generations[1].issuing.certificate.subject
    )


def test_revocation_asks_first_and_is_for_good(
    settings: Settings, capsys: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["pki", "create"])
    monkeypatch.setattr("builtins.input", lambda: "no")
    assert main(["pki", "revoke", "seal"]) == 1
    assert ("seal", "current") in table(capsys)
    monkeypatch.setattr("builtins.input", lambda: "yes")
    assert main(["pki", "revoke", "seal"]) == 0
    (serial,) = table(capsys)["seal", "revoked"]
    authority = open_authority(settings)
    at = authority.status(int(serial, 16))
    with pytest.raises(SignerUnavailable, match="certificate_revoked"):
        authority.signer("seal").sign(b"data")
    assert main(["pki", "revoke", serial, "--yes"]) == 0
    assert open_authority(settings).status(int(serial, 16)) == at, "the first moment stays"
    for nobody in ("abc123", "root", "party"):
        capsys.readouterr()
        assert main(["pki", "revoke", nobody, "--yes"]) == 1
        assert "none of our own" in capsys.readouterr().err
    assert main(["pki", "renew", "seal"]) == 0
    open_authority(settings).signer("seal").sign(b"data")


def test_the_root_is_taken_away_and_asked_for_where_it_is_needed(
    settings: Settings, capsys: Words, tmp_path: Path
) -> None:
    main(["pki", "create"])
    stick = tmp_path / "stick"
    assert main(["pki", "root", "detach", str(stick)]) == 0
    assert [path.name for path in (settings.authority / "root").iterdir()] == ["root.pem"]
    assert b"ENCRYPTED" in (stick / "root.key").read_bytes() and (stick / "root.key").stat().st_mode & 0o777 == 0o600
    main(["pki", "show"])
    assert "taken away" in capsys.readouterr().out
    open_authority(settings).signer("seal").sign(b"serving goes on")
    assert main(["pki", "renew", "seal"]) == 0
    for words in (["list"], ["rotate"], ["revoke", "issuing", "--yes"], ["root", "detach", str(tmp_path / "other")]):
        capsys.readouterr()
        assert main(["pki", *words]) == 1
        assert "--root DIR" in capsys.readouterr().err
    assert open_authority(settings).status(open_authority(settings).issuing.certificate.serial_number) == "good"
    before = (settings.authority / "root.crl").read_bytes()
    assert main(["pki", "list", "--root", str(stick)]) == 0
    assert "days" in capsys.readouterr().out and (settings.authority / "root.crl").read_bytes() != before
    assert main(["pki", "rotate", "--root", str(stick)]) == 0
    former = open_authority(settings).generations[1].issuing.certificate.serial_number
    assert main(["pki", "revoke", f"{former:x}", "--yes", "--root", str(stick)]) == 0
    crl = x509.load_der_x509_crl((settings.authority / "root.crl").read_bytes())
    assert [entry.serial_number for entry in crl] == [former]
    assert main(["pki", "root", "attach", str(stick)]) == 0
    assert main(["pki", "list"]) == 0


def test_two_operators_at_once_lose_nothing_of_each_other(settings: Settings, capsys: Words) -> None:
    main(["pki", "create"])
    with ThreadPoolExecutor(4) as operators:
        assert list(operators.map(lambda kind: main(["pki", "renew", kind]), ("tsa", "seal") * 4)) == [0] * 8
    found = table(capsys)
    assert (len(found["tsa", "former"]), len(found["seal", "former"])) == (4, 4)
    assert set(Register.read(settings.authority).leaves) == {"tsa", "seal"}


def test_another_authoritys_root_is_refused(settings: Settings, capsys: Words, tmp_path: Path) -> None:
    main(["pki", "create"])
    stranger = Settings(data=tmp_path / "stranger", ca_passphrase=PASSPHRASE)
    open_authority(stranger)
    for words in (["list", "--root"], ["root", "attach"]):
        capsys.readouterr()
        assert main(["pki", *words, str(stranger.authority / "root")]) == 1
        assert "another authority's root" in capsys.readouterr().err


def test_what_is_exported_has_no_key_in_it(settings: Settings, capsys: Words, tmp_path: Path) -> None:
    main(["pki", "create"])
    main(["pki", "rotate"])
    assert main(["pki", "export", str(tmp_path / "out")]) == 0
    files = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    (other,) = [path.stem for path in settings.authority.glob("issuing-*.pem")]
    assert set(files) == {
        "root.pem", "root.crl", "chain.pem", "issuing.cer", "issuing.crl", f"{other}.cer", f"{other}.crl",
        "service.cer", "seal.cer", "tsa.cer", "ocsp.cer",
    }  # fmt: skip
    assert not any(b"PRIVATE" in content for content in files.values())
    chain = x509.load_pem_x509_certificates(files["chain.pem"])
    root = x509.load_pem_x509_certificate(files["root.pem"])
    assert len(chain) == 3
    for one in chain:
        one.verify_directly_issued_by(root)
    for name in ("issuing", other):
        issuer = x509.load_der_x509_certificate(files[f"{name}.cer"])
        crl = x509.load_der_x509_crl(files[f"{name}.crl"])
        assert crl.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]


def test_keys_in_clear_are_encrypted_on_request(
    settings: Settings, capsys: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["pki", "create"])
    from documents import keys, upkeep

    seal = settings.authority / "seal.key"
    clear = keys.key_pem(keys.read_key(seal, PASSPHRASE.encode()), None)
    seal.write_bytes(clear)
    assert main(["pki", "show"]) == 1
    assert "hejie pki protect" in capsys.readouterr().err
    assert main(["pki", "protect"]) == 0
    assert "encrypted seal.key" in capsys.readouterr().out
    assert (
        upkeep.in_clear(settings.authority) == []
        and keys.key_pem(keys.read_key(seal, PASSPHRASE.encode()), None) == clear
    )
    assert main(["pki", "show"]) == 0
    monkeypatch.delenv("HEJIE_CA_PASSPHRASE")
    assert main(["pki", "protect"]) == 1


def test_the_remote_cas_credentials_are_listed_and_used(
    settings: Settings, capsys: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["pki", "credentials"]) == 1
    assert "HEJIE_CSC_URL" in capsys.readouterr().err
    remote = RemoteCa(kinds=("seal", "tsa"))
    remote.open()
    try:
        for name, value in (("URL", remote.base), ("CLIENT", CLIENT), ("SECRET", SECRET), ("PIN", PIN)):
            monkeypatch.setenv(f"HEJIE_CSC_{name}", value)
        assert main(["pki", "credentials"]) == 0
        assert capsys.readouterr().out.split() == ["cred-seal", "cred-tsa"]
        monkeypatch.setenv("HEJIE_KEYS", "csc")
        monkeypatch.setenv("HEJIE_CSC_CREDENTIALS", json.dumps(remote.credentials))
        assert main(["pki", "create"]) == 0
        assert f"remote CA {remote.base}, credential cred-seal" in capsys.readouterr().out
        assert sorted(path.name for path in settings.authority.rglob("*.key")) == [
            "issuing.key", "ocsp.key", "root.key", "service.key",
        ]  # fmt: skip
    finally:
        remote.close()
    assert main(["pki", "credentials"]) == 1
    assert "does not answer" in capsys.readouterr().err
