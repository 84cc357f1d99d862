"""The wiring: one app from settings, secrets that stay."""

import stat
from pathlib import Path

from server.app import origins
from server.custody import own_secret
from server.web import keys
from tests.conftest import MakeOffice


def test_the_own_secret_is_made_once_and_only_its_user_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret"
    first = own_secret(path)
    assert own_secret(path) == first and len(first) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_given_secret_is_used_and_none_is_made(make_office: MakeOffice, tmp_path: Path) -> None:
    office = await make_office(secret=b"s" * 40)
    assert office.app[keys.SECRET] == b"s" * 40
    assert not (tmp_path / "var" / "secret").exists()


async def test_two_offices_on_one_data_directory_share_cases_and_keys(make_office: MakeOffice) -> None:
    first = await make_office()
    cast = await first.cast()
    second = await make_office()
    assert second.app[keys.AUTHORITY].root_der == first.app[keys.AUTHORITY].root_der
    browser = await second.browser()
    browser.headers["Cookie"] = f"staff={cast.mediator.cookies['staff']}"
    assert (await browser.get(f"/api/cases/{cast.case}")).status == 200


def test_pages_of_this_machine_may_use_either_name() -> None:
    assert origins("http://127.0.0.1:8080") == ["http://127.0.0.1:8080", "http://localhost:8080"]
    assert origins("https://mediation.example") == ["https://mediation.example"]
