"""The first clauses of a draft from a proposal that all parties accepted: the only place that reads the mediator's
table."""

from collections.abc import Iterator

from aiohttp import web

from server.agreements.model import ByDate, Clause, Dispute, Matter
from server.agreements.wire import ClauseIn, FieldsIn, TermsIn, terms_of
from server.ids import new
from server.store.db import Tx
from server.table.model import SETTLED, OfferTerms


async def first_clauses(app: web.Application, tx: Tx, proposal: str, matter: Matter) -> tuple[Clause, ...]:
    """Clauses for the mediator to word; raises NotFound unless the proposal is settled."""
    accepted = await app[SETTLED](app, tx, matter.case_id, proposal)
    body = TermsIn(version=0, dispute=Dispute(), clauses=tuple(clauses_of(accepted)))
    return terms_of(body, matter, lambda: new("cla")).clauses


def clauses_of(accepted: OfferTerms) -> Iterator[ClauseIn]:
    """A payment for each instalment, or one; then what is to be done, then the conditions."""
    whole: list[tuple[int, ByDate | None]] = [(accepted.sum_fen, None)] if accepted.sum_fen else []
    for amount, due in [(one.amount_fen, ByDate(one.due)) for one in accepted.instalments] or whole:
        yield ClauseIn("payment", FieldsIn(accepted.payer, accepted.payee, amount, due=due))
    for text in (accepted.deeds, accepted.conditions):
        if text.strip():
            yield ClauseIn("free", FieldsIn(text=text))
