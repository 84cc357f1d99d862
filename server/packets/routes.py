"""HTTP doors of court packets, for the staff of the case alone: a packet holds everybody's papers, and the parties have
what they signed."""

import asyncio
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from aiohttp import web

from documents import COURT_SLOTS
from server.agreements.ceremony.released import released_set
from server.agreements.desk import Desk
from server.agreements.typed import clean
from server.cases.model import Side
from server.clock import wire
from server.confirmation import store as confirmations
from server.confirmation.companions import store as companions
from server.confirmation.companions.wording import APPLICATION
from server.confirmation.routes import desk_in_effect, window_of
from server.errors import IllegalAct, Invalid, NotFound
from server.packets import checklist, making, parts, places, store
from server.packets.collecting import collect, offline_page
from server.packets.model import Attachment, AttachmentsFull, Kind, Packet, PacketBusy, State, Step, VerifierMissing
from server.store.db import Tx
from server.web.call import Body, Call, View, staff
from server.web.routes import Routes

routes = Routes("packets")
STEPS = list(Step)


class PacketIn(Body):
    """The court it is for: the one that the signed application names, if there is one."""

    court: Annotated[str, msgspec.Meta(max_length=200)]


class ItemView(View):
    """One line of what a court expects (words: i18n packet.item.*), and who can give what is missing."""

    code: str
    count: int
    missing: bool
    by: checklist.By
    people: list[str]


class PersonView(View):
    """Somebody whose paper may be attached."""

    id: str
    label: str
    side: Side


class AttachmentView(View):
    """A file that goes into the next packet."""

    id: str
    kind: Kind
    slot: str
    title: str
    person: str
    """Label, or ""."""
    media_type: str
    length: int


class MemberView(View):
    """A file of a packet that is made, as its list names it."""

    path: str
    slot: str
    title: str
    length: int
    signed: bool


class PacketView(View):
    """One packet. `step` of `steps` while it is being made; `cause` is a code (words: i18n packet.cause.*)."""

    id: str
    number: str
    state: State
    step: int
    steps: int
    court: str
    asked_at: str
    made_at: str
    cause: str
    detail: str
    sha256: str
    length: int
    current: bool
    """It is what would be made now."""
    members: list[MemberView]


class PacketDeskView(View):
    """What the next packet would hold and lack, and those there are, the last one asked for first."""

    court: str
    signed_for: str
    """The court that the signed application names; empty where none was signed."""
    items: list[ItemView]
    people: list[PersonView]
    slots: list[str]
    attachments: list[AttachmentView]
    room: int
    """Bytes that may still be attached."""
    packets: list[PacketView]


@routes.route("GET", "/api/agreements/{id}/packet", response=PacketDeskView, permit=staff, errors=(NotFound,))
async def show(call: Call[None]) -> PacketDeskView:
    """What is in it, what is missing, how far it is; NotFound before the agreement is in effect."""
    async with call.db.reading() as tx:
        return await view_of(call, tx, await desk_in_effect(call, tx))


@routes.route(
    "POST", "/api/agreements/{id}/packet", request=PacketIn, response=PacketDeskView, permit=staff,
    errors=(NotFound, IllegalAct, Invalid, PacketBusy, VerifierMissing),
)  # fmt: skip
async def ask(call: Call[PacketIn]) -> PacketDeskView:
    """Have the packet made; with nothing changed since, it is the one there is, byte for byte."""
    court = clean(call.body.court, "court")
    if not court:
        raise Invalid({"court": "required"})
    page = await asyncio.to_thread(offline_page, call.settings.http.static)
    async with call.db.reading() as tx:
        await desk_in_effect(call, tx)
    await call.blobs.put(page)
    async with call.db.transaction() as tx:
        desk = await desk_in_effect(call, tx)
        if court != (await _signed_for(tx, desk) or court):
            raise Invalid({"court": "value"})
        inputs = await collect(call.request.app, tx, desk, window_of(call, desk), court, page)
        packet = await making.ask(tx, desk.agreement.id, desk.case.id, inputs, call.caller.id, call.now())
        view = await view_of(call, tx, desk)
    if packet.state is State.building:
        making.start(call.request.app, packet.id)
    return view


