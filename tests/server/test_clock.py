"""Times on the wire."""

from datetime import UTC, datetime, timedelta, timezone

from server import clock


def test_the_wire_has_utc_with_z_and_whole_seconds() -> None:
    at = datetime(2026, 11, 26, 14, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=8)))
    assert clock.wire(at) == "2026-11-26T06:00:00Z"


def test_the_machines_time_is_aware() -> None:
    assert clock.system().tzinfo is UTC
