"""HTTP doors of performance: what is due, paid, overdue; who wrote down what, with its proof. Staff write, its people
read."""

from datetime import date
from typing import Annotated, Any, Literal

import msgspec

from server.agreements import scans
from server.agreements.desk import Desk
from server.confirmation import dues, ledger, store
from server.confirmation.dues import Entry, Row
from server.confirmation.model import State
from server.confirmation.routes import desk_in_effect, window_of
from server.errors import Invalid, JsonValue, NotFound
from server.ids import new
from server.law import dates
from server.law.sources import spelled
from server.store import journal
from server.store.db import Tx
from server.web.call import Body, Call, Reply, View, known, staff
from server.web.routes import Routes

routes = Routes("confirmation")
Id = Annotated[str, msgspec.Meta(max_length=40)]


class EntryIn(Body):
    """Something performed. `said_by`: the party who told us, "" where staff saw it; `confirmed` by whom, if anybody."""

    clause: Id
    part: int
    on: date
    amount_fen: Annotated[int, msgspec.Meta(ge=0, le=10**14 - 1)] = 0
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


class EntryView(View):
    """One thing written down; parties by their labels."""

    id: str
    on: str
    amount_fen: int
    said_by: str
    confirmed: str
    proof: bool
    struck: bool


class DueView(View):
    """One instalment or act; `amount_fen` None for an act, `day` empty while it waits."""

    clause: str
    part: int
    number: int
    """Of the clause."""
    obligor: str
    obligee: str
    amount_fen: int | None
    day: str
    event: str
    announced: bool
    standing: dues.Standing
    paid_fen: int
    said_fen: int
    enforce_until: str
    entries: list[EntryView]


class PerformanceView(View):
    """The table, its sums in fen, and the article behind the two years."""

    rows: list[DueView]
    owed_fen: int
    paid_fen: int
    overdue_fen: int
    enforceable: bool
    """A court has confirmed the agreement."""
    article: str


@routes.route("GET", "/api/agreements/{id}/performance", response=PerformanceView, permit=known, errors=(NotFound,))
async def show(call: Call[None]) -> PerformanceView:
    """What is due, paid and overdue; NotFound before the agreement is in effect."""
    async with call.db.reading() as tx:
        return await _view(call, tx, await desk_in_effect(call, tx))


@routes.route(
    "POST", "/api/agreements/{id}/performance", request=EntryIn, response=PerformanceView, permit=staff,
    errors=(NotFound, Invalid),
)  # fmt: skip
async def record(call: Call[EntryIn]) -> PerformanceView:
    """Write down what was performed; a part of a sum too."""
    body, now = call.body, call.now()
    async with call.db.transaction() as tx:
        desk = await desk_in_effect(call, tx)
        due = _due(await rows_of(call, tx, desk), body.clause, body.part).due
        if not window_of(call, desk).since <= body.on <= dates.legal_day(now):
            raise Invalid({"on": "range"})
        if (due.fen is None) != (body.amount_fen == 0):
            raise Invalid({"amount_fen": "required" if due.fen is not None else "value"})
        if body.said_by and not desk.matter.label_of(body.said_by):
            raise Invalid({"said_by": "value"})
        if body.confirmed == "obligee" and not due.obligee:
            raise Invalid({"confirmed": "value"})
        entry = Entry(new("per"), due.clause, due.part, body.on, body.amount_fen, body.said_by, body.confirmed)
        await ledger.add(tx, desk.agreement.id, entry, call.caller.id, now)
        await _note(call, tx, desk, "recorded", {"entry": entry.id, "on": body.on.isoformat()})
        return await _view(call, tx, desk)


@routes.route(
    "POST", "/api/agreements/{id}/performance/{entry}/confirmed", request=ConfirmedIn, response=PerformanceView,
    permit=staff, errors=(NotFound,),
)  # fmt: skip
async def confirmed(call: Call[ConfirmedIn]) -> PerformanceView:
    """The obligee says so too, or staff have seen the proof: it counts."""
    async with call.db.transaction() as tx:
        desk = await desk_in_effect(call, tx)
        entry = await _entry(call, tx, desk)
        await ledger.confirm(tx, entry, call.body.by)
        await _note(call, tx, desk, "confirmed", {"entry": entry.id, "by": call.body.by})
        return await _view(call, tx, desk)


@routes.route(
    "DELETE", "/api/agreements/{id}/performance/{entry}", response=PerformanceView, permit=staff, errors=(NotFound,)
)  # fmt: skip
async def strike(call: Call[None]) -> PerformanceView:
    """Written down by mistake: it counts no more and stays readable."""
    async with call.db.transaction() as tx:
        desk = await desk_in_effect(call, tx)
        entry = await _entry(call, tx, desk)
        await ledger.strike(tx, entry, call.now())
        await _note(call, tx, desk, "struck", {"entry": entry.id})
        return await _view(call, tx, desk)


