from hashlib import sha256

import pytest
from asn1crypto import cms as asn1_cms

from documents import cms
from documents.der import BadDer
from tests.documents.conftest import Sealed


def contents_of(sealed: Sealed) -> bytes:
    from documents import revisions

    turn = revisions.split(sealed.turns, sealed.ceremony.file)[0]
    return cms.padded(turn.contents)


def test_another_library_reads_what_was_built(sealed: Sealed) -> None:
    found = asn1_cms.ContentInfo.load(contents_of(sealed), strict=True)["content"]
    info = found["signer_infos"][0]
    assert found["version"].native == "v1"
    assert [each["type"].dotted for each in info["signed_attrs"]] == [
        "1.2.840.113549.1.9.3",  # contentType
        "1.2.840.113549.1.9.4",  # messageDigest
        "1.2.840.113549.1.9.16.2.47",  # signingCertificateV2
    ]
    assert [each["type"].native for each in info["unsigned_attrs"]] == ["signature_time_stamp_token"]
    assert len(found["certificates"]) == 2


def test_parsing_gives_the_parts_back(sealed: Sealed) -> None:
    parsed = cms.parse(contents_of(sealed))
    person = sealed.ceremony.people["party-1"].certificate
    assert parsed.signer == person
    assert set(parsed.certificates) == {person, sealed.ceremony.authority.issuing.der}
    assert parsed.token is not None
    assert cms.imprint(parsed.token) == sha256(parsed.signature).digest()


def test_every_flipped_byte_outside_the_values_is_noticed(sealed: Sealed) -> None:
    """Either it no longer parses, or a value that is checked elsewhere is another one."""
    good = contents_of(sealed)
    before = cms.parse(good)
    for at in range(0, len(good), 7):
        changed = good[:at] + bytes([good[at] ^ 0x01]) + good[at + 1 :]
        try:
            assert cms.parse(changed) != before
        except BadDer:
            continue


def test_zeros_may_follow_and_nothing_else(sealed: Sealed) -> None:
    good = contents_of(sealed)
    assert cms.padded(good + bytes(10)) == good
    with pytest.raises(BadDer, match="padding"):
        cms.padded(good + b"\0\0\1")


def test_another_signed_form_is_not_taken_for_ours(sealed: Sealed) -> None:
    with pytest.raises(BadDer):
        cms.parse(sealed.ceremony.tsa.token(bytes(32), sealed.ceremony.clock()))
    with pytest.raises(BadDer):
        cms.imprint(contents_of(sealed))


@pytest.mark.parametrize("written", [b"20260230000000Z", b"2026112008000 Z", b"\x002026112008000Z", b"20261120080002z"])
def test_a_time_that_is_none_is_bad_der(sealed: Sealed, written: bytes) -> None:
    """Found by fuzzing: another ValueError came out."""
    token = cms.parse(contents_of(sealed)).token
    assert token is not None
    good = cms.gen_time(token).strftime("%Y%m%d%H%M%SZ").encode()
    assert token.count(good) == 1
    with pytest.raises(BadDer):
        cms.gen_time(token.replace(good, written))
