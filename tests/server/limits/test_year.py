"""A year of a small house: lights change when they should and each warning is given once, also across restarts."""

from pathlib import Path

from tests.server.limits.year import Year


async def test_a_year_of_lights_and_warnings(tmp_path: Path) -> None:
    counts = await Year(tmp_path / "db.sqlite3", 8, 1).run()
    happened = ("restarts", "sleeps", "set_back", "suspended", "extended", "warnings red desk", "lights compared")
    assert all(counts[name] for name in happened)
