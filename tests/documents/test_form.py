"""Forms on the page: ruled rows that hold their text, in the order of reading for people, readers and machines."""

import json
import subprocess
import unicodedata
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Name, Pdf

from documents import (
    COLUMNS,
    Block,
    Cell,
    Filled,
    FormText,
    Heading,
    MissingGlyphs,
    Signing,
    Stamp,
    Table,
    Words,
    form_json,
    lay_out_form,
    verify,
)
from documents.compose import LEFT, RIGHT, TOP
from documents.compose_form import FOOT, compose_form
from documents.fonts import load
from tests.documents.pdfa_rules import violations
from tests.documents.pdfua_rules import check
from tests.documents.texts import CLAUSES, COMMITTEE, FONTS

FACES = load(FONTS)


def form(*blocks: Block, **changes: object) -> FormText:
    values: dict[str, object] = {
        "form": "application",
        "title": "人民调解申请书",
        "number": "(2026)嘉南调字第0001号",
        "centre": COMMITTEE,
        "blocks": blocks,
        "fields": (Filled("claims", "申请事项", "赔偿8500元"),),
        "made_on": "2026-11-26",
        "demo": True,
    }
    return FormText(**(values | changes))  # type: ignore[arg-type]


def full() -> FormText:
    label = Cell("纠纷简要情况", 2, head=True)
    return form(
        Heading("申请人"),
        Table(
            (
                (Cell("姓名", 2, head=True), Cell("林秀珍", 4), Cell("联系电话", 2, head=True), Cell("", 4)),
                (label, Cell("".join(CLAUSES) * 6, 10, lines=8)),
                (Cell("申请事项", 2, head=True), Cell("一、维修。\n二、赔偿8500元。", 10, lines=4)),
                (Cell("签名", 2, head=True), Cell("年　月　日", 10, lines=3, align="foot")),
            )
        ),
        Words(("已将申请人民调解的相关规定告知我，现自愿申请人民调解。", "另起一段。")),
        Table(
            ((Cell("序号", 2, head=True), Cell("文件名称", 10, head=True)), (Cell("1", 2), Cell("申请书", 10))), True
        ),
        Signing(("申请人（签名）：", "甲方禾达建筑劳务有限公司（盖章、代表人签名、按指印）：")),
        Stamp(COMMITTEE, "（印章）", "2026年11月26日"),
    )


def bare(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    return "".join(one for one in plain if not one.isspace() and unicodedata.category(one)[0] != "C")


def read_twice(pdf: bytes, tmp_path: Path) -> tuple[list[str], list[str]]:
    """Each page as poppler and as PDFium read it."""
    path = tmp_path / "form.pdf"
    path.write_bytes(pdf)
    told = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, check=True, text=True).stdout
    document = pypdfium2.PdfDocument(pdf)
    shown = [page.get_textpage().get_text_range() for page in document]
    return [bare(page) for page in told.split("\f")[:-1]], [bare(page) for page in shown]


@pytest.mark.tools
def test_two_readers_find_the_text_in_the_order_of_reading(tmp_path: Path) -> None:
    text = full()
    pdf, pages = lay_out_form(text, FONTS)
    for read in read_twice(pdf, tmp_path):
        assert len(read) == pages > 1
        whole, at = "".join(read), 0
        for words in text.strings():
            for piece in words.split("\n"):
                at = whole.find(bare(piece)[:20], at)
                assert at >= 0, piece
        assert all(f"第{number}页共{pages}页" in page for number, page in enumerate(read, 1))


