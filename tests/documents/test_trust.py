import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from documents import trust
from tests.documents.ceremony import FREEZE
from tests.documents.conftest import Sealed


def test_bundles_hold_certificates_and_status_in_any_order(sealed: Sealed) -> None:
    authority = sealed.ceremony.authority
    crl = authority.root_crl()
    crl_pem = x509.load_der_x509_crl(crl).public_bytes(serialization.Encoding.PEM)
    answer = authority.ocsp(authority.tsa.der, FREEZE)
    found = trust.load([b"a comment\n" + authority.root_pem + crl_pem, authority.issuing.der, answer, crl])
    assert len(found.certificates) == 2 and len(found.crls) == 2 and len(found.ocsps) == 1
    assert found.certificates[0].der == authority.root_der


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"text",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\n%%%%\n-----END CERTIFICATE-----\n",
        b"\x30\x00",
        b"\x30\x03\x0a\x01\x06",  # an OCSP answer that says: unauthorized
    ],
)
def test_what_cannot_be_read_is_not_taken_for_nothing(bad: bytes) -> None:
    with pytest.raises(ValueError):
        trust.load([bad])


def test_a_key_among_the_anchors_is_refused(sealed: Sealed) -> None:
    key = (sealed.ceremony.authority.directory / "root" / "root.key").read_bytes()
    with pytest.raises(ValueError, match="neither"):
        trust.load([key])


def test_damaged_answers_and_lists_are_no_status(sealed: Sealed) -> None:
    authority = sealed.ceremony.authority
    answer, crl = authority.ocsp(authority.tsa.der, FREEZE), authority.root_crl()
    assert trust.is_ocsp(answer) and trust.is_crl(crl)
    assert not any(
        trust.is_ocsp(each) or trust.is_crl(each) for each in (b"", answer[:-1], crl[:-1], authority.root_der)
    )
