"""What a packet's manifest says, beside what is proven in the same packet: the sealed list and its text, the signed
files' own verdicts, the disclosure of the journal. Pure. `five` and `window` are the centre's own words: nothing here
proves them, and nobody should believe them for standing beside what is proven."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from documents.disclosure import Disclosure
from documents.packet import CourtPacket, Listed
from documents.report import Report

SIGNERS = ("person", "organisation", "seal")
AGREEMENT = "调解协议书"
"""Slot of the agreement; one signed by hand is there as a scan."""


class _Section(msgspec.Struct):
    """A part of it."""

    paragraphs: tuple[str, ...] = ()


class _Text(msgspec.Struct):
    """Of the list's own text, what the manifest repeats."""

    before: tuple[_Section, ...] = ()
    journal_head: str = ""


def signers_of(path: str, report: Report) -> list[dict[str, Any]]:
    """Who signed a file, as its manifest must say it."""
    return [
        {
            "path": path, "name": one.name, "role": one.role, "acts_for": one.acts_for, "at": one.at or "",
            "assurance": one.assurance or "", "certificate": one.certificate.sha256 if one.certificate else "",
            "paper": one.paper.sha256 if one.paper else "",
        }
        for one in report.signatures
        if one.kind in SIGNERS
    ]  # fmt: skip


def differs(
    manifest: CourtPacket,
    lines: Sequence[Listed],
    reports: Mapping[str, Report],
    sealed: Report | None,
    text: bytes,
    disclosures: Sequence[Disclosure],
) -> Iterator[str]:
    """Names of the fields that say something else. `lines`: of the list, without the manifest's; `reports`: on its
    signed files; `sealed`, `text`: on the list, attached to it. What is not valid proves nothing, and is not asked."""
    if manifest.files != tuple(lines):
        yield "files"
    yield from _agreement(manifest, lines, reports)
    if [*manifest.signers] != _signers(manifest, reports):
        yield "signers"
    if sealed is None or sealed.number != manifest.number:
        yield "number"
    if sealed is not None and sealed.root is not None and sealed.root.sha256 != manifest.root_sha256:
        yield "root_sha256"
    yield from _list(manifest, text)
    if any(not _in_history(manifest.journal, one) for one in disclosures):
        yield "journal"


def _agreement(manifest: CourtPacket, lines: Sequence[Listed], reports: Mapping[str, Report]) -> Iterator[str]:
    about = manifest.agreement
    line = next((one for one in lines if one.path == about.path), None)
    if line is None or line.slot != AGREEMENT or line.sha256 != about.sha256:
        yield "agreement.sha256"
    own = reports.get(about.path)
    if own is None:
        return
    if own.text_hash and own.text_hash != about.text:
        yield "agreement.text"
    if own.effective_at is not None and own.effective_at != about.effective_at:
        yield "agreement.effective_at"
    if own.verdict == "valid" and own.effect_needs != about.effect_needs:
        yield "agreement.effect_needs"


def _signers(manifest: CourtPacket, reports: Mapping[str, Report]) -> list[dict[str, Any]]:
    """Those of every valid file, by path; of the others what the manifest says stands unproven."""
    found: list[dict[str, Any]] = []
    for path, report in sorted(reports.items()):
        said = [one for one in manifest.signers if one.get("path") == path]
        found += signers_of(path, report) if report.verdict == "valid" else said
    return found


def _list(manifest: CourtPacket, text: bytes) -> Iterator[str]:
    try:
        found = msgspec.json.decode(text, type=_Text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return  # no list of ours: that is told by itself
    if not found.before or f"{manifest.court}：" not in found.before[0].paragraphs:
        yield "court"
    if found.journal_head and found.journal_head != manifest.journal.get("head"):
        yield "journal"


def _in_history(journal: Mapping[str, Any], disclosed: Disclosure) -> bool:
    """Whether the entry of that number, if the disclosure shows it or stamped it, is the one that is named."""
    try:
        shown = {one.seq: one.hash(disclosed.case) for one in disclosed.entries}
    except ValueError:
        return True  # it shows nothing, and its own verdict says so
    stamped = {one.seq: one.head for one in disclosed.anchors} | {one.seq: one.hash for one in disclosed.heads}
    here = {**shown, **stamped}.get(journal.get("seq", 0))
    return here is None or here == journal.get("head")
