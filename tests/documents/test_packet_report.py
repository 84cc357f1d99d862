import asyncio
import dataclasses
import io
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from documents import lay_out
from documents.archive import read, write
from documents.disclosure import Closed, Disclosure, Shown, Stamped, write_disclosure
from documents.packet import MANIFEST, PACKET_LIST, CourtPacket, files_of, list_text
from documents.packet_report import PacketReport, verify_packet
from documents.packet_wording import packet_as_text
from documents.verify import examine
from tests.documents.ceremony import Ceremony, valid_for_poppler
from tests.documents.conftest import Sealed
from tests.documents.packing import AGREEMENT, LETTER, PAGE, SCAN, Packed, packed
from tests.documents.texts import FONTS, case_two


@pytest.fixture(scope="module")
def whole(laid_and_sealed: Sealed) -> Iterator[Packed]:
    with asyncio.Runner() as runner:
        yield runner.run(packed(laid_and_sealed.ceremony, laid_and_sealed.pdf))


def judged(one: Packed, data: bytes | None = None, **given: Any) -> PacketReport:
    return verify_packet(one.zip if data is None else data, given.get("trust", one.trust), one.now)


def reasons(report: PacketReport) -> set[tuple[str, str | None]]:
    return {(reason.code, reason.detail) for reason in report.reasons}


def changed(one: Packed, path: str, content: bytes) -> bytes:
    return write({**one.members, path: content})


def test_a_whole_packet_is_valid(whole: Packed) -> None:
    report = judged(whole)
    assert (report.verdict, report.reasons, report.repacked) == ("valid", (), False)
    assert report.list is not None and report.list.verdict == "valid" and report.list.number == LETTER.number
    assert [each.path for each in report.files] == [AGREEMENT, SCAN, PAGE, MANIFEST]
    assert [each.report is not None for each in report.files] == [True, False, False, False]
    assert report.manifest is not None and report.manifest.agreement.path == AGREEMENT
    decoded = msgspec.json.decode(msgspec.json.encode(report), type=PacketReport)
    assert decoded == report


@pytest.mark.tools
def test_others_call_the_list_intact(whole: Packed, tmp_path: Path) -> None:
    assert valid_for_poppler(whole.members[PACKET_LIST], tmp_path) == 2


def test_the_same_packet_in_another_zip_is_valid_and_that_is_said(whole: Packed) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for path in reversed(sorted(whole.members)):
            made.writestr(f"材料/{path}", whole.members[path])
    report = judged(whole, out.getvalue())
    assert (report.verdict, report.repacked) == ("valid", True)


