"""The state table of an application: every pair of state and act, the days an act may have, and what it must name."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from server.confirmation import rules
from server.confirmation.model import Act, Application, Event, State
from server.confirmation.rules import Said
from server.errors import IllegalAct, Invalid
from server.law import holidays
from server.law.confirmation import window
from server.law.sources import known

EFFECT, TODAY = date(2026, 11, 26), date(2026, 12, 10)
WINDOW = window(holidays.read(), EFFECT, 30)  # until 2026-12-28
BLANK = Application("cfm_1", "agr_1", "cas_1", State.preparing, datetime(2026, 11, 26, tzinfo=UTC))
FULL = {
    Act.submit: {"court": "嘉南区法院"},
    Act.ask_correction: {"deadline": date(2026, 12, 12), "note": "补交身份证复印件"},
    Act.docket: {"case_no": "(2026)嘉0402诉前调确1号"},
    Act.refuse: {"reason": "other_court"},
    Act.dismiss: {"reason": "unclear"},
}


def said(act: Act, on: date = TODAY, **more: object) -> Said:
    return Said(act, on, **(FULL.get(act, {}) | more))  # type: ignore[arg-type]


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("act", Act)
def test_an_act_leads_where_the_table_says_and_nowhere_else(state: State, act: Act) -> None:
    before = replace(BLANK, state=state, deadline=date(2026, 12, 1) if state is State.correcting else None)
    late = replace(WINDOW, last=date(2026, 12, 9)) if act is Act.lapse else WINDOW
    if (state, act) not in rules.TABLE:
        with pytest.raises(IllegalAct):
            rules.moved(before, said(act), late, None, TODAY)
        return
    assert rules.moved(before, said(act), late, None, TODAY).state is rules.TABLE[state, act]


def test_nothing_follows_a_final_state_and_all_are_reached() -> None:
    final = set(State) - {state for state, _ in rules.TABLE}
    assert final == {State.confirmed, State.dismissed, State.refused, State.withdrawn, State.lapsed}
    assert set(rules.TABLE.values()) == set(State) - {State.preparing}


@pytest.mark.parametrize(
    ("one", "wrong"),
    [
        (said(Act.submit, court=""), {"court": "required"}),
        (said(Act.submit, date(2026, 11, 25)), {"on": "range"}),
        (said(Act.submit, date(2026, 12, 11)), {"on": "range"}),
        (said(Act.submit, reason="unclear"), {"reason": "value"}),
        (said(Act.lapse), {"on": "range"}),
    ],
)
def test_to_apply_needs_a_court_and_a_day_of_the_window(one: Said, wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        rules.moved(BLANK, one, WINDOW, None, TODAY)
    assert refused.value.fields == wrong


def test_what_was_filed_in_time_may_be_written_down_later_but_not_filed_later() -> None:
    after = date(2027, 1, 5)
    assert rules.over(BLANK, WINDOW, after) and not rules.over(BLANK, WINDOW, WINDOW.last)
    assert rules.moved(BLANK, said(Act.submit, WINDOW.last), WINDOW, None, after).submitted_on == WINDOW.last
    with pytest.raises(Invalid):
        rules.moved(BLANK, said(Act.submit, date(2026, 12, 29)), WINDOW, None, after)
    assert rules.moved(BLANK, said(Act.lapse, after), WINDOW, None, after).state is State.lapsed


@pytest.mark.parametrize(
    ("state", "one", "wrong"),
    [
        (State.submitted, said(Act.ask_correction, deadline=None), {"deadline": "required"}),
        (State.submitted, said(Act.ask_correction, deadline=date(2026, 12, 9)), {"deadline": "range"}),
        (State.submitted, said(Act.ask_correction, note=""), {"note": "required"}),
        (State.submitted, said(Act.docket, case_no=""), {"case_no": "required"}),
        (State.submitted, said(Act.refuse, reason=""), {"reason": "required"}),
        (State.submitted, said(Act.refuse, reason="unclear"), {"reason": "value"}),
        (State.docketed, said(Act.dismiss, reason="mood"), {"reason": "value"}),
        (State.docketed, said(Act.confirm, date(2026, 12, 1)), {"on": "range"}),
    ],
)
def test_each_act_names_what_belongs_to_it_and_follows_the_one_before(
    state: State, one: Said, wrong: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        rules.moved(replace(BLANK, state=state), one, WINDOW, date(2026, 12, 5), TODAY)
    assert refused.value.fields == wrong


def test_a_correction_has_its_day_and_lapses_only_after_it() -> None:
    asked = rules.moved(replace(BLANK, state=State.submitted), said(Act.ask_correction), WINDOW, TODAY, TODAY)
    assert asked.deadline == date(2026, 12, 12)
    assert Act.lapse not in rules.allowed(asked, WINDOW, date(2026, 12, 12))
    assert Act.lapse in rules.allowed(asked, WINDOW, date(2026, 12, 13))
    assert rules.moved(asked, said(Act.resubmit), WINDOW, TODAY, TODAY).deadline is None


def test_whoever_let_a_correction_pass_may_apply_once_more() -> None:
    assert State.lapsed in rules.AGAIN and not rules.AGAIN & {State.confirmed, State.dismissed}


def test_every_ground_has_its_article() -> None:
    for act, grounds in rules.GROUNDS.items():
        assert all(known(article) and rules.article_of(act, code) == article for code, article in grounds.items())


def test_an_appointment_called_off_stands_no_more() -> None:
    at = datetime(2026, 12, 1, tzinfo=UTC)
    first, second = (Event(f"cfe_{n}", "appointment", TODAY, at, "acc", {}) for n in (1, 2))
    off = Event("cfe_3", "cancelled", TODAY, at, "acc", {"of": "cfe_1"})
    assert rules.appointments([first, second, off]) == [second]
