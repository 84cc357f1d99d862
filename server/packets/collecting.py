"""What goes into a packet as it is: taken by a list from the released files of the ceremony, or the scan of what was
signed by hand, and from what staff attached. Nothing else of a case is asked here."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from aiohttp import web

from server.agreements.ceremony.released import released_set
from server.agreements.desk import Desk
from server.agreements.model import State as AgreementState
from server.clock import wire
from server.errors import IllegalAct
from server.law.confirmation import Window
from server.law.sources import spelled
from server.packets import places, store
from server.packets.model import Inputs, Source, VerifierMissing
from server.people.model import BUILD
from server.store.db import Tx
from server.web import keys

OFFLINE = "offline.html"
ABOUT = (
    "{names}纠纷一案，经本中心主持调解达成{number}调解协议，各方就该协议共同申请司法确认。"
    "含电子签名的材料由签署人在线签署；不含电子签名的材料由申请人自行选择提交，或者由系统制作。"
)


async def collect(app: web.Application, tx: Tx, desk: Desk, window: Window, court: str, page: bytes) -> Inputs:
    """The inputs of a packet asked for now. `page` is the offline verifier. Raises IllegalAct before all is signed."""
    agreement, settings, matter = desk.agreement, app[keys.SETTINGS], desk.matter
    if agreement.state is not AgreementState.COMPLETE or agreement.effective_at is None or agreement.number is None:
        raise IllegalAct(agreement.state, "packet", (AgreementState.COMPLETE,))
    papers = await _papers(tx, desk)
    verifier = Source(places.VERIFIER, places.OTHER, places.VERIFIER_TITLE, hashlib.sha256(page).hexdigest())
    sources = (*papers, *places.attached(await store.attached(tx, agreement.id)), verifier)
    about = next(one for one in papers if one.slot == places.AGREEMENT)
    return Inputs(
        case_no=desk.case.number,
        number=agreement.number,
        court=court,
        committee=matter.committee,
        about=ABOUT.format(names="、".join(one.name for one in matter.parties), number=agreement.number),
        verify_url=f"{settings.http.origin}/verify",
        demo=settings.demo,
        sources=tuple(sorted(sources, key=lambda one: one.path)),
        agreement=about.path,
        text=agreement.text_hash or "",
        effective_at=wire(agreement.effective_at),
        effect_needs=tuple(sorted(desk.profile.effect_needs)),
        window=_days(window),
        five=_five(desk),
        build=app[BUILD],
    )


async def _papers(tx: Tx, desk: Desk) -> Sequence[Source]:
    paper = desk.agreement.paper
    if paper is not None:
        return [places.scan(paper.scan_sha256, paper.scan_type, desk.profile.document_title)]
    return places.signed(await released_set(tx, desk.agreement.ceremony or ""))


def offline_page(dist: Path) -> bytes:
    """The verifier as it was built; blocking. Raises VerifierMissing."""
    try:
        return (dist / OFFLINE).read_bytes()
    except OSError:
        raise VerifierMissing(f"no {OFFLINE} in the built browser app") from None


def _days(window: Window) -> dict[str, Any]:
    days = {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(window).items()}
    return days | {"article": spelled("CPL 205")}


def _five(desk: Desk) -> dict[str, str]:
    """人、事、地、时、因, as far as they stand in what everybody signed."""
    facts, dispute = desk.case.facts, desk.terms.dispute
    read = f"{dispute.facts}\n{dispute.issues}\n{dispute.responsibility}"
    told = {"time": facts.time, "place": facts.place, "cause": facts.cause}
    people = "、".join(one.name for one in desk.matter.parties)
    return {name: text if text in read else "" for name, text in told.items()} | {
        "people": people, "event": dispute.facts,
    }  # fmt: skip
