"""At the kiosk a person without a phone has no code: the clerk who vouched for them confirms by password once more, and
the journal says so. The code alone opens nothing: it fits the keys this person's browser has just enrolled."""

from typing import Annotated

from msgspec import Meta

from server.agreements.ceremony import enrolling
from server.agreements.ceremony.model import CeremonyState
from server.agreements.ceremony.routes import load_for, open_slots
from server.agreements.errors import AssuranceLow, CeremonyOver
from server.cases import store as cases
from server.errors import NotFound, NotPermitted
from server.people.model import Assurance, LoginLocked, LoginWrong, StepUpNeeded
from server.people.proving import prove
from server.store import journal
from server.web.call import Body, Call, View, staff
from server.web.routes import Routes

routes = Routes("ceremonies")


class VouchIn(Body):
    """For whom, and the clerk's password or second factor again; empty when it was shown a moment ago."""

    person: Annotated[str, Meta(max_length=24)]
    password: Annotated[str, Meta(max_length=200)]


class VouchedView(View):
    """The code that confirms the keys enrolled last, for the page at the desk to fill in."""

    code: str


@routes.route(
    "POST", "/api/ceremonies/{id}/vouch", request=VouchIn, response=VouchedView, permit=staff,
    errors=(NotFound, NotPermitted, CeremonyOver, AssuranceLow, LoginWrong, LoginLocked, StepUpNeeded),
)  # fmt: skip
async def vouch(call: Call[VouchIn]) -> VouchedView:
    """A clerk in place of the message: only for somebody identified at the desk."""
    now, person = call.now(), call.body.person
    await prove(call, call.body.password)
    async with call.db.transaction() as tx:
        ceremony = await load_for(call, tx)
        if ceremony.state is not CeremonyState.SIGNING:
            raise CeremonyOver(ceremony.state, ceremony.void_reason)
        party = (await cases.load(tx, ceremony.case_id)).party(person)
        own = ceremony.held_by(person)
        if party is None or not own:
            raise NotFound("person")
        if party.assurance is not Assurance.desk:
            raise AssuranceLow(Assurance.desk.value, party.assurance.value)
        digits = await enrolling.code_anew(tx, call.request.app, ceremony, open_slots(own), now)
        if digits is None:
            raise NotPermitted("nothing enrolled")
        body = {"ceremony": ceremony.id, "person": person, "slot": own[0].slot}
        await journal.append(tx, ceremony.case_id, "ceremony.vouched", call.caller.id, body, now)
    return VouchedView(digits)
