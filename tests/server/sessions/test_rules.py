"""What a seat does next, and how far a party has come: every combination."""

import itertools
from dataclasses import replace
from datetime import datetime

import pytest

from server.errors import NotFound
from server.ids import CaseId, PartyId, SeatId, SessionId
from server.sessions import rules
from server.sessions.model import NotReady, Progress, Seat, Session, SessionOver, SessionState, Step
from server.web.call import Caller
from tests.actors import START

SEAT = Seat(SeatId("sea_x"), SessionId("ses_x"), CaseId("cas_x"), PartyId("pty_x"), "0123456789abcdef")


def seats() -> list[Seat]:
    """All combinations of what can be done or not."""
    times: tuple[datetime | None, ...] = (None, START)
    answers = (None, False, True)
    return [
        replace(SEAT, identified_at=a, online=b, esign=c, verified_at=d, checked_at=e)
        for a, b, c, d, e in itertools.product(times, answers, answers, times, times)
    ]


def test_the_room_is_reached_only_with_every_step_done() -> None:
    for seat in seats():
        done = [seat.identified_at, seat.online, seat.verified_at, seat.checked_at]
        assert (rules.step(seat) is Step.room) is all(done)


def test_need_lets_through_exactly_up_to_the_step_reached() -> None:
    order = list(Step)
    for seat, wanted in itertools.product(seats(), Step):
        reached = rules.step(seat)
        if order.index(wanted) <= order.index(reached):
            rules.need(seat, wanted)
        else:
            with pytest.raises(NotReady) as caught:
                rules.need(seat, wanted)
            assert caught.value.data == {"step": reached.value}


def test_progress_tells_the_furthest_point() -> None:
    opened = replace(SEAT, opened_at=START)
    told = [
        rules.progress(None, False),
        rules.progress(SEAT, False),
        rules.progress(opened, False),
        rules.progress(replace(opened, online=True), False),
        rules.progress(replace(opened, online=True, verified_at=START), False),
        rules.progress(replace(opened, online=True, verified_at=START, checked_at=START), False),
        rules.progress(replace(opened, verified_at=START, checked_at=START, device="login"), False),
        rules.progress(opened, True),
    ]
    assert told == [Progress.not_opened, *Progress]


@pytest.mark.parametrize("state", SessionState)
def test_closed_and_cancelled_sessions_are_over(state: SessionState) -> None:
    session = Session(SessionId("ses_x"), CaseId("cas_x"), state, START, 60)
    if state in (SessionState.closed, SessionState.cancelled):
        with pytest.raises(SessionOver):
            rules.not_over(session)
    else:
        rules.not_over(session)


def test_a_seats_cookie_is_for_its_own_seat() -> None:
    rules.same_session(SEAT, Caller("seat", seat_id="sea_x"))
    with pytest.raises(NotFound):
        rules.same_session(SEAT, Caller("seat", seat_id="sea_y"))
