"""The open doors: what may be handed in, what comes back, and what we publish of our authority."""

import asyncio
import base64
import hashlib
import io
import signal
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import IO

import pypdfium2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from documents import (
    Authority,
    ClauseText,
    DocumentText,
    Fonts,
    PartyText,
    Signatory,
    TimestampAuthority,
    certify,
    filing_copy,
    lay_out,
)
from server.court.judge import Bench, NotJudged, Unreadable, judge
from server.court.routes import BENCH, LIMIT, PACKET_LIMIT
from server.errors import Unavailable
from server.web import keys
from signaling.tasks import spawn
from tests.actors import Answer, Browser
from tests.conftest import Office
from tests.hostile.uploads import children

ROOT = Path(__file__).parents[3]
TEXT = DocumentText(
    kind="agreement",
    number="(2026)别处调字第0001号",
    title="人民调解协议书",
    committee="别处人民调解委员会",
    place="",
    parties=(PartyText("甲方", "某人"),),
    before=(),
    clauses=(ClauseText(1, "甲方赔偿乙方人民币8500元（大写：捌仟伍佰元整）。"),),
    after=(),
    closing=(),
    signatories=(
        Signatory("party-1", "某人", "applicant", "甲方（签名）", 1, "person"),
        Signatory("seal", "别处人民调解委员会", "committee", "（印章）", 9, "seal"),
    ),
    verify_url="https://example.org/verify",
)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A frozen, unsigned file of a centre that is not ours."""
    directory = tmp_path_factory.mktemp("elsewhere")
    authority = Authority.create(directory / "pki", "别处人民调解委员会")
    laid = lay_out(TEXT, Fonts.in_directory(ROOT / "build" / "fonts"))
    with ThreadPoolExecutor(1) as pool:
        making = pool.submit(asyncio.run, certify(laid.pdf, authority, TimestampAuthority(authority.tsa.signer)))
        return making.result()


def spooled(content: bytes) -> IO[bytes]:
    """A file without a name, as the door makes it."""
    spool = tempfile.TemporaryFile()
    spool.write(content)
    spool.flush()
    return spool


async def hand_in(browser: Browser, content: bytes, kind: str = "application/pdf") -> Answer:
    return await browser.post("/api/verify", data=content, kind=kind)


async def test_an_unsigned_file_of_another_centre_is_judged_and_not_known(office: Office, elsewhere: bytes) -> None:
    browser = await office.browser()
    answer = await hand_in(browser, elsewhere)
    assert answer.status == 200
    assert answer.json["verdict"] == "incomplete"
    assert answer.json["known"] is None
    assert answer.json["sha256"] == hashlib.sha256(elsewhere).hexdigest()
    assert {reason["code"] for reason in answer.json["reasons"]} >= {"missing_signature", "missing_seal"}


async def test_a_copy_is_judged_with_its_original_and_only_beside_a_valid_one(office: Office, elsewhere: bytes) -> None:
    browser = await office.browser()
    copy = await asyncio.to_thread(filing_copy, elsewhere, Fonts.in_directory(ROOT / "build" / "fonts"))
    alone = await hand_in(browser, copy)
    assert (alone.json["verdict"], alone.json["reasons"][0]["code"]) == ("cannot_tell", "filing_copy")
    assert alone.json["reasons"][0]["detail"] == hashlib.sha256(elsewhere).hexdigest()
    door = "/api/verify/copy?original="
    both = await browser.post(f"{door}{len(elsewhere)}", data=elsewhere + copy, kind="application/octet-stream")
    assert (both.status, both.json["verdict"], both.json["copy"]["same"]) == (200, "incomplete", None)
    assert both.json["copy"]["of"] == both.json["sha256"]
    for length in ("", "0", "-1", "9999999", "x", "٣"):
        wrong = await browser.post(f"{door}{length}", data=elsewhere, kind="application/octet-stream")
        assert (wrong.status, wrong.code) == (422, "invalid")


async def test_the_report_is_printed_of_the_file_itself(office: Office, elsewhere: bytes) -> None:
    browser, door = await office.browser(), "/api/verify/report"
    answer = await browser.post(door, data=elsewhere, kind="application/pdf")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf"), answer.body[:200]
    with closing(pypdfium2.PdfDocument(answer.body)) as pdf:
        said = "".join(pdf[0].get_textpage().get_text_range().split())
    assert "不完整" in said and "Incomplete" in said and hashlib.sha256(elsewhere).hexdigest()[:4].upper() in said
    assert (await browser.post(door, data=b'{"verdict": "valid"}', kind="application/pdf")).code == "unreadable_pdf"
    assert (await browser.post(f"{door}?original=0", data=elsewhere, kind="application/pdf")).code == "invalid"


async def test_one_altered_byte_is_found(office: Office, elsewhere: bytes) -> None:
    content = bytearray(elsewhere)
    content[len(content) // 3] ^= 1
    answer = await hand_in(await office.browser(), bytes(content), "application/octet-stream")
    assert (answer.status, answer.json["verdict"]) == (200, "invalid")


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03", b"<html>%PDF</html>"])
async def test_what_is_no_pdf_is_said_so(office: Office, content: bytes) -> None:
    answer = await hand_in(await office.browser(), content)
    assert (answer.status, answer.code) == (422, "unreadable_pdf")


async def test_other_kinds_of_body_are_not_read(office: Office) -> None:
    assert (await hand_in(await office.browser(), b"%PDF-1.7", "text/plain")).code == "invalid"


@pytest.mark.parametrize(
    ("head", "length", "limit"),
    [(b"PK\x03\x04", 200, PACKET_LIMIT), (b"%PDF", 200, PACKET_LIMIT), (b"%PDF", 40, LIMIT)],
)
async def test_a_huge_upload_is_refused_without_reading_it(
    office: Office, head: bytes, length: int, limit: int
) -> None:
    host, port = office.base.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    lines = f"POST /api/verify HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/pdf\r\n"
    writer.write(f"{lines}Content-Length: {length * 1024 * 1024}\r\n\r\n".encode() + head + bytes(1024))
    await writer.drain()
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    body = await asyncio.wait_for(reader.read(500), 5)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b'"too_large"' in body and str(limit).encode() in body
    writer.close()


async def test_a_body_without_a_length_is_cut_off_at_the_limit(office: Office) -> None:
    host, port = office.base.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /api/verify HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/pdf\r\n"
    writer.write(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
    piece = bytes(1024 * 1024)

    async def pour() -> None:
        for _ in range(40):
            writer.write(b"100000\r\n" + piece + b"\r\n")
            await writer.drain()

    pouring = asyncio.gather(pour(), return_exceptions=True)
    found = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 15)
    assert found.startswith(b"HTTP/1.1 413")
    writer.close()
    await pouring


async def test_nothing_of_a_judged_file_is_kept(office: Office, elsewhere: bytes) -> None:
    data = office.app[keys.SETTINGS].data
    before = {path for path in data.rglob("*") if path.is_file()}
    await hand_in(await office.browser(), elsewhere)
    assert {path for path in data.rglob("*") if path.is_file()} == before
    marked = elsewhere[1000:1100]
    assert not any(marked in path.read_bytes() for path in before)


async def test_the_judge_gives_up_on_a_file_that_takes_too_long(
    office: Office, elsewhere: bytes, tmp_path: Path
) -> None:
    root = (office.app[keys.SETTINGS].authority / "root" / "root.pem").absolute()
    hasty = Bench(root, asyncio.Semaphore(1), patience=0.01)
    with spooled(elsewhere) as pdf, pytest.raises(NotJudged):
        await judge(pdf, hasty)
    full = Bench(root, asyncio.Semaphore(1), places=0)
    with spooled(elsewhere) as pdf, pytest.raises(Unavailable):
        await judge(pdf, full)
    broken = Bench(tmp_path / "missing.pem", asyncio.Semaphore(1))
    with spooled(elsewhere) as pdf, pytest.raises(NotJudged):
        await judge(pdf, broken)
    good = Bench(root, asyncio.Semaphore(1))
    with spooled(b"") as pdf, pytest.raises(Unreadable):
        await judge(pdf, good)
    for bench in (hasty, full, broken, good):
        assert bench.waiting == 0
        await bench.close()


async def test_the_verifier_is_loaded_once_and_again_when_it_died(office: Office, elsewhere: bytes) -> None:
    browser, bench = await office.browser(), office.app[BENCH]
    assert bench.nursery is None
    first = await hand_in(browser, elsewhere)
    standing = bench.nursery
    assert standing is not None and standing.process.returncode is None
    assert (await hand_in(browser, elsewhere)).json == first.json and bench.nursery is standing
    standing.process.kill()
    await standing.process.wait()
    assert (await hand_in(browser, elsewhere)).json == first.json and bench.nursery is not standing


async def test_a_nursery_that_stands_still_is_replaced(office: Office, elsewhere: bytes) -> None:
    root = (office.app[keys.SETTINGS].authority / "root" / "root.pem").absolute()
    bench = Bench(root, asyncio.Semaphore(1))
    with spooled(elsewhere) as pdf:
        first = await judge(pdf, bench)
        assert bench.nursery is not None
        bench.nursery.process.send_signal(signal.SIGSTOP)
        bench.patience = 0.2
        with pytest.raises(NotJudged):
            await judge(pdf, bench)
        await bench.nursery.process.wait()
        bench.patience = 7
        assert await judge(pdf, bench) == first
    await bench.close()


async def test_whoever_judged_is_gone(office: Office, elsewhere: bytes) -> None:
    """By its own end, or by ours when it took too long."""
    root = (office.app[keys.SETTINGS].authority / "root" / "root.pem").absolute()
    bench = Bench(root, asyncio.Semaphore(1))
    with spooled(elsewhere) as pdf:
        await judge(pdf, bench)
    bench.patience = 0.2
    with spooled(b"%PDF-1.7\n" + b"1 0 obj\n" * (1 << 21)) as pdf, pytest.raises(NotJudged):
        await judge(pdf, bench)
    assert bench.nursery is not None
    for _ in range(100):
        if not (left := children(bench.nursery.process.pid)):
            break
        await asyncio.sleep(0.01)
    assert not left
    await bench.close()


async def test_the_door_is_rate_limited(office: Office) -> None:
    browser = await office.browser()
    codes = [(await hand_in(browser, b"x", "text/plain")).code for _ in range(130)]
    assert codes[0] == "invalid"
    assert codes[-1] == "too_many"


async def test_the_authority_is_published(office: Office) -> None:
    browser = await office.browser()
    root = x509.load_pem_x509_certificate((await browser.get("/trust/root.pem")).body)
    issuing = x509.load_der_x509_certificate((await browser.get("/trust/issuing.cer")).body)
    issuing.verify_directly_issued_by(root)
    crl = x509.load_der_x509_crl((await browser.get("/trust/root.crl")).body)
    assert crl.is_signature_valid(root.public_key())  # type: ignore[arg-type]
    me = (await browser.get("/api/me")).json
    assert me["centre"]["root_sha256"] == root.fingerprint(hashes.SHA256()).hex()


async def test_status_is_answered_by_post_and_by_get(office: Office) -> None:
    browser, authority = await office.browser(), office.app[keys.AUTHORITY]
    issuing = authority.issuing.certificate
    request = (
        ocsp.OCSPRequestBuilder()
        .add_certificate(authority.seal.certificate, issuing, hashes.SHA256())
        .build()
        .public_bytes(Encoding.DER)
    )
    posted = await browser.post("/trust/ocsp", data=request, kind="application/ocsp-request")
    assert posted.headers["Content-Type"] == "application/ocsp-response"
    asked = await browser.get(f"/trust/ocsp/{base64.b64encode(request).decode().replace('/', '%2F')}")
    for answer in (posted, asked):
        assert ocsp.load_der_ocsp_response(answer.body).certificate_status is ocsp.OCSPCertStatus.GOOD


async def test_certificates_nobody_issued_are_unknown(office: Office) -> None:
    browser, authority = await office.browser(), office.app[keys.AUTHORITY]
    issuing = authority.issuing.certificate
    builder = ocsp.OCSPRequestBuilder().add_certificate_by_hash(
        hashlib.sha1(issuing.subject.public_bytes(), usedforsecurity=False).digest(),
        x509.SubjectKeyIdentifier.from_public_key(issuing.public_key()).digest,  # type: ignore[arg-type]
        4711,
        hashes.SHA1(),  # noqa: S303 - names a certificate, protects nothing
    )
    request = builder.build().public_bytes(Encoding.DER)
    answer = await browser.post("/trust/ocsp", data=request, kind="application/ocsp-request")
    assert ocsp.load_der_ocsp_response(answer.body).certificate_status is ocsp.OCSPCertStatus.UNKNOWN


@pytest.mark.parametrize("content", [b"", b"\x30\x00", bytes(300)])
async def test_a_malformed_question_gets_a_refusal_not_an_error(office: Office, content: bytes) -> None:
    browser = await office.browser()
    answer = await browser.post("/trust/ocsp", data=content, kind="application/ocsp-request")
    assert answer.status == 200
    found = ocsp.load_der_ocsp_response(answer.body)
    assert found.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    assert (await browser.get("/trust/ocsp/!!")).status == 200


async def test_a_zip_is_judged_as_a_packet(office: Office) -> None:
    browser = await office.browser()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("word/document.xml", "<w/>")
    for kind in ("application/zip", "application/octet-stream", "application/pdf"):
        answer = await hand_in(browser, out.getvalue(), kind)
        assert (answer.status, answer.json["form"], answer.json["verdict"]) == (200, "packet", "cannot_tell")
        assert answer.json["reasons"] == [{"code": "not_a_packet", "detail": "00_移送清单.pdf"}]
        assert answer.json["sha256"] == hashlib.sha256(out.getvalue()).hexdigest()


async def test_one_address_has_one_file_judged_and_two_waiting(office: Office, elsewhere: bytes) -> None:
    browser = await office.browser()
    bench = office.app[BENCH]
    async with bench.children, bench.children:
        waiting = [spawn(hand_in(browser, elsewhere), name="upload") for _ in range(4)]
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        assert [one.result().code for one in done] == ["too_many"]
    answers = [(await one).status for one in waiting]
    assert sorted(answers) == [200, 200, 200, 429]


async def test_slow_files_of_one_address_leave_a_judge_for_others(office: Office, elsewhere: bytes) -> None:
    root = (office.app[keys.SETTINGS].authority / "root" / "root.pem").absolute()
    bench = Bench(root, asyncio.Semaphore(2))
    async with bench.place("slow"):
        with spooled(elsewhere) as pdf, spooled(elsewhere) as other:
            stuck = spawn(judge(pdf, bench, address="slow"), name="stuck")
            assert b'"incomplete"' in await judge(other, bench, address="somebody")
            assert not stuck.done()
            stuck.cancel()
            await asyncio.wait([stuck])
    assert bench.waiting == 0
    await bench.close()
