"""Files of several fates judged with the clock years ahead, strictly offline, by the verdict and by pyHanko beside it.

python -m tests.documents.years     prints the table and writes build/years.json
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from documents.authority import Authority
from documents.renew import renew
from documents.sign import archived, seal, stamper_evidence
from documents.timestamp import TimestampAuthority
from documents.verify import verify
from tests.documents.ceremony import FREEZE, Ceremony, seal_png
from tests.documents.second_opinion import Failure, opinion

YEARS = (0, 1, 5, 10, 12, 20)
YEAR = timedelta(days=365)
ROOT = Path(__file__).parents[2]


@dataclass
class Fate:
    """One file through the years: what it is at each time, and what the judge has at hand."""

    trust: list[bytes]
    files: dict[int, bytes] = field(default_factory=dict)
    status: dict[int, list[bytes]] = field(default_factory=dict)


@dataclass(frozen=True)
class Cell:
    """Both judges on one file at one time."""

    fate: str
    year: int
    verdict: str
    reasons: list[str]
    indications: dict[str, str]
    second: dict[str, str] | None
    """None: not asked."""

    @property
    def agree(self) -> bool:
        """On each signature and the newest time-stamp, passed or not: of time-stamps below others pyHanko asks only
        whether they are good today."""
        if self.second is None:
            return False
        stamps = [slot for slot in self.indications if slot.startswith("archive")]
        asked = self.indications.keys() - set(stamps[:-1])
        return all((self.indications[slot] == "TOTAL-PASSED") == (self.second.get(slot) == "OK") for slot in asked)


def moment(year: int) -> datetime:
    return FREEZE + year * YEAR + timedelta(hours=1)


async def _finished(directory: Path) -> tuple[Ceremony, bytes]:
    ceremony = await Ceremony.begin(directory)
    return ceremony, await ceremony.seal(ceremony.all_turns())


def _stamper(authority: Authority) -> TimestampAuthority:
    return TimestampAuthority(authority.tsa.signer)


def _fresh(authority: Authority) -> list[bytes]:
    """What a centre publishes for those who judge offline: the time-stamp authority's status and the root's list."""
    if "ocsp" in authority.ending(timedelta(days=30)):
        authority.renew("ocsp")
    return [authority.ocsp(authority.tsa.der, authority.clock()), authority.root_crl()]


async def never_renewed(directory: Path) -> Fate:
    """Nobody cares for the file."""
    ceremony, pdf = await _finished(directory)
    return Fate([ceremony.authority.root_pem], dict.fromkeys(YEARS, pdf))


async def status_brought(directory: Path) -> Fate:
    """Never renewed, but the judge brings a status file of the day."""
    ceremony, pdf = await _finished(directory)
    fate = Fate([ceremony.authority.root_pem], dict.fromkeys(YEARS, pdf))
    for year in YEARS:
        ceremony.clock.now = moment(year)
        if year <= 10:
            fate.status[year] = _fresh(ceremony.authority)
    return fate


async def renewed_yearly(directory: Path) -> Fate:
    """The renewal job runs; judged from the file alone."""
    ceremony, pdf = await _finished(directory)
    authority, clock = ceremony.authority, ceremony.clock
    fate = Fate([authority.root_pem], {0: pdf})
    for year in range(1, 21):
        clock.now = moment(year) - timedelta(days=10)
        for kind in authority.ending(2 * YEAR):
            authority.renew(kind)
        pdf = renew(pdf, authority, _stamper(authority))
        if year in YEARS:
            fate.files[year] = pdf
    return fate


async def renewed_twice(directory: Path) -> Fate:
    """Renewed at +9 and +18 years, each time by a new time-stamp certificate; the newest status is brought."""
    ceremony, pdf = await _finished(directory)
    authority, clock = ceremony.authority, ceremony.clock
    fate = Fate([authority.root_pem])
    for year in range(21):
        clock.now = moment(year)
        if year in (9, 18):
            authority.renew("ocsp")
            authority.renew("tsa")
            pdf = renew(pdf, authority, _stamper(authority))
        if year in YEARS:
            fate.files[year] = pdf
            fate.status[year] = _fresh(authority)
    return fate


async def renewed_too_late(directory: Path) -> Fate:
    """A new time-stamp one year after the end of the former one's certificate."""
    ceremony, pdf = await _finished(directory)
    authority, clock = ceremony.authority, ceremony.clock
    fate = Fate([authority.root_pem], dict.fromkeys(YEARS[:4], pdf))
    clock.now = moment(12) - timedelta(minutes=30)
    former = authority.tsa.der
    for kind in ("ocsp", "tsa"):
        authority.renew(kind)
    status = stamper_evidence(former, authority, None, clock.now) + stamper_evidence(
        authority.tsa.der, authority, None, clock.now
    )
    late = archived(pdf, status, authority, _stamper(authority), {authority.tsa.der}, clock.now)
    fate.files |= {12: late, 20: late}
    clock.now = moment(20)
    fate.status[20] = _fresh(authority)
    return fate


