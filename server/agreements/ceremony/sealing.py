"""The background step after the last signature: e-seal, validation data, document time-stamp, own judgement, release.

Resumed at start; repeated until it succeeds or the signers' certificates are about to end. Nothing of it is visible
before the one transaction that makes the ceremony complete."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from aiohttp import web

from documents import Authority, DocumentError, Report, TimeStamper, seal, verify
from server.agreements import store as agreements
from server.agreements.ceremony import ending, rules, store
from server.agreements.ceremony.model import Ceremony, CeremonyAct, CeremonyState, Sealing
from server.agreements.ceremony.stamp import draw
from server.agreements.model import Act
from server.agreements.rooms import tell
from server.agreements.rules import OVER, table
from server.cases import store as cases
from server.cases.model import CaseAct, CaseState
from server.clock import wire
from server.errors import JsonValue
from server.law.profiles import PROFILES, effective
from server.lifecycle import advance
from server.store import journal
from server.store.db import Tx
from server.web import keys
from signaling.tasks import spawn

log = logging.getLogger(__name__)
SLOT = "seal"
DELAYS = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0)
"""Seconds between tries; the last one is repeated."""
SWEEP = 20.0
"""Seconds between looks for ceremonies whose time has run out."""


@dataclass
class Sealers:
    """The sealing tasks of this process, one per ceremony."""

    delays: tuple[float, ...] = DELAYS
    tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)


SEALERS: web.AppKey[Sealers] = web.AppKey("sealers", Sealers)


class NotValid(Exception):
    """Our own judgement of the sealed file was not `valid`; the file is not released."""


def start(app: web.Application, ceremony_id: str) -> None:
    """Seal in the background; a ceremony that is being sealed already is left alone."""
    sealers = app[SEALERS]
    running = sealers.tasks.get(ceremony_id)
    if running is None or running.done():
        sealers.tasks[ceremony_id] = spawn(_until_sealed(app, ceremony_id), name=f"seal.{ceremony_id}")


async def lifetime(app: web.Application) -> AsyncIterator[None]:
    """Cleanup context: tell the authority what is revoked, resume what was being sealed, watch the deadlines."""
    app[SEALERS] = Sealers()
    async with app[keys.DB].reading() as tx:
        for serial, at in await store.revoked(tx):
            app[keys.AUTHORITY].revoke(serial, at)
        unfinished = await store.in_state(tx, CeremonyState.SEALING)
    for ceremony_id in unfinished:
        start(app, ceremony_id)
    sweeper = spawn(_sweep(app), name="ceremony.sweep")
    yield
    tasks = [sweeper, *app[SEALERS].tasks.values()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _sweep(app: web.Application) -> None:
    while True:
        await sweep(app)
        await asyncio.sleep(SWEEP)


async def sweep(app: web.Application) -> None:
    """Void every ceremony whose time has run out."""
    async with app[keys.DB].reading() as tx:
        open_ones = await store.in_state(tx, CeremonyState.SIGNING, CeremonyState.SEALING)
    for ceremony_id in open_ones:
        if await ending.expire(app, ceremony_id):
            await tell(app, ceremony_id)


async def _until_sealed(app: web.Application, ceremony_id: str) -> None:
    delays = app[SEALERS].delays
    attempt = 0
    while True:
        attempt += 1
        if await ending.expire(app, ceremony_id):
            return await tell(app, ceremony_id)
        try:
            done = await seal_once(app, ceremony_id, attempt)
        except DocumentError as error:
            cause = error.code
        except NotValid as error:
            cause = f"self_check_{error}"
        else:
            if done:
                await tell(app, ceremony_id)
            app[SEALERS].tasks.pop(ceremony_id, None)
            return None
        log.warning("ceremony.seal_failed", extra={"ceremony": ceremony_id, "cause": cause, "attempt": attempt})
        await _note(app, ceremony_id, Sealing("retrying", cause, attempt))
        await tell(app, ceremony_id)
        await asyncio.sleep(delays[min(attempt, len(delays)) - 1])


async def seal_once(app: web.Application, ceremony_id: str, attempt: int) -> bool:
    """One try; False when the ceremony is not waiting for its seal. Raises DocumentError, NotValid."""
    async with app[keys.DB].reading() as tx:
        ceremony = await store.load(tx, ceremony_id)
        if ceremony is None or ceremony.state is not CeremonyState.SEALING:
            return False
        bases = [(file.id, b"".join(await store.latest(tx, ceremony_id, file.id))) for file in ceremony.files]
        leaves = await store.certificates(tx, ceremony_id)
        head = await journal.head(tx, ceremony.case_id)
    await _note(app, ceremony_id, Sealing("running", "", attempt))
    authority, tsa = app[keys.AUTHORITY], app[keys.TSA]
    settings = app[keys.SETTINGS]
    image = await asyncio.to_thread(draw, settings.centre.name, settings.demo, app[keys.FONTS].regular_path)
    finals: dict[str, str] = {}
    effective_at: datetime | None = None
    for file, base in bases:
        whole, report = await asyncio.to_thread(_seal_file, base, authority, tsa, image, head, leaves)
        if report.verdict != "valid":
            raise NotValid(report.verdict)
        finals[file] = await app[keys.BLOBS].put(whole)
        effective_at = effective_at or _instant(report.effective_at)
    now = app[keys.CLOCK]()
    async with app[keys.DB].transaction() as tx:
        fresh = await store.load(tx, ceremony_id)
        if fresh is None or fresh.state is not CeremonyState.SEALING or rules.due(fresh, now):
            return False
        await _complete(tx, fresh, finals, effective_at or now, now)
    return True


def _seal_file(
    base: bytes, authority: Authority, tsa: TimeStamper, image: bytes, head: str, leaves: list[bytes]
) -> tuple[bytes, Report]:
    whole = asyncio.run(seal(base, SLOT, authority, tsa, image, head, leaves))
    return whole, verify(whole, (authority.root_der,), authority.clock())


async def _complete(tx: Tx, ceremony: Ceremony, finals: dict[str, str], effective_at: datetime, now: datetime) -> None:
    """Files, effect and release in one transaction [RMTJ 29(2)]."""
    agreement = await agreements.load(tx, ceremony.agreement_id)
    if agreement is None:
        raise LookupError(ceremony.agreement_id)
    profile = PROFILES[agreement.profile]
    signed = [(slot.role, slot.signed_at is not None) for slot in ceremony.slots]
    if not effective(profile, [*signed, ("committee", True)]):
        raise AssertionError("sealed without every signature of the rule of effect")
    for file, sha256 in finals.items():
        await store.finish_file(tx, ceremony.id, file, sha256)
    state = advance(rules.CEREMONY, ceremony.state, CeremonyAct.SEAL)
    await store.set_state(tx, ceremony.id, state, effective_at=effective_at)
    await store.set_sealing(tx, ceremony.id, Sealing("done", "", ceremony.sealing.attempts if ceremony.sealing else 1))
    await store.forget_drawings(tx, ceremony.id)
    moves = table(profile)
    after = advance(moves, advance(moves, agreement.state, Act.TAKE_EFFECT), Act.COMPLETE)
    await agreements.save(tx, replace(agreement, state=after, effective_at=effective_at))
    body: dict[str, JsonValue] = {
        "agreement": agreement.id,
        "ceremony": ceremony.id,
        "number": ceremony.number,
        "files": dict[str, JsonValue](finals),
        "effective_at": wire(effective_at),
        "profile": profile.code,
    }
    await journal.append(tx, ceremony.case_id, "agreement.complete", ending.SERVER, body, now)
    await _conclude(tx, ceremony.case_id, now)


async def _conclude(tx: Tx, case_id: str, now: datetime) -> None:
    """The case is settled and takes effect with its last open agreement, in the same transaction (architecture 4)."""
    case = await cases.load(tx, case_id)
    still_open = [one for one in await agreements.all_of_case(tx, case_id) if one.state not in OVER]
    if case.state is CaseState.in_mediation and not still_open:
        case = await cases.advance(tx, case, CaseAct.settle, ending.SERVER, now)
        await cases.advance(tx, case, CaseAct.take_effect, ending.SERVER, now)


async def _note(app: web.Application, ceremony_id: str, sealing: Sealing) -> None:
    async with app[keys.DB].transaction() as tx:
        await store.set_sealing(tx, ceremony_id, sealing)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
