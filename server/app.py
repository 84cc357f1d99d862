"""create_app: the only place where things are wired. Every resource is a cleanup context: opened in order, closed in
reverse."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial

from aiohttp import web

from documents import Authority, Fonts
from server import (
    agreements,
    channels,
    clock,
    confirmation,
    court,
    demo,
    docket,
    filing,
    forms,
    limits,
    matters,
    messages,
    packets,
    recordings,
)
from server import table as mediators_table
from server.agreements import store as agreement_store
from server.agreements.ceremony.further import FURTHER
from server.agreements.model import Agreement
from server.cases import routes as case_routes
from server.cases import store as case_store
from server.cases.model import NEIGHBOURS, AgreementRef, Neighbours
from server.clock import Clock
from server.custody import open_authority, own_secret
from server.ids import CaseId, PartyId
from server.journal import lifetime as anchors
from server.keeping import lifetime as keeping
from server.keeping import routes as keeping_routes
from server.keeping.stampers import abroad_of, stampers_of
from server.people import account_routes, administration_routes
from server.people import routes as people_routes
from server.people.model import BUILD, CENTRE, CentreView
from server.sessions import (
    calendar_routes,
    calling_routes,
    cast_routes,
    coming_routes,
    door_routes,
    isolation_routes,
    kiosk_routes,
    network_routes,
    reminding,
    removal_routes,
    seat_routes,
    ticket_routes,
)
from server.sessions import routes as session_routes
from server.sessions import store as session_store
from server.sessions.expecting import guests_of_room, people_changed
from server.sessions.listener import ATTENDANCE, RoomJournal
from server.settings import Settings
from server.store import logins, migrate
from server.store.blobs import Blobs
from server.store.db import Database, Tx
from server.suggesting import routes as suggesting_routes
from server.vault import open_vault
from server.web import keys, middleware, static, system
from server.web.call import Caller
from server.web.limits import Limits, Rate
from server.web.outgoing import outgoing
from server.web.routes import Routes
from signaling import MediaOptions, Rooms, Ticket, Trials
from signaling.media import MediaPlane

SOCKET: web.AppKey[Rooms] = web.AppKey("socket", Rooms)
SOCKETS = Rate("socket", 300, 60)
"""New sockets of one address: a house full of people whose line comes back, each trying every second."""
SOCKETS_AT_ONCE = 200
"""Open ones of one address, in a room or not."""
Context = Callable[[web.Application], AsyncIterator[None]]


def create_app(settings: Settings, now: Clock = clock.system) -> web.Application:
    """The whole server as an aiohttp application; nothing is opened before it starts."""
    app = web.Application(middlewares=[middleware.surround], client_max_size=64 * 1024)
    app[keys.SETTINGS] = settings
    app[keys.CLOCK] = now
    app[keys.LIMITS] = Limits(time.monotonic)
    app[keys.FONTS] = Fonts.in_directory(settings.fonts)
    app[agreements.LIBRARY] = agreements.open_library(settings.clauses)
    app[keys.IDENTIFY] = identify
    app[keys.ANCHOR_SOON] = asyncio.Event()
    app[NEIGHBOURS] = Neighbours(
        session_store.link_views, session_store.refs_of_case, agreements_of_case, agreements_for_party, people_changed
    )
    app[matters.NEIGHBOURS] = matters.Neighbours(session_store.set_pairs, session_store.invited)
    case_store.FOLLOWERS[:] = [matters.follow]
    app[confirmation.CHECK] = court.signatures_of
    app[FURTHER] = confirmation.prepared
    app[confirmation.LINK] = session_routes.link_to
    app[system.DRAINING] = []
    tables = all_tables(settings)
    app[keys.TABLES] = tables
    app[system.OPENAPI] = system.describe(tables)
    contexts: tuple[Context, ...] = (
        storage, authority, messages.opened, messages.lifetime, recordings.opened, rooms, recordings.lifetime,
        reminding.lifetime, mediators_table.lifetime,
        forms.lifetime, agreements.lifetime, agreements.reminders, court.lifetime, confirmation.lifetime,
        docket.lifetime, packets.lifetime, filing.lifetime, *matters.LIFETIMES, keeping.lifetime, demo.lifetime,
        anchors.lifetime, limits.lifetime,
    )  # fmt: skip
    app.cleanup_ctx.extend(contexts)
    for table in tables:
        for route in table:
            app.router.add_route(route.method, route.path, middleware.serve(route))
    app.router.add_get("/socket.io/", socket)
    app.router.add_get("/{path:.*}", static.handler(settings.http.static))
    app.on_response_prepare.append(middleware.add_headers)
    app.on_shutdown.append(stop)
    return app


def all_tables(settings: Settings) -> tuple[Routes, ...]:
    """Every feature's route table; the demo's doors exist only where the settings open them."""
    office = (
        system.routes, people_routes.routes, account_routes.routes, administration_routes.routes,
        case_routes.routes, session_routes.routes, seat_routes.routes,
        kiosk_routes.routes, network_routes.routes, cast_routes.routes, removal_routes.routes, door_routes.routes,
        ticket_routes.routes, isolation_routes.routes, calling_routes.routes, calendar_routes.routes,
        coming_routes.routes, *matters.TABLES,
    )  # fmt: skip
    practice = (demo.routes,) if settings.demo or settings.rehearsal_token else ()
    return (
        *office, *mediators_table.TABLES, *agreements.TABLES, *forms.TABLES, *court.TABLES,
        *confirmation.TABLES, *packets.TABLES, *docket.TABLES, *filing.TABLES, *channels.TABLES, *limits.TABLES,
        keeping_routes.routes, recordings.routes, messages.routes, suggesting_routes.routes,
        *practice,
    )  # fmt: skip


async def identify(request: web.Request) -> Caller:
    """A page of a seat, or of a court's link, says which one; every other page is staff or nobody. At their own doors
    systems outside show a key."""
    if request.path.startswith(channels.DOORS):
        return await channels.identify(request)
    slug = request.headers.get("X-Hejie-Seat")
    if slug is not None and (page := docket.PAGE.fullmatch(slug)):
        return await docket.identify(request, page[1])
    return await (people_routes.identify(request) if slug is None else seat_routes.identify(request, slug))


async def storage(app: web.Application) -> AsyncIterator[None]:
    """Database (brought up to date), files, the secret."""
    settings = app[keys.SETTINGS]
    await asyncio.to_thread(settings.data.mkdir, 0o700, True, True)
    await asyncio.to_thread(migrate.upgrade, settings.place)
    made = None if settings.secret else await asyncio.to_thread(own_secret, settings.data / "secret")
    app[keys.SECRET] = settings.secret or made or b""
    app[keys.BLOBS] = Blobs(settings.blobs)
    await app[keys.BLOBS].tidy()
    app[BUILD] = await asyncio.to_thread(static.build_hash, settings.http.static)
    db = app[keys.DB] = Database(settings.place)
    yield
    await db.close()


async def authority(app: web.Application) -> AsyncIterator[None]:
    """The deployment's CA and vault, its embedded time-stamps, the centre's face with the root's fingerprint."""
    settings = app[keys.SETTINGS]
    opened = await asyncio.to_thread(open_authority, settings, app[keys.CLOCK])
    app[keys.AUTHORITY] = opened
    app[keys.VAULT] = await asyncio.to_thread(open_vault, settings)
    app[keys.ISSUER] = opened.guest or opened
    centre = settings.centre
    app[CENTRE] = CentreView(centre.name, centre.phone, centre.address, fingerprint(opened))
    async with outgoing() as way:
        abroad = app[keys.ABROAD] = await asyncio.to_thread(abroad_of, settings.keeping, way)
        app[keys.TSA] = app[keys.STAMPERS] = stampers_of(settings.keeping, opened, abroad, way)
        guests = [opened.guest.chain_der[-1]] if opened.guest else []
        app[keys.ANCHORS] = (opened.root_der, *guests, *sorted(abroad.roots))
        yield


