"""From the outbox to real servers: what is taken, refused, tried again, given up, and what stays behind."""

import asyncio
import hashlib
import hmac
import json
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.smtp import AuthResult

from server.allowed import Template
from server.errors import Unavailable
from server.messages.model import State
from server.messages.store import messages
from server.messages.worker import deliver, gateways
from server.people import store as people
from server.people.model import DELIVERY, Message
from server.settings import Settings
from server.store import migrate
from server.web import keys
from server.web.outgoing import outgoing
from tests.actors import Hands
from tests.server.messages.world import (
    MINUTE,
    NOON,
    SECRET,
    Mailbox,
    Texts,
    mail_server,
    options,
    post_office,
    text_server,
)
from tests.turn.coturn import certificate


class Desk:
    """A post office at noon and its one row."""

    def __init__(self, settings: Settings) -> None:
        self.clock = Hands(NOON)
        self.settings = settings
        self.app = post_office(settings, self.clock)

    async def post(self, **changes: Any) -> None:
        one = Message("pty_x", "19900000002", "code", "您的验证码是 271828", NOON, code="271828", key="once")
        await self.app[DELIVERY].send(replace(one, **changes))

    async def look(self, **later: float) -> Any:
        self.clock.forward(**later)
        async with outgoing(2) as way:
            await deliver(self.app, gateways(self.settings, way, self.clock))
        return await self.row()

    async def row(self) -> Any:
        async with self.app[keys.DB].reading() as tx:
            (row,) = list(await tx.execute(sa.select(messages)))
        return row


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Callable[..., Desk]]:
    made: list[Desk] = []
    migrate.upgrade(options(tmp_path / "var").database)

    def make(**settings: Any) -> Desk:
        made.append(Desk(options(tmp_path / "var", **settings)))
        return made[-1]

    yield make
    for one in made:
        await one.app[keys.DB].close()


def lying(database: Path) -> bytes:
    """All that is on the disk of it."""
    return database.read_bytes() + Path(f"{database}-wal").read_bytes()


MAIL = {"to": "", "email": "lin@home.example"}


async def test_a_text_is_sent_by_template_once_and_its_words_are_erased(desk: Callable[..., Desk]) -> None:
    texts = Texts(says=[503, 429])
    async with text_server(texts) as port:
        one = desk(texts=port)
        sms = replace(one.settings.sms, templates={"code": Template("SMS_7", ("code",))})
        one.settings = replace(one.settings, sms=sms)
        await one.post()
        await one.post()  # the same cause again is none
        row = await one.row()
        raw = await asyncio.to_thread(lying, one.settings.database)
        assert b"271828" not in raw and b"19900000002" not in raw and row.shown == "199****0002"
        first = await one.look()
        assert (first.state, first.attempts, first.reason, first.next_at) == ("failed", 1, "status 503", NOON + MINUTE)
        assert (await one.look(seconds=59)).attempts == 1
        second = await one.look(seconds=1)
        assert (second.state, second.next_at) == ("failed", NOON + 3 * MINUTE)
        last = await one.look(minutes=2)
        await one.look(days=1)
    assert (last.state, last.reference, last.sealed, last.attempts) == ("sent", f"ref-{last.id}", None, 3)
    assert [request.headers["Idempotency-Key"] for request in texts.asked] == [last.id] * 3
    assert json.loads(texts.bodies[-1]) == {"to": "19900000002", "template": "SMS_7", "variables": {"code": "271828"}}
    head = texts.asked[-1].headers
    signed = hmac.new(SECRET.encode(), head["X-Hejie-Timestamp"].encode() + b"." + texts.bodies[-1], hashlib.sha256)
    assert head["X-Hejie-Signature"] == f"sha256={signed.hexdigest()}"


async def test_what_is_refused_or_too_late_is_given_up(desk: Callable[..., Desk], caplog: Any) -> None:
    texts = Texts(says=[400])
    async with text_server(texts) as port:
        one = desk(texts=port)
        await one.post(url="https://centre.example/r/x#secret-of-a-link")
        row = await one.look()
    assert (row.state, row.reason, row.next_at) == ("given_up", "status 400", None) and row.sealed
    assert (
        "271828" not in caplog.text
        and "secret-of-a-link" not in caplog.text
        and row.id in str(caplog.records[-1].__dict__)
    )


