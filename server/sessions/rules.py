"""How sessions and seats move on. Pure."""

from server.errors import NotFound
from server.sessions.model import NotReady, Progress, Seat, Session, SessionAct, SessionOver, SessionState, Step
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


def step(seat: Seat) -> Step:
    """What the seat does next. Without consent to meet online there is no way past the consent page."""
    if seat.identified_at is None:
        return Step.identify
    if not seat.online or seat.esign is None:
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
    if seat.checked_at:
        return Progress.checked
    if seat.verified_at:
        return Progress.verified
    return Progress.consented if seat.online else Progress.opened


def not_over(session: Session) -> None:
    """Raises SessionOver."""
    if session.state in (S.closed, S.cancelled):
        raise SessionOver(session.state.value)


def same_session(seat: Seat, caller: Caller) -> None:
    """A seat's cookie opens its own seat only."""
    if caller.seat_id != seat.id:
        raise NotFound("seat")
