"""The flat filing copy: a complete file's pages as they look, for an intake that refuses or flattens signed PDFs. It
has no signatures, fields or attachments, says on every page that it is a copy, and names the SHA-256 of its original.

What a copy is worth only its original can tell: the copy is made again from it and compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from io import BytesIO

import pypdfium2
from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, Pdf, String

from documents.compare import Departure, refuse_active
from documents.layout import copy_mark
from documents.options import Fonts
from documents.pdfa import complete_character_maps
from documents.report import CopyReport, Report, with_copy
from documents.second import ALONE, MAX_PAGES, copy_of

TITLE = "（提交副本）"
SCALE = 2.0
"""Pixels a point when two copies are compared: a changed digit changes some hundred of them."""
_DROPPED = ("/AcroForm", "/Perms", "/DSS", "/Extensions", "/AF", "/Names")
_TITLE = re.compile(rb'(<dc:title><rdf:Alt><rdf:li xml:lang="x-default">)(.*?)(</rdf:li>)', re.DOTALL)


def filing_copy(original: bytes, fonts: Fonts) -> bytes:
    """The copy; the same bytes each time. Raises FontUnavailable. CPU work of about 0.2 s: not for the loop."""
    with Pdf.open(BytesIO(original)) as pdf, Pdf.open(BytesIO(copy_mark(sha256(original).hexdigest(), fonts))) as mark:
        complete_character_maps(mark)
        stamp = pdf.copy_foreign(mark.pages[0].as_form_xobject())
        figures = _Figures(pdf)
        for page in pdf.pages:
            drawn = b"".join(figures.drawn(page.obj))
            page.obj.Resources = _with_forms(page.obj.Resources, figures.taken() | {"/Copy": stamp})
            drawn += b"/Artifact <</Type /Pagination /Subtype /Header>> BDC\nq /Copy Do Q\nEMC\n"
            page.contents_add(pdf.make_stream(drawn))
            if "/Annots" in page.obj:
                del page.obj["/Annots"]
        figures.settle()
        for key in _DROPPED:
            if key in pdf.Root:
                del pdf.Root[key]
        pdf.trailer.Info.Title = String(f"{pdf.trailer.Info.Title}{TITLE}")
        written = _TITLE.sub(rb"\1\2" + TITLE.encode() + rb"\3", pdf.Root.Metadata.read_bytes())
        pdf.Root.Metadata = pdf.make_stream(written, Type=Name.Metadata, Subtype=Name.XML)
        out = BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=ObjectStreamMode.disable, force_version="1.7")
    return out.getvalue()


def judge_copy(report: Report, original: bytes, copy: bytes, fonts: Fonts) -> Report:
    """The original's report with what its copy is. A copy is told from no original that is not valid itself.

    Raises FontUnavailable."""
    found = CopyReport(sha256(copy).hexdigest(), copy_of(copy), None, None)
    if report.verdict != "valid":
        return with_copy(report, found)
    if found.of != report.sha256:
        return with_copy(report, CopyReport(found.sha256, found.of, False, None))
    page = _difference(filing_copy(original, fonts), copy)
    return with_copy(report, CopyReport(found.sha256, found.of, page is None, page))


def _difference(wanted: bytes, copy: bytes) -> int | None:
    """The first page that shows something else than it should; 0 when it is not about a page. A copy saved anew by
    another program looks and reads the same, so its bytes are no matter."""
    if wanted == copy:
        return None
    try:
        with Pdf.open(BytesIO(copy)) as pdf:
            refuse_active(pdf, pdf.objects, 0)
            if any("/Annots" in page.obj for page in pdf.pages):
                return 0
    except (Departure, RuntimeError, ValueError):
        return 0
    try:
        with ALONE, closing(pypdfium2.PdfDocument(wanted)) as ours, closing(pypdfium2.PdfDocument(copy)) as theirs:
            if len(ours) != len(theirs) or len(ours) > MAX_PAGES:
                return min(len(ours), len(theirs)) + 1
            for index in range(len(ours)):
                if _seen(ours, index) != _seen(theirs, index):
                    return index + 1
    except pypdfium2.PdfiumError:
        return 0
    return None


def _seen(document: pypdfium2.PdfDocument, index: int) -> tuple[object, ...]:
    """Size, words and picture of a page."""
    with closing(document[index]) as page:
        size = page.get_size()
        if max(size) > 2_000:
            return (size,)
        with closing(page.get_textpage()) as layer, closing(page.render(scale=SCALE, grayscale=True)) as picture:
            return size, layer.get_text_range(), sha256(bytes(picture.buffer)).digest()


class _Figures:
    """What was painted in the fields becomes part of the pages, and the Form elements that stood for it Figures."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self.images: dict[str, Object] = {}
        self.empty: set[tuple[int, int]] = set()
        """Elements of fields in which nothing was painted."""
        root = pdf.Root.StructTreeRoot
        numbers = root.ParentTree.Nums
        self.rows = {int(numbers[at]): numbers[at + 1] for at in range(0, len(numbers), 2)}

    def drawn(self, page: Object) -> Iterator[bytes]:
        """Operators that paint each field of the page, tagged."""
        row = self.rows[int(page.StructParents)]
        for widget in page.get("/Annots", Array()):
            x0, y0, x1, y1 = (float(value) for value in widget.Rect)
            if x0 == x1 or y0 == y1 or not widget.AP.N.read_bytes():
                if "/StructParent" in widget:
                    self.empty.add(self.rows[int(widget.StructParent)].objgen)
                continue
            name = f"/Field{len(self.images)}"
            self.images[name] = widget.AP.N
            bx0, by0, bx1, by1 = (float(value) for value in widget.AP.N.BBox)
            wide, high = (x1 - x0) / (bx1 - bx0), (y1 - y0) / (by1 - by0)
            tag = f"/Figure <</MCID {len(row)}>>" if "/StructParent" in widget else "/Artifact <</Type /Layout>>"
            if "/StructParent" in widget:
                element = self.rows[int(widget.StructParent)]
                element.S = Name.Figure
                element.K = Array([Dictionary(Type=Name.MCR, Pg=page, MCID=len(row))])
                row.append(element)
            place = f"{wide:g} 0 0 {high:g} {x0 - wide * bx0:g} {y0 - high * by0:g}"
            yield f"{tag} BDC\nq {place} cm {name} Do Q\nEMC\n".encode()

    def taken(self) -> dict[str, Object]:
        """The appearances by the names under which they were drawn since the last call."""
        found, self.images = self.images, {}
        return found

    def settle(self) -> None:
        """The structure without the fields."""
        pages = [int(page.obj.StructParents) for page in self.pdf.pages]
        root = self.pdf.Root.StructTreeRoot
        root.K.K = Array([each for each in root.K.K if each.objgen not in self.empty])
        root.ParentTree = self.pdf.make_indirect(
            Dictionary(Nums=Array([each for key in pages for each in (key, self.rows[key])]))
        )
        root.ParentTreeNextKey = len(pages)


def _with_forms(resources: Object, more: dict[str, Object]) -> Dictionary:
    """The page's own resources, where those of before may be shared by all pages, with more forms to draw."""
    found = Dictionary({key: value for key, value in resources.items() if key != "/XObject"})
    found.XObject = Dictionary({**dict(resources.get("/XObject", Dictionary()).items()), **more})
    return found
