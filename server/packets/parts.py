"""What a packet is made of, piece by piece: pure of the database but for finding the bytes of what entered."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import msgspec

from documents import (
    Abroad,
    Authority,
    CourtPacket,
    Fonts,
    Letter,
    Listed,
    ListedAgreement,
    Report,
    TimeStamper,
    Verifier,
    certify,
    lay_out,
    list_text,
    manifest_json,
    report_pdf,
    seal,
    verify,
)
from server.agreements.ceremony.released import lies_in
from server.clock import wire
from server.packets.model import Packet
from server.store.blobs import Blobs
from server.store.db import Database

SLOT = "seal"


@dataclass(frozen=True)
class Member:
    """One file of a packet that is made, as its list names it; `length` in bytes."""

    path: str
    slot: str
    title: str
    length: int


def members(packet: Packet) -> tuple[Member, ...]:
    """All but the list itself, in the order of the list; empty until the packet is made."""
    return tuple(Member(one.path, one.slot, one.title, one.length) for one in packet.lines)


async def content(db: Database, blobs: Blobs, digest: str) -> bytes:
    """A file that entered, also where it was renewed since. Raises NotFound."""
    async with db.reading() as tx:
        found = await lies_in(tx, digest)
    name, length = found or (digest, 0)
    whole = await blobs.get(name)
    return whole[:length] if length else whole


def judged(pdf: bytes, anchors: Sequence[bytes], at: datetime, fonts: Fonts) -> tuple[Report, bytes, bytes]:
    """The verdict on a signed file, printed and for machines. Blocking. Raises FontUnavailable."""
    report = verify(pdf, anchors, at)
    return report, report_pdf(report, at, fonts), msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n"


def manifest(packet: Packet, lines: Sequence[Listed], reports: Mapping[str, Report], root: bytes) -> bytes:
    """manifest.json; `reports` are those on its signed files, by path, `root` is what the list's seal leads to."""
    inputs = packet.inputs
    agreement = next(one for one in lines if one.path == inputs.agreement)
    own, page = reports.get(agreement.path), next(one for one in lines if one.path.endswith(".html"))
    return manifest_json(
        CourtPacket(
            v=1,
            kind="court_packet",
            case_no=inputs.case_no,
            number=packet.number,
            made_at=wire(packet.asked_at),
            court=inputs.court,
            agreement=ListedAgreement(
                agreement.path,
                agreement.sha256,
                (own.text_hash if own else None) or inputs.text,
                (own.effective_at if own else None) or inputs.effective_at,
                inputs.effect_needs,
                inputs.window,
            ),
            files=tuple(lines),
            signers=tuple(signer for path, report in sorted(reports.items()) for signer in _signers(path, report)),
            five=dict(inputs.five),
            journal={"seq": packet.journal_seq, "head": packet.journal_head},
            root_sha256=sha256(root).hexdigest(),
            verifier=Verifier(page.sha256, inputs.build),
        )
    )


def _signers(path: str, report: Report) -> list[dict[str, str]]:
    return [
        {
            "path": path, "name": one.name, "role": one.role, "acts_for": one.acts_for, "at": one.at or "",
            "assurance": one.assurance or "", "certificate": one.certificate.sha256 if one.certificate else "",
            "paper": one.paper.sha256 if one.paper else "",
        }
        for one in report.signatures
        if one.kind in ("person", "organisation", "seal")
    ]  # fmt: skip


@dataclass(frozen=True)
class Press:
    """What a list is printed and sealed with."""

    authority: Authority
    tsa: TimeStamper
    abroad: Abroad
    fonts: Fonts
    image: bytes

    @property
    def root(self) -> bytes:
        """DER of what the seal leads to."""
        return self.authority.chain_above(self.authority.seal.der)[-1]

    def sealed(self, packet: Packet, lines: Sequence[Listed]) -> bytes:
        """The list: other bytes each time. Blocking. Raises DocumentError."""
        inputs = packet.inputs
        letter = Letter(
            number=packet.number,
            committee=inputs.committee,
            court=inputs.court,
            about=inputs.about,
            verify_url=inputs.verify_url,
            frozen_at=wire(packet.asked_at),
            journal_head=packet.journal_head,
            demo=inputs.demo,
        )
        return asyncio.run(self._sealed(lay_out(list_text(letter, lines), self.fonts).pdf, packet.journal_head))

    async def _sealed(self, printed: bytes, head: str) -> bytes:
        certified = await certify(printed, self.authority, self.tsa)
        return await seal(certified, SLOT, self.authority, self.tsa, self.image, head, (), self.abroad)
