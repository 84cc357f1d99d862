"""People at the mediator's table: what they send, and a second mediator beside the first."""

from dataclasses import dataclass
from typing import Any

import pytest

from server.cases import store as cases
from server.ids import AccountId
from tests.actors import Answer, Browser
from tests.conftest import Cast, Office


@dataclass
class Table:
    """One case; who sits there by the words mediator, co, applicant, respondent."""

    cast: Cast
    seats: dict[str, Browser]

    @property
    def case(self) -> str:
        return f"/api/cases/{self.cast.case}"

    @property
    def session(self) -> str:
        return f"/api/sessions/{self.cast.session}"

    def party(self, role: str) -> str:
        return self.cast.person(role)

    async def get(self, who: str, what: str) -> Any:
        """A list of the case as this person sees it."""
        answer = await self.seats[who].get(f"{self.case}/{what}")
        assert answer.status == 200, answer.json
        return answer.json[what]

    async def send(self, who: str, path: str, body: object) -> Answer:
        return await self.seats[who].post(f"{self.case}/{path}", body)

    def terms(self, **changes: Any) -> dict[str, Any]:
        """The applicant pays the respondent 8500 yuan."""
        money = {"payer": self.party("applicant"), "payee": self.party("respondent"), "sum_fen": 850_000}
        return money | changes


async def leads_beside(cast: Cast, other: Cast) -> Browser:
    """The mediator of another case leads this one too; returns their browser."""
    async with cast.office.db.transaction() as tx:
        case = await cases.load(tx, cast.case)
        leading = [AccountId(other.mediator_id)]
        await cases.set_co_mediators(tx, case, leading, cast.mediator_id, cast.office.clock())
    return other.mediator


@pytest.fixture
async def table(office: Office, cast: Cast) -> Table:
    """A mediator, another who leads beside them, two parties who agreed and proved their phones."""
    seats = {role: await cast.ready(role) for role in ("applicant", "respondent")}
    return Table(cast, seats | {"mediator": cast.mediator, "co": await leads_beside(cast, await office.cast())})
