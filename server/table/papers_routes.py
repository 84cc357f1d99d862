"""HTTP doors of papers: brought in, shown in the room page by page, handed over.

The room says which page is shown in whose chamber now; a picture goes to those only, while it is shown, through an
address that ends after a minute. A copy goes only to whom the mediator handed the paper."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import quote, unquote

from aiohttp import web
from msgspec import Meta

from server.cases import rules as case_rules
from server.cases import store as cases
from server.cases.model import Case
from server.errors import Invalid, NotFound, NotPermitted, TooLarge, Unavailable
from server.ids import new
from server.sessions import store as sessions
from server.store import kept
from server.store.db import Tx
from server.table import addresses, papers_store, rules
from server.table.erasing import erase
from server.table.errors import PaperUnreadable
from server.table.model import Page, Paper
from server.table.pages import LIMIT, drawn, type_of
from server.table.place import announce, case_at, session_at
from server.table.store import count
from server.vault import Vault
from server.web import keys
from server.web.call import Body, Call, Reply, View, anyone, known, staff
from server.web.limits import Rate
from server.web.routes import Routes

routes = Routes("table")
MOST = 200
"""Papers of one case."""
NAME = 120
"""Letters of a paper's name, at most."""
UPLOADS = Rate("table.papers", 60, 600)


class HandIn(Body):
    """To whom."""

    people: Annotated[list[str], Meta(min_length=1, max_length=40)]


class PaperView(View):
    """A paper the caller may have a copy of. `handed` names whom it was handed to, for mediators."""

    id: str
    name: str
    owner: str
    media_type: str
    pages: int
    at: datetime
    handed: list[str]


class PapersView(View):
    """What the caller brought in or was handed; of mediators all. What is only shown is not listed."""

    papers: list[PaperView]


class AddressView(View):
    """Good for a minute, for the caller."""

    url: str


class PageView(View):
    """One page: where its picture is for the next minute, and its size in pixels."""

    paper: str
    name: str
    page: int
    pages: int
    url: str
    width: int
    height: int


@routes.route("GET", "/api/cases/{id}/papers", response=PapersView, permit=known, errors=(NotFound,))
async def show(call: Call[None]) -> PapersView:
    """The papers the caller may look at without anybody showing them."""
    async with call.db.reading() as tx:
        case = await case_at(tx, call)
        found = await papers_store.of_case(tx, call.request.app[keys.VAULT], case.id)
        seen = [one for one in found if await _keeps(tx, one, call.caller.id, case)]
        return PapersView([await _view(tx, one, call.caller.id, case) for one in seen])


@routes.route(
    "POST", "/api/cases/{id}/papers", request=bytes, consumes="application/octet-stream", response=PaperView,
    permit=known, limit=LIMIT, rate=UPLOADS,
    errors=(NotFound, NotPermitted, TooLarge, Invalid, PaperUnreadable, Unavailable),
)  # fmt: skip
async def bring(call: Call[bytes]) -> PaperView:
    """Bring in a PDF or a picture; its name, percent-encoded, stands in the header X-Hejie-Name, for no log keeps it.

    Whoever leads the session, or speaks for a party. Nobody else is told until it is shown."""
    app, person = call.request.app, call.caller.id
    vault, name = app[keys.VAULT], unquote(call.request.headers.get("X-Hejie-Name", "")).strip()
    if not 1 <= len(name) <= NAME or not name.isprintable():
        raise Invalid({"name": "required" if not name else "format"})
    media_type = type_of(call.body)
    async with call.db.reading() as tx:
        case = await case_at(tx, call)
        if person not in case.hosts and not rules.party_of(case, person):
            raise NotPermitted("a mediator, a party, or who acts for one")
        if await count(tx, papers_store.papers, case.id) >= MOST:
            raise Invalid({"papers": "too_long"})
    paper_id, owner = new("pap"), "" if person in case.hosts else person
    async with _stored(app, paper_id, call.body) as (original, found):
        paper = Paper(paper_id, case.id, owner, name, media_type, len(found), original, call.now())
        async with call.db.transaction() as tx:
            for blob in (original, *(one.blob for one in found)):
                if not await kept.settle(tx, blob):
                    raise Unavailable("given up meanwhile")
            await papers_store.add(tx, vault, paper, found)
            view = await _view(tx, paper, person, case)
    await announce(app, case.id, "papers", case.hosts | {person})
    return view


