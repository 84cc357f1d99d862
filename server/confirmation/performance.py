"""The table of performance as its doors show it: staff see all of it, a party what is owed by or to them."""

from typing import Any

from server.agreements.desk import Desk
from server.confirmation import dues, ledger, sides, store
from server.confirmation.dues import Entry, Row
from server.confirmation.model import State
from server.confirmation.routes import window_of
from server.law import dates
from server.law.sources import spelled
from server.store.db import Tx
from server.web.call import Call, View


class EntryView(View):
    """One thing written down; parties by their labels."""

    id: str
    on: str
    amount_fen: int
    said_by: str
    confirmed: str
    proof: bool
    struck: bool
    mine: bool
    """The caller's own word, unanswered: it may be taken back, and a proof be added."""
    asked: bool
    """The caller is to say whether it was received."""


class DueView(View):
    """One instalment or act; `amount_fen` None for an act, `day` empty while it waits."""

    clause: str
    part: int
    number: int
    """Of the clause."""
    obligor: str
    obligee: str
    amount_fen: int | None
    act: str
    """What is to be done, in the words of the clause."""
    day: str
    event: str
    announced: bool
    standing: dues.Standing
    paid_fen: int
    said_fen: int
    enforce_until: str
    mine: str
    """What the caller may write down: `paid`, `received`, or nothing."""
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


async def rows_of(call: Call[Any], tx: Tx, desk: Desk) -> tuple[Row, ...]:
    """What is due, each with its standing today."""
    starts = await ledger.started(tx, desk.agreement.id)
    found = dues.dues(desk.terms, window_of(call, desk).since, call.settings.calendar, starts)
    return dues.rows(found, await ledger.entries(tx, desk.agreement.id), dates.legal_day(call.now()))


def parties_of(call: Call[Any], desk: Desk) -> frozenset[str] | None:
    """For whom the caller speaks; None for staff, who see and write everything."""
    if call.caller.kind == "staff":
        return None
    return sides.speaks_for(desk.case, call.caller.id, dates.legal_day(call.now()))


async def view_of(call: Call[Any], tx: Tx, desk: Desk) -> PerformanceView:
    """What the caller sees; the sums are of the rows shown."""
    parties = parties_of(call, desk)
    found = await rows_of(call, tx, desk)
    rows = found if parties is None else tuple(row for row in found if sides.concerns(row.due, parties))
    application = await store.newest(tx, desk.agreement.id)
    clauses = {one.id: one for one in desk.clauses}
    written: dict[dues.Key, list[Entry]] = {}
    for one in await ledger.entries(tx, desk.agreement.id):
        written.setdefault((one.clause, one.part), []).append(one)
    late = (row for row in rows if row.standing == "overdue")
    return PerformanceView(
        rows=[
            DueView(
                row.due.clause, row.due.part, clauses[row.due.clause].number, desk.matter.label_of(row.due.obligor),
                desk.matter.label_of(row.due.obligee), row.due.fen, clauses[row.due.clause].fields.act,
                row.due.day.isoformat() if row.due.day else "",
                row.due.event, row.due.known, row.standing, row.paid_fen, row.said_fen,
                row.enforce_until.isoformat() if row.enforce_until else "", _mine(row, parties),
                [_entry(desk, row, one, parties) for one in written.get(row.due.key, [])],
            )
            for row in rows
        ],
        owed_fen=sum(row.due.fen or 0 for row in rows),
        paid_fen=sum(row.paid_fen for row in rows),
        overdue_fen=sum(max((row.due.fen or 0) - row.paid_fen, 0) for row in late),
        enforceable=application is not None and application.state is State.confirmed,
        article=spelled("CPL 250"),
    )  # fmt: skip


def _mine(row: Row, parties: frozenset[str] | None) -> str:
    if not parties or row.standing == "performed":
        return ""
    if row.due.obligor in parties:
        return "paid"
    return "received" if row.due.obligee in parties else ""


def _entry(desk: Desk, row: Row, one: Entry, parties: frozenset[str] | None) -> EntryView:
    mine = asked = False
    if parties is not None and not one.struck:
        mine, asked = sides.may_strike(one, parties), sides.may_answer(row.due, one, parties)
    return EntryView(
        one.id, one.on.isoformat(), one.fen, desk.matter.label_of(one.said_by), one.confirmed, bool(one.proof),
        one.struck, mine, asked,
    )  # fmt: skip
