"""HTTP doors of the files of a draft: handed in by camera or from the phone, looked at, taken back."""

from server.errors import Invalid, NotFound, TooLarge, Unavailable
from server.filing import store
from server.filing.draft_routes import own
from server.filing.ending import erase
from server.filing.model import FILE, AlreadyFiled, EvidenceUnreadable
from server.filing.receiving import UPLOADS, received, sent
from server.filing.view import FileView, file_view
from server.web import keys
from server.web.call import Call, Reply, View, anyone
from server.web.routes import Routes

routes = Routes("filing")


class FilesView(View):
    """All files, oldest first."""

    files: list[FileView]


@routes.route(
    "POST", "/api/filing/draft/files", csrf="origin", request=bytes, consumes="application/octet-stream",
    response=FilesView, permit=anyone, limit=FILE, rate=UPLOADS,
    errors=(NotFound, AlreadyFiled, Invalid, EvidenceUnreadable, TooLarge, Unavailable),
)  # fmt: skip
async def hand_in(call: Call[bytes]) -> FilesView:
    """A photograph or a PDF; its name, percent-encoded, stands in the header X-Hejie-Name."""
    vault = call.request.app[keys.VAULT]
    async with call.db.reading() as tx:
        draft = await own(tx, call)
    async with received(call, draft.id) as (tx, _):
        await own(tx, call)  # it may have been submitted while the file came
        return FilesView([file_view(one) for one in await store.evidence(tx, vault, draft.id)])


@routes.route(
    "GET", "/api/filing/draft/files/{file}", response=bytes, produces="application/octet-stream", permit=anyone,
    errors=(NotFound, AlreadyFiled),
)  # fmt: skip
async def look(call: Call[None]) -> Reply:
    """A file of this phone's draft."""
    async with call.db.reading() as tx:
        file = await store.one(tx, call.request.app[keys.VAULT], (await own(tx, call)).id, call.path("file"))
    return await sent(call, file)


@routes.route(
    "DELETE", "/api/filing/draft/files/{file}", csrf="origin", response=FilesView, permit=anyone,
    errors=(NotFound, AlreadyFiled),
)  # fmt: skip
async def take_back(call: Call[None]) -> FilesView:
    """It is erased."""
    vault = call.request.app[keys.VAULT]
    async with call.db.transaction() as tx:
        draft = await own(tx, call)
        await store.remove(tx, await store.one(tx, vault, draft.id, call.path("file")))
        left = FilesView([file_view(one) for one in await store.evidence(tx, vault, draft.id)])
    await erase(call.db, call.blobs)
    return left
