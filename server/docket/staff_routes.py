"""HTTP doors of staff: make the link of a judge or clerk, tell its code, prolong it, take it back; what courts did."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec

from server.agreements import store as agreements
from server.agreements.typed import clean
from server.cases import store as cases
from server.confirmation import rules as application_rules
from server.confirmation import store as applications
from server.confirmation.model import Application, State
from server.confirmation.routes import desk_in_effect
from server.docket import store
from server.docket.closing import close_dead
from server.docket.door_routes import new_code
from server.docket.model import CourtLinkUnknown, CourtRole, Link
from server.errors import IllegalAct, Invalid, NotFound
from server.ids import new
from server.people.model import CodeLocked
from server.people.rules import mask_phone
from server.sessions.rules import NUMBER
from server.store import journal
from server.store.db import Tx
from server.store.logins import hashed
from server.web.call import Body, Call, View, staff
from server.web.routes import Routes

routes = Routes("docket")
DAYS = 60
"""A link's time, unless said otherwise: the thirty days of the procedure and as many again [CPL 187]."""
Days = Annotated[int, msgspec.Meta(ge=1, le=180)]
NEWS = timedelta(days=14)
"""How long staff are told of what a court did."""


class NewLink(Body):
    """For whom. `court` "": the one that was applied to; `phone` "": staff tell the code."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    role: CourtRole
    court: Annotated[str, msgspec.Meta(max_length=200)] = ""
    phone: Annotated[str, msgspec.Meta(max_length=24)] = ""
    days: Days = DAYS


class Longer(Body):
    """So many days from now."""

    days: Days = DAYS


class LinkView(View):
    """A link as staff see it: never its secret. `alive`: it opens the application."""

    id: str
    name: str
    court: str
    role: CourtRole
    phone: str
    """Masked."""
    made_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    seen_at: datetime | None
    revoked_at: datetime | None
    alive: bool


class LinksView(View):
    """All links of an agreement. `may_make`: the application is at a court."""

    links: list[LinkView]
    court: str
    may_make: bool


class MadeView(View):
    """The address, shown this once, and all links."""

    url: str
    links: LinksView


class ToldView(View):
    """Digits to be told over the telephone, and for how many minutes they count."""

    code: str
    minutes: int


class NewsItem(View):
    """Something a court did through its link."""

    agreement: str
    number: str
    title: str
    kind: str
    on: str
    by: str
    deadline: str
    state: State


class CourtNews(View):
    """The newest first."""

    items: list[NewsItem]


@routes.route("GET", "/api/agreements/{id}/docket", response=LinksView, permit=staff, errors=(NotFound,))
async def show(call: Call[None]) -> LinksView:
    """Links of the courts that were applied to, and when each was opened."""
    async with call.db.reading() as tx:
        return await _view(tx, call)


@routes.route(
    "POST", "/api/agreements/{id}/docket", request=NewLink, response=MadeView, permit=staff,
    errors=(NotFound, IllegalAct, Invalid),
)  # fmt: skip
async def make(call: Call[NewLink]) -> MadeView:
    """A link for one judge or clerk of the court that was applied to."""
    now, body, phone = call.now(), call.body, call.body.phone.strip()
    name, court = clean(body.name, "name"), clean(body.court, "court")
    if not name:
        raise Invalid({"name": "required"})
    if phone and not NUMBER.fullmatch(phone):
        raise Invalid({"phone": "format"})
    token = secrets.token_urlsafe(24)
    async with call.db.transaction() as tx:
        application = await _at_court(tx, call)
        link = Link(
            new("dkt"), application.agreement_id, application.id, application.case_id, name, court or application.court,
            body.role, phone, secrets.token_hex(8), hashed(token), call.caller.id, now, now + timedelta(days=body.days),
        )  # fmt: skip
        await store.add(tx, link)
        await _note(tx, call, link, "made")
        links = await _view(tx, call)
    return MadeView(f"{call.settings.http.origin}/court/{link.slug}#{token}", links)


@routes.route(
    "POST", "/api/agreements/{id}/docket/{link}/code", response=ToldView, permit=staff,
    errors=(NotFound, CourtLinkUnknown, CodeLocked),
)  # fmt: skip
async def tell_code(call: Call[None]) -> ToldView:
    """A code for staff to tell over the telephone: another way than the link went."""
    async with call.db.transaction() as tx:
        link = await _link(tx, call)
        if not link.alive(call.now()):
            raise CourtLinkUnknown
        digits = await new_code(tx, call.request.app, link, call.caller.id)
    return ToldView(digits, call.settings.login.code_valid // 60)


@routes.route(
    "POST", "/api/agreements/{id}/docket/{link}/longer", request=Longer, response=LinksView, permit=staff,
    errors=(NotFound, CourtLinkUnknown),
)  # fmt: skip
async def prolong(call: Call[Longer]) -> LinksView:
    """It opens the application for so long from now; what was taken back stays taken back."""
    async with call.db.transaction() as tx:
        link = await _link(tx, call)
        if link.revoked_at is not None:
            raise CourtLinkUnknown
        until = call.now() + timedelta(days=call.body.days)
        await store.save(tx, replace(link, expires_at=until, closed_at=None))
        await _note(tx, call, link, "prolonged")
        return await _view(tx, call)


@routes.route(
    "DELETE", "/api/agreements/{id}/docket/{link}", response=LinksView, permit=staff,
    errors=(NotFound, CourtLinkUnknown),
)  # fmt: skip
async def revoke(call: Call[None]) -> LinksView:
    """Take it back: dead at once, also in an open room."""
    async with call.db.transaction() as tx:
        link = await _link(tx, call)
        if link.revoked_at is None:
            await store.save(tx, replace(link, revoked_at=call.now()))
            await _note(tx, call, link, "revoked")
    await close_dead(call.request.app)
    async with call.db.reading() as tx:
        return await _view(tx, call)


@routes.route("GET", "/api/court_news", response=CourtNews, permit=staff)
async def news(call: Call[None]) -> CourtNews:
    """What courts did of late in the cases of the caller, one line for each application."""
    found: list[tuple[datetime, NewsItem]] = []
    async with call.db.reading() as tx:
        for case_id in await cases.of_staff(tx, call.caller.id):
            for agreement in await agreements.all_of_case(tx, case_id):
                application = await applications.newest(tx, agreement.id)
                if application is None:
                    continue
                done = [one for one in await applications.events(tx, application.id) if one.data.get("by_court")]
                if done and call.now() - done[-1].at < NEWS:
                    last, title = done[-1], (await cases.load(tx, case_id)).title
                    found.append((last.at, NewsItem(
                        agreement.id, agreement.number or "", title, last.kind, last.on.isoformat(),
                        last.data["by_court"], last.data.get("deadline", ""), application.state,
                    )))  # fmt: skip
    return CourtNews([item for _, item in sorted(found, key=lambda one: one[0], reverse=True)])


async def _at_court(tx: Tx, call: Call[Any]) -> Application:
    desk = await desk_in_effect(call, tx)
    application = await applications.newest(tx, desk.agreement.id)
    state = application.state if application else State.preparing
    if application is None or state not in application_rules.AT_COURT:
        raise IllegalAct(state, "court_link", application_rules.AT_COURT)
    return application


async def _link(tx: Tx, call: Call[Any]) -> Link:
    desk = await desk_in_effect(call, tx)
    link = await store.load(tx, call.path("link"))
    if link.agreement_id != desk.agreement.id:
        raise CourtLinkUnknown
    return link


async def _note(tx: Tx, call: Call[Any], link: Link, what: str) -> None:
    await journal.append(tx, link.case_id, f"docket.{what}", call.caller.id, {"link": link.id}, call.now())


async def _view(tx: Tx, call: Call[Any]) -> LinksView:
    desk = await desk_in_effect(call, tx)
    application = await applications.newest(tx, desk.agreement.id)
    found = [
        LinkView(
            one.id, one.name, one.court, one.role, mask_phone(one.phone) if one.phone else "", one.made_at,
            one.expires_at, one.opened_at, one.seen_at, one.revoked_at, one.alive(call.now()),
        )
        for one in await store.of_agreement(tx, desk.agreement.id)
    ]  # fmt: skip
    may = application is not None and application.state in application_rules.AT_COURT
    return LinksView(found, application.court if application else "", may)
