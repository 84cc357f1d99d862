"""The verdict on a court packet: the sealed list decides which files belong to it, every file must be the one it names,
and every signed one must be valid by itself. The manifest is believed as far as the list vouches for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from mmap import mmap

import msgspec

from documents import archive, packet
from documents.archive import PIECE, Member, Refused
from documents.errors import UnreadablePdf
from documents.packet import MANIFEST, PACKET_LIST, CourtPacket, Listed
from documents.paths import shown
from documents.report import ORDER, Report, Verdict
from documents.verify import examine

MAX_SIGNED = 16 * 1024 * 1024
"""Bytes of a member that is judged; one of ours has less than one million."""
AGREEMENT = "调解协议书"
"""Slot of the agreement; one signed by hand is there as a scan."""
BREAKS: dict[str, Verdict] = {
    # the zip
    "not_a_packet": "cannot_tell",
    "packet_limits": "cannot_tell",
    "packet_form": "cannot_tell",
    "packet_damaged": "invalid",
    "names_unsafe": "invalid",
    # the list and what it names
    "list_broken": "invalid",
    "member_changed": "invalid",
    "member_extra": "invalid",
    "member_missing": "incomplete",
    "manifest_differs": "invalid",
    # a signed member's own verdict, the list's too
    "member_invalid": "invalid",
    "member_incomplete": "incomplete",
    "member_unknown_issuer": "unknown_issuer",
    "member_cannot_tell": "cannot_tell",
}
"""Every reason there is, and what it makes of the packet."""


class PacketReason(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why the verdict is not `valid`; `detail` is the path of a member, or what showed it."""

    code: str
    detail: str | None = None


class FileReport(msgspec.Struct, frozen=True):
    """A file of the list. The three comparisons are None where the file is not there."""

    path: str
    slot: str
    title: str
    length: int
    sha256: str
    sm3: str
    signed: bool
    length_ok: bool | None
    sha256_ok: bool | None
    sm3_ok: bool | None
    report: Report | None
    """The strict verdict on a signed one."""


class PacketReport(msgspec.Struct, frozen=True, tag_field="form", tag="packet"):
    """The whole judgement; JSON of it is the answer of POST /api/verify and of `verify --json` to a zip."""

    verdict: Verdict
    reasons: tuple[PacketReason, ...]
    """Empty iff the verdict is `valid`."""
    sha256: str
    length: int
    repacked: bool
    """Packed anew by somebody: what it holds is judged all the same."""
    list: Report | None
    """The verdict on the list itself, which is a signed document too; `number` and `root` are there."""
    files: tuple[FileReport, ...]
    manifest: CourtPacket | None
    """Facts of the case, if the list vouches for them."""


def verify_packet(
    data: bytes | mmap, trust: Sequence[bytes] = (), at: datetime | None = None, status: Sequence[bytes] = ()
) -> PacketReport:
    """Judge a zip, with the same anchors as a file. CPU work: not for the event loop, and in a child process for files
    of strangers. Raises MemoryError, ValueError if `trust` or `status` hold other things."""
    return _Verdict(data, trust, at or datetime.now(UTC), status).run()


@dataclass
class _Verdict:
    """One packet on its way to a report."""

    data: bytes | mmap
    trust: Sequence[bytes]
    now: datetime
    status: Sequence[bytes]
    reasons: list[PacketReason] = field(default_factory=list)
    files: list[FileReport] = field(default_factory=list)
    sealed: Report | None = None
    manifest: CourtPacket | None = None

    def run(self) -> PacketReport:
        repacked = False
        try:
            found = archive.read(self.data)
            repacked = found.repacked
            self._judge({member.path: member for member in found.members})
        except Refused as error:
            self._add(error.code, error.detail)
        order = {verdict: rank for rank, verdict in enumerate(ORDER)}
        reasons = sorted(self.reasons, key=lambda each: order[BREAKS[each.code]])
        return PacketReport(
            verdict=BREAKS[reasons[0].code] if reasons else "valid",
            reasons=tuple(reasons),
            sha256=self._digest(),
            length=len(self.data),
            repacked=repacked,
            list=self.sealed,
            files=tuple(self.files),
            manifest=self.manifest,
        )

    def _add(self, code: str, detail: str | None = None) -> None:
        self.reasons.append(PacketReason(code, detail))

    def _digest(self) -> str:
        whole = sha256()
        for at in range(0, len(self.data), PIECE):
            whole.update(self.data[at : at + PIECE])
        return whole.hexdigest()

    def _judge(self, members: dict[str, Member]) -> None:
        if PACKET_LIST not in members:
            self._add("not_a_packet", PACKET_LIST)
            return
        self.sealed, text = self._signed(members.pop(PACKET_LIST))
        try:
            files = packet.files_of(text)
        except ValueError:
            self._add("list_broken", PACKET_LIST)
            return
        for line in files:
            member = members.pop(line.path, None)
            self.files.append(self._file(line, member))
            if line.path == MANIFEST and member is not None and self.files[-1].sha256_ok:
                self._read(member)
        for path in members:
            self._add("member_extra", shown(path))
        if self.manifest is not None and not self._agrees(self.manifest):
            self._add("manifest_differs", MANIFEST)
        elif MANIFEST not in {line.path for line in files}:
            self._add("list_broken", MANIFEST)

    def _signed(self, member: Member) -> tuple[Report | None, bytes]:
        """The strict verdict on a member, and the text attached to it."""
        try:
            content = member.content() if member.length <= MAX_SIGNED else b""
        except ValueError:
            content = b""
        try:
            report, text = examine(content, self.trust, self.now, self.status)
        except UnreadablePdf:
            self._add("member_invalid", member.path)
            return None, b""
        if report.verdict != "valid":
            self._add(f"member_{report.verdict}", member.path)
        return report, text

    def _file(self, line: Listed, member: Member | None) -> FileReport:
        length_ok = sha256_ok = sm3_ok = None
        report = None
        if member is None:
            self._add("member_missing", line.path)
        else:
            length_ok = sha256_ok = sm3_ok = False
            try:
                length, ours, theirs = packet.digests(member.pieces())
                length_ok, sha256_ok, sm3_ok = length == line.length, ours == line.sha256, theirs == line.sm3
            except ValueError:
                length_ok = member.length == line.length
            if not (length_ok and sha256_ok and sm3_ok):
                self._add("member_changed", line.path)
            if line.signed:
                report, _ = self._signed(member)
        return FileReport(
            line.path, line.slot, line.title, line.length, line.sha256, line.sm3, line.signed,
            length_ok, sha256_ok, sm3_ok, report,
        )  # fmt: skip

    def _read(self, member: Member) -> None:
        try:
            self.manifest = packet.read_manifest(member.content())
        except ValueError:
            self._add("manifest_differs", MANIFEST)

    def _agrees(self, manifest: CourtPacket) -> bool:
        """With the list and with what the signed files say of themselves."""
        lines = tuple(
            Listed(each.path, each.slot, each.title, each.sha256, each.sm3, each.length, each.signed)
            for each in self.files
            if each.path != MANIFEST
        )
        about = manifest.agreement
        agreement = next((each for each in self.files if each.path == about.path and each.slot == AGREEMENT), None)
        if manifest.files != lines or agreement is None or about.sha256 != agreement.sha256:
            return False
        judged = agreement.report
        if judged is not None and (judged.text_hash or about.text) != about.text:
            return False
        if judged is not None and judged.effective_at is not None and judged.effective_at != about.effective_at:
            return False
        sealed = self.sealed
        if sealed is None or sealed.number != manifest.number:
            return False
        return sealed.root is None or sealed.root.sha256 == manifest.root_sha256
