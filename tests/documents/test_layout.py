"""R0 as a whole: the same bytes everywhere, the right words on each page, and numbers a manifest can rely on."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from shutil import copy

import pytest
from pikepdf import Pdf

from documents import Fonts, MissingGlyphs, lay_out, lay_out_by_hand, text_code, text_hash, verify_address
from tests.documents.texts import FONTS, case_two, long_case, minutes

ROOT = Path(__file__).parents[2]
ELSEWHERE = """
import sys
from hashlib import sha256
from pathlib import Path
from shutil import copy
from documents import Fonts, lay_out
from tests.documents.texts import case_two, minutes
lay_out(minutes(), Fonts.in_directory(Path(sys.argv[1])))  # another document first
print(sha256(lay_out(case_two(), Fonts.in_directory(Path(sys.argv[1]))).pdf).hexdigest())
"""


def extracted(pdf: bytes, tmp_path: Path, *options: str) -> str:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdftotext", *options, path, "-"], capture_output=True, check=True, text=True).stdout


def test_the_same_text_gives_the_same_bytes_in_this_process() -> None:
    assert lay_out(case_two(), FONTS) == lay_out(case_two(), FONTS)
    assert lay_out(case_two(), FONTS).pdf != lay_out(case_two(demo=False), FONTS).pdf


def test_the_same_text_gives_the_same_bytes_in_another_process_with_fonts_elsewhere(tmp_path: Path) -> None:
    for path in (FONTS.regular_path, FONTS.bold_path):
        copy(path, tmp_path)
    command = [sys.executable, "-c", ELSEWHERE, str(tmp_path)]
    other = subprocess.run(command, capture_output=True, check=True, text=True, cwd=ROOT).stdout.strip()
    assert other == sha256(lay_out(case_two(), FONTS).pdf).hexdigest()


def test_threads_do_not_disturb_each_other() -> None:
    texts = [case_two(), minutes(), long_case()] * 2
    alone = [lay_out(text, FONTS).pdf for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda text: lay_out(text, FONTS).pdf, texts)) == alone


def test_the_file_has_one_classic_table_and_ends_where_it_should() -> None:
    laid = lay_out(case_two(), FONTS)
    assert laid.pdf.endswith(b"%%EOF\n")
    assert laid.pdf.count(b"%%EOF") == laid.pdf.count(b"startxref") == laid.pdf.count(b"\nxref\n") == 1
    assert b"/ObjStm" not in laid.pdf
    start = int(laid.pdf[laid.pdf.rindex(b"startxref") + 10 :].split()[0])
    assert laid.pdf[start : start + 5] == b"xref\n"


def test_what_is_said_of_the_file_is_in_the_file() -> None:
    text = case_two()
    laid = lay_out(text, FONTS)
    with Pdf.open(BytesIO(laid.pdf)) as pdf:
        assert len(pdf.pages) == laid.pages
        assert pdf.trailer.Root.objgen == (laid.root_object, 0)
        assert pdf.trailer.Info.objgen == (laid.info_object, 0)
        assert tuple(bytes(part).hex() for part in pdf.trailer.ID) == laid.id
        assert [slot.slot for slot in laid.slots] == [signatory.slot for signatory in text.signatories]


def test_the_identifier_follows_the_text() -> None:
    first, second = lay_out(case_two(), FONTS), lay_out(case_two(number="(2026)嘉南人调字第0103号"), FONTS)
    assert re.fullmatch("[0-9a-f]{32}", first.id[0])
    assert first.id[0] == first.id[1]
    assert first.id != second.id


def test_characters_the_fonts_lack_stop_the_build() -> None:
    with pytest.raises(MissingGlyphs) as caught:
        lay_out(case_two(place="😀"), FONTS)
    assert caught.value.characters == "😀"
    assert caught.value.places == ("place",)


def test_the_qr_code_carries_the_text_hash_in_a_fragment() -> None:
    text = case_two()
    assert verify_address(text) == f"{text.verify_url}#t={text_hash(text)}"
    marked = case_two(verify_url="https://a.example/v#x=1")
    assert verify_address(marked) == f"https://a.example/v#x=1&t={text_hash(marked)}"


def test_a_long_address_and_a_long_number_still_fit() -> None:
    text = case_two(verify_url="https://a.example/" + "v" * 300, number="(2026)嘉南人调字第0102号" * 5)
    assert lay_out(text, FONTS).pages >= 2


def test_fonts_can_be_named_one_by_one() -> None:
    assert lay_out(minutes(), Fonts(FONTS.regular_path, FONTS.bold_path)).pages == 2


@pytest.mark.tools
def test_an_independent_reader_extracts_the_clauses_exactly(tmp_path: Path) -> None:
    text = long_case()
    flat = re.sub(r"[\s]", "", extracted(lay_out(text, FONTS).pdf, tmp_path))
    foot = re.compile(
        r"编号：.{10,40}第\d+页共\d+页文本码：[0-9a-f]{8}文本摘要（SHA-256）：[0-9a-f]{64}演示文件，无法律效力扫码核验"
    )
    body = foot.sub("", flat)
    assert len(foot.findall(flat)) == lay_out(text, FONTS).pages
    for clause in text.clauses:
        assert clause.text.replace(" ", "") in body


@pytest.mark.tools
def test_spread_lines_grow_no_spaces_for_a_reader(tmp_path: Path) -> None:
    lines = extracted(lay_out(case_two(), FONTS).pdf, tmp_path).splitlines()
    clause = next(line for line in lines if line.startswith("二、"))
    assert " " not in clause


@pytest.mark.tools
def test_each_page_has_its_foot(tmp_path: Path) -> None:
    text = long_case()
    laid = lay_out(text, FONTS)
    pages = extracted(laid.pdf, tmp_path).split("\f")[:-1]
    assert len(pages) == laid.pages
    for number, page in enumerate(pages, 1):
        flat = re.sub(r"\s", "", page)
        assert f"编号：{text.number}" in flat
        assert f"第{number}页共{laid.pages}页" in flat
        assert f"文本码：{text_code(text_hash(text)).replace(' ', '')}" in flat
        assert text_hash(text) in flat
        assert "演示文件，无法律效力" in flat
    assert "演示文件" not in extracted(lay_out(case_two(demo=False), FONTS).pdf, tmp_path)


@pytest.mark.tools
def test_all_fonts_are_embedded(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(lay_out(long_case(), FONTS).pdf)
    rows = subprocess.run(["pdffonts", path], capture_output=True, check=True, text=True).stdout.splitlines()[2:]
    assert rows
    assert all(re.search(r"yes yes yes +\d+ +0$", row) for row in rows)


def test_the_print_for_signing_by_hand_has_no_form_and_is_the_same_each_time() -> None:
    pdf, pages = lay_out_by_hand(case_two(), FONTS)
    assert lay_out_by_hand(case_two(), FONTS) == (pdf, pages)
    with Pdf.open(BytesIO(pdf)) as opened:
        assert len(opened.pages) == pages
        assert "/AcroForm" not in opened.Root
        assert all("/Annots" not in page for page in opened.pages)
