"""HTTP doors of staff: file for somebody at the counter or on the telephone, print the receipt again, see the files."""

from typing import Annotated, Literal

from msgspec import Meta

from server.errors import Invalid, NotFound
from server.filing import rules, store
from server.filing.file_routes import FilesView
from server.filing.model import Story
from server.filing.receiving import sent
from server.filing.view import ReceiptView, file_view, receipt_of, receipt_of_id
from server.matters import rules as matter_rules
from server.matters import store as matters
from server.matters.model import Matter, Source
from server.people import organisations
from server.people import store as people
from server.store.db import Tx
from server.web import keys
from server.web.call import Body, Call, Reply
from server.web.rights import right
from server.web.routes import Routes

routes = Routes("filing")
Via = Literal["walk_in", "phone", "hotline", "grid", "police", "petition", "court", "other"]


class Filed(Body):
    """A story told to staff. `request` names this act of the page, so that a retry makes no second matter."""

    request: Annotated[str, Meta(min_length=16, max_length=40)]
    via: Via
    story: Story


@routes.route(
    "POST", "/api/filing/matters", request=Filed, response=ReceiptView, permit=right("matters.file"),
    errors=(Invalid, NotFound),
)  # fmt: skip
async def file(call: Call[Filed]) -> ReceiptView:
    """File for somebody; it lies with the caller's organisation, or the centre's own."""
    app, now = call.request.app, call.now()
    story, request = rules.merged(call.body.story, {}), call.body.request
    if fields := rules.lacking(story):
        raise Invalid({f"story.{name}": reason for name, reason in fields.items()})
    async with call.db.transaction() as tx:
        try:
            return await receipt_of_id(tx, app, await store.requested(tx, request))
        except NotFound:
            pass
        account = await people.account(tx, call.caller.id)
        own = account.organisation_id or (await store.place(tx, "")).id
        source = Source.phone if call.body.via in ("phone", "hotline") else Source.counter
        matter = rules.matter_of(story, await matters.next_number(tx, now), source, own, (), now)
        await matters.add(tx, matter, call.caller.id)
        slug = rules.slug_of(app[keys.VAULT].key("filing-progress"), matter.id)
        await store.link(tx, matter.id, slug, call.body.via, request)
        return await receipt_of(tx, app, matter)


@routes.route(
    "GET", "/api/matters/{id}/receipt", response=ReceiptView, permit=right("matters.file"), errors=(NotFound,)
)  # fmt: skip
async def receipt(call: Call[None]) -> ReceiptView:
    """The receipt once more, for who lost it."""
    async with call.db.reading() as tx:
        return await receipt_of(tx, call.request.app, await _seen(tx, call))


@routes.route(
    "GET", "/api/matters/{id}/evidence", response=FilesView, permit=right("matters.evidence"), errors=(NotFound,)
)  # fmt: skip
async def evidence(call: Call[None]) -> FilesView:
    """The files of a matter."""
    async with call.db.reading() as tx:
        matter = await _seen(tx, call)
        return FilesView([file_view(one) for one in await store.evidence(tx, call.request.app[keys.VAULT], matter.id)])


@routes.route(
    "GET", "/api/matters/{id}/evidence/{file}", response=bytes, produces="application/octet-stream",
    permit=right("matters.evidence"), errors=(NotFound,),
)  # fmt: skip
async def look(call: Call[None]) -> Reply:
    """One of them, as it was handed in."""
    async with call.db.reading() as tx:
        found = await store.one(tx, call.request.app[keys.VAULT], (await _seen(tx, call)).id, call.path("file"))
    return await sent(call, found)


async def _seen(tx: Tx, call: Call[None]) -> Matter:
    """The matter of the path, if the caller may see it; raises NotFound."""
    matter = await matters.load(tx, call.path("id"))
    account = await people.account(tx, call.caller.id)
    own = await organisations.load(tx, account.organisation_id) if account.organisation_id else None
    matter_rules.may_see(matter, call.caller, own, await organisations.load(tx, matter.organisation_id))
    return matter
