"""HTTP door of who sits at the table: between whom offers go, and what the caller may do there."""

from server.cases.model import Case, Party
from server.errors import NotFound
from server.law.dates import legal_day
from server.sessions import store as sessions
from server.sessions.casting import apart_from
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
        apart = await _apart(tx, case, call.caller.id)
    person = call.caller.id
    host = person in case.hosts
    shown = [one for one in case.people if one in case.parties or (host and one.attends)]
    return AtTableView(
        case.id, host, rules.party_of(case, person),
        host or rules.speaks(case, person, legal_day(call.now())),
        [SeatedView(one.id, "" if one.id in apart else one.name, one.label, one in case.parties) for one in shown],
    )  # fmt: skip


async def _apart(tx: Tx, case: Case, person: str) -> tuple[str, ...]:
    """Whom the caller must not meet, and the parties such people act for."""
    whom = case.party(person)
    if whom is None:
        return ()
    kept = apart_from(case, await sessions.pairs_of(tx, case.id), whom.id)
    return (*kept, *(_acts_for(one) for one in case.people if one.id in kept))


def _acts_for(person: Party) -> str:
    return person.acts_for or person.id
