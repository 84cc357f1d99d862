"""HTTP door of a seat's calendar file."""

from server.sessions import calendar
from server.sessions.seat_routes import language_of, loaded
from server.web.call import Call, Reply, seat
from server.web.routes import Routes

routes = Routes("seats")
KIND = "text/calendar"


@routes.route("GET", "/api/seat/calendar", response=bytes, produces=KIND, permit=seat, queries=("lang",))
async def show(call: Call[None]) -> Reply:
    """The session for the reader's own calendar; opened again, it replaces what is there."""
    async with call.db.transaction() as tx:
        _, session, _, party = await loaded(tx, call.caller)
        file = await calendar.made(tx, call.settings, session, call.now(), party.filed.email, language_of(call))
    head = {"Content-Disposition": 'attachment; filename="session.ics"'}
    return Reply(file.encode(), headers=head, media_type=KIND)