async def rooms(app: web.Application) -> AsyncIterator[None]:
    """The media plane and the meeting rooms. `stop` closes the rooms first."""
    options, recorder = app[keys.SETTINGS].media, app[recordings.RECORDER]
    plane = await MediaPlane.open(MediaOptions(options.hosts, options.port, options.advertised))
    listener = app[ATTENDANCE] = RoomJournal(app[keys.DB])
    now = app[keys.CLOCK]
    opened = Rooms(
        secret=app[keys.SECRET], media=plane, listener=listener, clock=lambda: now().timestamp(),
        origins=origins(app[keys.SETTINGS].http.origin), stands=standing(app[keys.DB], now),
        before=listener.before, guests=partial(guests_of_room, app), recorder=recorder,
    )  # fmt: skip
    recorder.alarm = opened.recording_failed
    app[keys.ROOMS] = opened
    app[SOCKET] = opened
    trials = app[keys.TRIALS] = Trials(plane)
    yield
    await trials.close()
    await plane.close()


def standing(db: Database, now: Clock) -> Callable[[Ticket], Awaitable[bool]]:
    """Whether the login a ticket was minted for was not ended since: by logging out, or by another browser that took
    the seat over; and whether a co-mediator still leads, a court's link is alive, a court still asks for the mediator.
    Idle logins count: who is in a meeting asks for nothing else."""

    async def stands(ticket: Ticket) -> bool:
        async with db.reading() as tx:
            if not await logins.exists(tx, ticket.login):
                return False
            session = await session_store.load(tx, ticket.room)
            match ticket.role:
                case "co_mediator":
                    return ticket.person in (await case_store.load(tx, session.case_id)).co_mediators
                case "court":
                    return await docket.alive(tx, ticket.person, now())
                case "informant":
                    return session.with_mediator
            return True

    return stands


