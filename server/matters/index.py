"""Where a matter stands in everybody's lists, and the words it is found by: written with every change of a matter, in
the same transaction, so that a list of 50 reads 50 rows however many there are.

A list belongs to a holder: an organisation that has the matter or is above the one that does, its mediator, its clerk.
So what a caller may see is a handful of lists, and no query decides it row by row."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from server.matters.model import Matter
from server.people.organisations import organisations
from server.store.db import Tx, metadata
from server.store.words import LONGEST, words_of

lines = sa.Table(
    "matter_lines",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("matter_id", sa.String(24), sa.ForeignKey("matters.id"), nullable=False, unique=True),
    sqlite_with_rowid=False,
)
"""`seq`: the microsecond a matter was received, or the next free one; the key all lists are sorted by."""
places = sa.Table(
    "matter_places",
    metadata,
    sa.Column("holder", sa.String(24), primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False, index=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Index(None, "holder", "state", "seq"),
    sqlite_with_rowid=False,
)
tallies = sa.Table(
    "matter_tallies",
    metadata,
    sa.Column("holder", sa.String(24), primary_key=True),
    sa.Column("state", sa.String(16), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
words = sa.Table(
    "matter_words",
    metadata,
    sa.Column("word", sa.String(LONGEST), primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
SECOND = 1_000_000


async def put(tx: Tx, matter: Matter, before: Matter | None = None) -> None:
    """A matter that is new, or was `before`."""
    await tx.run(_put, matter, before)


def words_in(matter: Matter) -> set[str]:
    """Number, title, facts, claims, names, and the surname alone; never a phone, an identity number or an address."""
    facts = matter.facts
    texts = [
        matter.number,
        matter.title,
        facts.time,
        facts.place,
        facts.people,
        facts.event,
        facts.cause,
        matter.claims,
    ]
    names = [one.name for one in matter.people]
    return set(words_of("\n".join([*texts, *names, *(name[:1] for name in names)])))


def holders_of(matter: Matter, path: str) -> set[str]:
    """Ids of those in whose lists it stands; `path` of the organisation that has it."""
    own = {one for one in (matter.mediator_id, matter.clerk_id) if one}
    return {one for one in path.split("/") if one} | own


def _put(connection: sa.Connection, matter: Matter, before: Matter | None) -> None:
    seq = _seq(connection, matter)
    path = connection.scalar(sa.select(organisations.c.path).where(organisations.c.id == matter.organisation_id))
    old = {row.holder: row.state for row in connection.execute(sa.select(places).where(places.c.seq == seq))}
    now = dict.fromkeys(holders_of(matter, path or ""), matter.state.value)
    left = {holder: state for holder, state in old.items() if now.get(holder) != state}
    come = {holder: state for holder, state in now.items() if old.get(holder) != state}
    if left:
        connection.execute(places.delete().where(places.c.seq == seq, places.c.holder.in_(sorted(left))))
    if come:
        connection.execute(places.insert(), [{"holder": h, "seq": seq, "state": s} for h, s in sorted(come.items())])
    for changed, by in ((left, -1), (come, 1)):
        for holder, state in sorted(changed.items()):
            _tally(connection, holder, state, by)
    _put_words(connection, seq, words_in(matter), words_in(before) if before else set())


def _put_words(connection: sa.Connection, seq: int, now: set[str], old: set[str]) -> None:
    if gone := old - now:
        connection.execute(words.delete().where(words.c.seq == seq, words.c.word.in_(sorted(gone))))
    if new := now - old:
        connection.execute(words.insert(), [{"word": word, "seq": seq} for word in sorted(new)])


def _seq(connection: sa.Connection, matter: Matter) -> int:
    """Taken once, for good. There is one writer, so what is free stays free until it is taken."""
    found = connection.scalar(sa.select(lines.c.seq).where(lines.c.matter_id == matter.id))
    if found is not None:
        return int(found)
    own = (matter.received_at - EPOCH) // MICROSECOND
    taken = sa.select(lines.c.seq).where(lines.c.seq >= own, lines.c.seq < own + SECOND)
    if connection.scalar(taken.where(lines.c.seq == own)) is not None:
        own = connection.scalars(taken.order_by(lines.c.seq.desc()).limit(1)).one() + 1
    connection.execute(lines.insert().values(seq=own, matter_id=matter.id))
    return own


def _tally(connection: sa.Connection, holder: str, state: str, by: int) -> None:
    own = (tallies.c.holder == holder, tallies.c.state == state)
    if not connection.execute(tallies.update().where(*own).values(count=tallies.c.count + by)).rowcount:
        connection.execute(tallies.insert().values(holder=holder, state=state, count=by))
