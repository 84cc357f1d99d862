"""The flat filing copy: looks like its original, is told as what it is, and is worth what its original says."""

import re
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from pikepdf import Name, Pdf

from documents import Report, filing_copy, verify
from documents.filing import judge_copy
from tests.documents.conftest import SOON, Sealed
from tests.documents.pdfua_rules import check
from tests.documents.texts import FONTS, case_two


@pytest.fixture(scope="module")
def copy(laid_and_sealed: Sealed) -> bytes:
    return filing_copy(laid_and_sealed.pdf, FONTS)


@pytest.fixture(scope="module")
def report(laid_and_sealed: Sealed) -> Report:
    return verify(laid_and_sealed.pdf, laid_and_sealed.trust, SOON)


def saved(pdf: bytes, change: object = None) -> bytes:
    """Saved anew by another program, in another form."""
    with Pdf.open(BytesIO(pdf)) as opened:
        if callable(change):
            change(opened)
        out = BytesIO()
        opened.save(out, linearize=True)
    return out.getvalue()


def words(pdf: bytes, directory: Path) -> list[str]:
    path = directory / "words.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True, text=True).stdout.split("\f")


def test_nothing_is_left_of_signatures_fields_and_attachments(laid_and_sealed: Sealed, copy: bytes) -> None:
    with Pdf.open(BytesIO(copy)) as pdf, Pdf.open(BytesIO(laid_and_sealed.pdf)) as original:
        assert not {"/AcroForm", "/Perms", "/DSS", "/AF", "/Names", "/Extensions"} & set(pdf.Root.keys())
        assert all("/Annots" not in page.obj for page in pdf.pages)
        assert [page.mediabox for page in pdf.pages] == [page.mediabox for page in original.pages]
        assert str(pdf.trailer.Info.Title) == f"人民调解协议书 {case_two().number}（提交副本）"
    assert b"/ByteRange" not in copy and b"/JavaScript" not in copy


def test_it_is_the_same_each_time_and_can_be_heard(laid_and_sealed: Sealed, copy: bytes) -> None:
    assert filing_copy(laid_and_sealed.pdf, FONTS) == copy
    assert check(copy) == []
    with Pdf.open(BytesIO(copy)) as pdf:
        figures = [str(each.Alt) for each in pdf.Root.StructTreeRoot.K.K if each.S == Name.Figure]
    assert figures == [f"{each.label}：{each.name}" for each in case_two().signatories]


def test_a_field_nobody_signed_leaves_nothing_behind(laid_and_sealed: Sealed) -> None:
    copy = filing_copy(laid_and_sealed.ceremony.f, FONTS)
    assert check(copy) == []
    assert b"(certification)" not in copy and b"/Widget" not in copy


@pytest.mark.tools
def test_every_page_reads_like_the_original_s_and_names_it(
    laid_and_sealed: Sealed, copy: bytes, report: Report, tmp_path: Path
) -> None:
    ours, theirs = words(copy, tmp_path), words(laid_and_sealed.pdf, tmp_path)
    assert len(ours) == len(theirs) == 3
    for page, of in zip(ours[:-1], theirs[:-1], strict=True):
        flat = re.sub(r"\s", "", page)
        assert "提交副本" in flat
        assert report.sha256 in flat
        assert re.sub(r"\s", "", of) in flat


def test_alone_it_is_told_as_a_copy_and_never_valid(laid_and_sealed: Sealed, copy: bytes, report: Report) -> None:
    for pdf in (copy, saved(copy)):
        alone = verify(pdf, laid_and_sealed.trust, SOON)
        assert alone.verdict == "cannot_tell"
        assert [(one.code, one.detail) for one in alone.reasons] == [("filing_copy", report.sha256)]
        assert alone.signatures == ()


def test_beside_its_original_both_are_valid_also_when_saved_anew(
    laid_and_sealed: Sealed, copy: bytes, report: Report
) -> None:
    for pdf in (copy, saved(copy)):
        both = judge_copy(report, laid_and_sealed.pdf, pdf, FONTS)
        assert both.verdict == "valid"
        assert both.copy is not None
        assert (both.copy.of, both.copy.same, both.copy.page) == (report.sha256, True, None)


def _covered(pdf: Pdf) -> None:
    pdf.pages[0].contents_add(b"q 1 g 200 400 40 12 re f Q")


def _more_words(pdf: Pdf) -> None:
    pdf.pages[1].contents_add(b"BT /F1+0 9 Tf 3 Tr 100 700 Td (\x01\x02) Tj ET")


def _script(pdf: Pdf) -> None:
    pdf.Root.OpenAction = pdf.make_indirect({"/S": Name.JavaScript, "/JS": "app.alert(1)"})


def _note(pdf: Pdf) -> None:
    pdf.pages[0].obj.Annots = pdf.make_indirect([{"/Type": Name.Annot, "/Subtype": Name.Text, "/Rect": [0, 0, 9, 9]}])


def _page_less(pdf: Pdf) -> None:
    del pdf.pages[1]


@pytest.mark.parametrize(
    ("change", "page"),
    [(_covered, 1), (_more_words, 2), (_script, None), (_note, None), (_page_less, 2)],
)
def test_a_tampered_copy_is_found_and_the_pair_is_not_valid(
    laid_and_sealed: Sealed, copy: bytes, report: Report, change: object, page: int | None
) -> None:
    both = judge_copy(report, laid_and_sealed.pdf, saved(copy, change), FONTS)
    assert both.verdict == "invalid"
    assert [(one.code, one.page) for one in both.reasons] == [("copy_differs", page)]
    assert both.effective_at is None


def test_a_copy_of_another_original_or_no_copy_at_all_is_refused(laid_and_sealed: Sealed, report: Report) -> None:
    other = filing_copy(laid_and_sealed.turns, FONTS)
    for pdf in (other, laid_and_sealed.pdf, b"%PDF-1.7 nothing"):
        both = judge_copy(report, laid_and_sealed.pdf, pdf, FONTS)
        assert both.verdict == "invalid"
        assert [one.code for one in both.reasons] == ["copy_of_other"]


def test_a_copy_beside_an_original_that_is_not_valid_is_not_compared(laid_and_sealed: Sealed, copy: bytes) -> None:
    unknown = verify(laid_and_sealed.pdf, (), SOON)
    both = judge_copy(unknown, laid_and_sealed.pdf, copy, FONTS)
    assert both.verdict == "unknown_issuer"
    assert both.copy is not None and both.copy.same is None
