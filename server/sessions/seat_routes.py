"""HTTP doors of a seat: a party opens the link, agrees, proves the phone, tests devices, gets a ticket."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any

from aiohttp import web
from msgspec import Meta

from server.cases import store as cases
from server.cases.model import GUESTS, NEIGHBOURS, Case, Part, Party
from server.errors import Invalid, JsonValue, NotFound
from server.law import dates
from server.people import store as people
from server.people.model import CENTRE, DELIVERY, Assurance, CodeExpired, CodeLocked, CodeWrong, Message
from server.people.rules import mask_phone
from server.sessions import casting, rules, store, texts
from server.sessions.expecting import stepped
from server.sessions.listener import ATTENDANCE
from server.sessions.model import (
    AgreementOfSeat,
    CodeView,
    Consents,
    LinkExpired,
    LinkUnknown,
    Named,
    NotReady,
    Other,
    Seat,
    SeatCase,
    SeatParty,
    SeatSession,
    SeatTaken,
    SeatView,
    Session,
    SessionOver,
    Step,
    Waiting,
)
from server.sessions.routes import Sent, new_link
from server.settings import Settings
from server.store import journal, logins
from server.store.db import Tx
from server.web import keys
from server.web.call import NOBODY, Body, Call, Caller, Cookie, Reply, View, anyone, seat
from server.web.limits import Rate
from server.web.routes import Routes

routes = Routes("seats")
SLUG = re.compile(r"[0-9a-f]{16}")
PURPOSE = "seat"
STILL_OPEN = frozenset({"frozen", "signing", "effective", "complete"})
"""States of an agreement in which its people come back by their links, long after the meeting: to sign at separate
times, to take it home, to say what was performed."""
OPEN = Rate("seat.open", 120, 60)
RENEW = Rate("link.renew", 20, 600)
RENEW_SEAT = Rate("link.renew.seat", 3, 3600)
CODES = Rate("seat.code", 10, 3600)


class Opening(Body):
    """The secret of the link; `takeover` after the person chose to go on in this browser."""

    token: Annotated[str, Meta(min_length=1, max_length=100)]
    takeover: bool = False


class IsMe(Body):
    """Whether the named person is the one reading."""

    is_me: bool


class Choices(Body):
    """Chosen by hand; false is an answer too. Who signs nothing here is not asked for `esign`: a guest, and everybody
    before a court."""

    online: bool
    esign: bool | None = None


class Digits(Body):
    """The code from the message."""

    code: Annotated[str, Meta(min_length=1, max_length=12)]


class CodeSent(View):
    """Where it went, and after how many seconds another may be asked for."""

    sent_to: str
    resend_after: int


class Devices(Body):
    """What the device check found; `result` is for the helper at the phone and kept nowhere."""

    camera: bool
    microphone: bool
    result: dict[str, Any] = {}  # noqa: RUF012 (msgspec copies it)


class Renewal(Body):
    """The seat's name in the expired link."""

    slug: Annotated[str, Meta(max_length=40)]


async def identify(request: web.Request, slug: str) -> Caller:
    """The party behind the cookie `seat_<slug>`, or nobody."""
    token = request.cookies.get(f"seat_{slug}", "") if SLUG.fullmatch(slug) else ""
    if not token:
        return NOBODY
    db, now = request.app[keys.DB], request.app[keys.CLOCK]()
    async with db.reading() as tx:
        row = await logins.find(tx, "seat", token, now)
        if row is None:
            return NOBODY
        held = await store.seat(tx, row.subject)
        if held.slug != slug:
            return NOBODY
        party = (await cases.load(tx, held.case_id)).party(held.party_id)
    if party is None:
        return NOBODY
    if logins.due(row, now):
        async with db.transaction() as tx:
            await logins.touch(tx, row, now, request.app[keys.SETTINGS].login.seat_idle)
    return caller_of(held, party, row)


def caller_of(held: Seat, party: Party, row: logins.Login) -> Caller:
    """The caller a seat's login stands for."""
    return Caller(
        "seat", party.id, party.name, party.side.value, row.csrf, row.hash,
        held.case_id, held.session_id, held.id, held.slug,
    )  # fmt: skip


async def loaded(tx: Tx, caller: Caller) -> tuple[Seat, Session, Case, Party]:
    """All that belongs to the caller's seat."""
    held = await store.seat(tx, caller.seat_id)
    session = await store.load(tx, held.session_id)
    case = await cases.load(tx, held.case_id)
    party = case.party(held.party_id)
    if party is None:
        raise NotFound("party")
    return held, session, case, party


