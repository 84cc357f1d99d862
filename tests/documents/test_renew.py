"""Twenty years of one file: renewed in time it stays valid, from itself and the root alone; not renewed it says so."""

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from documents.errors import NotRenewable, TimestampUnavailable
from documents.evidence import Abroad
from documents.renew import ends, renew
from documents.sign import seal
from documents.timestamp import RemoteTimestamper, TimestampAuthority
from documents.verify import verify
from tests.documents.ceremony import FREEZE, Ceremony, Clock
from tests.documents.conftest import Sealed
from tests.foreign import far

YEAR = timedelta(days=365)


async def complete(directory: Path) -> tuple[Ceremony, bytes]:
    """A ceremony of its own: its clock will move."""
    ceremony = await Ceremony.begin(directory)
    return ceremony, await ceremony.seal(ceremony.all_turns())


def verdict(ceremony: Ceremony, pdf: bytes, at: datetime) -> str:
    return verify(pdf, [ceremony.authority.root_pem], at).verdict


def test_what_a_file_says_of_its_own_ends(sealed: Sealed) -> None:
    found = ends(sealed.pdf)
    assert found.stamped_at - FREEZE < timedelta(minutes=1)
    assert found.stamp == sealed.ceremony.authority.tsa.certificate.not_valid_after_utc
    assert timedelta(days=365) < found.status - FREEZE <= timedelta(days=367)


async def test_renewed_every_year_a_file_is_valid_for_twenty_and_its_bytes_stay(tmp_path: Path) -> None:
    ceremony, pdf = await complete(tmp_path)
    authority, first = ceremony.authority, pdf
    for year in range(1, 21):
        ceremony.clock.now = FREEZE + year * YEAR
        if authority.tsa.certificate.not_valid_after_utc - ceremony.clock() < 2 * YEAR:
            for kind in ("tsa", "ocsp"):
                authority.renew(kind)  # type: ignore[arg-type]
        before, pdf = pdf, renew(pdf, authority, TimestampAuthority(authority.tsa.signer))
        assert pdf.startswith(before)
        if year in (1, 5, 10, 12, 20):
            assert verdict(ceremony, pdf, ceremony.clock() + timedelta(days=360)) == "valid", year
    assert pdf.startswith(first)
    assert ends(pdf).stamped_at == ceremony.clock()
    assert verify(first, [authority.root_pem], ceremony.clock()).verdict == "cannot_tell"


async def test_once_in_time_is_enough_until_the_next_authority_ends(tmp_path: Path) -> None:
    """One renewal at +9 years by the next authority; its own status is brought when the one inside has run out."""
    ceremony, pdf = await complete(tmp_path)
    authority = ceremony.authority
    ceremony.clock.now = FREEZE + 9 * YEAR
    for kind in ("tsa", "ocsp"):
        authority.renew(kind)  # type: ignore[arg-type]
    renewed = renew(pdf, authority, TimestampAuthority(authority.tsa.signer))
    for years in (9.5, 12, 15, 19):
        now = ceremony.clock.now = FREEZE + years * YEAR
        for kind in authority.ending(timedelta(days=30)):  # who answers for the status must be alive, too
            authority.renew(kind)
        status = [authority.ocsp(authority.tsa.der, now), authority.root_crl()]
        trust = [authority.root_pem]
        assert verify(renewed, trust, now + timedelta(hours=1), status).verdict == "valid", years
        old = verify(pdf, trust, now + timedelta(hours=1), status)
        assert years < 11 or (old.verdict, [each.code for each in old.reasons]) == (
            "cannot_tell",
            ["timestamp_expired"],
        )


async def test_after_the_end_of_its_time_stamp_nothing_is_prolonged(tmp_path: Path) -> None:
    ceremony, pdf = await complete(tmp_path)
    ceremony.clock.now = FREEZE + 12 * YEAR
    ceremony.authority.renew("tsa")
    with pytest.raises(NotRenewable, match="timestamp_expired"):
        renew(pdf, ceremony.authority, TimestampAuthority(ceremony.authority.tsa.signer))


