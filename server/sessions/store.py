"""Tables of sessions, seats and links."""

import secrets
from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from server.cases.model import LinkView, SessionRef
from server.errors import NotFound
from server.ids import CaseId, PartyId, SeatId, new
from server.lifecycle import advance as next_state
from server.sessions import rules
from server.sessions.model import Answers, Limits, Link, Pair, Seat, Session, SessionAct, SessionState
from server.store import journal
from server.store.db import Instant, Tx, metadata
from server.store.logins import end_all, hashed

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("case_id", sa.String(24), sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("starts_at", Instant, nullable=False),
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("since", Instant),
    sa.Column("wait", sa.Integer),
    sa.Column("wait_at", Instant),
    sa.Column("application", sa.String(24), nullable=False),
    sa.Column("court", sa.String(200), nullable=False),
    sa.Column("with_mediator", sa.Boolean, nullable=False),
)
seats = sa.Table(
    "seats",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("session_id", sa.String(24), sa.ForeignKey("sessions.id"), nullable=False, index=True),
    sa.Column("case_id", sa.String(24), sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("party_id", sa.String(24), sa.ForeignKey("parties.id"), nullable=False),
    sa.Column("slug", sa.String(24), nullable=False, unique=True),
    sa.Column("opened_at", Instant),
    sa.Column("identified_at", Instant),
    sa.Column("online", sa.Boolean),
    sa.Column("esign", sa.Boolean),
    sa.Column("consented_at", Instant),
    sa.Column("verified_at", Instant),
    sa.Column("checked_at", Instant),
    sa.Column("phone_at", Instant),
    sa.Column("phone", sa.String(24), nullable=False),
    sa.Column("tried_at", Instant),
    sa.Column("tried", sa.JSON),
    sa.Column("device", sa.String(64), nullable=False),
    sa.UniqueConstraint("session_id", "party_id"),
)
kept_apart = sa.Table(
    "kept_apart",
    metadata,
    sa.Column("case_id", sa.String(24), sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("one", sa.String(24), sa.ForeignKey("parties.id"), primary_key=True),
    sa.Column("other", sa.String(24), sa.ForeignKey("parties.id"), primary_key=True),
)
guest_answers = sa.Table(
    "guest_answers",
    metadata,
    sa.Column("guest", sa.String(24), sa.ForeignKey("parties.id"), primary_key=True),
    sa.Column("person", sa.String(24), sa.ForeignKey("parties.id"), primary_key=True),
    sa.Column("case_id", sa.String(24), sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("agrees", sa.Boolean, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
links = sa.Table(
    "links",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("seat_id", sa.String(24), sa.ForeignKey("seats.id"), nullable=False, index=True),
    sa.Column("sent_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("opened_at", Instant),
    sa.Column("voided_at", Instant),
)
ONE_SEAT = sa.select(seats).where(seats.c.id == sa.bindparam("seat"))
"""Read by almost every request of a party, so built once: building it takes longer than answering it."""


async def add(tx: Tx, session: Session, party_ids: list[PartyId], actor: str, at: datetime) -> list[Seat]:
    """A new session with a seat for each party (no link is sent yet)."""
    await tx.execute(sessions.insert().values(**asdict(session) | {"state": session.state.value}))
    made = [Seat(SeatId(new("sea")), session.id, session.case_id, party, secrets.token_hex(8)) for party in party_ids]
    for seat in made:
        await tx.execute(seats.insert().values(**asdict(seat)))
    await journal.append(
        tx, session.case_id, "session.added", actor, {"session": session.id, "parties": list(party_ids)}, at
    )
    return made


async def load(tx: Tx, session_id: str) -> Session:
    """By id; raises NotFound."""
    row = (await tx.execute(sa.select(sessions).where(sessions.c.id == session_id))).first()
    if row is None:
        raise NotFound("session")
    return _session(row)


def _session(row: sa.Row[tuple[object, ...]]) -> Session:
    values = dict(row._mapping)
    return Session(**values | {"state": SessionState(values["state"])})


async def of_case(tx: Tx, case_id: str) -> list[Session]:
    """All sessions of a case, oldest first."""
    found = await tx.execute(sa.select(sessions).where(sessions.c.case_id == case_id).order_by(sessions.c.starts_at))
    return [_session(row) for row in found]


async def refs_of_case(tx: Tx, case_id: CaseId) -> list[SessionRef]:
    """For the view of a case."""
    return [SessionRef(one.id, one.state.value, one.starts_at) for one in await of_case(tx, case_id)]


async def advance(tx: Tx, session: Session, act: SessionAct, actor: str, at: datetime) -> Session:
    """The session after `act`, saved with its journal entry; raises IllegalAct."""
    state = next_state(rules.TABLE, session.state, act)
    values = {"state": state.value, "since": at, "wait": None, "wait_at": None}
    await tx.execute(sessions.update().where(sessions.c.id == session.id).values(values))
    body = {"session": session.id, "from": session.state.value, "to": state.value}
    await journal.append(tx, session.case_id, f"session.{act.value}", actor, body, at)
    return replace(session, state=state, since=at, wait=None, wait_at=None)


async def set_wait(tx: Tx, session: Session, minutes: int | None, at: datetime) -> Session:
    """The session with the host's estimate, or without one. A courtesy, no evidence: not in the journal."""
    said = replace(session, wait=minutes, wait_at=None if minutes is None else at)
    values = {"wait": said.wait, "wait_at": said.wait_at}
    await tx.execute(sessions.update().where(sessions.c.id == session.id).values(values))
    return said


async def invite_mediator(tx: Tx, session: Session, wanted: bool, actor: str, at: datetime) -> Session:
    """The court asks for the mediator in its room, or does not any more."""
    await tx.execute(sessions.update().where(sessions.c.id == session.id).values(with_mediator=wanted))
    await journal.append(tx, session.case_id, "session.mediator", actor, {"session": session.id, "on": wanted}, at)
    return replace(session, with_mediator=wanted)


async def for_application(tx: Tx, application: str) -> list[Session]:
    """The verifications of one application, oldest first."""
    query = sa.select(sessions).where(sessions.c.application == application).order_by(sessions.c.starts_at)
    return [_session(row) for row in await tx.execute(query)]


async def scheduled_between(tx: Tx, start: datetime, end: datetime) -> list[Session]:
    """Sessions of mediation that are to begin then, the first one first; a court reminds of its own."""
    query = sa.select(sessions).where(
        sessions.c.state == SessionState.scheduled.value, sessions.c.application == "",
        sessions.c.starts_at > start, sessions.c.starts_at <= end,
    )  # fmt: skip
    return [_session(row) for row in await tx.execute(query.order_by(sessions.c.starts_at))]


async def links_standing(tx: Tx, session_id: str) -> dict[str, datetime]:
    """Seat -> when the newest link was sent that opens it; without those whose links are void."""
    query = sa.select(links.c.seat_id, links.c.sent_at).join(seats, seats.c.id == links.c.seat_id)
    found = await tx.execute(
        query.where(seats.c.session_id == session_id, links.c.voided_at.is_(None)).order_by(links.c.sent_at)
    )
    return {row.seat_id: row.sent_at for row in found}


async def pairs_of(tx: Tx, case_id: str) -> frozenset[Pair]:
    """Who of the case must never meet whom."""
    found = await tx.execute(sa.select(kept_apart).where(kept_apart.c.case_id == case_id))
    return frozenset((PartyId(row.one), PartyId(row.other)) for row in found)


async def answers_of(tx: Tx, case_id: str) -> Answers:
    """What people of the case said to its guests."""
    found = await tx.execute(sa.select(guest_answers).where(guest_answers.c.case_id == case_id))
    return {(PartyId(row.guest), PartyId(row.person)): row.agrees for row in found}


async def limits_of(tx: Tx, case_id: str) -> Limits:
    """Who must not meet whom, and what was said to guests."""
    return Limits(await pairs_of(tx, case_id), await answers_of(tx, case_id))


async def answer_guest(tx: Tx, case_id: CaseId, guest: PartyId, person: PartyId, agrees: bool, at: datetime) -> None:
    """Say whether the guest may take part; the newest word counts. In the journal: who, of whom, what."""
    here = (guest_answers.c.guest == guest) & (guest_answers.c.person == person)
    await tx.execute(guest_answers.delete().where(here))
    values = {"guest": guest, "person": person, "case_id": case_id, "agrees": agrees, "at": at}
    await tx.execute(guest_answers.insert().values(**values))
    await journal.append(tx, case_id, "seat.guest", person, {"guest": guest, "agrees": agrees}, at)


async def set_pairs(tx: Tx, case_id: CaseId, pairs: Collection[Pair], actor: str, at: datetime) -> None:
    """These must never meet. The journal says that and how many, not who: a journal is shown to both."""
    await tx.execute(kept_apart.delete().where(kept_apart.c.case_id == case_id))
    for one, other in sorted(pairs):
        await tx.execute(kept_apart.insert().values(case_id=case_id, one=one, other=other))
    await journal.append(tx, case_id, "seat.kept_apart", actor, {"pairs": len(pairs)}, at)


async def seat(tx: Tx, seat_id: str) -> Seat:
    """By id; raises NotFound."""
    return _seat((await tx.execute(ONE_SEAT, {"seat": seat_id})).first())


async def seat_of(tx: Tx, session_id: str, party_id: str) -> Seat:
    """The seat of a party in a session; raises NotFound."""
    query = sa.select(seats).where(seats.c.session_id == session_id, seats.c.party_id == party_id)
    return _seat((await tx.execute(query)).first())


async def seat_for(tx: Tx, session: Session, party_id: PartyId) -> Seat:
    """The seat of a person in a session; a new one for somebody who joined the case after the session was planned."""
    try:
        return await seat_of(tx, session.id, party_id)
    except NotFound:
        made = Seat(SeatId(new("sea")), session.id, session.case_id, party_id, secrets.token_hex(8))
        await tx.execute(seats.insert().values(**asdict(made)))
        return made


async def seat_named(tx: Tx, slug: str) -> Seat:
    """By slug; raises NotFound."""
    return _seat((await tx.execute(sa.select(seats).where(seats.c.slug == slug))).first())


async def seats_of(tx: Tx, session_id: str) -> list[Seat]:
    """All seats of a session."""
    return [_seat(row) for row in await tx.execute(sa.select(seats).where(seats.c.session_id == session_id))]


async def forget_person(tx: Tx, case_id: CaseId, person: PartyId) -> None:
    """The seats, links and logins of somebody who is taken out of a case, and what was set about them."""
    theirs = seats.c.case_id == case_id, seats.c.party_id == person
    for held in [_seat(row) for row in await tx.execute(sa.select(seats).where(*theirs))]:
        await end_all(tx, "seat", held.id)
        await tx.execute(links.delete().where(links.c.seat_id == held.id))
    await tx.execute(seats.delete().where(*theirs))
    await tx.execute(kept_apart.delete().where((kept_apart.c.one == person) | (kept_apart.c.other == person)))
    await tx.execute(guest_answers.delete().where(guest_answers.c.guest == person))


async def mates(tx: Tx, seat: Seat) -> list[str]:
    """Ids of the others at the same device of the centre: one of them may hold the place in the room for all."""
    if not seat.device:
        return []
    query = sa.select(seats.c.party_id).where(
        seats.c.session_id == seat.session_id, seats.c.device == seat.device, seats.c.id != seat.id
    )
    return [str(one) for one in await tx.scalars(query)]


async def consents_of_case(tx: Tx, case_id: str) -> dict[PartyId, bool | None]:
    """Party -> whether they agreed to sign electronically (their newest seat says); for the ceremony. A court asks
    nobody that."""
    found = await tx.execute(
        sa.select(seats)
        .join(sessions, seats.c.session_id == sessions.c.id)
        .where(seats.c.case_id == case_id, sessions.c.application == "")
        .order_by(sessions.c.starts_at)
    )
    return {one.party_id: one.esign for one in map(_seat, found)}


async def invited(tx: Tx, case_id: CaseId) -> dict[PartyId, str]:
    """Person -> how far the invitation to their newest session has come: asked, opened, agreed (also to take part by
    telephone) or declined."""
    sent = {person: link for person, link in (await link_views(tx, case_id)).items() if link.sent_at}
    found = await tx.execute(
        sa.select(seats)
        .join(sessions, seats.c.session_id == sessions.c.id)
        .where(seats.c.case_id == case_id, sessions.c.application == "")
        .order_by(sessions.c.starts_at)
    )
    answers: dict[PartyId, str] = {}
    for one in map(_seat, found):
        if one.online or one.phone_at:
            answers[one.party_id] = "agreed"
        elif one.online is False:
            answers[one.party_id] = "declined"
        elif one.party_id in sent:
            answers[one.party_id] = "opened" if one.opened_at else "asked"
    return answers


def _seat(row: sa.Row[tuple[object, ...]] | None) -> Seat:
    if row is None:
        raise NotFound("seat")
    values = dict(row._mapping)
    return Seat(**values)


async def update_seat(tx: Tx, seat: Seat) -> None:
    """Save what changed of a seat."""
    values = asdict(seat)
    for fixed in ("id", "session_id", "case_id", "party_id", "slug"):
        del values[fixed]
    await tx.execute(seats.update().where(seats.c.id == seat.id).values(**values))


async def new_link(tx: Tx, seat: Seat, valid: int, actor: str, at: datetime, *, beside: bool = False) -> str:
    """A new secret for the seat's link, valid for so many seconds; the former ones are void, or good `beside` it.
    Returns the secret."""
    token = secrets.token_urlsafe(24)
    if not beside:
        await void_links(tx, seat, at)
    await tx.execute(
        links.insert().values(
            token_hash=hashed(token), seat_id=seat.id, sent_at=at, expires_at=at + timedelta(seconds=valid)
        )
    )
    await journal.append(tx, seat.case_id, "link.sent", actor, {"session": seat.session_id, "party": seat.party_id}, at)
    return token


async def void_links(tx: Tx, seat: Seat, at: datetime) -> None:
    """No link sent so far opens this seat any more."""
    await tx.execute(links.update().where(links.c.seat_id == seat.id, links.c.voided_at.is_(None)).values(voided_at=at))


async def link(tx: Tx, token: str) -> Link | None:
    """The link of a secret, void or not."""
    row = (await tx.execute(sa.select(links).where(links.c.token_hash == hashed(token)))).first()
    return Link(**row._mapping) if row else None


async def link_opened(tx: Tx, link: Link, at: datetime) -> None:
    """Note the first opening."""
    await tx.execute(
        links.update().where(links.c.token_hash == link.token_hash, links.c.opened_at.is_(None)).values(opened_at=at)
    )


async def link_views(tx: Tx, case_id: CaseId) -> dict[PartyId, LinkView]:
    """The newest link of each party of a case."""
    found = await tx.execute(
        sa.select(seats.c.party_id, links)
        .join(links, links.c.seat_id == seats.c.id)
        .where(seats.c.case_id == case_id)
        .order_by(links.c.sent_at)
    )
    return {PartyId(row.party_id): LinkView(row.sent_at, row.opened_at, row.expires_at) for row in found}
