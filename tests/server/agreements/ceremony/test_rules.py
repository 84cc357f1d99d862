"""The ceremony's tables, every state with every act, and the order of turns over many arrivals."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.agreements.ceremony import rules
from server.agreements.ceremony.model import (
    LEASE,
    Ceremony,
    CeremonyAct,
    CeremonyState,
    Lease,
    Mode,
    Slot,
    SlotAct,
    SlotState,
)
from server.errors import IllegalAct
from server.law.profiles import SEALING_GRACE
from server.lifecycle import advance

AT = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
CEREMONY = {
    ("signing", "all_signed"): "sealing",
    ("signing", "refuse"): "void",
    ("signing", "expire"): "void",
    ("signing", "reopen"): "void",
    ("sealing", "seal"): "complete",
    ("sealing", "expire"): "void",
}
SLOT = {
    ("waiting", "confirm"): "confirmed",
    ("confirmed", "enrol"): "enrolled",
    ("enrolled", "enrol"): "enrolled",
    ("enrolled", "check"): "ready",
    ("ready", "enrol"): "ready",
    ("ready", "check"): "ready",
    ("ready", "take_turn"): "turn",
    ("turn", "take_turn"): "turn",
    ("turn", "enrol"): "turn",
    ("turn", "check"): "ready",
    ("turn", "lapse"): "ready",
    ("turn", "sign"): "signed",
    ("waiting", "take"): "waiting",
    ("confirmed", "take"): "waiting",
    ("enrolled", "take"): "waiting",
    ("ready", "take"): "waiting",
}


@pytest.mark.parametrize(("state", "act"), list(product(CeremonyState, CeremonyAct)))
def test_every_state_of_a_ceremony_with_every_act(state: CeremonyState, act: CeremonyAct) -> None:
    expected = CEREMONY.get((state.value, act.value))
    if expected is not None:
        assert advance(rules.CEREMONY, state, act) == expected
    else:
        with pytest.raises(IllegalAct):
            advance(rules.CEREMONY, state, act)


@pytest.mark.parametrize(("state", "act"), list(product(SlotState, SlotAct)))
def test_every_state_of_a_slot_with_every_act(state: SlotState, act: SlotAct) -> None:
    expected = SLOT.get((state.value, act.value))
    if expected is not None:
        assert advance(rules.SLOT, state, act) == expected
    else:
        with pytest.raises(IllegalAct):
            advance(rules.SLOT, state, act)


def slot(name: str, rank: int, state: SlotState, ready: int | None = None) -> Slot:
    since = AT + timedelta(seconds=ready) if ready is not None else None
    return Slot(name, f"id-{name}", f"name-{name}", "applicant", rank, state, since)


def ceremony(
    state: CeremonyState, slots: tuple[Slot, ...] = (), lease: Lease | None = None, fence: int = 0
) -> Ceremony:
    return Ceremony(
        "cer", "agr", "cas", state, None, "(2026)第0001号", b"{}", "0" * 64, AT + timedelta(days=5), AT, None, fence,
        lease, None, slots, (),
    )  # fmt: skip


ARRIVALS = st.lists(
    st.tuples(st.sampled_from((1, 1, 2, 3)), st.integers(0, 50), st.sampled_from(SlotState)), min_size=1, max_size=6
)


@given(ARRIVALS)
def test_nobody_is_up_before_everyone_is_ready_and_then_rank_and_readiness_decide(
    arrivals: list[tuple[int, int, SlotState]],
) -> None:
    slots = [slot(f"s{n}", rank, state, ready) for n, (rank, ready, state) in enumerate(arrivals)]
    up = rules.next_up(slots)
    unready = [s for s in slots if s.state in (SlotState.WAITING, SlotState.CONFIRMED, SlotState.ENROLLED)]
    left = [s for s in slots if s.state is not SlotState.SIGNED]
    if unready or not left:
        assert up is None
        return
    assert up is not None
    assert all((up.rank, up.ready_at) <= (s.rank, s.ready_at) for s in left)
    assert rules.waiting_for(slots, up) == ()
    for other in left:
        assert (up.name in rules.waiting_for(slots, other)) == (other != up)


@given(ARRIVALS)
def test_whoever_is_not_ready_is_named_to_the_others(arrivals: list[tuple[int, int, SlotState]]) -> None:
    slots = [slot(f"s{n}", rank, state, ready) for n, (rank, ready, state) in enumerate(arrivals)]
    unready = {s.name for s in slots if s.state not in rules.READY}
    if unready:
        for own in slots:
            assert set(rules.waiting_for(slots, own)) == unready - {own.name}


def test_all_signed_needs_somebody() -> None:
    assert not rules.all_signed([])
    assert rules.all_signed([slot("a", 1, SlotState.SIGNED, 1)])
    assert not rules.all_signed([slot("a", 1, SlotState.SIGNED, 1), slot("b", 1, SlotState.READY, 1)])


@pytest.mark.parametrize(
    ("fence", "answer", "late", "counts"),
    [
        (3, None, timedelta(0), True),
        (4, None, timedelta(0), False),
        (3, "{}", timedelta(0), False),
        (3, None, LEASE, False),
        (3, None, LEASE - timedelta(seconds=1), True),
    ],
)
def test_a_lease_counts_while_it_is_newest_unspent_and_in_time(
    fence: int, answer: str | None, late: timedelta, counts: bool
) -> None:
    lease = Lease("lea", "cer", "a", "enr", 3, AT + LEASE, answer)
    one = slot("a", 1, SlotState.READY, 1)
    held = rules.current(ceremony(CeremonyState.SIGNING, (one,), lease, fence), AT + late)
    assert (held is not None) == counts
    assert rules.shown(one, held) is (SlotState.TURN if counts else SlotState.READY)


@pytest.mark.parametrize("state", CeremonyState)
def test_time_runs_out_at_the_deadline_and_for_the_seal_a_day_later(state: CeremonyState) -> None:
    one = ceremony(state)
    moments = (one.deadline - timedelta(seconds=1), one.deadline, one.deadline + SEALING_GRACE)
    expected: dict[CeremonyState, list[str | None]] = {
        CeremonyState.SIGNING: [None, "deadline", "deadline"],
        CeremonyState.SEALING: [None, None, "sealing_too_late"],
    }
    assert [rules.due(one, at) for at in moments] == expected.get(state, [None, None, None])


@pytest.mark.parametrize("state", SlotState)
def test_whoever_has_not_signed_may_refuse(state: SlotState) -> None:
    one = slot("a", 1, state, 1)
    assert rules.may_refuse(ceremony(CeremonyState.SIGNING, (one,)), (one,)) == (state is not SlotState.SIGNED)
    assert not rules.may_refuse(ceremony(CeremonyState.SEALING, (one,)), (one,))
    assert not rules.may_refuse(ceremony(CeremonyState.SIGNING, (one,)), ())


def test_at_separate_times_only_lower_ranks_come_before() -> None:
    lin, chen = slot("party-1", 1, SlotState.READY, 0), slot("party-2", 1, SlotState.WAITING)
    gu = slot("mediator", 7, SlotState.READY, 1)
    slots = (lin, chen, gu)
    assert rules.may_turn(slots, lin, Mode.SEPARATE) and not rules.may_turn(slots, lin, Mode.TOGETHER)
    assert not rules.may_turn(slots, gu, Mode.SEPARATE) and not rules.may_turn(slots, chen, Mode.SEPARATE)
    assert rules.waiting_for(slots, lin, Mode.SEPARATE) == ()
    assert rules.waiting_for(slots, gu, Mode.SEPARATE) == ("name-party-1", "name-party-2")
    done = (replace(lin, state=SlotState.SIGNED), replace(chen, state=SlotState.SIGNED), gu)
    assert rules.may_turn(done, gu, Mode.SEPARATE)


def test_nobody_waits_for_themself() -> None:
    rep, seal = slot("party-2-rep", 1, SlotState.READY, 0), slot("party-2-seal", 2, SlotState.READY, 0)
    seal = replace(seal, person=rep.person)
    assert rules.waiting_for((rep, seal), seal) == ()
    assert rules.next_open((rep, seal)) == rep
    assert rules.next_open((replace(rep, state=SlotState.SIGNED), seal)) == seal


def test_a_clerk_holds_what_they_took_and_its_person_no_longer() -> None:
    lin, gu = slot("party-1", 1, SlotState.WAITING), slot("mediator", 7, SlotState.WAITING)
    taken = replace(lin, clerk=gu.person, paper="0" * 64)
    held = ceremony(CeremonyState.SIGNING, (taken, gu))
    assert held.held_by(lin.person) == () and held.held_by(gu.person) == (gu,)
    assert held.held_by(gu.person, "party-1") == (taken,) and held.held_by(lin.person, "party-1") == ()
