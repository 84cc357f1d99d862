"""What the signatures of any PDF say of themselves, for those who file one that is not ours, such as a ruling."""

import asyncio
import tempfile
from typing import Literal

import msgspec
from aiohttp import web

import documents
from server.court.judge import NotJudged, Unreadable, judge
from server.court.routes import BENCH

Found = Literal["unsigned", "valid", "unknown", "broken", "unread"]


async def signatures_of(app: web.Application, pdf: bytes) -> Found:
    """`valid` needs a known issuer for each; `unknown`: whole, by an issuer we have no word of; `unread`: the verifier
    cannot judge the file. Raises Unavailable when too many files wait."""
    with tempfile.TemporaryFile() as spool:
        await asyncio.to_thread(spool.write, pdf)
        await asyncio.to_thread(spool.flush)
        try:
            report = msgspec.json.decode(await judge(spool, app[BENCH]), type=documents.Report)
        except (Unreadable, NotJudged, msgspec.DecodeError):
            return "unread"
    found = [one for one in report.signatures if one.kind != "document_timestamp"]
    if not found:
        return "unsigned"
    if not all(one.intact and one.valid and not one.changed_after for one in found):
        return "broken"
    return "valid" if all(one.trusted for one in found) else "unknown"