async def test_a_file_of_a_revoked_authority_is_not_whitewashed(tmp_path: Path) -> None:
    ceremony, pdf = await complete(tmp_path)
    authority = ceremony.authority
    authority.revoke(authority.tsa.certificate.serial_number, ceremony.clock())
    with pytest.raises(NotRenewable, match="timestamp_revoked"):
        renew(pdf, authority, ceremony.tsa)


@pytest.mark.parametrize("cut", [0, 1000])
async def test_only_complete_files_are_renewed(sealed: Sealed, cut: int) -> None:
    damaged = sealed.turns if cut == 0 else sealed.pdf[:-cut]
    with pytest.raises(NotRenewable, match="not_complete"):
        renew(damaged, sealed.ceremony.authority, sealed.ceremony.tsa)


async def test_a_new_stamp_outside_the_former_ones_status_is_refused(tmp_path: Path) -> None:
    ceremony, pdf = await complete(tmp_path)

    class Late:
        """Right when asked for nothing, then two years ahead."""

        name, asked = "late", 0

        def token(self, digest: bytes, at: datetime) -> bytes:
            self.asked += 1
            return ceremony.tsa.token(digest, at if self.asked == 1 else at + 2 * YEAR)

    with pytest.raises(TimestampUnavailable, match="clock"):
        renew(pdf, ceremony.authority, Late())


async def test_a_stamp_by_an_authority_whose_status_is_not_inside_is_refused(tmp_path: Path) -> None:
    ceremony, pdf = await complete(tmp_path)
    authority = ceremony.authority
    former = TimestampAuthority(authority.tsa.signer)
    ceremony.clock.pass_(days=30)
    authority.renew("tsa")

    class Two:
        name, asked = "two", 0

        def token(self, digest: bytes, at: datetime) -> bytes:
            self.asked += 1
            return (former if self.asked == 1 else TimestampAuthority(authority.tsa.signer)).token(digest, at)

    with pytest.raises(TimestampUnavailable, match="another authority"):
        renew(pdf, authority, Two())


def test_a_renewal_names_the_next_field_and_lists_what_was_listed(sealed: Sealed) -> None:
    ceremony = replace(sealed.ceremony)
    once = renew(sealed.pdf, ceremony.authority, ceremony.tsa)
    twice = renew(once, ceremony.authority, ceremony.tsa)
    for name in (b"archive1", b"archive2", b"archive3"):
        assert twice.count(b"/T(%s)" % name) == 1
    assert sha256(twice[: len(once)]).digest() == sha256(once).digest()
    assert len(twice) - len(once) < 25_000


@pytest.mark.tools
async def test_a_foreign_time_stamp_is_carried_on_by_our_own(tmp_path: Path) -> None:
    """Foreign status speaks for a week; renewed within it, the file is valid from itself for the next year."""
    with far(tmp_path / "far", "rsa2048") as foreign:

        def fetch(address: str, body: bytes | None) -> bytes:
            return foreign.reply(address.removeprefix(foreign.base), body or b"")[2]

        abroad = Abroad.knowing(fetch, foreign.root_file.read_bytes())
        clock = Clock(foreign.now)
        ceremony = await Ceremony.begin(tmp_path, clock=clock)
        ceremony.tsa = RemoteTimestamper("far", foreign.stamp, abroad.accept)  # type: ignore[assignment]
        people = [one.certificate for one in ceremony.people.values()]
        pdf = await seal(ceremony.all_turns(), "seal", ceremony.authority, ceremony.tsa, None, "", people, abroad)
        trust = [ceremony.authority.root_pem, foreign.root_file.read_bytes()]
        assert verify(pdf, trust, clock()).verdict == "valid"
        assert verify(pdf, trust, clock() + timedelta(days=30)).verdict == "cannot_tell"
        clock.pass_(days=3)
        renewed = renew(pdf, ceremony.authority, TimestampAuthority(ceremony.authority.tsa.signer), abroad)
        report = verify(renewed, trust, clock() + timedelta(days=300))
        assert (report.verdict, report.reasons) == ("valid", ())
        assert verify(renewed, trust[:1], clock()).verdict == "unknown_issuer"
