"""HTTP doors of the packet, for its court: what is in it, each file, all of it, and our verdict on it, as the open page
/verify gives it. Exactly the packet that was made, and of all that was made for it nothing else."""

import asyncio
import hashlib
import zipfile
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from aiohttp import web

from server.clock import wire
from server.court.judge import NotJudged, Unreadable
from server.court.routes import Verdict, judged
from server.docket import desk
from server.docket.desk import Docket
from server.errors import NotFound, Unavailable
from server.packets import store as packets
from server.packets.model import Packet
from server.store import journal
from server.store.db import Tx
from server.web import keys
from server.web.call import Call, Reply, View, court
from server.web.limits import Rate
from server.web.routes import Routes

routes = Routes("docket")
READ = Rate("docket.packet", 120, 60)
TYPES = {".pdf": "application/pdf", ".jpg": "image/jpeg", ".png": "image/png", ".json": "application/json"}


class MemberView(View):
    """A file of the packet; `n` counts them from 0, the sealed list first."""

    n: int
    path: str
    slot: str
    title: str
    length: int
    media_type: str


class PacketOfDocket(View):
    """The packet as made. `number` is its list's."""

    number: str
    sha256: str
    length: int
    made_at: str
    files: list[MemberView]


class MaybePacket(View):
    """None while the centre has made none."""

    packet: PacketOfDocket | None


@routes.route("GET", "/api/docket/packet", response=MaybePacket, permit=court, errors=(NotFound,))
async def show(call: Call[None]) -> MaybePacket:
    """What is in it."""
    async with call.db.reading() as tx:
        docket = await desk.load(tx, call)
        packet = await packets.newest(tx, docket.agreement.id)
    if packet is None or packet.made_at is None:
        return MaybePacket(None)
    names = await _members(call, packet)
    return MaybePacket(
        PacketOfDocket(packet.number, packet.sha256, packet.length, wire(packet.made_at), _views(packet, names))
    )


@routes.route(
    "GET", "/api/docket/packet/file", response=bytes, produces="application/zip", permit=court, rate=READ,
    errors=(NotFound,),
)  # fmt: skip
async def download(call: Call[None]) -> web.StreamResponse:
    """The whole of it."""
    packet = await _taken(call, "packet")
    name = quote(packet.number)
    answer = web.StreamResponse(
        headers={"Content-Disposition": f"attachment; filename=\"packet.zip\"; filename*=UTF-8''{name}.zip"}
    )
    answer.content_type, answer.content_length = "application/zip", packet.length
    await call.blobs.need(packet.sha256)
    await answer.prepare(call.request)
    async for piece in call.blobs.pieces(packet.sha256):
        await answer.write(piece)
    return answer


@routes.route(
    "GET", "/api/docket/packet/members/{n:[0-9][0-9]?[0-9]?}", response=bytes, produces="application/octet-stream",
    permit=court, rate=READ, errors=(NotFound,),
)  # fmt: skip
async def member(call: Call[None]) -> Reply:
    """One file, byte for byte."""
    number = int(call.path("n"))
    packet = await _taken(call, "file", number)
    names = await _members(call, packet)
    if number >= len(names):
        raise NotFound("file")
    path = names[number][0]
    with await call.blobs.open(packet.sha256) as file:
        data = await asyncio.to_thread(_read, file, path)
    said = next((line.sha256 for line in packet.lines if line.path == path), "")
    if said and hashlib.sha256(data).hexdigest() != said:
        raise NotFound("file")
    return Reply(data, media_type=_type(path))


@routes.route(
    "POST", "/api/docket/packet/verdict", response=Verdict, permit=court, rate=READ,
    errors=(NotFound, Unreadable, NotJudged, Unavailable),
)  # fmt: skip
async def verdict(call: Call[None]) -> Verdict:
    """The packet judged now, by the judge of the open page."""
    packet = await _taken(call, "judged")
    with call.request.app[keys.LIMITS].holding(f"docket {call.caller.id}", 1):
        with await call.blobs.open(packet.sha256) as file:
            return await judged(call, file)


async def _taken(call: Call[Any], what: str, number: int | None = None) -> Packet:
    """The packet, with the entry that this file of it was read; raises NotFound."""
    async with call.db.transaction() as tx:
        docket = await desk.load(tx, call)
        packet = await packets.newest(tx, docket.agreement.id)
        if packet is None:
            raise NotFound("packet")
        await _note(tx, call, docket, packet, what, number)
    return packet


async def _note(tx: Tx, call: Call[Any], docket: Docket, packet: Packet, what: str, number: int | None) -> None:
    body = {"link": docket.link.id, "packet": packet.id} | ({} if number is None else {"n": number})
    await journal.append(tx, docket.case.id, f"docket.{what}", docket.link.id, body, call.now())


async def _members(call: Call[Any], packet: Packet) -> list[tuple[str, int]]:
    """Path and length of each file, in the packet's own order."""
    with await call.blobs.open(packet.sha256) as file:
        return await asyncio.to_thread(_listed, file)


def _listed(file: Any) -> list[tuple[str, int]]:
    with zipfile.ZipFile(file) as found:
        return [(one.filename, one.file_size) for one in found.infolist()]


def _read(file: Any, path: str) -> bytes:
    with zipfile.ZipFile(file) as found:
        return found.read(path)


def _views(packet: Packet, names: list[tuple[str, int]]) -> list[MemberView]:
    lines = {line.path: line for line in packet.lines}
    found = []
    for n, (path, length) in enumerate(names):
        line = lines.get(path)
        found.append(MemberView(n, path, line.slot if line else "", line.title if line else "", length, _type(path)))
    return found


def _type(path: str) -> str:
    return TYPES.get(PurePosixPath(path).suffix.lower(), "application/octet-stream")
