"""HTTP doors of the mediator's proposals: put to all parties at once, answered by each unseen.

What a party can learn while a proposal is open is the same whatever the others say, and whenever: no answer changes
another's view, pushes anything to another, or brings the result nearer. Afterwards it is `settled`, when all accepted,
or `not_settled`; then the answers are erased. The mediator knows how many answered, not what."""

from datetime import datetime
from typing import Any, Literal

from aiohttp import web

from server.cases import rules as case_rules
from server.cases import store as cases
from server.cases.model import Case
from server.errors import IllegalAct, Invalid, NotFound, NotPermitted
from server.ids import new
from server.law.dates import legal_day
from server.lifecycle import advance
from server.store import journal
from server.store.db import Tx
from server.table import rules, store
from server.table.errors import ProposalOver
from server.table.model import OfferTerms, Proposal, ProposalAct, ProposalState
from server.table.place import announce, case_at
from server.web import keys
from server.web.call import Body, Call, View, known
from server.web.routes import Routes

routes = Routes("table")
MOST = 100
"""Proposals of one case."""


class ProposalIn(Body):
    """`until`: when the result comes by itself."""

    terms: OfferTerms
    until: datetime


class AnswerIn(Body):
    """Yes or no; may be changed until the result comes."""

    accept: bool


class ProposalActIn(Body):
    """`close` brings the result now; `withdraw` takes the proposal back."""

    act: Literal["close", "withdraw"]


class ProposalView(View):
    """`answer` is the caller's own party's, while the proposal is open. `answered` is for mediators only: how many."""

    id: str
    state: ProposalState
    parties: list[str]
    terms: OfferTerms
    until: datetime
    made_at: datetime
    may_answer: bool
    answer: bool | None
    answered: int | None


class ProposalsView(View):
    """What the caller may see, oldest first."""

    proposals: list[ProposalView]


@routes.route("GET", "/api/cases/{id}/proposals", response=ProposalsView, permit=known, errors=(NotFound,))
async def show(call: Call[None]) -> ProposalsView:
    """The proposals put to the caller; those whose time is over have their result."""
    vault, now = call.request.app[keys.VAULT], call.now()
    async with call.db.reading() as tx:
        case = await case_at(tx, call)
        found = await store.proposals_of(tx, vault, case.id)
    for one in found:
        if _due(one, now):
            await conclude(call.request.app, case.id, one.id, now)
    async with call.db.reading() as tx:
        found = await store.proposals_of(tx, vault, case.id)
        seen = [one for one in found if call.caller.id in _audience(one, case)]
        return ProposalsView([await _view(tx, one, case, call) for one in seen])


@routes.route(
    "POST", "/api/cases/{id}/proposals", request=ProposalIn, response=ProposalView, permit=known,
    errors=(NotFound, NotPermitted, Invalid),
)  # fmt: skip
async def propose(call: Call[ProposalIn]) -> ProposalView:
    """Put terms to all parties at once."""
    body, vault, now = call.body, call.request.app[keys.VAULT], call.now()
    async with call.db.transaction() as tx:
        case = await case_at(tx, call)
        case_rules.may_host(case, call.caller)
        rules.fits_terms(body.terms, case)
        if body.until.tzinfo is None or rules.lapsed(body.until, now):
            raise Invalid({"until": "range"})
        if await store.count(tx, store.proposals, case.id) >= MOST:
            raise Invalid({"proposals": "too_long"})
        parties = tuple(party.id for party in case.parties)
        proposal = Proposal(new("pro"), case.id, ProposalState.open, parties, body.terms, body.until, now)
        await store.add_proposal(tx, vault, proposal)
        await journal.append(tx, case.id, "table.proposed", call.caller.id, {"proposal": proposal.id}, now)
        view = await _view(tx, proposal, case, call)
    await announce(call.request.app, case.id, "proposals", _audience(proposal, case))
    return view


