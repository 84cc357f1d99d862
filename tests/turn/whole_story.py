"""`make story-turn`: one case from the first click to the court's check, everybody behind a firewall that lets only TCP
443 out. `make test` has the meeting alone (test_office.py)."""

from pathlib import Path

import pytest

from tests.browser.conftest import People
from tests.browser.test_story import test_one_case_from_the_first_click_to_the_court as tell_the_story
from tests.net.link import Network
from tests.running import Server
from tests.turn.test_office import paths

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def test_the_whole_story_behind_a_firewall(network: Network, server: Server, people: People, tmp_path: Path) -> None:
    tell_the_story(server, people, tmp_path)
    used = [path for page in people.pages() for path in paths(page)]
    assert used and all(path == ["relay", "tls"] for path in used), used
    assert network.counts()["hosts"]["office"]["filtered"] > 0, "other ways were tried and stopped"
