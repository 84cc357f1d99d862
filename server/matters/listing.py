"""Lists of matters and the search over them: pages of 50 by keyset, at the same pace with a hundred matters and with a
hundred thousand.

Whose lists are read says `rules.sight`; nothing outside them is ever found or counted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from server.matters.index import lines, places, tallies, words
from server.matters.model import Matter, MatterState
from server.matters.store import matter_of, matters
from server.store.db import Tx
from server.store.words import words_of

PAGE = 50
REACH = 1000
"""Matters of the rarest word that one page of a search looks through."""
MOST_WORDS = 12
"""Of what is looked for; the rest is not looked at."""


@dataclass(frozen=True, slots=True)
class Page:
    """Matters in the order of the list. `more`: hand it in as `after` for what follows; None at the end. A page of a
    search may hold few and still have more: it looked only that far back."""

    matters: tuple[Matter, ...]
    more: int | None


async def page(
    tx: Tx, sight: Collection[str], states: Collection[MatterState] = (), *, after: int | None = None,
    oldest: bool = False,
) -> Page:  # fmt: skip
    """All of the lists of `sight` in these states, or in any; newest first, or `oldest`."""
    return await tx.run(_page, sorted(sight), sorted(states), after, oldest)


async def counts(tx: Tx, holder: str) -> dict[MatterState, int]:
    """How many matters of one list (an organisation's with all below it, or a person's) are in each state."""
    query = sa.select(tallies.c.state, tallies.c.count).where(tallies.c.holder == holder)
    found = {row.state: row.count for row in await tx.execute(query)}
    return {state: found.get(state.value, 0) for state in MatterState}


async def search(
    tx: Tx, sight: Collection[str], text: str, states: Collection[MatterState] = (), *, after: int | None = None
) -> Page:
    """Those in which all words of `text` stand (`store.words`), newest first; a text without words finds nothing."""
    sought = words_of(text)[:MOST_WORDS]
    return await tx.run(_search, sorted(sight), sought, sorted(states), after) if sought and sight else Page((), None)


def page_query(sight: Sequence[str], states: Sequence[str], after: int | None, oldest: bool) -> sa.Select[int]:
    """Places in the line, one more than a page: every list and state brings that many, an index each."""
    branches = []
    for holder in sight:
        for state in states or (None,):
            branch = sa.select(places.c.seq).where(places.c.holder == holder)
            branch = branch if state is None else branch.where(places.c.state == state)
            if after is not None:
                branch = branch.where(places.c.seq > after if oldest else places.c.seq < after)
            branches.append(branch.order_by(places.c.seq if oldest else places.c.seq.desc()).limit(PAGE + 1))
    if len(branches) == 1:
        return branches[0]
    every = sa.union(*(sa.select(branch.subquery()) for branch in branches)).subquery()
    return sa.select(every.c.seq).order_by(every.c.seq if oldest else every.c.seq.desc()).limit(PAGE + 1)


def _page(
    connection: sa.Connection, sight: Sequence[str], states: Sequence[MatterState], after: int | None, oldest: bool
) -> Page:
    if not sight:
        return Page((), None)
    found = list(connection.scalars(page_query(sight, [one.value for one in states], after, oldest)))
    return Page(_read(connection, found[:PAGE]), found[PAGE - 1] if len(found) > PAGE else None)


def _search(
    connection: sa.Connection, sight: Sequence[str], sought: Sequence[str], states: Sequence[MatterState],
    after: int | None,
) -> Page:  # fmt: skip
    """The rarest word (or the lists, if they are shorter) leads; of each of its matters the rest is asked by key."""
    reaches = {word: _reach(connection, after, words.c.seq, words.c.word == word) for word in sought}
    lists = [_reach(connection, after, places.c.seq, places.c.holder == holder) for holder in sight]
    through = max((one for one in lists if one is not None), default=None)
    rarest = min(sought, key=lambda word: reaches[word] or 0)
    leads, upto = (None, through) if (through or 0) < (reaches[rarest] or 0) else (rarest, reaches[rarest])
    query = search_query(sight, sought, [one.value for one in states], leads, after, upto)
    found = list(connection.scalars(query))
    more = found[PAGE - 1] if len(found) > PAGE else upto
    return Page(_read(connection, found[:PAGE]), more)


def reach_query(after: int | None, seq: sa.ColumnElement[int], own: sa.ColumnElement[bool]) -> sa.Select[int]:
    """Place of the last of the next `REACH` in a word's or holder's line."""
    query = sa.select(seq).where(own).order_by(seq.desc()).offset(REACH - 1).limit(1)
    return query if after is None else query.where(seq < after)


def _reach(
    connection: sa.Connection, after: int | None, seq: sa.ColumnElement[int], own: sa.ColumnElement[bool]
) -> int | None:
    """None: there are fewer. The further back, the rarer."""
    return connection.scalar(reach_query(after, seq, own))


def search_query(
    sight: Sequence[str], sought: Sequence[str], states: Sequence[str], leads: str | None, after: int | None,
    upto: int | None,
) -> sa.Select[int]:  # fmt: skip
    """Places in the line, one more than a page. `leads`: the word whose line is walked; None: the lists are."""
    if leads is None:
        seq = places.c.seq
        query = sa.select(seq).where(places.c.holder.in_(sight)).distinct()
        query = query.where(places.c.state.in_(states)) if states else query
    else:
        seq = words.c.seq
        place = places.alias()
        held = sa.exists().where(place.c.holder.in_(sight), place.c.seq == seq)
        query = sa.select(seq).where(words.c.word == leads)
        query = query.where(held.where(place.c.state.in_(states)) if states else held)
    if rest := [word for word in sought if word != leads]:
        # Counted, since a join of a dozen takes PostgreSQL a second to plan.
        other = words.alias()
        there = sa.select(sa.func.count()).where(other.c.word.in_(rest), other.c.seq == seq)
        query = query.where(there.scalar_subquery() == len(rest))
    query = query if after is None else query.where(seq < after)
    query = query if upto is None else query.where(seq >= upto)
    return query.order_by(seq.desc()).limit(PAGE + 1)


def _read(connection: sa.Connection, found: Sequence[int]) -> tuple[Matter, ...]:
    """By key twice: of a join a database may think that reading everything is quicker."""
    ids = {row.seq: row.matter_id for row in connection.execute(sa.select(lines).where(lines.c.seq.in_(found)))}
    rows = connection.execute(sa.select(matters).where(matters.c.id.in_(ids.values())))
    read = {row.id: matter_of(row) for row in rows}
    return tuple(read[ids[seq]] for seq in found)
