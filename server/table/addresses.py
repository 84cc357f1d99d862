"""Short-lived addresses of a page's picture or of a whole paper, for an `<img>` or another program that sends no
headers of ours. Each opens one thing for one person; whether they may still have it is asked again when it is used.
Pure."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

VALID = timedelta(seconds=60)


def token(secret: bytes, thing: str, person: str, now: datetime) -> str:
    """For `thing`, such as `ses_...|pap_...|3`, until VALID from `now`."""
    until = int((now + VALID).timestamp())
    return f"{until}.{person}.{_mark(secret, thing, person, until)}"


def bearer(secret: bytes, value: str, thing: str, now: datetime) -> str:
    """The person a token was made for; "" when it does not open this thing now."""
    until, _, rest = value.partition(".")
    person, _, mark = rest.partition(".")
    if not until.isascii() or not until.isdecimal() or len(until) > 12:
        return ""
    right = hmac.compare_digest(mark.encode(), _mark(secret, thing, person, int(until)).encode())
    return person if right and now <= datetime.fromtimestamp(int(until), UTC) else ""


def _mark(secret: bytes, thing: str, person: str, until: int) -> str:
    said = f"hejie-paper-v1|{thing}|{person}|{until}"
    return hmac.new(secret, said.encode(), hashlib.sha256).hexdigest()
