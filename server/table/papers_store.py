"""Papers in the database and among the files: names, originals and pages are sealed, so that neither a blob's bytes nor
its name says what was shown."""

from datetime import datetime

import sqlalchemy as sa

from server.errors import JsonValue, NotFound
from server.store import journal
from server.store.db import Instant, Tx, metadata
from server.table.model import Page, Paper
from server.vault import Vault

ID = sa.String(24)
papers = sa.Table(
    "table_papers",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("case_id", ID, sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("owner", ID, nullable=False),
    sa.Column("name", sa.LargeBinary, nullable=False),
    sa.Column("media_type", sa.String(20), nullable=False),
    sa.Column("blob", sa.String(64), nullable=False),
    sa.Column("at", Instant, nullable=False),
)
pages = sa.Table(
    "table_pages",
    metadata,
    sa.Column("paper", ID, sa.ForeignKey("table_papers.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("blob", sa.String(64), nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
)
handed = sa.Table(
    "table_handed",
    metadata,
    sa.Column("paper", ID, sa.ForeignKey("table_papers.id"), primary_key=True),
    sa.Column("person", ID, primary_key=True),
    sa.Column("at", Instant, nullable=False),
)
erasing = sa.Table("table_erasing", metadata, sa.Column("blob", sa.String(64), primary_key=True))
"""Blobs that belong to nothing any more, until they are erased: a commit and a file cannot end at once."""
COUNT = sa.select(sa.func.count()).where(pages.c.paper == papers.c.id).scalar_subquery()
ALL = sa.select(papers, COUNT.label("pages"))


async def add(tx: Tx, vault: Vault, paper: Paper, drawn: list[Page]) -> None:
    """A new one with its pages, whose blobs are there already."""
    await tx.execute(
        papers.insert().values(
            id=paper.id, case_id=paper.case_id, owner=paper.owner, media_type=paper.media_type, blob=paper.blob,
            at=paper.at, name=vault.seal(f"name|{paper.id}", paper.name.encode()),
        )
    )  # fmt: skip
    rows = [
        {"paper": paper.id, "number": page.number, "blob": page.blob, "width": page.width, "height": page.height}
        for page in drawn
    ]
    await tx.execute(pages.insert(), rows)


async def of_case(tx: Tx, vault: Vault, case_id: str) -> list[Paper]:
    """All papers of a case, oldest first: rules say who sees which."""
    rows = await tx.execute(ALL.where(papers.c.case_id == case_id).order_by(papers.c.at, papers.c.id))
    return [_paper(row, vault) for row in rows]


async def one(tx: Tx, vault: Vault, case_id: str, paper_id: str) -> Paper:
    """One of them; raises NotFound."""
    row = (await tx.execute(ALL.where(papers.c.case_id == case_id, papers.c.id == paper_id))).first()
    if row is None:
        raise NotFound("paper")
    return _paper(row, vault)


def _paper(row: sa.Row[tuple[object, ...]], vault: Vault) -> Paper:
    values = dict(row._mapping)
    return Paper(**values | {"name": vault.open(f"name|{values['id']}", values["name"]).decode()})


async def page(tx: Tx, paper_id: str, number: int) -> Page:
    """One page, from 1; raises NotFound."""
    query = sa.select(pages).where(pages.c.paper == paper_id, pages.c.number == number)
    row = (await tx.execute(query)).first()
    if row is None:
        raise NotFound("page")
    return Page(row.number, row.blob, row.width, row.height)


async def hand(tx: Tx, paper: Paper, people: frozenset[str], by: str, at: datetime) -> None:
    """These may keep a copy from now on. The journal says that, and to whom; not of what."""
    already = await handed_to(tx, paper.id)
    for person in sorted(people - already):
        await tx.execute(handed.insert().values(paper=paper.id, person=person, at=at))
        body: dict[str, JsonValue] = {"paper": paper.id, "person": person}
        await journal.append(tx, paper.case_id, "table.paper_handed", by, body, at)


async def handed_to(tx: Tx, paper_id: str) -> frozenset[str]:
    """Who may keep a copy."""
    return frozenset(await tx.scalars(sa.select(handed.c.person).where(handed.c.paper == paper_id)))


async def remove(tx: Tx, paper: Paper) -> None:
    """Take a paper off the table; `to_erase` names its blobs from the commit on."""
    blobs = await tx.scalars(sa.select(pages.c.blob).where(pages.c.paper == paper.id))
    for table in (pages, handed):
        await tx.execute(table.delete().where(table.c.paper == paper.id))
    await tx.execute(papers.delete().where(papers.c.id == paper.id))
    await tx.execute(erasing.insert(), [{"blob": blob} for blob in (paper.blob, *blobs)])


async def to_erase(tx: Tx) -> list[str]:
    """Names of blobs."""
    return await tx.scalars(sa.select(erasing.c.blob))


async def erased(tx: Tx, blobs: list[str]) -> None:
    """They are gone."""
    await tx.execute(erasing.delete().where(erasing.c.blob.in_(blobs)))
