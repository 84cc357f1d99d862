"""The authority over the years: revoked and ended signers refused before and reported after, renewal and rotation in
the middle of a ceremony, and lists that say what happened."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from documents import sign
from documents.authority import Authority, LeafKind
from documents.certificates import YEAR, Leaf
from documents.errors import SignatureRejected, SignerUnavailable
from documents.register import Register
from documents.report import Report
from documents.upkeep import export, in_clear, overview, probe, protect, revoke, rotate
from documents.verify import verify
from tests.documents.ceremony import FREEZE, Browser, Ceremony, Clock, printed, valid_for_poppler
from tests.documents.test_authority import subject

NAME = "青禾街道人民调解委员会"
KINDS: tuple[LeafKind, ...] = ("service", "seal", "tsa", "ocsp")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def authority(tmp_path: Path, clock: Clock) -> Authority:
    return Authority.create(tmp_path / "pki", NAME, clock, base_url="https://hejie.example")


class Heedless(Authority):
    """Signs with whatever it has, as a server would that was changed or never told."""

    def require(self, leaf: Leaf) -> None:
        return None


def heedless(authority: Authority) -> Heedless:
    opened = Heedless.open(authority.directory, clock=authority.clock, base_url=authority.base_url)
    assert isinstance(opened, Heedless)
    return opened


@pytest.mark.parametrize("kind", KINDS)
def test_a_revoked_signer_is_refused_before(authority: Authority, kind: LeafKind) -> None:
    authority.signer(kind).sign(b"data")
    revoke(authority, kind, FREEZE)
    for one in (authority, Authority.open(authority.directory, clock=authority.clock)):
        with pytest.raises(SignerUnavailable, match="certificate_revoked"):
            one.signer(kind).sign(b"data")


@pytest.mark.parametrize("kind", KINDS)
def test_an_ended_signer_is_refused_before(authority: Authority, clock: Clock, kind: LeafKind) -> None:
    clock.now = authority.leaf(kind).certificate.not_valid_after_utc - timedelta(seconds=1)
    authority.signer(kind).sign(b"data")
    clock.pass_(seconds=1)
    with pytest.raises(SignerUnavailable, match="certificate_expired"):
        authority.signer(kind).sign(b"data")


async def test_under_a_revoked_issuing_ca_nothing_is_signed_or_issued(authority: Authority, tmp_path: Path) -> None:
    revoke(authority, "issuing", FREEZE)
    for kind in KINDS:
        with pytest.raises(SignerUnavailable, match="certificate_revoked"):
            authority.signer(kind).sign(b"data")
    with pytest.raises(SignerUnavailable, match="certificate_revoked"):
        authority.renew("seal")
    crl = x509.load_der_x509_crl(authority.root_crl())
    assert [(one.serial_number, one.revocation_date_utc) for one in crl] == [
        (authority.issuing.certificate.serial_number, FREEZE)
    ]


async def test_certification_and_seal_are_refused_and_the_cause_named(
    authority: Authority, clock: Clock, tmp_path: Path
) -> None:
    ceremony = await Ceremony.begin(tmp_path, clock=clock, authority=authority)
    turns = ceremony.all_turns()
    revoke(authority, "seal", clock())
    with pytest.raises(SignerUnavailable, match="certificate_revoked"):
        await ceremony.seal(turns)
    authority.renew("seal")
    assert verify(await ceremony.seal(turns), [authority.root_pem], clock()).verdict == "valid"
    clock.now += 4 * YEAR
    with pytest.raises(SignerUnavailable, match="certificate_expired"):
        await sign.certify(printed(ceremony.text), authority, ceremony.tsa)


@pytest.mark.parametrize("kind", ["service", "seal"])
async def test_a_revoked_signer_is_reported_after(
    authority: Authority, clock: Clock, tmp_path: Path, kind: str
) -> None:
    """It signed nevertheless; the status in the file tells."""
    revoke(authority, kind, clock() - timedelta(hours=1))
    ceremony = await Ceremony.begin(tmp_path, clock=clock, authority=heedless(authority))
    pdf = await ceremony.seal(ceremony.all_turns())
    for at in (clock(), clock() + timedelta(days=200)):
        report = verify(pdf, [authority.root_pem], at)
        assert report.verdict == "invalid"
        assert codes(report) == {"revoked"}


@pytest.mark.parametrize("kind", ["service", "seal"])
async def test_an_ended_signer_is_reported_after(
    authority: Authority, clock: Clock, tmp_path: Path, kind: LeafKind
) -> None:
    careless = heedless(authority)
    clock.now = authority.leaf(kind).certificate.not_valid_after_utc + timedelta(days=1)
    careless.renew("seal" if kind == "service" else "service")
    ceremony = await Ceremony.begin(tmp_path, clock=clock, authority=careless)
    pdf = await ceremony.seal(ceremony.all_turns())
    report = verify(pdf, [authority.root_pem], clock())
    assert report.verdict == "invalid" and "certificate_invalid" in codes(report)
    wrong = [one for one in report.signatures if not one.trusted]
    assert [one.kind for one in wrong] == ["certification" if kind == "service" else "seal"]


def codes(report: Report) -> set[str]:
    return {one.code for one in report.reasons}


@pytest.mark.tools
async def test_renewal_and_rotation_in_the_middle_of_a_ceremony_spoil_nothing(
    authority: Authority, clock: Clock, tmp_path: Path
) -> None:
    """F stands under the former service, people under the former issuing CA, the seal under the next one."""
    ceremony = await Ceremony.begin(tmp_path, clock=clock, authority=authority)
    for kind in KINDS:
        authority.renew(kind)
    turns = ceremony.all_turns()
    rotate(authority)
    ceremony.tsa = type(ceremony.tsa)(authority.signer("tsa"))
    pdf = await ceremony.seal(turns)
    report = verify(pdf, [authority.root_pem], clock() + timedelta(hours=1))
    assert (report.verdict, report.reasons) == ("valid", ())
    assert valid_for_poppler(pdf, tmp_path) == len(ceremony.people) + 2
    late = verify(pdf, [authority.root_pem], clock() + timedelta(days=300))
    assert late.verdict == "valid"


def test_a_frozen_manifest_keeps_its_issuing_ca(authority: Authority, clock: Clock) -> None:
    former = authority.issuing.der
    rotate(authority)
    spki = Browser("party-1").spki
    present = authority.issuing.der
    for issuing, expected in ((former, former), (None, present), (present, present)):
        made = x509.load_der_x509_certificate(authority.issue_event(spki, subject(issuing=issuing)))
        made.verify_directly_issued_by(x509.load_der_x509_certificate(expected))
        answer = ocsp.load_der_ocsp_response(authority.ocsp(made.public_bytes(Encoding.DER), clock()))
        assert answer.certificate_status is ocsp.OCSPCertStatus.GOOD
    with pytest.raises(SignatureRejected, match="certificate_issuer"):
        authority.issue_event(spki, subject(issuing=b"another"))


def test_what_is_revoked_is_written_down_and_the_first_moment_stays(authority: Authority) -> None:
    serial = revoke(authority, "tsa", FREEZE).serial_number
    revoke(authority, f"{serial:x}", FREEZE + timedelta(days=1))
    assert Register.read(authority.directory).revocations() == {serial: FREEZE}
    other = Authority.open(authority.directory, clock=authority.clock)
    revoke(other, "seal", FREEZE)
    assert authority.status(other.seal.certificate.serial_number) == FREEZE, "seen without opening it again"
    listed = x509.load_der_x509_crl(authority.issuing_list("issuing") or b"")
    assert {one.serial_number for one in listed} == {serial, other.seal.certificate.serial_number}
    with pytest.raises(LookupError):
        revoke(authority, "ff", FREEZE)


def test_lists_name_only_what_their_ca_issued_and_have_growing_numbers(authority: Authority, clock: Clock) -> None:
    former = authority.seal.certificate.serial_number
    rotate(authority)
    revoke(authority, f"{former:x}", FREEZE)
    revoke(authority, "seal", FREEZE)
    authority.revoke(4711, FREEZE)
    present = authority.seal.certificate.serial_number
    for stem, own in (("issuing", former), (authority.generations[0].stem, present)):
        listed = x509.load_der_x509_crl(authority.issuing_list(stem) or b"")
        assert {one.serial_number for one in listed} == {own, 4711}
        assert listed.next_update_utc == clock() + timedelta(days=7)
    assert authority.issuing_list("seal") is None
    numbers = [number(authority.root_crl())]
    for kind in (f"{authority.generations[1].issuing.certificate.serial_number:x}", "issuing"):
        revoke(authority, kind, FREEZE)
        numbers.append(number(authority.root_crl()))
    assert numbers == sorted(set(numbers))


def number(crl: bytes) -> int:
    found: x509.CRLNumber = x509.load_der_x509_crl(crl).extensions.get_extension_for_class(x509.CRLNumber).value
    return found.crl_number


def test_an_overview_shows_every_certificate_and_a_probe_every_key(authority: Authority, clock: Clock) -> None:
    authority.renew("tsa")
    revoke(authority, "seal", FREEZE)
    found = [(one.kind, one.state) for one in overview(authority)]
    assert found == [
        ("root", "current"), ("issuing", "current"), ("service", "current"), ("seal", "revoked"), ("tsa", "current"),
        ("ocsp", "current"), ("tsa", "former"),
    ]  # fmt: skip
    assert [reason for _, _, reason in probe(authority)] == [""] * 5
    clock.now += 12 * YEAR
    assert {one.state for one in overview(authority) if one.kind == "tsa"} == {"ended"}


def test_keys_in_clear_are_found_and_encrypted(authority: Authority) -> None:
    assert len(in_clear(authority.directory)) == 6
    assert len(protect(authority.directory, b"open sesame")) == 6
    assert in_clear(authority.directory) == [] and protect(authority.directory, b"open sesame") == []
    Authority.open(authority.directory, b"open sesame")
    with pytest.raises(SignerUnavailable, match="passphrase_needed"):
        Authority.open(authority.directory)


def test_an_export_holds_no_key(authority: Authority) -> None:
    found = dict(export(authority))
    assert "root.pem" in found and "issuing.crl" in found and not any(b"PRIVATE" in one for one in found.values())
