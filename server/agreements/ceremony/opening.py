"""From confirmed clauses to a ceremony: take the number, print and certify outside the database, then store at once."""

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta

from aiohttp import web

from documents import DocumentError, FontUnavailable, MissingGlyphs, text_hash
from server.agreements import store as agreements
from server.agreements.ceremony import separate, store
from server.agreements.ceremony.freeze import FrozenSet, Occasion, freeze
from server.agreements.ceremony.further import FURTHER, Prepared
from server.agreements.ceremony.model import Ceremony, CeremonyState, Mode, Slot, SlotState
from server.agreements.desk import Desk, load_desk, need_mediator, need_newest, need_open_case, need_signers
from server.agreements.document import Frame, agreement_text, minutes_text, person_of, signatories
from server.agreements.errors import CannotPrint, FreezeRunning, NotConfirmed
from server.agreements.model import Act
from server.agreements.outline import OUTLINE
from server.agreements.rules import table
from server.clock import wire
from server.errors import JsonValue, Unavailable
from server.ids import new
from server.law import dates
from server.law.profiles import signing_deadline
from server.lifecycle import advance
from server.people.model import BUILD
from server.sessions import store as sessions
from server.store import journal
from server.store.db import Tx
from server.web import keys
from server.web.call import Caller

log = logging.getLogger(__name__)
PATIENCE = timedelta(minutes=2)
"""A number taken by a freeze that never ended no longer stands in the way after this."""


async def open_ceremony(app: web.Application, agreement_id: str, caller: Caller, version: int | None) -> str:
    """Freeze `version`, which must be the newest, and open its ceremony; returns the ceremony's id.

    Raises IllegalAct, Stale, NotConfirmed, FurtherLacking, FreezeRunning, CannotPrint, Unavailable; then the number, if
    one was taken, is listed as void and the agreement is as it was.
    """
    now = app[keys.CLOCK]().replace(microsecond=0)
    ceremony_id = new("cer")
    desk, number, frame, mode, further = await _take_number(app, agreement_id, caller, version, ceremony_id, now)
    deadline = signing_deadline(desk.profile, now, mode is Mode.SEPARATE)
    try:
        frozen = await asyncio.to_thread(_print, app, desk, frame, ceremony_id, deadline, mode, further)
        async with app[keys.DB].transaction() as tx:
            await _store(
                tx, app, agreement_id, caller, desk, number, ceremony_id, deadline, frozen, frame, mode, further
            )
    except BaseException as error:
        async with app[keys.DB].transaction() as tx:
            await agreements.void_number(tx, number, now)
        if isinstance(error, MissingGlyphs):
            raise CannotPrint(error) from error
        if isinstance(error, FontUnavailable | DocumentError):
            raise Unavailable(error.code) from error
        raise
    app[keys.ANCHOR_SOON].set()
    return ceremony_id


async def _take_number(
    app: web.Application, agreement_id: str, caller: Caller, version: int | None, ceremony_id: str, now: datetime
) -> tuple[Desk, str, Frame, Mode, Prepared | None]:
    settings = app[keys.SETTINGS]
    centre = settings.centre
    async with app[keys.DB].transaction() as tx:
        desk = await load_desk(tx, agreement_id, caller, centre, now)
        _permit(desk, caller)
        need_newest(desk, version)
        mode = await separate.mode(tx, desk)
        further = await app[FURTHER](app, tx, desk)
        if await agreements.number_in_use(tx, agreement_id, now - PATIENCE):
            raise FreezeRunning
        year = dates.legal_day(now).year
        number = await agreements.take_number(
            tx, centre.series, centre.first_number, year, agreement_id, ceremony_id, now
        )
        body = {"agreement": agreement_id, "number": number, "terms": desk.newest.terms_hash}
        head = await journal.append(tx, desk.case.id, "agreement.number_taken", caller.id, body, now)
        held = await sessions.of_case(tx, desk.case.id)
    when = held[-1].starts_at if held else now
    local = when.astimezone(dates.ZONE)
    spoken = f"{dates.written(local.date())} {local:%H:%M}"
    issuer = app[keys.ISSUER]
    frame = Frame(
        number, f"{settings.http.origin}/verify", settings.demo, head, now, spoken, issuer.kind, issuer.name,
        further is not None,
    )  # fmt: skip
    return desk, number, frame, mode, further