@asynccontextmanager
async def _stored(app: web.Application, paper_id: str, data: bytes) -> AsyncIterator[tuple[str, list[Page]]]:
    """The original's blob and the pages; all erased again unless what is done with them succeeds."""
    found: list[Page] = []
    blobs: list[str] = []
    try:
        async with aclosing(drawn(app, data)) as pictures:
            async for width, height, picture in pictures:
                blobs.append(await _keep(app, f"page|{paper_id}|{len(found) + 1}", picture))
                found.append(Page(len(found) + 1, blobs[-1], width, height))
        blobs.append(await _keep(app, f"paper|{paper_id}", data))
        yield blobs[-1], found
    except BaseException:
        for blob in blobs:
            await app[keys.BLOBS].remove(blob)
        async with app[keys.DB].transaction() as tx:
            for blob in blobs:
                await kept.settle(tx, blob)
        raise


@routes.route(
    "DELETE", "/api/cases/{id}/papers/{paper}", response=PapersView, permit=known, errors=(NotFound, NotPermitted)
)
async def take_off(call: Call[None]) -> PapersView:
    """Take a paper off the table: original and pages are erased."""
    app, vault = call.request.app, call.request.app[keys.VAULT]
    async with call.db.transaction() as tx:
        case, paper = await _known(tx, call)
        if not rules.keeps_paper(paper, call.caller.id, case):
            raise NotPermitted("a mediator, or who brought it in")
        had = await papers_store.handed_to(tx, paper.id)
        await papers_store.remove(tx, paper)
        left = await papers_store.of_case(tx, vault, case.id)
        seen = [one for one in left if await _keeps(tx, one, call.caller.id, case)]
        view = PapersView([await _view(tx, one, call.caller.id, case) for one in seen])
    await erase(app[keys.DB], app[keys.BLOBS])
    await announce(app, case.id, "papers", case.hosts | had | {paper.owner})
    return view


@routes.route(
    "POST", "/api/cases/{id}/papers/{paper}/hand", request=HandIn, response=PaperView, permit=staff,
    errors=(NotFound, NotPermitted, Invalid),
)  # fmt: skip
async def hand(call: Call[HandIn]) -> PaperView:
    """Let people of the case keep a copy."""
    people = frozenset(call.body.people)
    async with call.db.transaction() as tx:
        case, paper = await _known(tx, call)
        case_rules.may_host(case, call.caller)
        if any((one := case.party(person)) is None or not one.attends for person in people):
            raise Invalid({"people": "value"})
        await papers_store.hand(tx, paper, people, call.caller.id, call.now())
        view = await _view(tx, paper, call.caller.id, case)
    await announce(call.request.app, case.id, "papers", case.hosts | people)
    return view


@routes.route("POST", "/api/cases/{id}/papers/{paper}/address", response=AddressView, permit=known, errors=(NotFound,))
async def file_address(call: Call[None]) -> AddressView:
    """Where the caller's copy of the whole paper is for the next minute."""
    async with call.db.reading() as tx:
        case, paper = await _known(tx, call)
    value = addresses.token(call.request.app[keys.SECRET], paper.id, call.caller.id, call.now())
    return AddressView(f"/api/cases/{case.id}/papers/{paper.id}/file?token={value}")


@routes.route(
    "GET", "/api/cases/{id}/papers/{paper}/file", response=bytes, produces="application/octet-stream", permit=anyone,
    queries=("token",), errors=(NotFound,),
)  # fmt: skip
async def file(call: Call[None]) -> Reply:
    """The paper as it was brought in."""
    app, paper_id = call.request.app, call.path("paper")
    person = addresses.bearer(app[keys.SECRET], call.query("token"), paper_id, call.now())
    async with call.db.reading() as tx:
        case = await cases.load(tx, call.path("id"))
        paper = await papers_store.one(tx, app[keys.VAULT], case.id, paper_id)
        if not person or not await _keeps(tx, paper, person, case):
            raise NotFound("paper")
    data = await _unsealed(app, f"paper|{paper.id}", paper.blob)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(paper.name, safe='')}"}
    return Reply(data, headers=headers, media_type=paper.media_type)


@routes.route("GET", "/api/sessions/{id}/shown", response=PageView, permit=known, errors=(NotFound,))
async def shown(call: Call[None]) -> PageView:
    """The page that is shown in the caller's chamber now; NotFound when none is."""
    async with call.db.reading() as tx:
        session, case = await session_at(tx, call)
        now_shown = call.request.app[keys.ROOMS].shown(session.id, call.caller.id)
        if now_shown is None:
            raise NotFound("page")
        return await _page_view(tx, call, session.id, case, *now_shown)


