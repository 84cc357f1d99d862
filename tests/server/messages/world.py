"""The world outside: a mail server and a text gateway on real sockets that do what a test tells them to."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from server.messages.delivery import Deliveries
from server.messages.model import Way
from server.people.model import DELIVERY
from server.settings import Settings, SmsOptions, SmtpOptions
from server.store.db import Database
from server.vault import open_vault
from server.web import keys
from tests.actors import Hands


@dataclass
class Mailbox:
    """What a mail server took, by Message-ID. `says` are its next answers; then it takes everything."""

    says: list[str] = field(default_factory=list)
    letters: dict[str, bytes] = field(default_factory=dict)
    times: int = 0
    """How often a whole letter came."""
    held: asyncio.Event | None = None
    """Never answers after DATA while this is not set."""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.says and self.says[0].startswith("rcpt "):
            return self.says.pop(0).removeprefix("rcpt ")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        says = self.says.pop(0) if self.says else "250 2.0.0 queued as 7F3A"
        if says.startswith(("4", "5")):
            return says
        content = bytes(envelope.original_content or b"")
        own = next(line for line in content.splitlines() if line.lower().startswith(b"message-id:"))
        self.letters[own.split(b":", 1)[1].strip().decode()] = content
        self.times += 1
        if says == "drop":
            assert server.transport is not None
            server.transport.abort()
        if self.held is not None:
            await self.held.wait()
        return says


@dataclass
class Texts:
    """What a text gateway took, by idempotency key; asked a second time, it answers as the first."""

    says: list[int] = field(default_factory=list)
    sent: dict[str, dict[str, object]] = field(default_factory=dict)
    asked: list[web.Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    held: asyncio.Event | None = None
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        self.bodies.append(await request.read())
        key = request.headers["Idempotency-Key"]
        status = self.says.pop(0) if self.says else 200
        if status == 200:
            self.sent.setdefault(key, json.loads(self.bodies[-1]))
            self.came.set()
            if self.held is not None:
                await self.held.wait()
        return web.json_response({"reference": f"ref-{key}"}, status=status)


@asynccontextmanager
async def mail_server(box: Mailbox, **options: object) -> AsyncIterator[int]:
    """Listens; its port."""
    factory: Callable[[], SMTP] = lambda: SMTP(box, hostname="mail.test", **options)  # type: ignore[arg-type]  # noqa: E731
    server = await asyncio.get_running_loop().create_server(factory, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@asynccontextmanager
async def text_server(texts: Texts, port: int = 0) -> AsyncIterator[int]:
    """Listens; its port."""
    app = web.Application()
    app.router.add_post("/send", texts.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


SECRET = "shared-with-the-gateway"


def options(data: Path, texts: int = 0, mail: int = 0, **changes: object) -> Settings:
    """A real centre with gateways on these ports."""
    sms = SmsOptions(f"http://127.0.0.1:{texts}/send", secret=SECRET) if texts else SmsOptions()
    smtp = SmtpOptions("127.0.0.1", mail, "none", sender="notice@centre.example") if mail else SmtpOptions()
    return Settings(data=data, secret=b"s" * 40, **{"sms": sms, "smtp": smtp, **changes})  # type: ignore[arg-type]


def post_office(settings: Settings, clock: Hands) -> web.Application:
    """The outbox alone, as `app.py` wires it, on a database that is there."""
    app = web.Application()
    app[keys.SETTINGS], app[keys.CLOCK] = settings, clock
    db = app[keys.DB] = Database(settings.database)
    vault = app[keys.VAULT] = open_vault(settings)
    ways = [way for way, there in ((Way.sms, settings.sms.url), (Way.mail, settings.smtp.host)) if there]
    app[DELIVERY] = Deliveries(db, vault, ways, everything=False)
    return app


NOON = datetime(2026, 11, 26, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
