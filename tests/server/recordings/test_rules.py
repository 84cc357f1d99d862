"""Every caller against every recording: who may know of it, who may see it, who learns who asked for what."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from server.cases.model import Case, CaseState, Facts, Filed, Party, Side
from server.errors import AppError, NotFound
from server.ids import AccountId, CaseId, PartyId, SessionId
from server.people.model import Assurance
from server.recordings import rules
from server.recordings.model import Recorded, Recording, RecordingAct, RecordingState
from server.web.call import Caller

NOW = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
LEADER, BESIDE, CLERK = AccountId("acc_leads"), AccountId("acc_beside"), AccountId("acc_clerk")
FILED = Filed("", "", "", "", "", "", "")
PARTIES = (PartyId("pty_in"), PartyId("pty_out"))
"""The first is in the recording, the other is not."""
KNOWN = Case(
    CaseId("cas_1"), "1", "t", "other", CaseState.in_mediation, Facts("", "", "", "", ""), "", LEADER, CLERK, False,
    NOW, tuple(Party(one, CaseId("cas_1"), Side.applicant, "", "", FILED, Assurance.code) for one in PARTIES),
    co_mediators=(BESIDE,),
)  # fmt: skip
BASE = Recording(
    "rec_1", KNOWN.id, SessionId("ses_1"), RecordingState.ended, 3, NOW, NOW + timedelta(days=180), b"key",
    people=(Recorded("rec_1", LEADER), Recorded("rec_1", PARTIES[0])),
)  # fmt: skip


def let_in(until: datetime | None) -> Recording:
    return replace(BASE, people=(BASE.people[0], replace(BASE.people[1], open_until=until)))


CALLERS = {
    "mediator": Caller("staff", LEADER, role="mediator"),
    "co_mediator": Caller("staff", BESIDE, role="mediator"),
    "recorder": Caller("staff", CLERK, role="recorder"),
    "other staff": Caller("staff", "acc_other", role="mediator"),
    "in it": Caller("seat", PARTIES[0], case_id=KNOWN.id),
    "not in it": Caller("seat", PARTIES[1], case_id=KNOWN.id),
    "another case": Caller("seat", PARTIES[0], case_id=CaseId("cas_other")),
    "nobody": Caller("nobody"),
}
RECORDINGS = {
    "on": replace(BASE, state=RecordingState.on),
    "ended": BASE,
    "open": let_in(NOW + timedelta(seconds=1)),
    "over": let_in(NOW),
    "destroyed": replace(let_in(NOW + timedelta(days=1)), state=RecordingState.destroyed),
}
KNOWS = {"mediator", "co_mediator", "in it"}
SEES = {("mediator", "ended"), ("mediator", "open"), ("mediator", "over"), ("in it", "open")}


@pytest.mark.parametrize(("who", "which"), list(product(CALLERS, RECORDINGS)))
def test_the_matrix(who: str, which: str) -> None:
    caller, recording = CALLERS[who], RECORDINGS[which]
    try:
        rules.may_view(KNOWN, recording, caller, NOW)
        said = ""
    except AppError as refused:
        said = refused.code
    if who not in KNOWS:
        assert said == "not_found"
        with pytest.raises(NotFound):
            rules.may_know(KNOWN, recording, caller)
        return
    shown = rules.view(KNOWN, recording, caller, NOW, {LEADER: "顾"})
    assert shown.may_view == ((who, which) in SEES) == (said == "")
    assert bool(shown.people) == (who == "mediator")
    if said:
        expected = {"on": "recording_under_way", "destroyed": "recording_destroyed"}.get(which, "recording_closed")
        assert said == expected


@pytest.mark.parametrize(("state", "act"), list(product(RecordingState, RecordingAct)))
def test_only_what_ended_is_destroyed_and_nothing_comes_back(state: RecordingState, act: RecordingAct) -> None:
    then = rules.TABLE.get((state, act))
    assert then == {("on", "end"): "ended", ("ended", "destroy"): "destroyed"}.get((state.value, act.value))


def test_all_ask_means_everybody_and_somebody() -> None:
    asked = [replace(one, delete_at=NOW) for one in BASE.people]
    assert rules.all_ask(replace(BASE, people=tuple(asked)))
    assert not rules.all_ask(replace(BASE, people=(asked[0], BASE.people[1])))
    assert not rules.all_ask(replace(BASE, people=()))


def test_its_time_is_over_to_the_second_and_never_while_it_is_made() -> None:
    assert rules.over(BASE, BASE.keep_until) and not rules.over(BASE, BASE.keep_until - timedelta(seconds=1))
    assert not rules.over(RECORDINGS["on"], BASE.keep_until)
