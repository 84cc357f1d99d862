"""HTTP doors of performance for staff, and the proofs of both: what is due, paid, overdue, and who says so."""

from datetime import date
from typing import Annotated, Any, Literal

import msgspec

from server.agreements import scans
from server.agreements.desk import Desk
from server.confirmation import ledger, sides
from server.confirmation.dues import Due, Entry
from server.confirmation.performance import PerformanceView, parties_of, rows_of, view_of
from server.confirmation.routes import desk_in_effect, window_of
from server.errors import Invalid, JsonValue, NotFound, NotPermitted
from server.ids import new
from server.law import dates
from server.store import journal
from server.store.db import Tx
from server.web.call import Body, Call, Reply, known, staff
from server.web.limits import Rate
from server.web.routes import Routes

routes = Routes("confirmation")
Id = Annotated[str, msgspec.Meta(max_length=40)]
PROOFS = Rate("performance.proof", 60, 600)


class Performed(Body):
    """Something performed, or a part of it; no sum for an act."""

    clause: Id
    part: int
    on: date
    amount_fen: Annotated[int, msgspec.Meta(ge=0, le=10**14 - 1)] = 0


class EntryIn(Performed):
    """As staff write it down. `said_by`: the party who told us, "" where staff saw it; `confirmed` by whom, if
    anybody."""

    said_by: Id = ""
    confirmed: Literal["", "obligee", "staff"] = ""


class ConfirmedIn(Body):
    """Whose word makes it count."""

    by: Literal["obligee", "staff"]


class StartIn(Body):
    """The day on which what an instalment waits for has happened."""

    clause: Id
    part: int
    on: date


@routes.route("GET", "/api/agreements/{id}/performance", response=PerformanceView, permit=known, errors=(NotFound,))
async def show(call: Call[None]) -> PerformanceView:
    """What is due, paid and overdue; NotFound before the agreement is in effect."""
    async with call.db.reading() as tx:
        return await view_of(call, tx, await desk_in_effect(call, tx))


@routes.route(
    "POST", "/api/agreements/{id}/performance", request=EntryIn, response=PerformanceView, permit=staff,
    errors=(NotFound, Invalid),
)  # fmt: skip
async def record(call: Call[EntryIn]) -> PerformanceView:
    """Write down what was performed; a part of a sum too."""
    body, now = call.body, call.now()
    async with call.db.transaction() as tx:
        desk = await desk_in_effect(call, tx)
        due = await performed_of(call, tx, desk)
        if body.said_by and not desk.matter.label_of(body.said_by):
            raise Invalid({"said_by": "value"})
        if body.confirmed == "obligee" and not due.obligee:
            raise Invalid({"confirmed": "value"})
        entry = Entry(new("per"), due.clause, due.part, body.on, body.amount_fen, body.said_by, body.confirmed)
        await ledger.add(tx, desk.agreement.id, entry, call.caller.id, now)
        await note(call, tx, desk, "recorded", {"entry": entry.id, "on": body.on.isoformat()})
        return await view_of(call, tx, desk)


@routes.route(
    "POST", "/api/agreements/{id}/performance/{entry}/confirmed", request=ConfirmedIn, response=PerformanceView,
    permit=staff, errors=(NotFound,),
)  # fmt: skip
async def confirmed(call: Call[ConfirmedIn]) -> PerformanceView:
    """The obligee says so too, or staff have seen the proof: it counts."""
    async with call.db.transaction() as tx:
        desk = await desk_in_effect(call, tx)
        entry, _ = await entry_of(call, tx, desk)
        await ledger.confirm(tx, entry, call.body.by)
        await note(call, tx, desk, "confirmed", {"entry": entry.id, "by": call.body.by})
        return await view_of(call, tx, desk)


@routes.route(
    "DELETE", "/api/agreements/{id}/performance/{entry}", response=PerformanceView, permit=known,
    errors=(NotFound, NotPermitted),
)  # fmt: skip
async def strike(call: Call[None]) -> PerformanceView:
    """Written down by mistake: it counts no more and stays readable."""
    async with call.db.transaction() as tx:
        desk = await desk_in_effect(call, tx)
        entry = await own_of(call, tx, desk)
        await ledger.strike(tx, entry, call.now())
        await note(call, tx, desk, "struck", {"entry": entry.id})
        return await view_of(call, tx, desk)