def test_the_file_obeys_pdf_a_and_carries_what_was_filled_in() -> None:
    text = full()
    pdf, _ = lay_out_form(text, FONTS)
    assert violations(pdf) == []
    assert check(pdf) == []
    assert lay_out_form(text, FONTS)[0] == pdf
    assert lay_out_form(form(demo=False), FONTS)[0] != lay_out_form(form(), FONTS)[0]
    with Pdf.open(BytesIO(pdf)) as opened:
        assert opened.attachments["form.json"].get_file().read_bytes() == form_json(text)
        assert "/AcroForm" not in opened.Root
        assert str(opened.docinfo.Title) == f"{text.title} {text.number}"
    assert json.loads(form_json(text))["fields"] == [{"id": "claims", "label": "申请事项", "text": "赔偿8500元"}]


def test_tables_are_tables_for_those_who_hear_them() -> None:
    with Pdf.open(BytesIO(lay_out_form(full(), FONTS)[0])) as pdf:
        kinds = [str(one.S) for one in pdf.Root.StructTreeRoot.K.K]
        tables = [one for one in pdf.Root.StructTreeRoot.K.K if one.S == Name.Table]
        heads = [[str(cell.A.Scope) for cell in row.K if cell.S == Name.TH] for one in tables for row in one.K]
        wide = {sum(int(cell.A.ColSpan) for cell in row.K) for one in tables for row in one.K}
        lines = [str(part.S) for part in tables[0].K[2].K[1].K]
    assert kinds == ["/P", "/H1", "/P", "/H2", "/Table", "/P", "/P", "/Table", "/P", "/P", "/P", "/P", "/P"]
    assert wide == {COLUMNS}
    assert heads == [["/Row", "/Row"], ["/Row"], ["/Row"], ["/Row"], ["/Column", "/Column"], []]
    assert lines == ["/P", "/P"]


def test_a_row_that_goes_on_overleaf_is_closed_on_both_pages() -> None:
    plan = compose_form(full(), FACES.width)
    for page in plan.pages:
        across = {line.y0 for line in page.strokes if (line.x0, line.x1) == (LEFT, RIGHT)}
        ends = [y for line in page.strokes if line.x0 == line.x1 == LEFT for y in (line.y0, line.y1)]
        assert not ends or (min(ends) in across and max(ends) in across)


WORD = st.text(st.sampled_from("嘉南区青禾街道调解委员会甲方，。（）0123abc \n"), max_size=200)


@given(st.lists(st.tuples(WORD, WORD, st.integers(1, 9), st.integers(2, 10)), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None)
def test_no_text_leaves_its_box_and_no_row_its_page(rows: list[tuple[str, str, int, int]]) -> None:
    """Whatever is filled in: inside its column, above the foot, below the head, no two lines on one another."""
    table = Table(tuple((Cell(a, at, head=True), Cell(b, COLUMNS - at, lines=n)) for a, b, n, at in rows))
    plan = compose_form(form(table), FACES.width)
    for page in plan.pages:
        assert all(FOOT - 0.01 <= y <= TOP + 0.01 for line in page.strokes for y in (line.y0, line.y1))
        taken: set[tuple[float, float]] = set()
        for mark in page.marks:
            for run in mark.runs:
                assert FOOT < run.y < TOP and LEFT <= run.x < RIGHT
                place = (round(run.x, 2), round(run.y, 2))
                assert place not in taken
                taken.add(place)
                assert run.x + sum(FACES.width(one, run.face, run.size) for one in run.text) <= RIGHT + 1
    printed = "".join(run.text for page in plan.pages for mark in page.marks for run in mark.runs)
    assert all(bare(piece) in bare(printed) for a, b, _, _ in rows for piece in (*a.split("\n"), *b.split("\n")))


def test_a_character_without_glyph_and_a_crooked_row_are_refused() -> None:
    with pytest.raises(MissingGlyphs):
        lay_out_form(form(Words(("😀",))), FONTS)
    with pytest.raises(ValueError, match="add up to 12"):
        Table(((Cell("a", 5), Cell("b", 6)),))


def test_the_verdict_on_a_form_is_that_nobody_signed_it() -> None:
    report = verify(lay_out_form(full(), FONTS)[0], [])
    assert [reason.code for reason in report.reasons] == ["no_signatures"]
