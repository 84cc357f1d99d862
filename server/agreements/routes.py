"""HTTP doors of agreements: draft, read, freeze, and the complete files."""

import asyncio
from dataclasses import replace
from urllib.parse import quote

from documents import FontUnavailable, filing_copy
from server.agreements import by_hand, rules, store
from server.agreements.ceremony import ending, opening
from server.agreements.ceremony import store as ceremonies
from server.agreements.ceremony.further import openable
from server.agreements.ceremony.model import CeremonyAct, File
from server.agreements.desk import Desk, conclude, load_desk, matter_of, need_mediator, need_newest, need_open_case
from server.agreements.drafting.saving import Draft, add_version, save_terms
from server.agreements.errors import (
    CannotPrint,
    CaseOver,
    ClauseChanged,
    FreezeRunning,
    FurtherLacking,
    InCaucus,
    NotConfirmed,
    NotShown,
    ReadingStopped,
    SeparateMissing,
    WouldReveal,
)
from server.agreements.model import Act, Agreement, Dispute, Minutes, Stance, State, Terms
from server.agreements.review import store as reviews
from server.agreements.review.model import Outcome, Review, passed
from server.agreements.rooms import announce, whereabouts
from server.agreements.settled import first_clauses
from server.agreements.tokens import fits, token
from server.agreements.view import agreement_view
from server.agreements.wire import (
    ActIn,
    AgreementView,
    FileTokenView,
    NewAgreement,
    SavedView,
    StanceIn,
    TermsIn,
)
from server.cases import rules as case_rules
from server.cases import store as cases
from server.errors import IllegalAct, Invalid, JsonValue, NotFound, NotPermitted, Stale, Unavailable
from server.ids import new
from server.law.disputes import profile_for
from server.law.profiles import PROFILES
from server.lifecycle import advance
from server.store import journal
from server.store.db import Tx
from server.web import keys
from server.web.call import Call, Caller, Reply, anyone, known, mediator
from server.web.routes import Routes

routes = Routes("agreements")
TERMS_LIMIT = 512 * 1024
OPENING_MINUTES = "调解员告知调解活动的原则、调解协议的效力，以及虚假调解的法律后果。"
"""What every record begins with [RMTJ 23; ZXTJ 17]; the mediator edits it. What a party answered is written once it
was said, never before."""
LANDS_IN = {
    "submit": (State.IN_REVIEW, State.READING), "edit": (State.DRAFTING,), "freeze": (State.FROZEN,),
    "abandon": (State.VOID,), "print": (State.ON_PAPER,),
}  # fmt: skip
"""A repeated click finds the agreement where the act would have brought it: answered, not refused."""


@routes.route(
    "POST", "/api/cases/{id}/agreements", request=NewAgreement, response=AgreementView, permit=mediator,
    errors=(NotFound, CaseOver),
)  # fmt: skip
async def create(call: Call[NewAgreement]) -> AgreementView:
    """Begin a draft: facts from the case, clauses only from a settled proposal; seen by those in the mediator's
    chamber."""
    now = call.now()
    async with call.db.transaction() as tx:
        case = await cases.load(tx, call.path("id"))
        case_rules.may_lead(case, call.caller)
        need_open_case(case)
        profile = PROFILES[call.body.template or profile_for(case.kind)]
        agreement = Agreement(new("agr"), case.id, profile.code, State.DRAFTING, None, None, None, now, None)
        matter = await matter_of(tx, case, call.settings.centre, call.now())
        chosen = call.body.proposal
        terms = Terms(
            dispute=Dispute(facts=matter.facts, issues=matter.issues),
            clauses=await first_clauses(call.request.app, tx, chosen, matter) if chosen else (),
            minutes=Minutes(paragraphs=(profile.rights_text, OPENING_MINUTES)),
        )
        await store.create(tx, agreement)
        await journal.append(tx, case.id, "agreement.create", call.caller.id, {"agreement": agreement.id}, now)
        version = await add_version(call, tx, Draft(agreement.id, case.id, matter, []), terms)
        view = await agreement_view(call, tx, agreement.id)
    await announce(call.request.app, case.id, f"agreement:{agreement.id}", version.audience)
    return view


