"""The table of a seat: every state with every act."""

from itertools import product
from typing import get_args

import pytest

from signaling.errors import IllegalAct
from signaling.person import TABLE, Act, advance
from signaling.protocol import Seat

SEATS = get_args(Seat)


@pytest.mark.parametrize(("seat", "act"), list(product(SEATS, Act)))
def test_each_act_is_in_the_table_or_refused_with_what_was_possible(seat: Seat, act: Act) -> None:
    if (seat, act) in TABLE:
        assert advance(seat, act) in SEATS
        return
    with pytest.raises(IllegalAct) as refused:
        advance(seat, act)
    assert seat in refused.value.detail and act in refused.value.detail


def test_removed_is_final() -> None:
    assert not [key for key in TABLE if key[0] == "removed"]


def test_every_state_but_invited_can_be_reached() -> None:
    assert set(TABLE.values()) == set(SEATS)
