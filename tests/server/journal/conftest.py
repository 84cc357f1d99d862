"""A journal made by hand, its anchors under a real time-stamp, and what a disclosure of it is judged with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from documents import BY_FIELD, Authority, TimestampAuthority, body_hash, judge_disclosure, status_of_stamps
from documents.disclosed import Finding
from documents.evidence import Abroad
from server.custody import open_authority
from server.journal.anchoring import head_of, stamped
from server.journal.assembling import Assembly
from server.journal.choosing import Choice
from server.settings import Settings
from server.store.anchors import Anchor
from server.store.chain import GENESIS, Entry, entry_hash
from tests.actors import START, Hands

CASE, OTHER = "cas_aaaaaaaaaaaaaaaaaaaa", "cas_bbbbbbbbbbbbbbbbbbbb"
HOUR = timedelta(hours=1)
Told = tuple[str, str, Mapping[str, Any]]
"""Kind, actor, body."""


def chain_of(told: Sequence[Told], form: int = BY_FIELD) -> list[Entry]:
    """Each a second after the one before."""
    found: list[Entry] = []
    for seq, (kind, actor, body) in enumerate(told, 1):
        at, salt, text = START + timedelta(seconds=seq), f"{seq:02x}" * 16, rfc8785.dumps(dict(body)).decode()
        hashed, previous = body_hash(form, salt, text), found[-1].hash if found else GENESIS
        own = entry_hash(CASE, seq, at, kind, actor, hashed, previous)
        found.append(Entry(CASE, seq, at, kind, actor, hashed, previous, own, salt, text, form))
    return found


def erased(entry: Entry) -> Entry:
    return replace(entry, salt=None, body=None, form=None)


@dataclass(frozen=True)
class Notary:
    """The centre's authority, stamping by the hour."""

    authority: Authority

    def anchors(self, chain: Sequence[Entry], *lengths: int) -> list[Anchor]:
        """One an hour, beside another case."""
        tsa = TimestampAuthority(self.authority.signer("tsa"))
        beside = head_of(OTHER, ["77" * 32])
        return [
            stamped(
                [head_of(CASE, [one.hash for one in chain[:n]]), replace(beside, seq=hour)], tsa, START + hour * HOUR
            )
            for hour, n in enumerate(lengths, 1)
        ]

    def disclosure(
        self, chain: Sequence[Entry], chosen: Sequence[Choice], lengths: Sequence[int], heads: Sequence[int] = ()
    ) -> bytes:
        made = Assembly(chain, self.anchors(chain, *lengths), chosen, heads)
        now = START + 10 * HOUR
        return made.written(status_of_stamps(made.tokens, self.authority, Abroad(nowhere), now))

    def judge(self, data: bytes, now: datetime = START + 11 * HOUR, **given: Any) -> Finding:
        return judge_disclosure(data, [self.authority.root_pem], now, **given)


def nowhere(address: str, body: bytes | None) -> bytes:
    raise OSError(address)


@pytest.fixture(scope="session")
def notary(founded: Path) -> Notary:
    return Notary(open_authority(Settings(data=founded, demo=True), Hands()))
