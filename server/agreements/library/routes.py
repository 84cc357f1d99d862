"""HTTP door of the clause library."""

from aiohttp import web

from server.agreements.library.model import Entry, Library, preview
from server.agreements.model import ClauseFields, Kind
from server.web.call import Call, View, staff
from server.web.routes import Routes

routes = Routes("agreements")
LIBRARY: web.AppKey[Library] = web.AppKey("library", Library)


class EntryView(View):
    """A ready clause. In `fields` parties are labels (甲方)."""

    id: str
    title: str
    search: str
    kinds: list[str]
    """Kinds of dispute; none: all."""
    kind: Kind
    fields: ClauseFields
    open: list[str]
    """What is still to be filled in: names of fields (`due`: a day), and the blanks in the text."""
    preview: str
    own: bool
    """Of the centre itself."""


class LibraryView(View):
    """What fits, the centre's own first."""

    clauses: list[EntryView]


@routes.route("GET", "/api/clauses", response=LibraryView, permit=staff, queries=("kind",))
async def show(call: Call[None]) -> LibraryView:
    """Ready clauses for a kind of dispute, then those for any; all of them without `kind`."""
    return LibraryView([_view(one) for one in call.request.app[LIBRARY].fitting(call.query("kind"))])


def _view(one: Entry) -> EntryView:
    return EntryView(
        one.id, one.title, one.search, list(one.kinds), one.kind, one.fields, list(one.open), preview(one), one.own
    )
