"""The form of a document: empty signature fields, all there before the first signature. Nothing is added later but
the document time-stamps, so that a verifier can compare the form with the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from documents.paging import Place

CERTIFICATION = "certification"
"""Name of the service's own field: invisible, zero size, on the first page, signed before all others."""

PRINT_AND_LOCKED = 132  # ISO 32000-1 table 165: Print (4) and Locked (128)
SIGNATURES_EXIST_APPEND_ONLY = 3  # ISO 32000-1 table 219


def add_fields(pdf: Pdf, places: Sequence[Sequence[Place]], seals: frozenset[str]) -> None:
    """Write AcroForm and one merged field and widget per slot; `places` holds the slots of each page in order.

    SigFlags are set from the start and each field has an empty appearance (ISO 19005-3, 6.3.3; the invisible one only
    for strict readers), so that a turn rewrites nothing but its own widget. A signed seal locks all fields.
    """
    fields: list[Object] = []
    locks: list[Object] = []
    for index, (page, slots) in enumerate(zip(pdf.pages, places, strict=True)):
        widgets: list[Object] = []
        if index == 0:
            widgets.append(_widget(pdf, page.obj, Place(CERTIFICATION, (0, 0, 0, 0))))
        for place in slots:
            widget = _widget(pdf, page.obj, place)
            if place.slot in seals:
                locks.append(widget)
            widgets.append(widget)
        if widgets:
            page.obj.Annots = Array(widgets)
        fields += widgets
    for widget in locks:
        # All by name: "All" would forbid the later time-stamp's own field, and EU DSS says so. No /P: a lock of
        # permissions collides with the later validation data.
        names = Array([each.T for each in fields])
        widget.Lock = Dictionary(Type=Name.SigFieldLock, Action=Name.Include, Fields=names)
    pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=Array(fields), SigFlags=SIGNATURES_EXIST_APPEND_ONLY))


def _widget(pdf: Pdf, page: Object, place: Place) -> Object:
    """The field with an appearance that says all that the later one says but what is painted."""
    x0, y0, x1, y1 = place.rect
    widget = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name.Sig,
        T=String(place.slot),
        F=PRINT_AND_LOCKED,
        Rect=Array([x0, y0, x1, y1]),
        P=page,
    )
    empty = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, FormType=1, BBox=Array([0, 0, x1 - x0, y1 - y0]))
    widget.AP = Dictionary(N=empty)
    return pdf.make_indirect(widget)


def widgets(pdf: Pdf) -> Mapping[str, tuple[int, int, int, int]]:
    """Field name -> (page index, page object number, widget object number, key in the parent tree; -1 for the service's
    own, which is no part of the page), read from the pages' annotations."""
    return {
        str(widget.T): (index, page.obj.objgen[0], widget.objgen[0], int(widget.get("/StructParent", -1)))
        for index, page in enumerate(pdf.pages)
        for widget in page.obj.get("/Annots", Array())
    }
