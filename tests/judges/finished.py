"""Finished files to be judged: the set of every rule type, one with guardians and a witness, one signed at separate
times with a place signed on paper, and one whose proof was prolonged twice."""

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
from tests.documents.ceremony import Ceremony, Clock, Paper
from tests.judges.files import State, write
from tests.profiles import CASES, COMMITTEE, FONTS, FREEZE, ceremony, texts

SAMPLES = {**CASES, "guardians": "schoolyard"}
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
        basic["signature"] = self.responder.signer.sign(said.dump())
        response["response_bytes"]["response"] = core.ParsableOctetString(basic.dump())
        return bytes(response.dump())


def states(directory: Path) -> Iterator[State]:
    """Every stage of every file."""
    for profile, sample in SAMPLES.items():
        made = ceremony(sample, directory / "keys" / profile, Punctual)
        for name, pdf in made.files.items():
            yield from _written(directory, profile, name, pdf, made.authority)
    clock = Clock(FREEZE)
    authority = Punctual.create(directory / "keys" / "separate", COMMITTEE, clock, base_url="https://hejie.example")
    pdf = asyncio.run(_separately(authority, clock, texts("leak")[0][1]))
    yield from _written(directory, "people", "paper", pdf, authority)
    yield from _written(directory, "people", "prolonged", _prolonged(authority, clock, pdf), authority)


def _written(directory: Path, profile: str, name: str, pdf: bytes, authority: Authority) -> list[State]:
    return write(directory, profile, name, pdf, authority.root_der, (authority.issuing.der,))


async def _separately(authority: Authority, clock: Clock, agreed: DocumentText) -> bytes:
    """Hours lie between the turns, and a clerk signs for the first, who signed on paper."""
    papers = {agreed.turns[0].slot: Paper("苏婉", sha256(b"scan").digest())}
    r0 = lay_out(agreed, FONTS).pdf
    played = await Ceremony.begin(Path(), clock=clock, r0=r0, text=agreed, authority=authority, papers=papers)
    pdf = played.f
    for place in agreed.turns:
        clock.pass_(hours=6)
        pdf = played.turn(pdf, place.slot)
    return await played.seal(pdf)


def _prolonged(authority: Authority, clock: Clock, pdf: bytes) -> bytes:
    """Renewed twice, each time by the next time-stamp certificate."""
    for years in RENEWALS:
        clock.now = FREEZE + years * YEAR
        authority.renew("tsa")
        authority.renew("ocsp")
        pdf = renew(pdf, authority, TimestampAuthority(authority.tsa.signer))
    return pdf
