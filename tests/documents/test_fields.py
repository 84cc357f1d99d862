"""The form in R0: exactly the contract's fields, all there before the first signature."""

from io import BytesIO

import pytest
from pikepdf import Name, Pdf

from documents import Laid, lay_out
from tests.documents.texts import FONTS, case_two, long_case


@pytest.fixture(scope="module")
def laid() -> Laid:
    return lay_out(case_two(), FONTS)


def test_the_form_holds_the_service_s_field_and_one_field_a_slot(laid: Laid) -> None:
    with Pdf.open(BytesIO(laid.pdf)) as pdf:
        form = pdf.Root.AcroForm
        assert set(form.keys()) == {"/Fields", "/SigFlags"}
        assert int(form.SigFlags) == 3
        assert [str(field.T) for field in form.Fields] == ["certification", "party-1", "party-2", "mediator", "seal"]


def test_a_person_s_widget_has_the_keys_of_the_grammar_and_no_others(laid: Laid) -> None:
    with Pdf.open(BytesIO(laid.pdf)) as pdf:
        for slot in laid.slots[:-1]:
            widget = pdf.get_object(slot.widget_object, 0)
            assert set(widget.keys()) == {"/Type", "/Subtype", "/FT", "/T", "/F", "/Rect", "/P", "/AP", "/StructParent"}
            assert int(widget.StructParent) == slot.struct_parent >= len(pdf.pages)
            assert (widget.Subtype, widget.FT, str(widget.T), int(widget.F)) == (Name.Widget, Name.Sig, slot.slot, 132)
            assert [int(value) for value in widget.Rect] == list(slot.rect)
            assert widget.P.objgen == (slot.page_object, 0)
            assert pdf.pages[slot.page_index].obj.objgen == (slot.page_object, 0)
            assert set(widget.AP.keys()) == {"/N"}
            assert widget.AP.N.read_bytes() == b""


def test_the_seal_locks_all_fields_without_a_lock_of_permissions(laid: Laid) -> None:
    with Pdf.open(BytesIO(laid.pdf)) as pdf:
        lock = pdf.get_object(laid.slots[-1].widget_object, 0).Lock
        assert set(lock.keys()) == {"/Type", "/Action", "/Fields"}
        assert (lock.Type, lock.Action) == (Name.SigFieldLock, Name.Include)
        assert [str(name) for name in lock.Fields] == [str(each.T) for each in pdf.Root.AcroForm.Fields]


def test_the_service_s_field_is_invisible_on_the_first_page(laid: Laid) -> None:
    with Pdf.open(BytesIO(laid.pdf)) as pdf:
        field = pdf.Root.AcroForm.Fields[0]
        assert [int(value) for value in field.Rect] == [0, 0, 0, 0]
        assert field.AP.N.read_bytes() == b""
        assert pdf.pages[0].obj.Annots[0].objgen == field.objgen


def test_every_field_is_listed_by_its_page_once() -> None:
    laid = lay_out(long_case(), FONTS)
    with Pdf.open(BytesIO(laid.pdf)) as pdf:
        listed = [widget.objgen for page in pdf.pages for widget in page.obj.get("/Annots", [])]
        assert listed == [field.objgen for field in pdf.Root.AcroForm.Fields]
        assert len(set(listed)) == len(listed) == 11
