"""HTTP doors of the pre-check: what a court will ask of this agreement, and the answers only people have."""

from typing import Annotated, Any

import msgspec

from server.agreements import checking
from server.agreements.ceremony import store as ceremonies
from server.agreements.confirming import owes_money
from server.agreements.desk import Desk
from server.agreements.model import State as AgreementState
from server.agreements.typed import clean
from server.cases.model import Part
from server.confirmation import precheck, store
from server.confirmation.companions import store as companions
from server.confirmation.companions.wording import APPLICATION
from server.confirmation.performance import rows_of
from server.confirmation.precheck import CHOICES, TEXTS, Facts, Field, Item, Status
from server.confirmation.routes import desk_in_effect, window_of
from server.errors import Invalid, JsonValue, NotFound
from server.law import confirmation as law
from server.law import courts, dates
from server.law.disputes import esign_excluded
from server.law.roles import lacks
from server.law.sources import spelled
from server.store import journal
from server.store.db import Tx
from server.web import keys
from server.web.call import Body, Call, View, staff
from server.web.routes import Routes

routes = Routes("confirmation")


class AnswerIn(Body):
    """One answer; empty takes it back."""

    field: Field
    value: Annotated[str, msgspec.Meta(max_length=200)]


class ItemView(View):
    """One line of the list."""

    code: str
    status: Status
    article: str
    """In words; empty where no statute stands behind it."""
    people: list[str]
    field: str
    """The question it hangs on, if any; its answer is in `answers`."""
    detail: str
    word: str
    clause: int
    """Number of the clause it means, 0 for none."""


class CourtView(View):
    """A court that may be asked, and why: `invited`, or the places that lead to it."""

    court: str
    level: courts.Level
    reasons: list[str]
    article: str
    sure: bool
    """False: the address names no more than a district; look again."""
    listed: bool
    slots: list[str]
    """Places for files on its upload page."""


class UnsettledView(View):
    """A place whose court people must say."""

    reason: str
    whose: str
    """Label of the party, at a domicile."""
    why: str
    between: list[str]


class AdvisedView(View):
    """Another way, and why it would fit better, if it would."""

    code: str
    article: str
    why: str


class PrecheckView(View):
    """The list, the courts, other ways."""

    last: str
    left: int
    announced: bool
    items: list[ItemView]
    answers: dict[str, str]
    courts: list[CourtView]
    """Any of them; the first to docket it decides."""
    unsettled: list[UnsettledView]
    listed: bool
    """The centre keeps a list of courts."""
    ways: list[AdvisedView]
    ready: bool
    """Nothing is missing and nothing is left to be answered."""


@routes.route("GET", "/api/agreements/{id}/precheck", response=PrecheckView, permit=staff, errors=(NotFound,))
async def show(call: Call[None]) -> PrecheckView:
    """What a court will ask; NotFound before the agreement is in effect."""
    async with call.db.reading() as tx:
        desk = await desk_in_effect(call, tx)
        return await _view(call, tx, desk, await store.answers(tx, desk.agreement.id))


@routes.route(
    "POST", "/api/agreements/{id}/precheck", request=AnswerIn, response=PrecheckView, permit=staff,
    errors=(NotFound, Invalid),
)  # fmt: skip
async def answer(call: Call[AnswerIn]) -> PrecheckView:
    """Keep one answer; the others stay as they are."""
    field, now = call.body.field, call.now()
    value = clean(call.body.value, "value")
    if field not in TEXTS and value not in CHOICES[field]:
        raise Invalid({"value": "value"})
    async with call.db.transaction() as tx:
        desk = await desk_in_effect(call, tx)
        given = await _answer(call, tx, desk, field, value)
        entry: dict[str, JsonValue] = {"agreement": desk.agreement.id, "field": field}
        await journal.append(tx, desk.case.id, "confirmation.answer", call.caller.id, entry, now)
        return await _view(call, tx, desk, given)


async def _answer(call: Call[Any], tx: Tx, desk: Desk, field: str, value: str) -> dict[str, str]:
    given = {**await store.answers(tx, desk.agreement.id), field: value}
    given = {name: text for name, text in given.items() if text}
    await store.answer(tx, desk.agreement.id, given, call.caller.id, call.now())
    return given


