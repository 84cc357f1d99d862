"""Tokens of any authority: what must hold before one is taken, each broken alone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from documents import cms, der
from documents.der import octets, sequence
from documents.tokens import BadToken, check, read, stripped
from tests.documents.conftest import Sealed
from tests.foreign import Foreign, far
from tests.foreign import der as der_of

pytestmark = pytest.mark.tools
DIGEST = sha256(b"data").digest()
QUERY = sequence(der.integer(1), sequence(cms.SHA256, octets(DIGEST)), der.tlv(der.BOOLEAN, b"\xff"))


@pytest.fixture(scope="module", params=["ec", "rsa2048", "rsa4096"])
def foreign(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Foreign]:
    with far(tmp_path_factory.mktemp("far"), request.param) as one:
        yield one


@pytest.fixture
def token(foreign: Foreign) -> bytes:
    return der.read_item(foreign.stamp(QUERY))[0].items()[1].whole


def test_a_token_by_openssl_holds_and_says_who_and_when(foreign: Foreign, token: bytes) -> None:
    found = check(token, DIGEST)
    assert found.signer == der_of(foreign.tsa)
    assert set(found.certificates) == {der_of(foreign.tsa), der_of(foreign.ca), der_of(foreign.root)}
    assert abs(found.at - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_embedded_authority_s_token_holds_as_well(sealed: Sealed) -> None:
    token = sealed.ceremony.tsa.token(DIGEST, sealed.ceremony.clock())
    assert check(token, DIGEST).signer == sealed.ceremony.authority.tsa.der
    assert stripped(token) == token


def test_stripped_it_holds_still_and_has_one_certificate(foreign: Foreign, token: bytes) -> None:
    short = stripped(token)
    assert check(short, DIGEST).certificates == (der_of(foreign.tsa),)
    assert len(short) < len(token) - 500
    assert stripped(short) == short


def test_a_token_about_something_else_is_refused(token: bytes) -> None:
    with pytest.raises(BadToken, match="other_question"):
        check(token, bytes(32))


def test_no_flipped_byte_goes_unseen_where_it_matters(token: bytes) -> None:
    """Stripped, every byte counts; what names the signature's algorithm may be another name of the same."""
    short = stripped(token)
    unseen = []
    for at in range(0, len(short), 3):
        bad = short[:at] + bytes([short[at] ^ 0x01]) + short[at + 1 :]
        try:
            check(bad, DIGEST)
        except BadToken:
            continue
        unseen.append(at)
    inside = short.index(read(short).signer)
    certificate = range(inside, inside + len(read(short).signer))
    assert not [at for at in unseen if at in certificate]
    assert len(unseen) <= 2, unseen


@pytest.mark.parametrize("bad", [b"", b"\x30\x00", b"<html>", bytes(2000)])
def test_what_is_no_token_is_unreadable(bad: bytes) -> None:
    for act in (read, stripped):
        with pytest.raises(BadToken):
            act(bad)


def test_a_certificate_for_something_else_does_not_stamp(sealed: Sealed) -> None:
    from documents.timestamp import TimestampAuthority

    wrong = TimestampAuthority(sealed.ceremony.authority.seal.signer)
    with pytest.raises(BadToken):
        check(wrong.token(DIGEST, sealed.ceremony.clock()), DIGEST)
    late = sealed.ceremony.tsa.token(DIGEST, sealed.ceremony.clock() + timedelta(days=20 * 365))
    with pytest.raises(BadToken, match="certificate_time"):
        check(late, DIGEST)
