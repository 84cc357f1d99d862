"""Until when an agreement in effect can go to a court for confirmation; afterwards the reasoned no, and other ways."""

from datetime import datetime

from server.agreements.desk import Desk, load_desk
from server.agreements.model import State
from server.errors import NotFound
from server.law import confirmation, dates
from server.law.holidays import Calendar
from server.law.profiles import Profile
from server.law.sources import spelled
from server.web.call import Call, View, known
from server.web.routes import Routes

routes = Routes("agreements")
IN_EFFECT = (State.EFFECTIVE, State.COMPLETE)


class WayView(View):
    """Another way to what was agreed (words: i18n confirm.way.*)."""

    code: str
    article: str
    """Empty where no statute stands behind it."""


class ConfirmationView(View):
    """The days for joint application; dates are calendar days of the centre, the last one included."""

    since: str
    days: int
    counted: str
    """The last day by counting alone."""
    last: str
    """The same, moved over a day off."""
    left: int
    """Days left after today; 0 on the last day, below 0 when it is over."""
    announced: bool
    """False: that year's holidays are not announced here, its notice decides."""
    article: str
    ways: list[WayView]
    """What remains once it is over; empty before."""


@routes.route(
    "GET", "/api/agreements/{id}/confirmation", response=ConfirmationView, permit=known, errors=(NotFound,)
)  # fmt: skip
async def show(call: Call[None]) -> ConfirmationView:
    """Until when the parties may jointly apply; NotFound before the agreement is in effect."""
    async with call.db.reading() as tx:
        desk = await load_desk(tx, call.path("id"), call.caller, call.settings.centre, call.now())
        desk.seen_by(call.caller.id)
    effective_at = desk.agreement.effective_at
    if desk.agreement.state not in IN_EFFECT or effective_at is None:
        raise NotFound("confirmation")
    view = window(desk.profile, effective_at, call.settings.calendar, call.now())
    if view.left < 0:
        ways = confirmation.other_ways(desk.profile.code, owes_money(desk))
        view.ways = [WayView(one.code, "" if one.article == "HOUSE" else spelled(one.article)) for one in ways]
    return view


def window(profile: Profile, effective_at: datetime, calendar: Calendar, now: datetime) -> ConfirmationView:
    """The days of an agreement in effect, without other ways."""
    days = confirmation.window(calendar, dates.legal_day(effective_at), profile.confirmation_days)
    return ConfirmationView(
        since=days.since.isoformat(),
        days=profile.confirmation_days,
        counted=days.counted.isoformat(),
        last=days.last.isoformat(),
        left=days.left(dates.legal_day(now)),
        announced=days.announced,
        article=spelled(profile.article("confirmation_days")),
        ways=[],
    )


def owes_money(desk: Desk) -> bool:
    """Whether somebody owes a sum."""
    return any(clause.kind == "payment" or "元" in clause.text for clause in desk.clauses)
