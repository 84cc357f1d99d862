"""The journal, its anchors, the files and authorities beside it, straight from the disk: for the doctor and the clerk's
check, who change nothing. Blocking."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from documents import Abroad, DocumentError
from server.agreements.ceremony.released import RELEASED
from server.custody import CustodyRefused, read_authority
from server.journal.examining import Trust
from server.settings import Settings
from server.store.anchors import Anchor, CaseHead
from server.store.chain import Entry

_NEVER = datetime.min.replace(tzinfo=UTC)
"""A time that cannot be read: the entry's hash will say that it was altered."""


def read_chains(path: Path) -> Iterator[tuple[str, list[Entry]]]:
    """Case and entries in order, of all cases."""
    query = (
        "SELECT j.case_id, j.seq, j.at, j.kind, j.actor, j.body_hash, j.previous, j.hash, b.salt, b.body, b.form "
        "FROM journal j LEFT JOIN journal_bodies b ON b.case_id = j.case_id AND b.seq = j.seq ORDER BY j.case_id, j.seq"
    )
    chain: list[Entry] = []
    with closing(_opened(path)) as connection:
        for case_id, seq, at, *rest in connection.execute(query):
            if chain and chain[-1].case_id != case_id:
                yield chain[-1].case_id, chain
                chain = []
            chain.append(Entry(case_id, seq, _moment(at), *rest))
    if chain:
        yield chain[-1].case_id, chain


def read_anchors(path: Path) -> list[Anchor]:
    """Oldest first."""
    inside: dict[str, list[CaseHead]] = {}
    with closing(_opened(path)) as connection:
        heads = "SELECT anchor, case_id, seq, head, tree_root FROM journal_anchor_heads ORDER BY case_id"
        for anchor, *head in connection.execute(heads):
            inside.setdefault(anchor, []).append(CaseHead(*head))
        found = connection.execute("SELECT id, at, root, token FROM journal_anchors ORDER BY at, id")
        return [Anchor(one, _moment(at), root, token, tuple(inside.get(one, ()))) for one, at, root, token in found]


def read_released(path: Path) -> list[tuple[str, str]]:
    """Case and SHA-256 of every released file, as it is served now."""
    with closing(_opened(path)) as connection:
        return list(connection.execute(RELEASED))


def case_named(path: Path, name: str) -> str | None:
    """The id of a case given by id or number."""
    with closing(_opened(path)) as connection:
        found = connection.execute("SELECT id FROM cases WHERE id = ? OR number = ?", (name, name)).fetchone()
    return found[0] if found else None


def trust_of(settings: Settings) -> Trust:
    """Whose time-stamps this centre takes; nobody's name is asked where the authority cannot be opened, or servers are
    asked whose roots were not given. Blocking."""
    with suppress(CustodyRefused, DocumentError, OSError, ValueError):
        authority = read_authority(settings)
        roots, between = [authority.root_der], [one.issuing.der for one in authority.generations]
        if settings.keeping.tsa_certs is not None:
            abroad = Abroad.knowing(_nobody, settings.keeping.tsa_certs.read_bytes())
            return Trust((*roots, *sorted(abroad.roots)), (*between, *abroad.certificates))
        if not settings.keeping.tsa_urls:
            return Trust(tuple(roots), tuple(between))
    return Trust()


def _nobody(address: str, body: bytes | None) -> bytes:
    raise OSError(address)


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except (ValueError, TypeError):
        return _NEVER