async def _view(call: Call[Any], tx: Tx, desk: Desk, answers: dict[str, str]) -> PrecheckView:
    answers = {**precheck.from_ledger(await rows_of(call, tx, desk)), **await _signed_beside(call, tx, desk), **answers}
    window, facts = window_of(call, desk), _facts(call, desk)
    found, numbers = precheck.items(facts, answers), {one.id: one.number for one in desk.clauses}
    known = call.settings.known_courts
    spots = precheck.spots(
        [(one.id, one.filed.address) for one in desk.case.parties], answers, call.settings.centre.address
    )  # fmt: skip
    invited = answers.get("invited_by", "") if answers.get("invited") == "yes" else ""
    level: courts.Level = "intermediate" if answers.get("intermediate") == "yes" else "basic"
    choices = courts.choose(known, spots, invited=invited, level=level)
    slots = {one.name: list(one.slots) for one in known}
    ways = precheck.advised(
        law.other_ways(desk.profile.code, owes_money(desk)), facts, answers, desk.profile.code
    )  # fmt: skip
    return PrecheckView(
        last=window.last.isoformat(),
        left=facts.left,
        announced=window.announced,
        items=[_item(one, numbers) for one in found],
        answers=answers,
        courts=[
            CourtView(
                one.court, one.level, [_reason(spot, desk) for spot in one.spots], spelled(one.article), one.sure,
                one.listed, slots.get(one.court, list(courts.SLOTS)),
            )
            for one in choices.found
        ],
        unsettled=[
            UnsettledView(one.spot.reason, desk.matter.label_of(one.spot.whose), one.why, list(one.between))
            for one in choices.unsettled
        ],
        listed=bool(known),
        ways=[AdvisedView(one.way.code, _articles(one.way.article), one.why) for one in ways],
        ready=all(one.status in ("ok", "warning") for one in found),
    )  # fmt: skip


async def _signed_beside(call: Call[Any], tx: Tx, desk: Desk) -> dict[str, str]:
    """Answers that follow from the papers signed with the agreement."""
    signed = await ceremonies.load(tx, desk.agreement.ceremony or "")
    if signed is None or all(one.id != APPLICATION for one in signed.files):
        return {}
    kept = await companions.kept(tx, call.request.app[keys.VAULT], desk.agreement.id)
    return precheck.from_companions(kept.choice.court, invited=kept.choice.invited)


def _facts(call: Call[Any], desk: Desk) -> Facts:
    """What the case says. The text is judged as of the day it took effect: its own days were ahead then."""
    window, matter, case = window_of(call, desk), desk.matter, desk.case
    labels = {one.id: matter.label_of(one.id) or f"{matter.label_of(one.acts_for)}{one.name}" for one in matter.people}
    excluded = esign_excluded(case.kind)
    acting = (Part.representative, Part.guardian)
    return Facts(
        left=window.left(dates.legal_day(call.now())),
        complete=desk.agreement.state is AgreementState.COMPLETE,
        lacks=lacks(matter.people, desk.profile, matter.day),
        labels=labels,
        without_identity=tuple(one.label for one in case.parties if not one.organisation and not one.filed.id_document),
        without_address=tuple(one.label for one in case.parties if not one.filed.address.strip()),
        without_authority_paper=tuple(
            labels[one.id] for one in case.people if one.part in acting and not one.authority.document.strip()
        ),
        status_matter=excluded is not None and excluded.reason == "personal_relations",
        findings=checking.advise(desk.terms, desk.clauses, matter, window.since),
    )


def _item(one: Item, numbers: dict[str, int]) -> ItemView:
    return ItemView(
        one.code, one.status, _articles(one.article), list(one.people), one.field or "", one.detail, one.word,
        numbers.get(one.clause, 0),
    )  # fmt: skip


def _reason(spot: courts.Spot, desk: Desk) -> str:
    """domicile:甲方, subject, organisation, invited."""
    return f"{spot.reason}:{desk.matter.label_of(spot.whose)}" if spot.whose else spot.reason


def _articles(cites: str) -> str:
    return "；".join(spelled(one) for one in cites.split("; ") if one != "HOUSE")
