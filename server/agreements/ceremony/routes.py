"""HTTP doors of the ceremony. Until `complete` no door here gives out a revision, but F to participants and the update
bytes to the holder of a turn."""

from collections.abc import Sequence
from typing import Any

from documents import Manifest
from server.agreements.ceremony import ending, enrolling, proofs, rules, sealing, signing, store
from server.agreements.ceremony.further import openable
from server.agreements.ceremony.model import Ceremony, CeremonyAct, CeremonyState, Slot, SlotAct, SlotState
from server.agreements.ceremony.wire import (
    CeremonyView,
    CertifiedView,
    CheckIn,
    ConfirmIn,
    EnrolIn,
    EnrolmentView,
    NonceView,
    RefuseIn,
    SignedView,
    SignIn,
    SlotCertificate,
    TurnIn,
    TurnView,
    ceremony_view,
)
from server.agreements.desk import admit
from server.agreements.errors import (
    AssuranceLow,
    CeremonyOver,
    ConsentMissing,
    ManifestDiffers,
    NotYourTurn,
    ProofWrong,
    SignatureRefused,
    StaleLease,
)
from server.agreements.rooms import tell
from server.cases import store as cases
from server.errors import IllegalAct, Invalid, NotFound, NotPermitted, TooMany, Unavailable
from server.lifecycle import advance
from server.people.model import DELIVERY, CodeExpired, CodeLocked, CodeWrong
from server.store import journal
from server.store.db import Tx
from server.web.call import Call, Reply, known
from server.web.routes import Routes

routes = Routes("ceremonies")
ENROL_LIMIT = 512 * 1024


@routes.route("GET", "/api/ceremonies/{id}", response=CeremonyView, permit=known, queries=("slot",), errors=(NotFound,))
async def show(call: Call[None]) -> CeremonyView:
    """Who is how far, and the files once they are released."""
    return await _answer(call)


@routes.route(
    "GET", "/api/ceremonies/{id}/manifest", response=bytes, produces="application/json", permit=known,
    errors=(NotFound,),
)  # fmt: skip
async def manifest(call: Call[None]) -> Reply:
    """M, byte for byte as it is hashed."""
    async with call.db.reading() as tx:
        ceremony = await load_for(call, tx)
    return Reply(ceremony.manifest, media_type="application/json")


@routes.route(
    "GET", "/api/ceremonies/{id}/files/{file}/frozen", response=bytes, produces="application/pdf", permit=known,
    errors=(NotFound,),
)  # fmt: skip
async def frozen(call: Call[None]) -> Reply:
    """F: certified and unsigned."""
    async with call.db.reading() as tx:
        ceremony = await load_for(call, tx)
        mine = openable(ceremony.files, await cases.load(tx, ceremony.case_id), call.caller)
        found = await store.frozen(tx, ceremony.id, call.path("file"))
    if found is None or all(one.id != call.path("file") for one in mine):
        raise NotFound("file")
    return Reply(found, media_type="application/pdf")


@routes.route(
    "POST", "/api/ceremonies/{id}/confirm", request=ConfirmIn, response=CeremonyView, permit=known, queries=("slot",),
    errors=(NotFound, NotPermitted, ManifestDiffers, CeremonyOver),
)  # fmt: skip
async def confirm(call: Call[ConfirmIn]) -> CeremonyView:
    """The caller looked at exactly the files of this manifest."""
    await _run_out(call)
    async with call.db.transaction() as tx:
        ceremony, own = await _own(call, tx, call.body.manifest)
        for slot in own:
            if slot.state is SlotState.WAITING:
                state = advance(rules.SLOT, slot.state, SlotAct.CONFIRM)
                await store.set_slot(tx, ceremony.id, slot.slot, state, confirmed_at=call.now())
                body = {"ceremony": ceremony.id, "slot": slot.slot, "manifest": ceremony.manifest_sha256}
                await journal.append(tx, ceremony.case_id, "ceremony.confirm", slot.holder, body, call.now())
    await tell(call.request.app, ceremony.id)
    return await _answer(call)


