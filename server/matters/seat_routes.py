"""HTTP doors of a party's page: what they think of how it was handled, and their wish for another mediator."""

from typing import Annotated

from msgspec import Meta

from server.errors import IllegalAct, NotFound
from server.matters import asking, opening, ratings, remarks, store
from server.matters.model import Matter
from server.matters.ratings import ChangedOnce, NotOver
from server.matters.routes import Reason
from server.store.db import Tx
from server.web.call import Body, Call, View, seat
from server.web.routes import Routes

routes = Routes("matters")


class RatingIn(Body):
    """From 1, bad, to 5, and words where there are any."""

    score: Annotated[int, Meta(ge=1, le=5)]
    words: Annotated[str, Meta(max_length=1000)] = ""


class ChangeIn(Body):
    """Why another mediator is wished for; read by the intake desk alone."""

    reason: Reason


class Noted(View):
    """It is kept."""

    noted: bool = True


@routes.route("POST", "/api/seat/rating", request=RatingIn, response=Noted, permit=seat, errors=(NotFound, NotOver))
async def rate(call: Call[RatingIn]) -> Noted:
    """评价, after the end; again in place of before."""
    async with call.db.transaction() as tx:
        matter = await _of_seat(tx, call.caller.case_id)
        await ratings.rate(tx, matter, call.caller.id, call.body.score, call.body.words.strip(), call.now())
    return Noted()


@routes.route(
    "POST", "/api/seat/mediator", request=ChangeIn, response=Noted, permit=seat,
    errors=(NotFound, ChangedOnce, IllegalAct),
)  # fmt: skip
async def change(call: Call[ChangeIn]) -> Noted:
    """Ask for another mediator, once in a matter: the present one is released and the intake desk finds another."""
    now, who = call.now(), call.caller.id
    async with call.db.transaction() as tx:
        matter = await _of_seat(tx, call.caller.case_id)
        await ratings.use_change(tx, matter, now)
        await remarks.add(tx, matter.id, "recuse", call.body.reason, who, now)
        await opening.release(tx, matter, who, now)
        await asking.close(tx, matter.id, "changed", was="agreed")
    return Noted()


async def _of_seat(tx: Tx, case_id: str) -> Matter:
    matter = await store.of_case(tx, case_id)
    if matter is None:
        raise NotFound("matter")
    return matter
