"""HTTP doors of versions: which there are, what one says, what changed between two, and going back to one."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any, Literal

from server.agreements import rules, store
from server.agreements.composition import worded
from server.agreements.desk import Desk, load_desk
from server.agreements.drafting import remarks_store
from server.agreements.drafting import store as drafts
from server.agreements.drafting.history import counted, shown_to
from server.agreements.drafting.redline import Change, Span, inline, redline
from server.agreements.drafting.saving import may_write, name_of, visible_version, write
from server.agreements.errors import WouldReveal
from server.agreements.model import Terms, Version
from server.agreements.rooms import announce
from server.agreements.view import agreement_view
from server.agreements.wire import AgreementView, ClauseView, Written, clause_views
from server.clock import wire
from server.errors import IllegalAct, Invalid, NotFound, NotPermitted
from server.store.db import Tx
from server.web.call import Call, View, known
from server.web.routes import Routes

routes = Routes("agreements")
PAGE = 100
TEXTS = ("facts", "issues", "responsibility")


class CountsView(View):
    """Numbers of clauses; `other`: parts of facts, issues, responsibility and minutes."""

    added: int
    removed: int
    changed: int
    moved: int
    other: int


class VersionView(View):
    """One version. `since`: the version before it that the caller may see, None for the first; `shown_to`: labels of
    the parties of whose side somebody saw it; `credits`: labels of those whose suggestion was taken up in it."""

    number: int
    at: str
    by: str
    since: int | None
    changes: CountsView
    shown_to: list[str]
    to_all: bool
    credits: list[str]


class VersionsView(View):
    """Newest first; `more`: there are older ones, to be asked for with `before`."""

    versions: list[VersionView]
    more: bool


class VersionTextView(View):
    """What one version says."""

    number: int
    facts: str
    issues: str
    responsibility: str
    minutes: list[str]
    clauses: list[ClauseView]


class SpanView(View):
    """Kept ("="), taken out ("-") or put in ("+")."""

    op: Literal["=", "-", "+"]
    text: str


class ClauseChangeView(View):
    """One clause; `was` and `now` are its numbers, null where it is not."""

    id: str
    change: Change
    moved: bool
    was: int | None
    now: int | None
    spans: list[SpanView]


class TextChangeView(View):
    """A part of the dispute, or the minutes; only where something changed."""

    field: str
    spans: list[SpanView]


class RedlineView(View):
    """What changed `from_version` to `to_version`."""

    from_version: int
    to_version: int
    clauses: list[ClauseChangeView]
    texts: list[TextChangeView]


class RestoreIn(Written):
    """As in a save."""


@routes.route(
    "GET", "/api/agreements/{id}/versions", response=VersionsView, permit=known, queries=("before",),
    errors=(NotFound, Invalid),
)  # fmt: skip
async def versions(call: Call[None]) -> VersionsView:
    """The versions the caller may see, newest first, a hundred at a time."""
    before = _number(call.query("before"), "before") if call.query("before") else None
    async with call.db.reading() as tx:
        desk = await _desk(call, tx)
        seen = [one for one in desk.versions if rules.may_see(one, call.caller.id, desk.matter)]
        page = [one for one in seen if before is None or one.number < before][-PAGE:]
        older = [one for one in seen if page and one.number < page[0].number]
        chain = [*older[-1:], *page]
        terms = await drafts.terms_by_number(tx, desk.agreement.id, [one.number for one in chain])
        names = {one: await name_of(tx, desk, one) for one in {one.saved_by for one in page}}
        credits = await _credits(call, tx, desk)
    known_before = {one.number: chain[n - 1] if n else None for n, one in enumerate(chain)}
    found = [
        _view(one, known_before[one.number], terms, desk, names[one.saved_by], credits.get(one.number, []))
        for one in reversed(page)
    ]
    return VersionsView(found, more=bool(older))


def _view(
    version: Version, before: Version | None, terms: dict[int, Terms], desk: Desk, by: str, credits: list[str]
) -> VersionView:
    old = terms[before.number] if before else Terms()
    labels = shown_to(version, desk.matter)
    return VersionView(
        version.number, wire(version.saved_at), by, before.number if before else None,
        CountsView(**counted(old, terms[version.number])._asdict()), labels, len(labels) == len(desk.matter.parties),
        credits,
    )  # fmt: skip


async def _credits(call: Call[Any], tx: Tx, desk: Desk) -> dict[int, list[str]]:
    """Version -> labels of the authors of suggestions taken up in it, of those remarks the caller may see."""
    found: dict[int, list[str]] = {}
    for one in await remarks_store.heads(tx, desk.agreement.id):
        if one.taken_in is not None and call.caller.id in one.audience:
            found.setdefault(one.taken_in, []).extend(_label(desk, one.author))
    return {number: list(dict.fromkeys(labels)) for number, labels in found.items()}


def _label(desk: Desk, person: str) -> list[str]:
    """甲方 of whoever belongs to it; nothing of staff."""
    camps = zip(desk.matter.parties, desk.matter.camps(), strict=True)
    return [party.label for party, camp in camps if person in camp]


@routes.route(
    "GET", "/api/agreements/{id}/versions/{number}", response=VersionTextView, permit=known, errors=(NotFound, Invalid)
)
async def version(call: Call[None]) -> VersionTextView:
    """What one version says; NotFound for one the caller may not see."""
    number = _number(call.path("number"), "number")
    async with call.db.reading() as tx:
        desk = await _desk(call, tx)
        visible_version(desk, call.caller.id, number)
        terms = await store.terms_of(tx, desk.agreement.id, number)
    clauses = clause_views(worded(terms, desk.matter), desk.stances)
    said = terms.dispute
    return VersionTextView(number, said.facts, said.issues, said.responsibility, [*terms.minutes.paragraphs], clauses)


@routes.route(
    "GET", "/api/agreements/{id}/redline", response=RedlineView, permit=known, queries=("from", "to"),
    errors=(NotFound, Invalid),
)  # fmt: skip
async def compare(call: Call[None]) -> RedlineView:
    """What changed from one version to another; both must be for the caller's eyes."""
    numbers = [_number(call.query(name), name) for name in ("from", "to")]
    async with call.db.reading() as tx:
        desk = await _desk(call, tx)
        for number in numbers:
            visible_version(desk, call.caller.id, number)
        terms = await drafts.terms_by_number(tx, desk.agreement.id, numbers)
    return await asyncio.to_thread(_redline, desk, [terms[number] for number in numbers], numbers)


