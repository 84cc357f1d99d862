"""A licensed authority beside our own: found as a plug-in, certifies people and seal, answers for them."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509 import ocsp

from documents.authority import Authority
from documents.certificates import OWN_CA
from documents.errors import SignatureRejected, SignerUnavailable
from documents.issuer import EventIssuer, SealIssuer, plugged_in
from documents.verify import verify
from tests.documents.ceremony import TEXT, Ceremony, Clock
from tests.licensed_ca import NAME, LicensedCa, install

TOLD = replace(TEXT, issuer_kind="licensed", issuer_name=NAME)
"""The text says whose certificates the people will have."""
OURS = "青禾街道人民调解委员会"


@pytest.fixture
def licensed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EventIssuer:
    return plugged_in(install(tmp_path / "site", monkeypatch), {"directory": str(tmp_path / "theirs")})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def authority(tmp_path: Path, licensed: EventIssuer, clock: Clock) -> Authority:
    return Authority.create(tmp_path / "pki", OURS, clock, base_url="https://hejie.example", guest=licensed)


def test_a_plug_in_is_found_by_its_name_and_says_what_it_is(licensed: EventIssuer) -> None:
    assert (licensed.kind, licensed.name) == ("licensed", NAME)
    assert isinstance(licensed, SealIssuer)
    assert type(licensed) is LicensedCa


def test_a_plug_in_that_is_not_there_or_does_not_start_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SignerUnavailable, match="issuer_not_installed"):
        plugged_in("nobody", {})
    name = install(tmp_path / "site", monkeypatch)
    with pytest.raises(SignerUnavailable, match="issuer_KeyError"):
        plugged_in(name, {})


async def test_people_certified_by_a_licensed_authority_make_a_valid_file_that_names_the_kind(
    tmp_path: Path, authority: Authority, licensed: EventIssuer, clock: Clock
) -> None:
    ceremony = await Ceremony.begin(tmp_path, clock=clock, authority=authority, issuer=licensed, text=TOLD)
    pdf = await ceremony.seal(ceremony.all_turns())
    report = verify(pdf, [authority.root_pem, licensed.chain_der[-1]], clock() + timedelta(hours=1))
    assert (report.verdict, report.reasons) == ("valid", ())
    assert (report.issuer.kind, report.issuer.name) == ("licensed", NAME)
    people = [one for one in report.signatures if one.kind in ("person", "organisation")]
    assert {one.assurance for one in people} == {"licensed"}
    for person in ceremony.people.values():
        found = x509.load_der_x509_certificate(person.certificate).extensions
        policies = found.get_extension_for_class(x509.CertificatePolicies).value
        assert OWN_CA not in [one.policy_identifier.dotted_string for one in policies]
    half = verify(pdf, [authority.root_pem], clock() + timedelta(hours=1))
    assert half.verdict == "unknown_issuer", "our own root does not vouch for theirs"


async def test_the_seal_may_be_licensed_too(
    tmp_path: Path, authority: Authority, licensed: EventIssuer, clock: Clock
) -> None:
    authority.renew("seal")
    assert authority.chain_above(authority.seal.der) == licensed.chain_der
    again = Authority.open(tmp_path / "pki", clock=clock, guest=licensed)
    ceremony = await Ceremony.begin(tmp_path, clock=clock, authority=again, issuer=licensed, text=TOLD)
    pdf = await ceremony.seal(ceremony.all_turns())
    report = verify(pdf, [authority.root_pem, licensed.chain_der[-1]], clock() + timedelta(hours=1))
    assert (report.verdict, report.reasons) == ("valid", ())


async def test_a_person_the_licensed_authority_revoked_is_not_sealed(
    tmp_path: Path, authority: Authority, licensed: EventIssuer, clock: Clock
) -> None:
    ceremony = await Ceremony.begin(tmp_path, clock=clock, authority=authority, issuer=licensed, text=TOLD)
    turns = ceremony.all_turns()
    certificate = ceremony.people["party-2"].certificate
    licensed.revoke(x509.load_der_x509_certificate(certificate).serial_number, clock())
    answer = ocsp.load_der_ocsp_response(authority.ocsp(certificate, clock()))
    assert answer.certificate_status is ocsp.OCSPCertStatus.REVOKED
    authority.revoke(x509.load_der_x509_certificate(certificate).serial_number, clock())
    with pytest.raises(SignatureRejected, match="revoked"):
        await ceremony.seal(turns)


async def test_an_authority_that_is_away_is_named_and_nothing_is_lost(
    tmp_path: Path, authority: Authority, licensed: EventIssuer, clock: Clock
) -> None:
    ceremony = await Ceremony.begin(tmp_path, clock=clock, authority=authority, issuer=licensed, text=TOLD)
    turns = ceremony.all_turns()
    away = tmp_path / "theirs" / "away"
    await asyncio.to_thread(away.touch)
    with pytest.raises(SignerUnavailable, match="licensed_ca_away"):
        await ceremony.seal(turns)
    await asyncio.to_thread(away.unlink)
    pdf = await ceremony.seal(turns)
    assert verify(pdf, [authority.root_pem, licensed.chain_der[-1]], clock()).verdict == "valid"


def test_a_certificate_neither_ours_nor_theirs_is_not_answered_for(tmp_path: Path, authority: Authority) -> None:
    stranger = Authority.create(tmp_path / "stranger", OURS, Clock())
    with pytest.raises(SignerUnavailable, match="issuer_unknown"):
        authority.ocsp(stranger.seal.der, Clock()())
    with pytest.raises(SignerUnavailable, match="issuer_unknown"):
        authority.chain_above(stranger.seal.der)