@routes.route("GET", "/api/agreements/{id}", response=AgreementView, permit=known, errors=(NotFound,))
async def show(call: Call[None]) -> AgreementView:
    """The agreement as the caller may see it: the newest version made before, or shown to, them."""
    async with call.db.reading() as tx:
        return await agreement_view(call, tx, call.path("id"))


@routes.route(
    "PUT", "/api/agreements/{id}/terms", request=TermsIn, response=SavedView, permit=known, limit=TERMS_LIMIT,
    errors=(NotFound, NotPermitted, IllegalAct, Invalid, WouldReveal, Stale),
)  # fmt: skip
async def save(call: Call[TermsIn]) -> SavedView:
    """Save a new version, merged with what others saved meanwhile; only changed clauses lose confirmations."""
    return await save_terms(call)


@routes.route(
    "POST", "/api/agreements/{id}/acts", request=ActIn, response=AgreementView, permit=mediator,
    errors=(
        NotFound, IllegalAct, CaseOver, NotShown, InCaucus, NotConfirmed, FurtherLacking, FreezeRunning, CannotPrint,
        Unavailable,
        SeparateMissing, Invalid, Stale,
    ),
)  # fmt: skip
async def act(call: Call[ActIn]) -> AgreementView:
    """Show, submit, edit, freeze, reopen or abandon; the same act again answers with the present state."""
    agreement_id, name = call.path("id"), call.body.act
    async with call.db.reading() as tx:
        desk = await load_desk(tx, agreement_id, call.caller, call.settings.centre, call.now())
        need_mediator(desk, call.caller)
        if name != "show" and desk.agreement.state in LANDS_IN.get(name, ()):
            return await agreement_view(call, tx, agreement_id)
    match name:
        case "show":
            await _show(call, agreement_id)
        case "freeze":
            await opening.open_ceremony(call.request.app, agreement_id, call.caller, call.body.version)
        case "print":
            await by_hand.print_out(call.request.app, agreement_id, call.caller, call.body.version)
        case "reopen" if desk.agreement.state is State.ON_PAPER:
            await _move(call, agreement_id, Act.REOPEN)
        case "reopen":
            await _reopen(call, desk)
        case _:
            await _move(call, agreement_id, Act(name))
    hidden = name in ("edit", "abandon") and not rules.shown(desk.newest, desk.matter)
    people = desk.newest.audience if hidden else None  # who never saw it is not told that it exists
    await announce(call.request.app, desk.case.id, f"agreement:{agreement_id}", people)
    async with call.db.reading() as tx:
        return await agreement_view(call, tx, agreement_id)


async def _show(call: Call[ActIn], agreement_id: str) -> None:
    """Publish the newest version to all parties; never from within a private talk."""
    async with call.db.transaction() as tx:
        desk = await load_desk(tx, agreement_id, call.caller, call.settings.centre, call.now())
        if (await whereabouts(call.request.app, tx, desk.case.id, call.caller.id)).private:
            raise InCaucus
        need_newest(desk, call.body.version)
        newest = desk.newest
        if not rules.shown(newest, desk.matter):
            await store.widen(tx, agreement_id, newest.number, newest.audience | rules.everyone(desk.matter))
            body: dict[str, JsonValue] = {
                "agreement": agreement_id,
                "version": newest.number,
                "terms": newest.terms_hash,
            }
            await journal.append(tx, desk.case.id, "agreement.show", call.caller.id, body, call.now())


