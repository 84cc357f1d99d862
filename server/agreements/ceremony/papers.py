"""Slots signed on paper: a clerk named in M files the scan, takes the slot and signs there with a key of their own;
the certificate carries the scan's hash (architecture 3a step 10). The person may still take the slot back."""

from documents import Manifest
from server.agreements import scans
from server.agreements.ceremony import ending, rules, store
from server.agreements.ceremony.model import Ceremony, CeremonyState, Slot, SlotAct
from server.agreements.ceremony.routes import load_for
from server.agreements.ceremony.wire import CeremonyView, ceremony_view
from server.agreements.errors import CeremonyOver
from server.agreements.rooms import tell
from server.cases import store as cases
from server.errors import IllegalAct, Invalid, NotFound, NotPermitted
from server.lifecycle import advance
from server.store import journal
from server.store.db import Tx
from server.web.call import Call, Reply, known, staff
from server.web.routes import Routes

routes = Routes("ceremonies")


@routes.route(
    "POST", "/api/ceremonies/{id}/slots/{slot}/paper", request=bytes, consumes="application/octet-stream",
    response=CeremonyView, permit=staff, limit=scans.LIMIT,
    errors=(NotFound, NotPermitted, CeremonyOver, Invalid, IllegalAct),
)  # fmt: skip
async def take(call: Call[bytes]) -> CeremonyView:
    """File the scan and take the slot: from here the clerk confirms, draws, proves and signs as everybody does."""
    now, app = call.now(), call.request.app
    scans.type_of(call.body)
    async with call.db.reading() as tx:
        await _slot(call, tx)  # before anything is stored
    digest = await call.blobs.put(call.body)
    async with call.db.transaction() as tx:
        ceremony, slot = await _slot(call, tx)
        revoked = await _begin_again(tx, ceremony, slot, call.caller.id, digest, call)
        body = {"ceremony": ceremony.id, "slot": slot.slot, "person": slot.person, "scan": digest}
        await journal.append(tx, ceremony.case_id, "ceremony.paper", call.caller.id, body, now)
    ending.revoke(app, revoked, now)
    await tell(app, ceremony.id)
    return await _answer(call, slot.slot)


@routes.route(
    "POST", "/api/ceremonies/{id}/slots/{slot}/release", response=CeremonyView, permit=staff,
    errors=(NotFound, NotPermitted, CeremonyOver, IllegalAct),
)  # fmt: skip
async def release(call: Call[None]) -> CeremonyView:
    """Give the slot back: its person signs after all."""
    now, app = call.now(), call.request.app
    async with call.db.transaction() as tx:
        ceremony, slot = await _slot(call, tx)
        if slot.clerk != call.caller.id:
            raise NotPermitted("not taken")
        revoked = await _begin_again(tx, ceremony, slot, None, None, call)
        body = {"ceremony": ceremony.id, "slot": slot.slot, "person": slot.person}
        await journal.append(tx, ceremony.case_id, "ceremony.paper_released", call.caller.id, body, now)
    ending.revoke(app, revoked, now)
    if slot.paper:
        await call.blobs.remove(slot.paper)
    await tell(app, ceremony.id)
    return await _answer(call, "")


@routes.route(
    "GET", "/api/ceremonies/{id}/slots/{slot}/paper", response=bytes, produces="application/octet-stream",
    permit=known, errors=(NotFound,),
)  # fmt: skip
async def scan(call: Call[None]) -> Reply:
    """The scan: for staff of the case, and for everybody who signs, whose file names its hash."""
    async with call.db.reading() as tx:
        ceremony = await load_for(call, tx)
    slot = ceremony.named(call.path("slot"))
    if slot is None or slot.paper is None:
        raise NotFound("scan")
    data = await call.blobs.get(slot.paper)
    name = f"{slot.slot}-{slot.paper[:16]}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Reply(data, headers=headers, media_type=scans.type_of(data))


@routes.route(
    "GET", "/api/ceremonies/{id}/slots/{slot}/picture", response=bytes, produces="image/png", permit=known,
    errors=(NotFound,),
)  # fmt: skip
async def picture(call: Call[None]) -> Reply:
    """The filed picture of an organisation's seal, for whoever sets it; without one the browser draws a plain one."""
    async with call.db.reading() as tx:
        ceremony = await load_for(call, tx)
        case = await cases.load(tx, ceremony.case_id)
    slot = ceremony.named(call.path("slot"))
    if slot is None or slot.role != "organisation" or slot.holder != call.caller.id:
        raise NotFound("picture")
    filed = next((one.filed.seal for one in case.people if one.name == slot.name and one.organisation), "")
    if filed in ("", "plain"):
        raise NotFound("picture")
    return Reply(await call.blobs.get(filed), headers={"Cache-Control": "private, no-store"}, media_type="image/png")


async def _slot(call: Call[bytes] | Call[None], tx: Tx) -> tuple[Ceremony, Slot]:
    """A slot the caller may take as a clerk: not their own, nobody else's already."""
    ceremony = await load_for(call, tx)
    slot = ceremony.named(call.path("slot"))
    if slot is None:
        raise NotFound("slot")
    if ceremony.state is not CeremonyState.SIGNING:
        raise CeremonyOver(ceremony.state, ceremony.void_reason)
    clerks = {clerk.person for clerk in Manifest.parse(ceremony.manifest).clerks}
    if call.caller.id not in clerks or slot.person == call.caller.id or slot.clerk not in (None, call.caller.id):
        raise NotPermitted("clerk")
    return ceremony, slot


async def _begin_again(
    tx: Tx, ceremony: Ceremony, slot: Slot, clerk: str | None, paper: str | None, call: Call[bytes] | Call[None]
) -> list[int]:
    """Serial numbers to revoke after the commit. Raises IllegalAct in the middle of a turn and after the signature."""
    lease = rules.current(ceremony, call.now())
    advance(rules.SLOT, rules.shown(slot, lease), SlotAct.TAKE)
    revoked = await store.revoke(tx, ceremony.id, call.now(), slot.slot)
    await store.take_slot(tx, ceremony.id, slot.slot, clerk, paper)
    return revoked


async def _answer(call: Call[bytes] | Call[None], paper: str) -> CeremonyView:
    async with call.db.reading() as tx:
        ceremony = await load_for(call, tx)
    return ceremony_view(ceremony, ceremony.files, call.caller.id, call.now(), paper)
