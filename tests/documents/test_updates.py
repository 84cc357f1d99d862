"""One incremental update by hand: copied objects, exact tables, and refusal of what is not ours."""

import io

import pikepdf
import pytest

from documents import structure
from documents.errors import FieldTaken, RevisionMismatch, SignatureRejected
from documents.updates import INSTITUTION_RESERVE, Prepared, Update, placeholder, references, with_entry, with_member
from tests.documents.conftest import Sealed


def test_an_update_adds_a_revision_that_another_parser_reads(sealed: Sealed) -> None:
    update = Update(sealed.pdf)
    stream = update.add_stream(b"data>>\n" * 600)
    root = update.facts.root
    update.change(root, with_entry(update.body(root), b"/Extra %d 0 R" % stream))
    whole = update.written()
    assert whole.startswith(sealed.pdf)
    assert len(structure.read(whole)) == len(structure.read(sealed.pdf)) + 1
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        assert pdf.Root.Extra.read_raw_bytes() == b"data>>\n" * 600
    again = Update(whole)
    assert again.stream(stream) == b"data>>\n" * 600
    assert b"/Extra" in again.body(root)


def test_fields_are_found_by_name_and_free_or_taken(sealed: Sealed) -> None:
    update = Update(sealed.pdf)
    assert list(update.fields()) == ["party-1", "party-2", "mediator", "seal", "certification", "archive1"]
    for name in ("seal", "nobody"):
        with pytest.raises(FieldTaken):
            update.free_field(name)
    assert Update(sealed.turns).free_field("seal") == update.fields()["seal"]


@pytest.mark.parametrize("damage", ["cut", "tail", "xref"])
def test_nothing_is_written_on_what_is_not_a_file_of_ours(sealed: Sealed, damage: str) -> None:
    pdf = {
        "cut": sealed.pdf[:-20],
        "tail": sealed.pdf + b"x",
        "xref": sealed.pdf.replace(b"\nxref\n", b"\nxrfe\n"),
    }[damage]
    with pytest.raises(RevisionMismatch):
        Update(pdf)


def test_arrays_and_dictionaries_grow_at_their_ends() -> None:
    assert with_entry(b"<</A 1>>", b"/B 2") == b"<</A 1 /B 2 >>"
    assert with_member(b"<< /Fields [ 1 0 R ] /X 1 >>", b"/Fields", 7) == b"<< /Fields [ 1 0 R 7 0 R ] /X 1 >>"
    assert with_member(b"[ 1 0 R ]", b"", 7) == b"[ 1 0 R 7 0 R ]"
    assert references(b"<</Certs[1 0 R 2 0 R]>>", b"/Certs") == [1, 2]
    for bad in (b"[1 0 R]", b"stream"):
        with pytest.raises(RevisionMismatch):
            with_entry(bad, b"/B 2")
    with pytest.raises(RevisionMismatch):
        with_member(b"<<>>", b"/Fields", 7)


def test_a_value_fills_its_place_and_no_more(sealed: Sealed) -> None:
    update = Update(sealed.turns)
    update.add(placeholder(None, b"", stamp=True))
    written = update.written()
    prepared = Prepared(written, len(update.base))
    filled = prepared.filled(b"\x30\x00")
    assert len(filled) == len(written)
    assert b"/Contents<3000" in filled[len(update.base) :]
    with pytest.raises(SignatureRejected, match="cms_size"):
        prepared.filled(bytes(INSTITUTION_RESERVE + 1))
    with pytest.raises(RevisionMismatch, match="contents"):
        Prepared(sealed.turns, len(sealed.turns))