async def _move(call: Call[ActIn], agreement_id: str, act: Act) -> None:
    """Submit, edit, abandon; from paper reopen or abandon."""
    async with call.db.transaction() as tx:
        desk = await load_desk(tx, agreement_id, call.caller, call.settings.centre, call.now())
        review = await reviews.last(tx, agreement_id)
        read = passed(review, desk.newest.terms_hash)
        profile = replace(desk.profile, reviewed=desk.profile.reviewed and not read)
        state = advance(rules.table(profile), desk.agreement.state, act)
        body: dict[str, JsonValue] = {"agreement": agreement_id, "to": state.value}
        if act is Act.SUBMIT:
            need_newest(desk, call.body.version)
            if not rules.shown(desk.newest, desk.matter):
                raise NotShown
            if desk.terms.dispute.open_points == "":
                raise Invalid({"dispute.open_points": "required"})
            body |= {"terms": desk.newest.terms_hash, "partial": desk.terms.partial}
        if state is State.IN_REVIEW:
            body["review"] = await _give(call, tx, desk, review.round + 1 if review else 1)
        elif desk.agreement.state is State.IN_REVIEW and review is not None:
            await reviews.decide(tx, review, Outcome.TAKEN_BACK, call.caller.id, call.now())
        moved = replace(desk.agreement, state=state)
        printed = desk.agreement.paper if desk.agreement.state is State.ON_PAPER else None
        if printed is not None:
            moved = await by_hand.take_back(tx, desk.agreement, state, call.now())
            body |= {"number": desk.agreement.number}
        await store.save(tx, moved)
        await journal.append(tx, desk.case.id, f"agreement.{act.value}", call.caller.id, body, call.now())
        if state is State.VOID:
            await conclude(tx, desk.case, call.caller.id, call.now())
    if printed is not None:
        await call.blobs.remove(printed.print_sha256)


async def _give(call: Call[ActIn], tx: Tx, desk: Desk, round: int) -> str:
    """The newest version, which every party has seen, goes to the reviewer; returns the review's id."""
    newest = desk.newest
    review = Review(
        new("rev"), desk.agreement.id, desk.case.id, round, newest.number, newest.terms_hash, call.caller.id, call.now()
    )
    await reviews.add(tx, review)
    return review.id


async def _reopen(call: Call[ActIn], desk: Desk) -> None:
    """Before the first signature: void the ceremony and go back to the draft."""
    app, now = call.request.app, call.now()
    async with call.db.transaction() as tx:
        agreement = await store.load(tx, desk.agreement.id)
        state = agreement.state if agreement else desk.agreement.state
        advance(rules.table(desk.profile), state, Act.REOPEN)
        ceremony = await ceremonies.load(tx, (agreement.ceremony if agreement else None) or "")
        if ceremony is None:
            raise IllegalAct(state, Act.REOPEN, ())
        remains = await ending.void(tx, ceremony, CeremonyAct.REOPEN, "reopened", call.caller.id, now)
    await ending.clean(app, remains)
    await announce(app, desk.case.id, f"ceremony:{ceremony.id}")


@routes.route(
    "POST", "/api/agreements/{id}/confirmations", request=StanceIn, response=AgreementView, permit=known,
    errors=(NotFound, IllegalAct, NotPermitted, ClauseChanged, ReadingStopped),
)  # fmt: skip
async def confirm(call: Call[StanceIn]) -> AgreementView:
    """Agree to a clause, or to what stands around them, as worded, or ask about it; a question stops all."""
    body, now = call.body, call.now()
    async with call.db.transaction() as tx:
        desk = await load_desk(tx, call.path("id"), call.caller, call.settings.centre, call.now())
        desk.seen_by(call.caller.id)
        if desk.agreement.state is not State.READING:
            raise IllegalAct(desk.agreement.state, "confirm", ())
        if call.caller.id not in (*rules.confirmers(desk.matter, desk.profile), desk.matter.mediator_id):
            raise NotPermitted("a party, or the mediator")
        if not any((one.id, one.hash) == (body.clause, body.hash) for one in desk.reading):
            raise ClauseChanged
        if not rules.may_answer(desk.stances, desk.reading, call.caller.id, body.agree):
            raise ReadingStopped(rules.stopped_by(desk.stances, desk.reading) - {call.caller.id})
        stance = Stance(call.caller.id, body.clause, body.hash, body.agree, now)
        if await store.take_stance(tx, desk.agreement.id, stance):
            kind = "clause.confirm" if body.agree else "clause.question"
            entry = {"agreement": desk.agreement.id, "clause": body.clause, "hash": body.hash}
            await journal.append(tx, desk.case.id, kind, call.caller.id, entry, now)
        view = await agreement_view(call, tx, desk.agreement.id)
    await announce(call.request.app, desk.case.id, f"agreement:{desk.agreement.id}")
    return view