@pytest.mark.parametrize("path", [PACKET_LIST, AGREEMENT, SCAN, PAGE, MANIFEST])
def test_one_changed_byte_is_named_by_its_path(whole: Packed, path: str) -> None:
    content = bytearray(whole.members[path])
    content[len(content) // 2] ^= 1
    report = judged(whole, changed(whole, path, bytes(content)))
    found = {detail for _, detail in reasons(report)}
    assert report.verdict == "invalid" and path in found and found <= {path, MANIFEST}


def test_a_byte_changed_in_the_zip_itself_is_named_by_its_path(whole: Packed) -> None:
    data = bytearray(whole.zip)
    scan = next(member for member in read(whole.zip).members if member.path == SCAN)
    data[scan.start + 2000] ^= 1
    report = judged(whole, bytes(data))
    assert (report.verdict, reasons(report), report.repacked) == ("invalid", {("member_changed", SCAN)}, False)


def test_what_is_missing_and_what_is_too_much_is_named(whole: Packed) -> None:
    assert reasons(judged(whole, whole.without(SCAN))) == {("member_missing", SCAN)}
    assert judged(whole, whole.without(SCAN)).verdict == "incomplete"
    assert reasons(judged(whole, changed(whole, "13_more.pdf", b"x"))) == {("member_extra", "13_more.pdf")}
    assert reasons(judged(whole, whole.without(PACKET_LIST))) == {("not_a_packet", PACKET_LIST)}
    assert judged(whole, whole.without(MANIFEST)).manifest is None


def test_without_its_root_the_issuer_is_unknown(whole: Packed) -> None:
    report = judged(whole, trust=())
    assert report.verdict == "unknown_issuer" and ("member_unknown_issuer", PACKET_LIST) in reasons(report)


def test_the_agreement_alone_is_no_list(whole: Packed) -> None:
    report = judged(whole, changed(whole, PACKET_LIST, whole.members[AGREEMENT]))
    assert (report.verdict, reasons(report)) == ("invalid", {("list_broken", PACKET_LIST)})


def test_a_list_of_another_centre_is_not_believed(whole: Packed, sealed: Sealed, tmp_path: Path) -> None:
    async def make() -> Packed:
        other = await Ceremony.begin(tmp_path, clock=sealed.ceremony.clock)
        root = sha256(other.authority.root_der).hexdigest()
        at = examine(whole.members[AGREEMENT], whole.trust, whole.now)[0].effective_at
        return await packed(other, whole.members[AGREEMENT], change=lie(root_sha256=root, effective_at=at))

    forged = asyncio.run(make())
    report = verify_packet(forged.zip, whole.trust, whole.now)
    assert report.verdict == "unknown_issuer" and reasons(report) == {("member_unknown_issuer", PACKET_LIST)}


def test_the_list_must_name_the_manifest(whole: Packed) -> None:
    one = asyncio.run(packed(whole.ceremony, whole.members[AGREEMENT], leave_out=frozenset({MANIFEST})))
    assert ("list_broken", MANIFEST) in reasons(judged(one))


def test_an_unfinished_file_makes_the_packet_incomplete(whole: Packed, laid_and_sealed: Sealed) -> None:
    one = asyncio.run(packed(whole.ceremony, whole.members[AGREEMENT], {"07_承诺书.pdf": laid_and_sealed.turns}))
    assert judged(one).verdict == "incomplete" and ("member_incomplete", "07_承诺书.pdf") in reasons(judged(one))


def lie(**facts: Any) -> Any:
    def change(manifest: CourtPacket) -> CourtPacket:
        about = {name: facts.pop(name) for name in ("effective_at", "text", "path", "effect_needs") if name in facts}
        agreement = msgspec.structs.replace(manifest.agreement, **about)
        return msgspec.structs.replace(manifest, agreement=agreement, **facts)

    return change


STRANGER = {"path": AGREEMENT, "name": "别人", "role": "applicant"}


DIFFERING: tuple[tuple[dict[str, Any], str], ...] = (
    ({"effective_at": "2026-11-01T00:00:00Z"}, "agreement.effective_at"),
    ({"text": "00" * 32}, "agreement.text"),
    ({"effect_needs": ("nobody",)}, "agreement.effect_needs"),
    ({"path": SCAN}, "agreement.sha256"),
    ({"files": ()}, "files"),
    ({"number": "other"}, "number"),
    ({"court": "别的法院"}, "court"),
    ({"signers": ()}, "signers"),
    ({"signers": (STRANGER,)}, "signers"),
    ({"root_sha256": "0"}, "root_sha256"),
)
"""What a manifest may say wrongly, and the field that is named."""
LIES = [facts for facts, _ in DIFFERING]


@pytest.mark.parametrize(("facts", "field"), DIFFERING)
def test_a_manifest_that_says_something_else_is_refused(whole: Packed, facts: dict[str, Any], field: str) -> None:
    one = asyncio.run(packed(whole.ceremony, whole.members[AGREEMENT], change=lie(**facts)))
    assert ("manifest_differs", field) in reasons(judged(one))


def test_the_journals_head_is_the_one_of_the_list_and_of_the_disclosure(whole: Packed) -> None:
    letter = dataclasses.replace(LETTER, journal_head="ab" * 32)
    one = asyncio.run(packed(whole.ceremony, whole.members[AGREEMENT], letter=letter))
    assert ("manifest_differs", "journal") in reasons(judged(one)), "of the list"
    entry = Shown(40, "2026-11-20T08:00:00Z", "ceremony.sign", "x", "00" * 32, Closed("11" * 32), 0, [], [])
    stamped = Stamped(41, "cd" * 32, "22" * 32, 0, 1, [], "AAAA")
    shown = write_disclosure(Disclosure("cas_1", [entry], [stamped], [], [], [], []))
    for seq, head, wrong in (
        (41, "cd" * 32, False), (41, "ee" * 32, True), (40, "cd" * 32, True), (40, entry.hash("cas_1"), False),
        (39, "cd" * 32, False),
    ):  # fmt: skip
        facts = lie(journal={"seq": seq, "head": head})
        one = asyncio.run(packed(whole.ceremony, whole.members[AGREEMENT], {"13_摘录.json": shown}, facts))
        assert (("manifest_differs", "journal") in reasons(judged(one))) is wrong, (seq, head)


def test_a_text_attached_to_a_valid_agreement_cannot_pose_as_a_list(whole: Packed, tmp_path: Path) -> None:
    """Lines of a list in an agreement's sections: its kind is in the signed text."""
    files = files_of(examine(whole.members[PACKET_LIST])[1])
    text = dataclasses.replace(case_two(), after=list_text(LETTER, files).after)

    async def make() -> bytes:
        one = await Ceremony.begin(
            tmp_path, clock=whole.ceremony.clock, text=text, r0=lay_out(text, FONTS).pdf,
            authority=whole.ceremony.authority,
        )  # fmt: skip
        return await one.seal(one.all_turns())

    report = judged(whole, changed(whole, PACKET_LIST, asyncio.run(make())))
    assert ("list_broken", PACKET_LIST) in reasons(report)


def test_the_words_name_every_file_in_both_languages(whole: Packed) -> None:
    report = judged(whole, whole.without(SCAN))
    for language in ("zh-CN", "en"):
        words = packet_as_text(report, language)  # type: ignore[arg-type]
        assert SCAN in words and LETTER.number in words and report.sha256 in words
    assert packet_as_text(judged(whole)).startswith("材料包结论：有效")
    assert "not trusted yet" in packet_as_text(judged(whole, trust=()), "en")
