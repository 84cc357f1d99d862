"""A year of a small house: lights change when they should and each warning is given once, also across restarts."""

from pathlib import Path

from tests.server.limits.year import Year


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_year_of_lights_and_warnings(tmp_path: Path, seed: int) -> None:
    counts = await Year(tmp_path / "db.sqlite3", 12, seed).run()
    assert all(
        counts[name] for name in ("restarts", "sleeps", "set_back", "suspended", "extended", "warnings red desk")
    )
