"""What a reviewer reads: the version given to review and no other, in the words every party has seen."""

import asyncio
from collections.abc import Iterable
from datetime import datetime

from server.agreements import checking, store
from server.agreements.composition import Worded, worded
from server.agreements.desk import matter_of
from server.agreements.document import title_of
from server.agreements.model import Agreement, Dispute, Matter, Terms
from server.agreements.review import store as reviews
from server.agreements.review.model import Review, may_review
from server.agreements.wire import CheckView, check_views
from server.cases import store as cases
from server.cases.model import Case
from server.clock import wire
from server.errors import NotFound
from server.law import dates
from server.law.profiles import PROFILES
from server.people import store as people
from server.people.model import Account
from server.settings import Centre
from server.store.db import Tx
from server.web.call import View


class ReviewRow(View):
    """One draft in the list."""

    id: str
    number: str
    """Of the case."""
    title: str
    mediator: str
    document: str
    profile: str
    given_at: str
    round: int
    """How often this agreement was given, this time included."""
    outcome: str
    decided_at: str | None


class ReviewsView(View):
    """What waits for the caller, longest first, and what they decided lately."""

    waiting: list[ReviewRow]
    decided: list[ReviewRow]


class PartyOfReview(View):
    """A party as it will be printed."""

    label: str
    name: str
    description: str


class ClauseOfReview(View):
    """A clause in words, what the checks say of it, and the remark made."""

    id: str
    number: int
    text: str
    remark: str


class EarlierReview(View):
    """What was said of this agreement before; `clauses` are the words remarks were about, by number then."""

    outcome: str
    decided_at: str
    reviewer: str
    reason: str
    remarks: list[str]


class ReviewView(View):
    """The draft as given."""

    row: ReviewRow
    parties: list[PartyOfReview]
    dispute: Dispute
    clauses: list[ClauseOfReview]
    minutes: list[str]
    checks: list[CheckView]
    reason: str
    earlier: list[EarlierReview]


async def readable(tx: Tx, review_id: str, account: Account) -> tuple[Review, Case, Agreement]:
    """The review, its case and agreement; NotFound for a reviewer who has a part in the case."""
    review = await reviews.load(tx, review_id)
    agreement = await store.load(tx, review.agreement_id) if review else None
    if review is None or agreement is None:
        raise NotFound("review")
    case = await cases.load(tx, review.case_id)
    if not may_review(account, case):
        raise NotFound("review")
    return review, case, agreement


async def rows(tx: Tx, found: Iterable[Review], account: Account) -> list[ReviewRow]:
    """Those of `found` that the account may read."""
    made = []
    for one in found:
        try:
            review, case, agreement = await readable(tx, one.id, account)
        except NotFound:
            continue
        made.append(await _row(tx, review, case, agreement, await store.terms_of(tx, agreement.id, review.version)))
    return made


async def review_view(tx: Tx, review_id: str, account: Account, centre: Centre, now: datetime) -> ReviewView:
    """Raises NotFound."""
    review, case, agreement = await readable(tx, review_id, account)
    terms = await store.terms_of(tx, agreement.id, review.version)
    matter = await matter_of(tx, case, centre, now)
    clauses = worded(terms, matter)
    said = {one.clause: one.text for one in review.remarks}
    return ReviewView(
        row=await _row(tx, review, case, agreement, terms),
        parties=[PartyOfReview(one.label, one.name, one.description) for one in matter.parties],
        dispute=terms.dispute,
        clauses=[ClauseOfReview(one.id, one.number, one.text, said.get(one.id, "")) for one in clauses],
        minutes=list(terms.minutes.paragraphs),
        checks=check_views(await asyncio.to_thread(checking.advise, terms, clauses, matter, dates.legal_day(now))),
        reason=review.reason,
        earlier=await _earlier(tx, review, clauses),
    )


async def wordings(tx: Tx, review: Review, case: Case, centre: Centre, now: datetime) -> dict[str, str]:
    """Hash of each clause of the version given."""
    terms: Terms = await store.terms_of(tx, review.agreement_id, review.version)
    matter: Matter = await matter_of(tx, case, centre, now)
    return {one.id: one.hash for one in worded(terms, matter)}


async def _row(tx: Tx, review: Review, case: Case, agreement: Agreement, terms: Terms) -> ReviewRow:
    mediator = await people.account(tx, case.mediator_id)
    return ReviewRow(
        id=review.id,
        number=case.number,
        title=case.title,
        mediator=mediator.name,
        document=title_of(terms, PROFILES[agreement.profile]),
        profile=agreement.profile,
        given_at=wire(review.given_at),
        round=review.round,
        outcome=review.outcome,
        decided_at=wire(review.decided_at) if review.decided_at else None,
    )


async def _earlier(tx: Tx, review: Review, clauses: Iterable[Worded]) -> list[EarlierReview]:
    """Reviews before this one that were decided, newest first."""
    numbers = {one.id: one.number for one in clauses}
    made = []
    for one in await reviews.of_agreement(tx, review.agreement_id):
        if one.id == review.id:
            break
        if one.decided_at is None or not (one.reason or one.remarks):
            continue
        said = [f"{numbers[r.clause]}. {r.text}" if r.clause in numbers else r.text for r in one.remarks]
        who = await people.account(tx, one.reviewer)
        made.append(EarlierReview(one.outcome, wire(one.decided_at), who.name, one.reason, said))
    return made[::-1]
