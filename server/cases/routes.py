"""HTTP doors of a case: look at it, act on it, see the filed identity document."""

from server.cases import rules, store
from server.cases.model import NEIGHBOURS, CaseAct, CaseView
from server.errors import IllegalAct, NotFound, NotPermitted
from server.web.call import Body, Call, Reply, mediator, staff
from server.web.routes import Routes

routes = Routes("cases")


class CaseActs(Body):
    """An act done by hand."""

    act: CaseAct


@routes.route("GET", "/api/cases/{id}", response=CaseView, permit=staff, errors=(NotFound,))
async def show(call: Call[None]) -> CaseView:
    """A case with its parties, sessions and agreements, for its staff."""
    async with call.db.reading() as tx:
        case = await store.load(tx, call.path("id"))
        rules.may_see(case, call.caller)
        return await store.view(tx, case, call.request.app[NEIGHBOURS])


@routes.route(
    "POST", "/api/cases/{id}/acts", request=CaseActs, response=CaseView, permit=mediator, errors=(NotFound, IllegalAct)
)
async def act(call: Call[CaseActs]) -> CaseView:
    """Withdraw a case, or record that no agreement was reached."""
    async with call.db.transaction() as tx:
        case = await store.load(tx, call.path("id"))
        rules.may_lead(case, call.caller)
        if call.body.act not in rules.BY_HAND:
            raise NotPermitted(f"{call.body.act.value} follows from elsewhere")
        case = await store.advance(tx, case, call.body.act, call.caller.id, call.now())
        return await store.view(tx, case, call.request.app[NEIGHBOURS])


@routes.route(
    "GET", "/api/cases/{id}/parties/{party}/document", response=bytes, produces="image/png", permit=staff,
    errors=(NotFound,),
)  # fmt: skip
async def document(call: Call[None]) -> Reply:
    """The picture of the identity document a party filed, to compare with the face on video."""
    async with call.db.reading() as tx:
        case = await store.load(tx, call.path("id"))
    rules.may_see(case, call.caller)
    party = case.party(call.path("party"))
    if party is None or party.filed.id_document is None:
        raise NotFound("document")
    return Reply(await call.blobs.get(party.filed.id_document), media_type="image/png")
