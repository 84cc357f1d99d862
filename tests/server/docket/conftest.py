"""An application at a court, the link of its judge, and the judge's browser."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.actors import Answer, Browser
from tests.conftest import Cast, Office
from tests.server.agreements.test_confirming import in_effect

COURT = "嘉南市嘉南区人民法院"


@dataclass
class Bench:
    """One case whose agreement is before a court. `door` begins the staff's routes of the agreement."""

    cast: Cast
    door: str
    links: list[dict[str, Any]] = field(default_factory=list)

    @property
    def office(self) -> Office:
        return self.cast.office

    async def link(self, name: str = "陈法官", **more: object) -> str:
        """A new link's address."""
        answer = await self.cast.mediator.post(f"{self.door}/docket", {"name": name, "role": "judge", **more})
        assert answer.status == 200, answer.json
        self.links = answer.json["links"]["links"]
        return str(answer.json["url"])

    async def code(self, number: int = 0) -> str:
        """As staff tell it over the telephone, for the newest link."""
        self.office.clock.forward(seconds=61)
        told = await self.cast.mediator.post(f"{self.door}/docket/{self.links[number]['id']}/code")
        assert told.status == 200, told.json
        return str(told.json["code"])

    async def judge(self, url: str | None = None) -> Browser:
        """Let in by the link and the code."""
        url = url or await self.link()
        browser = await self.office.browser()
        assert (await enter(browser, url, await self.code())).status == 200
        return browser


async def enter(browser: Browser, url: str, code: str) -> Answer:
    """As the page does: the secret and the code go in the body."""
    path, _, token = url.partition("#")
    slug = path.rsplit("/", 1)[-1]
    browser.seat = f"court-{slug}"
    answer = await browser.post(f"/api/docket/links/{slug}/open", {"token": token, "code": code})
    if answer.status == 200:
        browser.tokens[browser.seat] = answer.json["csrf"]
    return answer


@pytest.fixture
async def bench(office: Office) -> Bench:
    """Applied for today, 2026-11-26."""
    cast = await office.cast("estate")
    door = (await in_effect(cast, "甲方于2026年12月10日前支付乙方5000元。")).removesuffix("/confirmation")
    sent = await cast.mediator.post(f"{door}/application/acts", {"act": "submit", "on": "2026-11-26", "court": COURT})
    assert sent.status == 200, sent.json
    return Bench(cast, door)
