"""An agreement as whoever asks may see it: the version for their eyes, what they may do, what stands in the way."""

import asyncio
from collections.abc import Collection, Iterable
from typing import Any

from server.agreements import checking, rules
from server.agreements.around import around
from server.agreements.ceremony import store as ceremonies
from server.agreements.ceremony.further import openable
from server.agreements.composition import Worded, worded
from server.agreements.desk import Desk, load_desk
from server.agreements.document import title_of
from server.agreements.drafting.remarks_rules import OPEN_STATES
from server.agreements.model import Agreement, Matter, State
from server.agreements.review import store as reviews
from server.agreements.review.model import Outcome, Review, passed
from server.agreements.wire import (
    AgreementView,
    CanView,
    FileView,
    LackOfAgreement,
    OnPaperView,
    PaperOfAgreement,
    PartyRef,
    RemarkView,
    RequiredView,
    ReviewOfAgreement,
    around_view,
    check_views,
    clause_views,
)
from server.cases.model import Part
from server.cases.rules import PART_LABELS
from server.clock import wire
from server.ids import PartyId
from server.law import dates
from server.law.disputes import esign_excluded
from server.law.roles import Person, lacks
from server.law.sources import spelled
from server.people import store as people
from server.sessions import casting
from server.sessions import store as sessions
from server.store.db import Tx
from server.web.call import Call, Caller


async def agreement_view(call: Call[Any], tx: Tx, agreement_id: str) -> AgreementView:
    """The agreement as `call.caller` may see it now; NotFound where there is nothing they may see."""
    return await view_of(call, tx, await load_desk(tx, agreement_id, call.caller, call.settings.centre, call.now()))


async def view_of(call: Call[Any], tx: Tx, desk: Desk) -> AgreementView:
    """The same of a desk that is laid out already."""
    person = call.caller.id
    version = desk.seen_by(person)
    newest = version.number == desk.newest.number
    terms = await desk.terms_for(tx, person)
    clauses = worded(terms, desk.matter)
    advice: tuple[checking.Finding, ...] = ()
    if call.caller.kind == "staff":
        today = dates.legal_day(call.now())
        advice = await asyncio.to_thread(checking.advise, terms, clauses, desk.matter, today)
    last = await reviews.last(tx, desk.agreement.id)
    agreement, hidden = desk.agreement, await unnamed(tx, desk, call.caller)
    return AgreementView(
        id=agreement.id,
        case_id=agreement.case_id,
        number=agreement.number,
        state=agreement.state,
        version=version.number,
        text_hash=agreement.text_hash or version.terms_hash,
        shown=rules.shown(version, desk.matter),
        can=_can(desk, person, newest),
        parties=[
            PartyRef(party.id, party.label, party.label if party.id in hidden else party.name)
            for party in desk.matter.parties
        ],
        dispute=terms.dispute,
        around=around_view(around(terms.dispute), desk.stances),
        clauses=clause_views(clauses, desk.stances),
        minutes=terms.minutes,
        title=title_of(terms, desk.profile),
        required=_required(desk, hidden),
        ceremony=agreement.ceremony,
        files=await _files(tx, desk, call.caller),
        checks=check_views(advice),
        effective_at=wire(agreement.effective_at) if agreement.effective_at else None,
        profile=agreement.profile,
        kind=desk.matter.kind,
        paper=paper_view(agreement),
        review=await _review(tx, last, clauses) if last and call.caller.kind == "staff" else None,
        reviewed=desk.profile.reviewed and not passed(last, version.terms_hash),
        **_hindrances(desk, call.caller),
    )


async def _review(tx: Tx, last: Review, clauses: Iterable[Worded]) -> ReviewOfAgreement:
    """What became of the draft in the reviewer's hands; the parties are not told the remarks."""
    wordings = {one.id: one.hash for one in clauses}
    decided = last.reviewer if last.outcome in (Outcome.PASSED, Outcome.RETURNED) else ""
    return ReviewOfAgreement(
        outcome=last.outcome,
        given_at=wire(last.given_at),
        decided_at=wire(last.decided_at) if last.decided_at else None,
        reviewer=(await people.account(tx, decided)).name if decided else "",
        reason=last.reason,
        remarks=[RemarkView(one.clause, one.text, wordings.get(one.clause) != one.hash) for one in last.remarks],
    )


