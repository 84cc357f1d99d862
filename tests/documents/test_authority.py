from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp

from documents.authority import Authority, EventSubject, Status
from documents.errors import SignatureRejected, SignerUnavailable
from tests.documents.ceremony import FREEZE, Browser, Clock

NAME = "青禾街道人民调解委员会"
HASH = bytes(range(32))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    directory = tmp_path_factory.mktemp("authority") / "pki"
    return Authority.create(directory, NAME, Clock(), base_url="https://hejie.example")


def subject(**changes: object) -> EventSubject:
    facts = {
        "name": "林秀珍",
        "role": "applicant",
        "slot": "party-1",
        "manifest_hash": HASH,
        "assurance": "seen",
        "not_before": FREEZE,
        "not_after": FREEZE + timedelta(days=2),
    }
    return EventSubject(**(facts | changes))  # type: ignore[arg-type]


def issued(authority: Authority, **changes: object) -> x509.Certificate:
    der = authority.issue_event(Browser("party-1").spki, subject(**changes))
    return x509.load_der_x509_certificate(der)


def test_only_p256_keys_are_certified(authority: Authority) -> None:
    other = ec.generate_private_key(ec.SECP384R1()).public_key()
    spki = other.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    for bad in (spki, b"no key"):
        with pytest.raises(SignatureRejected, match="public_key"):
            authority.issue_event(bad, subject())


def test_a_certificate_for_longer_than_a_ceremony_may_last_is_not_made(authority: Authority) -> None:
    with pytest.raises(ValueError, match="32 days"):
        authority.issue_event(Browser("party-1").spki, subject(not_after=FREEZE + timedelta(days=33)))


def test_answers_never_reach_beyond_the_certificate(authority: Authority) -> None:
    der = issued(authority).public_bytes(serialization.Encoding.DER)
    answer = ocsp.load_der_ocsp_response(authority.ocsp(der, FREEZE))
    assert answer.certificate_status == ocsp.OCSPCertStatus.GOOD
    assert answer.next_update_utc == FREEZE + timedelta(days=2)
    late = ocsp.load_der_ocsp_response(authority.ocsp(der, FREEZE, FREEZE + timedelta(days=900)))
    assert late.next_update_utc == FREEZE + timedelta(days=2)
    stamp = ocsp.load_der_ocsp_response(authority.ocsp(authority.tsa.der, FREEZE))
    assert stamp.next_update_utc == FREEZE + timedelta(days=366)


def test_a_revoked_certificate_is_answered_as_revoked(authority: Authority) -> None:
    cert = issued(authority)
    authority.revoke(cert.serial_number, FREEZE + timedelta(minutes=3))
    der = cert.public_bytes(serialization.Encoding.DER)
    answer = ocsp.load_der_ocsp_response(authority.ocsp(der, FREEZE + timedelta(minutes=5)))
    assert answer.certificate_status == ocsp.OCSPCertStatus.REVOKED
    assert answer.revocation_time_utc == FREEZE + timedelta(minutes=3)


@pytest.mark.parametrize("algorithm", [hashes.SHA1(), hashes.SHA256()])  # noqa: S303
def test_requests_are_answered_from_what_the_caller_knows(
    authority: Authority, algorithm: hashes.HashAlgorithm
) -> None:
    cert = issued(authority)
    request = ocsp.OCSPRequestBuilder().add_certificate(cert, authority.issuing.certificate, algorithm)
    request = request.add_extension(x509.OCSPNonce(b"0123456789abcdef"), critical=False)
    der = request.build().public_bytes(serialization.Encoding.DER)
    known: list[tuple[Status, ocsp.OCSPCertStatus]] = [
        ("good", ocsp.OCSPCertStatus.GOOD),
        ("unknown", ocsp.OCSPCertStatus.UNKNOWN),
        (FREEZE, ocsp.OCSPCertStatus.REVOKED),
    ]
    for status, expected in known:
        asked: list[int] = []

        def status_of(serial: int, status: Status = status, asked: list[int] = asked) -> Status:
            asked.append(serial)
            return status

        answer = ocsp.load_der_ocsp_response(authority.answer_ocsp(der, status_of))
        assert asked == [cert.serial_number]
        assert answer.certificate_status == expected
        assert answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"0123456789abcdef"


