"""R0 obeys the clauses of PDF/A-3b that we can check, carries its text, and says it to a screen reader."""

import json
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from pikepdf import Name, Pdf

from documents import DocumentText, canonical, lay_out
from tests.documents.pdfa_rules import violations
from tests.documents.texts import FONTS, case_two, long_case, minutes

TEXTS = {
    "case two": case_two(),
    "long": long_case(),
    "minutes": minutes(),
    "plain": case_two(signatories=(), clauses=(), after=(), closing=(), before=(), demo=False, frozen_at=""),
    "line feeds": case_two(title="人民\n调解协议书", number="a\nb", place="甲\n乙"),
    "beyond the first plane": case_two(place="㐀街道\U0002ce7c村"),
    "rare names": case_two(closing=("记录人：吴𠮷、𬱖𠮟",), title="𠮷宅调解协议书"),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_checkable_clause_of_pdfa_3b_holds(text: DocumentText) -> None:
    assert violations(lay_out(text, FONTS).pdf) == []


def test_the_checker_finds_what_is_wrong() -> None:
    with Pdf.open(BytesIO(lay_out(case_two(), FONTS).pdf)) as pdf:
        pdf.Root.OpenAction = pdf.make_indirect({"/S": Name.JavaScript})
        pdf.pages[0].obj.Annots[0].F = 2
        del pdf.Root.OutputIntents
        pdf.trailer.Info.Title = "other"
        out = BytesIO()
        pdf.save(out)
    found = " ".join(violations(out.getvalue()))
    for clause in ("6.5", "6.3.2", "6.2.3", "6.6.3"):
        assert clause in found


def test_the_text_is_attached_byte_for_byte() -> None:
    text = case_two()
    with Pdf.open(BytesIO(lay_out(text, FONTS).pdf)) as pdf:
        assert list(pdf.attachments) == ["agreement.json"]
        data = pdf.attachments["agreement.json"].get_file().read_bytes()
    assert data == canonical(text)
    assert json.loads(data)["number"] == text.number


def test_the_attachment_is_dated_by_the_freeze() -> None:
    with Pdf.open(BytesIO(lay_out(case_two(), FONTS).pdf)) as pdf:
        assert str(pdf.Root.AF[0].EF.F.Params.ModDate) == "D:20261126083000Z"


def test_a_paragraph_over_two_pages_is_one_element() -> None:
    with Pdf.open(BytesIO(lay_out(long_case(), FONTS).pdf)) as pdf:
        elements = [element for element in pdf.Root.StructTreeRoot.K.K if element.S != Name.Form]
        over_two = [element for element in elements if len({kid.Pg.objgen for kid in element.K}) == 2]
        parents = pdf.Root.StructTreeRoot.ParentTree.Nums
        for element in elements:
            for kid in element.K:
                page = kid.Pg
                row = parents[2 * int(page.StructParents) + 1]
                assert row[int(kid.MCID)].objgen == element.objgen
    assert over_two
    assert str(elements[0].S) == "/H1"


@pytest.mark.tools
def test_a_reader_of_structure_hears_headings_and_paragraphs_in_order(tmp_path: Path) -> None:
    text = case_two()
    path = tmp_path / "a.pdf"
    path.write_bytes(lay_out(text, FONTS).pdf)
    heard = subprocess.run(["pdfinfo", "-struct-text", path], capture_output=True, check=True, text=True).stdout
    spoken = "".join(line.strip().strip('"') for line in heard.splitlines() if line.strip().startswith('"'))
    for clause in text.clauses:
        assert clause.text in spoken
    assert spoken.index(text.title) < spoken.index("当事人") < spoken.index("一、甲方于") < spoken.index("签名和印章")
    assert "核验" not in spoken  # foot lines are artifacts
    assert heard.count("H1") == 1


@pytest.mark.tools
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_qpdf_finds_no_fault(text: DocumentText, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(lay_out(text, FONTS).pdf)
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert checked.returncode == 0
    assert "No syntax or stream encoding errors found" in checked.stdout
