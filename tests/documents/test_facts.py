import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from documents import facts, grammar, structure
from documents.chain import certificates
from documents.library import Library
from tests.documents.ceremony import FREEZE
from tests.documents.conftest import Sealed


def signed(sealed: Sealed) -> list[grammar.Signed]:
    return grammar.read(sealed.pdf, structure.read(sealed.pdf)).signed


def test_each_signature_is_right_by_its_own_arithmetic(sealed: Sealed) -> None:
    found = [facts.of(sealed.pdf, each) for each in signed(sealed)]
    assert all(each.intact and each.valid and not each.reasons for each in found)
    assert [each.at for each in found] == [FREEZE + timedelta(seconds=seconds) for seconds in (0, 2, 4, 6, 8, 8)]
    person = found[1]
    assert (person.name, person.role, person.slot, person.assurance) == ("林秀珍", "applicant", "party-1", "seen")
    assert person.manifest_hash == sealed.ceremony.manifest.hash
    assert person.certificate is not None and person.certificate.issuer.endswith("签发CA")


def test_changed_bytes_are_not_intact(sealed: Sealed) -> None:
    first = signed(sealed)[1]
    changed = sealed.pdf[:50] + b"\0" + sealed.pdf[51:]
    assert not facts.of(changed, first).intact


@pytest.mark.parametrize(("part", "reason"), [("signature", "signature_broken"), ("outer", "signature_encoding")])
def test_a_damaged_value_is_named(sealed: Sealed, part: str, reason: str) -> None:
    from documents import cms, revisions

    turn = revisions.split(sealed.turns, sealed.ceremony.file)[0]
    parsed = cms.parse(cms.padded(turn.contents))
    at = (
        turn.gap[0]
        + 1
        + (2 * turn.contents.index(parsed.signature) + 2 * len(parsed.signature) - 1 if part == "signature" else 1)
    )
    other = b"1" if sealed.pdf[at : at + 1] != b"1" else b"2"
    fact = facts.of(sealed.pdf[:at] + other + sealed.pdf[at + 1 :], signed(sealed)[1])
    assert reason in fact.reasons


def library_of(sealed: Sealed) -> Library:
    reading = grammar.read(sealed.pdf, structure.read(sealed.pdf))
    kinds = {
        wanted: [der for _, kind, der in reading.store if kind == wanted] for wanted in ("/Certs", "/OCSPs", "/CRLs")
    }
    return Library(certificates(kinds["/Certs"]), kinds["/OCSPs"], kinds["/CRLs"], ())


def test_status_must_be_from_between_signature_and_time_stamp(sealed: Sealed) -> None:
    found = [facts.of(sealed.pdf, each) for each in signed(sealed)]
    library, stamp = library_of(sealed), found[-1]
    assert all(facts.status_in_time(each, library, stamp) for each in found)
    assert not facts.status_in_time(replace(found[1], at=FREEZE + timedelta(seconds=9)), library, stamp)
    assert not facts.status_in_time(found[1], library, replace(stamp, at=FREEZE + timedelta(seconds=7)))
    assert not facts.status_in_time(found[1], library, replace(stamp, at=FREEZE + timedelta(days=3)))
    assert not facts.status_in_time(found[1], Library((), (), (), ()), stamp)


def test_a_certificate_from_nowhere_is_noticed(sealed: Sealed) -> None:
    found = facts.of(sealed.pdf, signed(sealed)[1])
    assert facts.unissued(found, library_of(sealed)) is None
    assert facts.unissued(found, Library((), (), (), ())) == "certificate_invalid"
    altered = found.certificates[0][:-1] + bytes([found.certificates[0][-1] ^ 1])
    assert facts.unissued(replace(found, certificates=[altered]), library_of(sealed)) == "certificate_invalid"


def test_times_are_written_in_utc() -> None:
    assert facts.written(datetime.fromisoformat("2026-11-20T16:00:00+08:00")) == "2026-11-20T08:00:00Z"
    assert facts.written(datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)) == "2026-01-02T03:04:05Z"
    assert facts.written(None) is None


@pytest.mark.tools
@pytest.mark.parametrize("key", [["rsa:2048"], ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]])
def test_tokens_of_other_authorities_are_checked_too(sealed: Sealed, tmp_path: Path, key: list[str]) -> None:
    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=tmp_path, capture_output=True, check=True)

    (tmp_path / "tsa.cnf").write_text(TSA)
    subject = ["-subj", "/CN=elsewhere", "-addext", "extendedKeyUsage=critical,timeStamping", "-days", "9"]
    openssl("req", "-x509", "-nodes", "-newkey", *key, "-keyout", "key.pem", "-out", "cert.pem", *subject)
    (tmp_path / "data").write_bytes(b"data")
    openssl("ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "query")
    openssl("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-token_out", "-out", "token")
    token, digest = (tmp_path / "token").read_bytes(), sha256(b"data").digest()
    fact = facts.Fact(signed(sealed)[1])
    assert facts._token_fits(fact, token, digest)
    assert facts.common_name(fact.stamper.subject) == "elsewhere"  # type: ignore[union-attr]
    assert not facts._token_fits(fact, token, bytes(32))
    at = token.index(b"\x2a\x03\x04\x01") + 3  # the policy in TSTInfo
    assert not facts._token_fits(fact, token[:at] + b"\x02" + token[at + 1 :], digest)


TSA = """[tsa]
default_tsa = one
[one]
serial = serial
signer_cert = cert.pem
signer_key = key.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""
