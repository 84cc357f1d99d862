"""Every document can be heard: the rules of PDF/UA-1 hold for what is printed and for the complete signed file."""

from io import BytesIO
from itertools import pairwise

import pytest
from pikepdf import Array, Name, Pdf

from documents import DocumentText, lay_out, lay_out_by_hand
from tests.documents.conftest import Sealed
from tests.documents.pdfua_rules import check
from tests.documents.texts import FONTS, case_two, long_case, minutes

TEXTS = {"agreement": case_two(), "long": long_case(), "minutes": minutes(), "rare": case_two(title="𠮷宅协议")}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_checkable_rule_holds(text: DocumentText) -> None:
    assert check(lay_out(text, FONTS).pdf) == []


def test_also_for_what_is_signed_in_ink() -> None:
    assert check(lay_out_by_hand(case_two(), FONTS)[0]) == []


def test_each_field_says_who_signs_there_behind_its_label() -> None:
    with Pdf.open(BytesIO(lay_out(case_two(), FONTS).pdf)) as pdf:
        elements = list(pdf.Root.StructTreeRoot.K.K)
        forms = [str(each.Alt) for each in elements if each.S == Name.Form]
        kinds = [str(each.S) for each in elements]
    assert forms == [f"{each.label}：{each.name}" for each in case_two().signatories]
    assert [before for before, kind in pairwise(kinds) if kind == "/Form"] == ["/P"] * 4


def test_the_checker_finds_what_is_wrong() -> None:
    with Pdf.open(BytesIO(lay_out(case_two(), FONTS).pdf)) as pdf:
        document = pdf.Root.StructTreeRoot.K
        document.K[0].S = Name.H2
        document.K[3].S = Name.Paragraph
        for each in document.K:
            if each.S == Name.Form:
                del each.Alt
        del pdf.Root.Lang
        del pdf.pages[-1].obj.Tabs
        pdf.pages[0].contents_add(b"0 0 10 10 re f")
        numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
        numbers[1] = Array(list(numbers[1])[::-1])
        out = BytesIO()
        pdf.save(out)
    found = " ".join(check(out.getvalue()))
    for checkpoint in ("14-002", "02-001", "28-005", "11-006", "28-015", "01-003", "01-005"):
        assert checkpoint in found


def test_the_complete_signed_file_keeps_it(laid_and_sealed: Sealed) -> None:
    assert check(laid_and_sealed.pdf) == []