@routes.route(
    "POST", "/api/agreements/{id}/files/{file}/token", response=FileTokenView, permit=known, errors=(NotFound,)
)
async def file_token(call: Call[None]) -> FileTokenView:
    """A short-lived address of one complete file, for a browser that hands downloads to another program."""
    agreement_id, file = call.path("id"), call.path("file")
    async with call.db.reading() as tx:
        desk = await load_desk(tx, agreement_id, call.caller, call.settings.centre, call.now())
        desk.seen_by(call.caller.id)
        _need_own(await _final(tx, desk.agreement, file), desk, call.caller)
    value = token(call.request.app[keys.SECRET], agreement_id, file, call.now())
    door = f"/api/agreements/{agreement_id}/files/{quote(file)}"
    return FileTokenView(f"{door}?token={value}", f"{door}/copy?token={value}")


@routes.route(
    "GET", "/api/agreements/{id}/files/{file}", response=bytes, produces="application/pdf", permit=anyone,
    queries=("token",), errors=(NotFound,),
)  # fmt: skip
async def download(call: Call[None]) -> Reply:
    """The complete file; exists only when the ceremony is complete."""
    number, found = await _released(call)
    original = await call.blobs.get(found.final_sha256 or "")
    return _attached(original, call.path("file"), f"{number}{found.title}")


@routes.route(
    "GET", "/api/agreements/{id}/files/{file}/copy", response=bytes, produces="application/pdf", permit=anyone,
    queries=("token",), errors=(NotFound, Unavailable),
)  # fmt: skip
async def copy(call: Call[None]) -> Reply:
    """The flat filing copy of the complete file, for an intake that takes no signed PDF; the same bytes each time."""
    number, found = await _released(call)
    original = await call.blobs.get(found.final_sha256 or "")
    try:
        made = await asyncio.to_thread(filing_copy, original, call.request.app[keys.FONTS])
    except FontUnavailable as error:
        raise Unavailable(error.code) from error
    return _attached(made, f"{call.path('file')}-copy", f"{number}{found.title}（提交副本）")


async def _released(call: Call[None]) -> tuple[str, File]:
    """The agreement's number, and a released file the caller may have. Raises NotFound."""
    agreement_id, file, now = call.path("id"), call.path("file"), call.now()
    async with call.db.reading() as tx:
        agreement = await store.load(tx, agreement_id)
        if agreement is None:
            raise NotFound("agreement")
        if fits(call.request.app[keys.SECRET], call.query("token"), agreement_id, file, now):
            return agreement.number or "", await _final(tx, agreement, file)
        known(call.caller)
        desk = await load_desk(tx, agreement_id, call.caller, call.settings.centre, call.now())
        desk.seen_by(call.caller.id)
        found = await _final(tx, agreement, file)
        _need_own(found, desk, call.caller)
        return agreement.number or "", found


def _need_own(file: File, desk: Desk, caller: Caller) -> None:
    """Raises NotFound for a paper that is another's."""
    if not openable((file,), desk.case, caller):
        raise NotFound("file")


def _attached(pdf: bytes, plain: str, name: str) -> Reply:
    headers = {"Content-Disposition": f"attachment; filename=\"{plain}.pdf\"; filename*=UTF-8''{quote(name)}.pdf"}
    return Reply(pdf, headers=headers, media_type="application/pdf")


async def _final(tx: Tx, agreement: Agreement, file: str) -> File:
    """A released file; raises NotFound before `complete`."""
    ceremony = await ceremonies.load(tx, agreement.ceremony or "")
    for one in ceremony.files if ceremony and agreement.state is State.COMPLETE else ():
        if one.id == file and one.final_sha256:
            return one
    raise NotFound("file")
