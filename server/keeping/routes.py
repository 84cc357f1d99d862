"""The door for staff to what ends and what to do about it."""

from typing import Literal

from server.clock import wire
from server.keeping.outlook import outlook
from server.web.call import Call, View, staff
from server.web.routes import Routes

routes = Routes("keeping")


class NoticeView(View):
    """One notice: `code` has its words in the browser."""

    code: str
    level: Literal["hint", "problem"]
    subject: str
    at: str | None
    count: int
    cause: str


class Notices(View):
    """The gravest first; empty when all is well for a long time."""

    notices: list[NoticeView]


@routes.route("GET", "/api/notices", response=Notices, permit=staff)
async def notices(call: Call[None]) -> Notices:
    """What ends soon, is late or out of order in what keeps signatures provable."""
    found = await outlook(call.request.app)
    return Notices(
        [
            NoticeView(one.code, one.level, one.subject, wire(one.at) if one.at else None, one.count, one.cause)
            for one in found
        ]
    )
