"""HTTP door of who sits at the table: between whom offers go, and what the caller may do there."""

from server.cases.model import Case
from server.errors import NotFound
from server.law.dates import legal_day
from server.sessions import store as sessions
from server.sessions.casting import unnamed
from server.store.db import Tx
from server.table import rules
from server.table.place import session_at
from server.web.call import Call, View, known
from server.web.routes import Routes

routes = Routes("table")


class SeatedView(View):
    """Somebody of the case. `name` is empty of whom the caller must not meet."""

    id: str
    name: str
    label: str
    party: bool


class AtTableView(View):
    """`mine`: the party the caller sees and answers for, "" of everybody else; `speaks`: whether they may make offers,
    answer them and bring papers in as that party, or as a mediator. `people`: parties for everybody, for mediators all
    who attend."""

    case: str
    host: bool
    mine: str
    speaks: bool
    people: list[SeatedView]


@routes.route("GET", "/api/sessions/{id}/table", response=AtTableView, permit=known, errors=(NotFound,))
async def show(call: Call[None]) -> AtTableView:
    """Where the caller sits."""
    async with call.db.reading() as tx:
        _, case = await session_at(tx, call)
        hidden = await _unnamed(tx, case, call.caller.id)
    person = call.caller.id
    host = person in case.hosts
    shown = [one for one in case.people if one in case.parties or (host and one.attends)]
    return AtTableView(
        case.id, host, rules.party_of(case, person),
        host or rules.speaks(case, person, legal_day(call.now())),
        [SeatedView(one.id, "" if one.id in hidden else one.name, one.label, one in case.parties) for one in shown],
    )  # fmt: skip


async def _unnamed(tx: Tx, case: Case, person: str) -> tuple[str, ...]:
    """Whose names the caller does not read."""
    whom = case.party(person)
    return () if whom is None else unnamed(case, await sessions.pairs_of(tx, case.id), whom.id)
