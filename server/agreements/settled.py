"""The first clauses of a draft from a proposal that all parties accepted: the only place that reads the mediator's
table."""

from collections.abc import Iterator

import msgspec
from aiohttp import web

from server.agreements.model import ByDate, Clause, Dispute, Instalment, Matter
from server.agreements.typed import terms_of
from server.agreements.wire import ClauseIn, FieldsIn, TermsIn
from server.ids import new
from server.store.db import Tx
from server.table.model import SETTLED, OfferTerms


async def first_clauses(app: web.Application, tx: Tx, proposal: str, matter: Matter) -> tuple[Clause, ...]:
    """Clauses for the mediator to word; raises NotFound unless the proposal is settled."""
    accepted = await app[SETTLED](app, tx, matter.case_id, proposal)
    body = TermsIn(version=0, dispute=Dispute(), clauses=tuple(clauses_of(accepted)))
    return terms_of(body, matter, lambda: new("cla")).clauses


def clauses_of(accepted: OfferTerms) -> Iterator[ClauseIn]:
    """A payment, in instalments if so agreed; then what is to be done, then the conditions."""
    parts = tuple(Instalment(amount_fen=one.amount_fen, due=ByDate(one.due)) for one in accepted.instalments)
    if accepted.sum_fen:
        payment = FieldsIn(accepted.payer, accepted.payee, accepted.sum_fen)
        if len(parts) == 1:
            payment = msgspec.structs.replace(payment, due=parts[0].due)
        elif parts:
            payment = msgspec.structs.replace(payment, instalments=parts)
        yield ClauseIn("payment", payment)
    for text in (accepted.deeds, accepted.conditions):
        if text.strip():
            yield ClauseIn("free", FieldsIn(text=text))
