"""What a court gets: a zip with one sealed list that names every file in it, and a manifest for machines, which that
list names too. The list is a document like an agreement, printed, certified and sealed by the centre alone; what people
read on its pages is what the verifier reads out of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

import msgspec
import rfc8785
from cryptography.hazmat.primitives import hashes

from documents.agreement import DocumentText, Section, Signatory
from documents.paths import unsafe

PACKET_LIST, MANIFEST, KIND = "00_移送清单.pdf", "manifest.json", "packet"
MEMBER = re.compile(r"[0-9]{2}_[^/]+(?:/[^/]+)?|manifest\.json")
COURT_SLOTS = (
    "申请人材料", "被申请人材料", "调解申请书", "送达地址确认书", "调解协议书", "司法确认申请书", "调解笔录", "移送函",
    "权利义务告知书", "保全材料", "鉴定材料", "其他材料",
)  # fmt: skip
"""The names under which courts take uploads."""
TITLE = "司法确认材料移送清单"
OPENING = "现移送下列材料，共{}份。每份材料的名称、类目、长度和摘要如下。"
CLOSING = "收到的文件与本清单所列长度或者摘要不符的，不是本中心移送的文件。"
NOTE = "本清单加盖电子印章后生效。清单自身不列入清单。"
SIGNED, UNSIGNED = "含电子签名", "不含电子签名"
_FACTS = re.compile(rf"类目：(\S+)　长度：(0|[1-9][0-9]*)字节　({SIGNED}|{UNSIGNED})")


class Listed(msgspec.Struct, frozen=True):
    """A file of the packet. `signed`: it is a signed PDF of ours, which must be valid by itself."""

    path: str
    slot: str
    title: str
    sha256: str
    sm3: str
    length: int
    signed: bool


class ListedAgreement(msgspec.Struct, frozen=True):
    """The agreement that the packet is about. `window`: the thirty days, as the centre counted them."""

    path: str
    sha256: str
    text: str
    """Hash of its text."""
    effective_at: str
    effect_needs: tuple[str, ...]
    window: dict[str, Any]


class Verifier(msgspec.Struct, frozen=True):
    """The verifier that travels in the packet."""

    sha256: str
    build: str


class CourtPacket(msgspec.Struct, frozen=True):
    """manifest.json: the facts of the case for machines. Written as RFC 8785 JSON."""

    v: Literal[1]
    kind: Literal["court_packet"]
    case_no: str
    number: str
    made_at: str
    court: str
    agreement: ListedAgreement
    files: tuple[Listed, ...]
    """All but the list and the manifest."""
    signers: tuple[dict[str, Any], ...]
    five: dict[str, Any]
    journal: dict[str, Any]
    """`seq` and `head` of the case's journal."""
    root_sha256: str
    verifier: Verifier


@dataclass(frozen=True)
class Letter:
    """What the list says beside its files."""

    number: str
    committee: str
    court: str
    about: str
    """One sentence: whose case it is and what is asked for."""
    verify_url: str
    frozen_at: str
    journal_head: str = ""
    demo: bool = False


def listed(path: str, slot: str, title: str, content: bytes, *, signed: bool) -> Listed:
    """One line of the list. Raises ValueError for a path, slot or title that it cannot hold."""
    length, digest, other = digests([content])
    line = Listed(path, slot, title, digest, other, length, signed)
    if (
        not MEMBER.fullmatch(path)
        or unsafe([path])
        or path == PACKET_LIST
        or slot not in COURT_SLOTS
        or _read(_section(line)) != line
    ):
        raise ValueError(f"not a line for a packet: {path!r}, {slot!r}, {title!r}")
    return line


def digests(pieces: Iterable[bytes]) -> tuple[int, str, str]:
    """Length, SHA-256 and SM3 of what comes in pieces."""
    length, ours, theirs = 0, sha256(), hashes.Hash(hashes.SM3())
    for piece in pieces:
        length += len(piece)
        ours.update(piece)
        theirs.update(piece)
    return length, ours.hexdigest(), theirs.finalize().hex()


def list_text(letter: Letter, files: Sequence[Listed]) -> DocumentText:
    """What `lay_out` prints as the packet's list; then it is certified and sealed, and nobody else signs it."""
    seal = Signatory("seal", letter.committee, "committee", "（印章）", 9, "seal")
    return DocumentText(
        kind="packet",
        number=letter.number,
        title=TITLE,
        committee=letter.committee,
        place="",
        parties=(),
        before=(Section("", (f"{letter.court}：", letter.about, OPENING.format(len(files)))),),
        clauses=(),
        after=tuple(_section(each) for each in sorted(files, key=lambda each: each.path)),
        closing=(CLOSING,),
        signatories=(seal,),
        verify_url=letter.verify_url,
        demo=letter.demo,
        journal_head=letter.journal_head,
        frozen_at=letter.frozen_at,
        note=NOTE,
    )


def files_of(text: bytes) -> tuple[Listed, ...]:
    """The files that the attached text of a list names. Raises ValueError if it is no list, or none of ours."""
    try:
        found = msgspec.json.decode(text, type=_Text)
        files = tuple(_read(Section(each.heading, each.paragraphs)) for each in found.after)
    except (msgspec.DecodeError, UnicodeDecodeError, LookupError) as error:
        raise ValueError("no list") from error
    paths = [each.path for each in files]
    if found.kind != KIND or not paths or unsafe(paths) or PACKET_LIST in paths:
        raise ValueError("no list")
    return files


def manifest_json(manifest: CourtPacket) -> bytes:
    """The bytes of manifest.json."""
    return rfc8785.dumps(msgspec.to_builtins(manifest))


def read_manifest(content: bytes) -> CourtPacket:
    """Raises ValueError."""
    return msgspec.json.decode(content, type=CourtPacket)


class _Part(msgspec.Struct):
    heading: str
    paragraphs: tuple[str, ...]


class _Text(msgspec.Struct):
    """An attached text, as far as a list is concerned."""

    kind: str
    after: tuple[_Part, ...]


def _section(line: Listed) -> Section:
    facts = f"类目：{line.slot}　长度：{line.length}字节　{SIGNED if line.signed else UNSIGNED}"
    return Section(line.path, (line.title, facts, f"SHA-256：{_grouped(line.sha256)}", f"SM3：{_grouped(line.sm3)}"))


def _read(section: Section) -> Listed:
    """Strictly: what is not written the one way is no line. Raises ValueError."""
    title, facts, ours, theirs = section.paragraphs
    found = _FACTS.fullmatch(facts)
    if found is None:
        raise ValueError(facts)
    digest, other = (words.partition("：")[2].replace(" ", "") for words in (ours, theirs))
    line = Listed(section.heading, found[1], title, digest, other, int(found[2]), found[3] == SIGNED)
    if _section(line) != section or not re.fullmatch(r"[0-9a-f]{128}", digest + other) or line.slot not in COURT_SLOTS:
        raise ValueError(line.path)
    return line


def _grouped(digest: str) -> str:
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
