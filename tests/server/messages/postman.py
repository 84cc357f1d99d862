"""A process of its own that puts messages and delivers them, to be killed at any moment."""

import asyncio
from multiprocessing.connection import Connection
from pathlib import Path

from server.messages.worker import deliver, gateways
from server.people.model import DELIVERY, Message
from server.web import keys
from server.web.outgoing import outgoing
from tests.actors import Hands
from tests.server.messages.world import MINUTE, NOON, options, post_office


def run(data: Path, texts: int, mail: int, minutes: int, put: int, told: Connection) -> None:
    """So many minutes after noon, with gateways on these ports; says `put` when that is done."""
    asyncio.run(_run(data, texts, mail, Hands(NOON + minutes * MINUTE), put, told))


async def _run(data: Path, texts: int, mail: int, clock: Hands, put: int, told: Connection) -> None:
    app = post_office(options(data, texts, mail), clock)
    for n in range(put):
        async with app[keys.DB].transaction() as tx:
            one = Message("pty_x", "19900000002", "link", f"text {n}", NOON, key=f"cause-{n}", email="lin@home.example")
            await app[DELIVERY].put(tx, one)
    told.send("put")
    async with outgoing() as way:
        ways = gateways(app[keys.SETTINGS], way, clock)
        while await deliver(app, ways):
            pass
    await app[keys.DB].close()