def origins(origin: str) -> list[str]:
    """Pages that may open the room's socket: ours, on this machine under either of its two names."""
    names = ("//127.0.0.1", "//localhost")
    twins = [origin.replace(here, there) for here, there in (names, names[::-1]) if here in origin]
    return [origin, *twins]


async def socket(request: web.Request) -> web.StreamResponse:
    """The room's WebSocket. Attached by hand: routes are fixed before the media plane, which rooms need, is open."""
    limits, address = request.app[keys.LIMITS], request[keys.ADDRESS]
    limits.check(SOCKETS, address)
    with limits.holding(address, SOCKETS_AT_ONCE):
        return await request.app[SOCKET].serve(request)


async def stop(app: web.Application) -> None:
    """Told to stop: not ready any more; the rooms' sockets are closed at once, so that people come back to the next
    process. Requests under way are finished by the server."""
    if not app[system.DRAINING]:
        app[system.DRAINING].append(True)
        await app[SOCKET].close_all()


async def agreements_of_case(tx: Tx, case_id: CaseId) -> Sequence[AgreementRef]:
    """For the case's staff."""
    return [agreement_ref(*one) for one in await agreement_store.of_case(tx, case_id)]


async def agreements_for_party(tx: Tx, case_id: CaseId, party: PartyId) -> Sequence[AgreementRef]:
    """Only those of which the party may see a version: a draft made in the other side's caucus is not mentioned. None
    for experts and observers."""
    if (await case_store.load(tx, case_id)).guest(party):
        return []
    return [agreement_ref(*one) for one in await agreement_store.seen_by(tx, case_id, party)]


def agreement_ref(agreement: Agreement, partial: bool) -> AgreementRef:
    """An agreement as a case names it."""
    return AgreementRef(agreement.id, agreement.state.value, agreement.number, partial)


def fingerprint(authority: Authority) -> str:
    """Hex SHA-256 of the root certificate: what the centre publishes."""
    return hashlib.sha256(authority.root_der).hexdigest()
