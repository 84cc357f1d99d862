"""HTTP doors of attachments: what a party gave for this court, filed by staff one by one. Nothing is taken from the
case by itself."""

from server.agreements import scans
from server.agreements.desk import Desk
from server.confirmation.routes import desk_in_effect
from server.errors import Invalid, JsonValue, NotFound
from server.ids import new
from server.packets import places, store
from server.packets.model import Attachment, AttachmentsFull, Kind
from server.packets.routes import PacketDeskView, labels_of, need_room, view_of
from server.store import journal
from server.store.db import Tx
from server.store.references import named
from server.web.call import Call, Reply, staff
from server.web.routes import Routes

routes = Routes("packets")


@routes.route(
    "POST", "/api/agreements/{id}/attachments", request=bytes, consumes="application/pdf", response=PacketDeskView,
    permit=staff, limit=scans.LIMIT, queries=("kind", "slot", "title", "person"),
    errors=(NotFound, Invalid, AttachmentsFull),
)  # fmt: skip
async def attach(call: Call[bytes]) -> PacketDeskView:
    """File a PDF, JPEG or PNG for the next packet: its kind, a court's slot, a title, and whose it is, if anybody's."""
    media_type, now = scans.type_of(call.body), call.now()
    try:
        kind = Kind(call.query("kind"))
    except ValueError:
        raise Invalid({"kind": "value"}) from None
    title = places.title_of(call.query("title"), call.query("slot"), kind)
    async with call.db.transaction() as tx:
        desk = await desk_in_effect(call, tx)
        person = call.query("person")
        if person and person not in labels_of(desk):
            raise Invalid({"person": "value"})
        need_room(await store.attached(tx, desk.agreement.id), len(call.body))
        digest = await call.blobs.put(call.body)  # in here: who erases the same bytes waits
        one = Attachment(
            new("att"), kind, call.query("slot"), title, person, digest, media_type, len(call.body), call.caller.id, now
        )  # fmt: skip
        await store.attach(tx, desk.agreement.id, one)
        body: dict[str, JsonValue] = {"agreement": desk.agreement.id, "attachment": one.id, "file": digest}
        await journal.append(tx, desk.case.id, "packet.attached", call.caller.id, body, now)
        return await view_of(call, tx, desk)


@routes.route(
    "DELETE", "/api/agreements/{id}/attachments/{attachment}", response=PacketDeskView, permit=staff, errors=(NotFound,)
)  # fmt: skip
async def take_away(call: Call[None]) -> PacketDeskView:
    """Not in the next packet. Its bytes are erased unless a packet holds them."""
    now = call.now()
    async with call.db.transaction() as tx:
        desk = await desk_in_effect(call, tx)
        one = await _one(call, tx, desk)
        held = {
            each.sha256 for packet in await store.of_agreement(tx, desk.agreement.id) for each in packet.inputs.sources
        }
        if one.sha256 in held:
            await store.leave_out(tx, one.id, now)
        else:
            await store.forget(tx, one.id)
            if not await named(tx, one.sha256):
                await call.blobs.remove(one.sha256)
        body: dict[str, JsonValue] = {"agreement": desk.agreement.id, "attachment": one.id}
        await journal.append(tx, desk.case.id, "packet.detached", call.caller.id, body, now)
        return await view_of(call, tx, desk)


@routes.route(
    "GET", "/api/agreements/{id}/attachments/{attachment}", response=bytes, produces="application/pdf", permit=staff,
    errors=(NotFound,),
)  # fmt: skip
async def look(call: Call[None]) -> Reply:
    """The file as it was attached."""
    async with call.db.reading() as tx:
        one = await _one(call, tx, await desk_in_effect(call, tx))
    return Reply(
        await call.blobs.get(one.sha256), headers={"Cache-Control": "private, no-store"}, media_type=one.media_type
    )


async def _one(call: Call[None], tx: Tx, desk: Desk) -> Attachment:
    found = await store.attached(tx, desk.agreement.id)
    one = next((each for each in found if each.id == call.path("attachment")), None)
    if one is None:
        raise NotFound("attachment")
    return one
