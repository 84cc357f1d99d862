"""How messages stand: counts for the office, states for the mediators of a case, who may ask for one again."""

from datetime import timedelta

from server.cases import rules as case_rules
from server.cases import store as cases
from server.errors import IllegalAct, NotFound
from server.messages import rules, store
from server.messages.delivery import Deliveries
from server.messages.model import CountsView, MessagesView, MessageView, Row, State, Way
from server.people.model import DELIVERY
from server.web.call import Call
from server.web.rights import right
from server.web.routes import Routes

routes = Routes("messages")
LOOKED_AT = timedelta(days=30)


@routes.route("GET", "/api/messages/counts", response=CountsView, permit=right("messages.count"))
async def counts(call: Call[None]) -> CountsView:
    """Of the last thirty days: a mediator's cases, or for others all that are no practice."""
    since = call.now() - LOOKED_AT
    async with call.db.reading() as tx:
        own = await cases.of_staff(tx, call.caller.id) if call.caller.role == "mediator" else None
        found = await store.counts(tx, since, own)
        oldest = await store.oldest(tx, own)
    ways = [Way.demo] if call.settings.demo else list(_delivery(call).ways)
    return CountsView(
        found[State.waiting], found[State.sent], found[State.failed], found[State.given_up], since, oldest, ways
    )


@routes.route("GET", "/api/messages", response=MessagesView, permit=right("messages.see"))
async def show(call: Call[None]) -> MessagesView:
    """The newest two hundred of one's own cases; those that did not go before all others."""
    async with call.db.reading() as tx:
        rows = await store.of_cases(tx, await cases.of_staff(tx, call.caller.id))
        loaded = {case_id: await cases.load(tx, case_id) for case_id in {row.case_id for row in rows}}
    views = []
    for row in rows:
        case = loaded[row.case_id]
        person = case.party(row.person)
        views.append(_view(row, case.title, person.name if person else "", call))
    return MessagesView(views)


@routes.route(
    "POST", "/api/messages/{id}/again", response=MessageView, permit=right("messages.see"),
    errors=(NotFound, IllegalAct),
)  # fmt: skip
async def again(call: Call[None]) -> MessageView:
    """Try again now, under the same id, so that who has it already gets no second one."""
    now = call.now()
    async with call.db.transaction() as tx:
        row = await store.load(tx, call.path("id"))
        if row is None or not row.case_id:
            raise NotFound("message")
        case = await cases.load(tx, row.case_id)
        case_rules.may_host(case, call.caller)
        if not rules.may_repeat(row, now):
            raise IllegalAct(row.state.value, "again", [])
        await store.again(tx, row, now)
        row = await store.load(tx, row.id) or row
    _delivery(call).wake.set()
    person = case.party(row.person)
    return _view(row, case.title, person.name if person else "", call)


def _view(row: Row, title: str, person: str, call: Call[None]) -> MessageView:
    return MessageView(
        row.id, row.case_id, title, person, row.topic, row.way, row.shown, row.state, row.attempts, row.reason, row.at,
        row.next_at, row.sent_at, rules.may_repeat(row, call.now()),
    )  # fmt: skip


def _delivery(call: Call[None]) -> Deliveries:
    delivery = call.request.app[DELIVERY]
    assert isinstance(delivery, Deliveries)  # noqa: S101 (for mypy: the feature put it there)
    return delivery
