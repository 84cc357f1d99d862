from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from documents import facts, grammar, structure
from documents.chain import Cert, certificates
from documents.evidence import Abroad
from documents.judgement import Judgement
from documents.library import Library
from documents.sign import seal
from documents.timestamp import RemoteTimestamper
from documents.verify import verify
from tests.documents.ceremony import Ceremony, Clock, seal_png
from tests.documents.conftest import SOON, Sealed
from tests.foreign import Foreign, der, far


def judgement(sealed: Sealed, *anchors: bytes, at: datetime = SOON) -> Judgement:
    reading = grammar.read(sealed.pdf, structure.read(sealed.pdf))
    found = [facts.of(sealed.pdf, each) for each in reading.signed]
    places = {item: index for index, _, item in reading.store}
    places |= {certificate: fact.signed.revision.index for fact in found for certificate in fact.certificates}
    ocsps, crls = ([item for _, kind, item in reading.store if kind == wanted] for wanted in ("/OCSPs", "/CRLs"))
    library = Library(certificates(places), ocsps, crls, [Cert(each) for each in anchors])
    return Judgement(library, found, places, at, sealed=True)


def test_everything_passes_and_leads_to_the_given_root(sealed: Sealed) -> None:
    root = sealed.ceremony.authority.root_der
    found = judgement(sealed, root)
    assert {each.indication for each in found.outcomes.values()} == {"TOTAL-PASSED"}
    assert {each.indication for each in found.tokens.values()} == {"TOTAL-PASSED"}
    assert found.given and found.proven and list(found.reasons(damaged=False)) == []
    assert found.root is not None and found.root.sha256 == Cert(root).fingerprint
    assert all(found.trusted(fact) for fact in found.found)


def test_without_an_anchor_nothing_is_called_passed(sealed: Sealed) -> None:
    found = judgement(sealed)
    assert {found.indication(fact) for fact in found.found} == {"INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND"}
    assert list(found.reasons(damaged=False)) == [("no_trust", None)]
    assert not any(found.trusted(fact) for fact in found.found)


def test_a_clock_a_little_ahead_is_forgiven_a_clock_far_ahead_is_named(sealed: Sealed) -> None:
    root = sealed.ceremony.authority.root_der
    stamped = judgement(sealed, root).stamps[-1].at
    assert stamped is not None
    assert list(judgement(sealed, root, at=stamped - timedelta(seconds=30)).reasons(damaged=False)) == []
    early = judgement(sealed, root, at=stamped - timedelta(minutes=5))
    assert ("time_ahead", "archive1") in list(early.reasons(damaged=False))


def test_whose_certificates_they_are_is_what_they_say_before_what_the_file_says(sealed: Sealed) -> None:
    found = judgement(sealed, sealed.ceremony.authority.root_der)
    assert found.issuer("licensed", "某电子认证有限公司").kind == "own"
    for fact in found.signatures:
        fact.signer = None
    assert found.issuer("licensed", "某电子认证有限公司") == found.issuer("licensed", "某电子认证有限公司")
    assert found.issuer("licensed", "某电子认证有限公司").kind == "licensed"
    assert found.issuer("own", "").kind == "unknown"


@pytest.fixture(params=["ec", "rsa2048"])
def abroad(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Foreign]:
    with far(tmp_path / "far", request.param) as foreign:
        yield foreign


async def stamped_abroad(foreign: Foreign, directory: Path) -> tuple[Ceremony, bytes]:
    """People by the embedded authority, seal and document time-stamp by a foreign one."""
    begun = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)  # OpenSSL stamps with the machine's time
    ceremony = await Ceremony.begin(directory / "home", clock=Clock(begun))
    turns = ceremony.all_turns()
    ceremony.clock.now = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=5)

    def fetch(address: str, body: bytes | None) -> bytes:
        return foreign.reply(address.removeprefix(foreign.base), body or b"")[2]

    far_away = Abroad(fetch, [der(each) for each in (foreign.root, foreign.ca)])
    leaves = [person.certificate for person in ceremony.people.values()]
    tsa = RemoteTimestamper("far", foreign.stamp)
    return ceremony, await seal(turns, "seal", ceremony.authority, tsa, seal_png(), "", leaves, far_away)


@pytest.mark.tools
async def test_time_stamps_of_a_foreign_authority_need_its_root_and_nothing_else(
    abroad: Foreign, tmp_path: Path
) -> None:
    ceremony, pdf = await stamped_abroad(abroad, tmp_path)
    home, away = ceremony.authority.root_pem, abroad.root_file.read_bytes()
    later = datetime.now(UTC) + timedelta(hours=1)
    assert verify(pdf, [home, away], later).verdict == "valid"
    alone = verify(pdf, [home], later)
    assert (alone.verdict, {each.code for each in alone.reasons}) == ("unknown_issuer", {"tsa_unknown"})
    assert verify(pdf, [away], later).verdict == "unknown_issuer"
    assert verify(pdf, [], later).verdict == "unknown_issuer"


@pytest.mark.tools
async def test_a_foreign_authority_revoked_later_leaves_the_file_open(tmp_path: Path) -> None:
    with far(tmp_path / "far") as foreign:
        ceremony, pdf = await stamped_abroad(foreign, tmp_path)
        trust = [ceremony.authority.root_pem, foreign.root_file.read_bytes()]
        later = datetime.now(UTC) + timedelta(hours=1)
        foreign.revoked, foreign.now = True, datetime.now(UTC) + timedelta(minutes=30)
        query = ocsp.OCSPRequestBuilder().add_certificate(foreign.tsa, foreign.ca, hashes.SHA256()).build()
        answer = foreign.answer(query.public_bytes(Encoding.DER))
    report = verify(pdf, trust, later, [answer])
    assert (report.verdict, [each.code for each in report.reasons]) == ("cannot_tell", ["no_proof"])
    assert report.signatures[-1].indication == "INDETERMINATE REVOKED_NO_POE"