def paper_view(agreement: Agreement) -> PaperOfAgreement | None:
    kept = agreement.paper
    if kept is None or agreement.state not in (State.ON_PAPER, State.COMPLETE):
        return None
    door = f"/api/agreements/{agreement.id}/paper"
    scan = f"{door}/scan" if kept.scan_sha256 else None
    return PaperOfAgreement(kept.printed_at, kept.pages, f"{door}/print", scan, kept.signed_on or None)


def _hindrances(desk: Desk, caller: Caller) -> dict[str, Any]:
    """For staff: what stands in the way of signing, and whether only ink will do."""
    excluded = esign_excluded(desk.matter.kind)
    only = OnPaperView(excluded.reason, spelled(excluded.article), excluded.text) if excluded else None
    if caller.kind != "staff":
        return {"paper_only": only}
    names = {one.id: one.name for one in desk.matter.people}
    found = lacks(desk.matter.people, desk.profile, desk.matter.day)
    return {
        "paper_only": only,
        "lacks": [LackOfAgreement(one.code, names.get(one.person, ""), spelled(one.article)) for one in found],
    }


def _can(desk: Desk, person: str, newest: bool) -> CanView:
    state = desk.agreement.state
    must = person in rules.confirmers(desk.matter, desk.profile)
    answering = (
        state is State.READING and must and newest and rules.may_answer(desk.stances, desk.reading, person, True)
    )
    leads = person == desk.matter.mediator_id
    return CanView(
        edit=newest and rules.may_edit(state, person, desk.matter, desk.versions),
        confirm=answering,
        freeze=leads and state is State.READING and desk.complete(),
        sign=state in (State.FROZEN, State.SIGNING) and _signs(desk, person),
        print=leads and state is State.READING and desk.complete(),
        file=state is State.ON_PAPER and person in (desk.matter.mediator_id, desk.matter.recorder_id),
    )


def _signs(desk: Desk, person: str) -> bool:
    return any(one.person == person for one in desk.places())


async def unnamed(tx: Tx, desk: Desk, caller: Caller) -> frozenset[str]:
    """Whom the caller must never meet: a draft calls them 甲方 or 乙方, also one that was given up. What was frozen or
    printed names everybody, as the law wants it [RMTJ 29]."""
    agreement = desk.agreement
    given_up = agreement.state is State.VOID and agreement.number is None
    if caller.kind != "seat" or not (given_up or agreement.state in OPEN_STATES):
        return frozenset()
    return frozenset(casting.apart_from(desk.case, await sessions.pairs_of(tx, desk.case.id), PartyId(caller.id)))


def _required(desk: Desk, unnamed: Collection[str]) -> list[RequiredView]:
    must, found = rules.confirmers(desk.matter, desk.profile), []
    for p in desk.matter.people:
        if p.id in must:
            label = label_of(p, desk.matter)
            name = label if p.id in unnamed else p.name
            found.append(RequiredView(p.id, name, p.side if p.part == "party" else p.part, label))
    return found


def label_of(person: Person, matter: Matter) -> str:
    """甲方; of somebody who acts for it or helps, 甲方代理人."""
    if person.part == "party":
        return person.label
    word = PART_LABELS[Part(person.part)]
    if person.basis == "legal_representative":
        word = "法定代表人"
    return f"{matter.label_of(person.acts_for)}{word}"


async def _files(tx: Tx, desk: Desk, caller: Caller) -> list[FileView] | None:
    """Those of the set that the caller may open."""
    ceremony = await ceremonies.load(tx, desk.agreement.ceremony or "")
    if ceremony is None:
        return None
    door = f"/api/agreements/{desk.agreement.id}/files"
    return [
        FileView(
            one.id,
            one.title,
            one.pages,
            one.final_sha256 or one.frozen_sha256,
            f"{door}/{one.id}" if one.final_sha256 else None,
            f"{door}/{one.id}/copy" if one.final_sha256 else None,
        )
        for one in openable(ceremony.files, desk.case, caller)
    ]
