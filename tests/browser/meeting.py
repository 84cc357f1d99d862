"""A meeting of 2, 4 or 8 real browsers, everybody in the joint chamber, and one who is expected and has not come."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, People
from tests.browser.hosting import Hand, admitted, call, hosting, seated, staff
from tests.running import Server

GONE = "seat.room.removed_title"
GUESTS = {
    "expert": ("expert", "洪亮", 91), "observer": ("observer", "叶青", 92), "witness": ("witness", "石坚", 93),
    "second": ("observer", "程蓝", 94),
}  # fmt: skip
"""Who stands beside both sides: part, name, end of the telephone number."""


@dataclass
class Meeting:
    """Role -> page and link; `absent` is the link of who has not come."""

    pages: dict[str, Page]
    links: dict[str, dict[str, Any]]
    absent: dict[str, Any]
    agreed: list[Page] = field(default_factory=list)
    """Whose yes to a recording still holds."""

    @property
    def host(self) -> Page:
        return self.pages["mediator"]

    @property
    def party(self) -> Page:
        return self.pages["applicant"]

    def id(self, role: str) -> str:
        return str(self.links[role]["person"])

    def name(self, role: str) -> str:
        return str(self.links[role]["name"])

    def guests(self) -> list[Page]:
        """Everybody but the host."""
        return [page for role, page in self.pages.items() if role != "mediator"]

    def speakers(self) -> list[Page]:
        """Whose microphones a host may close: neither hosts' nor who has none."""
        return [
            page for role, page in self.pages.items() if role not in ("mediator", "co_mediator", "observer", "second")
        ]

    def menu(self, hand: Hand, person: str, page: Page | None = None) -> Locator:
        """The menu of a person on a host's page, open."""
        host = page or self.host
        found = host.locator(f"dialog[open][data-person='{person}']")
        if not found.is_visible():
            hand.use(host.locator(f"li[data-person='{person}'] [data-control=person]"))
        expect(found).to_be_visible()
        return found

    @contextmanager
    def people_of(self, hand: Hand, page: Page) -> Iterator[Locator]:
        """The list of all who are here: of a host always in sight, of the others opened and closed again. The stage of
        a phone has not everybody on its first page."""
        opener = page.locator("[data-control=people]")
        if not opener.count():
            yield page.locator("[data-region=rail]")
            return
        hand.use(opener)
        yield page.locator("[data-people]")
        hand.use(opener)

    def shut(self, hand: Hand, page: Page | None = None) -> None:
        """Close what is open over a page, if anything still is."""
        there = page or self.host
        while there.locator("dialog[open]").count():
            there.keyboard.press("Escape")
            there.wait_for_timeout(50)

    def open_microphone(self, hand: Hand) -> None:
        """After a private talk, or a wait in the lobby, microphones come back as their owners left them, or closed."""
        for page in self.speakers():
            own = page.locator("[data-control=microphone]")
            if own.get_attribute("aria-pressed") == "false":
                hand.use(own)
            expect(own).to_have_attribute("aria-pressed", "true")


def convene(people: People, server: Server, size: int, *, beside: bool = True, touch: bool = True) -> Meeting:
    """The mediator and as many others as make `size`; four have a camera, of eight only two, slow ones: two cores play
    all eight devices, and give each step three times as long."""
    case = server.case("traffic")
    by_name = {link["name"]: link for link in case["links"]}
    links: dict[str, dict[str, Any]] = {"applicant": by_name["郑海波"], "respondent": by_name["吴晓琳"]}
    crowd = size >= 8
    expect.set_options(timeout=90_000 if crowd else 30_000)
    light: dict[str, Any] = {"watched": False, "frames": 4 if crowd else 12}
    host = people.page("mediator", DESKTOP, touch=touch, **light)
    headers = staff(host, case["login"], server)
    come = ["applicant"]
    if size >= 4:
        come += ["respondent", "co_mediator" if beside else "expert"]
    if size >= 8:
        come += GUESTS
    links |= {role: invited(host, server, case, headers, *GUESTS[role]) for role in come if role in GUESTS}
    pages = {"mediator": host}
    if "co_mediator" in come:
        lead_together(host, server, case, headers)
    hosting(host, case, server)
    for n, role in enumerate(come):
        voice = {"denied": "NotFoundError", "denied_kind": "video"} if n >= (1 if crowd else 3) else {}
        size_of = DESKTOP if role == "co_mediator" else PHONE
        page = pages[role] = people.page(role, size_of, touch=True, **light, **voice)
        if role == "co_mediator":
            hosting(page, case, server, case["beside"])
        else:
            seated(page, links[role], server)
            admitted(host, page, links[role]["person"])
    for role in ("mediator", "co_mediator"):
        if role in pages:
            me = pages[role].request.get("/api/me").json()
            links[role] = {"person": me["id"], "name": me["name"]}
    for page in pages.values():
        page.set_default_timeout(90_000 if crowd else 30_000)
    return Meeting(pages, links, by_name["孟磊"])


def invited(
    host: Page, server: Server, case: dict[str, Any], headers: dict[str, str], part: str, name: str, end: int
) -> dict[str, Any]:
    """Somebody who stands beside both sides, added to the case and sent a link."""
    path = f"/api/cases/{case['case_id']}/people"
    form = {"part": part, "name": name, "phone": f"1990000{end:04d}"}
    view = call(host, server, path, form, headers)
    person = next(one for one in view["parties"] if one["name"] == name)
    call(host, server, f"/api/sessions/{case['session_id']}/links", {"party": person["id"]}, headers)
    return {"person": person["id"], "name": name, "role": part, "url": server.link(person["id"])}


def lead_together(host: Page, server: Server, case: dict[str, Any], headers: dict[str, str]) -> None:
    path = f"/api/cases/{case['case_id']}"
    could = host.request.get(f"{path}/cast").json()["mediators"]
    answer = host.request.put(
        f"{server.url}{path}/co_mediators", data={"accounts": [could[0]["id"]]},
        headers={"Origin": server.url} | headers,
    )  # fmt: skip
    assert answer.ok, answer.text()
