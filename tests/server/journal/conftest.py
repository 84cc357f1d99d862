"""A journal made by hand, its anchors under a real time-stamp, and what a disclosure of it is judged with."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
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
from server.journal.anchoring import anchor, head_of, stamped
from server.journal.assembling import Assembly
from server.journal.choosing import Choice
from server.settings import HttpOptions, Settings
from server.store.anchors import Anchor
from server.store.chain import GENESIS, Entry, entry_hash
from server.web import keys
from tests.actors import START, Hands
from tests.server.agreements.scenes import copy_data, enter, open_office, people_of, record_frozen, record_ready
from tests.server.agreements.signer import until

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

    def anchors(self, chain: Sequence[Entry], *lengths: int, beside: bool = True) -> list[Anchor]:
        """One an hour, beside another case."""
        tsa = TimestampAuthority(self.authority.signer("tsa"))
        found = []
        for hour, n in enumerate(lengths, 1):
            others = [replace(head_of(OTHER, ["77" * 32]), seq=hour)] if beside else []
            found.append(stamped([head_of(CASE, [one.hash for one in chain[:n]]), *others], tsa, START + hour * HOUR))
        return found

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


@pytest.fixture(scope="session")
def signed_data(founded: Path) -> Iterator[Path]:
    """A centre's data with one complete ceremony, anchored when it was frozen and when it was complete."""
    scene = record_ready(frozen := record_frozen(founded))
    directory = Path(tempfile.mkdtemp(prefix="hejie-journal-"))

    async def play() -> None:
        settings = Settings(data=directory / "var", demo=True, http=HttpOptions(port=0, static=directory / "dist"))
        copy_data(scene, settings.data)
        async with AsyncExitStack() as stack:
            office = await open_office(settings, Hands(), stack)
            people = people_of(scene, await enter(scene, office))
            for signer in people.values():
                await signer.take_and_sign()
            await until(people["mediator"], "complete")
            await anchor(office.db, office.app[keys.STAMPERS], office.clock())

    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(play())).result()
    yield directory / "var"
    for one in (directory, scene.data, frozen.data):
        shutil.rmtree(one)


@pytest.fixture
def signed(signed_data: Path, settings: Settings) -> Settings:
    """Settings of a copy of it; no office is open on it."""
    shutil.copytree(signed_data, settings.data)
    return settings
