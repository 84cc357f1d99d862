"""Second factors of staff: time-based codes (RFC 6238) and recovery codes. Pure."""

import hmac
import secrets
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

Factor = Literal["totp", "passkey"]
SECONDS, DIGITS = 30, 6
"""Of one step; what every authenticator app knows."""
SKEW = 1
"""Steps a clock may be ahead or behind."""
RECOVERY = 10
"""Codes on one sheet."""
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letter that looks like another."""


@dataclass(frozen=True, slots=True)
class Factors:
    """What an account has set up."""

    totp: bool = False
    passkeys: int = 0
    recovery: int = 0
    """Recovery codes not used yet."""

    @property
    def kinds(self) -> list[Factor]:
        """In the order they are offered."""
        kinds: list[Factor] = []
        if self.passkeys:
            kinds.append("passkey")
        if self.totp:
            kinds.append("totp")
        return kinds

    def __bool__(self) -> bool:
        return bool(self.kinds)


def new_secret() -> bytes:
    """160 bits, as RFC 4226 recommends."""
    return secrets.token_bytes(20)


def base32(secret: bytes) -> str:
    """As typed into an app that reads no QR code."""
    return b32encode(secret).decode()


def address(secret: bytes, username: str) -> str:
    """The otpauth:// address of the QR code; a centre's name in it would make one too dense for old cameras."""
    return _totp(secret).get_provisioning_uri(username, "Hejie")


def fitting_step(secret: bytes, digits: str, now: datetime, used: int) -> int | None:
    """The step whose code this is, later than the last one `used`; None when no such code fits."""
    present = int(now.timestamp()) // SECONDS
    for step in range(present - SKEW, present + SKEW + 1):
        code = _totp(secret).generate(step * SECONDS)
        if hmac.compare_digest(code, digits.encode()) and step > used:
            return step
    return None


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), SECONDS)  # noqa: S303 (HMAC-SHA-1: the only kind all apps know)


def new_recovery_codes() -> Sequence[str]:
    """A sheet of codes of 49 bits, such as `k7mfq-w2xsp`."""
    return ["-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(2)) for _ in range(RECOVERY)]


def as_typed(code: str) -> str:
    """A code without what people put between its characters."""
    return "".join(one for one in code.lower() if one.isalnum())
