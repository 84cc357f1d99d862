"""The background job that makes a packet. Every blob is named in the packet's row before it is written, and what would
come out otherwise a second time is kept: killed at any step, the next start goes on, and the same packet comes out."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from aiohttp import web

from documents import PACKET_LIST, DocumentError, Listed, Report, listed, verify_packet, write_packet
from server.agreements.ceremony.stamp import draw
from server.errors import AppError, JsonValue, NotFound
from server.ids import new
from server.journal.disclosing import for_signers, tools_of
from server.packets import parts, places, store
from server.packets.model import Inputs, Packet, PacketBusy, State, Step
from server.packets.parts import Press
from server.store import journal
from server.store.db import Tx
from server.store.references import named
from server.web import keys
from signaling.tasks import spawn

log = logging.getLogger(__name__)
SERVER = "server"
MANIFEST = "manifest.json"
SECOND = timedelta(seconds=1)


@dataclass
class Makers:
    """The jobs of this process, one per packet, and one at a time: a packet is up to 128 MB in memory."""

    tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


MAKERS: web.AppKey[Makers] = web.AppKey("packet_makers", Makers)


class NotMade(Exception):
    """It cannot be made: a stable code, and the path or place."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


async def ask(tx: Tx, agreement_id: str, case_id: str, inputs: Inputs, caller: str, now: datetime) -> Packet:
    """The packet of these inputs: the one there is, or one to be made. Raises PacketBusy."""
    known = await store.of_agreement(tx, agreement_id)
    found = next((one for one in known if one.inputs.hash == inputs.hash), None)
    if any(one.state is State.building for one in known if one is not found):
        raise PacketBusy
    if found is not None and found.state is not State.failed:
        await store.want(tx, found.id, now)
        return found
    chain = await journal.read(tx, case_id)
    head = await journal.head(tx, case_id)
    n = found.n if found else max((one.n for one in known), default=0) + 1
    packet = Packet(
        found.id if found else new("pkt"), agreement_id, case_id, n, State.building, Step.collect, inputs, caller,
        now.replace(microsecond=0), chain[-1].seq if chain else 0, head,
    )  # fmt: skip
    await (store.again(tx, packet) if found else store.add(tx, packet))
    return packet


def start(app: web.Application, packet_id: str) -> None:
    """Make it in the background; one that is being made already is left alone."""
    makers = app[MAKERS]
    makers.tasks = {key: task for key, task in makers.tasks.items() if not task.done()}
    if packet_id not in makers.tasks:
        makers.tasks[packet_id] = spawn(_run(app, packet_id), name=f"packet.{packet_id}")


async def lifetime(app: web.Application) -> AsyncIterator[None]:
    """Cleanup context: go on with what was being made. A job that is broken off goes on at the next start."""
    app[MAKERS] = Makers()
    async with app[keys.DB].reading() as tx:
        left = await store.unfinished(tx)
    for packet_id in left:
        start(app, packet_id)
    yield
    tasks = list(app[MAKERS].tasks.values())
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _run(app: web.Application, packet_id: str) -> None:
    async with app[MAKERS].turn:
        try:
            await make(app, packet_id)
        except (DocumentError, AppError, NotMade) as error:
            await _fail(app, packet_id, error.code, error.detail)
        except Exception:
            log.exception("packet.broken", extra={"packet": packet_id})
            await _fail(app, packet_id, "internal", "")


async def make(app: web.Application, packet_id: str) -> None:
    """From wherever it stands to the end. Raises DocumentError, AppError, NotMade."""
    async with app[keys.DB].reading() as tx:
        packet = await store.load(tx, packet_id)
    if packet is not None and packet.state is State.building:
        await _Job(app, packet).run()