@routes.route(
    "POST", "/api/ceremonies/{id}/enrolments", request=EnrolIn, response=EnrolmentView, permit=known, queries=("slot",),
    limit=ENROL_LIMIT,
    errors=(
        NotFound, NotPermitted, ManifestDiffers, CeremonyOver, ConsentMissing, AssuranceLow, Invalid, IllegalAct,
        CodeLocked, TooMany, Unavailable,
    ),
)  # fmt: skip
async def enrol(call: Call[EnrolIn]) -> EnrolmentView:
    """Note a key made in the caller's browser and send the code that confirms it."""
    app = call.request.app
    await _run_out(call)
    async with call.db.transaction() as tx:
        ceremony, own = await _own(call, tx, call.body.manifest)
        enrolled = await enrolling.enrol(tx, app, ceremony, open_slots(own), call.body, call.now())
    await app[DELIVERY].send(enrolled.message)
    await tell(app, ceremony.id)
    return EnrolmentView(
        enrolment=enrolled.enrolments[0].id,
        nonce=enrolled.enrolments[0].nonce,
        sent_to=enrolled.sent_to,
        resend_after=call.settings.login.code_resend,
        digits=proofs.digits(ceremony.manifest_sha256),
        beside=[NonceView(one.slot, one.id, one.nonce) for one in enrolled.enrolments[1:]],
    )


@routes.route(
    "POST", "/api/ceremonies/{id}/enrolments/{enrolment}/check", request=CheckIn, response=CertifiedView,
    permit=known, queries=("slot",),
    errors=(
        NotFound, NotPermitted, CeremonyOver, ProofWrong, AssuranceLow, IllegalAct, CodeWrong, CodeLocked, CodeExpired,
    ),
)  # fmt: skip
async def check(call: Call[CheckIn]) -> CertifiedView:
    """Code and proof against a certificate for this ceremony; the slot is ready."""
    app, now = call.request.app, call.now()
    await _run_out(call)
    async with call.db.transaction() as tx:
        ceremony, own = await _own(call, tx)
        done = await enrolling.check(tx, app, ceremony, open_slots(own), call.path("enrolment"), call.body, now)
    if done.problem is not None:
        raise done.problem
    ending.revoke(app, done.revoked, now)
    await tell(app, ceremony.id)
    (_, first), *others = done.certificates.items()
    beside = [SlotCertificate(slot, certificate) for slot, certificate in others]
    return CertifiedView(first, Manifest.parse(ceremony.manifest).issuing, SlotState.READY, beside)


@routes.route(
    "POST", "/api/ceremonies/{id}/turn", request=TurnIn, response=TurnView, permit=known, queries=("slot",),
    errors=(NotFound, NotPermitted, ManifestDiffers, CeremonyOver, NotYourTurn),
)  # fmt: skip
async def turn(call: Call[TurnIn]) -> TurnView:
    """A lease and the bytes to sign, when it is the caller's turn."""
    await _run_out(call)
    async with call.db.transaction() as tx:
        ceremony, own = await _own(call, tx, call.body.manifest)
        named = [slot for slot in own if slot.slot == call.body.slot]
        answer = await signing.take_turn(tx, ceremony, (named or open_slots(own))[0], call.now())
    await tell(call.request.app, ceremony.id)
    return answer


