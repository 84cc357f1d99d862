"""A second CA, with another root and its own OCSP responder, as a licensed authority's plug-in would bring it. Its keys
lie in a directory of its own; `install` makes it an entry point of `hejie.issuers`, as an installed package does."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from documents.authority import EventSubject
from documents.certificates import (
    ASSURANCE,
    MANIFEST_OID,
    PAPER_OID,
    ca_certificate,
    hash_extension,
    key_id,
    leaf_builder,
    person_name,
    plain_name,
    policies,
    revocation_list,
    signing_usage,
)
from documents.errors import SignerUnavailable
from documents.issuer import GROUP, IssuerKind
from documents.keys import new_key, read_key, write_key

NAME = "嘉南省电子认证服务中心"
YEAR = timedelta(days=365)
BORN = datetime(2026, 1, 1, tzinfo=UTC)


class LicensedCa:
    """An EventIssuer and SealIssuer. `away` in its directory: it does not answer."""

    kind: IssuerKind = "licensed"
    name = NAME

    def __init__(self, options: Mapping[str, str]) -> None:
        self.directory = Path(options["directory"])
        self.directory.mkdir(exist_ok=True)
        self._root_key, self._key, self._responder_key = (self._kept(name) for name in ("root", "issuing", "ocsp"))
        root_name, name = plain_name(f"{NAME} 根"), plain_name(f"{NAME} 事件")
        if not (self.directory / "root.pem").exists():
            root = ca_certificate(
                root_name, None, self._root_key.public_key(), self._root_key, BORN, 60 * YEAR, None, _serial
            )
            issuing = _issuing(name, root, self._key, self._root_key)
            self._write(root=root, issuing=issuing, ocsp=self._responder(issuing))
        self._root, self._issuing, self._ocsp = (self._read(name) for name in ("root", "issuing", "ocsp"))

    @property
    def chain_der(self) -> tuple[bytes, ...]:
        return _der(self._issuing), _der(self._root)

    def issue_event(self, spki_der: bytes, subject: EventSubject, /) -> bytes:
        self._answers()
        assert subject.issuing in (None, _der(self._issuing))
        name = person_name(subject.name, subject.role, subject.slot)
        builder = self._leaf(name, spki_der, subject.not_before, subject.not_after)
        builder = builder.add_extension(policies(ASSURANCE["licensed"]), critical=False)
        builder = builder.add_extension(hash_extension(MANIFEST_OID, subject.manifest_hash), critical=False)
        if subject.paper is not None:
            builder = builder.add_extension(hash_extension(PAPER_OID, subject.paper), critical=False)
        return _der(builder.sign(self._key, hashes.SHA256()))

    def issue_seal(self, spki_der: bytes, organisation: str, /) -> bytes:
        self._answers()
        builder = self._leaf(plain_name(organisation), spki_der, BORN, BORN + 4 * YEAR)
        return _der(builder.sign(self._key, hashes.SHA256()))

    def revoke(self, serial: int, at: datetime, /) -> None:
        self._answers()
        draft = self.directory / "revoked.draft"
        draft.write_text(json.dumps(self._revoked() | {f"{serial:x}": at.isoformat()}))
        draft.replace(self.directory / "revoked.json")  # read meanwhile by another thread

    def ocsp(self, certificate: bytes, at: datetime, /) -> bytes:
        self._answers()
        subject = x509.load_der_x509_certificate(certificate)
        at_text = self._revoked().get(f"{subject.serial_number:x}")
        status = ocsp.OCSPCertStatus.REVOKED if at_text else ocsp.OCSPCertStatus.GOOD
        revoked_at = datetime.fromisoformat(at_text) if at_text else None
        end = min(at + timedelta(days=7), subject.not_valid_after_utc)
        if any(extension.oid == MANIFEST_OID for extension in subject.extensions):
            end = subject.not_valid_after_utc
        builder = ocsp.OCSPResponseBuilder().add_response(
            subject, self._issuing, hashes.SHA256(), status, at, end, revoked_at, None
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self._ocsp).certificates([self._ocsp])
        return builder.sign(self._responder_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def root_crl(self) -> bytes:
        return revocation_list(self._root, self._root_key, BORN, 20 * YEAR, {})

    def _answers(self) -> None:
        if (self.directory / "away").exists():
            raise SignerUnavailable("licensed_ca_away")

    def _revoked(self) -> dict[str, str]:
        path = self.directory / "revoked.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def _leaf(self, name: x509.Name, spki_der: bytes, start: datetime, end: datetime) -> x509.CertificateBuilder:
        key = serialization.load_der_public_key(spki_der)
        assert isinstance(key, ec.EllipticCurvePublicKey)
        builder = leaf_builder(name, self._issuing, key, start, end, _serial)
        where = x509.UniformResourceIdentifier("https://ca.example/ocsp")
        access = x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.OCSP, where)])
        return builder.add_extension(signing_usage(), critical=True).add_extension(access, critical=False)

    def _responder(self, issuing: x509.Certificate) -> x509.Certificate:
        builder = leaf_builder(
            plain_name(f"{NAME} 状态"), issuing, self._responder_key.public_key(), BORN, BORN + 30 * YEAR, _serial
        )
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=True)
        builder = builder.add_extension(signing_usage(repudiable=True), critical=True)
        return builder.add_extension(x509.OCSPNoCheck(), critical=False).sign(self._key, hashes.SHA256())

    def _kept(self, name: str) -> ec.EllipticCurvePrivateKey:
        path = self.directory / f"{name}.key"
        if not path.exists():
            write_key(path, new_key(), b"theirs")
        return read_key(path, b"theirs")

    def _read(self, name: str) -> x509.Certificate:
        return x509.load_pem_x509_certificate((self.directory / f"{name}.pem").read_bytes())

    def _write(self, **certificates: x509.Certificate) -> None:
        for name, certificate in certificates.items():
            (self.directory / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _serial() -> int:
    return x509.random_serial_number()


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _issuing(
    name: x509.Name, root: x509.Certificate, key: ec.EllipticCurvePrivateKey, root_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    """Below the root, with a list to be found, and without the policy that marks a deployment's own CA."""
    where = x509.DistributionPoint([x509.UniformResourceIdentifier("https://ca.example/root.crl")], None, None, None)
    usage = dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
         "encipher_only", "decipher_only"), False,
    )  # fmt: skip
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(root.subject).public_key(key.public_key())
    builder = builder.serial_number(_serial()).not_valid_before(BORN).not_valid_after(BORN + 50 * YEAR)
    return (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=True, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier(key_id(root), None, None), critical=False)
        .add_extension(x509.CRLDistributionPoints([where]), critical=False)
        .sign(root_key, hashes.SHA256())
    )


def install(site: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name under which the plug-in is found from now on."""
    package = site / "licensed_ca-1.0.dist-info"
    package.mkdir(parents=True)
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: licensed-ca\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text(f"[{GROUP}]\njianan = tests.licensed_ca:LicensedCa\n")
    monkeypatch.syspath_prepend(str(site))
    return "jianan"
