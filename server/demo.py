"""The demo centre: one case to try (corpus case 2, a leak between floors), fresh rehearsal cases on request, and the
outbox in place of text messages. All names, numbers and phones are invented. Open in demo mode, or with the token."""

import asyncio
import hmac
import secrets
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from aiohttp import web

from server.cases import store as cases
from server.cases.model import Case, CaseState, Part, Party
from server.demo_cases import LEAK, SAMPLES, Sample
from server.errors import NotFound
from server.ids import AccountId, CaseId, PartyId, SessionId, new
from server.people import organisations
from server.people import rules as people_rules
from server.people import store as people
from server.people.model import DELIVERY, Account, Assurance, Message, OrganisationKind, StaffRole
from server.people.routes import begin
from server.sessions import store as sessions
from server.sessions.model import Session, SessionState
from server.sessions.routes import ZONE, new_link
from server.settings import Settings
from server.store import logins
from server.store.db import Tx
from server.web import keys
from server.web.call import Body, Call, Reply, View, anyone
from server.web.limits import Rate
from server.web.routes import Routes

routes = Routes("demo")
PASSWORD = "hejie-demo"  # noqa: S105 (printed on the page /demo, for invented people)
MEDIATOR, RECORDER, BESIDE, REVIEWER = ("gu", "顾明华"), ("su", "苏婉"), ("fang", "方静"), ("lu", "陆清源")
INTAKE, SUPERVISOR, ADMINISTRATOR = ("qian", "钱小雨"), ("du", "杜伟"), ("he", "何敏")
STAFF = (
    (MEDIATOR, StaffRole.mediator), (RECORDER, StaffRole.recorder), (BESIDE, StaffRole.mediator),
    (REVIEWER, StaffRole.reviewer),
)  # fmt: skip
"""Of a case; practice cases get their own."""
OFFICE = (
    (INTAKE, StaffRole.intake), (SUPERVISOR, StaffRole.supervisor), (ADMINISTRATOR, StaffRole.administrator),
)  # fmt: skip
DOORS = {
    "mediator": MEDIATOR[0], "recorder": RECORDER[0], "beside": BESIDE[0], "reviewer": REVIEWER[0],
    "intake": INTAKE[0], "supervisor": SUPERVISOR[0], "administrator": ADMINISTRATOR[0],
}  # fmt: skip
FIRST = {"reviewer": "/reviews", "intake": "/intake", "supervisor": "/supervision", "administrator": "/administration"}
"""The first page of a role; of the others `/day`."""
TREE = (
    ("嘉南区社会矛盾纠纷调处化解中心", OrganisationKind.district, ""),
    ("青禾街道人民调解委员会", OrganisationKind.town, ""),
    ("滨禾镇人民调解委员会", OrganisationKind.town, ""),
    ("区劳动人事争议仲裁院", OrganisationKind.department, "resident"),
)
"""Name, kind, presence. The first is above the others; the office works there, the staff of the case at the second."""
CASES = Rate("demo.cases", 60, 60)


class Entry(View):
    """One message of the outbox."""

    to: str
    kind: Literal["link", "code"]
    text: str
    at: datetime
    person: str
    code: str | None
    url: str | None
    slot: str | None


class RoleLink(View):
    """A door ready to click."""

    role: str
    name: str
    url: str


class DemoLogin(View):
    """Of the demo's mediator."""

    username: str
    password: str


class DemoView(View):
    """All the page /demo shows."""

    roles: list[RoleLink]
    outbox: list[Entry]
    login: DemoLogin


class NewCase(Body):
    """Which story to play."""

    case: Literal[
        "leak", "wages", "traffic", "fitness", "loan", "fees", "divorce", "hospital", "supply", "schoolyard", "estate"
    ]


class PartyLink(View):
    """The link somebody of a fresh case was sent. `role` is the side of a party, what they are of others."""

    person: str
    name: str
    role: str
    url: str
    label: str = ""
    side: str = ""
    """applicant or respondent; empty of a witness, who belongs to nobody."""


class CaseMade(View):
    """A fresh case for practice, with a mediator of its own."""

    case_id: str
    session_id: str
    login: DemoLogin
    links: list[PartyLink]
    recorder: DemoLogin | None = None
    beside: DemoLogin | None = None
    """A second mediator, who may be asked to lead too."""
    reviewer: DemoLogin | None = None
    """Reads drafts where the rule type asks for it."""


@dataclass(frozen=True, slots=True)
class Made:
    """What `add_case` wrote."""

    case: Case
    session: Session
    messages: tuple[Message, ...]


def allowed(call: Call[object]) -> None:
    """Demo mode, or the rehearsal token; otherwise there is no such door."""
    token = call.settings.rehearsal_token
    given = call.request.headers.get("X-Rehearsal-Token", "")
    if call.settings.demo or (token and hmac.compare_digest(token.encode(), given.encode())):
        return
    raise NotFound