@routes.route(
    "POST", "/api/agreements/{id}/performance/{entry}/proof", request=bytes, consumes="application/pdf",
    response=PerformanceView, permit=staff, limit=scans.LIMIT, errors=(NotFound, Invalid),
)  # fmt: skip
async def upload(call: Call[bytes]) -> PerformanceView:
    """The receipt or transfer slip: PDF, JPEG or PNG."""
    media_type = scans.type_of(call.body)
    async with call.db.reading() as tx:
        await _entry(call, tx, await desk_in_effect(call, tx))
    digest = await call.blobs.put(call.body)
    async with call.db.transaction() as tx:
        desk = await desk_in_effect(call, tx)
        entry = await _entry(call, tx, desk)
        await ledger.prove(tx, entry, digest, media_type)
        await _note(call, tx, desk, "proved", {"entry": entry.id, "file": digest})
        return await _view(call, tx, desk)


@routes.route(
    "GET", "/api/agreements/{id}/performance/{entry}/proof", response=bytes, produces="application/pdf", permit=staff,
    errors=(NotFound,),
)  # fmt: skip
async def proof_file(call: Call[None]) -> Reply:
    """The proof as it was uploaded."""
    async with call.db.reading() as tx:
        entry = await _entry(call, tx, await desk_in_effect(call, tx))
    if not entry.proof:
        raise NotFound("proof")
    return Reply(await call.blobs.get(entry.proof), media_type=entry.proof_type)


@routes.route(
    "POST", "/api/agreements/{id}/performance/starts", request=StartIn, response=PerformanceView, permit=staff,
    errors=(NotFound, Invalid),
)  # fmt: skip
async def start(call: Call[StartIn]) -> PerformanceView:
    """What an instalment waits for has happened: its days are counted from then on."""
    body, now = call.body, call.now()
    async with call.db.transaction() as tx:
        desk = await desk_in_effect(call, tx)
        due = _due(await rows_of(call, tx, desk), body.clause, body.part).due
        if not due.event:
            raise Invalid({"part": "value"})
        if not window_of(call, desk).since <= body.on <= dates.legal_day(now):
            raise Invalid({"on": "range"})
        await ledger.start(tx, desk.agreement.id, due.key, body.on, call.caller.id, now)
        await _note(call, tx, desk, "started", {"clause": due.clause, "part": due.part, "on": body.on.isoformat()})
        return await _view(call, tx, desk)


async def rows_of(call: Call[Any], tx: Tx, desk: Desk) -> tuple[Row, ...]:
    """What is due, each with its standing today."""
    starts = await ledger.started(tx, desk.agreement.id)
    found = dues.dues(desk.terms, window_of(call, desk).since, call.settings.calendar, starts)
    return dues.rows(found, await ledger.entries(tx, desk.agreement.id), dates.legal_day(call.now()))


def _due(rows: tuple[Row, ...], clause: str, part: int) -> Row:
    found = next((row for row in rows if row.due.key == (clause, part)), None)
    if found is None:
        raise NotFound("due")
    return found


async def _entry(call: Call[Any], tx: Tx, desk: Desk) -> Entry:
    """The entry of the path, unless it is struck out."""
    found = await ledger.entries(tx, desk.agreement.id)
    entry = next((one for one in found if one.id == call.path("entry") and not one.struck), None)
    if entry is None:
        raise NotFound("entry")
    return entry


async def _note(call: Call[Any], tx: Tx, desk: Desk, what: str, body: dict[str, JsonValue]) -> None:
    entry: dict[str, JsonValue] = {"agreement": desk.agreement.id, **body}
    await journal.append(tx, desk.case.id, f"performance.{what}", call.caller.id, entry, call.now())


async def _view(call: Call[Any], tx: Tx, desk: Desk) -> PerformanceView:
    rows = await rows_of(call, tx, desk)
    application = await store.newest(tx, desk.agreement.id)
    numbers = {one.id: one.number for one in desk.clauses}
    written: dict[dues.Key, list[EntryView]] = {}
    for one in await ledger.entries(tx, desk.agreement.id):
        said_by = desk.matter.label_of(one.said_by)
        view = EntryView(one.id, one.on.isoformat(), one.fen, said_by, one.confirmed, bool(one.proof), one.struck)
        written.setdefault((one.clause, one.part), []).append(view)
    late = (row for row in rows if row.standing == "overdue")
    return PerformanceView(
        rows=[
            DueView(
                row.due.clause, row.due.part, numbers.get(row.due.clause, 0), desk.matter.label_of(row.due.obligor),
                desk.matter.label_of(row.due.obligee), row.due.fen, row.due.day.isoformat() if row.due.day else "",
                row.due.event, row.due.known, row.standing, row.paid_fen, row.said_fen,
                row.enforce_until.isoformat() if row.enforce_until else "", written.get(row.due.key, []),
            )
            for row in rows
        ],
        owed_fen=sum(row.due.fen or 0 for row in rows),
        paid_fen=sum(row.paid_fen for row in rows),
        overdue_fen=sum(max((row.due.fen or 0) - row.paid_fen, 0) for row in late),
        enforceable=application is not None and application.state is State.confirmed,
        article=spelled("CPL 250"),
    )  # fmt: skip
