"""HTTP doors of the agenda: the steps of a session and what was ticked. For its staff; the room names the step."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from server.cases import rules as case_rules
from server.cases.model import Case, Part
from server.errors import Invalid, NotFound, NotPermitted
from server.sessions import rules as session_rules
from server.sessions.model import Session, SessionOver
from server.store.db import Tx
from server.table import rules, store
from server.table.model import STAGES
from server.table.place import announce, session_at
from server.web.call import Body, Call, View, staff
from server.web.routes import Routes

routes = Routes("table")
Code = Annotated[str, Meta(max_length=60)]


class TickIn(Body):
    """`item` is `stage.item`; `answer` null takes the tick back. `person` only where each is asked."""

    item: Code
    answer: bool | None
    person: Code = ""


class TickView(View):
    """When it was said, and by whom ticked."""

    person: str
    answer: bool
    by: str
    at: datetime


class ItemView(View):
    """A line of the checklist. `each`: one tick a head; `asks`: yes or no."""

    code: str
    each: bool
    asks: bool
    ticks: list[TickView]


class StageView(View):
    """A step of the session."""

    code: str
    items: list[ItemView]


class AskedView(View):
    """Somebody who is asked where each is."""

    id: str
    name: str
    label: str


class AgendaView(View):
    """All steps in order, and whom to ask."""

    session: str
    stages: list[StageView]
    people: list[AskedView]


@routes.route("GET", "/api/sessions/{id}/agenda", response=AgendaView, permit=staff, errors=(NotFound,))
async def show(call: Call[None]) -> AgendaView:
    """The agenda as it stands."""
    async with call.db.reading() as tx:
        session, case = await session_at(tx, call)
        return await agenda(tx, session, case)


@routes.route(
    "POST", "/api/sessions/{id}/agenda", request=TickIn, response=AgendaView, permit=staff,
    errors=(NotFound, NotPermitted, Invalid, SessionOver),
)  # fmt: skip
async def tick(call: Call[TickIn]) -> AgendaView:
    """Tick, answer, or take back. The journal keeps that it was said, never what was said beyond yes or no."""
    body = call.body
    async with call.db.transaction() as tx:
        session, case = await session_at(tx, call)
        case_rules.may_host(case, call.caller)
        session_rules.not_over(session)
        rules.fits_item(case, body.item, body.person, body.answer is not False)
        await store.tick(tx, session, body.item, body.person, body.answer, call.caller.id, call.now())
        view = await agenda(tx, session, case)
    staff_of = case.hosts | {case.recorder_id or ""}
    await announce(call.request.app, case.id, "agenda", staff_of)
    return view


async def agenda(tx: Tx, session: Session, case: Case) -> AgendaView:
    """The checklist with what was ticked."""
    ticked: dict[str, list[TickView]] = {}
    for one in await store.ticks_of(tx, session.id):
        ticked.setdefault(one.item, []).append(TickView(one.person, one.answer, one.by, one.at))
    stages = [
        StageView(
            stage.code,
            [
                ItemView(item.code, item.each, item.asks, ticked.get(f"{stage.code}.{item.code}", []))
                for item in stage.items
            ],
        )
        for stage in STAGES
    ]
    asked = [one for one in case.people if one.attends and one.part is not Part.witness]
    return AgendaView(session.id, stages, [AskedView(one.id, one.name, one.label) for one in asked])
