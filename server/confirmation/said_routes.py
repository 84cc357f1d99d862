"""HTTP doors of performance for the parties: what one says is shown to the other side and to staff, and counts when the
other says so too."""

from server.confirmation import ledger, sides
from server.confirmation.dues import Entry
from server.confirmation.performance import PerformanceView, parties_of, view_of
from server.confirmation.performance_routes import Performed, entry_of, note, performed_of
from server.confirmation.routes import desk_in_effect
from server.errors import Invalid, NotFound, NotPermitted
from server.ids import new
from server.web.call import Body, Call, seat
from server.web.limits import Rate
from server.web.routes import Routes

routes = Routes("confirmation")
MOST = 200
"""Entries of one agreement that parties may add to; beyond it staff write."""
SAID = Rate("performance.said", 60, 600)


class AnswerIn(Body):
    """Whether what the other side says was received."""

    received: bool


@routes.route(
    "POST", "/api/agreements/{id}/performance/said", request=Performed, response=PerformanceView, permit=seat,
    rate=SAID, errors=(NotFound, NotPermitted, Invalid),
)  # fmt: skip
async def say(call: Call[Performed]) -> PerformanceView:
    """The obligor says that it was performed; the obligee, that it was received, which counts at once."""
    body, now = call.body, call.now()
    async with call.db.transaction() as tx:
        desk = await desk_in_effect(call, tx)
        due = await performed_of(call, tx, desk)
        parties = parties_of(call, desk) or frozenset()
        paid = due.obligor in parties
        if not paid and due.obligee not in parties:
            raise NotPermitted("side")
        if len(await ledger.entries(tx, desk.agreement.id)) >= MOST:
            raise Invalid({"": "too_many"})
        said_by = due.obligor if paid else due.obligee
        entry = Entry(
            new("per"), due.clause, due.part, body.on, body.amount_fen, said_by, "" if paid else "obligee"
        )  # fmt: skip
        await ledger.add(tx, desk.agreement.id, entry, call.caller.id, now)
        await note(call, tx, desk, "said", {"entry": entry.id, "on": body.on.isoformat()})
        return await view_of(call, tx, desk)


@routes.route(
    "POST", "/api/agreements/{id}/performance/{entry}/answer", request=AnswerIn, response=PerformanceView, permit=seat,
    errors=(NotFound, NotPermitted),
)  # fmt: skip
async def answer(call: Call[AnswerIn]) -> PerformanceView:
    """The obligee confirms, or says no; a no may become a yes, what counts is for staff to undo."""
    async with call.db.transaction() as tx:
        desk = await desk_in_effect(call, tx)
        entry, due = await entry_of(call, tx, desk)
        if not sides.may_answer(due, entry, parties_of(call, desk) or ()):
            raise NotPermitted("side")
        await ledger.confirm(tx, entry, "obligee" if call.body.received else "denied")
        await note(call, tx, desk, "confirmed" if call.body.received else "denied", {"entry": entry.id})
        return await view_of(call, tx, desk)
