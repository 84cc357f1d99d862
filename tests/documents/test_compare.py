import io
import zlib

import pikepdf
import pytest

from documents import compare
from documents.limits import TooMuch
from tests.documents.ceremony import printed


def opened(pdf: bytes | None = None) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf or printed()))


def test_equal_values_have_one_spelling_and_references_stay_references() -> None:
    with opened() as pdf:
        page = pdf.pages[0].obj
        assert compare.spelled(page) == f"{page.objgen[0]} 0 R"
        assert compare.spelled(pikepdf.Array([1, 2])) == compare.spelled(pikepdf.Array([1, 2]))
        assert compare.spelled(None) == compare.spelled(None)


def test_the_first_page_that_differs_is_named() -> None:
    with opened() as one, opened() as two:
        assert compare.changed_page(one, two) is None
        two.add_blank_page()
        assert compare.changed_page(one, two) == 2
        two.pages[0].obj.Rotate = 90
        assert compare.changed_page(one, two) == 1
        with pytest.raises(compare.Departure) as caught:
            compare.compare_pages(one, two, 5)
        assert (caught.value.code, caught.value.revision) == ("page_differs", 5)


def test_other_content_on_a_page_is_a_departure() -> None:
    with opened() as one, opened() as two:
        compare.compare_pages(one, two, 1)
        two.pages[0].Contents = two.make_stream(b"BT ET")
        with pytest.raises(compare.Departure) as caught:
            compare.compare_pages(one, two, 1)
        assert caught.value.page == 1


@pytest.mark.parametrize("key", sorted(compare.ACTIVE))
def test_active_keys_are_refused_at_any_depth(key: str) -> None:
    with pikepdf.new() as pdf:
        inner = pikepdf.Dictionary({key: 1})
        holder = pikepdf.Dictionary(One=pikepdf.Array([pikepdf.Dictionary(Two=inner)]))
        with pytest.raises(compare.Departure) as caught:
            compare.refuse_active(pdf, [holder], 3)
        assert (caught.value.code, caught.value.detail) == ("active_content", key)


def test_nesting_without_end_is_a_departure() -> None:
    with pikepdf.new() as pdf:
        value = pikepdf.Array([])
        for _ in range(60):
            value = pikepdf.Array([value])
        with pytest.raises(compare.Departure):
            compare.refuse_active(pdf, [value], 0)


def test_streams_are_unpacked_up_to_a_limit() -> None:
    with pikepdf.new() as pdf:
        plain = pdf.make_stream(b"12345")
        packed = pikepdf.Stream(pdf, zlib.compress(b"1234567"), Filter=pikepdf.Name.FlateDecode)
        cut = pikepdf.Stream(pdf, zlib.compress(b"1234567")[:-5], Filter=pikepdf.Name.FlateDecode)
        odd = pikepdf.Stream(pdf, b"<31>", Filter=pikepdf.Name.ASCIIHexDecode)
        assert compare.inflated(plain, 5) == b"12345" and compare.inflated(packed, 7) == b"1234567"
        for stream, limit in ((plain, 4), (packed, 6)):
            with pytest.raises(TooMuch, match=f"more than {limit} bytes"):
                compare.inflated(stream, limit)
        for stream in (cut, odd):
            with pytest.raises(ValueError):
                compare.inflated(stream, 100)


def test_a_lock_names_every_field_or_all() -> None:
    with opened() as pdf:
        names = [each.T for each in pdf.Root.AcroForm.Fields]
        lock = pikepdf.Dictionary(Action=pikepdf.Name.All)
        assert compare.locks_all(lock, pdf)
        lock.Action, lock.Fields = pikepdf.Name.Include, pikepdf.Array(names)
        assert compare.locks_all(lock, pdf)
        lock.Fields = pikepdf.Array(names[1:])
        assert not compare.locks_all(lock, pdf)
