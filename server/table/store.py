"""Agenda, notes, offers and proposals in the database. What was written or offered lies there only sealed; each place
has a name of its own in the seal, so that no row can be put in another's place."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
import sqlalchemy as sa

from server.errors import JsonValue, NotFound
from server.sessions.model import Session
from server.store import journal
from server.store.db import Instant, Tx, metadata
from server.table.model import Note, NoteText, Offer, OfferState, OfferTerms, Proposal, ProposalState, Tick
from server.vault import Vault

ID = sa.String(24)
ticks = sa.Table(
    "table_ticks",
    metadata,
    sa.Column("session_id", ID, sa.ForeignKey("sessions.id"), primary_key=True),
    sa.Column("item", sa.String(60), primary_key=True),
    sa.Column("person", ID, primary_key=True),
    sa.Column("answer", sa.Boolean, nullable=False),
    sa.Column("by", ID, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
notes = sa.Table(
    "table_notes",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("case_id", ID, sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("author", ID, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("shared", sa.Boolean, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
offers = sa.Table(
    "table_offers",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("case_id", ID, sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("by", ID, nullable=False),
    sa.Column("giver", ID, nullable=False),
    sa.Column("addressee", ID, nullable=False),
    sa.Column("may_be_told", sa.Boolean, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("expires_at", Instant),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("put_at", Instant),
)
proposals = sa.Table(
    "table_proposals",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("case_id", ID, sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("parties", sa.JSON, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("until", Instant, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
)
answers = sa.Table(
    "table_answers",
    metadata,
    sa.Column("proposal", ID, sa.ForeignKey("table_proposals.id"), primary_key=True),
    sa.Column("party", ID, primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)


async def count(tx: Tx, table: sa.Table, case_id: str, author: str = "") -> int:
    """How many rows of `table` a case has; of one author, if one is named."""
    query = sa.select(sa.func.count()).select_from(table).where(table.c.case_id == case_id)
    return int(await tx.scalar(query.where(table.c.author == author) if author else query))


# --- the agenda -------------------------------------------------------------------------------------------------------


async def ticks_of(tx: Tx, session_id: str) -> list[Tick]:
    """Everything ticked in a session, oldest first."""
    rows = await tx.execute(sa.select(ticks).where(ticks.c.session_id == session_id).order_by(ticks.c.at, ticks.c.item))
    return [Tick(row.item, row.person, row.answer, row.by, row.at) for row in rows]


async def tick(tx: Tx, session: Session, item: str, person: str, answer: bool | None, by: str, at: datetime) -> None:
    """Write down that something was said or answered, None: that it was not, with its journal entry. Twice is once."""
    here = sa.and_(ticks.c.session_id == session.id, ticks.c.item == item, ticks.c.person == person)
    before = await tx.scalar(sa.select(ticks.c.answer).where(here))
    if before is answer:
        return
    await tx.execute(ticks.delete().where(here))
    if answer is not None:
        row = {"session_id": session.id, "item": item, "person": person, "answer": answer, "by": by, "at": at}
        await tx.execute(ticks.insert().values(**row))
    body: dict[str, JsonValue] = {"session": session.id, "item": item, "person": person, "answer": answer}
    await journal.append(tx, session.case_id, "table.ticked", by, body, at)


# --- notes ------------------------------------------------------------------------------------------------------------


async def notes_of(tx: Tx, vault: Vault, case_id: str) -> list[Note]:
    """All notes of a case, of all authors, oldest change first: rules say who sees which."""
    rows = await tx.execute(sa.select(notes).where(notes.c.case_id == case_id).order_by(notes.c.at, notes.c.id))
    return [_note(row, vault) for row in rows]


async def note(tx: Tx, vault: Vault, case_id: str, note_id: str) -> Note:
    """One of them; raises NotFound."""
    query = sa.select(notes).where(notes.c.case_id == case_id, notes.c.id == note_id)
    row = (await tx.execute(query)).first()
    if row is None:
        raise NotFound("note")
    return _note(row, vault)


def _note(row: sa.Row[tuple[object, ...]], vault: Vault) -> Note:
    values = dict(row._mapping)
    content = vault.open(f"note|{values['id']}|{values['version']}", values.pop("sealed"))
    return Note(**values, content=msgspec.json.decode(content, type=NoteText))


async def put_note(tx: Tx, vault: Vault, note: Note) -> None:
    """Write a note anew; what it said before is gone."""
    sealed = vault.seal(f"note|{note.id}|{note.version}", msgspec.json.encode(note.content))
    await drop_note(tx, note)
    await tx.execute(
        notes.insert().values(
            id=note.id, case_id=note.case_id, author=note.author, version=note.version, shared=note.shared,
            sealed=sealed, at=note.at,
        )
    )  # fmt: skip


async def drop_note(tx: Tx, note: Note) -> None:
    """Erase it."""
    await tx.execute(notes.delete().where(notes.c.id == note.id))


# --- offers -----------------------------------------------------------------------------------------------------------


async def offers_of(tx: Tx, vault: Vault, case_id: str) -> list[Offer]:
    """All offers of a case, oldest first: rules say who sees which."""
    rows = await tx.execute(
        sa.select(offers).where(offers.c.case_id == case_id).order_by(offers.c.made_at, offers.c.id)
    )
    return [_offer(row, vault) for row in rows]


async def offer(tx: Tx, vault: Vault, case_id: str, offer_id: str) -> Offer:
    """One of them; raises NotFound."""
    query = sa.select(offers).where(offers.c.case_id == case_id, offers.c.id == offer_id)
    row = (await tx.execute(query)).first()
    if row is None:
        raise NotFound("offer")
    return _offer(row, vault)


def _offer(row: sa.Row[tuple[object, ...]], vault: Vault) -> Offer:
    values = dict(row._mapping)
    terms = msgspec.json.decode(vault.open(f"offer|{values['id']}", values.pop("sealed")), type=OfferTerms)
    return Offer(**values | {"state": OfferState(values["state"])}, terms=terms)


async def add_offer(tx: Tx, vault: Vault, offer: Offer) -> None:
    """A new one."""
    await tx.execute(
        offers.insert().values(
            id=offer.id, case_id=offer.case_id, by=offer.by, giver=offer.giver, addressee=offer.addressee,
            may_be_told=offer.may_be_told, state=offer.state.value, expires_at=offer.expires_at, made_at=offer.made_at,
            put_at=offer.put_at,
            sealed=vault.seal(f"offer|{offer.id}", msgspec.json.encode(offer.terms)),
        )
    )  # fmt: skip


async def save_offer(tx: Tx, offer: Offer) -> None:
    """What acts change of it: never its terms."""
    await tx.execute(
        offers.update()
        .where(offers.c.id == offer.id)
        .values(
            state=offer.state.value, addressee=offer.addressee, may_be_told=offer.may_be_told, put_at=offer.put_at
        )
    )  # fmt: skip


# --- proposals --------------------------------------------------------------------------------------------------------


async def proposals_of(tx: Tx, vault: Vault, case_id: str) -> list[Proposal]:
    """All proposals of a case, oldest first."""
    query = sa.select(proposals).where(proposals.c.case_id == case_id)
    return [_proposal(row, vault) for row in await tx.execute(query.order_by(proposals.c.made_at, proposals.c.id))]


async def proposal(tx: Tx, vault: Vault, case_id: str, proposal_id: str) -> Proposal:
    """One of them; raises NotFound."""
    query = sa.select(proposals).where(proposals.c.case_id == case_id, proposals.c.id == proposal_id)
    row = (await tx.execute(query)).first()
    if row is None:
        raise NotFound("proposal")
    return _proposal(row, vault)


def _proposal(row: sa.Row[tuple[object, ...]], vault: Vault) -> Proposal:
    values = dict(row._mapping)
    terms = msgspec.json.decode(vault.open(f"proposal|{values['id']}", values.pop("sealed")), type=OfferTerms)
    words = {"state": ProposalState(values["state"]), "parties": tuple(values["parties"])}
    return Proposal(**values | words, terms=terms)


async def add_proposal(tx: Tx, vault: Vault, proposal: Proposal) -> None:
    """A new one."""
    await tx.execute(
        proposals.insert().values(
            id=proposal.id, case_id=proposal.case_id, state=proposal.state.value, parties=list(proposal.parties),
            until=proposal.until, made_at=proposal.made_at,
            sealed=vault.seal(f"proposal|{proposal.id}", msgspec.json.encode(proposal.terms)),
        )
    )  # fmt: skip


async def answer(tx: Tx, vault: Vault, proposal: Proposal, party: str, accept: bool) -> None:
    """What a party says now; it takes the place of what it said before. Neither when nor by whom is kept, and a yes
    is as long as a no."""
    here = sa.and_(answers.c.proposal == proposal.id, answers.c.party == party)
    sealed = vault.seal(f"answer|{proposal.id}|{party}", b"1" if accept else b"0")
    await tx.execute(answers.delete().where(here))
    await tx.execute(answers.insert().values(proposal=proposal.id, party=party, sealed=sealed))


async def answers_of(tx: Tx, vault: Vault, proposal: Proposal) -> Mapping[str, bool]:
    """Party -> whether it accepts; who is silent is not in it."""
    rows = await tx.execute(sa.select(answers).where(answers.c.proposal == proposal.id))
    return {row.party: vault.open(f"answer|{proposal.id}|{row.party}", row.sealed) == b"1" for row in rows}


async def conclude(tx: Tx, proposal: Proposal, state: ProposalState) -> None:
    """The end of a proposal; the answers are erased, also from the next backup."""
    await tx.execute(answers.delete().where(answers.c.proposal == proposal.id))
    await tx.execute(proposals.update().where(proposals.c.id == proposal.id).values(state=state.value))
