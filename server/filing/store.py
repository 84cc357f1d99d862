"""Tables of filing. Stories and names of files rest sealed by the vault, each for its own row."""

import hashlib
import secrets
from datetime import datetime

import msgspec
import sqlalchemy as sa

from server.errors import NotFound
from server.filing.model import KEPT, Draft, Evidence, Story
from server.ids import MatterId, OrganisationId, new
from server.people import organisations
from server.people.model import Organisation
from server.store import logins
from server.store.db import Instant, Tx, metadata
from server.vault import Vault

ID = sa.String(24)
LOGIN = "filing"
"""Kind of the login a phone holds for its draft, and the cookie's name."""
places = sa.Table(
    "filing_places",
    metadata,
    sa.Column("slug", sa.String(16), primary_key=True),
    sa.Column("organisation_id", ID, sa.ForeignKey("organisations.id"), nullable=False, unique=True),
)
drafts = sa.Table(
    "filing_drafts",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("number", sa.String(8), nullable=False, unique=True),
    sa.Column("organisation_id", ID, sa.ForeignKey("organisations.id"), nullable=False),
    sa.Column("story", sa.LargeBinary, nullable=False),
    sa.Column("saved_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False, index=True),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("locked_until", Instant),
    sa.Column("matter_id", ID, sa.ForeignKey("matters.id")),
)
files = sa.Table(
    "filing_files",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("owner", ID, nullable=False, index=True),
    sa.Column("name", sa.LargeBinary, nullable=False),
    sa.Column("media_type", sa.String(20), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("blob", sa.String(64), nullable=False),
    sa.Column("at", Instant, nullable=False),
)
links = sa.Table(
    "filing_links",
    metadata,
    sa.Column("matter_id", ID, sa.ForeignKey("matters.id"), primary_key=True),
    sa.Column("slug_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("via", sa.String(16), nullable=False),
    sa.Column("request", sa.String(40), unique=True),
)
erasing = sa.Table("filing_erasing", metadata, sa.Column("blob", sa.String(64), primary_key=True))
"""Sealed files that belong to nothing any more, until they are erased."""


async def place(tx: Tx, slug: str) -> Organisation:
    """Whose place this is; of an unknown one the centre itself. Raises NotFound while there is no organisation."""
    found = await tx.scalar(sa.select(places.c.organisation_id).where(places.c.slug == slug))
    if found is not None:
        return await organisations.load(tx, found)
    tree = await organisations.tree(tx)
    if not tree:
        raise NotFound("organisation")
    return tree[0]


async def slugs(tx: Tx) -> dict[str, str]:
    """Organisation -> slug, of all that have one."""
    return {row.organisation_id: row.slug for row in await tx.execute(sa.select(places))}


async def open_place(tx: Tx, organisation: Organisation) -> str:
    """Its slug, made at the first asking."""
    if known := (await slugs(tx)).get(organisation.id):
        return known
    slug = new("p")[2:10]
    await tx.execute(places.insert().values(slug=slug, organisation_id=organisation.id))
    return slug


async def begin(tx: Tx, vault: Vault, organisation: Organisation, now: datetime) -> Draft:
    """An empty draft with a number nobody else has."""
    number = ""
    while not number or await tx.scalar(sa.select(drafts.c.id).where(drafts.c.number == number)):
        number = f"{secrets.randbelow(10**8):08d}"
    draft = Draft(new("dra"), number, organisation.id, Story(), now, now + KEPT)
    await tx.execute(
        drafts.insert().values(
            id=draft.id, number=number, organisation_id=draft.organisation_id, saved_at=now,
            expires_at=draft.expires_at, tries=0, story=_sealed(vault, draft.id, draft.story),
        )
    )  # fmt: skip
    return draft


async def save(tx: Tx, vault: Vault, draft: Draft, story: Story, now: datetime) -> None:
    """What was typed; the fourteen days begin anew."""
    values = {"story": _sealed(vault, draft.id, story), "saved_at": now, "expires_at": now + KEPT}
    await tx.execute(drafts.update().where(drafts.c.id == draft.id).values(**values))


async def draft(tx: Tx, vault: Vault, draft_id: str, now: datetime) -> Draft:
    """By id; raises NotFound, also past its end."""
    return await _draft(tx, vault, drafts.c.id == draft_id, now)


async def numbered(tx: Tx, vault: Vault, number: str, now: datetime) -> Draft:
    """By the number people are told; raises NotFound."""
    return await _draft(tx, vault, drafts.c.number == number, now)


async def _draft(tx: Tx, vault: Vault, where: sa.ColumnElement[bool], now: datetime) -> Draft:
    row = (await tx.execute(sa.select(drafts).where(where, drafts.c.expires_at > now))).first()
    if row is None:
        raise NotFound("draft")
    story = msgspec.json.decode(vault.open(f"filing|{row.id}", row.story), type=Story)
    return Draft(
        row.id, row.number, OrganisationId(row.organisation_id), story, row.saved_at, row.expires_at, row.tries,
        row.locked_until, MatterId(row.matter_id) if row.matter_id else None,
    )  # fmt: skip


def _sealed(vault: Vault, draft_id: str, story: Story) -> bytes:
    return vault.seal(f"filing|{draft_id}", msgspec.json.encode(story))


async def tried(tx: Tx, draft_id: str, tries: int, locked_until: datetime | None) -> None:
    """How often a wrong code was given for it."""
    values = {"tries": tries, "locked_until": locked_until}
    await tx.execute(drafts.update().where(drafts.c.id == draft_id).values(**values))


async def filed(tx: Tx, vault: Vault, draft: Draft, matter_id: MatterId) -> None:
    """It became a matter: the files are the matter's, the words are in it and no longer here."""
    values = {"matter_id": matter_id, "story": _sealed(vault, draft.id, Story())}
    await tx.execute(drafts.update().where(drafts.c.id == draft.id).values(**values))
    await tx.execute(files.update().where(files.c.owner == draft.id).values(owner=matter_id))


async def link(tx: Tx, matter_id: str, slug: str, via: str, request: str | None) -> None:
    """The progress link of a new matter, how it came, and the page's own name for the act."""
    await tx.execute(links.insert().values(matter_id=matter_id, slug_hash=hashed(slug), via=via, request=request))


async def linked(tx: Tx, slug: str) -> str:
    """The matter of a progress link; raises NotFound."""
    return await _matter(tx, links.c.slug_hash == hashed(slug))


async def requested(tx: Tx, request: str) -> str:
    """The matter that came of this act of a page; raises NotFound."""
    return await _matter(tx, links.c.request == request)


async def _matter(tx: Tx, where: sa.ColumnElement[bool]) -> str:
    found = await tx.scalar(sa.select(links.c.matter_id).where(where))
    if found is None:
        raise NotFound("matter")
    return str(found)


def hashed(slug: str) -> str:
    """What the database keeps instead of a link's secret."""
    return hashlib.sha256(slug.encode()).hexdigest()


async def evidence(tx: Tx, vault: Vault, owner: str) -> list[Evidence]:
    """The files of a draft or a matter, oldest first."""
    rows = await tx.execute(sa.select(files).where(files.c.owner == owner).order_by(files.c.at, files.c.id))
    return [_evidence(row, vault) for row in rows]


async def one(tx: Tx, vault: Vault, owner: str, file_id: str) -> Evidence:
    """One of them; raises NotFound."""
    row = (await tx.execute(sa.select(files).where(files.c.owner == owner, files.c.id == file_id))).first()
    if row is None:
        raise NotFound("file")
    return _evidence(row, vault)


def _evidence(row: sa.Row[tuple[object, ...]], vault: Vault) -> Evidence:
    values = dict(row._mapping)
    return Evidence(**values | {"name": vault.open(f"filing-name|{values['id']}", values["name"]).decode()})


async def hand_in(tx: Tx, vault: Vault, file: Evidence) -> None:
    """A file whose sealed blob is there already."""
    values = {name: getattr(file, name) for name in Evidence.__slots__}
    values["name"] = vault.seal(f"filing-name|{file.id}", file.name.encode())
    await tx.execute(files.insert().values(**values))


async def remove(tx: Tx, file: Evidence) -> None:
    """Taken back; `to_erase` names its blob from the commit on."""
    await tx.execute(files.delete().where(files.c.id == file.id))
    await tx.execute(erasing.insert().values(blob=file.blob))


async def end(tx: Tx, now: datetime) -> int:
    """Drafts whose time is over, with their files and logins; returns how many."""
    over = await tx.scalars(sa.select(drafts.c.id).where(drafts.c.expires_at <= now))
    for draft_id in over:
        for blob in await tx.scalars(sa.select(files.c.blob).where(files.c.owner == draft_id)):
            await tx.execute(erasing.insert().values(blob=blob))
        await tx.execute(files.delete().where(files.c.owner == draft_id))
        await tx.execute(drafts.delete().where(drafts.c.id == draft_id))
        await logins.end_all(tx, LOGIN, draft_id)
    return len(over)


async def to_erase(tx: Tx) -> list[str]:
    """Names of blobs."""
    return await tx.scalars(sa.select(erasing.c.blob))


async def erased(tx: Tx, blobs: list[str]) -> None:
    """They are gone."""
    await tx.execute(erasing.delete().where(erasing.c.blob.in_(blobs)))
