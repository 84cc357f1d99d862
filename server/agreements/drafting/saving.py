"""A save: merged with what others saved meanwhile, given the audience of its moment, added as a version."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from server.agreements import rules, store
from server.agreements.desk import Desk, load_desk
from server.agreements.drafting import store as drafts
from server.agreements.drafting.merge import Merged, merge
from server.agreements.drafting.store import Saved
from server.agreements.errors import WouldReveal
from server.agreements.model import Act, Matter, Terms, Version, terms_hash
from server.agreements.rooms import announce, whereabouts
from server.agreements.view import view_of
from server.agreements.wire import AgreementView, BothView, SavedView, TermsIn, terms_of
from server.errors import Invalid, NotFound, NotPermitted, Stale
from server.ids import new
from server.lifecycle import advance
from server.people import store as people
from server.store.db import Tx
from server.web.call import Call

MOST_CLAUSES = 60


@dataclass(frozen=True)
class Draft:
    """What a version is added to."""

    agreement: str
    case: str
    matter: Matter
    versions: Sequence[Version]


def draft_of(desk: Desk) -> Draft:
    return Draft(desk.agreement.id, desk.case.id, desk.matter, desk.versions)


async def add_version(
    call: Call[Any],
    tx: Tx,
    draft: Draft,
    terms: Terms,
    *,
    sources: Collection[Sequence[Collection[str]]] = (),
    chamber: str = "",
    reveal: bool = False,
    unread: Version | None = None,
) -> Version:
    """A version with the audience of this moment; none where nothing changed before people who saw it already.

    `sources`: the audiences, oldest first, of whatever else the words come from than the newest version; `chamber`: the
    private talk they were written in. Raises WouldReveal when it would carry such words out of it and nobody said so,
    Stale when somebody did without having read `unread`, which was merged in and not everybody now there may see.

    Saves are not in the journal: showing, submitting and freezing are, with the hash of the terms."""
    place = await whereabouts(call.request.app, tx, draft.case, call.caller.id)
    audience = rules.audience(draft.matter, call.caller.id, place.mates, place.private)
    history = [one.audience for one in draft.versions]
    if not reveal and (place.leaves(chamber) or rules.would_reveal(history, audience, draft.matter, sources)):
        raise WouldReveal
    if reveal and unread is not None and not audience <= unread.audience:
        raise Stale(unread.number)
    digest = terms_hash(terms)
    newest = draft.versions[-1] if draft.versions else None
    if newest is not None and newest.terms_hash == digest and audience <= newest.audience:
        return newest
    version = Version(newest.number + 1 if newest else 1, digest, audience, call.caller.id, call.now())
    await store.add_version(tx, draft.agreement, version, terms)
    return version


async def save_terms(call: Call[TermsIn]) -> SavedView:
    """PUT of a whole draft; a repeated one answers with what became of it."""
    body, person = call.body, call.caller.id
    async with call.db.transaction() as tx:
        desk = await load_desk(tx, call.path("id"), call.caller, call.settings.centre, call.now())
        desk.seen_by(person)
        agreement = desk.agreement.id
        known = await drafts.saved(tx, agreement, person, body.save) if body.save else None
        if known is not None:
            now = await desk.terms_for(tx, person)
            return _saved(await view_of(call, tx, desk), merged=now != known.sent, both=known.both)
        may_write(desk, person)
        base, began = await _base(tx, desk, person, body)
        sent = terms_of(body, desk.matter, lambda: new("cla"))
        done = Merged(sent) if base == desk.terms else await asyncio.to_thread(merge, base, desk.terms, sent)
        if len(done.terms.clauses) > MOST_CLAUSES:
            raise Invalid({"clauses": "too_long"})
        history = [one.audience for one in desk.versions if one.number <= began]
        unread = desk.newest if base != desk.terms and body.read != desk.newest.number else None
        version = await write(
            call, tx, desk, done.terms, sources=[history], chamber=body.chamber, reveal=body.reveal, unread=unread
        )
        by = await name_of(tx, desk, desk.newest.saved_by) if done.both else ""
        both = [BothView(one.clause, one.field, one.theirs, by, desk.newest.number) for one in done.both]
        merged = done.terms != sent
        if body.save:
            await drafts.keep(tx, agreement, person, body.save, Saved(version.number, sent, both), merged=merged)
        fresh = await load_desk(tx, agreement, call.caller, call.settings.centre, call.now())
        view = await view_of(call, tx, fresh)
    await announce(call.request.app, desk.case.id, f"agreement:{agreement}", version.audience)
    return _saved(view, merged=merged, both=both)


def may_write(desk: Desk, person: str) -> None:
    """Raises IllegalAct where the draft is no draft any more, NotPermitted for who may not edit it."""
    advance(rules.table(desk.profile), desk.agreement.state, Act.EDIT)
    if not rules.may_edit(desk.agreement.state, person, desk.matter, desk.versions):
        raise NotPermitted("mediator of the case")


async def write(
    call: Call[Any],
    tx: Tx,
    desk: Desk,
    terms: Terms,
    *,
    sources: Collection[Sequence[Collection[str]]] = (),
    chamber: str = "",
    reveal: bool = False,
    unread: Version | None = None,
) -> Version:
    """The terms as the next version; from the reading this goes back to the draft."""
    state = advance(rules.table(desk.profile), desk.agreement.state, Act.EDIT)
    version = await add_version(
        call, tx, draft_of(desk), terms, sources=sources, chamber=chamber, reveal=reveal, unread=unread
    )
    await store.save(tx, replace(desk.agreement, state=state))
    return version


async def _base(tx: Tx, desk: Desk, person: str, body: TermsIn) -> tuple[Terms, int]:
    """What the save began from, and the number of the version that came of it; NotFound for what they may not see."""
    if body.since:
        own = await drafts.saved(tx, desk.agreement.id, person, body.since)
        if own is None:
            raise NotFound("save")
        return own.sent, own.version
    version = visible_version(desk, person, body.version)
    if version.number == desk.newest.number:
        return desk.terms, version.number
    return await store.terms_of(tx, desk.agreement.id, version.number), version.number


def visible_version(desk: Desk, person: str, number: int) -> Version:
    """The version of this number; NotFound where there is none for their eyes."""
    for version in desk.versions:
        if version.number == number and rules.may_see(version, person, desk.matter):
            return version
    raise NotFound("version")


async def name_of(tx: Tx, desk: Desk, account: str) -> str:
    """Name of a member of staff."""
    known = {desk.matter.mediator_id: desk.matter.mediator_name, desk.matter.recorder_id: desk.matter.recorder_name}
    return known[account] if account in known else (await people.account(tx, account)).name


def _saved(view: AgreementView, *, merged: bool, both: list[BothView]) -> SavedView:
    return SavedView(**msgspec.structs.asdict(view), merged=merged, both_changed=both)