@routes.route(
    "GET", "/api/agreements/{id}/packets/{packet}", response=bytes, produces="application/zip", permit=staff,
    errors=(NotFound,),
)  # fmt: skip
async def download(call: Call[None]) -> web.StreamResponse:
    """A packet that is made."""
    async with call.db.reading() as tx:
        desk = await desk_in_effect(call, tx)
        packet = await store.load(tx, call.path("packet"))
    if packet is None or packet.agreement_id != desk.agreement.id or packet.state is not State.made:
        raise NotFound("packet")
    answer = web.StreamResponse(
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": f"attachment; filename=\"packet.zip\"; filename*=UTF-8''{quote(packet.number)}.zip",
        }
    )
    answer.content_type, answer.content_length = "application/zip", packet.length
    await call.blobs.need(packet.sha256)
    await answer.prepare(call.request)
    async for piece in call.blobs.pieces(packet.sha256):
        await answer.write(piece)
    return answer


async def view_of(call: Call[Any], tx: Tx, desk: Desk) -> PacketDeskView:
    """The whole desk, for staff."""
    app, agreement = call.request.app, desk.agreement
    attachments = await store.attached(tx, agreement.id)
    packets = await store.of_agreement(tx, agreement.id)
    application = await confirmations.newest(tx, agreement.id)
    court = packets[0].inputs.court if packets else application.court if application else ""
    signed_for = await _signed_for(tx, desk)
    try:
        page = await asyncio.to_thread(offline_page, call.settings.http.static)
    except VerifierMissing:
        page = b""
    inputs = None
    try:
        inputs = await collect(app, tx, desk, window_of(call, desk), court, page)
    except IllegalAct:
        sources = places.attached(attachments)
    else:
        sources = list(inputs.sources)
    labels = labels_of(desk)
    answers = await confirmations.answers(tx, agreement.id)
    found = checklist.items(desk.case, labels, sources, attachments, answers, bool(page), agreement.paper is not None)
    return PacketDeskView(
        court=signed_for or court,
        signed_for=signed_for,
        items=[ItemView(one.code, one.count, one.missing, one.by, list(one.people)) for one in found],
        people=[PersonView(one.id, labels[one.id], one.side) for one in desk.case.people],
        slots=list(COURT_SLOTS),
        attachments=[_attachment(one, labels) for one in attachments],
        room=places.BYTES - sum(one.length for one in attachments),
        packets=[_packet(one, inputs is not None and one.inputs.hash == inputs.hash) for one in packets],
    )


async def _signed_for(tx: Tx, desk: Desk) -> str:
    released = await released_set(tx, desk.agreement.ceremony or "")
    if all(file != APPLICATION for file, _, _ in released):
        return ""
    return (await companions.chosen(tx, desk.agreement.id)).court


def labels_of(desk: Desk) -> dict[str, str]:
    """Everybody of the case by the words a list has for them: 甲方林秀珍, 甲方代理人李敏."""
    return {one.id: f"{one.label}{one.name}" for one in desk.case.people}


def need_room(attachments: list[Attachment], length: int) -> None:
    """Raises AttachmentsFull."""
    if len(attachments) >= places.MOST or sum(one.length for one in attachments) + length > places.BYTES:
        raise AttachmentsFull(count=len(attachments), limit=places.BYTES)


def _attachment(one: Attachment, labels: dict[str, str]) -> AttachmentView:
    return AttachmentView(
        one.id, one.kind, one.slot, one.title, labels.get(one.person, ""), one.media_type, one.length
    )  # fmt: skip


def _packet(one: Packet, current: bool) -> PacketView:
    signed = {line.path for line in one.lines if line.signed}
    made = one.state is State.made
    return PacketView(
        one.id, one.number, one.state, STEPS.index(one.step) + 1, len(STEPS), one.inputs.court, wire(one.asked_at),
        wire(one.made_at) if one.made_at else "", one.cause, one.detail, one.sha256 if made else "",
        one.length if made else 0, current,
        [MemberView(each.path, each.slot, each.title, each.length, each.path in signed) for each in parts.members(one)]
        if made else [],
    )  # fmt: skip
