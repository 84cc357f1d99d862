"""What a signer's browser does with a key, in Python: proof of possession, signed attributes, signature.

The key is made here, on the client's side, and never leaves the object.
"""

import hashlib
import zlib

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

WIDTH, HEIGHT = 420, 132
"""Pixels of a drawn name, 8-bit gray (ARCHITECTURE, the ceremony)."""


def drawing(seed: int) -> bytes:
    """A drawn name as a zlib stream of WIDTH x HEIGHT gray bytes: three strokes that differ by `seed`."""
    rows = bytearray(b"\xff" * (WIDTH * HEIGHT))
    for stroke in range(3):
        for x in range(40 + 120 * stroke, 130 + 120 * stroke):
            y = 30 + (x * (stroke + 2) + seed * 37) % 70
            for dy in range(5):
                rows[(y + dy) * WIDTH + x] = 0x20
    return zlib.compress(bytes(rows), 9)


class SigningKey:
    """One person's P-256 key for one ceremony."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    @property
    def spki(self) -> bytes:
        """SubjectPublicKeyInfo, DER (RFC 5280 4.1.2.7)."""
        return self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def prove(self, nonce: str, slot: str, manifest: str) -> bytes:
        """Proof of possession bound to slot and manifest: raw r|s, 64 bytes."""
        text = f"hejie-enrol-v1|{nonce}|{slot}|{manifest}|{hashlib.sha256(self.spki).hexdigest()}"
        r, s = decode_dss_signature(self.sign(text.encode()))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def sign(self, data: bytes) -> bytes:
        """ECDSA with SHA-256 over `data`, DER."""
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


def signed_attributes(digest: bytes, certificate: bytes) -> bytes:
    """DER SET OF contentType, messageDigest, signingCertificateV2 (RFC 5652 5.3, RFC 5035); no signingTime."""
    signer = x509.Certificate.load(certificate)
    identifier = tsp.ESSCertIDv2(
        {
            "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "cert_hash": hashlib.sha256(certificate).digest(),
            "issuer_serial": {
                "issuer": [x509.GeneralName("directory_name", signer.issuer)],
                "serial_number": signer.serial_number,
            },
        }
    )
    encoded: bytes = cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [core.OctetString(digest)]}),
            cms.CMSAttribute(
                {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [identifier]})]}
            ),
        ]
    ).dump()
    return encoded


def digest_of_last_update(file: bytes) -> bytes:
    """SHA-256 over both ranges of the last signature's /ByteRange; ValueError when the ranges do not fit the file."""
    start = file.rindex(b"/ByteRange[") + len(b"/ByteRange[")
    zero, before, after, rest = (int(part) for part in file[start : file.index(b"]", start)].split())
    if zero != 0 or after + rest != len(file) or file[before : before + 1] != b"<" or file[after - 1 : after] != b">":
        raise ValueError("the byte ranges do not cover the file")
    return hashlib.sha256(file[:before] + file[after:]).digest()
