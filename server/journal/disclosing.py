"""Makes a disclosure of a case: what may be shown of its journal, with the proof that it stood there."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from aiohttp import web

from documents import Abroad, Authority, DocumentError, TimeStamper, heads_in, judge_disclosure, status_of_stamps
from server.agreements import store as agreements
from server.agreements.around import around
from server.agreements.ceremony.released import released_files
from server.agreements.composition import worded
from server.agreements.desk import matter_of
from server.cases import store as cases
from server.clock import Clock
from server.errors import Invalid, NotFound
from server.journal.anchoring import anchor
from server.journal.assembling import Assembly, NotAnchored, NotWhole
from server.journal.choosing import FIELDS, Choice, InForce, Wording, body_of, choose
from server.settings import Centre
from server.store import anchors as anchor_store
from server.store import journal
from server.store.anchors import Anchor
from server.store.blobs import Blobs
from server.store.chain import Entry
from server.store.db import Database, Tx
from server.web import keys

SIGNING, BY_HAND = ("ceremony.sign", "ceremony.paper"), ("clause.confirm", "agreement.file")
"""Who wrote one of these, or is named in it, has a part in an agreement; by hand nobody signs here."""
COURSE = "server"
"""Who writes that all have signed, and that it is complete."""


class NothingToShow(NotFound):
    """No entry of that kind, or about that person, may be shown (404)."""

    code = "nothing_to_show"


@dataclass(frozen=True)
class Tools:
    """What a disclosure is made with."""

    db: Database
    blobs: Blobs
    tsa: TimeStamper
    authority: Authority
    abroad: Abroad
    anchors: tuple[bytes, ...]
    centre: Centre
    clock: Clock


def tools_of(app: web.Application) -> Tools:
    """As the app was wired."""
    return Tools(
        app[keys.DB], app[keys.BLOBS], app[keys.STAMPERS], app[keys.AUTHORITY], app[keys.ABROAD],
        app[keys.ANCHORS], app[keys.SETTINGS].centre, app[keys.CLOCK],
    )  # fmt: skip


async def disclose(
    tools: Tools,
    case_id: str,
    *,
    about: Collection[str] = (),
    kinds: Collection[str] = (),
    agreement: str | None = None,
) -> bytes:
    """The file. `about`: entries by or about these people only; `agreement`: of several only this one's. The journal is
    anchored first; while no time-stamp can be had, only what has one is disclosed.

    Its bytes differ each time (the status of the time-stamps is fresh): whoever packs them keeps them. Raises Invalid
    for a kind that is not for courts, NotFound, NotWhole, NothingToShow, DocumentError."""
    if unknown := sorted(set(kinds) - FIELDS.keys()):
        raise Invalid({"kinds": " ".join(unknown)})
    late: DocumentError | None = None
    try:
        await anchor(tools.db, tools.tsa, tools.clock())
    except DocumentError as error:
        late = error
    async with tools.db.reading() as tx:
        chain = await _whole(tx, case_id)
        stamped = await anchor_store.of_case(tx, case_id)
        force = await asyncio.to_thread(InForce.of, chain, agreement)
        force.wordings = await _wordings(tx, force, case_id, tools)
        files = [row[3] for row in await released_files(tx) if row[0] in force.ceremonies]
    if not (chosen := await asyncio.to_thread(choose, chain, force, about, kinds)):
        raise NothingToShow
    pdfs = [await tools.blobs.get(one) for one in files]
    try:
        return await asyncio.to_thread(_written, tools, chain, stamped, chosen, pdfs)
    except NotAnchored as error:
        raise late or error from None


async def for_signers(tools: Tools, case_id: str, agreement: str) -> bytes:
    """For the papers of one agreement in force: about everybody who has a part in it, and its course, nobody else.
    Raises as `disclose` does."""
    async with tools.db.reading() as tx:
        chain = await _whole(tx, case_id)
    force, people = await asyncio.to_thread(InForce.of, chain, agreement), {COURSE}
    kinds = SIGNING if force.ceremonies else BY_HAND
    for entry, body in ((one, body_of(one)) for one in chain if one.kind in kinds):
        if body.get("agreement") in force.agreements or body.get("ceremony") in force.ceremonies:
            people |= {entry.actor, body.get("person", entry.actor)}
    return await disclose(tools, case_id, about=people, agreement=agreement)


async def _whole(tx: Tx, case_id: str) -> list[Entry]:
    """The case's journal. Raises NotFound, NotWhole."""
    chain = await journal.read(tx, (await cases.load(tx, case_id)).id)
    if faults := await asyncio.to_thread(journal.verify, chain):
        raise NotWhole(str(faults[0]))
    return chain


async def _wordings(tx: Tx, force: InForce, case_id: str, tools: Tools) -> frozenset[Wording]:
    """Every clause in force, and what stands around them."""
    matter = await matter_of(tx, await cases.load(tx, case_id), tools.centre, tools.clock())
    found = set()
    for agreement, version in force.versions:
        terms = await agreements.terms_of(tx, agreement, version)
        beside = around(terms.dispute)
        for one in (*worded(terms, matter), *((beside,) if beside else ())):
            found.add((agreement, one.id, one.hash))
    return frozenset(found)


def _written(
    tools: Tools, chain: Sequence[Entry], stamped: Sequence[Anchor], chosen: Sequence[Choice], pdfs: Sequence[bytes]
) -> bytes:
    """Blocking."""
    numbers = {entry.hash: entry.seq for entry in chain}
    heads = {numbers[head] for pdf in pdfs for head in heads_in(pdf) if head in numbers}
    made = Assembly(chain, stamped, chosen, sorted(heads))
    status = status_of_stamps(made.tokens, tools.authority, tools.abroad, tools.clock())
    written = made.written(status)
    finding = judge_disclosure(written, tools.anchors, tools.clock())
    if finding.verdict == "invalid":  # our own judgement first: an anchor says otherwise than the chain
        raise NotWhole(f"{finding.reasons[0].code} {finding.reasons[0].detail or ''}".strip())
    return written
