"""The way in for the first administrator, or for one who is locked out: a link printed on the machine itself."""

import asyncio

from server import clock
from server.errors import NotFound
from server.ids import AccountId, new
from server.people import factors_store, invitations, store
from server.people.model import Account, StaffRole
from server.people.office import told
from server.settings import Settings
from server.store import migrate
from server.store.db import Database


async def first_link(settings: Settings, username: str, name: str) -> int:
    """Print a link to choose a password of the administrator `username`, who is made where there is none and whose
    second factor is forgotten. Exit code: 1 when the account is another's or has ended."""
    await asyncio.to_thread(settings.data.mkdir, 0o700, True, True)
    await asyncio.to_thread(migrate.upgrade, settings.database)
    db, now = Database(settings.database), clock.system()
    try:
        async with db.transaction() as tx:
            try:
                account = await store.account_named(tx, username)
            except NotFound:
                account = Account(AccountId(new("acc")), username, name, StaffRole.administrator, "")
                await store.add_account(tx, account)
            if account.role is not StaffRole.administrator or account.ended_at is not None:
                print(f"{username} is no administrator")
                return 1
            await factors_store.forget(tx, account.id)
            token = await invitations.make(tx, account.id, now, settings.login.invitation_valid)
            await told(tx, "account.invited", "server", now, {"account": account.id})
    finally:
        await db.close()
    print(f"{settings.http.origin}/welcome#{token}")
    return 0
