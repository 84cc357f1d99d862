"""The open doors: judge any file, and what a verifier needs of our authority. No account, nothing kept."""

import asyncio
import logging
import shutil
import tempfile
from base64 import b64decode
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Literal
from urllib.parse import unquote

import msgspec
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import ocsp

import documents
from server.agreements import store as agreements
from server.agreements.ceremony import released
from server.agreements.ceremony import store as ceremonies
from server.agreements.confirming import ConfirmationView, window
from server.agreements.desk import profile_of
from server.court.judge import Bench, NotJudged, Unreadable, judge
from server.errors import Invalid, NotFound, TooLarge, Unavailable
from server.web import keys
from server.web.call import Call, Reply, View, anyone
from server.web.limits import Rate
from server.web.routes import Routes, Stream, pieces

log = logging.getLogger(__name__)
routes = Routes("court")
LIMIT, PACKET_LIMIT = 30 * 1024 * 1024, 128 * 1024 * 1024
"""Bytes of a PDF, and of a zip."""
ZIP = b"PK\x03\x04"
AT_ONCE = 3
"""Uploads of one address: one is judged, two wait."""
UPLOAD = 120.0
"""Seconds an upload may take."""
OCSP_LIMIT = 4096
VERIFY = Rate("court.verify", 120, 60)
REPORT = Rate("court.report", 20, 60)
TRUST = Rate("court.trust", 300, 60)
BENCH: web.AppKey[Bench] = web.AppKey("bench", Bench)
PRINTING: web.AppKey[asyncio.Lock] = web.AppKey("printing", asyncio.Lock)
"""One report is printed at a time."""
TRY_LATER = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER).public_bytes(
    serialization.Encoding.DER
)
"""When the responder's key is away (RFC 6960 2.3)."""
DAY = {"Cache-Control": "public, max-age=86400"}


class Known(View):
    """The file is one this centre released, byte for byte."""

    number: str
    centre: str
    confirmation: ConfirmationView | None
    """The days in which the parties may ask a court to confirm it; None unless it is valid."""


class Judged(documents.Report, frozen=True):
    """The report, and whether the file's hash is one of ours."""

    known: Known | None = None


class JudgedPacket(documents.PacketReport, frozen=True):
    """The report on a packet, and whether its agreement is one of ours."""

    known: Known | None = None


Verdict = Judged | JudgedPacket | documents.Finding


async def lifetime(app: web.Application) -> AsyncIterator[None]:
    """Cleanup context: two judges at a time, who trust our root, the licensed authority's, those of time-stamps."""
    with tempfile.NamedTemporaryFile(suffix=".pem") as anchors:
        for root in app[keys.ANCHORS]:
            anchors.write(x509.load_der_x509_certificate(root).public_bytes(serialization.Encoding.PEM))
        anchors.flush()
        bench = app[BENCH] = Bench(Path(anchors.name), asyncio.Semaphore(2), app[keys.SETTINGS].fonts.resolve())
        app[PRINTING] = asyncio.Lock()
        yield
        await bench.close()


@routes.route(
    "POST", "/api/verify", request=Stream, response=Verdict, permit=anyone,
    consumes=("application/pdf", "application/zip", "application/x-zip-compressed", "application/json"),
    limit=PACKET_LIMIT, csrf=False, rate=VERIFY, errors=(TooLarge, Unreadable, NotJudged, Unavailable),
)  # fmt: skip
async def verify(call: Call[None]) -> Verdict:
    """Judge a PDF, a court packet (zip) or a disclosure of a journal (JSON); a bad one is an answer, not an error. It
    is neither kept nor logged. A filing copy of an original of ours is judged together with it."""
    return await _judged(call, LIMIT, PACKET_LIMIT)


@routes.route(
    "POST", "/api/verify/copy", request=Stream, response=Judged, permit=anyone, consumes="application/octet-stream",
    limit=2 * LIMIT, csrf=False, rate=VERIFY, queries=("original",),
    errors=(TooLarge, Unreadable, NotJudged, Unavailable),
)  # fmt: skip
async def verify_copy(call: Call[None]) -> Verdict:
    """Judge an original together with its filing copy: the body is one after the other, `original` the first one's
    length in bytes."""
    return await _judged(call, 2 * LIMIT, 2 * LIMIT, _length(call))


