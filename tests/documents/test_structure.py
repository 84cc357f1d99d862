import time
from itertools import pairwise

import pytest

from documents import structure
from documents.structure import Broken
from tests.documents import attacks
from tests.documents.conftest import Sealed


def test_revisions_tile_the_file(sealed: Sealed) -> None:
    revisions = structure.read(sealed.pdf)
    assert [each.index for each in revisions] == list(range(8))
    assert revisions[0].start == 0 and revisions[-1].end == len(sealed.pdf)
    assert all(old.end == new.start for old, new in pairwise(revisions))
    assert revisions[1].end == len(sealed.ceremony.f)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda pdf: pdf + b"x", "trailing_bytes"),
        (lambda pdf: pdf + b"99 0 obj\n<<>>\nendobj\n", "truncated"),
        (lambda pdf: pdf[:-1], "truncated"),
        (lambda pdf: pdf[:40], "no_end"),
        (attacks.shadow_object, "structure"),
        (attacks.second_end, "structure"),
        (lambda pdf: pdf.replace(b"/Prev", b"/Prew"), "structure"),
        (lambda pdf: pdf.replace(b"00000 n \n", b"00001 n \n", 1), "structure"),
        (lambda pdf: pdf.replace(b"\nstartxref\n", b"\n%x\nstartxref\n", 1), "structure"),
        (lambda pdf: pdf.replace(b"/ID [", b"/XRefStm 9/ID [", 1), "structure"),
        (lambda pdf: pdf.replace(b"trailer\n<</Size", b"trailer\n<</Size 1/Size", 1), "structure"),
    ],
)
def test_other_forms_are_broken(sealed: Sealed, change: attacks.Change, code: str) -> None:
    changed = change(sealed.pdf)
    assert changed != sealed.pdf
    with pytest.raises(Broken) as caught:
        structure.read(changed)
    assert caught.value.code == code


def test_bytes_inside_an_object_that_belong_to_none_are_noticed(sealed: Sealed) -> None:
    first = structure.read(sealed.pdf)[2]
    at = first.start
    widget_end = sealed.pdf.index(b"endobj\n", at)
    shifted = sealed.pdf[: widget_end - 1] + b" " + sealed.pdf[widget_end:]
    with pytest.raises(Broken, match="structure"):
        structure.read(shifted)


def test_a_loop_of_tables_ends(sealed: Sealed) -> None:
    own = sealed.pdf.rindex(b"/Prev ")
    offset = sealed.pdf.rindex(b"xref\n", 0, sealed.pdf.rindex(b"startxref"))
    end = sealed.pdf.index(b"\n", own)
    looped = sealed.pdf[:own] + b"/Prev %d" % offset + sealed.pdf[end:]
    with pytest.raises(Broken, match="structure"):
        structure.read(looped)


def test_a_hostile_number_of_ends_costs_little() -> None:
    hostile = b"%PDF-1.7\n(certification)" + b"startxref\n9\n%%EOF\n" * 200_000
    started = time.process_time()
    with pytest.raises(Broken):
        structure.read(hostile)
    assert structure.first_broken(hostile) is None
    assert time.process_time() - started < 1


def test_an_altered_byte_lies_in_the_range_that_is_named(sealed: Sealed) -> None:
    assert structure.first_broken(sealed.pdf) is None
    for at in range(100, len(sealed.pdf), 3001):
        changed = sealed.pdf[:at] + bytes([sealed.pdf[at] ^ 1]) + sealed.pdf[at + 1 :]
        place = structure.first_broken(changed)
        assert place is None or place[0] <= at < place[1], at