def test_our_own_certificates_are_answered_without_asking(authority: Authority) -> None:
    request = ocsp.OCSPRequestBuilder().add_certificate(
        authority.seal.certificate, authority.issuing.certificate, hashes.SHA256()
    )

    def never(_serial: int) -> Status:
        raise AssertionError("asked")

    der = request.build().public_bytes(serialization.Encoding.DER)
    assert ocsp.load_der_ocsp_response(authority.answer_ocsp(der, never)).certificate_status == ocsp.OCSPCertStatus.GOOD


def test_other_questions_are_not_answered(authority: Authority) -> None:
    request = ocsp.OCSPRequestBuilder().add_certificate(authority.issuing.certificate, authority.root, hashes.SHA256())
    der = request.build().public_bytes(serialization.Encoding.DER)
    for question, status in (
        (der, ocsp.OCSPResponseStatus.UNAUTHORIZED),
        (b"nonsense", ocsp.OCSPResponseStatus.MALFORMED_REQUEST),
    ):
        answer = ocsp.load_der_ocsp_response(authority.answer_ocsp(question, lambda _serial: "good"))
        assert answer.response_status == status


def test_creating_again_opens_what_is_there(authority: Authority) -> None:
    again = Authority.create(authority.directory, "别的名字", Clock())
    assert again.root_pem == authority.root_pem
    assert again.name == NAME
    assert [path.name for path in authority.directory.parent.iterdir()] == ["pki"]


def test_a_passphrase_protects_all_keys(tmp_path: Path) -> None:
    Authority.create(tmp_path / "pki", NAME, Clock(), passphrase=b"secret")
    keys = list((tmp_path / "pki").rglob("*.key"))
    assert len(keys) == 6
    assert all(b"ENCRYPTED" in path.read_bytes() for path in keys)
    for passphrase in (None, b"other"):
        with pytest.raises(SignerUnavailable):
            Authority.open(tmp_path / "pki", passphrase)
    Authority.open(tmp_path / "pki", b"secret")


def test_a_missing_authority_is_named(tmp_path: Path) -> None:
    with pytest.raises(SignerUnavailable, match="authority_unreadable"):
        Authority.open(tmp_path)


def test_the_root_list_is_renewed_while_the_root_key_is_at_hand(tmp_path: Path) -> None:
    clock = Clock()
    authority = Authority.create(tmp_path / "pki", NAME, clock)
    first = authority.root_crl()
    assert authority.root_crl() == first
    clock.pass_(days=200)
    second = authority.root_crl()
    assert second != first
    assert x509.load_der_x509_crl(second).is_signature_valid(authority.root.public_key())  # type: ignore[arg-type]
    (tmp_path / "pki" / "root" / "root.key").unlink()
    clock.pass_(days=200)
    assert authority.root_crl() == second
    clock.pass_(days=200)
    with pytest.raises(SignerUnavailable, match="root_list_expired"):
        authority.root_crl()


def test_an_ending_leaf_is_renewed_and_the_former_still_answered_for(tmp_path: Path) -> None:
    clock = Clock()
    authority = Authority.create(tmp_path / "pki", NAME, clock)
    assert authority.ending(timedelta(days=90)) == []
    clock.pass_(days=3 * 365 - 30)
    assert authority.ending(timedelta(days=90)) == ["service", "seal"]
    former = authority.seal
    authority.renew("seal")
    assert authority.ending(timedelta(days=90)) == ["service"]
    again = Authority.open(tmp_path / "pki", clock=clock)
    assert again.seal.der == authority.seal.der != former.der
    request = ocsp.OCSPRequestBuilder().add_certificate(
        former.certificate, authority.issuing.certificate, hashes.SHA256()
    )
    der = request.build().public_bytes(serialization.Encoding.DER)
    for each in (authority, again):
        answer = ocsp.load_der_ocsp_response(each.answer_ocsp(der, lambda _serial: "unknown"))
        assert answer.certificate_status == ocsp.OCSPCertStatus.GOOD
