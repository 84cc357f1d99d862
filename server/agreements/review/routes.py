"""HTTP doors of the reviewer: the list, one draft, pass or return it."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Literal

import msgspec

from server.agreements import store
from server.agreements.model import Act
from server.agreements.review import store as reviews
from server.agreements.review.model import Outcome, Remark
from server.agreements.review.view import ReviewsView, ReviewView, readable, review_view, rows, wordings
from server.agreements.rooms import announce
from server.agreements.rules import REVIEWED
from server.agreements.typed import clean_lines
from server.errors import IllegalAct, Invalid, JsonValue, NotFound
from server.lifecycle import advance
from server.people import store as people
from server.store import journal
from server.web.call import Body, Call, reviewer
from server.web.routes import Routes

routes = Routes("agreements")
LATELY = timedelta(days=30)
Words = Annotated[str, msgspec.Meta(max_length=2000)]


class RemarkIn(msgspec.Struct, frozen=True):
    """About one clause of the version given."""

    clause: str
    text: Words


class DecisionIn(Body):
    """Pass the draft on, or return it; returned, there is a reason or a remark."""

    act: Literal["pass", "return"]
    reason: Words = ""
    remarks: Annotated[tuple[RemarkIn, ...], msgspec.Meta(max_length=60)] = ()


@routes.route("GET", "/api/reviews", response=ReviewsView, permit=reviewer)
async def list_reviews(call: Call[None]) -> ReviewsView:
    """What waits for a reviewer, and what the caller decided in the last thirty days."""
    async with call.db.reading() as tx:
        account = await people.account(tx, call.caller.id)
        waiting = await reviews.waiting(tx)
        decided = await reviews.decided_by(tx, account.id, call.now() - LATELY)
        return ReviewsView(await rows(tx, waiting, account), await rows(tx, decided, account))


@routes.route("GET", "/api/reviews/{id}", response=ReviewView, permit=reviewer, errors=(NotFound,))
async def show(call: Call[None]) -> ReviewView:
    """The version given to review, with what the checks say."""
    async with call.db.reading() as tx:
        account = await people.account(tx, call.caller.id)
        return await review_view(tx, call.path("id"), account, call.settings.centre, call.now())


@routes.route(
    "POST", "/api/reviews/{id}/acts", request=DecisionIn, response=ReviewView, permit=reviewer, limit=256 * 1024,
    errors=(NotFound, IllegalAct, Invalid),
)  # fmt: skip
async def decide(call: Call[DecisionIn]) -> ReviewView:
    """Pass: the draft is read to the parties. Return: it is a draft again, with the reason and remarks."""
    now, centre = call.now(), call.settings.centre
    outcome = Outcome.PASSED if call.body.act == "pass" else Outcome.RETURNED
    async with call.db.transaction() as tx:
        account = await people.account(tx, call.caller.id)
        review, case, agreement = await readable(tx, call.path("id"), account)
        if review.outcome is not Outcome.WAITING:
            raise IllegalAct(review.outcome, call.body.act, ())
        reason = "\n".join(clean_lines(call.body.reason, "reason"))
        remarks = _remarks(call.body, await wordings(tx, review, case, centre, now))
        if outcome is Outcome.RETURNED and not (reason or remarks):
            raise Invalid({"reason": "required"})
        state = advance(REVIEWED, agreement.state, Act(call.body.act))
        await reviews.decide(tx, review, outcome, account.id, now, reason, remarks)
        await store.save(tx, replace(agreement, state=state))
        body: dict[str, JsonValue] = {
            "agreement": agreement.id, "review": review.id, "version": review.version, "terms": review.terms_hash,
            "to": state.value, "clauses": [one.clause for one in remarks],
        }  # fmt: skip
        await journal.append(tx, case.id, f"agreement.{call.body.act}", account.id, body, now)
        view = await review_view(tx, review.id, account, centre, now)
    await announce(call.request.app, case.id, f"agreement:{agreement.id}")
    return view


def _remarks(body: DecisionIn, wordings: dict[str, str]) -> tuple[Remark, ...]:
    """Clean remarks with the wording each is about; raises Invalid for another version's clause, or two on one."""
    made = []
    for n, one in enumerate(body.remarks):
        text = "\n".join(clean_lines(one.text, f"remarks[{n}].text"))
        if one.clause not in wordings:
            raise Invalid({f"remarks[{n}].clause": "value"})
        if text:
            made.append(Remark(one.clause, wordings[one.clause], text))
    if len({one.clause for one in made}) != len(made):
        raise Invalid({"remarks": "repeated"})
    return tuple(made)
