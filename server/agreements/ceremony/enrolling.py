"""Human steps of the ceremony that end in certificates: enrol keys, check code and proofs, issue. One person acts once
for all slots that are theirs."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web
from cryptography import x509

from documents import CLERK, EventSubject, Manifest, SignatureRejected, SignerUnavailable, check_drawing
from server.agreements.ceremony import leases, proofs, rules, store
from server.agreements.ceremony.model import Ceremony, Enrolment, Mode, Slot, SlotAct, SlotState
from server.agreements.ceremony.wire import CheckIn, EnrolIn, KeyIn, ProofIn
from server.agreements.errors import AssuranceLow, ConsentMissing, ProofWrong
from server.cases import store as cases
from server.errors import AppError, Invalid, JsonValue, NotFound, Unavailable
from server.ids import new
from server.law.profiles import ASSURANCE, PEOPLE, SEALING_GRACE, enough
from server.lifecycle import advance
from server.people import store as people
from server.people.model import Message
from server.people.rules import mask_phone
from server.sessions import store as sessions
from server.store import journal
from server.store.db import Tx
from server.web import keys

PURPOSE = "ceremony"
STAFF_ASSURANCE = "desk"
"""Staff are known to the committee in person."""


@dataclass(frozen=True)
class Enrolled:
    """Keys were noted and a code is to be sent after the commit."""

    enrolments: list[Enrolment]
    message: Message
    sent_to: str


@dataclass(frozen=True)
class Certified:
    """Slot -> certificate. `problem` is raised after the commit, so that a wrong code is counted."""

    certificates: dict[str, bytes]
    revoked: list[int]
    problem: AppError | None = None


async def enrol(
    tx: Tx, app: web.Application, ceremony: Ceremony, slots: Sequence[Slot], body: EnrolIn, now: datetime
) -> Enrolled:
    """Note a key and a picture for each of one person's open slots, and make one code that fits these slots, manifest
    and keys only.

    Raises ConsentMissing, AssuranceLow, Invalid (key, drawing, slots), CodeLocked, TooMany, IllegalAct.
    """
    first = slots[0]
    await _consented(tx, ceremony, first, body.consent)
    assurance = await _assurance(tx, ceremony, first)
    given = [KeyIn(first.slot, body.spki, body.drawing), *body.beside]
    if [one.slot for one in given] != [slot.slot for slot in slots]:
        raise Invalid({"beside": "value"})
    enrolments = [_enrolment(ceremony, one, assurance, now) for one in given]
    for slot, enrolment in zip(slots, enrolments, strict=True):
        state = advance(rules.SLOT, rules.shown(slot, rules.current(ceremony, now)), SlotAct.ENROL)
        await store.add_enrolment(tx, enrolment)
        if state is SlotState.ENROLLED:
            await store.set_slot(tx, ceremony.id, slot.slot, state)
    digits = await people.issue_code(
        tx, _secret(app, enrolments, ceremony), PURPOSE, _subject(enrolments[0]), now, app[keys.SETTINGS].login
    )
    entry: dict[str, JsonValue] = {"ceremony": ceremony.id, "slot": first.slot, "enrolment": enrolments[0].id}
    entry["consent"] = body.consent
    entry["slots"] = [slot.slot for slot in slots]
    await journal.append(tx, ceremony.case_id, "ceremony.enrol", first.holder, entry, now)
    message, sent_to = await _message(tx, app, ceremony, first, digits, now)
    return Enrolled(enrolments, message, sent_to)


async def code_anew(
    tx: Tx, app: web.Application, ceremony: Ceremony, slots: Sequence[Slot], now: datetime
) -> str | None:
    """Fresh digits for the keys enrolled last, not sent to anybody; None when a slot has none waiting for its code."""
    waiting = [await store.waiting_enrolment(tx, ceremony.id, slot.slot) for slot in slots]
    enrolments = [one for one in waiting if one is not None]
    if len(enrolments) != len(slots):
        return None
    subject = _subject(enrolments[0])
    await people.forget_code(tx, PURPOSE, subject)
    return await people.issue_code(
        tx, _secret(app, enrolments, ceremony), PURPOSE, subject, now, app[keys.SETTINGS].login
    )


def _enrolment(ceremony: Ceremony, given: KeyIn, assurance: str, now: datetime) -> Enrolment:
    try:
        proofs.public_key(given.spki)
    except ValueError:
        raise Invalid({"spki": "value"}, "key_rejected") from None
    try:
        check_drawing(given.drawing)
    except SignatureRejected:
        raise Invalid({"drawing": "value"}, "drawing_rejected") from None
    nonce = secrets.token_hex(16)
    return Enrolment(new("enr"), ceremony.id, given.slot, nonce, given.spki, given.drawing, now, None, None, assurance)


async def check(
    tx: Tx,
    app: web.Application,
    ceremony: Ceremony,
    slots: Sequence[Slot],
    enrolment_id: str,
    body: CheckIn,
    now: datetime,
) -> Certified:
    """Proofs, then the code, then a certificate for each slot; the slots are ready and any former certificate of them
    is revoked.

    Raises NotFound, ProofWrong, AssuranceLow, IllegalAct, Unavailable (the issuer is away; the code stays good).
    """
    given = [ProofIn(enrolment_id, body.proof), *body.beside]
    enrolments = []
    for one in given:
        enrolment = await store.load_enrolment(tx, one.enrolment)
        place = next((slot for slot in slots if enrolment and slot.slot == enrolment.slot), None)
        if enrolment is None or place is None or enrolment.ceremony != ceremony.id or enrolment.revoked_at:
            raise NotFound("enrolment")
        said = proofs.statement(enrolment.nonce, enrolment.slot, ceremony.manifest_sha256, enrolment.spki)
        if not proofs.proven(enrolment.spki, one.proof, said):
            raise ProofWrong
        enrolments.append(enrolment)
    issued = [enrolment.certificate for enrolment in enrolments if enrolment.certificate is not None]
    if len(issued) == len(enrolments):
        return Certified(_by_slot(enrolments, issued), [])
    if [enrolment.slot for enrolment in enrolments] != [slot.slot for slot in slots]:
        raise NotFound("enrolment")
    assurance = await _assurance(tx, ceremony, slots[0])
    current = rules.current(ceremony, now)
    states = [advance(rules.SLOT, rules.shown(slot, current), SlotAct.CHECK) for slot in slots]
    problem = await people.check_code(
        tx, _secret(app, enrolments, ceremony), PURPOSE, _subject(enrolments[0]), body.code, now,
        app[keys.SETTINGS].login,
    )  # fmt: skip
    if problem is not None:
        return Certified({}, [], problem)
    made = [
        await _issue(app, ceremony, slot, enrolment, assurance, now)
        for slot, enrolment in zip(slots, enrolments, strict=True)
    ]
    revoked: list[int] = []
    for slot, enrolment, certificate, state in zip(slots, enrolments, made, states, strict=True):
        revoked += await store.revoke(tx, ceremony.id, now, slot.slot)
        serial = x509.load_der_x509_certificate(certificate).serial_number
        await store.certify_enrolment(tx, enrolment.id, certificate, serial, assurance)
        await store.set_slot(tx, ceremony.id, slot.slot, state, ready_at=now)
        entry: dict[str, JsonValue] = {
            "ceremony": ceremony.id,
            "slot": slot.slot,
            "enrolment": enrolment.id,
            "serial": str(serial),
            "assurance": assurance,
            "revoked": [str(one) for one in revoked],
        }
        await journal.append(tx, ceremony.case_id, "ceremony.ready", slot.holder, entry, now)
    if ceremony.lease is not None and ceremony.lease.slot in {slot.slot for slot in slots}:
        await leases.drop_lease(tx, ceremony.id)
    return Certified(_by_slot(enrolments, made), revoked)


def _by_slot(enrolments: Sequence[Enrolment], certificates: Sequence[bytes]) -> dict[str, bytes]:
    return {one.slot: certificate for one, certificate in zip(enrolments, certificates, strict=True)}


async def _issue(
    app: web.Application, ceremony: Ceremony, slot: Slot, enrolment: Enrolment, assurance: str, now: datetime
) -> bytes:
    """From the authority M names; a clerk is certified in their own name for the hash of the scan."""
    manifest = Manifest.parse(ceremony.manifest)
    clerk = next((one for one in manifest.clerks if one.person == slot.clerk), None)
    if slot.clerk is not None and (clerk is None or slot.paper is None):
        raise NotFound("clerk")
    subject = EventSubject(
        name=clerk.name if clerk else slot.name,
        role=CLERK if clerk else slot.role,
        slot=slot.slot,
        manifest_hash=bytes.fromhex(ceremony.manifest_sha256),
        assurance="desk" if assurance == STAFF_ASSURANCE else "licensed" if assurance == "licensed" else "seen",
        not_before=now.replace(microsecond=0),
        not_after=(ceremony.deadline + SEALING_GRACE).replace(microsecond=0),
        paper=bytes.fromhex(slot.paper) if clerk and slot.paper else None,
        issuing=manifest.issuing,
    )
    try:
        return await asyncio.to_thread(app[keys.ISSUER].issue_event, enrolment.spki, subject)
    except SignerUnavailable as error:
        raise Unavailable(error.code) from error


async def _consented(tx: Tx, ceremony: Ceremony, slot: Slot, consent: bool) -> None:
    """Consent now, and no earlier choice of paper [ESL 3]."""
    if not consent:
        raise ConsentMissing
    chosen = {str(party): esign for party, esign in (await sessions.consents_of_case(tx, ceremony.case_id)).items()}
    if slot.holder in chosen and not chosen[slot.holder]:
        raise ConsentMissing


async def _assurance(tx: Tx, ceremony: Ceremony, slot: Slot) -> str:
    """The level the certificate will name; raises AssuranceLow below what the profile asks of a party."""
    party = (await cases.load(tx, ceremony.case_id)).party(slot.holder)
    if party is None:
        return STAFF_ASSURANCE
    level = party.assurance.value
    if ceremony.mode is Mode.SEPARATE and level == "code":  # the phone is proven anew, the face was seen before freeze
        level = max(level, slot.known, key=ASSURANCE.index)
    if not enough(level, PEOPLE.least_assurance):
        raise AssuranceLow(PEOPLE.least_assurance, level)
    return level


def _secret(app: web.Application, enrolments: Sequence[Enrolment], ceremony: Ceremony) -> bytes:
    pairs = [(one.slot, one.spki) for one in enrolments]
    return proofs.binding(app[keys.SECRET], pairs, ceremony.manifest_sha256)


def _subject(enrolment: Enrolment) -> str:
    """Wrong tries and the pause between codes count for the slot, whichever key is enrolled."""
    return f"{enrolment.ceremony}|{enrolment.slot}"


async def _message(
    tx: Tx, app: web.Application, ceremony: Ceremony, slot: Slot, digits: str, now: datetime
) -> tuple[Message, str]:
    case = await cases.load(tx, ceremony.case_id)
    party = case.party(slot.holder)
    to = party.filed.phone if party else (await people.account(tx, slot.holder)).username
    text = proofs.message(digits, ceremony.number, ceremony.manifest_sha256, app[keys.SETTINGS].centre.name)
    message = Message(
        slot.holder, to, "code", text, now, code=digits, slot=slot.slot, rehearsal=case.rehearsal, case_id=case.id,
        valid_until=now + timedelta(seconds=app[keys.SETTINGS].login.code_valid),
    )  # fmt: skip
    return message, mask_phone(to) if party else to
