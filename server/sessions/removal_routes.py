"""HTTP door to take somebody out of a case who was put into it by mistake, as long as nothing of theirs is kept."""

from server.cases import store as cases
from server.cases.model import NEIGHBOURS, Case, CaseView, Part, Party
from server.cases.routes import BeingSigned, case_to_change
from server.errors import NotFound, NotPermitted
from server.law import dates
from server.people.model import Assurance
from server.sessions import store
from server.sessions.model import NotRemovable, Seat
from server.store import journal
from server.store.db import Tx
from server.web import keys
from server.web.call import Call, mediator
from server.web.routes import Routes

routes = Routes("sessions")
OPENED = frozenset({"seat.opened", "seat.taken_over", "seat.identified"})
"""What whoever has the link leaves behind, be it the wrong person."""


@routes.route(
    "DELETE", "/api/cases/{id}/people/{person}", response=CaseView, permit=mediator,
    errors=(NotFound, NotPermitted, BeingSigned, NotRemovable),
)  # fmt: skip
async def remove(call: Call[None]) -> CaseView:
    """Their link is dead and the browser that holds it is out. Who has agreed, said, signed or been anywhere stays."""
    app = call.request.app
    async with call.db.transaction() as tx:
        case = await case_to_change(call, tx)
        person = case.party(call.path("person"))
        if person is None:
            raise NotFound("person")
        if await _kept(tx, call, case, person):
            raise NotRemovable
        await store.forget_person(tx, case.id, person.id)
        await cases.remove_person(tx, person, call.caller.id, call.now())
        case = await cases.load(tx, case.id)
        answer = await cases.view(tx, case, app[NEIGHBOURS], call.caller, dates.legal_day(call.now()))
        running = await store.of_case(tx, case.id)
    for session in running:
        await app[keys.ROOMS].forget(session.id, person.id)
    await app[NEIGHBOURS].people_changed(app, case.id)
    return answer


async def _kept(tx: Tx, call: Call[None], case: Case, person: Party) -> bool:
    """Whether the case stands on them: by an act of theirs, by who acts for them, by the words of an agreement."""
    if person.part is Part.party and await call.request.app[NEIGHBOURS].agreements(tx, case.id):
        return True
    if person.assurance is not Assurance.none or any(one.acts_for == person.id for one in case.people):
        return True
    for session in await store.of_case(tx, case.id):
        if any(one.party_id == person.id and _used(one) for one in await store.seats_of(tx, session.id)):
            return True
    return any(one.actor == person.id and one.kind not in OPENED for one in await journal.read(tx, case.id))


def _used(seat: Seat) -> bool:
    return any((seat.consented_at, seat.verified_at, seat.checked_at, seat.phone_at, seat.tried_at, seat.device))
