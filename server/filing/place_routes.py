"""HTTP doors of places: what a code on the wall leads to, and the poster staff print of it."""

from server.errors import NotFound
from server.filing import store
from server.filing.draft_routes import held
from server.filing.view import DraftView, draft_view
from server.people import organisations
from server.people import store as people
from server.store.db import Tx
from server.web.call import Body, Call, View, anyone
from server.web.limits import Rate
from server.web.rights import right
from server.web.routes import Routes

routes = Routes("filing")
DOORS = Rate("filing.doors", 120, 600)


class DoorView(View):
    """Who takes in what is filed here, and what this phone has begun, here or elsewhere."""

    organisation: str
    draft: DraftView | None


class PlaceView(View):
    """An organisation, and the slug of its place, "" before a poster was asked for."""

    id: str
    name: str
    kind: str
    slug: str
    url: str


class PlacesView(View):
    """Where the caller works and what is below it; everything for staff of no organisation."""

    places: list[PlaceView]


class Wanted(Body):
    """Whose place."""

    organisation: str


@routes.route(
    "GET", "/api/filing/places/{place}", response=DoorView, permit=anyone, rate=DOORS, errors=(NotFound,)
)  # fmt: skip
async def door(call: Call[None]) -> DoorView:
    """Where one files here; an unknown place is the centre's own."""
    async with call.db.reading() as tx:
        holds = await store.place(tx, call.path("place"))
        draft = await held(tx, call)
        return DoorView(holds.name, await draft_view(tx, call.request.app, draft) if draft else None)


@routes.route("GET", "/api/filing/places", response=PlacesView, permit=right("matters.file"))
async def places(call: Call[None]) -> PlacesView:
    """Those a poster can be printed for."""
    async with call.db.reading() as tx:
        return PlacesView(await _reached(tx, call))


@routes.route(
    "POST", "/api/filing/places", request=Wanted, response=PlaceView, permit=right("matters.file"), errors=(NotFound,)
)
async def open_place(call: Call[Wanted]) -> PlaceView:
    """The place of an organisation; the same at each asking."""
    async with call.db.transaction() as tx:
        if call.body.organisation not in {one.id for one in await _reached(tx, call)}:
            raise NotFound("organisation")
        await store.open_place(tx, await organisations.load(tx, call.body.organisation))
        return next(one for one in await _reached(tx, call) if one.id == call.body.organisation)


async def _reached(tx: Tx, call: Call[Wanted] | Call[None]) -> list[PlaceView]:
    own = (await people.account(tx, call.caller.id)).organisation_id
    slugs, origin = await store.slugs(tx), call.settings.http.origin
    return [
        PlaceView(one.id, one.name, one.kind.value, slugs.get(one.id, ""), f"{origin}/file/{slugs.get(one.id, '')}")
        for one in await organisations.tree(tx, await organisations.load(tx, own) if own else None)
    ]
