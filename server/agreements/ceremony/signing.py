"""Machine turns of the ceremony: open a lease, take back the signatures, store them if the fence is still current."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

import msgspec
from aiohttp import web

from documents import Manifest, SignatureRejected, TimestampUnavailable
from server.agreements import store as agreements
from server.agreements.ceremony import leases, rules, store, turns
from server.agreements.ceremony.model import (
    LEASE,
    Ceremony,
    CeremonyAct,
    CeremonyState,
    Enrolment,
    Lease,
    Slot,
    SlotAct,
    SlotState,
)
from server.agreements.ceremony.wire import ReceiptView, SignedView, SignIn, TurnFileView, TurnView
from server.agreements.errors import CeremonyOver, NotYourTurn, SignatureRefused, StaleLease
from server.agreements.model import Act
from server.agreements.rules import table
from server.clock import wire
from server.errors import Invalid, JsonValue, NotFound, Unavailable
from server.ids import new
from server.law.profiles import PROFILES
from server.lifecycle import advance
from server.store import journal
from server.store.db import Tx
from server.web import keys


async def take_turn(tx: Tx, ceremony: Ceremony, slot: Slot, now: datetime) -> TurnView:
    """A new lease with the next fence and freshly prepared updates; a former lease of the same slot is dead.

    Raises NotYourTurn.
    """
    lease = rules.current(ceremony, now)
    shown = rules.shown(slot, lease)
    held_by_other = lease is not None and lease.slot != slot.slot
    may = rules.may_turn(ceremony.slots, slot, ceremony.mode)
    if shown not in (SlotState.READY, SlotState.TURN) or not may or held_by_other:
        raise NotYourTurn(shown, rules.waiting_for(ceremony.slots, slot, ceremony.mode))
    advance(rules.SLOT, shown, SlotAct.TAKE_TURN)
    enrolment = await store.live_enrolment(tx, ceremony.id, slot.slot)
    if enrolment is None:
        raise LookupError("a ready slot has a live certificate")
    bases = await leases.latest(tx, ceremony.id)
    manifest = Manifest.parse(ceremony.manifest)
    prepared = await asyncio.to_thread(turns.prepare, manifest, bases, enrolment, now)
    fresh = Lease(new("lea"), ceremony.id, slot.slot, enrolment.id, ceremony.fence + 1, now + LEASE, None)
    await leases.open_lease(tx, fresh, [(one.file, one.base_sha256, one.change) for one in prepared])
    files = [TurnFileView(one.file, one.tail) for one in prepared]
    return TurnView(fresh.id, slot.slot, fresh.fence, wire(fresh.expires_at), files)


@dataclass(frozen=True)
class Held:
    """All that is needed to judge what came back, read in one snapshot."""

    ceremony: Ceremony
    slot: Slot
    lease: Lease
    enrolment: Enrolment
    bases: dict[str, tuple[bytes, bytes]]
    changes: dict[str, bytes]


async def hold(
    tx: Tx, ceremony: Ceremony, slots: Sequence[Slot], lease_id: str, body: SignIn, now: datetime
) -> Held | SignedView:
    """The lease of one of the caller's slots and its bases, or the stored answer of a lease that was accepted before.

    Raises NotFound, StaleLease, CeremonyOver, Invalid.
    """
    newest = ceremony.lease
    lease = newest if newest and newest.id == lease_id else await leases.load_lease(tx, lease_id)
    slot = next((one for one in slots if lease is not None and one.slot == lease.slot), None)
    if lease is None or slot is None or lease.ceremony != ceremony.id:
        raise NotFound("lease")
    if lease.answer is not None:
        return msgspec.json.decode(lease.answer, type=SignedView)
    if ceremony.state is not CeremonyState.SIGNING:
        raise CeremonyOver(ceremony.state, ceremony.void_reason)
    if body.fence != lease.fence or newest is None or newest.id != lease.id:
        raise StaleLease("fence")
    if lease.expires_at <= now:
        raise StaleLease("expired")
    enrolment = await store.live_enrolment(tx, ceremony.id, slot.slot)
    if enrolment is None or enrolment.id != lease.enrolment:
        raise StaleLease("fence")
    updates = await leases.lease_updates(tx, lease.id)
    if sorted(one.id for one in body.files) != sorted(updates):
        raise Invalid({"files": "value"})
    bases = await leases.latest(tx, ceremony.id)
    for file, (base_sha256, _) in updates.items():
        if sha256(b"".join(bases[file])).hexdigest() != base_sha256:
            raise StaleLease("base")
    return Held(ceremony, slot, lease, enrolment, bases, {file: change for file, (_, change) in updates.items()})


async def judge(app: web.Application, held: Held, body: SignIn, now: datetime) -> tuple[turns.Accepted, ...]:
    """Re-check every signature and put it in, outside the database. Raises SignatureRefused, Unavailable.

    Without a time-stamp the lease ends and the slot is ready again; nothing is lost.
    """
    returned = [turns.Returned(one.id, one.signed_attrs, one.signature) for one in body.files]
    manifest = Manifest.parse(held.ceremony.manifest)
    certificate = held.enrolment.certificate or b""
    try:
        return await asyncio.to_thread(
            turns.accept, manifest, held.bases, held.changes, returned, certificate, app[keys.TSA], now
        )
    except SignatureRejected as error:
        raise SignatureRefused(error.reason) from None
    except TimestampUnavailable as error:
        async with app[keys.DB].transaction() as tx:
            fresh = await store.load(tx, held.ceremony.id)
            if fresh is not None and fresh.fence == held.lease.fence:
                await leases.drop_lease(tx, held.ceremony.id)
        raise Unavailable("timestamp_unavailable") from error


async def keep(tx: Tx, held: Held, accepted: tuple[turns.Accepted, ...], now: datetime) -> tuple[SignedView, bool]:
    """Store all files' signatures iff nothing moved since `hold`; returns the answer and whether all have signed.

    Raises StaleLease, CeremonyOver.
    """
    ceremony, lease = held.ceremony, held.lease
    fresh = await leases.standing(tx, ceremony.id, held.slot.slot)
    if fresh is None or fresh.state is not CeremonyState.SIGNING or rules.due(ceremony, now):
        over = fresh.state if fresh else CeremonyState.VOID
        raise CeremonyOver(over, fresh.void_reason if fresh else None)
    if fresh.lease != lease.id or fresh.fence != lease.fence:
        raise StaleLease("fence")
    if fresh.answer is not None:  # the same lease sent twice at once: one was stored, both are answered alike
        return msgspec.json.decode(fresh.answer, type=SignedView), False
    if fresh.enrolment != held.enrolment.id:
        raise StaleLease("fence")
    if fresh.revisions != {file.id: file.revisions for file in ceremony.files if file.revisions}:
        raise StaleLease("base")
    state = advance(rules.SLOT, SlotState.TURN, SlotAct.SIGN)
    numbers = {file.id: file.revisions + 1 for file in ceremony.files}
    made = [(one.file, numbers[one.file], one.change, one.sha256) for one in accepted]
    answer = SignedView(state, [ReceiptView(one.file, one.sha256) for one in accepted])
    await leases.accept(tx, lease, made, msgspec.json.encode(answer).decode(), now)
    body: dict[str, JsonValue] = {
        "ceremony": ceremony.id,
        "slot": held.slot.slot,
        "fence": lease.fence,
        "certificate": sha256(held.enrolment.certificate or b"").hexdigest(),
        "files": {one.file: one.sha256 for one in accepted},
    }
    await journal.append(tx, ceremony.case_id, "ceremony.sign", held.slot.holder, body, now)
    # Nobody signs without the newest fence: the other slots' signatures are those `hold` saw.
    slots = tuple(replace(one, state=state) if one.slot == held.slot.slot else one for one in ceremony.slots)
    return answer, await _after_signature(tx, replace(ceremony, slots=slots), now)


async def _after_signature(tx: Tx, ceremony: Ceremony, now: datetime) -> bool:
    """Move the agreement; with the last signature the ceremony waits for its seal."""
    agreement = await agreements.load(tx, ceremony.agreement_id)
    if agreement is None:
        raise LookupError(ceremony.agreement_id)
    signing = advance(table(PROFILES[agreement.profile]), agreement.state, Act.SIGN)
    if signing is not agreement.state:
        await agreements.save(tx, replace(agreement, state=signing))
    if not rules.all_signed(ceremony.slots):
        return False
    state = advance(rules.CEREMONY, ceremony.state, CeremonyAct.ALL_SIGNED)
    await store.await_seal(tx, ceremony.id, state)
    await journal.append(tx, ceremony.case_id, "ceremony.all_signed", "server", {"ceremony": ceremony.id}, now)
    return True
