"""Objects of two revisions beside each other, as pikepdf reads them: what differs, on which page, and what no file of
ours may hold."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from hashlib import sha256

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from documents.limits import TooMuch
from documents.structure import Revision

ACTIVE = frozenset(
    "/JS /JavaScript /OpenAction /AA /XFA /OCProperties /Launch /RichMedia /NeedAppearances /Movie /Sound".split()
)
"""Keys that could make the page act or look different from what was signed; none stands in a file of ours."""


class Departure(Exception):
    """A revision is not what it may be: reason code, revision index, page (from 1) if one is concerned."""

    def __init__(self, code: str, revision: int, detail: str = "", page: int | None = None) -> None:
        super().__init__(code)
        self.code, self.revision, self.detail, self.page = code, revision, detail, page


def object_of(pdf: Pdf, number: int) -> Object:
    found: Object = pdf.get_object(number, 0)
    return found


def field_of(pdf: Pdf, name: str) -> Object:
    for each in pdf.Root.AcroForm.Fields:
        if str(each.T) == name:
            found: Object = each
            return found
    raise KeyError(name)


def names(fields: Iterable[Object]) -> list[tuple[int, int]]:
    return [each.objgen for each in fields]


def spelled(value: object) -> bytes | str:
    """One spelling for equal values; references stay references."""
    if isinstance(value, Object):
        if value.is_indirect:
            return f"{value.objgen[0]} {value.objgen[1]} R"
        return value.unparse()
    return repr(value)


def locks_all(lock: Object, form: Pdf) -> bool:
    """All fields, or each by its name."""
    named = {str(name) for name in lock.get("/Fields", Array())}
    every = {str(each.T) for each in form.Root.AcroForm.Fields}
    return bool(lock.Action == Name.All or (lock.Action == Name.Include and named == every))


def numbers(revision: Revision) -> str:
    return " ".join(str(number) for number in sorted(revision.objects)[:12])


def changed_page(before: Pdf, after: Pdf) -> int | None:
    """Number of the first page whose content, resources or annotations differ."""
    for index, (old, new) in enumerate(zip(before.pages, after.pages, strict=False), 1):
        if _page_key(old.obj) != _page_key(new.obj):
            return index
    return len(before.pages) + 1 if len(after.pages) > len(before.pages) else None


def _page_key(page: Object) -> list[object]:
    annotations = page.get("/Annots", Array())
    return [*_page_body(page), [spelled(each) for each in annotations]]


def _page_body(page: Object) -> list[object]:
    """All of a page but its annotations, with the raw bytes of its content."""
    contents = page.get("/Contents", Array())
    streams = [contents] if isinstance(contents, Stream) else list(contents)
    return [
        {key: spelled(value) for key, value in page.items() if key not in ("/Annots", "/Contents")},
        [sha256(each.read_raw_bytes()).digest() for each in streams if isinstance(each, Stream)],
    ]


def compare_pages(first: Pdf, last: Pdf, revision: int) -> None:
    """The pages another parser sees in the last revision are those of R0: the grammar already says so, this asks."""
    if len(first.pages) != len(last.pages):
        raise Departure("page_differs", revision)
    for number, (old, new) in enumerate(zip(first.pages, last.pages, strict=True), 1):
        if _page_body(old.obj) != _page_body(new.obj):
            raise Departure("page_differs", revision, page=number)


def refuse_active(pdf: Pdf, objects: Iterable[Object], revision: int) -> None:
    for each in objects:
        for keys in _keys(each):
            if found := keys & ACTIVE:
                raise Departure("active_content", revision, " ".join(sorted(found)))


def _keys(value: Object, depth: int = 0) -> Iterator[set[str]]:
    """Key sets of a direct object and all direct objects in it."""
    if depth > 40:
        raise Departure("structure", 0, "nesting")
    if isinstance(value, (Dictionary, Stream)):
        yield set(value.keys())
        inner = [child for _, child in value.items()]
    elif isinstance(value, Array):
        inner = list(value)
    else:
        return
    for child in inner:
        if isinstance(child, Object) and not child.is_indirect:
            yield from _keys(child, depth + 1)


def inflated(stream: Object, limit: int) -> bytes:
    """The content of a stream without filter or with Flate alone. Raises TooMuch beyond `limit` bytes."""
    raw = stream.read_raw_bytes()
    named = stream.get("/Filter")
    filters = [] if named is None else [str(each) for each in named] if isinstance(named, Array) else [str(named)]
    if not filters:
        found, whole = raw, True
    elif filters == ["/FlateDecode"] and stream.get("/DecodeParms") is None:
        inflater = zlib.decompressobj()
        found = inflater.decompress(raw, limit + 1)
        whole = inflater.eof
    else:
        raise ValueError("filter")
    if len(found) > limit:
        raise TooMuch(f"a stream of more than {limit} bytes")
    if not whole:
        raise ValueError("stream length")
    return found
