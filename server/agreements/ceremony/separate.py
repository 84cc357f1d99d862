"""Signing at separate times: only where the profile allows it and everybody who signs has agreed to it, on record
[ZXTJ 16]. The mediator proposes by agreeing; whoever has not agreed holds the freeze up, by name."""

from collections.abc import Mapping

from server.agreements import rules
from server.agreements.ceremony import store
from server.agreements.ceremony.model import Mode
from server.agreements.desk import Desk, load_desk
from server.agreements.document import person_of, signatories
from server.agreements.errors import SeparateMissing
from server.agreements.model import State
from server.agreements.rooms import announce
from server.agreements.view import label_of, unnamed
from server.errors import JsonValue, NotFound, NotPermitted
from server.law import roles
from server.store import journal
from server.store.db import Tx
from server.web.call import Body, Call, Caller, View, known
from server.web.routes import Routes

routes = Routes("ceremonies")
ASKED_IN = frozenset({State.DRAFTING, State.IN_REVIEW, State.READING})


class AgreeIn(Body):
    """Whether the caller agrees that everybody signs at a time of their own."""

    agree: bool


class SeparateView(View):
    """Where the question stands, for one of those who sign."""

    allowed: bool
    """The profile permits it, and the text is not frozen yet."""
    proposed: bool
    """The mediator agreed."""
    days: int
    """Whole days everybody would have."""
    mine: bool | None
    """What the caller answered; None before, and for onlookers."""
    signs: bool
    agreed: list[str]
    missing: list[str]
    """Names of those who have not agreed; of a draft, the label of whom the caller must not meet."""


@routes.route("GET", "/api/agreements/{id}/separate", response=SeparateView, permit=known, errors=(NotFound,))
async def show(call: Call[None]) -> SeparateView:
    """Who agreed to sign at separate times."""
    async with call.db.reading() as tx:
        desk = await load_desk(tx, call.path("id"), call.caller, call.settings.centre, call.now())
        return await _view(tx, desk, call.caller)


@routes.route(
    "POST", "/api/agreements/{id}/separate", request=AgreeIn, response=SeparateView, permit=known,
    errors=(NotFound, NotPermitted),
)  # fmt: skip
async def answer(call: Call[AgreeIn]) -> SeparateView:
    """Agree or not; both can be changed until the text is frozen."""
    now, caller = call.now(), call.caller
    async with call.db.transaction() as tx:
        desk = await load_desk(tx, call.path("id"), caller, call.settings.centre, now)
        before = await _view(tx, desk, caller)
        if not before.allowed or not before.signs:
            raise NotPermitted("separate")
        if before.mine is not call.body.agree:
            await store.answer_separate(tx, desk.agreement.id, caller.id, call.body.agree, now)
            body: dict[str, JsonValue] = {"agreement": desk.agreement.id, "agree": call.body.agree}
            body["terms"] = desk.newest.terms_hash
            await journal.append(tx, desk.case.id, "ceremony.separate", caller.id, body, now)
        view = await _view(tx, desk, caller)
    people = None if rules.shown(desk.newest, desk.matter) else desk.newest.audience
    await announce(call.request.app, desk.case.id, f"agreement:{desk.agreement.id}", people)
    return view


async def mode(tx: Tx, desk: Desk) -> Mode:
    """How the ceremony that is about to open runs. Raises SeparateMissing when the mediator wants separate times and
    somebody has not agreed."""
    answers = await store.separate_answers(tx, desk.agreement.id)
    if not desk.profile.separate or not answers.get(desk.matter.mediator_id):
        return Mode.TOGETHER
    missing = [name for person, name in people(desk).items() if not answers.get(person)]
    if missing:
        raise SeparateMissing(missing)
    return Mode.SEPARATE


def people(desk: Desk) -> Mapping[str, str]:
    """Person -> name of everybody who signs in a turn, each once; for a ward who signs too the guardian answers."""
    found: dict[str, str] = {}
    people, day = desk.matter.people, desk.matter.day
    wards = {one.id for one in people if roles.answers_for(one, people, day) != (one.id,)}
    for one in signatories(desk.matter, desk.profile):
        if one.kind == "person":
            found.setdefault(person_of(one.slot, desk.matter, desk.profile), one.name)
    return {person: name for person, name in found.items() if person not in wards}


async def _view(tx: Tx, desk: Desk, caller: Caller) -> SeparateView:
    """For who may see the draft; whom they must not meet by label. Raises NotFound for everybody else."""
    desk.seen_by(caller.id)
    answers = await store.separate_answers(tx, desk.agreement.id)
    hidden = await unnamed(tx, desk, caller)
    labels = {one.id: label_of(one, desk.matter) for one in desk.matter.people if one.id in hidden}
    everybody = {person: labels.get(person, name) for person, name in people(desk).items()}
    return SeparateView(
        allowed=desk.profile.separate and desk.agreement.state in ASKED_IN,
        proposed=answers.get(desk.matter.mediator_id, False),
        days=desk.profile.separate_days,
        mine=answers.get(caller.id),
        signs=caller.id in everybody,
        agreed=[name for person, name in everybody.items() if answers.get(person)],
        missing=[name for person, name in everybody.items() if not answers.get(person)],
    )