async def seal_revoked_later(directory: Path) -> Fate:
    """The key of the seal is lost after two years; the file was complete long before. Renewed yearly."""
    ceremony, pdf = await _finished(directory)
    authority, clock = ceremony.authority, ceremony.clock
    lost = authority.seal.der
    fate = Fate([authority.root_pem], {0: pdf})
    for year in range(1, 21):
        clock.now = moment(year) - timedelta(days=10)
        if year == 3:
            authority.revoke(authority.seal.certificate.serial_number, clock.now)
        if year >= 3 and "ocsp" not in authority.ending(timedelta(days=30)):
            fate.status[year] = [authority.ocsp(lost, clock.now)]
        for kind in authority.ending(2 * YEAR):
            authority.renew(kind)
        pdf = renew(pdf, authority, _stamper(authority))
        if year in YEARS:
            fate.files[year] = pdf
    return fate


class _Revoking:
    """A time-stamper that has a certificate revoked while it is asked: after the last moment the seal looks."""

    name = "revoking"

    def __init__(self, ceremony: Ceremony, serial: int) -> None:
        self.ceremony, self.serial = ceremony, serial

    def token(self, digest: bytes, at: datetime) -> bytes:
        self.ceremony.authority.revoke(self.serial, self.ceremony.clock() - timedelta(minutes=1))
        return self.ceremony.tsa.token(digest, at)


async def signer_revoked(directory: Path) -> Fate:
    """A party's certificate was revoked before the signature."""
    from cryptography import x509

    ceremony = await Ceremony.begin(directory)
    turns = ceremony.all_turns()
    ceremony.clock.pass_(seconds=5)
    serial = x509.load_der_x509_certificate(ceremony.people["party-2"].certificate).serial_number
    leaves = [person.certificate for person in ceremony.people.values()]
    tsa = _Revoking(ceremony, serial)
    pdf = await seal(turns, "seal", ceremony.authority, tsa, seal_png(), "", leaves)
    return Fate([ceremony.authority.root_pem], dict.fromkeys(YEARS, pdf))


async def byte_flipped(directory: Path) -> Fate:
    """One byte of the text, in a file renewed yearly."""
    fate = await renewed_yearly(directory)
    for year, pdf in fate.files.items():
        at = pdf.index(b"8600")
        fate.files[year] = pdf[:at] + b"9" + pdf[at + 1 :]
    return fate


async def other_root(directory: Path) -> Fate:
    """Judged with the root of another centre."""
    fate = await renewed_yearly(directory / "one")
    other = Authority.create(directory / "two", "云溪镇人民调解委员会", lambda: FREEZE)
    return Fate([other.root_pem], fate.files)


FATES: dict[str, Callable[[Path], Awaitable[Fate]]] = {
    each.__name__: each
    for each in (
        never_renewed,
        status_brought,
        renewed_yearly,
        renewed_twice,
        renewed_too_late,
        seal_revoked_later,
        signer_revoked,
        byte_flipped,
        other_root,
    )
}


async def cells(fate: str, directory: Path, asked: Collection[int] = YEARS) -> list[Cell]:
    """One fate at all times; pyHanko is asked at those in `asked`."""
    return list(_judged(fate, await FATES[fate](directory), asked))


def _judged(name: str, fate: Fate, asked: Collection[int]) -> Iterator[Cell]:
    for year in YEARS:
        pdf, status, at = fate.files[year], fate.status.get(year, []), moment(year)
        report = verify(pdf, fate.trust, at, status)
        second = opinion(pdf, fate.trust, at, status) if year in asked else None
        yield Cell(
            name,
            year,
            report.verdict,
            [each.code for each in report.reasons],
            {each.slot: each.indication for each in report.signatures},
            None
            if second is None
            else {slot: each.cause if isinstance(each, Failure) else each.indication for slot, each in second.items()},
        )


def main() -> int:
    table: list[Cell] = []
    for name in FATES:
        with tempfile.TemporaryDirectory() as directory:
            found = asyncio.run(cells(name, Path(directory)))
        table += found
        words = [f"+{each.year}: {each.verdict}{'' if each.agree else ' (pyHanko differs)'}" for each in found]
        print(f"{name:20} " + "  ".join(words))
    target = ROOT / "build" / "years.json"
    target.parent.mkdir(exist_ok=True)
    rows = [
        {name: getattr(each, name) for name in ("fate", "year", "verdict", "reasons", "indications", "second", "agree")}
        for each in table
    ]
    target.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    print(f"{sum(each.agree for each in table)} of {len(table)} alike; written to {target.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
