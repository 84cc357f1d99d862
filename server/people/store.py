"""Tables of people: accounts, wrong logins, one-time codes, the demo outbox."""

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa

from server.clock import wire
from server.errors import AppError, NotFound
from server.ids import AccountId, OrganisationId
from server.people import factors_store, invitations, rules
from server.people.model import Account, LoginLocked, Message, StaffRole
from server.people.rules import OneTimeCode
from server.settings import LoginOptions
from server.store import logins
from server.store.db import Instant, Tx, metadata

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("username", sa.String(40), nullable=False, unique=True),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("password", sa.String(200), nullable=False),
    sa.Column("rehearsal", sa.Boolean, nullable=False),
    sa.Column("organisation_id", sa.String(24)),
    sa.Column("ended_at", Instant),
)
attempts = sa.Table(
    "login_attempts",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("wrong", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("locked_until", Instant),
)
codes = sa.Table(
    "codes",
    metadata,
    sa.Column("purpose", sa.String(24), primary_key=True),
    sa.Column("subject", sa.String(200), primary_key=True),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("sent_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("locked_until", Instant),
)
outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("person", sa.String(24), nullable=False),
    sa.Column("to", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("code", sa.String(12), nullable=False),
    sa.Column("slot", sa.String(20), nullable=False),
    sa.Column("rehearsal", sa.Boolean, nullable=False),
    sa.Index(None, "person"),
)


async def add_account(tx: Tx, account: Account) -> None:
    """A new member of staff."""
    await tx.execute(
        accounts.insert().values(
            id=account.id, username=account.username, name=account.name, role=account.role.value,
            password=account.password, rehearsal=account.rehearsal, organisation_id=account.organisation_id,
        )
    )  # fmt: skip


async def set_password(tx: Tx, account_id: AccountId, hashed: str) -> None:
    """Another Argon2id hash; empty: no password fits."""
    await tx.execute(accounts.update().where(accounts.c.id == account_id).values(password=hashed))


async def end(tx: Tx, account_id: AccountId, now: datetime) -> None:
    """They left: every login ends and nothing opens a new one; what they did stays theirs."""
    await tx.execute(accounts.update().where(accounts.c.id == account_id).values(password="", ended_at=now))
    await factors_store.forget(tx, account_id)
    await invitations.forget(tx, account_id)
    await logins.end_all(tx, "staff", account_id)


async def move(tx: Tx, account_id: AccountId, organisation_id: OrganisationId) -> None:
    """They work there from now on."""
    await tx.execute(accounts.update().where(accounts.c.id == account_id).values(organisation_id=organisation_id))


async def account(tx: Tx, account_id: str) -> Account:
    """By id; raises NotFound."""
    return _account((await tx.execute(sa.select(accounts).where(accounts.c.id == account_id))).first())


async def account_named(tx: Tx, username: str) -> Account:
    """By user name; raises NotFound."""
    return _account((await tx.execute(sa.select(accounts).where(accounts.c.username == username))).first())


async def all_staff(tx: Tx) -> list[Account]:
    """Everybody of the office, also who has left; nobody of practice cases. By name."""
    query = sa.select(accounts).where(accounts.c.rehearsal.is_(False)).order_by(accounts.c.name, accounts.c.id)
    return [_account(row) for row in await tx.execute(query)]


async def change(tx: Tx, account_id: AccountId, name: str, role: StaffRole, place: OrganisationId | None) -> None:
    """Another name, role or place."""
    values = {"name": name, "role": role.value, "organisation_id": place}
    await tx.execute(accounts.update().where(accounts.c.id == account_id).values(values))


async def known(tx: Tx, username: str) -> bool:
    """Whether there is such a user name."""
    return await tx.scalar(sa.select(accounts.c.id).where(accounts.c.username == username)) is not None


async def mediators(tx: Tx, *, rehearsal: bool) -> list[Account]:
    """All who lead sessions, by name; those of practice apart from the others."""
    query = sa.select(accounts).where(
        accounts.c.role == StaffRole.mediator.value, accounts.c.rehearsal == rehearsal, accounts.c.ended_at.is_(None)
    )
    return [_account(row) for row in await tx.execute(query.order_by(accounts.c.name, accounts.c.id))]


def _account(row: sa.Row[tuple[object, ...]] | None) -> Account:
    if row is None:
        raise NotFound("account")
    values = dict(row._mapping)
    return Account(
        AccountId(values["id"]), values["username"], values["name"], StaffRole(values["role"]), values["password"],
        values["rehearsal"], OrganisationId(values["organisation_id"]) if values["organisation_id"] else None,
        values["ended_at"],
    )  # fmt: skip


def _attempt_key(username: str, address: str) -> str:
    return hashlib.sha256(f"{username}\n{address}".encode()).hexdigest()


async def login_lock(tx: Tx, username: str, address: str, now: datetime) -> None:
    """Raises LoginLocked while this name is locked for this address; known and unknown names look the same."""
    until = await tx.scalar(sa.select(attempts.c.locked_until).where(attempts.c.key == _attempt_key(username, address)))
    if until and now < until:
        raise LoginLocked(wire(until))


async def login_tried(tx: Tx, username: str, address: str, right: bool, now: datetime, options: LoginOptions) -> None:
    """Count a wrong password and lock after too many; a right one forgets them."""
    key = _attempt_key(username, address)
    row = (await tx.execute(sa.select(attempts).where(attempts.c.key == key))).first()
    stale = now - timedelta(seconds=options.lock)
    await tx.execute(attempts.delete().where(sa.or_(attempts.c.key == key, attempts.c.at < stale)))
    if right:
        return
    fresh = row is not None and row.at >= stale and not row.locked_until
    wrong = (row.wrong if row and fresh else 0) + 1
    until = now + timedelta(seconds=options.lock) if wrong >= options.attempts else None
    await tx.execute(attempts.insert().values(key=key, wrong=wrong, at=now, locked_until=until))


async def code_state(tx: Tx, purpose: str, subject: str) -> OneTimeCode | None:
    """What is known of a code; None when none was ever sent."""
    row = (await tx.execute(sa.select(codes).where(codes.c.purpose == purpose, codes.c.subject == subject))).first()
    return OneTimeCode(**row._mapping) if row else None


async def _save_code(tx: Tx, code: OneTimeCode) -> None:
    await tx.execute(codes.delete().where(codes.c.purpose == code.purpose, codes.c.subject == code.subject))
    await tx.execute(
        codes.insert().values(
            purpose=code.purpose, subject=code.subject, hash=code.hash, sent_at=code.sent_at,
            expires_at=code.expires_at, tries=code.tries, locked_until=code.locked_until,
        )
    )  # fmt: skip


async def issue_code(tx: Tx, secret: bytes, purpose: str, subject: str, now: datetime, options: LoginOptions) -> str:
    """Six fresh digits bound to purpose and subject; the former ones are void. Raises CodeLocked, TooMany."""
    digits = rules.new_digits()
    old = await code_state(tx, purpose, subject)
    hashed = rules.code_hash(secret, purpose, subject, digits)
    await _save_code(tx, rules.issue(old, purpose, subject, hashed, now, options))
    return digits


async def check_code(
    tx: Tx, secret: bytes, purpose: str, subject: str, digits: str, now: datetime, options: LoginOptions
) -> AppError | None:
    """None when the digits fit (they are used up now). Otherwise the error to raise AFTER the transaction, so that the
    wrong try is counted: CodeWrong, CodeLocked, CodeExpired."""
    old = await code_state(tx, purpose, subject)
    new, problem = rules.check(old, rules.code_hash(secret, purpose, subject, digits), now, options)
    if new is not None and new != old:
        await _save_code(tx, new)
    return problem


async def forget_code(tx: Tx, purpose: str, subject: str) -> None:
    """Void a code and its tries (the subject is gone)."""
    await tx.execute(codes.delete().where(codes.c.purpose == purpose, codes.c.subject == subject))


OUTBOX = 2000
"""Messages the demo keeps; the oldest beyond are dropped."""


async def post(tx: Tx, message: Message) -> None:
    """Put a message into the demo's outbox, shown on the page /demo. Never for real people."""
    newest = await tx.scalar(
        outbox.insert().values(
            person=message.person, to=message.to, kind=message.kind, text=message.text, at=message.at,
            url=message.url, code=message.code, slot=message.slot, rehearsal=message.rehearsal,
        ).returning(outbox.c.id)
    )  # fmt: skip
    await tx.execute(outbox.delete().where(outbox.c.id <= newest - OUTBOX))


async def messages(tx: Tx, *, rehearsal_only: bool, limit: int = 500) -> list[Message]:
    """The newest messages, oldest first."""
    query = sa.select(outbox).order_by(outbox.c.id.desc()).limit(limit)
    if rehearsal_only:
        query = query.where(outbox.c.rehearsal)
    rows = list(await tx.execute(query))
    return [Message(**{key: value for key, value in row._mapping.items() if key != "id"}) for row in rows[::-1]]


async def last_link(tx: Tx, person: str) -> str | None:
    """The newest join link sent to a person, from the outbox."""
    found: str | None = await tx.scalar(
        sa.select(outbox.c.url)
        .where(outbox.c.person == person, outbox.c.kind == "link")
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    return found