@routes.route(
    "GET", "/api/sessions/{id}/papers/{paper}/pages/{page:[1-9][0-9]?[0-9]?}", response=PageView, permit=known,
    errors=(NotFound,),
)  # fmt: skip
async def page(call: Call[None]) -> PageView:
    """Any page, for the mediators and for who brought the paper in; for others the one that is shown to them."""
    number, paper_id = int(call.path("page")), call.path("paper")
    async with call.db.reading() as tx:
        session, case = await session_at(tx, call)
        await _need_page(tx, call, session.id, case, paper_id, number, call.caller.id)
        return await _page_view(tx, call, session.id, case, paper_id, number)


@routes.route(
    "GET", "/api/sessions/{id}/papers/{paper}/pages/{page:[1-9][0-9]?[0-9]?}/picture", response=bytes,
    produces="image/jpeg", permit=anyone, queries=("token",), errors=(NotFound,),
)  # fmt: skip
async def picture(call: Call[None]) -> Reply:
    """The picture of a page; whether it is still shown to the person of the address is asked again."""
    app, number, paper_id = call.request.app, int(call.path("page")), call.path("paper")
    async with call.db.reading() as tx:
        session = await sessions.load(tx, call.path("id"))
        case = await cases.load(tx, session.case_id)
        thing = f"{session.id}|{paper_id}|{number}"
        person = addresses.bearer(app[keys.SECRET], call.query("token"), thing, call.now())
        if not person:
            raise NotFound("page")
        await _need_page(tx, call, session.id, case, paper_id, number, person)
        found = await papers_store.page(tx, paper_id, number)
    return Reply(await _unsealed(app, f"page|{paper_id}|{number}", found.blob), media_type="image/jpeg")


async def _need_page(tx: Tx, call: Call[Any], session: str, case: Case, paper_id: str, number: int, who: str) -> None:
    """Raises NotFound unless `who` keeps the paper or has this very page before them now."""
    paper = await papers_store.one(tx, call.request.app[keys.VAULT], case.id, paper_id)
    if rules.keeps_paper(paper, who, case):
        return
    if call.request.app[keys.ROOMS].shown(session, who) != (paper_id, number):
        raise NotFound("page")


async def _page_view(tx: Tx, call: Call[Any], session: str, case: Case, paper_id: str, number: int) -> PageView:
    app = call.request.app
    paper = await papers_store.one(tx, app[keys.VAULT], case.id, paper_id)
    found = await papers_store.page(tx, paper.id, number)
    value = addresses.token(app[keys.SECRET], f"{session}|{paper.id}|{number}", call.caller.id, call.now())
    url = f"/api/sessions/{session}/papers/{paper.id}/pages/{number}/picture?token={value}"
    return PageView(paper.id, paper.name, number, paper.pages, url, found.width, found.height)


async def _known(tx: Tx, call: Call[Any]) -> tuple[Case, Paper]:
    """The paper of the path, if the caller keeps it or was handed it; raises NotFound."""
    case = await case_at(tx, call)
    paper = await papers_store.one(tx, call.request.app[keys.VAULT], case.id, call.path("paper"))
    if not await _keeps(tx, paper, call.caller.id, case):
        raise NotFound("paper")
    return case, paper


async def _keeps(tx: Tx, paper: Paper, person: str, case: Case) -> bool:
    return rules.keeps_paper(paper, person, case) or person in await papers_store.handed_to(tx, paper.id)


async def _view(tx: Tx, paper: Paper, person: str, case: Case) -> PaperView:
    had = sorted(await papers_store.handed_to(tx, paper.id)) if person in case.hosts else []
    return PaperView(paper.id, paper.name, paper.owner, paper.media_type, paper.pages, paper.at, had)


async def _keep(app: web.Application, what: str, data: bytes) -> str:
    """Seal and store; the name of the blob, which is pending until its row is committed: what a killed process leaves
    is done away with by the keeping."""
    sealed, blob = await asyncio.to_thread(_named, app[keys.VAULT], what, data)
    async with app[keys.DB].transaction() as tx:
        await kept.begin(tx, blob, app[keys.CLOCK]())
    return await app[keys.BLOBS].put(sealed)


def _named(vault: Vault, what: str, data: bytes) -> tuple[bytes, str]:
    """Sealed, and the name the blob will have."""
    sealed = vault.seal(what, data)
    return sealed, sha256(sealed).hexdigest()


async def _unsealed(app: web.Application, what: str, blob: str) -> bytes:
    return await asyncio.to_thread(app[keys.VAULT].open, what, await app[keys.BLOBS].get(blob))
