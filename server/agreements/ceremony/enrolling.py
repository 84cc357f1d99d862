"""Human steps of the ceremony that end in a certificate: enrol a key, check code and proof, issue."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from cryptography import x509

from documents import EventSubject, SignatureRejected, check_drawing
from server.agreements.ceremony import proofs, rules, store
from server.agreements.ceremony.model import Ceremony, Enrolment, Slot, SlotAct, SlotState
from server.agreements.ceremony.wire import CheckIn, EnrolIn
from server.agreements.errors import AssuranceLow, ConsentMissing, ProofWrong
from server.cases import store as cases
from server.errors import AppError, Invalid, JsonValue, NotFound
from server.ids import new
from server.law.profiles import PEOPLE, SEALING_GRACE, enough
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
    """A key was noted and a code is to be sent after the commit."""

    enrolment: Enrolment
    message: Message
    sent_to: str


@dataclass(frozen=True)
class Certified:
    """The certificate of a slot. `problem` is raised after the commit, so that a wrong code is counted."""

    certificate: bytes
    revoked: list[int]
    problem: AppError | None = None


async def enrol(tx: Tx, app: web.Application, ceremony: Ceremony, slot: Slot, body: EnrolIn, now: datetime) -> Enrolled:
    """Note a key and a drawing for a slot and make a code that fits this slot, manifest and key only.

    Raises ConsentMissing, AssuranceLow, Invalid (key, drawing), CodeLocked, TooMany, IllegalAct.
    """
    await _consented(tx, ceremony, slot, body.consent)
    assurance = await _assurance(tx, ceremony, slot)
    try:
        proofs.public_key(body.spki)
    except ValueError:
        raise Invalid({"spki": "value"}, "key_rejected") from None
    try:
        check_drawing(body.drawing)
    except SignatureRejected:
        raise Invalid({"drawing": "value"}, "drawing_rejected") from None
    shown = rules.shown(slot, rules.current(ceremony, now))
    state = advance(rules.SLOT, shown, SlotAct.ENROL)
    enrolment = Enrolment(
        new("enr"), ceremony.id, slot.slot, secrets.token_hex(16), body.spki, body.drawing, now, None, None, assurance
    )
    await store.add_enrolment(tx, enrolment)
    if state is SlotState.ENROLLED:
        await store.set_slot(tx, ceremony.id, slot.slot, state)
    digits = await people.issue_code(
        tx, _secret(app, enrolment, ceremony), PURPOSE, _subject(enrolment), now, app[keys.SETTINGS].login
    )
    entry: dict[str, JsonValue] = {"ceremony": ceremony.id, "slot": slot.slot, "enrolment": enrolment.id}
    entry["consent"] = body.consent
    await journal.append(tx, ceremony.case_id, "ceremony.enrol", slot.person, entry, now)
    message, sent_to = await _message(tx, app, ceremony, slot, digits, now)
    return Enrolled(enrolment, message, sent_to)


async def check(
    tx: Tx, app: web.Application, ceremony: Ceremony, slot: Slot, enrolment_id: str, body: CheckIn, now: datetime
) -> Certified:
    """Proof, then code, then the certificate; the slot is ready and any former certificate of it is revoked.

    Raises NotFound, ProofWrong, AssuranceLow, IllegalAct.
    """
    enrolment = await store.load_enrolment(tx, enrolment_id)
    if enrolment is None or (enrolment.ceremony, enrolment.slot) != (ceremony.id, slot.slot) or enrolment.revoked_at:
        raise NotFound("enrolment")
    said = proofs.statement(enrolment.nonce, slot.slot, ceremony.manifest_sha256, enrolment.spki)
    if not proofs.proven(enrolment.spki, body.proof, said):
        raise ProofWrong
    if enrolment.certificate is not None:
        return Certified(enrolment.certificate, [])
    assurance = await _assurance(tx, ceremony, slot)
    state = advance(rules.SLOT, rules.shown(slot, rules.current(ceremony, now)), SlotAct.CHECK)
    problem = await people.check_code(
        tx, _secret(app, enrolment, ceremony), PURPOSE, _subject(enrolment), body.code, now, app[keys.SETTINGS].login
    )
    if problem is not None:
        return Certified(b"", [], problem)
    certificate = _issue(app, ceremony, slot, enrolment, assurance, now)
    serial = x509.load_der_x509_certificate(certificate).serial_number
    revoked = await store.revoke(tx, ceremony.id, now, slot.slot)
    await store.certify_enrolment(tx, enrolment.id, certificate, serial, assurance)
    await store.set_slot(tx, ceremony.id, slot.slot, state, ready_at=now)
    if ceremony.lease is not None and ceremony.lease.slot == slot.slot:
        await store.drop_lease(tx, ceremony.id)
    entry: dict[str, JsonValue] = {
        "ceremony": ceremony.id,
        "slot": slot.slot,
        "enrolment": enrolment.id,
        "serial": str(serial),
        "assurance": assurance,
        "revoked": [str(one) for one in revoked],
    }
    await journal.append(tx, ceremony.case_id, "ceremony.ready", slot.person, entry, now)
    return Certified(certificate, revoked)


def _issue(
    app: web.Application, ceremony: Ceremony, slot: Slot, enrolment: Enrolment, assurance: str, now: datetime
) -> bytes:
    subject = EventSubject(
        name=slot.name,
        role=slot.role,
        slot=slot.slot,
        manifest_hash=bytes.fromhex(ceremony.manifest_sha256),
        assurance="desk" if assurance == STAFF_ASSURANCE else "licensed" if assurance == "licensed" else "seen",
        not_before=now.replace(microsecond=0),
        not_after=(ceremony.deadline + SEALING_GRACE).replace(microsecond=0),
    )
    return app[keys.AUTHORITY].issue_event(enrolment.spki, subject)


async def _consented(tx: Tx, ceremony: Ceremony, slot: Slot, consent: bool) -> None:
    """Consent now, and no earlier choice of paper [ESL 3]."""
    if not consent:
        raise ConsentMissing
    chosen = {str(party): esign for party, esign in (await sessions.consents_of_case(tx, ceremony.case_id)).items()}
    if slot.person in chosen and not chosen[slot.person]:
        raise ConsentMissing


async def _assurance(tx: Tx, ceremony: Ceremony, slot: Slot) -> str:
    """The level the certificate will name; raises AssuranceLow below what the profile asks of a party."""
    party = (await cases.load(tx, ceremony.case_id)).party(slot.person)
    if party is None:
        return STAFF_ASSURANCE
    if not enough(party.assurance.value, PEOPLE.least_assurance):
        raise AssuranceLow(PEOPLE.least_assurance, party.assurance.value)
    return party.assurance.value


def _secret(app: web.Application, enrolment: Enrolment, ceremony: Ceremony) -> bytes:
    return proofs.binding(app[keys.SECRET], enrolment.slot, ceremony.manifest_sha256, enrolment.spki)


def _subject(enrolment: Enrolment) -> str:
    """Wrong tries and the pause between codes count for the slot, whichever key is enrolled."""
    return f"{enrolment.ceremony}|{enrolment.slot}"


async def _message(
    tx: Tx, app: web.Application, ceremony: Ceremony, slot: Slot, digits: str, now: datetime
) -> tuple[Message, str]:
    case = await cases.load(tx, ceremony.case_id)
    party = case.party(slot.person)
    to = party.filed.phone if party else (await people.account(tx, slot.person)).username
    text = proofs.message(digits, ceremony.number, ceremony.manifest_sha256, app[keys.SETTINGS].centre.name)
    message = Message(slot.person, to, "code", text, now, code=digits, slot=slot.slot, rehearsal=case.rehearsal)
    return message, mask_phone(to) if party else to
