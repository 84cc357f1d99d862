"""The demo centre's desks, each with a browser, and matters as people bring them."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from server.cases.model import Facts, Side
from server.ids import AccountId, MatterId, OrganisationId, new
from server.matters import store
from server.matters.model import Filer, Matter, MatterState, Needs, Source
from server.people import organisations
from server.people import store as people
from server.people.model import Account, OrganisationKind, StaffRole
from server.people.rules import hash_password
from server.store import journal
from tests.actors import Browser
from tests.conftest import Office

WORD = "a long password"


@dataclass
class Desks:
    """Who works where. `top`, `town`, `other` (a second town), `department` are ids of organisations."""

    office: Office
    intake: Browser
    gu: Browser
    fang: Browser
    supervisor: Browser
    units: dict[str, str]
    staff: dict[str, str] = field(default_factory=dict)
    """User name -> id."""

    async def hire(self, username: str, role: StaffRole, unit: str) -> Browser:
        """Somebody more, logged in."""
        account = Account(
            AccountId(new("acc")), username, username.title(), role, hash_password(WORD),
            organisation_id=OrganisationId(self.units[unit]),
        )  # fmt: skip
        async with self.office.db.transaction() as tx:
            await people.add_account(tx, account)
        browser = await self.office.browser()
        assert (await browser.login(username, WORD)).status == 200
        self.staff[username] = account.id
        return browser

    async def bring(self, **changed: Any) -> str:
        """A leak between floors, as the window received it; its id."""
        values = {
            "facts": Facts("九月", "嘉南区青禾街道青禾路88号", "楼上楼下", "天花板渗水", "水管老化"),
            "people": (Filer(Side.applicant, "林秀珍", "19900000001", "330402197103150026"),
                       Filer(Side.respondent, "陈国栋", "19900000002")),
            "needs": Needs(), "source": Source.citizen, "title": "楼上漏水",
        } | changed  # fmt: skip
        now = self.office.clock()
        async with self.office.db.transaction() as tx:
            matter = Matter(
                id=MatterId(new("mat")), number=await store.next_number(tx, now), state=MatterState.received,
                channel="", source_ref="", organisation_id=OrganisationId(self.units["top"]),
                claims="赔偿八千五百元", received_at=now, **values,
            )  # fmt: skip
            await store.add(tx, matter, "citizen")
        return matter.id

    async def routed(self, **changed: Any) -> str:
        """Accepted, and at the town."""
        own = await self.bring(**changed)
        claimable = {"organisation": self.units["town"], "claimable": True}
        await self.done(f"/api/matters/{own}/accept", {"category": "neighbour", "complexity": "simple"})
        await self.done(f"/api/matters/{own}/route", claimable)
        return own

    async def done(self, path: str, body: object = None, who: Browser | None = None) -> Any:
        """What the desk, or somebody else, does, and it is done."""
        answer = await (who or self.intake).post(path, body)
        assert answer.status == 200, answer.json
        return answer.json

    async def kinds(self, matter: str) -> list[str]:
        """What its journal says was done."""
        async with self.office.db.reading() as tx:
            return [one.kind.removeprefix("matter.") for one in await journal.read(tx, matter)]


@pytest.fixture
async def desks(office: Office) -> Desks:
    async with office.db.transaction() as tx:
        units = await organisations.tree(tx)
        top = next(one for one in units if one.parent_id is None)
        named = {"top": top.id} | {
            key: next(one.id for one in units if word in one.name)
            for key, word in (("town", "青禾"), ("other", "滨禾"), ("department", "仲裁"))
        }
        stranger = await organisations.add(tx, "邻区矛调中心", OrganisationKind.district)
        staff = {name: (await people.account_named(tx, name)).id for name in ("qian", "gu", "fang", "du")}
    browsers = {}
    for name in ("qian", "gu", "fang", "du"):
        browsers[name] = await office.browser()
        assert (await browsers[name].login(name, "hejie-demo")).status == 200
    return Desks(
        office, browsers["qian"], browsers["gu"], browsers["fang"], browsers["du"], named | {"stranger": stranger.id},
        staff,
    )  # fmt: skip
