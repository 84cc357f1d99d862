"""Every state machine is a table; this is the one function that reads it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from server.errors import IllegalAct

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


def advance(table: Mapping[tuple[S, A], S], state: S, act: A) -> S:
    """The state after `act`; raises IllegalAct naming the state, the act and the acts allowed."""
    if (state, act) in table:
        return table[state, act]
    raise IllegalAct(state, act, (known for here, known in table if here == state))