@routes.route(
    "POST", "/api/agreements/{id}/performance/{entry}/proof", request=bytes, consumes="application/pdf",
    response=PerformanceView, permit=known, limit=scans.LIMIT, rate=PROOFS, errors=(NotFound, NotPermitted, Invalid),
)  # fmt: skip
async def upload(call: Call[bytes]) -> PerformanceView:
    """The receipt or transfer slip: PDF, JPEG or PNG."""
    async with call.db.reading() as tx:
        await own_of(call, tx, await desk_in_effect(call, tx))
    media_type = scans.type_of(call.body)
    digest = await call.blobs.put(call.body)
    async with call.db.transaction() as tx:
        desk = await desk_in_effect(call, tx)
        entry = await own_of(call, tx, desk)
        await ledger.prove(tx, entry, digest, media_type)
        await note(call, tx, desk, "proved", {"entry": entry.id, "file": digest})
        return await view_of(call, tx, desk)


@routes.route(
    "GET", "/api/agreements/{id}/performance/{entry}/proof", response=bytes, produces="application/pdf", permit=known,
    errors=(NotFound,),
)  # fmt: skip
async def proof_file(call: Call[None]) -> Reply:
    """The proof as it was uploaded."""
    async with call.db.reading() as tx:
        entry, _ = await entry_of(call, tx, await desk_in_effect(call, tx))
    if not entry.proof:
        raise NotFound("proof")
    headers = {"Content-Disposition": f'attachment; filename="{entry.id}.{scans.ENDINGS[entry.proof_type]}"'}
    return Reply(await call.blobs.get(entry.proof), headers=headers, media_type=entry.proof_type)


@routes.route(
    "POST", "/api/agreements/{id}/performance/starts", request=StartIn, response=PerformanceView, permit=staff,
    errors=(NotFound, Invalid),
)  # fmt: skip
async def start(call: Call[StartIn]) -> PerformanceView:
    """What an instalment waits for has happened: its days are counted from then on."""
    body, now = call.body, call.now()
    async with call.db.transaction() as tx:
        desk = await desk_in_effect(call, tx)
        due = await _due(call, tx, desk, body.clause, body.part)
        if not due.event:
            raise Invalid({"part": "value"})
        if not window_of(call, desk).since <= body.on <= dates.legal_day(now):
            raise Invalid({"on": "range"})
        await ledger.start(tx, desk.agreement.id, due.key, body.on, call.caller.id, now)
        await note(call, tx, desk, "started", {"clause": due.clause, "part": due.part, "on": body.on.isoformat()})
        return await view_of(call, tx, desk)


async def performed_of(call: Call[Any], tx: Tx, desk: Desk) -> Due:
    """What the body says was performed, by the bounds of that due. Raises NotFound, Invalid."""
    body = call.body
    due = await _due(call, tx, desk, body.clause, body.part)
    if not window_of(call, desk).since <= body.on <= dates.legal_day(call.now()):
        raise Invalid({"on": "range"})
    if (due.fen is None) != (body.amount_fen == 0):
        raise Invalid({"amount_fen": "required" if due.fen is not None else "value"})
    return due


async def _due(call: Call[Any], tx: Tx, desk: Desk, clause: str, part: int) -> Due:
    """That due, if it concerns the caller."""
    parties = parties_of(call, desk)
    for row in await rows_of(call, tx, desk):
        if row.due.key == (clause, part) and (parties is None or sides.concerns(row.due, parties)):
            return row.due
    raise NotFound("due")


async def entry_of(call: Call[Any], tx: Tx, desk: Desk) -> tuple[Entry, Due]:
    """The entry of the path and its due, unless it is struck out or does not concern the caller."""
    found = await ledger.entries(tx, desk.agreement.id)
    entry = next((one for one in found if one.id == call.path("entry") and not one.struck), None)
    if entry is None:
        raise NotFound("entry")
    return entry, await _due(call, tx, desk, entry.clause, entry.part)


async def own_of(call: Call[Any], tx: Tx, desk: Desk) -> Entry:
    """The same, to be changed: by staff, or by whose word it is while it is unanswered. Raises NotFound,
    NotPermitted."""
    (entry, _), parties = await entry_of(call, tx, desk), parties_of(call, desk)
    if parties is not None and not sides.may_strike(entry, parties):
        raise NotPermitted("entry")
    return entry


async def note(call: Call[Any], tx: Tx, desk: Desk, what: str, body: dict[str, JsonValue]) -> None:
    entry: dict[str, JsonValue] = {"agreement": desk.agreement.id, **body}
    await journal.append(tx, desk.case.id, f"performance.{what}", call.caller.id, entry, call.now())