@routes.route(
    "POST", "/api/verify/report", request=Stream, response=bytes, produces="application/pdf", permit=anyone,
    consumes=("application/pdf", "application/zip", "application/x-zip-compressed", "application/octet-stream"),
    limit=PACKET_LIMIT, csrf=False, rate=REPORT, queries=("original",),
    errors=(TooLarge, Unreadable, NotJudged, Unavailable),
)  # fmt: skip
async def verify_report(call: Call[None]) -> Reply:
    """The same judgement as a printed page in both languages: the file is judged anew, nobody's JSON is printed. With
    `original` as for a copy."""
    if not call.query("original"):
        report = await _judged(call, LIMIT, PACKET_LIMIT)
    else:
        report = await _judged(call, 2 * LIMIT, 2 * LIMIT, _length(call))
    if isinstance(report, documents.Finding):
        raise Unreadable({"": "format"})  # what it proves is a list to read on the screen
    fonts = call.request.app[keys.FONTS]
    try:
        async with call.request.app[PRINTING]:
            pdf = await asyncio.to_thread(documents.report_pdf, report, call.now(), fonts)
    except documents.FontUnavailable as error:
        raise Unavailable(error.code) from error
    return Reply(pdf, media_type="application/pdf")


def _length(call: Call[None]) -> int:
    length = call.query("original") or ""
    if not length.isascii() or not length.isdigit() or len(length) > 9:
        raise Invalid({"original": "value"})
    return int(length)


async def _judged(call: Call[None], limit: int, zipped: int, copy_after: int | None = None) -> Verdict:
    with call.request.app[keys.LIMITS].holding(f"verify {call.address}", AT_ONCE), tempfile.TemporaryFile() as spool:
        try:
            async with asyncio.timeout(UPLOAD):
                size = await _spool(call, spool, limit, zipped)
        except TimeoutError:
            raise Invalid({"": "time"}, "upload too slow") from None
        if copy_after is not None and not 0 < copy_after < size:
            raise Invalid({"original": "value"})
        return await judged(call, spool, copy_after)


async def judged(call: Call[Any], file: IO[bytes], copy_after: int | None = None) -> Verdict:
    """A file that lies on the disk, with what is known of it here. Raises Unreadable, NotJudged, Unavailable."""
    report = await _report(call, file, copy_after)
    if isinstance(report, Judged) and copy_after is None:
        report = await _beside_original(call, file, report)
    if isinstance(report, documents.Finding):
        return report
    about = report.sha256
    if isinstance(report, JudgedPacket):
        about = report.manifest.agreement.sha256 if report.manifest else ""
    async with call.db.reading() as tx:
        ours = await released.number_of(tx, about)
        agreement = await agreements.load(tx, ours[1]) if ours else None
    if ours is None or agreement is None:
        return report
    centre, days = call.settings.centre, None
    if report.verdict == "valid" and agreement.effective_at is not None:
        days = window(profile_of(agreement, centre), agreement.effective_at, call.settings.calendar, call.now())
    return msgspec.structs.replace(report, known=Known(ours[0], centre.name, days))


async def _report(call: Call[Any], spool: IO[bytes], copy_after: int | None) -> Verdict:
    answer = await judge(spool, call.request.app[BENCH], copy_after, call.address)
    try:
        found: Verdict = msgspec.json.decode(answer, type=Verdict)
    except msgspec.DecodeError:
        raise NotJudged({"": "answer"}) from None
    return found


async def _beside_original(call: Call[Any], copy: IO[bytes], alone: Judged) -> Judged:
    """A filing copy judged with the original it names, if that is one of ours. Whoever shows the pages of the original
    gets its report; who shows others learns that they differ, and nothing of the original."""
    if not alone.reasons or alone.reasons[0].code != "filing_copy":
        return alone
    async with call.db.reading() as tx:
        place = await released.lies_in(tx, alone.reasons[0].detail or "")
    if place is None:
        return alone
    original = (await call.request.app[keys.BLOBS].get(place[0]))[: place[1] or None]
    with tempfile.TemporaryFile() as pair:
        await asyncio.to_thread(_join, original, copy, pair)
        try:
            both = await _report(call, pair, len(original))
        except (NotJudged, Unavailable):
            return alone
    if not isinstance(both, Judged) or both.copy is None or both.copy.same is None:
        return alone
    if both.copy.same:
        return both
    return msgspec.structs.replace(
        alone, verdict=both.verdict, reasons=both.reasons, checks=both.checks, copy=both.copy
    )


def _join(original: bytes, copy: IO[bytes], pair: IO[bytes]) -> None:
    copy.seek(0)
    pair.write(original)
    shutil.copyfileobj(copy, pair)
    pair.flush()