async def seat_view(tx: Tx, app: web.Application, caller: Caller, language: str) -> SeatView:
    """All a seat's page needs. A link may reach the wrong hand: who else takes part is told to who has promised what is
    agreed to before the room, and whom a guardian chooses for to who says that it is them."""
    held, session, case, party = await loaded(tx, caller)
    named = bool(held.online)
    code = await people.code_state(tx, PURPOSE, held.id)
    mediator = await people.account(tx, case.mediator_id)
    guest = party.part in GUESTS
    limits = await store.limits_of(tx, case.id)
    apart = casting.apart_from(case, limits.pairs, party.id)
    company = casting.company(case, limits.pairs, party, app[ATTENDANCE].here(session.id))
    seated = {one.party_id for one in await store.seats_of(tx, session.id)}
    now, options = app[keys.CLOCK](), app[keys.SETTINGS].login
    locked = code.locked_until if code and code.locked(now) else None
    tries = 0 if locked else options.attempts - (code.tries if code and not code.locked_until else 0)
    return SeatView(
        slug=held.slug,
        csrf=caller.csrf,
        me=SeatParty(
            party.id,
            party.name,
            party.side,
            party.label,
            party.side.value,
            mask_phone(party.filed.phone),
            guest,
            party.part is Part.observer,
            casting.ward_of(case, limits.pairs, party) if held.identified_at else "",
            casting.guarded(case, party, dates.legal_day(now)),
        ),
        centre=app[CENTRE],
        case=SeatCase(case.number, case.title, case.kind),
        session=SeatSession(session.id, session.state, session.starts_at, session.minutes, session.court),
        mediator=Named(mediator.name),
        others=[Other(one.name, one.label) for one in case.people if named and one.id not in (party.id, *apart)],
        texts=texts.in_language(language, guest=guest, court=bool(session.court)),
        consents=Consents(held.online, held.esign, held.consented_at),
        code=CodeView(code.sent_at if code and code.counts(now) else None, held.verified_at is not None, tries, locked),
        assurance=party.assurance,
        step=rules.step(held),
        agreements=[
            AgreementOfSeat(one.id, one.state, one.number, one.partial)
            for one in await app[NEIGHBOURS].agreements_for(tx, case.id, party.id)
        ],
        early=rules.early(session, now),
        trial=rules.trial(held),
        telephone=rules.telephone(held, whole=False),
        waiting=Waiting(company if named else [], session.since, session.wait, session.wait_at),
        guests=casting.guests_of(case, limits, seated, party, dates.legal_day(now)) if named else [],
    )


def language_of(call: Call[object]) -> str:
    """`?lang=`, else the first of Accept-Language."""
    return call.query("lang") or call.request.headers.get("Accept-Language", "zh-CN").split(",")[0]


@routes.route(
    "POST", "/api/seats/{slug}/open", csrf="origin", request=Opening, response=SeatView, permit=anyone, rate=OPEN,
    errors=(LinkUnknown, LinkExpired, SeatTaken, SessionOver), queries=("lang",),
)  # fmt: skip
async def open_seat(call: Call[Opening]) -> Reply:
    """Open a join link in this browser. Held elsewhere: `seat_taken`; with `takeover` the other browser loses it."""
    slug, now, options = call.path("slug"), call.now(), call.settings.login
    caller = await identify(call.request, slug)  # also when the page sends no X-Hejie-Seat yet
    async with call.db.transaction() as tx:
        link = await store.link(tx, call.body.token)
        held = await store.seat(tx, link.seat_id) if link else None
        if link is None or held is None or held.slug != slug:
            raise LinkUnknown
        if link.voided_at or now >= link.expires_at:
            raise LinkExpired
        await needed(tx, call.request.app, await store.load(tx, held.session_id), held)
        cookies: tuple[Cookie, ...] = ()
        fresh = caller.seat_id != held.id
        mates: list[str] = []
        if fresh:
            mates = await store.mates(tx, held)
            taken = await logins.alive(tx, "seat", held.id, now)
            if taken and not call.body.takeover:
                raise SeatTaken
            token, row = await take(tx, call, held, taken)
            case = await cases.load(tx, held.case_id)
            party = case.party(held.party_id)
            if party is None:
                raise LinkUnknown
            caller = caller_of(held, party, row)
            cookies = (Cookie(f"seat_{slug}", token, options.seat_absolute),)
            await store.link_opened(tx, link, now)
        answer = await seat_view(tx, call.request.app, caller, language_of(call))
    if fresh:
        for person in (held.party_id, *mates):
            await call.request.app[keys.ROOMS].dismiss(held.session_id, person)
    await stepped(call.request.app, caller.case_id, caller.session_id, caller.id)
    return Reply(answer, cookies=cookies)


