"""The door for staff to what ends and what to do about it; and, open to all, the status of our time-stamps for copies
that were handed out long ago."""

import asyncio
from typing import Literal

from server.clock import wire
from server.keeping.outlook import outlook
from server.keeping.stampers import status_file
from server.web import keys
from server.web.call import Call, Reply, View, anyone, staff
from server.web.limits import Rate
from server.web.routes import Routes

routes = Routes("keeping")
STATUS = Rate("keeping.status", 30, 60)


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


@routes.route(
    "GET", "/trust/status.pem", response=bytes, produces="application/x-pem-file", permit=anyone, rate=STATUS
)  # fmt: skip
async def status(call: Call[None]) -> Reply:
    """Fresh answers about every time-stamp certificate of this centre, and the root's list: what an offline verifier
    needs for a copy whose own status has run out (`verify --trust root.pem --trust status.pem`)."""
    authority = call.request.app[keys.AUTHORITY]
    return Reply(await asyncio.to_thread(status_file, authority), media_type="application/x-pem-file")
