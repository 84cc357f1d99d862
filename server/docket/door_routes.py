"""HTTP doors of the link itself: a judge or clerk shows its secret, proves a code that came another way, is let in."""

import hmac
import re
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from aiohttp import web
from msgspec import Meta

from server.cases import store as cases
from server.docket import store
from server.docket.closing import COURT
from server.docket.model import CourtLinkDead, CourtLinkUnknown, CourtRole, Link
from server.errors import Invalid
from server.ids import CaseId
from server.people import store as people
from server.people.model import CENTRE, DELIVERY, CentreView, CodeExpired, CodeLocked, CodeWrong, Message
from server.people.rules import mask_phone
from server.store import journal, logins
from server.store.db import Tx
from server.web import keys
from server.web.call import NOBODY, Body, Call, Caller, Cookie, Reply, View, anyone, court
from server.web.limits import Rate
from server.web.routes import Routes

routes = Routes("docket")
PAGE = re.compile(r"court-([0-9a-f]{16})")
"""What a page of a court says in X-Hejie-Seat."""
PURPOSE = "docket"
OPEN = Rate("docket.open", 60, 60)
CODES = Rate("docket.code", 10, 3600)
Secret = Annotated[str, Meta(min_length=1, max_length=100)]


class Shown(Body):
    """The secret of the link."""

    token: Secret


class Opening(Body):
    """The secret of the link, and the code that was sent or told."""

    token: Secret
    code: Annotated[str, Meta(min_length=1, max_length=12)]


class DoorView(View):
    """What stands on the door: for whom it is, never which case. `sent_to` is masked, "" where staff tell the code."""

    court: str
    name: str
    role: CourtRole
    sent_to: str
    centre: CentreView


class CodeOnItsWay(View):
    """Where it went, and after how many seconds another may be asked for."""

    sent_to: str
    resend_after: int


class LetIn(View):
    """The token for what is done from now on."""

    csrf: str


async def identify(request: web.Request, slug: str) -> Caller:
    """The court person behind the cookie of this link, or nobody; nobody at once when the link is dead."""
    token = request.cookies.get(f"court_{slug}", "")
    if not token:
        return NOBODY
    db, now = request.app[keys.DB], request.app[keys.CLOCK]()
    async with db.reading() as tx:
        row = await logins.find(tx, COURT, token, now)
        if row is None:
            return NOBODY
        link = await store.load(tx, row.subject)
    if link.slug != slug or not link.alive(now):
        return NOBODY
    if logins.due(row, now):
        async with db.transaction() as tx:
            await logins.touch(tx, row, now, request.app[keys.SETTINGS].login.staff_idle)
    return Caller("court", link.id, link.name, link.role, row.csrf, row.hash, case_id=link.case_id, slug=slug)


@routes.route(
    "POST", "/api/docket/links/{slug}", csrf="origin", request=Shown, response=DoorView, permit=anyone, rate=OPEN,
    errors=(CourtLinkUnknown, CourtLinkDead),
)  # fmt: skip
async def door(call: Call[Shown]) -> DoorView:
    """For whom the link is, and where its code goes."""
    async with call.db.reading() as tx:
        link = await _shown(tx, call, call.body.token)
    return DoorView(link.court, link.name, link.role, _masked(link), call.request.app[CENTRE])


@routes.route(
    "POST", "/api/docket/links/{slug}/code", csrf="origin", request=Shown, response=CodeOnItsWay, permit=anyone,
    rate=OPEN, errors=(CourtLinkUnknown, CourtLinkDead, CodeLocked, Invalid),
)  # fmt: skip
async def send_code(call: Call[Shown]) -> CodeOnItsWay:
    """Six digits to the telephone that staff wrote down; Invalid where they tell it themselves."""
    app, now, options = call.request.app, call.now(), call.settings.login
    async with call.db.transaction() as tx:
        link = await _shown(tx, call, call.body.token)
        if not link.phone:
            raise Invalid({"phone": "required"})
        app[keys.LIMITS].check(CODES, link.id)
        digits = await new_code(tx, app, link, "server")
        practice = (await cases.load(tx, CaseId(link.case_id))).rehearsal
    text = (
        f"【{call.settings.centre.name}】您的验证码是 {digits}，{options.code_valid // 60}分钟内有效，"
        "用于打开司法确认申请材料。不要告诉别人。"
    )
    until = now + timedelta(seconds=options.code_valid)
    await app[DELIVERY].send(
        Message(link.id, link.phone, "code", text, now, code=digits, rehearsal=practice, valid_until=until)
    )
    return CodeOnItsWay(mask_phone(link.phone), options.code_resend)


@routes.route(
    "POST", "/api/docket/links/{slug}/open", csrf="origin", request=Opening, response=LetIn, permit=anyone, rate=OPEN,
    errors=(CourtLinkUnknown, CourtLinkDead, CodeWrong, CodeLocked, CodeExpired),
)  # fmt: skip
async def open_link(call: Call[Opening]) -> Reply:
    """Let in by the secret and the code. Five wrong codes lock for fifteen minutes."""
    app, now, options = call.request.app, call.now(), call.settings.login
    cookies: tuple[Cookie, ...] = ()
    async with call.db.transaction() as tx:
        link = await _shown(tx, call, call.body.token)
        problem = await people.check_code(tx, app[keys.SECRET], PURPOSE, link.id, call.body.code, now, options)
        csrf = ""
        if problem is None:
            await store.save(tx, replace(link, opened_at=link.opened_at or now, seen_at=now))
            left = int((link.expires_at - now).total_seconds())
            stay = min(options.staff_absolute, left)
            token, row = await logins.start(tx, COURT, link.id, now, min(options.staff_idle, stay), stay)
            await journal.append(tx, link.case_id, "docket.opened", link.id, {"link": link.id}, now)
            cookies, csrf = (Cookie(f"court_{link.slug}", token, stay),), row.csrf
    if problem is not None:
        raise problem
    return Reply(LetIn(csrf), cookies=cookies)


@routes.route("POST", "/api/docket/leave", response=LetIn, permit=court)
async def leave(call: Call[None]) -> Reply:
    """This browser forgets the link."""
    async with call.db.transaction() as tx:
        await logins.end(tx, call.caller.login)
    return Reply(LetIn(""), cookies=(Cookie(f"court_{call.caller.slug}", ""),))


async def new_code(tx: Tx, app: web.Application, link: Link, actor: str) -> str:
    """Six digits for this link; those before are void. Raises CodeLocked, TooMany."""
    now = app[keys.CLOCK]()
    digits = await people.issue_code(tx, app[keys.SECRET], PURPOSE, link.id, now, app[keys.SETTINGS].login)
    await journal.append(tx, link.case_id, "docket.code", actor, {"link": link.id}, now)
    return digits


async def _shown(tx: Tx, call: Call[Shown] | Call[Opening], token: str) -> Link:
    """The link of the path, if that is its secret. Raises CourtLinkUnknown, CourtLinkDead."""
    link = await store.named(tx, call.path("slug"))
    if not hmac.compare_digest(link.token_hash, logins.hashed(token)):
        raise CourtLinkUnknown
    if not link.alive(call.now()):
        raise CourtLinkDead
    return link


def _masked(link: Link) -> str:
    return mask_phone(link.phone) if link.phone else ""