async def test_a_gateway_that_is_down_is_asked_for_a_day(desk: Callable[..., Desk]) -> None:
    async with text_server(Texts()) as port:
        pass
    one = desk(texts=port)
    await one.post(kind="link", code="")
    pauses, row = [], await one.look()
    while row.state == State.failed.value:
        pauses.append((row.next_at - one.clock.now) // MINUTE)
        one.clock.now = row.next_at
        row = await one.look()
    assert pauses[:9] == [1, 2, 4, 8, 16, 32, 64, 128, 256] and max(pauses) == 360
    assert row.state == "given_up" and one.clock.now == NOON + timedelta(days=1)


async def test_a_code_is_not_sent_when_it_opens_nothing_any_more(desk: Callable[..., Desk]) -> None:
    texts = Texts(says=[500] * 9)
    async with text_server(texts) as port:
        one = desk(texts=port)
        await one.post(valid_until=NOON + 10 * MINUTE)
        await one.look()
        row = await one.look(minutes=10)
    assert (row.state, row.sealed) == ("given_up", None)


@pytest.mark.parametrize(
    "says, states",
    [
        (["rcpt 451 4.7.1 greylisted"], ["failed", "sent"]),
        (["452 4.2.2 mailbox full"], ["failed", "sent"]),
        (["rcpt 550 5.1.1 no such user"], ["given_up"]),
        (["554 5.7.1 refused"], ["given_up"]),
        (["drop"], ["failed", "sent"]),
    ],
)
async def test_mail_and_what_servers_say_to_it(desk: Callable[..., Desk], says: list[str], states: list[str]) -> None:
    box = Mailbox(says=says)
    async with mail_server(box) as port:
        one = desk(mail=port)
        await one.post(**MAIL, calendar="BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n")
        assert [(await one.look(minutes=1)).state for _ in states] == states
    row = await one.row()
    sent = states[-1] == "sent"
    assert list(box.letters) == ([f"<{row.id}@centre.example>"] if sent else [])  # after a drop: the same letter again
    if sent:
        letter = next(iter(box.letters.values()))
        assert b'text/calendar; charset="utf-8"; method="REQUEST"' in letter and b"session.ics" in letter
        assert row.reference.endswith("7F3A") and row.shown == "l***@home.example"


async def test_mail_over_tls_with_a_password(desk: Callable[..., Desk], tmp_path: Path) -> None:
    cert, key = certificate(tmp_path, "127.0.0.1")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    box = Mailbox()

    def known(server: object, session: object, envelope: object, mechanism: str, login: Any) -> AuthResult:
        return AuthResult(handled=False, success=(login.login, login.password) == (b"centre", b"right"))

    async with mail_server(
        box, tls_context=context, require_starttls=True, auth_required=True, authenticator=known
    ) as port:
        one = desk(mail=port)
        smtp = replace(one.settings.smtp, security="starttls", ca=cert, user="centre", password="wrong")
        one.settings = replace(one.settings, smtp=smtp)
        await one.post(**MAIL)
        wrong = await one.look()
        assert (wrong.state, wrong.reason) == ("failed", "login")
        one.settings = replace(one.settings, smtp=replace(smtp, password="right", ca=None))
        assert (await one.look(minutes=1)).state == "failed" and not box.letters  # a stranger's certificate
        one.settings = replace(one.settings, smtp=replace(smtp, password="right"))
        assert (await one.look(minutes=2)).state == "sent" and len(box.letters) == 1


async def test_practice_never_reaches_a_gateway(desk: Callable[..., Desk]) -> None:
    texts = Texts()
    async with text_server(texts) as port:
        one = desk(texts=port)
        await one.post(rehearsal=True)
        await one.post(rehearsal=True)
        row = await one.look()
        async with one.app[keys.DB].reading() as tx:
            (shown,) = await people.messages(tx, rehearsal_only=True)
    assert (row.state, row.way, shown.code, texts.asked) == ("sent", "demo", "271828", [])


async def test_without_a_way_the_cause_fails_and_nothing_is_kept(desk: Callable[..., Desk]) -> None:
    one = desk(mail=1)
    with pytest.raises(Unavailable):
        await one.post()
    async with one.app[keys.DB].reading() as tx:
        assert not list(await tx.execute(sa.select(messages)))
