"""HTTP doors of the application itself, for its court: read it, ask for corrections, docket it, rule."""

from dataclasses import replace
from datetime import date
from typing import Annotated

import msgspec

from server.agreements.typed import clean, clean_lines
from server.confirmation import acting
from server.confirmation import rules as application_rules
from server.confirmation.model import Act
from server.confirmation.routes import day_of
from server.confirmation.rulings import LIMIT
from server.docket import desk, rules
from server.docket.view import DocketView, docket_view
from server.errors import IllegalAct, Invalid, NotFound, Unavailable
from server.law import dates
from server.web.call import Body, Call, Reply, court
from server.web.routes import Routes

routes = Routes("docket")


class ActOfCourt(Body):
    """What the court does today; which fields an act needs is in `confirmation.rules`."""

    act: Act
    case_no: Annotated[str, msgspec.Meta(max_length=60)] = ""
    deadline: date | None = None
    reason: Annotated[str, msgspec.Meta(max_length=24)] = ""
    note: Annotated[str, msgspec.Meta(max_length=2000)] = ""


@routes.route("GET", "/api/docket", response=DocketView, permit=court, errors=(NotFound,))
async def show(call: Call[None]) -> DocketView:
    """The permitted facts."""
    async with call.db.reading() as tx:
        return await docket_view(tx, call, await desk.load(tx, call))


@routes.route(
    "POST", "/api/docket/acts", request=ActOfCourt, response=DocketView, permit=court,
    errors=(NotFound, IllegalAct, Invalid),
)  # fmt: skip
async def act(call: Call[ActOfCourt]) -> DocketView:
    """Ask for corrections, docket, refuse, confirm, dismiss, or find it withdrawn."""
    body = call.body
    said = application_rules.Said(
        body.act, dates.legal_day(call.now()), "", clean(body.case_no, "case_no"), body.deadline, body.reason,
        "\n".join(clean_lines(body.note, "note")),
    )  # fmt: skip
    async with call.db.transaction() as tx:
        docket = await desk.load(tx, call)
        possible = rules.allowed(docket.application)
        if body.act not in possible:
            raise IllegalAct(docket.application.state, body.act, possible)
        window = docket.window(call.settings.calendar)
        after = await acting.act(tx, docket.application, said, window, desk.author_of(call, docket))
        return await docket_view(tx, call, replace(docket, application=after))


@routes.route(
    "POST", "/api/docket/ruling", request=bytes, consumes="application/pdf", response=DocketView, permit=court,
    limit=LIMIT, queries=("case_no", "on"), errors=(NotFound, IllegalAct, Invalid, Unavailable),
)  # fmt: skip
async def file_ruling(call: Call[bytes]) -> DocketView:
    """The ruling (PDF); its own signatures are checked, if it has any. Another one takes its place."""
    case_no, on = clean(call.query("case_no"), "case_no"), day_of(call.query("on"))
    async with call.db.reading() as tx:
        acting.need_ruling((await desk.load(tx, call)).application, on, dates.legal_day(call.now()))
    filed = await acting.read_ruling(call.request.app, call.body, case_no, on)
    async with call.db.transaction() as tx:
        docket = await desk.load(tx, call)
        after = await acting.keep_ruling(tx, docket.application, filed, desk.author_of(call, docket))
        return await docket_view(tx, call, replace(docket, application=after))


@routes.route("GET", "/api/docket/ruling", response=bytes, produces="application/pdf", permit=court, errors=(NotFound,))
async def ruling(call: Call[None]) -> Reply:
    """The ruling as it was filed."""
    async with call.db.reading() as tx:
        kept = (await desk.load(tx, call)).application.ruling
    if kept is None:
        raise NotFound("ruling")
    return Reply(await call.blobs.get(kept.sha256), media_type="application/pdf")