def _permit(desk: Desk, caller: Caller) -> None:
    need_mediator(desk, caller)
    need_open_case(desk.case)
    need_signers(desk)
    advance(table(desk.profile), desk.agreement.state, Act.FREEZE)
    if not desk.complete():
        raise NotConfirmed


def _print(
    app: web.Application,
    desk: Desk,
    frame: Frame,
    ceremony_id: str,
    deadline: datetime,
    mode: Mode,
    further: Prepared | None,
) -> FrozenSet:
    terms = desk.terms
    texts = [
        ("agreement", agreement_text(terms, desk.matter, desk.profile, frame, app[OUTLINE])),
        ("minutes", minutes_text(terms, desk.matter, desk.profile, frame)),
    ]
    more = further.texts(desk, frame) if further else ()
    texts += [(one.id, one.text) for one in more]
    people = {one.slot: person_of(one.slot, desk.matter, desk.profile) for one in texts[0][1].people}
    matter = desk.matter
    clerks = {matter.recorder_name: matter.recorder_id, matter.mediator_name: matter.mediator_id}
    named = tuple((name, person) for name, person in clerks.items() if person)
    of_party = {one.id: one.of_party for one in more if one.of_party}
    occasion = Occasion(ceremony_id, frame.number, deadline, app[BUILD], people, mode.value, named, of_party)
    return freeze(texts, occasion, app[keys.AUTHORITY], app[keys.TSA], app[keys.FONTS], app[keys.ISSUER])


async def _store(
    tx: Tx,
    app: web.Application,
    agreement_id: str,
    caller: Caller,
    before: Desk,
    number: str,
    ceremony_id: str,
    deadline: datetime,
    frozen: FrozenSet,
    frame: Frame,
    mode: Mode,
    further: Prepared | None,
) -> None:
    """Store iff the agreement is still what was printed."""
    desk = await load_desk(tx, agreement_id, caller, app[keys.SETTINGS].centre, frame.frozen_at)
    _permit(desk, caller)
    if desk.newest.number != before.newest.number or desk.matter != before.matter:
        raise NotConfirmed
    if await app[FURTHER](app, tx, desk) != further:
        raise NotConfirmed
    people = [one for one in signatories(desk.matter, desk.profile) if one.kind != "seal"]
    known = {str(person.id): person.assurance.value for person in desk.case.people}
    holders = {p.slot: person_of(p.slot, desk.matter, desk.profile) for p in people}
    slots = tuple(
        Slot(
            p.slot, holders[p.slot], p.name, p.role, p.rank, SlotState.WAITING,
            known=known.get(holders[p.slot], "none"),
        )
        for p in people
    )  # fmt: skip
    ceremony = Ceremony(
        id=ceremony_id,
        agreement_id=agreement_id,
        case_id=desk.case.id,
        state=CeremonyState.SIGNING,
        void_reason=None,
        number=number,
        manifest=frozen.manifest,
        manifest_sha256=frozen.manifest_sha256,
        deadline=deadline,
        created_at=frame.frozen_at,
        effective_at=None,
        fence=0,
        lease=None,
        sealing=None,
        slots=slots,
        files=(),
        mode=mode,
    )
    await store.create(tx, ceremony, frozen.files)
    digest = text_hash(agreement_text(desk.terms, desk.matter, desk.profile, frame, app[OUTLINE]))
    state = advance(table(desk.profile), desk.agreement.state, Act.FREEZE)
    await agreements.save(
        tx, replace(desk.agreement, state=state, number=number, text_hash=digest, ceremony=ceremony_id)
    )
    body: dict[str, JsonValue] = {
        "agreement": agreement_id,
        "ceremony": ceremony_id,
        "number": number,
        "text": digest,
        "manifest": frozen.manifest_sha256,
        "deadline": wire(deadline),
        "version": desk.newest.number,
        "mode": mode.value,
    }
    await journal.append(tx, desk.case.id, "agreement.freeze", caller.id, body, frame.frozen_at)
