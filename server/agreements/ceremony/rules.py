"""The ceremony as pure tables and decisions: who is next, when turns begin, when a lease still counts."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from server.agreements.ceremony.model import (
    Ceremony,
    CeremonyAct,
    CeremonyState,
    Lease,
    Mode,
    Slot,
    SlotAct,
    SlotState,
)
from server.law.profiles import SEALING_GRACE

CEREMONY: dict[tuple[CeremonyState, CeremonyAct], CeremonyState] = {
    (CeremonyState.SIGNING, CeremonyAct.ALL_SIGNED): CeremonyState.SEALING,
    (CeremonyState.SIGNING, CeremonyAct.REFUSE): CeremonyState.VOID,
    (CeremonyState.SIGNING, CeremonyAct.EXPIRE): CeremonyState.VOID,
    (CeremonyState.SIGNING, CeremonyAct.REOPEN): CeremonyState.VOID,
    (CeremonyState.SEALING, CeremonyAct.SEAL): CeremonyState.COMPLETE,
    (CeremonyState.SEALING, CeremonyAct.EXPIRE): CeremonyState.VOID,
}
SLOT: dict[tuple[SlotState, SlotAct], SlotState] = {
    (SlotState.WAITING, SlotAct.CONFIRM): SlotState.CONFIRMED,
    (SlotState.CONFIRMED, SlotAct.ENROL): SlotState.ENROLLED,
    (SlotState.ENROLLED, SlotAct.ENROL): SlotState.ENROLLED,
    (SlotState.ENROLLED, SlotAct.CHECK): SlotState.READY,
    # A lost key: the former stays live until the new one is proven, then it is revoked (one live key per slot).
    (SlotState.READY, SlotAct.ENROL): SlotState.READY,
    (SlotState.READY, SlotAct.CHECK): SlotState.READY,
    (SlotState.READY, SlotAct.TAKE_TURN): SlotState.TURN,
    (SlotState.TURN, SlotAct.TAKE_TURN): SlotState.TURN,
    (SlotState.TURN, SlotAct.ENROL): SlotState.TURN,
    (SlotState.TURN, SlotAct.CHECK): SlotState.READY,
    (SlotState.TURN, SlotAct.LAPSE): SlotState.READY,
    (SlotState.TURN, SlotAct.SIGN): SlotState.SIGNED,
    # Another hand: everything begins again, the former key is revoked. Never in the middle of a turn.
    (SlotState.WAITING, SlotAct.TAKE): SlotState.WAITING,
    (SlotState.CONFIRMED, SlotAct.TAKE): SlotState.WAITING,
    (SlotState.ENROLLED, SlotAct.TAKE): SlotState.WAITING,
    (SlotState.READY, SlotAct.TAKE): SlotState.WAITING,
}
READY = frozenset({SlotState.READY, SlotState.TURN, SlotState.SIGNED})


def current(ceremony: Ceremony, now: datetime) -> Lease | None:
    """The lease that holds the turn now: unspent, the newest fence, not past its time."""
    lease = ceremony.lease
    if lease is None or lease.answer is not None or lease.fence != ceremony.fence or lease.expires_at <= now:
        return None
    return lease


def shown(slot: Slot, lease: Lease | None) -> SlotState:
    """The slot's state with the current lease taken into account."""
    if slot.state is SlotState.READY and lease is not None and lease.slot == slot.slot:
        return SlotState.TURN
    return slot.state


def barrier_open(slots: Sequence[Slot]) -> bool:
    """Turns start when every required person is ready, so that nobody decides after seeing another's signature."""
    return bool(slots) and all(slot.state in READY for slot in slots)


def next_up(slots: Sequence[Slot]) -> Slot | None:
    """Whose turn it is behind an open barrier: by rank, then readiness, then slot name; None before and after."""
    if not barrier_open(slots):
        return None
    waiting = [slot for slot in slots if slot.state is not SlotState.SIGNED]
    return min(waiting, key=_order, default=None)


def _order(slot: Slot) -> tuple[int, datetime, str]:
    if slot.ready_at is None:
        raise ValueError("a ready slot knows since when")
    return slot.rank, slot.ready_at, slot.slot


def may_turn(slots: Sequence[Slot], own: Slot, mode: Mode) -> bool:
    """Whether a ready slot's turn may begin. At separate times only the ranks below must have signed: whoever is ready
    and away holds up nobody of the same rank."""
    if mode is Mode.TOGETHER:
        up = next_up(slots)
        return up is not None and up.slot == own.slot
    return own.state is SlotState.READY and not before(slots, own)


def next_open(own: Sequence[Slot]) -> Slot | None:
    """Where somebody signs next; the last of their slots when all are signed."""
    return next((slot for slot in own if slot.state is not SlotState.SIGNED), own[-1] if own else None)


def before(slots: Sequence[Slot], own: Slot) -> tuple[Slot, ...]:
    """Those of a lower rank who have not signed."""
    return tuple(slot for slot in slots if slot.rank < own.rank and slot.state is not SlotState.SIGNED)


def waiting_for(slots: Sequence[Slot], own: Slot, mode: Mode = Mode.TOGETHER) -> tuple[str, ...]:
    """Names of those `own` waits for: all who are not ready, or everybody before them in the order. Somebody with
    several slots does not wait for themself."""
    if mode is Mode.SEPARATE:
        return _names(before(slots, own), own)
    if not barrier_open(slots):
        return _names((slot for slot in slots if slot.state not in READY), own)
    earlier = [slot for slot in slots if slot.state is not SlotState.SIGNED and _order(slot) < _order(own)]
    return _names(sorted(earlier, key=_order), own)


def _names(slots: Iterable[Slot], own: Slot) -> tuple[str, ...]:
    return tuple(dict.fromkeys(slot.name for slot in slots if slot.holder != own.holder))


def all_signed(slots: Sequence[Slot]) -> bool:
    """Whether the last person signed."""
    return bool(slots) and all(slot.state is SlotState.SIGNED for slot in slots)


def due(ceremony: Ceremony, now: datetime) -> str | None:
    """The reason why the ceremony has run out at `now`: `deadline` while signing, `sealing_too_late` after it.

    Sealing must end before the signers' certificates do (deadline + grace); later the file could never be valid.
    """
    return run_out(ceremony.state, ceremony.deadline, now)


def run_out(state: CeremonyState, deadline: datetime, now: datetime) -> str | None:
    """The same from what it rests on."""
    if state is CeremonyState.SIGNING and now >= deadline:
        return "deadline"
    if state is CeremonyState.SEALING and now >= deadline + SEALING_GRACE:
        return "sealing_too_late"
    return None


def may_refuse(ceremony: Ceremony, slots: Sequence[Slot]) -> bool:
    """Any signatory who has not signed everywhere yet may refuse; it voids the ceremony for all."""
    return ceremony.state is CeremonyState.SIGNING and any(slot.state is not SlotState.SIGNED for slot in slots)
