"""One time-stamp outside of any file: about this, by somebody known."""

import hashlib

import pytest

from documents import BadStamp, TimestampAuthority, check_stamp
from tests.documents.ceremony import FREEZE
from tests.documents.conftest import Sealed

DIGEST = hashlib.sha256(b"a root").digest()


def test_it_is_about_this_and_leads_to_a_root_that_was_given(sealed: Sealed) -> None:
    authority = sealed.ceremony.authority
    token = TimestampAuthority(authority.signer("tsa")).token(DIGEST, FREEZE)
    between = [authority.issuing.der]
    assert check_stamp(token, DIGEST, [authority.root_der], between) == check_stamp(token, DIGEST) == FREEZE
    cases = {
        "other_question": (token, bytes(32), [authority.root_der], between),
        "tsa_unknown": (token, DIGEST, [authority.root_der], []),
        "unreadable": (token[:-1], DIGEST, [authority.root_der], between),
        "signature": (token[:-1] + bytes([token[-1] ^ 1]), DIGEST, [authority.root_der], between),
    }
    for cause, given in cases.items():
        with pytest.raises(BadStamp, match=cause):
            check_stamp(*given)
    with pytest.raises(BadStamp, match="unreadable"):
        check_stamp(token, DIGEST, [b"no certificate"], between)
