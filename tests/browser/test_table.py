"""The mediator's table in real browsers: what one confides reaches nobody else, what is shown is seen by whom it is
shown to, what was recorded plays, and the page of isolation shows that nothing went out."""

from pathlib import Path

import pytest

from tests.browser.conftest import People
from tests.browser.hosting import Ear
from tests.browser.stops_table import BOTTOM, PAPER, at_the_table
from tests.running import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_a_session_at_the_table(server: Server, people: People, tmp_path: Path) -> None:
    ears: dict[str, Ear] = {}
    stops = []
    for name, page in at_the_table(server, people, tmp_path):
        stops.append(name)
        if not ears:
            ears = {other.url: Ear(other) for other in people.pages()}
        if "/r/" in page.url and name not in ("table-shown-private", "table-papers-party"):
            assert BOTTOM not in page.content(), f"{name}: a private note on a party's page"
    assert stops[-1] == "isolation-nameless"
    for url, ear in ears.items():
        assert ear.told_of(BOTTOM, PAPER, "6000", "600000") == [], f"{url}: what comes by HTTP only went by the socket"
