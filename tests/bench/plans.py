"""What a database says about how it would read: whole tables, or by an index."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from server.matters import listing
from server.matters.index import lines, places, tallies, words
from server.matters.store import matters


def questions(sight: Sequence[str]) -> Iterator[sa.Select[Any]]:
    """Every statement of the lists and the search."""
    at = 1_750_000_000_000_000
    for states in ((), ("routed",), ("received", "accepted", "routed")):
        for after in (None, at):
            yield listing.page_query(sight, states, after, False)
            yield listing.page_query(sight, states, after, True)
            for leads in ("漏水", None):
                yield listing.search_query(sight, ["漏水", "青禾", "2025"], states, leads, after, at - 1)
    yield listing.reach_query(at, words.c.seq, words.c.word == "漏水")
    yield listing.reach_query(at, places.c.seq, places.c.holder == sight[0])
    yield sa.select(lines).where(lines.c.seq.in_([at + n for n in range(listing.PAGE)]))
    yield sa.select(matters).where(matters.c.id.in_([f"mat_{n}" for n in range(listing.PAGE)]))
    yield sa.select(tallies).where(tallies.c.holder == sight[0])


def scans(
    connection: sa.Connection,
    sight: Sequence[str],
    asked: Sequence[sa.Select[Any]] | None = None,
    *,
    free: bool = False,
) -> list[str]:
    """Full scans in the plans. A small table PostgreSQL reads whole for good reason: unless `free`, it is asked to
    avoid that, and does where an index will do."""
    postgresql = connection.dialect.name == "postgresql"
    if postgresql and not free:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    found = []
    for query in questions(sight) if asked is None else asked:
        sql = str(query.compile(connection, compile_kwargs={"literal_binds": True})).replace("%", "%%")
        if postgresql:
            plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {sql}").scalar()
            plan = json.loads(plan) if isinstance(plan, str) else plan
            found += [
                f"{node['Node Type']} {node['Relation Name']}" for node in _nodes(plan[0]["Plan"]) if _whole(node)
            ]
        else:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}").all()
            found += [row[3] for row in rows if row[3].startswith("SCAN") and "matter" in row[3]]
    return found


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


def _whole(node: dict[str, Any]) -> bool:
    """A table read row by row, or an index from end to end."""
    by_index = node["Node Type"] in ("Index Scan", "Index Only Scan", "Bitmap Index Scan")
    return node["Node Type"] == "Seq Scan" or (by_index and "Index Cond" not in node)
