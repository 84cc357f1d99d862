"""What filing tells on the wire: each answer is a list of fields of its own."""

from datetime import date, datetime

from aiohttp import web

from server.filing import rules, store
from server.filing.model import Draft, Evidence, Story
from server.matters import store as matters
from server.matters.model import Matter
from server.people import organisations
from server.store.db import Tx
from server.web import keys
from server.web.call import View


class FileView(View):
    """A file handed in, to whoever may see it."""

    id: str
    name: str
    media_type: str
    size: int


class ReceiptView(View):
    """受理回执. `progress` is a secret link; by `answer_by` the `organisation` says whether it takes the matter."""

    number: str
    received_at: datetime
    organisation: str
    progress: str
    answer_by: date
    answer_days: int


class DraftView(View):
    """To the phone that holds it. `code` opens it elsewhere beside `number`; `receipt` once it was submitted."""

    number: str
    code: str
    organisation: str
    saved_at: datetime
    expires_at: datetime
    story: Story
    files: list[FileView]
    receipt: ReceiptView | None


async def draft_view(tx: Tx, app: web.Application, draft: Draft) -> DraftView:
    """A draft with its files, or with the receipt of what became of it."""
    vault = app[keys.VAULT]
    receipt = await receipt_of_id(tx, app, draft.matter_id) if draft.matter_id else None
    holds = await organisations.load(tx, draft.organisation_id)
    found = [file_view(one) for one in await store.evidence(tx, vault, draft.id)]
    code = rules.code_of(vault.key("filing-code"), draft.id)
    return DraftView(draft.number, code, holds.name, draft.saved_at, draft.expires_at, draft.story, found, receipt)


def file_view(file: Evidence) -> FileView:
    """As it was named."""
    return FileView(file.id, file.name, file.media_type, file.size)


async def receipt_of_id(tx: Tx, app: web.Application, matter_id: str) -> ReceiptView:
    """The receipt of a matter, the same each time; raises NotFound."""
    return await receipt_of(tx, app, await matters.load(tx, matter_id))


async def receipt_of(tx: Tx, app: web.Application, matter: Matter) -> ReceiptView:
    """Of a loaded one."""
    settings = app[keys.SETTINGS]
    holds = await organisations.load(tx, matter.organisation_id)
    slug = rules.slug_of(app[keys.VAULT].key("filing-progress"), matter.id)
    return ReceiptView(
        matter.number, matter.received_at, holds.name, f"{settings.http.origin}/progress#{slug}",
        rules.answer_by(matter.received_at, settings.calendar), rules.ANSWER_DAYS,
    )  # fmt: skip
