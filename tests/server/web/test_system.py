"""Doors for machines."""

from server.web.system import DRAINING
from tests.conftest import Office


async def test_ready_until_told_to_stop_and_alive_all_the_time(office: Office) -> None:
    browser = await office.browser()
    assert (await browser.get("/healthz")).json == (await browser.get("/readyz")).json == {"ok": True}
    office.app[DRAINING].append(True)
    assert (await browser.get("/readyz")).status == 503
    assert (await browser.get("/healthz")).status == 200
