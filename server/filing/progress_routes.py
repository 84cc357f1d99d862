"""HTTP doors of the progress link: how it stands in plain words, and what its filer may still do. Whoever has the link
has the receipt; of the story, of needs, of staff and of the other side it tells nothing."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any

from msgspec import Meta

from server.cases.model import Side
from server.errors import Conflict, Invalid, NotFound, TooLarge, Unavailable
from server.filing import rules, store
from server.filing.model import FILE, FILES, EvidenceUnreadable
from server.filing.receiving import UPLOADS, received
from server.matters import store as matters
from server.matters.model import Matter, MatterAct
from server.people import organisations
from server.people.rules import mask_phone
from server.store.db import Tx
from server.web import keys
from server.web.call import Body, Call, View, anyone
from server.web.limits import Rate
from server.web.routes import Routes

routes = Routes("filing")
LOOKS = Rate("filing.progress", 120, 600)
HEADER = "X-Hejie-Progress"
"""Carries the secret of the link, which stands behind the # of its page: addresses are logged on their way."""
CHANGES = Rate("filing.change", 20, 600)


class ProgressView(View):
    """What the filer is told. `phone` is masked; `changeable`: they may withdraw, add and correct here."""

    number: str
    state: str
    received_at: datetime
    organisation: str
    answer_by: date
    phone: str
    files: int
    most_files: int
    changeable: bool


class NewPhone(Body):
    """Where the filer is reached from now on."""

    phone: Annotated[str, Meta(min_length=1, max_length=24)]


@routes.route(
    "GET", "/api/progress", response=ProgressView, permit=anyone, rate=LOOKS, errors=(NotFound,)
)  # fmt: skip
async def show(call: Call[None]) -> ProgressView:
    """How it stands."""
    async with call.db.reading() as tx:
        return await _view(tx, call, await _matter(tx, call))


@routes.route(
    "POST", "/api/progress/withdraw", csrf="origin", response=ProgressView, permit=anyone, rate=CHANGES,
    errors=(NotFound, Conflict),
)  # fmt: skip
async def withdraw(call: Call[None]) -> ProgressView:
    """The filer takes it back."""
    async with call.db.transaction() as tx:
        matter = _changeable(await _matter(tx, call))
        return await _view(tx, call, await matters.advance(tx, matter, MatterAct.withdraw, "citizen", call.now()))


@routes.route(
    "POST", "/api/progress/phone", csrf="origin", request=NewPhone, response=ProgressView, permit=anyone,
    rate=CHANGES, errors=(NotFound, Conflict, Invalid),
)  # fmt: skip
async def correct(call: Call[NewPhone]) -> ProgressView:
    """Another telephone number of the filer."""
    number = call.body.phone.strip()
    if not rules.phone(number):
        raise Invalid({"phone": "format"})
    async with call.db.transaction() as tx:
        matter = _changeable(await _matter(tx, call))
        filer = matter.of(Side.applicant)[0]
        people = tuple(replace(one, phone=number) if one is filer else one for one in matter.people)
        return await _view(tx, call, await matters.amend(tx, matter, "citizen", call.now(), people=people))


@routes.route(
    "POST", "/api/progress/files", csrf="origin", request=bytes, consumes="application/octet-stream",
    response=ProgressView, permit=anyone, limit=FILE, rate=UPLOADS,
    errors=(NotFound, Conflict, Invalid, EvidenceUnreadable, TooLarge, Unavailable),
)  # fmt: skip
async def add(call: Call[bytes]) -> ProgressView:
    """One more photograph or PDF; not to be looked at from here, since a link travels."""
    async with call.db.reading() as tx:
        owner = _changeable(await _matter(tx, call)).id
    async with received(call, owner) as (tx, file):
        matter = _changeable(await _matter(tx, call))
        evidence = (*matter.evidence, file.sha256)
        return await _view(tx, call, await matters.amend(tx, matter, "citizen", call.now(), evidence=evidence))


async def _matter(tx: Tx, call: Call[Any]) -> Matter:
    return await matters.load(tx, await store.linked(tx, call.request.headers.get(HEADER, "")))


def _changeable(matter: Matter) -> Matter:
    if matter.state not in rules.WAITING:
        raise Conflict("ask the mediator")
    return matter


async def _view(tx: Tx, call: Call[Any], matter: Matter) -> ProgressView:
    holds = await organisations.load(tx, matter.organisation_id)
    filers, vault = matter.of(Side.applicant), call.request.app[keys.VAULT]
    phone = filers[0].phone if filers else ""
    return ProgressView(
        matter.number, matter.state.value, matter.received_at, holds.name,
        rules.answer_by(matter.received_at, call.settings.calendar), mask_phone(phone) if phone else "",
        len(await store.evidence(tx, vault, matter.id)), FILES, matter.state in rules.WAITING,
    )  # fmt: skip