@routes.route("GET", "/api/demo", response=DemoView, permit=anyone, errors=(NotFound,))
async def show(call: Call[None]) -> DemoView:
    """Role links, login and outbox of the demo centre."""
    allowed(call)
    async with call.db.reading() as tx:
        found = await people.messages(tx, rehearsal_only=not call.settings.demo)
        roles = await role_links(tx, call.settings) if call.settings.demo else []
    outbox = [
        Entry(one.to, one.kind, one.text, one.at, one.person, one.code or None, one.url or None, one.slot or None)
        for one in found
    ]
    return DemoView(roles, outbox, DemoLogin(MEDIATOR[0], PASSWORD))


@routes.route(
    "POST", "/api/demo/cases", csrf="origin", request=NewCase, response=CaseMade, permit=anyone, rate=CASES,
    errors=(NotFound,),
)  # fmt: skip
async def make(call: Call[NewCase]) -> CaseMade:
    """A fresh rehearsal case, marked as such: two parties, their links, a mediator and a password nobody else has."""
    allowed(call)
    password, tag = secrets.token_urlsafe(12), secrets.token_hex(4)
    hashed = await asyncio.to_thread(people_rules.hash_password, password)
    async with call.db.transaction() as tx:
        staff = await add_staff(tx, hashed, suffix=f"-{tag}", rehearsal=True)
        made = await add_case(tx, call.request.app, staff, call.now(), SAMPLES[call.body.case], rehearsal=True)
        for message in made.messages:
            await call.request.app[DELIVERY].put(tx, message)
    links = [
        PartyLink(party.id, party.name, role_of(party), message.url, party.label, side_of(party))
        for message in made.messages
        for party in [made.case.party(message.person)]
        if party is not None
    ]
    login, *others = (DemoLogin(f"{who[0]}-{tag}", password) for who, _ in STAFF)
    return CaseMade(made.case.id, made.session.id, login, links, *others)


@routes.route("GET", "/demo/enter/{who}", response=None, permit=anyone, errors=(NotFound,))
async def enter(call: Call[None]) -> Reply:
    """Log in as one of the demo's staff by one click and go to their first page. Demo mode only."""
    who = call.path("who")
    if not call.settings.demo or who not in DOORS:
        raise NotFound
    async with call.db.transaction() as tx:
        account = await people.account_named(tx, DOORS[who])
        reply = await begin(call, tx, account.id)
    return Reply(b"", 303, reply.cookies, {"Location": FIRST.get(who, "/day")}, "text/plain")


async def role_links(tx: Tx, settings: Settings) -> list[RoleLink]:
    """One door per role of the demo's first case; the reviewer's where drafts are reviewed."""
    origin = settings.http.origin
    account = await people.account_named(tx, MEDIATOR[0])
    case = await cases.load(tx, (await cases.of_staff(tx, account.id))[0])
    parties = [
        RoleLink(role_of(party), party.name, await people.last_link(tx, party.id) or "") for party in case.people
    ]
    return [
        RoleLink("mediator", MEDIATOR[1], f"{origin}/demo/enter/mediator"),
        *parties,
        *([RoleLink("beside", BESIDE[1], f"{origin}/demo/enter/beside")] if await people.known(tx, BESIDE[0]) else []),
        RoleLink("recorder", RECORDER[1], f"{origin}/demo/enter/recorder"),
        *([RoleLink("reviewer", REVIEWER[1], f"{origin}/demo/enter/reviewer")] if settings.centre.reviewed else []),
        *[
            RoleLink(role.value, who[1], f"{origin}/demo/enter/{role.value}")
            for who, role in OFFICE
            if await people.known(tx, who[0])
        ],
        RoleLink("court", "法院", f"{origin}/verify"),
    ]


async def lifetime(app: web.Application) -> AsyncIterator[None]:
    """Cleanup context: in demo mode the demo case exists and its links work; else nobody gets in with a password that
    stands on the page of a demo which used the same data before."""
    await (seed(app) if app[keys.SETTINGS].demo else retire(app))
    yield


async def retire(app: web.Application) -> None:
    """End the demo staff's passwords and logins, if there are any."""
    for (username, _), _ in STAFF + OFFICE:
        async with app[keys.DB].transaction() as tx:
            try:
                account = await people.account_named(tx, username)
            except NotFound:
                continue
            if await asyncio.to_thread(people_rules.password_fits, account.password, PASSWORD):
                await people.set_password(tx, account.id, "")
                await logins.end_all(tx, "staff", account.id)


