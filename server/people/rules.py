"""Rules of passwords and one-time codes. Pure."""

import hashlib
import hmac
import math
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.clock import wire
from server.errors import AppError, TooMany
from server.people.model import CodeExpired, CodeLocked, CodeWrong
from server.settings import LoginOptions

HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
"""Argon2id, above OWASP's floor (19 MiB, t=2)."""
NOBODYS = HASHER.hash(secrets.token_hex(16))
"""Checked when the user name is unknown, so that the answer takes as long."""


def hash_password(password: str) -> str:
    """Argon2id hash; blocking, about 60 ms."""
    return HASHER.hash(password)


def password_fits(hashed: str, password: str) -> bool:
    """Blocking, about 60 ms."""
    try:
        return HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def mask_phone(phone: str) -> str:
    """19900000002 -> 199****0002."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "****"


def mask_mail(address: str) -> str:
    """lin@home.example -> l***@home.example; "" stays."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}***@{domain}"[:60] if address else ""


@dataclass(frozen=True, slots=True)
class OneTimeCode:
    """State of one purpose and subject. `hash` is empty once used; `tries`: wrong ones since the last lock."""

    purpose: str
    subject: str
    hash: str
    sent_at: datetime
    expires_at: datetime
    tries: int
    locked_until: datetime | None

    def locked(self, now: datetime) -> bool:
        """Whether nothing may be tried or sent now."""
        return self.locked_until is not None and now < self.locked_until

    def counts(self, now: datetime) -> bool:
        """Whether the digits that were sent could still fit."""
        return bool(self.hash) and now < self.expires_at


def new_digits() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


def code_hash(secret: bytes, purpose: str, subject: str, digits: str) -> str:
    """Keyed: six digits alone would be guessed from a copied database in a moment."""
    return hmac.new(secret, f"hejie-code-v1|{purpose}|{subject}|{digits}".encode(), hashlib.sha256).hexdigest()


def issue(
    old: OneTimeCode | None, purpose: str, subject: str, hashed: str, now: datetime, options: LoginOptions
) -> OneTimeCode:
    """A new code voids the old one but not its wrong tries. Raises CodeLocked, TooMany (sent a moment ago)."""
    tries = 0
    if old:
        if old.locked_until and now < old.locked_until:
            raise CodeLocked(wire(old.locked_until))
        wait = old.sent_at + timedelta(seconds=options.code_resend) - now
        if old.hash and wait > timedelta(0):
            raise TooMany(math.ceil(wait.total_seconds()))
        tries = 0 if old.locked_until else old.tries
    ends = now + timedelta(seconds=options.code_valid)
    return OneTimeCode(purpose, subject, hashed, now, ends, tries, None)


def check(
    old: OneTimeCode | None, hashed: str, now: datetime, options: LoginOptions
) -> tuple[OneTimeCode | None, AppError | None]:
    """The next state and what was wrong (None: the code fits and is used up). The state is saved either way."""
    if old is None:
        return None, CodeExpired()
    if old.locked_until and now < old.locked_until:
        return old, CodeLocked(wire(old.locked_until))
    if not old.hash or now >= old.expires_at:
        return old, CodeExpired()
    if hmac.compare_digest(old.hash, hashed):
        return replace(old, hash="", tries=0, locked_until=None), None
    tries = old.tries + 1
    if tries >= options.attempts:
        until = now + timedelta(seconds=options.lock)
        return replace(old, hash="", tries=tries, locked_until=until), CodeLocked(wire(until))
    return replace(old, tries=tries), CodeWrong(options.attempts - tries)