async def _spool(call: Call[None], spool: IO[bytes], limit: int, zipped: int) -> int:
    """The body onto the disk, without a name; its length. Raises TooLarge for a PDF as soon as that is known."""
    size, head = 0, b""
    async for piece in pieces(call.request, zipped):
        size += len(piece)
        head = (head + piece[: len(ZIP)])[: len(ZIP)]
        if not ZIP.startswith(head) and max(size, call.request.content_length or 0) > limit:
            raise TooLarge(limit)
        await asyncio.to_thread(spool.write, piece)
    await asyncio.to_thread(spool.flush)
    return size


@routes.route("GET", "/trust/root.pem", response=bytes, produces="application/x-pem-file", permit=anyone, rate=TRUST)
async def root(call: Call[None]) -> Reply:
    """The root certificate; compare its fingerprint with the published one before trusting it."""
    return Reply(call.request.app[keys.AUTHORITY].root_pem, headers=DAY, media_type="application/x-pem-file")


@routes.route(
    "GET", "/trust/{stem:issuing[-0-9a-f]*}.cer", response=bytes, produces="application/pkix-cert", permit=anyone,
    rate=TRUST, errors=(NotFound,),
)  # fmt: skip
async def issuing(call: Call[None]) -> Reply:
    """An issuing CA's certificate, DER: the caIssuers address of every certificate it issued. Rotation adds another."""
    for one in call.request.app[keys.AUTHORITY].generations:
        if one.stem == call.path("stem"):
            return Reply(one.issuing.der, headers=DAY, media_type="application/pkix-cert")
    raise NotFound


@routes.route(
    "GET", "/trust/root.crl", response=bytes, produces="application/pkix-crl", permit=anyone, rate=TRUST,
    errors=(Unavailable,),
)  # fmt: skip
async def crl(call: Call[None]) -> Reply:
    """The root's revocation list, DER."""
    try:
        found = await asyncio.to_thread(call.request.app[keys.AUTHORITY].root_crl)
    except documents.SignerUnavailable as error:  # it has run out and the root's key is away
        raise Unavailable(error.reason) from error
    return Reply(found, media_type="application/pkix-crl")


@routes.route(
    "GET", "/trust/{stem:issuing[-0-9a-f]*}.crl", response=bytes, produces="application/pkix-crl", permit=anyone,
    rate=TRUST, errors=(NotFound, Unavailable),
)  # fmt: skip
async def issuing_crl(call: Call[None]) -> Reply:
    """An issuing CA's revocation list, DER, good for a week. For those who ask; it is never put into a file."""
    try:
        found = await asyncio.to_thread(call.request.app[keys.AUTHORITY].issuing_list, call.path("stem"))
    except documents.SignerUnavailable as error:
        raise Unavailable(error.reason) from error
    if found is None:
        raise NotFound
    return Reply(found, media_type="application/pkix-crl")


@routes.route(
    "POST", "/trust/ocsp", request=bytes, response=bytes, permit=anyone, consumes="application/ocsp-request",
    produces="application/ocsp-response", limit=OCSP_LIMIT, csrf=False, rate=TRUST,
)  # fmt: skip
async def ocsp_post(call: Call[bytes]) -> Reply:
    """Status of one of our certificates (RFC 6960, A.1.1)."""
    return await _status(call, call.body)


@routes.route(
    "GET", "/trust/ocsp/{request:.+}", response=bytes, permit=anyone, produces="application/ocsp-response", rate=TRUST
)
async def ocsp_get(call: Call[None]) -> Reply:
    """The same, with the request in the address in base64 (RFC 6960, A.1)."""
    try:
        return await _status(call, b64decode(unquote(call.path("request"))[: 2 * OCSP_LIMIT], validate=True))
    except ValueError:  # no base64, or not even ASCII
        return await _status(call, b"")


async def _status(call: Call[bytes] | Call[None], request: bytes) -> Reply:
    """Certificates of ceremonies are looked up; the institution's own are the authority's to answer."""
    authority = call.request.app[keys.AUTHORITY]
    issued, revoked_at = False, None
    if (asked := documents.read_ocsp_request(request)) is not None:
        async with call.db.reading() as tx:
            issued, revoked_at = await ceremonies.certificate_status(tx, asked.serial_number)

    def status_of(_serial: int) -> datetime | Literal["good", "unknown"]:
        return revoked_at or ("good" if issued else "unknown")

    try:
        answer = await asyncio.to_thread(authority.answer_ocsp, request, status_of)
    except documents.SignerUnavailable as error:
        log.warning("ocsp.unanswered", extra={"cause": error.reason})
        answer = TRY_LATER
    return Reply(answer, media_type="application/ocsp-response")