@dataclass
class _Job:
    """One packet on its way; `files` are the bytes by path, `lines` what the list will name."""

    app: web.Application
    packet: Packet
    files: dict[str, bytes] = field(default_factory=dict)
    lines: list[Listed] = field(default_factory=list)
    reports: dict[str, Report] = field(default_factory=dict)

    async def run(self) -> None:
        await self._at(Step.collect)
        await self._collect()
        await self._at(Step.disclose)
        await self._add(
            places.DISCLOSURE, places.DISCLOSURE_TITLE, await self._part(places.DISCLOSURE, self._disclosed)
        )
        await self._at(Step.report)
        await self._report()
        await self._at(Step.seal)
        await self._seal()
        await self._at(Step.judge)
        await self._finish()

    async def _at(self, step: Step) -> None:
        async with self.app[keys.DB].transaction() as tx:
            await store.at(tx, self.packet.id, step)

    async def _collect(self) -> None:
        for one in self.packet.inputs.sources:
            try:
                found = await parts.content(self.app[keys.DB], self.app[keys.BLOBS], one.sha256)
            except NotFound:
                raise NotMade("packet_file_gone", one.path) from None
            self.files[one.path] = found
            line = await asyncio.to_thread(listed, one.path, one.slot, one.title, found, signed=one.signed)
            if line.sha256 != one.sha256:
                raise NotMade("packet_file_gone", one.path)
            self.lines.append(line)

    async def _add(self, path: str, title: str, found: bytes) -> None:
        self.files[path] = found
        self.lines.append(await asyncio.to_thread(listed, path, places.OTHER, title, found, signed=False))

    async def _disclosed(self) -> bytes:
        return await for_signers(tools_of(self.app), self.packet.case_id, self.packet.agreement_id)

    async def _report(self) -> None:
        """On each file that people signed; one that is not valid goes to no court."""
        anchors, fonts = self.app[keys.ANCHORS], self.app[keys.FONTS]
        for one in self.packet.inputs.sources:
            if not one.signed:
                continue
            at = self.packet.asked_at + SECOND  # of which the fraction was cut: no stamp before lies ahead
            judge = partial(parts.judged, self.files[one.path], anchors, at, fonts)
            report, printed, data = await asyncio.to_thread(judge)
            if report.verdict != "valid":
                raise NotMade(f"member_{report.verdict}", one.path)
            self.reports[one.path] = report
            paths, titles = places.reports(one), (places.REPORT_TITLE, places.DATA_TITLE)
            for path, title, made in zip(paths, titles, (printed, data), strict=True):
                kept = await self._part(path, partial(_given, made))
                await self._add(path, title.format(one.title), kept)

    async def _seal(self) -> None:
        app, settings = self.app, self.app[keys.SETTINGS]
        image = await asyncio.to_thread(draw, settings.centre.name, settings.demo, app[keys.FONTS].regular_path)
        press = Press(app[keys.AUTHORITY], app[keys.TSA], app[keys.ABROAD], app[keys.FONTS], image)
        self.lines.sort(key=lambda one: one.path)
        manifest = await asyncio.to_thread(parts.manifest, self.packet, self.lines, self.reports, press.root)
        await self._add(MANIFEST, places.MANIFEST_TITLE, await self._part(MANIFEST, partial(_given, manifest)))

        async def seal() -> bytes:
            return await asyncio.to_thread(press.sealed, self.packet, self.lines)

        self.files[PACKET_LIST] = await self._part(PACKET_LIST, seal)

    async def _part(self, path: str, made: Callable[[], Awaitable[bytes]]) -> bytes:
        """What was made for this path before, else what is made now: named, then written."""
        blobs = self.app[keys.BLOBS]
        if known := self.packet.parts.get(path):
            try:
                return await blobs.get(known)
            except NotFound:  # named, and killed before it was written
                pass
        found = await made()
        self.packet = replace(self.packet, parts={**self.packet.parts, path: sha256(found).hexdigest()})
        async with self.app[keys.DB].transaction() as tx:
            await store.keep(tx, self.packet.id, self.packet.parts)
        await blobs.put(found)
        return found

    async def _finish(self) -> None:
        """Our own judgement first; then it is one transaction that hands it out."""
        app = self.app
        try:
            whole = await asyncio.to_thread(write_packet, self.files)
        except ValueError:
            raise NotMade("packet_too_large") from None
        anchors = app[keys.ANCHORS]
        report = await asyncio.to_thread(verify_packet, whole, anchors, app[keys.CLOCK]())
        if report.verdict != "valid":
            reason = report.reasons[0]
            raise NotMade(reason.code, reason.detail or "")
        async with app[keys.DB].transaction() as tx:
            await store.name_zip(tx, self.packet.id, report.sha256, len(whole), self.lines)
        await app[keys.BLOBS].put(whole)
        now = app[keys.CLOCK]()
        async with app[keys.DB].transaction() as tx:
            if await store.finish(tx, self.packet.id, now):
                body: dict[str, JsonValue] = {
                    "agreement": self.packet.agreement_id, "packet": self.packet.id, "sha256": report.sha256,
                    "list": self.packet.parts[PACKET_LIST],
                }  # fmt: skip
                await journal.append(tx, self.packet.case_id, "packet.made", self.packet.asked_by, body, now)
        app[keys.ANCHOR_SOON].set()


async def _given(made: bytes) -> bytes:
    return made


async def _fail(app: web.Application, packet_id: str, cause: str, detail: str) -> None:
    """What was made for it is erased, and the row says why."""
    log.warning("packet.failed", extra={"packet": packet_id, "cause": cause})
    async with app[keys.DB].transaction() as tx:
        packet = await store.load(tx, packet_id)
        if packet is None or packet.state is not State.building:
            return
        await store.fail(tx, packet_id, cause, detail)
        for digest in {*packet.parts.values(), packet.sha256} - {""}:
            if not await named(tx, digest):
                await app[keys.BLOBS].remove(digest)
