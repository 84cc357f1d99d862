"""The printed report: what it says, that hostile names and numbers do not stop or swell it, and that it is archival."""

from contextlib import closing
from datetime import UTC, datetime

import msgspec
import pypdfium2
import pytest

from documents import verify
from documents.packet_report import FileReport, PacketReason, PacketReport
from documents.report import Reason
from documents.report_pdf import MOST, report_pdf
from tests.documents.conftest import SOON, Sealed
from tests.documents.texts import FONTS

AT = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)


def words(pdf: bytes) -> str:
    with closing(pypdfium2.PdfDocument(pdf)) as opened:
        return "".join(page.get_textpage().get_text_range() for page in opened).replace("\r\n", "")


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_it_says_in_both_languages_what_was_found(sealed: Sealed) -> None:
    report = verify(sealed.pdf, sealed.trust, SOON)
    pdf = report_pdf(report, AT, FONTS)
    said = squeezed(words(pdf))
    for wanted in ("核验报告Verificationreport", "有效", "Valid", "通过passed", "林秀珍", "2026-11-27T08:00:00Z"):
        assert wanted in said, wanted
    assert report.sha256.upper() in said and report.signatures[1].certificate is not None
    assert "演示文件" in said and "notsigneditself" in said
    assert report_pdf(report, AT, FONTS) == pdf
    assert verify(pdf, sealed.trust, SOON).verdict == "cannot_tell"


def test_reasons_stand_in_it_with_their_codes_and_pages(sealed: Sealed) -> None:
    report = verify(sealed.pdf + b"\n% more", sealed.trust, SOON)
    said = squeezed(words(report_pdf(report, AT, FONTS)))
    assert report.reasons[0].code in said and "文件末尾有多余的数据" in said and "Notvalid" in said


def test_what_a_strangers_file_says_neither_stops_nor_swells_it(sealed: Sealed) -> None:
    report = verify(sealed.pdf, sealed.trust, SOON)
    name = "😀\x07" + "长" * 5_000
    loud = msgspec.structs.replace(
        report,
        title=name,
        verdict="invalid",
        reasons=(Reason("structure", name),) * 2_000,
        signatures=(msgspec.structs.replace(report.signatures[1], name=name),) * 2_000,
    )
    pdf = report_pdf(loud, AT, FONTS)
    with closing(pypdfium2.PdfDocument(pdf)) as opened:
        assert len(opened) < 3 * MOST
    assert "〓〓长长" in squeezed(words(pdf))


@pytest.mark.parametrize("with_list", [True, False])
def test_a_packets_report_has_its_files_and_their_own_verdicts(sealed: Sealed, with_list: bool) -> None:
    own = verify(sealed.pdf, sealed.trust, SOON)
    line = FileReport(
        "02_协议书.pdf", "调解协议书", "人民调解协议书", 9, "ab" * 32, "cd" * 32, True, True, False, True, own
    )
    gone = FileReport("04_证明.png", "其他材料", "证明", 9, "ab" * 32, "cd" * 32, False, None, None, None, None)
    reasons = (PacketReason("member_changed", "02_协议书.pdf"), PacketReason("member_missing", "04_证明.png"))
    packet = PacketReport(
        "invalid", reasons, "ef" * 32, 99, True, own if with_list else None, (line, gone) if with_list else (), None
    )
    said = squeezed(words(report_pdf(packet, AT, FONTS)))
    assert "member_changed" in said and "EFEF" in said
    assert all((one in said) == with_list for one in ("缺少missing", "林秀珍", "人民调解协议书02_协议书.pdf"))
