"""Looks for private keys in bytes: as DER, PEM or JWK, plain or wrapped in base64, hex or deflate."""

import re
import zlib
from base64 import b64decode
from collections.abc import Iterable, Iterator

SIGNS: dict[str, re.Pattern[bytes]] = {
    "PKCS#8 (EC)": re.compile(rb"\x02\x01[\x00\x01]\x30.\x06\x07\x2a\x86\x48\xce\x3d\x02\x01", re.DOTALL),
    "PKCS#8 (RSA)": re.compile(rb"\x02\x01[\x00\x01]\x30.\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01", re.DOTALL),
    "PKCS#8 (Ed25519, X25519)": re.compile(rb"\x02\x01[\x00\x01]\x30\x05\x06\x03\x2b\x65[\x6e-\x71]"),
    "PKCS#8, encrypted": re.compile(rb"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d"),
    "EC private key (RFC 5915)": re.compile(rb"\x30(?:.|\x81.)\x02\x01\x01\x04[\x20\x30\x42]", re.DOTALL),
    "PEM": re.compile(rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----"),
    "JWK": re.compile(rb"\\*\"d\\*\"\s*:\s*\\*\"[A-Za-z0-9_-]{42,}"),
}
"""A SubjectPublicKeyInfo has no version before its algorithm, a certificate another tag: neither matches."""
BASE64 = re.compile(rb"(?:[A-Za-z0-9+/_-]|\\n|\\r|\\/|[\r\n]){40,}")
HEX = re.compile(rb"[0-9A-Fa-f]{40,}")
DEFLATED = re.compile(rb"x[\x01\x5e\x9c\xda]")
INFLATED = 4 * 1024 * 1024
"""Bytes looked at of one deflated stream."""


def private_keys(data: bytes, secrets: Iterable[bytes] = ()) -> set[str]:
    """Names of what was found. `secrets` are private values one knows: they must not stand there in any wrapping."""
    known = list(secrets)
    found: set[str] = set()
    for layer in layers(data):
        found |= {name for name, sign in SIGNS.items() if sign.search(layer)}
        found |= {"a known private value" for secret in known if secret in layer}
    return found


def layers(data: bytes, depth: int = 2) -> Iterator[bytes]:
    """The bytes, and what they are when unwrapped, once or twice."""
    yield data
    if not depth:
        return
    for run in BASE64.finditer(data):
        text = (
            re.sub(rb"\\[nr]|[\r\n]", b"", run.group()).replace(b"\\/", b"/").translate(bytes.maketrans(b"-_", b"+/"))
        )
        for start in range(4):
            yield from layers(b64decode(text[start:] + b"A" * (-(len(text) - start) % 4)), depth - 1)
    for run in HEX.finditer(data):
        for start in range(2):
            digits = run.group()[start:]
            yield from layers(bytes.fromhex(digits[: len(digits) // 2 * 2].decode()), depth - 1)
    for head in DEFLATED.finditer(data):
        try:
            inflated = zlib.decompressobj().decompress(data[head.start() :], INFLATED)
        except zlib.error:
            continue
        yield from layers(inflated, depth - 1)
