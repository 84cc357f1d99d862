"""The door of the outbox: every message of the house comes in here, and goes where its way leads."""

import asyncio
from collections.abc import Sequence

from server.errors import Unavailable
from server.ids import new
from server.messages import store
from server.messages.model import Content, Way
from server.people import store as people
from server.people.model import Message
from server.store.db import Database, Tx
from server.vault import Vault


class Deliveries:
    """Practice always ends in the demo's outbox; what is real needs a gateway, and only the demo centre has none but
    that (`everything`)."""

    def __init__(self, db: Database, vault: Vault, ways: Sequence[Way], *, everything: bool) -> None:
        self._db, self._vault, self._everything = db, vault, everything
        self.ways = tuple(ways)
        self.wake = asyncio.Event()
        """Set when something may be due at once."""

    async def known(self, tx: Tx, key: str) -> bool:
        """Whether a message of this key was kept before."""
        return await store.known(tx, key)

    async def put(self, tx: Tx, message: Message) -> None:
        """Keep a message in the transaction of what causes it; a second one of the same key is none. Raises Unavailable
        when there is no way to the person."""
        key = message.key or new("key")
        if self._everything or message.rehearsal:
            if await self._keep(tx, message, Way.demo, message.to, key):
                await people.post(tx, message)
            return
        found = {Way.sms: message.to, Way.mail: message.email}
        ways = [(way, to) for way, to in found.items() if to and way in self.ways]
        if not ways:
            raise Unavailable("no way to reach this person is set")
        for way, to in ways:
            await self._keep(tx, message, way, to, f"{key}|{way.value}")
        self.wake.set()

    async def send(self, message: Message) -> None:
        """Keep a message whose cause is committed. Raises Unavailable."""
        async with self._db.transaction() as tx:
            await self.put(tx, message)

    async def _keep(self, tx: Tx, one: Message, way: Way, to: str, key: str) -> bool:
        topic = one.topic or one.kind
        row = store.New(key, one.case_id, one.person, way, topic, one.at, one.valid_until, one.rehearsal)
        values = {"text": one.text, "url": one.url, "code": one.code, **one.values}
        return await store.put(tx, self._vault, row, Content(to, one.text, values, one.calendar))
