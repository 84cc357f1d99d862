"""How sessions and seats move on. Pure."""

import re
from datetime import datetime, timedelta

import msgspec

from server.cases import rules as case_rules
from server.cases.model import Case
from server.errors import NotFound, NotPermitted
from server.people.rules import mask_phone
from server.sessions.model import (
    NotReady,
    Progress,
    Seat,
    Session,
    SessionAct,
    SessionOver,
    SessionState,
    Step,
    Telephone,
    Trial,
)
from server.web.call import Caller

A, S = SessionAct, SessionState

TABLE: dict[tuple[SessionState, SessionAct], SessionState] = {
    (S.scheduled, A.open): S.open,
    (S.scheduled, A.cancel): S.cancelled,
    (S.open, A.pause): S.paused,
    (S.open, A.adjourn): S.scheduled,
    (S.open, A.close): S.closed,
    (S.paused, A.resume): S.open,
    (S.paused, A.adjourn): S.scheduled,
    (S.paused, A.close): S.closed,
}
LANDS_IN = {A.open: S.open, A.pause: S.paused, A.resume: S.open, A.close: S.closed, A.cancel: S.cancelled}
"""A repeated click finds the session where the act would have brought it: answered, not refused."""


EARLY = timedelta(hours=1)
"""Before the last hour a link leads to a trial run, not into the waiting room."""
NUMBER = re.compile(r"\+?[0-9](?:[ -]?[0-9]){4,19}")
"""A number to be called on: also a land line with its area code."""


def early(session: Session, now: datetime) -> bool:
    """Whether the day has not come yet."""
    return session.state is S.scheduled and session.starts_at - now > EARLY


def step(seat: Seat) -> Step:
    """What the seat does next. Without consent to meet online there is no way past the consent page."""
    if seat.identified_at is None:
        return Step.identify
    if seat.phone_at is not None:
        return Step.telephone
    if not seat.online:  # chosen together with `esign`, which a guest is not asked
        return Step.consent
    if seat.verified_at is None:
        return Step.code
    if seat.checked_at is None:
        return Step.devices
    return Step.room


def need(seat: Seat, reached: Step) -> None:
    """Raises NotReady when a step before `reached` is missing."""
    order = list(Step)
    now = step(seat)
    if order.index(now) < order.index(reached):
        raise NotReady(f"{now.value} first", step=now.value)


def progress(seat: Seat | None, waiting: bool) -> Progress:
    """The word for the mediator's day."""
    if seat is None or seat.opened_at is None:
        return Progress.not_opened
    if waiting:
        return Progress.waiting
    if seat.device:
        return Progress.at_desk
    if seat.checked_at:
        return Progress.checked
    if seat.verified_at:
        return Progress.verified
    return Progress.consented if seat.online else Progress.opened


def trial(seat: Seat | None) -> Trial | None:
    """What the last trial run found."""
    if seat is None or seat.tried_at is None or seat.tried is None:
        return None
    return msgspec.convert({"at": seat.tried_at} | seat.tried, Trial)


def telephone(seat: Seat | None, *, whole: bool) -> Telephone | None:
    """The number to call; whole only for who dials it."""
    if seat is None or seat.phone_at is None:
        return None
    return Telephone(seat.phone_at, seat.phone if whole else mask_phone(seat.phone))


def stays_away(seat: Seat) -> bool:
    """Said no to coming by video, and asked for no telephone."""
    return seat.online is False and seat.phone_at is None


def not_over(session: Session) -> None:
    """Raises SessionOver."""
    if session.state in (S.closed, S.cancelled):
        raise SessionOver(session.state.value)


def may_host(session: Session, case: Case, caller: Caller) -> None:
    """Who leads this session: a court's is led by the court alone. Raises NotFound, NotPermitted."""
    case_rules.may_host(case, caller)
    if session.application:
        raise NotPermitted("the court leads")


def same_session(seat: Seat, caller: Caller) -> None:
    """A seat's cookie opens its own seat only."""
    if caller.seat_id != seat.id:
        raise NotFound("seat")
