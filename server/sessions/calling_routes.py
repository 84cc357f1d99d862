"""HTTP door of calling a session: a time, a seat and a link for everybody of the case. The invitation is how the other
side is asked whether it agrees to mediation."""

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta

from server.cases import rules as case_rules
from server.cases import store as cases
from server.errors import Conflict, Invalid, NotFound, Unavailable
from server.ids import SessionId, new
from server.people.model import DELIVERY
from server.sessions import store
from server.sessions.model import Session, SessionState, SessionView
from server.sessions.routes import new_link, session_view
from server.web.call import Body, Call, mediator
from server.web.routes import Routes

routes = Routes("sessions")
YEAR = timedelta(days=366)


class Calling(Body):
    """When, and for how long it is planned (minutes)."""

    starts_at: datetime
    minutes: Annotated[int, Meta(ge=15, le=480)] = 60


class NotSent(Unavailable):
    """The session stands, its invitations could not be sent: send them from the session's page (503)."""

    code = "invitations_not_sent"


@routes.route(
    "POST", "/api/cases/{id}/sessions", request=Calling, response=SessionView, permit=mediator,
    errors=(NotFound, Invalid, Conflict, NotSent),
)  # fmt: skip
async def call_session(call: Call[Calling]) -> SessionView:
    """Call a session of the case and send everybody who attends their link."""
    now, starts = call.now(), call.body.starts_at
    if starts.tzinfo is None or not now <= starts <= now + YEAR:
        raise Invalid({"starts_at": "value"})
    async with call.db.transaction() as tx:
        case = await cases.load(tx, call.path("id"))
        case_rules.may_host(case, call.caller)
        if case.state in case_rules.OVER:
            raise Conflict("over")
        session = Session(SessionId(new("ses")), case.id, SessionState.scheduled, starts, call.body.minutes)
        coming = [one.id for one in case.people if one.attends]
        seats = await store.add(tx, session, coming, call.caller.id, now)
        messages = [await new_link(tx, call.request.app, case, session, seat, call.caller.id, now) for seat in seats]
        answer = await session_view(tx, call, session, case)
    try:
        for message in messages:
            if message.to:
                await call.request.app[DELIVERY].send(message)
    except Unavailable:
        raise NotSent from None
    return answer
