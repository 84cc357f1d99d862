"""Agreements signed by hand: where the law keeps electronic signatures out [ESL 3], or people prefer ink. The text is
printed once, under its number; a clerk files the scan and the day of the last signature; then it takes effect."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, time

from aiohttp import web

from documents import DocumentError, FontUnavailable, MissingGlyphs, lay_out_by_hand, text_hash
from server.agreements import store
from server.agreements.desk import Desk, conclude, load_desk, need_mediator, need_newest, need_open_case
from server.agreements.document import Frame, paper_text
from server.agreements.errors import CannotPrint, NotConfirmed, PeopleLacking
from server.agreements.model import Act, Agreement, Paper, State
from server.agreements.outline import OUTLINE
from server.agreements.rules import table
from server.agreements.scans import type_of
from server.clock import wire
from server.errors import Invalid, JsonValue, Unavailable
from server.law import dates
from server.law.roles import lacks
from server.lifecycle import advance
from server.sessions import store as sessions
from server.store import journal
from server.store.db import Tx
from server.web import keys
from server.web.call import Caller


async def print_out(app: web.Application, agreement_id: str, caller: Caller, version: int | None) -> None:
    """Take the number, print `version`, keep the file. Raises IllegalAct, CaseOver, Stale, NotConfirmed, PeopleLacking,
    CannotPrint, Unavailable."""
    now = app[keys.CLOCK]().replace(microsecond=0)
    settings = app[keys.SETTINGS]
    async with app[keys.DB].transaction() as tx:
        desk = await load_desk(tx, agreement_id, caller, settings.centre, now)
        _permit(desk, caller)
        need_newest(desk, version)
        number = await store.take_number(
            tx, settings.centre.series, settings.centre.first_number, dates.legal_day(now).year, agreement_id, "", now
        )
        head = await journal.head(tx, desk.case.id)
        held = await sessions.of_case(tx, desk.case.id)
    when = (held[-1].starts_at if held else now).astimezone(dates.ZONE)
    frame = Frame(
        number, f"{settings.http.origin}/verify", settings.demo, head, now,
        f"{dates.written(when.date())} {when:%H:%M}",
    )  # fmt: skip
    text = paper_text(desk.terms, desk.matter, desk.profile, frame, app[OUTLINE])
    try:
        pdf, pages = await asyncio.to_thread(lay_out_by_hand, text, app[keys.FONTS])
        digest = await app[keys.BLOBS].put(pdf)
        async with app[keys.DB].transaction() as tx:
            fresh = await load_desk(tx, agreement_id, caller, settings.centre, now)
            _permit(fresh, caller)
            if fresh.newest.number != desk.newest.number or fresh.matter != desk.matter:
                raise NotConfirmed
            state = advance(table(desk.profile), fresh.agreement.state, Act.PRINT)
            printed = Paper(digest, pages, wire(now))
            saved = replace(fresh.agreement, state=state, number=number, text_hash=text_hash(text), paper=printed)
            await store.save(tx, saved)
            body: dict[str, JsonValue] = {
                "agreement": agreement_id, "number": number, "text": text_hash(text), "file": digest,
                "version": desk.newest.number,
            }  # fmt: skip
            await journal.append(tx, desk.case.id, "agreement.print", caller.id, body, now)
    except BaseException as error:
        async with app[keys.DB].transaction() as tx:
            await store.void_number(tx, number, now)
        if isinstance(error, MissingGlyphs):
            raise CannotPrint(error) from error
        if isinstance(error, FontUnavailable | DocumentError):
            raise Unavailable(error.code) from error
        raise


def _permit(desk: Desk, caller: Caller) -> None:
    need_mediator(desk, caller)
    need_open_case(desk.case)
    advance(table(desk.profile), desk.agreement.state, Act.PRINT)
    if not desk.complete():
        raise NotConfirmed
    found = [one for one in lacks(desk.matter.people, desk.profile, desk.matter.day) if one.code != "seal_missing"]
    if found:  # a company brings its own stamp
        raise PeopleLacking(found)


async def take_back(tx: Tx, agreement: Agreement, state: State, at: datetime) -> Agreement:
    """The agreement in `state`, where its print counts no more; its number is void, and kept if it is void too."""
    if agreement.number:
        await store.void_number(tx, agreement.number, at)
    number = agreement.number if state is State.VOID else None
    return replace(agreement, state=state, number=number, text_hash=None, paper=None)


async def file_scan(app: web.Application, agreement_id: str, caller: Caller, scan: bytes, signed_on: str) -> None:
    """Keep the scan; the agreement takes effect as of the day the clerk read. Raises Invalid, IllegalAct, NotFound."""
    now = app[keys.CLOCK]()
    media_type = type_of(scan)
    day = _day(signed_on)
    digest = await app[keys.BLOBS].put(scan)
    async with app[keys.DB].transaction() as tx:
        desk = await load_desk(tx, agreement_id, caller, app[keys.SETTINGS].centre, now)
        state = advance(table(desk.profile), desk.agreement.state, Act.FILE)
        paper = desk.agreement.paper
        if paper is None:
            raise LookupError(agreement_id)
        if not dates.legal_day(datetime.fromisoformat(paper.printed_at)) <= day <= dates.legal_day(now):
            raise Invalid({"signed_on": "range"})
        effective_at = datetime.combine(day, time.min, dates.ZONE)
        filed = replace(
            paper, scan_sha256=digest, scan_type=media_type, signed_on=day.isoformat(), filed_by=caller.id
        )  # fmt: skip
        await store.save(tx, replace(desk.agreement, state=state, paper=filed, effective_at=effective_at))
        body: dict[str, JsonValue] = {
            "agreement": agreement_id, "number": desk.agreement.number, "scan": digest, "type": media_type,
            "signed_on": day.isoformat(), "effective_at": wire(effective_at), "profile": desk.profile.code,
        }  # fmt: skip
        await journal.append(tx, desk.case.id, "agreement.file", caller.id, body, now)
        await conclude(tx, desk.case, caller.id, now)
    app[keys.ANCHOR_SOON].set()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid({"signed_on": "format" if text else "required"}) from None
