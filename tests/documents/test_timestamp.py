import subprocess
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from asn1crypto import tsp

from documents import cms, der
from documents.cms import gen_time
from documents.errors import TimestampUnavailable
from documents.timestamp import RemoteTimestamper, TimestampAuthority, TimeStampers
from tests.documents.ceremony import FREEZE
from tests.documents.conftest import Sealed

DIGEST = sha256(b"data").digest()


def request_for(digest: bytes, **changes: object) -> bytes:
    fields: dict[str, object] = {
        "version": 1,
        "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
        "nonce": 12345,
        "cert_req": True,
    }
    return bytes(tsp.TimeStampReq(fields | changes).dump())


def test_another_library_reads_the_token(sealed: Sealed) -> None:
    token = sealed.ceremony.tsa.token(DIGEST, FREEZE)
    info = tsp.ContentInfo.load(token, strict=True)["content"]["encap_content_info"]["content"].parsed
    assert info["message_imprint"]["hashed_message"].native == DIGEST
    assert info["gen_time"].native == FREEZE == gen_time(token)
    assert info["accuracy"]["seconds"].native == 1


def test_an_answer_repeats_nonce_and_imprint(sealed: Sealed) -> None:
    answer = tsp.TimeStampResp.load(sealed.ceremony.tsa.respond(request_for(DIGEST), FREEZE), strict=True)
    assert answer["status"]["status"].native == "granted"
    info = answer["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    assert info["nonce"].native == 12345
    assert info["message_imprint"]["hashed_message"].native == DIGEST


@pytest.mark.parametrize(
    ("request_", "failure"),
    [
        (b"nonsense", "bad_request"),
        (
            request_for(
                bytes(20), message_imprint={"hash_algorithm": {"algorithm": "sha1"}, "hashed_message": bytes(20)}
            ),
            "bad_alg",
        ),
        (request_for(DIGEST, req_policy="1.2.3"), "unaccepted_policy"),
    ],
)
def test_what_cannot_be_served_is_rejected_with_its_reason(sealed: Sealed, request_: bytes, failure: str) -> None:
    (only,) = der.read_item(sealed.ceremony.tsa.respond(request_))[0].items()
    status = tsp.PKIStatusInfo.load(only.whole, strict=True)
    assert status["status"].native == "rejection"
    assert status["fail_info"].native == {failure}


@pytest.mark.tools
def test_openssl_makes_the_request_and_accepts_the_answer(sealed: Sealed, tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"data")
    (tmp_path / "root.pem").write_bytes(sealed.ceremony.authority.root_pem)
    issuing = sealed.ceremony.authority.directory / "issuing.pem"

    def openssl(*arguments: str) -> str:
        done = subprocess.run(["openssl", "ts", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    openssl("-query", "-data", "data", "-sha256", "-cert", "-out", "request")
    (tmp_path / "answer").write_bytes(sealed.ceremony.tsa.respond((tmp_path / "request").read_bytes(), FREEZE))
    verify = ("-verify", "-in", "answer", "-CAfile", "root.pem", "-untrusted", str(issuing))
    at = ("-attime", str(int(FREEZE.timestamp()) + 60))
    assert "Verification: OK" in openssl(*verify, "-queryfile", "request", *at)
    (tmp_path / "data").write_bytes(b"other")
    assert "FAILED" in openssl(*verify, "-data", "data", *at)


def test_a_remote_authority_is_asked_and_its_token_taken(sealed: Sealed) -> None:
    remote = RemoteTimestamper("remote", lambda request: sealed.ceremony.tsa.respond(request, FREEZE))
    assert cms.imprint(remote.token(DIGEST, FREEZE)) == DIGEST


def test_an_answer_to_another_question_is_refused(sealed: Sealed) -> None:
    old = sealed.ceremony.tsa.respond(request_for(DIGEST), FREEZE)
    for answer in (old, b"<html>", der.sequence(der.sequence(der.integer(2))), b""):
        remote = RemoteTimestamper("remote", lambda _request, answer=answer: answer)
        with pytest.raises(TimestampUnavailable):
            remote.token(DIGEST, FREEZE)


def test_the_next_authority_is_asked_when_one_is_out(sealed: Sealed) -> None:
    def down(_request: bytes) -> bytes:
        raise ConnectionRefusedError("no route")

    out = RemoteTimestamper("far", down)
    chain = TimeStampers([out, sealed.ceremony.tsa])
    assert cms.imprint(chain.token(DIGEST, FREEZE)) == DIGEST
    with pytest.raises(TimestampUnavailable, match="far: no route; far: no route"):
        TimeStampers([out, out]).token(DIGEST, FREEZE)
    with pytest.raises(TimestampUnavailable, match="no authority"):
        TimeStampers([]).token(DIGEST, FREEZE)


def test_serial_numbers_differ(sealed: Sealed) -> None:
    tsa = TimestampAuthority(sealed.ceremony.authority.tsa.signer)
    now = datetime.now(UTC)
    serials = {cms.tst_info(tsa.token(DIGEST, now))[3].content for _ in range(20)}
    assert len(serials) == 20