async def needed(tx: Tx, app: web.Application, session: Session, held: Seat) -> None:
    """A link opens while the meeting goes on, and after it as long as there is something to sign or to take home.
    Raises SessionOver."""
    if any(one.state in STILL_OPEN for one in await app[NEIGHBOURS].agreements_for(tx, held.case_id, held.party_id)):
        return
    rules.not_over(session)


async def take(tx: Tx, call: Call[Opening], held: Seat, taken: bool) -> tuple[str, logins.Login]:
    """A login for this browser. Where another one held the seat before, were it only until its login ran out, the phone
    and the face are proved anew: whoever has only the link must not inherit what the former browser's owner showed."""
    now, options = call.now(), call.settings.login
    await logins.end_all(tx, "seat", held.id)
    changed = replace(held, opened_at=held.opened_at or now)
    body = {"session": held.session_id, "party": held.party_id}
    if held.opened_at is not None:
        changed = replace(changed, verified_at=None, checked_at=None, device="")
        case = await cases.load(tx, held.case_id)
        party = case.party(held.party_id)
        if party and party.assurance in (Assurance.code, Assurance.seen):
            await cases.set_assurance(tx, case, party.id, Assurance.none, party.id, now, how="takeover")
    await store.update_seat(tx, changed)
    kind = "seat.taken_over" if taken else "seat.opened"
    await journal.append(tx, held.case_id, kind, held.party_id, body, now)
    return await logins.start(tx, "seat", held.id, now, options.seat_idle, options.seat_absolute)


@routes.route("GET", "/api/seat", response=SeatView, permit=seat, queries=("lang",))
async def show(call: Call[None]) -> SeatView:
    """Everything a seat's page needs."""
    async with call.db.reading() as tx:
        return await seat_view(tx, call.request.app, call.caller, language_of(call))


@routes.route("POST", "/api/seat/identify", request=IsMe, response=SeatView, permit=seat, queries=("lang",))
async def identify_self(call: Call[IsMe]) -> Reply:
    """ "It is me", or "it is not": then the link is void and this browser forgets the seat."""
    now, caller = call.now(), call.caller
    cookies: tuple[Cookie, ...] = ()
    async with call.db.transaction() as tx:
        held, *_ = await loaded(tx, caller)
        body: dict[str, JsonValue] = {"session": held.session_id, "is_me": call.body.is_me}
        if call.body.is_me:
            if held.identified_at is None:
                await store.update_seat(tx, replace(held, identified_at=now))
                await journal.append(tx, held.case_id, "seat.identified", caller.id, body, now)
            answer = await seat_view(tx, call.request.app, caller, language_of(call))
        else:
            answer = await seat_view(tx, call.request.app, caller, language_of(call))
            await store.void_links(tx, held, now)
            await logins.end_all(tx, "seat", held.id)
            await store.update_seat(tx, replace(held, identified_at=None, verified_at=None, checked_at=None))
            await journal.append(tx, held.case_id, "seat.identified", caller.id, body, now)
            cookies = (Cookie(f"seat_{held.slug}", ""),)
    if not call.body.is_me:
        await call.request.app[keys.ROOMS].dismiss(caller.session_id, caller.id)
    await stepped(call.request.app, caller.case_id, caller.session_id, caller.id)
    return Reply(answer, cookies=cookies)


@routes.route(
    "POST", "/api/seat/consents", request=Choices, response=SeatView, permit=seat, errors=(NotReady, Invalid),
    queries=("lang",),
)  # fmt: skip
async def consent(call: Call[Choices]) -> SeatView:
    """Choose, or choose again. The journal keeps the choice and the hash of the very words it was about."""
    now, caller, language = call.now(), call.caller, language_of(call)
    async with call.db.transaction() as tx:
        held, session, _, party = await loaded(tx, caller)
        rules.need(held, Step.consent)
        court = bool(session.court)
        unsigned = court or party.part in GUESTS
        esign = None if unsigned else call.body.esign
        if esign is None and not unsigned:
            raise Invalid({"esign": "value"})
        shown = texts.in_language(language, guest=unsigned, court=court)
        chosen = replace(held, online=call.body.online, esign=esign, consented_at=now)
        await store.update_seat(tx, chosen)
        asked = {"online": shown.online} if unsigned else {"online": shown.online, "esign": shown.esign}
        body: dict[str, JsonValue] = {
            "session": held.session_id, "online": call.body.online, "esign": esign,
            "version": shown.version, "language": "en" if shown in texts.ENGLISH else "zh-CN",
            "texts": {name: texts.text_hash(text) for name, text in asked.items()},
        }  # fmt: skip
        await journal.append(tx, held.case_id, "seat.consented", caller.id, body, now)
        answer = await seat_view(tx, call.request.app, caller, language)
    await stepped(call.request.app, caller.case_id, caller.session_id, caller.id)
    return answer


