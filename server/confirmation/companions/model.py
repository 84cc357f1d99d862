"""What is chosen and given for the papers that go to a court with an agreement. Pure."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import msgspec

Hindrance = Literal["", "no_confirmation", "paper"]
"""Why an agreement has no companions: its rule type knows no confirmation, or only ink will do."""
LackCode = Literal[
    "court", "service_missing", "domicile_missing", "number_missing", "number_unseen", "code_missing", "head_missing",
]  # fmt: skip


def unguessable() -> str:
    """80 random bits in groups of four: 3f9a 71c2 ..."""
    digits = secrets.token_hex(10)
    return " ".join(digits[at : at + 4] for at in range(0, 20, 4))


class ServiceAddress(msgspec.Struct, frozen=True):
    """Where a court reaches one party, as that party said for this court; printed in its own paper and nowhere else."""

    phone: str
    address: str
    recipient: str = ""
    """Who takes it there; empty: the party."""
    postcode: str = ""
    electronic: bool = False
    """Agrees to be served electronically [ZXSS 29]."""
    electronic_address: str = ""
    given_by: str = ""
    """Person or member of staff who wrote it down."""
    blind: str = msgspec.field(default_factory=unguessable)
    """Printed, too: the others learn the hash of the text, and could else try phones against it."""


@dataclass(frozen=True)
class Choice:
    """The mediator's: whether there are companions, and for which court."""

    wanted: bool = False
    court: str = ""
    invited: bool = False
    """The court invited the organisation [CPL 205(1)]; else it is one of the places of CPL 205(2)."""


@dataclass(frozen=True)
class Lack:
    """What is missing: of whom (empty: of the whole), and whether nothing can be frozen without it."""

    code: LackCode
    party: str = ""
    needed: bool = True


@dataclass(frozen=True)
class Kept:
    """What is kept of one agreement; `services` by party."""

    choice: Choice
    services: Mapping[str, ServiceAddress] = field(repr=False)
