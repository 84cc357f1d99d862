"""Unix seconds to what the wire and the journal use."""

from datetime import UTC, datetime


def moment(seconds: float) -> datetime:
    """Aware UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def wire(seconds: float) -> str:
    """RFC 3339 UTC with Z, to the millisecond."""
    return moment(seconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")