@routes.route("POST", "/api/seat/code", response=CodeSent, permit=seat, errors=(NotReady, CodeLocked))
async def send_code(call: Call[None]) -> CodeSent:
    """Send six digits to the filed phone; a resend voids the old ones."""
    app, now, options = call.request.app, call.now(), call.settings.login
    app[keys.LIMITS].check(CODES, call.caller.seat_id)
    async with call.db.transaction() as tx:
        held, _, case, party = await loaded(tx, call.caller)
        rules.need(held, Step.code)
        digits = await people.issue_code(tx, app[keys.SECRET], PURPOSE, held.id, now, options)
        await journal.append(tx, case.id, "code.sent", "server", {"party": party.id, "purpose": PURPOSE}, now)
        await app[DELIVERY].put(tx, code_message(call.settings, case, party, digits, now))
    return CodeSent(mask_phone(party.filed.phone), options.code_resend)


def code_message(settings: Settings, case: Case, person: Party, digits: str, now: datetime) -> Message:
    """Goes to the phone alone: it proves that."""
    minutes = settings.login.code_valid // 60
    text = texts.code_message(settings.centre.name, digits, minutes)
    return Message(
        person.id, person.filed.phone, "code", text, now, code=digits, rehearsal=case.rehearsal, case_id=case.id,
        values={"centre": settings.centre.name, "minutes": str(minutes)},
        valid_until=now + timedelta(minutes=minutes),
    )  # fmt: skip


@routes.route(
    "POST", "/api/seat/code/check", request=Digits, response=SeatView, permit=seat,
    errors=(NotReady, CodeWrong, CodeLocked, CodeExpired), queries=("lang",),
)  # fmt: skip
async def check_code(call: Call[Digits]) -> SeatView:
    """Prove the phone. Five wrong tries lock for fifteen minutes."""
    app, now, caller = call.request.app, call.now(), call.caller
    async with call.db.transaction() as tx:
        held, _, case, party = await loaded(tx, caller)
        rules.need(held, Step.code)
        problem = await people.check_code(
            tx, app[keys.SECRET], PURPOSE, held.id, call.body.code, now, call.settings.login
        )
        if problem is None:
            await store.update_seat(tx, replace(held, verified_at=now))
            if not party.assurance.at_least(Assurance.code):
                await cases.set_assurance(tx, case, party.id, Assurance.code, caller.id, now, how="code")
        answer = await seat_view(tx, app, caller, language_of(call))
    if problem is not None:
        raise problem
    await stepped(app, caller.case_id, caller.session_id, caller.id)
    return answer


@routes.route(
    "POST", "/api/seat/devices", request=Devices, response=SeatView, permit=seat, errors=(NotReady,), queries=("lang",)
)
async def devices(call: Call[Devices]) -> SeatView:
    """The device check is done; voice only, or neither, is let through as well."""
    now, caller = call.now(), call.caller
    async with call.db.transaction() as tx:
        held, *_ = await loaded(tx, caller)
        rules.need(held, Step.devices)
        await store.update_seat(tx, replace(held, checked_at=now))
        answer = await seat_view(tx, call.request.app, caller, language_of(call))
    await stepped(call.request.app, caller.case_id, caller.session_id, caller.id)
    return answer


@routes.route("POST", "/api/links/renew", csrf="origin", request=Renewal, response=Sent, permit=anyone, rate=RENEW)
async def renew(call: Call[Renewal]) -> Sent:
    """Send a new link to the filed phone. The answer is the same whether or not there is such a seat."""
    app = call.request.app
    async with call.db.transaction() as tx:
        try:
            held = await store.seat_named(tx, call.body.slug)
            app[keys.LIMITS].check(RENEW_SEAT, held.id)
            session = await store.load(tx, held.session_id)
            await needed(tx, app, session, held)
        except (NotFound, SessionOver):
            return Sent()
        case = await cases.load(tx, held.case_id)
        message = await new_link(tx, app, case, session, held, held.party_id, call.now())
        await app[DELIVERY].put(tx, message)
    return Sent()
