"""A message on its way, what gateways are, and how both look to staff. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from server.web.call import View


class State(StrEnum):
    """Words on the wire, in the database and in i18n keys."""

    waiting = "waiting"
    sent = "sent"
    """A gateway took it."""
    failed = "failed"
    """Tried and not taken; it will be tried again."""
    given_up = "given_up"
    """Refused for good, or its time is over; staff are told."""


class Way(StrEnum):
    """How it goes."""

    demo = "demo"
    """Shown on the page /demo: practice, and the demo centre."""
    sms = "sms"
    mail = "mail"


class Content(msgspec.Struct, frozen=True):
    """What lies sealed until a gateway took it."""

    to: str
    text: str
    values: dict[str, str]
    """What a template of the text gateway may name."""
    calendar: str = ""
    """A file by RFC 5545, for mail."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a gateway is handed. `id` is the same at every attempt: who knows it sends it once."""

    id: str
    way: Way
    topic: str
    to: str = field(repr=False)
    text: str = field(repr=False)
    values: Mapping[str, str] = field(repr=False)
    calendar: str = field(repr=False)
    at: datetime


class NotTaken(Exception):
    """Not now: asked again later. The argument is a word without a name, number or secret."""


class Refused(NotTaken):
    """Not ever: asking again would bring the same."""


class Gateway(Protocol):
    """One way out."""

    async def hand_over(self, parcel: Parcel) -> str:
        """The gateway's own reference. Raises NotTaken, Refused."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """A message as it stands; of its content only `shown`, the masked address."""

    id: str
    case_id: str
    person: str
    way: Way
    topic: str
    shown: str
    state: State
    attempts: int
    reason: str
    reference: str
    at: datetime
    next_at: datetime | None
    until: datetime
    valid_until: datetime | None
    sent_at: datetime | None
    kept: bool
    """Whether its content is still there."""


class MessageView(View):
    """A message of a case of theirs, for a mediator; never its words."""

    id: str
    case_id: str
    case_title: str
    person: str
    topic: str
    way: Way
    to: str
    state: State
    attempts: int
    reason: str
    at: datetime
    next_at: datetime | None
    sent_at: datetime | None
    again: bool
    """Whether it may be tried again."""


class MessagesView(View):
    """The newest first."""

    messages: list[MessageView]


class CountsView(View):
    """How many messages stand how, since `since`; and which ways out are set."""

    waiting: int
    sent: int
    failed: int
    given_up: int
    since: datetime
    oldest: datetime | None
    """Of those waiting or failed."""
    ways: list[Way]