@routes.route(
    "POST", "/api/cases/{id}/proposals/{proposal}/answer", request=AnswerIn, response=ProposalView, permit=known,
    errors=(NotFound, NotPermitted, ProposalOver),
)  # fmt: skip
async def answer(call: Call[AnswerIn]) -> ProposalView:
    """Accept or reject, unseen by everybody else; the last word before the result counts."""
    vault = call.request.app[keys.VAULT]
    async with call.db.transaction() as tx:
        case, proposal = await _seen(tx, call)
        if not rules.speaks(case, call.caller.id, legal_day(call.now())):
            raise NotPermitted("a party, or who acts for one")
        if proposal.state is not ProposalState.open or _due(proposal, call.now()):
            raise ProposalOver
        party = rules.party_of(case, call.caller.id)
        await store.answer(tx, vault, proposal, party, call.body.accept)
        view = await _view(tx, proposal, case, call)
    await announce(call.request.app, case.id, "proposals", case.hosts | rules.camp(case, party))
    return view


@routes.route(
    "POST", "/api/cases/{id}/proposals/{proposal}/acts", request=ProposalActIn, response=ProposalView, permit=known,
    errors=(NotFound, NotPermitted, IllegalAct),
)  # fmt: skip
async def act(call: Call[ProposalActIn]) -> ProposalView:
    """Close: the result is told to all at once. Or withdraw. What is over stays as it is."""
    app, now = call.request.app, call.now()
    async with call.db.reading() as tx:
        case, proposal = await _seen(tx, call)
        case_rules.may_host(case, call.caller)
    withdrawn = call.body.act == "withdraw" and not _due(proposal, now)
    if proposal.state is ProposalState.open:
        await conclude(app, case.id, proposal.id, now, ProposalAct.withdraw if withdrawn else None)
    async with call.db.reading() as tx:
        case, proposal = await _seen(tx, call)
        return await _view(tx, proposal, case, call)


async def conclude(
    app: web.Application, case_id: str, proposal_id: str, now: datetime, act: ProposalAct | None = None
) -> None:
    """The end of an open proposal, by its answers unless it is withdrawn; all are told at once. Twice is once."""
    vault = app[keys.VAULT]
    async with app[keys.DB].transaction() as tx:
        case = await cases.load(tx, case_id)
        proposal = await store.proposal(tx, vault, case_id, proposal_id)
        if proposal.state is not ProposalState.open:
            return
        by_answers = rules.outcome(proposal.parties, await store.answers_of(tx, vault, proposal))
        state = advance(rules.PROPOSALS, proposal.state, act or by_answers)
        await store.conclude(tx, proposal, state)
        body = {"proposal": proposal.id, "state": state.value}
        await journal.append(tx, case_id, "table.proposal_closed", "server", body, now)
    await app[keys.DB].forget()
    await announce(app, case_id, "proposals", _audience(proposal, case))


async def settled(app: web.Application, tx: Tx, case_id: str, proposal_id: str) -> OfferTerms:
    """What all parties accepted; raises NotFound for every other proposal."""
    proposal = await store.proposal(tx, app[keys.VAULT], case_id, proposal_id)
    if proposal.state is not ProposalState.settled:
        raise NotFound("proposal")
    return proposal.terms


def _due(proposal: Proposal, now: datetime) -> bool:
    return proposal.state is ProposalState.open and rules.lapsed(proposal.until, now)


def _audience(proposal: Proposal, case: Case) -> frozenset[str]:
    return case.hosts.union(*(rules.camp(case, party) for party in proposal.parties))


async def _seen(tx: Tx, call: Call[Any]) -> tuple[Case, Proposal]:
    case = await case_at(tx, call)
    proposal = await store.proposal(tx, call.request.app[keys.VAULT], case.id, call.path("proposal"))
    if call.caller.id not in _audience(proposal, case):
        raise NotFound("proposal")
    return case, proposal


async def _view(tx: Tx, proposal: Proposal, case: Case, call: Call[Any]) -> ProposalView:
    person = call.caller.id
    said = await store.answers_of(tx, call.request.app[keys.VAULT], proposal)
    party = rules.party_of(case, person)
    is_open = proposal.state is ProposalState.open
    speaks = is_open and rules.speaks(case, person, legal_day(call.now()))
    counted = len(said) if is_open and person in case.hosts else None
    return ProposalView(
        proposal.id, proposal.state, list(proposal.parties), proposal.terms, proposal.until, proposal.made_at,
        speaks and party in proposal.parties, said.get(party), counted,
    )  # fmt: skip
