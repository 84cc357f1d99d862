"""Finished files to be judged: a ceremony per profile, one at separate times with a place signed on paper, the minutes,
and a file whose proof was prolonged twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from asn1crypto import core, ocsp

from documents import DocumentText, lay_out
from documents.authority import Authority
from documents.renew import renew
from documents.timestamp import TimestampAuthority
from tests.documents.ceremony import FREEZE, Ceremony, Clock, Paper
from tests.documents.texts import FONTS
from tests.judges.cases import CENTRE, PROFILES, text
from tests.judges.files import State, write

YEAR = timedelta(days=365.25)
RENEWALS = (9, 18)
"""Years after the freeze; a time-stamp certificate lives eleven."""


class Punctual(Authority):
    """Says in its answers that they were made when the clock of the tests says so: the library puts the machine's time
    there, which for a renewal in nine years would be before the responder's certificate began."""

    def ocsp(self, certificate: bytes, this_update: datetime, /, next_update: datetime | None = None) -> bytes:
        response = ocsp.OCSPResponse.load(super().ocsp(certificate, this_update, next_update))
        basic = response["response_bytes"]["response"].parsed
        said = basic["tbs_response_data"]
        said["produced_at"] = this_update
        basic["signature"] = self.responder.signer.sign(said.dump(force=True))
        response["response_bytes"]["response"] = core.ParsableOctetString(basic.dump(force=True))
        return bytes(response.dump(force=True))


def states(directory: Path) -> Iterator[State]:
    """Every stage of every file. All have one authority."""
    clock = Clock()
    authority = Punctual.create(directory / "keys", CENTRE, clock, base_url="https://hejie.example")
    finished = {
        **{(code, "agreement"): _signed(authority, clock, text(code)) for code in PROFILES},
        ("people", "minutes"): _signed(authority, clock, text("people", "minutes")),
        ("people", "paper"): _separately(authority, clock, text("people")),
    }
    finished["people", "prolonged"] = _prolonged(authority, clock, finished["people", "agreement"])
    for (profile, file), pdf in finished.items():
        yield from write(directory, profile, file, pdf, authority.root_der, (authority.issuing.der,))


def _signed(authority: Authority, clock: Clock, agreed: DocumentText) -> bytes:
    """Everybody signs after one another in the order of their ranks."""

    async def play() -> bytes:
        ceremony = await _begin(authority, clock, agreed, {})
        pdf = ceremony.f
        for place in agreed.turns:
            pdf = ceremony.turn(pdf, place.slot)
        return await ceremony.seal(pdf)

    return asyncio.run(play())


def _separately(authority: Authority, clock: Clock, agreed: DocumentText) -> bytes:
    """Hours lie between the turns, and a clerk signs for one who signed on paper."""

    async def play() -> bytes:
        first = agreed.turns[0].slot
        ceremony = await _begin(authority, clock, agreed, {first: Paper("苏婉", sha256(b"scan").digest())})
        pdf = ceremony.f
        for place in agreed.turns:
            clock.pass_(hours=6)
            pdf = ceremony.turn(pdf, place.slot)
        return await ceremony.seal(pdf)

    return asyncio.run(play())


async def _begin(authority: Authority, clock: Clock, agreed: DocumentText, papers: dict[str, Paper]) -> Ceremony:
    r0 = lay_out(agreed, FONTS).pdf
    return await Ceremony.begin(Path(), clock=clock, r0=r0, text=agreed, authority=authority, papers=papers)


def _prolonged(authority: Authority, clock: Clock, pdf: bytes) -> bytes:
    """Renewed twice, each time by the next time-stamp certificate."""
    for years in RENEWALS:
        clock.now = FREEZE + years * YEAR
        authority.renew("tsa")
        authority.renew("ocsp")
        pdf = renew(pdf, authority, TimestampAuthority(authority.tsa.signer))
    return pdf
