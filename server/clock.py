"""What time it is: a parameter everywhere, so that tests can choose it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system() -> datetime:
    """The machine's time, aware, UTC."""
    return datetime.now(UTC)


def wire(at: datetime) -> str:
    """RFC 3339 in UTC with Z and whole seconds: how times look in JSON."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
