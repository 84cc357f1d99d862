"""The postman: takes what is due from the outbox, hands it over, writes down what became of it.

Killed between a gateway's yes and our commit, it asks again under the same id once the lease is over: a text gateway
knows the id as idempotency key, a mailbox as Message-ID."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping

from aiohttp import web

from server.clock import Clock
from server.messages import store
from server.messages.delivery import Deliveries
from server.messages.model import Gateway, NotTaken, Parcel, Refused, State, Way
from server.messages.sms import TextGateway
from server.messages.smtp import MailGateway
from server.people.model import DELIVERY
from server.settings import Settings
from server.web import keys
from server.web.outgoing import Outgoing, outgoing
from signaling.tasks import spawn

log = logging.getLogger(__name__)
AT_ONCE = 8
LOOK = 15.0
"""Seconds between looks when nothing wakes the postman."""
LIMIT = 90.0
"""Seconds for one message; below the lease."""
Gateways = Mapping[Way, Gateway]


def gateways(settings: Settings, way: Outgoing, now: Clock) -> dict[Way, Gateway]:
    """Those that are set."""
    found: dict[Way, Gateway] = {}
    if settings.sms.url:
        found[Way.sms] = TextGateway(settings.sms, way, now)
    if settings.smtp.host:
        found[Way.mail] = MailGateway(settings.smtp, settings.centre.name)
    return found


async def opened(app: web.Application) -> AsyncIterator[None]:
    """The outbox, for everybody who has something to tell."""
    settings = app[keys.SETTINGS]
    ways = [way for way, there in ((Way.sms, settings.sms.url), (Way.mail, settings.smtp.host)) if there]
    app[DELIVERY] = Deliveries(app[keys.DB], app[keys.VAULT], ways, everything=settings.demo)
    yield


async def lifetime(app: web.Application) -> AsyncIterator[None]:
    """The postman's rounds; what is being handed over is waited for at the end."""
    stopping = asyncio.Event()
    async with outgoing() as way:
        task = spawn(_rounds(app, gateways(app[keys.SETTINGS], way, app[keys.CLOCK]), stopping), name="messages")
        yield
        stopping.set()
        _wake(app).set()
        await asyncio.gather(task, return_exceptions=True)


async def _rounds(app: web.Application, ways: Gateways, stopping: asyncio.Event) -> None:
    wake = _wake(app)
    while not stopping.is_set():
        wake.clear()
        try:
            while not stopping.is_set() and await deliver(app, ways):
                pass
            async with app[keys.DB].transaction() as tx:
                await store.tidy(tx, app[keys.CLOCK]())
        except Exception:  # a database that is busy once must not end all delivery
            log.exception("messages_failed")
        try:
            await asyncio.wait_for(wake.wait(), LOOK)
        except TimeoutError:
            continue


async def deliver(app: web.Application, ways: Gateways) -> int:
    """Hand over what is due, a few at a time; returns how many were tried."""
    parcels = await store.claim(app[keys.DB], app[keys.VAULT], app[keys.CLOCK](), AT_ONCE)
    await asyncio.gather(*(_hand_over(app, ways, parcel) for parcel in parcels))
    return len(parcels)


async def _hand_over(app: web.Application, ways: Gateways, parcel: Parcel) -> None:
    reference, problem = "", None
    try:
        if parcel.way not in ways:
            raise NotTaken("no_gateway")
        async with asyncio.timeout(LIMIT):
            reference = await ways[parcel.way].hand_over(parcel)
    except TimeoutError:
        problem = NotTaken("timeout")
    except NotTaken as error:
        problem = error
    except Exception as error:  # a gateway's surprise holds up no other message
        log.exception("message.surprise", extra={"message_id": parcel.id})
        problem = NotTaken(type(error).__name__)
    now = app[keys.CLOCK]()
    async with app[keys.DB].transaction() as tx:
        if problem is None:
            await store.taken(tx, parcel.id, reference, now)
            return
        state = await store.not_taken(tx, parcel.id, str(problem), now, forever=isinstance(problem, Refused))
    if state is State.given_up:
        log.warning("message.given_up", extra={"message_id": parcel.id, "reason": str(problem)})


def _wake(app: web.Application) -> asyncio.Event:
    delivery = app[DELIVERY]
    assert isinstance(delivery, Deliveries)  # noqa: S101 (for mypy: `opened` put it there)
    return delivery.wake