def _redline(desk: Desk, terms: Sequence[Terms], numbers: Sequence[int]) -> RedlineView:
    before, after = terms
    clauses = redline(worded(before, desk.matter), worded(after, desk.matter))
    pairs = [(name, getattr(before.dispute, name), getattr(after.dispute, name)) for name in TEXTS]
    pairs.append(("minutes", "\n".join(before.minutes.paragraphs), "\n".join(after.minutes.paragraphs)))
    return RedlineView(
        numbers[0],
        numbers[1],
        [ClauseChangeView(one.id, one.change, one.moved, one.was, one.now, _spans(one.spans)) for one in clauses],
        [TextChangeView(name, _spans(inline(old, new))) for name, old, new in pairs if old != new],
    )


def _spans(spans: Sequence[Span]) -> list[SpanView]:
    return [SpanView(span.op, span.text) for span in spans]


@routes.route(
    "POST", "/api/agreements/{id}/versions/{number}/restore", request=RestoreIn, response=AgreementView, permit=known,
    errors=(NotFound, NotPermitted, IllegalAct, Invalid, WouldReveal),
)  # fmt: skip
async def restore(call: Call[RestoreIn]) -> AgreementView:
    """An old version as the newest one; what stood in between stays in the list."""
    number = _number(call.path("number"), "number")
    async with call.db.transaction() as tx:
        desk = await _desk(call, tx)
        chosen = visible_version(desk, call.caller.id, number)
        may_write(desk, call.caller.id)
        terms = await store.terms_of(tx, desk.agreement.id, chosen.number)
        history = [one.audience for one in desk.versions if one.number <= chosen.number]
        done = await write(call, tx, desk, terms, sources=[history], chamber=call.body.chamber, reveal=call.body.reveal)
        view = await agreement_view(call, tx, desk.agreement.id)
    await announce(call.request.app, desk.case.id, f"agreement:{desk.agreement.id}", done.audience)
    return view


async def _desk(call: Call[Any], tx: Tx) -> Desk:
    """The agreement of the path, for who may see some version of it."""
    desk = await load_desk(tx, call.path("id"), call.caller, call.settings.centre, call.now())
    desk.seen_by(call.caller.id)
    return desk


def _number(text: str, name: str) -> int:
    """The version's number in a path or query; `name` is told in the error."""
    if not re.fullmatch("[0-9]{1,9}", text):
        raise Invalid({name: "format"})
    return int(text)
