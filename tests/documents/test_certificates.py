from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from documents.authority import Authority, EventSubject
from documents.certificates import OWN_CA, PAPER_OID
from documents.persons import event_subject
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


def test_leaves_carry_an_ocsp_address_and_cas_a_list(authority: Authority) -> None:
    for leaf in (authority.service, authority.seal, authority.tsa):
        access = leaf.certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
        assert {each.access_method: each.access_location.value for each in access} == {
            AuthorityInformationAccessOID.OCSP: "https://hejie.example/trust/ocsp",
            AuthorityInformationAccessOID.CA_ISSUERS: "https://hejie.example/trust/issuing.cer",
        }
    points = authority.issuing.certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert points[0].full_name is not None
    assert points[0].full_name[0].value == "https://hejie.example/trust/root.crl"
    authority.responder.certificate.extensions.get_extension_for_class(x509.OCSPNoCheck)


def test_an_event_certificate_has_the_contract_form(authority: Authority) -> None:
    cert = issued(authority)
    assert [(each.oid, each.value) for each in cert.subject] == [
        (NameOID.COMMON_NAME, "林秀珍"),
        (NameOID.TITLE, "applicant"),
        (NameOID.SERIAL_NUMBER, "party-1"),
    ]
    usage = cert.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical and usage.value.digital_signature and usage.value.content_commitment
    assert not usage.value.key_cert_sign
    with pytest.raises(x509.ExtensionNotFound):
        cert.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    manifest = [each for each in cert.extensions if each.oid.dotted_string == "2.25.208847154218346893213.1"]
    assert not manifest[0].critical
    assert isinstance(manifest[0].value, x509.UnrecognizedExtension)
    assert manifest[0].value.value == b"\x04\x20" + HASH
    policies = cert.extensions.get_extension_for_class(x509.CertificatePolicies).value
    assert [each.policy_identifier.dotted_string for each in policies] == [
        "2.25.208847154218346893213.2.2",
        "2.25.208847154218346893213.5",
    ]


def test_every_certificate_below_the_root_says_that_the_ca_is_the_deployments_own(authority: Authority) -> None:
    leaves = (authority.issuing, authority.service, authority.seal, authority.tsa, authority.responder)
    for leaf in leaves:
        policies = leaf.certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
        assert OWN_CA in [each.policy_identifier.dotted_string for each in policies]


def test_a_clerks_certificate_names_the_scan(authority: Authority) -> None:
    scan = bytes(range(32, 64))
    extension = issued(authority, role="clerk", paper=scan).extensions.get_extension_for_oid(PAPER_OID)
    assert not extension.critical
    assert isinstance(extension.value, x509.UnrecognizedExtension)
    assert extension.value.value == b"\x04\x20" + scan
    with pytest.raises(x509.ExtensionNotFound):
        issued(authority).extensions.get_extension_for_oid(PAPER_OID)
    with pytest.raises(ValueError, match="32 bytes"):
        issued(authority, paper=b"short")


@pytest.mark.parametrize(("assurance", "last"), [("code", "1"), ("seen", "2"), ("desk", "3"), ("licensed", "4")])
def test_assurance_is_a_policy(authority: Authority, assurance: str, last: str) -> None:
    policies = issued(authority, assurance=assurance).extensions.get_extension_for_class(x509.CertificatePolicies).value
    assert policies[0].policy_identifier.dotted_string == f"2.25.208847154218346893213.2.{last}"


def test_names_may_have_sixty_four_characters_of_any_script(authority: Authority) -> None:
    long = "嘉南市滨禾区青禾街道安澜物业服务有限公司嘉南中心分公司"
    der = authority.issue_event(Browser("party-1").spki, subject(name=long))
    assert event_subject(der) == (long, "applicant", "party-1", HASH)
    for name in ("", "长" * 65):
        with pytest.raises(ValueError, match="64 characters"):
            authority.issue_event(Browser("party-1").spki, subject(name=name))