@routes.route(
    "POST", "/api/ceremonies/{id}/turns/{lease}", request=SignIn, response=SignedView, permit=known, queries=("slot",),
    errors=(NotFound, NotPermitted, CeremonyOver, StaleLease, SignatureRefused, Invalid, Unavailable),
)  # fmt: skip
async def sign(call: Call[SignIn]) -> SignedView:
    """Take back the signatures of a turn; the same lease again gets the same answer."""
    app, now = call.request.app, call.now()
    await _run_out(call)
    async with call.db.reading() as tx:
        ceremony, own = await _own(call, tx, over=True)
        held = await signing.hold(tx, ceremony, own, call.path("lease"), call.body, now)
    if isinstance(held, SignedView):
        return held
    accepted = await signing.judge(app, held, call.body, now)
    async with call.db.transaction() as tx:
        answer, last = await signing.keep(tx, held, accepted, call.now())
    if last:
        sealing.start(app, ceremony.id)
    await tell(app, ceremony.id)
    return answer


@routes.route(
    "POST", "/api/ceremonies/{id}/refuse", request=RefuseIn, response=CeremonyView, permit=known, queries=("slot",),
    errors=(NotFound, NotPermitted, CeremonyOver),
)  # fmt: skip
async def refuse(call: Call[RefuseIn]) -> CeremonyView:
    """Not signing voids the ceremony for all; there is no penalty."""
    app, now = call.request.app, call.now()
    await _run_out(call)
    async with call.db.transaction() as tx:
        ceremony, own = await _own(call, tx)
        if not rules.may_refuse(ceremony, own) or call.query("slot"):
            raise NotPermitted("signed already")
        remains = await ending.void(tx, ceremony, CeremonyAct.REFUSE, "refused", own[0].person, now)
        await store.note_refusal(tx, ceremony.id, own[0].person, call.body.reason)
    await ending.clean(app, remains)
    await tell(app, ceremony.id)
    return await _answer(call)


async def _run_out(call: Call[Any]) -> None:
    """Void the ceremony now if its time is over; the background look comes only every few seconds."""
    ceremony_id = call.path("id")
    async with call.db.reading() as tx:
        found = await store.clock_of(tx, ceremony_id)
    if found and rules.run_out(*found, call.now()) and await ending.expire(call.request.app, ceremony_id):
        await tell(call.request.app, ceremony_id)


async def _answer(call: Call[Any]) -> CeremonyView:
    await _run_out(call)
    async with call.db.reading() as tx:
        ceremony = await load_for(call, tx)
        mine = openable(ceremony.files, await cases.load(tx, ceremony.case_id), call.caller)
    return ceremony_view(ceremony, mine, call.caller.id, call.now(), call.query("slot"))


async def load_for(call: Call[Any], tx: Tx) -> Ceremony:
    """The ceremony for a participant: somebody with a slot, or staff of the case; NotFound for everybody else."""
    ceremony = await store.load(tx, call.path("id"))
    if ceremony is None:
        raise NotFound("ceremony")
    await admit(tx, await cases.load(tx, ceremony.case_id), call.caller)
    if call.caller.kind != "staff" and all(slot.person != call.caller.id for slot in ceremony.slots):
        raise NotFound("ceremony")
    return ceremony


async def _own(
    call: Call[Any], tx: Tx, confirmed: str | None = None, *, over: bool = False
) -> tuple[Ceremony, tuple[Slot, ...]]:
    """The ceremony and the slots the caller acts for: their own, or with `?slot=` the one they took as a clerk.
    `confirmed` must be its H(M). Raises CeremonyOver unless `over`."""
    ceremony = await load_for(call, tx)
    own = ceremony.held_by(call.caller.id, call.query("slot"))
    if not own:
        raise NotPermitted("no slot")
    if not over and ceremony.state is not CeremonyState.SIGNING:
        raise CeremonyOver(ceremony.state, ceremony.void_reason)
    if confirmed is not None and confirmed != ceremony.manifest_sha256:
        raise ManifestDiffers
    return ceremony, own


def open_slots(own: Sequence[Slot]) -> tuple[Slot, ...]:
    """Those still to be signed; all of them when none is, so that the state is what refuses."""
    return tuple(slot for slot in own if slot.state is not SlotState.SIGNED) or tuple(own)
