"""What a signer's browser must prove before a certificate is issued, and the message that carries the code. Pure."""

import hashlib
import hmac
from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

SPKI_LENGTH = 91
"""Bytes of a DER SubjectPublicKeyInfo with an uncompressed P-256 point: the only form browsers export."""


def public_key(spki: bytes) -> ec.EllipticCurvePublicKey:
    """The P-256 key in `spki`; raises ValueError for any other key or encoding."""
    if len(spki) != SPKI_LENGTH:
        raise ValueError("length")
    try:
        key = serialization.load_der_public_key(spki)
    except UnsupportedAlgorithm:
        raise ValueError("algorithm") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise ValueError("curve")
    plain = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    if plain != spki:
        raise ValueError("encoding")
    return key


def statement(nonce: str, slot: str, manifest_sha256: str, spki: bytes) -> bytes:
    """The bytes a browser signs to show that it holds the key it enrols (contract section 3)."""
    return f"hejie-enrol-v1|{nonce}|{slot}|{manifest_sha256}|{hashlib.sha256(spki).hexdigest()}".encode()


def proven(spki: bytes, proof: bytes, said: bytes) -> bool:
    """Whether `proof` (raw r|s, 64 bytes) is a signature of `said` by the key in `spki`."""
    if len(proof) != 64:
        return False
    der = encode_dss_signature(int.from_bytes(proof[:32], "big"), int.from_bytes(proof[32:], "big"))
    try:
        public_key(spki).verify(der, said, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def binding(secret: bytes, slots: Sequence[tuple[str, bytes]], manifest_sha256: str) -> bytes:
    """A secret for the code's hash that fits these slots with these keys and one manifest only: it opens nothing
    else. One person's slots (own signature, organisation's seal) share a code."""
    bound = "|".join(
        ["hejie-sign-code-v2", manifest_sha256, *(f"{slot}={hashlib.sha256(spki).hexdigest()}" for slot, spki in slots)]
    )
    return hmac.new(secret, bound.encode(), hashlib.sha256).digest()


def digits(manifest_sha256: str) -> str:
    """The six digits of H(M) a message names, the beginning of the check code 核对码 on the page."""
    return manifest_sha256[:6]


def message(code: str, number: str, manifest_sha256: str, centre: str) -> str:
    """The text of the message: what is signed, its check code, and not to pass the code on."""
    return (
        f"【{centre}】您正在签署{number}调解协议，核对码前六位{digits(manifest_sha256)}，签署验证码{code}，十分钟内有效。"
        "请先核对编号和核对码与页面一致。验证码等同您的签名确认，请勿告诉任何人。"
    )
