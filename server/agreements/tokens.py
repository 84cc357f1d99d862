"""Short-lived tokens that open one complete file without a cookie. Pure; nothing is stored."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

VALID = timedelta(minutes=5)


def token(secret: bytes, agreement: str, file: str, now: datetime) -> str:
    """A token for one file of one agreement, until VALID from `now`."""
    until = int((now + VALID).timestamp())
    return f"{until}.{_mark(secret, agreement, file, until)}"


def fits(secret: bytes, value: str, agreement: str, file: str, now: datetime) -> bool:
    """Whether `value` opens this file now."""
    until, _, mark = value.partition(".")
    if not until.isascii() or not until.isdecimal() or len(until) > 12:
        return False
    right = hmac.compare_digest(mark.encode(), _mark(secret, agreement, file, int(until)).encode())
    return right and now <= datetime.fromtimestamp(int(until), UTC)


def _mark(secret: bytes, agreement: str, file: str, until: int) -> str:
    said = f"hejie-file-v1|{agreement}|{file}|{until}"
    return hmac.new(secret, said.encode(), hashlib.sha256).hexdigest()
