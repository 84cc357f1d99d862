"""People at the mediator's table: what they send, and a second mediator beside the first."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from server.cases import store as cases
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


Sat = Callable[[Cast], Awaitable[Table]]


async def sit(cast: Cast, *, co: Browser | None = None, co_id: str = "") -> Table:
    """Both parties have agreed and proved their phones; `co` leads beside the mediator."""
    seats = {role: await cast.ready(role) for role in ("applicant", "respondent")}
    seats["mediator"] = cast.mediator
    if co is not None:
        seats["co"] = co
        async with cast.office.db.transaction() as tx:
            case = await cases.load(tx, cast.case)
            await cases.set_co_mediators(tx, case, [co_id], cast.mediator_id, cast.office.clock())  # type: ignore[list-item]
    return Table(cast, seats)


@pytest.fixture
async def table(office: Office, cast: Cast) -> Table:
    """A mediator, another who leads beside them, two parties."""
    beside = await office.cast()
    return await sit(cast, co=beside.mediator, co_id=beside.mediator_id)
