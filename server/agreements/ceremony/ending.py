"""How a ceremony ends without files: refusal, deadline, reopening. Certificates are revoked, revisions erased, the
number stays taken and is listed as void; hashes remain in the journal."""

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import datetime

from aiohttp import web

from documents import DocumentError, EventIssuer
from server.agreements import store as agreements
from server.agreements.ceremony import rules, store
from server.agreements.ceremony.model import Ceremony, CeremonyAct
from server.agreements.desk import conclude
from server.agreements.model import Act, State
from server.agreements.rules import table
from server.cases import store as cases
from server.law.profiles import PROFILES
from server.lifecycle import advance
from server.store import journal
from server.store.db import Database, Tx
from server.web import keys
from signaling.tasks import spawn

log = logging.getLogger(__name__)
SERVER = "server"
OUTCOME = {
    CeremonyAct.REFUSE: Act.REFUSE,
    CeremonyAct.EXPIRE: Act.EXPIRE,
    CeremonyAct.REOPEN: Act.REOPEN,
}
"""What the end of the ceremony means for its agreement."""


@dataclass(frozen=True)
class Remains:
    """What `clean` does away with after the commit: certificates, sealed files that were not released, scans."""

    serials: list[int]
    blobs: list[str]
    at: datetime


async def void(tx: Tx, ceremony: Ceremony, act: CeremonyAct, reason: str, actor: str, at: datetime) -> Remains:
    """Void ceremony and number, move the agreement on.

    Raises IllegalAct where the ceremony, or the agreement, no longer permits it.
    """
    state = advance(rules.CEREMONY, ceremony.state, act)
    agreement = await agreements.load(tx, ceremony.agreement_id)
    if agreement is None:
        raise LookupError(ceremony.agreement_id)
    after = advance(table(PROFILES[agreement.profile]), agreement.state, OUTCOME[act])
    serials = await store.revoke(tx, ceremony.id, at)
    hashes = await store.revision_hashes(tx, ceremony.id)
    await store.erase(tx, ceremony.id)
    await store.set_state(tx, ceremony.id, state, void_reason=reason)
    await agreements.void_number(tx, ceremony.number, at)
    kept = ceremony.id if after is State.VOID else None
    number = ceremony.number if after is State.VOID else None
    await agreements.save(tx, replace(agreement, state=after, ceremony=kept, number=number, text_hash=None))
    await journal.append(
        tx,
        ceremony.case_id,
        "ceremony.void",
        actor,
        {
            "ceremony": ceremony.id,
            "agreement": agreement.id,
            "number": ceremony.number,
            "manifest": ceremony.manifest_sha256,
            "reason": reason,
            "revisions": [{"file": file, "n": n, "sha256": sha256} for file, n, sha256 in hashes],
            "revoked": [str(serial) for serial in serials],
        },
        at,
    )
    if after is State.VOID:
        await conclude(tx, await cases.load(tx, ceremony.case_id), actor, at)
    scans = [slot.paper for slot in ceremony.slots if slot.paper]
    return Remains(serials, [*await store.pending_of(tx, ceremony.id), *scans], at)


def revoke(app: web.Application, serials: list[int], at: datetime) -> None:
    """After the commit: the authority answers `revoked` from now on, and a licensed one is told."""
    tell_revoked(app, [(serial, at) for serial in serials])


def tell_revoked(app: web.Application, revoked: list[tuple[int, datetime]]) -> None:
    """Also at start, from the database."""
    for serial, at in revoked:
        app[keys.AUTHORITY].revoke(serial, at)
    if revoked and app[keys.ISSUER] is not app[keys.AUTHORITY]:
        spawn(asyncio.to_thread(_tell, app[keys.ISSUER], revoked), name="issuer.revoke")


def _tell(issuer: EventIssuer, revoked: list[tuple[int, datetime]]) -> None:
    """A licensed authority that is away hears of it at our next start; until then our own seal refuses these people."""
    for serial, at in revoked:
        try:
            issuer.revoke(serial, at)
        except DocumentError as error:
            log.warning("issuer.revoke_failed", extra={"cause": error.detail})


async def clean(app: web.Application, remains: Remains) -> None:
    """After the commit of `void`."""
    revoke(app, remains.serials, remains.at)
    for sha256 in remains.blobs:
        await app[keys.BLOBS].remove(sha256)


async def expire(app: web.Application, ceremony_id: str) -> bool:
    """Void a ceremony whose time has run out; False when it has not (or has ended already)."""
    db: Database = app[keys.DB]
    now = app[keys.CLOCK]()
    async with db.transaction() as tx:
        ceremony = await store.load(tx, ceremony_id)
        reason = rules.due(ceremony, now) if ceremony else None
        if ceremony is None or reason is None:
            return False
        remains = await void(tx, ceremony, CeremonyAct.EXPIRE, reason, SERVER, now)
    await clean(app, remains)
    return True
