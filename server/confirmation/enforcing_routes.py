"""HTTP doors of enforcement: what may be enforced, and the files to take to a court desk as one zip of plain PDFs. A
desk prints or uploads files one by one, so the list of hashes is a page among them, and no format of ours."""

import asyncio
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from aiohttp import web

from documents import DocumentError, FontUnavailable, FormText, MissingGlyphs, lay_out_form, write_packet
from server.agreements import scans
from server.agreements.ceremony import store as ceremonies
from server.agreements.desk import Desk, particulars
from server.agreements.errors import CannotPrint
from server.confirmation import enforcing, ledger, store
from server.confirmation.enforcing import About, Claim, Enclosed, Side
from server.confirmation.model import Application, State
from server.confirmation.performance import parties_of, rows_of
from server.confirmation.routes import desk_in_effect
from server.errors import NotFound, Unavailable
from server.law import courts, dates
from server.law.sources import spelled
from server.store.db import Tx
from server.web import keys
from server.web.call import Call, Reply, View, known
from server.web.limits import Rate
from server.web.routes import Routes

routes = Routes("confirmation")
PACKETS = Rate("enforcement.packet", 60, 600)


class ClaimView(View):
    """What is overdue to one party, and until when a court may surely be asked."""

    party: str
    label: str
    debtors: list[str]
    rest_fen: int
    count: int
    until: str
    days: int
    """Left after today."""


class EnforcementView(View):
    """For staff every claim, for a party their own; none without a ruling, or with nothing overdue."""

    claims: list[ClaimView]
    court: str
    """Which made the ruling."""
    nearby: list[str]
    ruling: bool
    """It was uploaded, and goes with the files."""
    broken: bool
    """Its electronic signature does not fit its content."""
    period: str
    interest: str
    place: str


@routes.route("GET", "/api/agreements/{id}/enforcement", response=EnforcementView, permit=known, errors=(NotFound,))
async def show(call: Call[None]) -> EnforcementView:
    """What may be enforced now, and by which articles."""
    async with call.db.reading() as tx:
        desk = await desk_in_effect(call, tx)
        at, claims = await _claims(call, tx, desk)
    kept, today = at.ruling if at else None, dates.legal_day(call.now())
    return EnforcementView(
        claims=[
            ClaimView(
                one.creditor.id, one.creditor.label, [other.label for other in one.debtors], one.rest_fen,
                len(one.rows), one.until.isoformat(), (one.until - today).days,
            )
            for one in claims
        ],
        court=at.court if at else "",
        nearby=[*dict.fromkeys(name for one in claims for name in _nearby(call, one))],
        ruling=kept is not None,
        broken=kept is not None and kept.checked == "broken",
        period=spelled(enforcing.PERIOD),
        interest=spelled(enforcing.INTEREST),
        place=spelled(enforcing.PLACE),
    )  # fmt: skip


@routes.route(
    "GET", "/api/agreements/{id}/enforcement/{party}", response=bytes, produces="application/zip", permit=known,
    rate=PACKETS, errors=(NotFound, CannotPrint, Unavailable),
)  # fmt: skip
async def packet(call: Call[None]) -> Reply:
    """The files for the party to whom something is overdue: to themself and to staff."""
    async with call.db.reading() as tx:
        desk = await desk_in_effect(call, tx)
        at, claims = await _claims(call, tx, desk)
        claim = next((one for one in claims if one.creditor.id == call.path("party")), None)
        if claim is None or at is None:
            raise NotFound("claim")
        entries = await ledger.entries(tx, desk.agreement.id)
        files = await _files(call, tx, desk, at)
    clauses = {one.id: (one.number, one.text) for one in desk.clauses}
    demo = call.settings.demo or desk.case.rehearsal
    about = About(
        desk.agreement.number or "", call.settings.centre.name, clauses, at, _nearby(call, claim), demo
    )  # fmt: skip
    keyed = {row.due.key for row in claim.rows}
    for n, one in enumerate((one for one in entries if one.proof and (one.clause, one.part) in keyed), 1):
        if not one.struck:
            path = f"05_履行凭证/{n:02}_{one.on.isoformat()}.{scans.ENDINGS[one.proof_type]}"
            files[path] = ("履行凭证", await call.blobs.get(one.proof))
    app = call.request.app
    files["04_履行情况和欠款计算表.pdf"] = (
        enforcing.STATEMENT,
        await _printed(app, enforcing.statement(claim, about, entries)),
    )
    asked = await _printed(app, enforcing.application(claim, about, _enclosed(files)))
    files["01_强制执行申请书.pdf"] = (enforcing.APPLICATION, asked)
    listed = await _printed(app, enforcing.materials(claim, about, _enclosed(files)))
    contents = {path: content for path, (_, content) in files.items()} | {"00_材料清单.pdf": listed}
    name = quote(f"{about.number}申请强制执行材料.zip")
    headers = {"Content-Disposition": f"attachment; filename=\"enforcement.zip\"; filename*=UTF-8''{name}"}
    return Reply(await asyncio.to_thread(write_packet, contents), headers=headers, media_type="application/zip")


async def _claims(call: Call[Any], tx: Tx, desk: Desk) -> tuple[Application | None, tuple[Claim, ...]]:
    """The application, and what the caller may ask to enforce; nothing unless a court has confirmed the agreement."""
    at = await store.newest(tx, desk.agreement.id)
    if at is None or at.state is not State.confirmed:
        return at, ()
    sides = [
        Side(one.id, one.name, one.label, particulars(one, desk.case), one.filed.address) for one in desk.case.parties
    ]
    mine = parties_of(call, desk)
    found = enforcing.claims(await rows_of(call, tx, desk), sides, dates.legal_day(call.now()))
    return at, tuple(one for one in found if mine is None or one.creditor.id in mine)


async def _files(call: Call[Any], tx: Tx, desk: Desk, at: Application) -> dict[str, tuple[str, bytes]]:
    """Path -> title and bytes of ruling and agreement, as they were uploaded and released."""
    found: dict[str, tuple[str, bytes]] = {}
    if at.ruling:
        found["02_民事裁定书.pdf"] = ("民事裁定书", await call.blobs.get(at.ruling.sha256))
    ceremony = await ceremonies.load(tx, desk.agreement.ceremony or "")
    for one in ceremony.files if ceremony else ():
        if one.id == "agreement" and one.final_sha256:
            found["03_调解协议书.pdf"] = ("调解协议书", await call.blobs.get(one.final_sha256))
    paper = desk.agreement.paper
    if paper and paper.scan_sha256:
        path = f"03_调解协议书.{scans.ENDINGS[paper.scan_type]}"
        found[path] = ("调解协议书", await call.blobs.get(paper.scan_sha256))
    return found


def _enclosed(files: dict[str, tuple[str, bytes]]) -> list[Enclosed]:
    return [Enclosed(path, title, sha256(content).hexdigest()) for path, (title, content) in sorted(files.items())]


def _nearby(call: Call[Any], claim: Claim) -> tuple[str, ...]:
    found = (courts.at(call.settings.known_courts, one.address, "basic") for one in claim.debtors if one.address)
    return tuple(dict.fromkeys(here[0].name for here, _ in found if len(here) == 1))


async def _printed(app: web.Application, text: FormText) -> bytes:
    try:
        pdf, _ = await asyncio.to_thread(lay_out_form, text, app[keys.FONTS])
    except MissingGlyphs as error:
        raise CannotPrint(error) from error
    except (FontUnavailable, DocumentError) as error:
        raise Unavailable(error.code) from error
    return pdf
