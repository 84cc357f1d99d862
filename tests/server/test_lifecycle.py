"""Every table of the office: all states times all acts, each either leads on or says what would."""

from enum import StrEnum

import pytest

from server.cases.model import CaseAct, CaseState
from server.cases.rules import TABLE as CASE
from server.errors import IllegalAct
from server.lifecycle import advance
from server.sessions.model import SessionAct, SessionState
from server.sessions.rules import TABLE as SESSION

MACHINES = [
    (CASE, CaseState, CaseAct, CaseState.submitted, {"concluded", "declined", "withdrawn", "failed"}),
    (SESSION, SessionState, SessionAct, SessionState.scheduled, {"closed", "cancelled"}),
]


@pytest.mark.parametrize("table, states, acts, first, final", MACHINES, ids=["case", "session"])
def test_every_pair_leads_on_or_names_the_acts_allowed(
    table: dict[tuple[StrEnum, StrEnum], StrEnum], states: type[StrEnum], acts: type[StrEnum], first: StrEnum,
    final: set[str],
) -> None:  # fmt: skip
    for state in states:
        allowed = sorted(act.value for here, act in table if here is state)
        assert bool(allowed) is (state.value not in final)
        for act in acts:
            if (state, act) in table:
                assert advance(table, state, act) is table[state, act]
            else:
                with pytest.raises(IllegalAct) as caught:
                    advance(table, state, act)
                assert caught.value.data == {"state": state.value, "act": act.value, "allowed": allowed}


@pytest.mark.parametrize("table, states, acts, first, final", MACHINES, ids=["case", "session"])
def test_every_state_can_be_reached(
    table: dict[tuple[StrEnum, StrEnum], StrEnum], states: type[StrEnum], acts: type[StrEnum], first: StrEnum,
    final: set[str],
) -> None:  # fmt: skip
    reached = {first}
    while more := {to for (here, _), to in table.items() if here in reached} - reached:
        reached |= more
    assert reached == set(states)
