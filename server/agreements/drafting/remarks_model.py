"""Remarks on a clause, and suggestions of other words for it. Pure.

What is said to the mediator alone, or in a private talk, is an offer [ZXTJ 18]: it rests sealed and leaves no trace in
the journal."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

Saying = Annotated[str, msgspec.Meta(max_length=2000)]
MOST_WORDS = 4000
"""As long as a paragraph of a clause."""
Words = Annotated[str, msgspec.Meta(max_length=MOST_WORDS)]


class RemarkState(StrEnum):
    """Words on the wire, in the database and in i18n keys."""

    open = "open"
    accepted = "accepted"
    declined = "declined"
    resolved = "resolved"
    withdrawn = "withdrawn"


class RemarkAct(StrEnum):
    """`accept` of a suggestion, `resolve` of a remark; a decline has its reason."""

    accept = "accept"
    decline = "decline"
    resolve = "resolve"
    withdraw = "withdraw"


class Said(msgspec.Struct, frozen=True):
    """What is sealed of a remark. `words` are suggested in the place of `was`, the clause as it read then; "" for a
    remark without a suggestion."""

    text: Saying = ""
    words: Words = ""
    was: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """On one clause in one wording (`hash`), made while looking at `version`."""

    id: str
    agreement_id: str
    author: str
    version: int
    clause: str
    hash: str
    confided: bool
    """For the mediators only."""
    audience: frozenset[str]
    """Ids of those who ever see it."""
    state: RemarkState
    said: Said
    reason: str
    """Why it was declined."""
    made_at: datetime
    ended_by: str | None = None
    taken_in: int | None = None
    """The version in which a suggestion was taken up."""
