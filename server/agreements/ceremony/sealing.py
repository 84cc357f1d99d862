"""The background step after the last signature: e-seal, validation data, document time-stamp, own judgement, release.

Taken up again at start; repeated until it succeeds or the signers' certificates are about to end. Nothing of it is
visible before the one transaction that makes the ceremony complete."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from aiohttp import web

from documents import Abroad, Authority, DocumentError, Manifest, Report, TimeStamper, seal, verify
from server.agreements import store as agreements
from server.agreements.ceremony import ending, leases, rules, store
from server.agreements.ceremony.model import Ceremony, CeremonyAct, CeremonyState, Sealing
from server.agreements.ceremony.stamp import draw
from server.agreements.desk import conclude
from server.agreements.model import Act
from server.agreements.rooms import tell
from server.agreements.rules import table
from server.cases import store as cases
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
PATIENCE = 10.0
"""Seconds a try under way gets when the process is told to stop."""
SWEEP = 20.0
"""Seconds between looks for ceremonies whose time has run out."""


@dataclass
class Sealers:
    """The sealing tasks of this process, one per ceremony."""

    delays: tuple[float, ...] = DELAYS
    tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def pause(self, seconds: float) -> None:
        """Wait, or less when the process stops."""
        try:
            await asyncio.wait_for(self.stopping.wait(), seconds)
        except TimeoutError:
            return


SEALERS: web.AppKey[Sealers] = web.AppKey("sealers", Sealers)


class NotValid(Exception):
    """Our own judgement of the sealed file was not `valid`; the file is not released."""


def start(app: web.Application, ceremony_id: str) -> None:
    """Seal in the background; a ceremony that is being sealed already is left alone."""
    sealers = app[SEALERS]
    sealers.tasks = {key: task for key, task in sealers.tasks.items() if not task.done()}
    if ceremony_id not in sealers.tasks:
        sealers.tasks[ceremony_id] = spawn(_until_sealed(app, ceremony_id), name=f"seal.{ceremony_id}")


async def lifetime(app: web.Application) -> AsyncIterator[None]:
    """Cleanup context: tell the authority what is revoked, resume what was being sealed, watch the deadlines."""
    app[SEALERS] = Sealers()
    async with app[keys.DB].transaction() as tx:
        ending.tell_revoked(app, await store.revoked(tx))
        for number in await store.orphans(tx, await agreements.numbers_in_use(tx)):
            await agreements.void_number(tx, number, app[keys.CLOCK]())
        left = await store.pending_of(tx)
    for one in left:
        await app[keys.BLOBS].remove(one)
    sweeper = spawn(_sweep(app), name="ceremony.sweep")
    yield
    app[SEALERS].stopping.set()
    tasks = [sweeper, *app[SEALERS].tasks.values()]
    _, late = await asyncio.wait(
        tasks, timeout=PATIENCE
    )  # a try under way ends by itself; it is taken up again at start
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _sweep(app: web.Application) -> None:
    while not app[SEALERS].stopping.is_set():
        try:
            await sweep(app)
        except Exception:  # one bad ceremony, or a locked database, must not end the watch
            log.exception("ceremony.sweep_failed")
        await app[SEALERS].pause(SWEEP)


async def sweep(app: web.Application) -> None:
    """Void every ceremony whose time has run out; seal those that wait for it and are not being sealed."""
    async with app[keys.DB].reading() as tx:
        open_ones = await store.in_state(tx, CeremonyState.SIGNING, CeremonyState.SEALING)
        unsealed = await store.in_state(tx, CeremonyState.SEALING)
    for ceremony_id in open_ones:
        if await ending.expire(app, ceremony_id):
            await tell(app, ceremony_id)
        elif ceremony_id in unsealed:
            start(app, ceremony_id)


async def _until_sealed(app: web.Application, ceremony_id: str) -> None:
    sealers = app[SEALERS]
    attempt = 0
    while not sealers.stopping.is_set():
        attempt += 1
        if await ending.expire(app, ceremony_id):
            return await tell(app, ceremony_id)
        try:
            done = await seal_once(app, ceremony_id, attempt)
        except DocumentError as error:
            cause, reason = error.code, error.detail
        except NotValid as error:
            cause, reason = f"self_check_{error}", ""
        else:
            if done:
                await tell(app, ceremony_id)
            return None
        facts = {"ceremony": ceremony_id, "cause": cause, "reason": reason, "attempt": attempt}
        log.warning("ceremony.seal_failed", extra=facts)
        await _note(app, ceremony_id, Sealing("retrying", cause, attempt))
        await tell(app, ceremony_id)
        await sealers.pause(sealers.delays[min(attempt, len(sealers.delays)) - 1])
    return None


async def seal_once(app: web.Application, ceremony_id: str, attempt: int) -> bool:
    """One try; False when the ceremony is not waiting for its seal. Raises DocumentError, NotValid."""
    async with app[keys.DB].reading() as tx:
        ceremony = await store.load(tx, ceremony_id)
        if ceremony is None or ceremony.state is not CeremonyState.SEALING:
            return False
        latest = await leases.latest(tx, ceremony_id)
        certificates = await store.certificates(tx, ceremony_id)
        bases = [
            (file.id, b"".join(latest[file.id]), [certificates[one.slot] for one in file.slots])
            for file in Manifest.parse(ceremony.manifest).files
        ]
        head = await journal.head(tx, ceremony.case_id)
    await _note(app, ceremony_id, Sealing("running", "", attempt))
    settings = app[keys.SETTINGS]
    image = await asyncio.to_thread(draw, settings.centre.name, settings.demo, app[keys.FONTS].regular_path)
    desk = _Desk(app[keys.AUTHORITY], app[keys.TSA], app[keys.ABROAD], app[keys.ANCHORS], image, head)
    wholes: dict[str, bytes] = {}
    effective_at: datetime | None = None
    for file, base, leaves in bases:  # the agreement first: it says when all takes effect
        whole, report = await asyncio.to_thread(desk.seal, base, leaves)
        if report.verdict != "valid":
            raise NotValid(report.verdict)
        wholes[file] = whole
        effective_at = effective_at or _instant(report.effective_at)
    return await _release(app, ceremony_id, wholes, effective_at)


async def _release(
    app: web.Application, ceremony_id: str, wholes: dict[str, bytes], effective_at: datetime | None
) -> bool:
    """Write the files, then release them in one transaction; nothing stays of a ceremony voided meanwhile."""
    blobs = app[keys.BLOBS]
    finals = {file: sha256(whole).hexdigest() for file, whole in wholes.items()}
    async with app[keys.DB].reading() as tx:
        former = await store.pending_of(tx, ceremony_id)
    for one in former:  # before their names are written over: killed in between, the next try finds them again
        await blobs.remove(one)
    async with app[keys.DB].transaction() as tx:
        await store.note_pending(tx, ceremony_id, finals)
    for whole in wholes.values():
        await blobs.put(whole)
    now = app[keys.CLOCK]()
    async with app[keys.DB].transaction() as tx:
        ceremony = await store.load(tx, ceremony_id)
        alive = ceremony is not None and ceremony.state is CeremonyState.SEALING and not rules.due(ceremony, now)
        if ceremony is not None and alive:
            await _complete(tx, ceremony, finals, effective_at or now, now)
    if ceremony is not None and alive:
        app[keys.ANCHOR_SOON].set()
        return True
    for one in finals.values():
        await blobs.remove(one)
    return False


@dataclass(frozen=True)
class _Desk:
    """What every file of a set is sealed with."""

    authority: Authority
    tsa: TimeStamper
    abroad: Abroad
    anchors: tuple[bytes, ...]
    image: bytes
    head: str

    def seal(self, base: bytes, leaves: list[bytes]) -> tuple[bytes, Report]:
        """Blocking; `leaves` are the certificates of those who signed this file, the report is our own judgement of
        what was made."""
        whole = asyncio.run(seal(base, SLOT, self.authority, self.tsa, self.image, self.head, leaves, self.abroad))
        return whole, verify(whole, self.anchors, self.authority.clock())


async def _complete(tx: Tx, ceremony: Ceremony, finals: dict[str, str], effective_at: datetime, now: datetime) -> None:
    """Files, effect and release in one transaction [RMTJ 29(2)]."""
    agreement = await agreements.load(tx, ceremony.agreement_id)
    if agreement is None:
        raise LookupError(ceremony.agreement_id)
    profile = PROFILES[agreement.profile]
    signed = [(slot.role, slot.signed_at is not None) for slot in ceremony.slots]
    if not effective(profile, [*signed, ("committee", True)]):
        raise AssertionError("sealed without every signature of the rule of effect")
    for file, digest in finals.items():
        await store.finish_file(tx, ceremony.id, file, digest)
    state = advance(rules.CEREMONY, ceremony.state, CeremonyAct.SEAL)
    await store.set_state(tx, ceremony.id, state, effective_at=effective_at)
    await store.set_sealing(tx, ceremony.id, Sealing("done", "", ceremony.sealing.attempts if ceremony.sealing else 1))
    await store.tidy(tx, ceremony.id)
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
    await conclude(tx, await cases.load(tx, ceremony.case_id), ending.SERVER, now)


async def _note(app: web.Application, ceremony_id: str, sealing: Sealing) -> None:
    async with app[keys.DB].transaction() as tx:
        await store.set_sealing(tx, ceremony_id, sealing)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
