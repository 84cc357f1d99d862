import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from documents.chain import UNREADABLE, Cert, certificates
from tests.documents.chains import ANSWERING, STAMPING, issue


def test_a_certificate_is_read_to_its_last_bit() -> None:
    der = issue("one").cert.der
    assert Cert(der).x.serial_number == Cert(der).serial
    for bad in (b"", der[:-1], der + b"x", der[:4] + b"\x31" + der[5:]):
        assert certificates([bad]) == []
    with pytest.raises(UNREADABLE):
        Cert(b"\x30\x00")


@pytest.mark.parametrize(
    ("key", "good"),
    [
        (lambda: ec.generate_private_key(ec.SECP256R1()), True),
        (lambda: ec.generate_private_key(ec.SECP384R1()), True),
        (lambda: ec.generate_private_key(ec.SECP224R1()), False),
        (lambda: rsa.generate_private_key(65537, 2048), True),
        (lambda: rsa.generate_private_key(65537, 1024), False),  # noqa: S505
        (ed25519.Ed25519PrivateKey.generate, False),
    ],
)
def test_only_strong_keys_count(key: object, good: bool) -> None:
    root = issue("root", ca=True)
    assert (root.issue("leaf", key=key()).cert.key is not None) == good  # type: ignore[operator]


def test_who_may_sign_documents() -> None:
    mail = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
    server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    assert issue("plain").cert.may_sign() and issue("mail", purpose=mail).cert.may_sign()
    assert issue("mark", usage=("content_commitment",)).cert.may_sign()
    assert not issue("server", purpose=server).cert.may_sign()
    assert not issue("stamper", purpose=STAMPING).cert.may_sign()
    assert not issue("cipher", usage=("key_encipherment",)).cert.may_sign()
    assert not issue("ca", ca=True, usage=("key_cert_sign", "digital_signature")).cert.may_sign()


def test_who_may_stamp_time() -> None:
    both = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING])
    assert issue("good", purpose=STAMPING).cert.may_stamp()
    assert not issue("not critical", purpose=STAMPING, purpose_critical=False).cert.may_stamp()
    assert not issue("also code", purpose=both).cert.may_stamp()
    assert not issue("no purpose").cert.may_stamp()
    assert not issue("answers", purpose=ANSWERING).cert.may_stamp()


def test_who_may_issue() -> None:
    assert issue("any", ca=True).cert.may_issue(5)
    assert issue("leaves only", ca=True, depth=0).cert.may_issue(0)
    assert not issue("leaves only", ca=True, depth=0).cert.may_issue(1)
    assert not issue("no CA").cert.may_issue(0)
    assert not issue("no signing", ca=True, usage=("crl_sign",)).cert.may_issue(0)


def test_what_is_critical_must_be_understood() -> None:
    names = x509.NameConstraints([x509.DNSName("example.com")], None)
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    assert issue("plain", extra=((unknown, False),)).cert.understood()
    assert not issue("secret", extra=((unknown, True),)).cert.understood()
    assert not issue("names", ca=True, extra=((names, True),)).cert.understood()
    assert not issue("names", ca=True, extra=((names, False),)).cert.understood()