async def seed(app: web.Application) -> None:
    """Make the demo's staff and first case once; send fresh links when the old ones have ended or name another
    address."""
    now = app[keys.CLOCK]()
    async with app[keys.DB].transaction() as tx:
        try:
            account = await people.account_named(tx, MEDIATOR[0])
        except NotFound:
            hashed = await asyncio.to_thread(people_rules.hash_password, PASSWORD)
            staff = await add_staff(tx, hashed, suffix="", rehearsal=False)
            made = await add_case(tx, app, staff, now, LEAK, rehearsal=False)
            for message in made.messages:
                await app[DELIVERY].put(tx, message)
            await add_office(tx, hashed)
            return
        if not account.password:  # retired meanwhile
            hashed = await asyncio.to_thread(people_rules.hash_password, PASSWORD)
            for (username, _), _ in STAFF + OFFICE:
                with suppress(NotFound):  # data of before there was somebody beside
                    await people.set_password(tx, (await people.account_named(tx, username)).id, hashed)
        if not await people.known(tx, REVIEWER[0]):  # data of before there was a reviewer
            hashed = await asyncio.to_thread(people_rules.hash_password, PASSWORD)
            await add_account(tx, REVIEWER, StaffRole.reviewer, hashed, suffix="", rehearsal=False)
        if not await people.known(tx, INTAKE[0]):  # data of before there was an office
            await add_office(tx, await asyncio.to_thread(people_rules.hash_password, PASSWORD))
        case = await cases.load(tx, (await cases.of_staff(tx, account.id))[0])
        session = (await sessions.of_case(tx, case.id))[0]
        links = await sessions.link_views(tx, case.id)
        for seat in await sessions.seats_of(tx, session.id):
            ends = links[seat.party_id].expires_at if seat.party_id in links else None
            url = await people.last_link(tx, seat.party_id) or ""
            if ends is None or ends <= now or not url.startswith(f"{app[keys.SETTINGS].http.origin}/"):
                await app[DELIVERY].put(tx, await new_link(tx, app, case, session, seat, "server", now))


async def add_staff(tx: Tx, hashed: str, *, suffix: str, rehearsal: bool) -> tuple[AccountId, AccountId]:
    """Mediator and recorder, a mediator who can be asked to lead beside, and a reviewer, with the same password hash.
    Returns the two of the case."""
    made = [await add_account(tx, who, role, hashed, suffix=suffix, rehearsal=rehearsal) for who, role in STAFF]
    return made[0], made[1]


async def add_office(tx: Tx, hashed: str) -> None:
    """The tree of organisations, who works at its top, and where the staff of the case belongs."""
    (name, kind, presence), *below = TREE
    top = await organisations.add(tx, name, kind, presence=presence)
    towns = [await organisations.add(tx, name, kind, top, presence) for name, kind, presence in below]
    for who, role in OFFICE:
        own = await add_account(tx, who, role, hashed, suffix="", rehearsal=False)
        await people.move(tx, own, top.id)
    for (username, _), _ in STAFF:
        if await people.known(tx, username):
            await people.move(tx, (await people.account_named(tx, username)).id, towns[0].id)


async def add_account(
    tx: Tx, who: tuple[str, str], role: StaffRole, hashed: str, *, suffix: str, rehearsal: bool
) -> AccountId:
    """One member of staff; returns the id."""
    account = Account(AccountId(new("acc")), f"{who[0]}{suffix}", who[1], role, hashed, rehearsal)
    await people.add_account(tx, account)
    return account.id


async def add_case(
    tx: Tx, app: web.Application, staff: tuple[AccountId, AccountId], now: datetime, sample: Sample, *, rehearsal: bool
) -> Made:
    """A sample: case, people, a session in a few minutes, links."""
    local = now.astimezone(ZONE)
    running = await cases.next_number(tx, local.year, 102)
    case_id = CaseId(new("cas"))
    people = tuple(cast(sample, case_id))
    case = Case(
        case_id, f"({local.year})嘉南人调受字第{running:04d}号", sample.title, sample.kind, CaseState.assigned,
        sample.facts, sample.claims, staff[0], staff[1], rehearsal, now, people,
    )  # fmt: skip
    await cases.add(tx, case, "server")
    starts = (now + timedelta(minutes=10)).replace(second=0, microsecond=0)
    session = Session(SessionId(new("ses")), case_id, SessionState.scheduled, starts, 60)
    absent = {role.name for role in sample.cast if role.absent}
    coming = [one.id for one in people if one.attends and one.name not in absent]
    seats = await sessions.add(tx, session, coming, staff[0], now)
    messages = [await new_link(tx, app, case, session, seat, staff[0], now) for seat in seats]
    return Made(case, session, tuple(messages))


def cast(sample: Sample, case_id: CaseId) -> list[Party]:
    """The people of a sample with ids, helpers tied to whom they belong to."""
    ids = {role.name: PartyId(new("pty")) for role in sample.cast}
    whom = {role.label: ids[role.name] for role in sample.cast} | ids
    return [
        Party(
            ids[role.name], case_id, role.side, role.label, role.name, role.filed, Assurance.none, role.part,
            role.organisation, whom.get(role.acts_for), role.authority,
        )
        for role in sample.cast
    ]  # fmt: skip


def side_of(party: Party) -> str:
    """Where somebody goes when the sides are talked to alone."""
    return "" if party.part is Part.witness else party.side.value


def role_of(party: Party) -> str:
    """applicant, respondent; of others what they are."""
    return party.side.value if party.part is Part.party else party.part.value
