"""axe-core on every page and state people meet, on a phone in the light and on a desktop in the dark: nothing serious.
`make test` judges the stops by turns in one of the two, `make axe` each in both."""

import json
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, People
from tests.browser.stops import Stop, open_doors, seat_doors, the_case
from tests.browser.stops_people import by_hand, for_others
from tests.browser.stops_room import special_doors, the_room
from tests.running import ROOT, Server

View = tuple[dict[str, int], Literal["light", "dark"]]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.whole)], ids=["short", "whole"]),
]

AXE = (ROOT / "static/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
VIEWS: tuple[View, ...] = ((PHONE, "light"), (DESKTOP, "dark"))
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def serious(page: Page) -> list[str]:
    """Rule, element and reason of each serious or critical finding."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        f"axe.run(document, {{ runOnly: {json.dumps(TAGS)}, resultTypes: ['violations'] }})"
    )
    return [
        f"{rule['id']}: {node['target']} {node.get('failureSummary', '')}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def judge(stops: Iterator[Stop], whole: bool) -> dict[str, list[str]]:
    findings: dict[str, list[str]] = {}
    turns = cycle([VIEWS] if whole else [VIEWS[:1], VIEWS[1:]])
    for (name, page), views in zip(stops, turns, strict=False):
        before = page.viewport_size
        for size, scheme in views:
            page.set_viewport_size({"width": size["width"], "height": size["height"]})
            # Without motion: a colour caught half way between two schemes is nobody's.
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.wait_for_timeout(100)  # what asks the size of the window has laid itself out
            if found := serious(page):
                findings[f"{name} {size['width']} {scheme}"] = found
        page.emulate_media(color_scheme="light", reduced_motion="no-preference")
        if before is not None:
            page.set_viewport_size(before)
    return findings


@pytest.mark.parametrize("doors", [open_doors, seat_doors, special_doors])
def test_nothing_serious_before_the_room(
    doors: Callable[[Server, People], Iterator[Stop]], server: Server, people: People, whole: bool
) -> None:
    assert judge(doors(server, people), whole) == {}


def test_nothing_serious_from_the_day_to_the_verdict(
    server: Server, people: People, tmp_path: Path, whole: bool
) -> None:
    assert judge(the_case(server, people, tmp_path), whole) == {}


@pytest.mark.parametrize("cases", [for_others, by_hand, the_room])
def test_nothing_serious_where_others_act_or_ink_signs_or_a_host_leads(
    cases: Callable[[Server, People, Path], Iterator[Stop]],
    server: Server,
    people: People,
    tmp_path: Path,
    whole: bool,
) -> None:
    assert judge(cases(server, people, tmp_path), whole) == {}
