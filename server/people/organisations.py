"""Table of organisations: the tree of those who handle disputes."""

from collections.abc import Sequence

import sqlalchemy as sa

from server.errors import Invalid, NotFound
from server.ids import OrganisationId, new
from server.people.model import Organisation, OrganisationKind
from server.store.db import Tx, metadata

organisations = sa.Table(
    "organisations",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("parent_id", sa.String(24), sa.ForeignKey("organisations.id"), index=True),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("path", sa.String(260), nullable=False, index=True),
    sa.Column("presence", sa.String(12), nullable=False),
)


async def add(
    tx: Tx, name: str, kind: OrganisationKind, parent: Organisation | None = None, presence: str = ""
) -> Organisation:
    """A new organisation below `parent`, or the root of a tree."""
    own = OrganisationId(new("org"))
    path = f"{parent.path if parent else ''}{own}/"
    if path.count("/") > DEEPEST:
        raise Invalid({"parent": "too_long"})
    made = Organisation(own, parent.id if parent else None, kind, name, path, presence)
    await tx.execute(
        organisations.insert().values(
            id=own, parent_id=made.parent_id, kind=kind.value, name=name, path=path, presence=presence
        )
    )
    return made


DEEPEST = 10
"""Levels of the tree: as many ids as a path holds."""


async def change(tx: Tx, old: Organisation, name: str, presence: str, parent: Organisation | None) -> None:
    """Another name, presence, or place in the tree, with all below it. Raises Invalid for a place within itself, or
    too deep."""
    if parent is not None and parent.within(old):
        raise Invalid({"parent": "value"})
    path = f"{parent.path if parent else ''}{old.id}/"
    for one in await tree(tx, old):
        moved = path + one.path.removeprefix(old.path)
        if moved.count("/") > DEEPEST:
            raise Invalid({"parent": "too_long"})
        await tx.execute(organisations.update().where(organisations.c.id == one.id).values(path=moved))
    values = {"name": name, "presence": presence, "parent_id": parent.id if parent else None}
    await tx.execute(organisations.update().where(organisations.c.id == old.id).values(values))


async def load(tx: Tx, organisation_id: str) -> Organisation:
    """By id; raises NotFound."""
    query = sa.select(organisations).where(organisations.c.id == organisation_id)
    row = (await tx.execute(query)).first()
    if row is None:
        raise NotFound("organisation")
    return _organisation(row)


async def tree(tx: Tx, root: Organisation | None = None) -> Sequence[Organisation]:
    """All, or `root` and what is below it; parents before children."""
    query = sa.select(organisations).order_by(organisations.c.path)
    if root is not None:
        query = query.where(organisations.c.path.startswith(root.path, autoescape=True))
    return [_organisation(row) for row in await tx.execute(query)]


def _organisation(row: sa.Row[tuple[object, ...]]) -> Organisation:
    values = dict(row._mapping)
    parent = OrganisationId(values["parent_id"]) if values["parent_id"] else None
    return Organisation(
        OrganisationId(values["id"]), parent, OrganisationKind(values["kind"]), values["name"], values["path"],
        values["presence"],
    )  # fmt: skip
