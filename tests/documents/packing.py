"""A court packet in small: an agreement signed by all, a scan, a page to read, the manifest and the sealed list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from documents import lay_out, packet, verify
from documents.archive import write
from documents.errors import UnreadablePdf
from documents.packet import MANIFEST, PACKET_LIST, CourtPacket, Letter, Listed, ListedAgreement, Verifier
from documents.packet_facts import signers_of
from tests.documents.ceremony import Ceremony
from tests.documents.texts import COMMITTEE, FONTS

AGREEMENT, SCAN, PAGE = "02_调解协议书.pdf", "04_身份证明/甲方身份证.jpg", "12_离线核验.html"
LETTER = Letter(
    number="(2026)嘉南人调字第0102号移1",
    committee=COMMITTEE,
    court="嘉南市嘉南区人民法院",
    about="林秀珍与陈国栋漏水纠纷一案，双方共同申请司法确认调解协议。",
    verify_url="https://hejie.example.cn/verify",
    frozen_at="2026-11-20T08:00:00Z",
    demo=True,
)
Change = Callable[[CourtPacket], CourtPacket]


@dataclass(frozen=True)
class Packed:
    """All members of one packet, the list too, and the ceremony of its agreement."""

    ceremony: Ceremony
    members: dict[str, bytes]

    @property
    def zip(self) -> bytes:
        return write(self.members)

    @property
    def trust(self) -> list[bytes]:
        return [self.ceremony.authority.root_pem]

    @property
    def now(self) -> datetime:
        return self.ceremony.clock()

    def without(self, *paths: str, **more: bytes) -> bytes:
        return write({path: content for path, content in self.members.items() if path not in paths} | more)


async def packed(
    ceremony: Ceremony,
    agreement: bytes,
    more: Mapping[str, bytes] | None = None,
    change: Change = lambda manifest: manifest,
    leave_out: frozenset[str] = frozenset(),
    letter: Letter = LETTER,
) -> Packed:
    """`leave_out`: paths that the list does not name although they are there."""
    members = {AGREEMENT: agreement, SCAN: b"\xff\xd8\xff" + bytes(5000), PAGE: b"<!doctype html>", **(more or {})}
    lines = [_line(path, members[path]) for path in sorted(members)]
    report = verify(agreement, [ceremony.authority.root_pem], ceremony.clock())
    about = next(line for line in lines if line.path == AGREEMENT)
    manifest = CourtPacket(
        v=1,
        kind="court_packet",
        case_no="(2026)嘉南人调字第0102号",
        number=letter.number,
        made_at="2026-11-20T08:30:00Z",
        court=letter.court,
        agreement=ListedAgreement(
            AGREEMENT,
            about.sha256,
            report.text_hash or "",
            report.effective_at or "",
            report.effect_needs,
            {"days": 30},
        ),
        files=tuple(lines),
        signers=tuple(
            signer
            for path in sorted(members)
            if path.endswith(".pdf")
            for signer in _signers(path, members[path], ceremony)
        ),
        five={},
        journal={"seq": 41, "head": "cd" * 32},
        root_sha256=report.root.sha256 if report.root else "",
        verifier=Verifier("ef" * 32, "build"),
    )
    members[MANIFEST] = packet.manifest_json(change(manifest))
    lines.append(_line(MANIFEST, members[MANIFEST]))
    members[PACKET_LIST] = await _list(ceremony, letter, [line for line in lines if line.path not in leave_out])
    return Packed(ceremony, members)


async def _list(ceremony: Ceremony, letter: Letter, lines: list[Listed]) -> bytes:
    text = packet.list_text(letter, lines)
    made = await Ceremony.begin(
        Path(),
        clock=ceremony.clock,
        text=text,
        r0=lay_out(text, FONTS).pdf,
        authority=ceremony.authority,
    )
    return await made.seal(made.f)


def _signers(path: str, pdf: bytes, ceremony: Ceremony) -> list[dict[str, Any]]:
    try:
        return signers_of(path, verify(pdf, [ceremony.authority.root_pem], ceremony.clock()))
    except UnreadablePdf:
        return []


def _line(path: str, content: bytes) -> Listed:
    slot = "调解协议书" if path == AGREEMENT else "其他材料"
    return packet.listed(path, slot, path.rpartition("/")[2], content, signed=path.endswith(".pdf"))
