"""Text to R0: the drawn and tagged file with its empty fields. Same text and fonts, same bytes, in every process."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from itertools import count

import segno
from pikepdf import Pdf
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from documents import compose
from documents.agreement import DocumentText, text_hash
from documents.compose import BOTTOM, COLUMN, LEFT, PAGE_HEIGHT, PAGE_WIDTH, RIGHT, Plan, one_line
from documents.fields import widgets
from documents.fonts import DRAWING, Typefaces, load
from documents.options import Fonts
from documents.paging import ARTIFACT, PagePlan, TextRun
from documents.pdfa import Drawn, file_id, finish

QR_SIDE = 58
FOOT = 34
"""Lower edge of the foot lines, points above the page's edge."""
NUMBER, PAGE_OF, CODE, DIGEST, SCAN = "编号：", "第{}页　共{}页", "文本码：", "文本摘要（SHA-256）：", "扫码核验"
DEMO = "演示文件，无法律效力"
FOOT_WORDS = NUMBER + PAGE_OF + CODE + DIGEST + SCAN + DEMO + "0123456789abcdef"


@dataclass(frozen=True)
class SlotPlace:
    """Where a slot's empty field lies in R0; object numbers have generation 0 and never change."""

    slot: str
    page_index: int
    page_object: int
    widget_object: int
    struct_parent: int
    """The widget's key in the parent tree."""
    rect: tuple[int, int, int, int]
    """x0, y0, x1, y1 in whole points."""


@dataclass(frozen=True)
class Laid:
    """R0 and what a manifest says about it."""

    pdf: bytes
    pages: int
    slots: tuple[SlotPlace, ...]
    """In the order of the text's signatories; without the service's own invisible field."""
    root_object: int
    info_object: int
    id: tuple[str, str]
    """Both parts of /ID as lower-case hex."""


def lay_out(text: DocumentText, fonts: Fonts) -> Laid:
    """R0. Raises MissingGlyphs before anything is built, FontUnavailable. CPU work of about 0.1 s: not for the loop."""
    drawn, plan = _printed(text, fonts, by_hand=False)
    return _describe(finish(drawn, text), text, plan)


def lay_out_by_hand(text: DocumentText, fonts: Fonts) -> tuple[bytes, int]:
    """The same text to be printed and signed in ink, and its pages: no fields, room for names, fingerprints, dates.

    Deterministic like R0. For disputes in which the law keeps electronic signatures out."""
    drawn, plan = _printed(text, fonts, by_hand=True)
    return finish(drawn, text), len(plan.pages)


def _printed(text: DocumentText, fonts: Fonts, *, by_hand: bool) -> tuple[Drawn, Plan]:
    wanted = [*text.printed(), ("template", compose.TEMPLATE_WORDS + FOOT_WORDS)]
    faces = load(fonts, "".join(words for _, words in wanted))
    faces.require(wanted)
    plan = compose.compose(text, faces.width, by_hand=by_hand)
    with DRAWING:
        drawn = Drawn(
            _draw(plan, text, faces),
            plan.elements,
            tuple(tuple(mark.element for mark in page.marks if mark.element != ARTIFACT) for page in plan.pages),
            None if by_hand else tuple(page.places for page in plan.pages),
        )
    return drawn, plan


def verify_address(text: DocumentText) -> str:
    """What the QR code says: the address with H(T) in its fragment, which is not sent to the server."""
    joint = "&" if "#" in text.verify_url else "#"
    return f"{text.verify_url}{joint}t={text_hash(text)}"


def text_code(digest: str) -> str:
    """The first eight hex digits of H(T) as people compare them: 3f9a 71c2."""
    return f"{digest[:4]} {digest[4:8]}"


def _describe(pdf: bytes, text: DocumentText, plan: Plan) -> Laid:
    rects = {place.slot: place.rect for page in plan.pages for place in page.places}
    with Pdf.open(BytesIO(pdf)) as opened:
        found = widgets(opened)
        slots = tuple(SlotPlace(s.slot, *found[s.slot], rects[s.slot]) for s in text.signatories)
        root, info = opened.trailer.Root.objgen[0], opened.trailer.Info.objgen[0]
    identifier = file_id(text)
    return Laid(pdf, len(plan.pages), slots, root, info, (identifier, identifier))


def _draw(plan: Plan, text: DocumentText, faces: Typefaces) -> bytes:
    out = BytesIO()
    canvas = Canvas(
        out,
        pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
        pageCompression=1,
        invariant=1,
        initialFontName=faces.names["regular"][0],  # else every page selects Helvetica, which is not embedded
    )
    _define_qr(canvas, verify_address(text))
    framed = frozenset(person.slot for person in text.people if person.kind == "person")
    for number, page in enumerate(plan.pages, start=1):
        draw_page(canvas, plan, page, framed, faces)
        _draw_foot(canvas, text, faces, number, len(plan.pages))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def draw_page(canvas: Canvas, plan: Plan, page: PagePlan, framed: frozenset[str], faces: Typefaces) -> None:
    """The tagged text, then lines and frames. A person's slot is framed; seals stand free, as on paper."""
    mcids = count()
    for mark in page.marks:
        if mark.element == ARTIFACT:
            canvas.addLiteral("/Artifact <</Type /Pagination>> BDC")
        else:
            canvas.addLiteral(f"/{plan.elements[mark.element]} <</MCID {next(mcids)}>> BDC")
        draw_runs(canvas, mark.runs, faces)
        canvas.addLiteral("EMC")
    canvas.addLiteral("/Artifact <</Type /Layout>> BDC")
    canvas.setStrokeGray(0.25)
    canvas.setLineWidth(0.5)
    for line in page.strokes:
        canvas.line(line.x0, line.y0, line.x1, line.y1)
    canvas.setStrokeGray(0.7)
    for x0, y0, x1, y1 in (place.rect for place in page.places if place.slot in framed):
        canvas.rect(x0 - 1, y0 - 1, x1 - x0 + 2, y1 - y0 + 2)  # just outside: the drawing covers its rectangle
    canvas.addLiteral("EMC")


def draw_runs(canvas: Canvas, runs: tuple[TextRun, ...], faces: Typefaces) -> None:
    pen: PDFTextObject = canvas.beginText()
    font: tuple[str, float] | None = None
    for run in runs:
        pen.setTextOrigin(run.x, run.y)
        pen.setCharSpace(run.space)
        for name, piece in faces.pieces(run.text, run.face):
            if font != (name, run.size):
                font = (name, run.size)
                pen.setFont(*font)
            pen.textOut(piece)
    canvas.drawText(pen)


def _draw_foot(canvas: Canvas, text: DocumentText, faces: Typefaces, page: int, pages: int) -> None:
    """Rule, number, page, text code, digest and QR code of one page; and the mark of a demonstration at its head."""
    digest = text_hash(text)
    grouped = " ".join(digest[at : at + 8] for at in range(0, 64, 8))
    column = COLUMN - QR_SIDE - 14
    lines = [
        fitted(f"{NUMBER}{one_line(text.number)}", FOOT + 46, 9, column, faces),
        fitted(f"{PAGE_OF.format(page, pages)}　　{CODE}{text_code(digest)}", FOOT + 29, 9, column, faces),
        fitted(f"{DIGEST}{grouped}", FOOT + 14, 6.5, column, faces),
    ]
    if text.demo:
        lines.append(fitted(DEMO, FOOT, 8, column, faces))
    width = sum(faces.width(character, "regular", 6) for character in SCAN)
    lines.append(TextRun(RIGHT - QR_SIDE / 2 - width / 2, FOOT - 10, SCAN, "regular", 6))
    canvas.addLiteral("/Artifact <</Type /Pagination /Subtype /Footer>> BDC")
    canvas.setStrokeGray(0.6)
    canvas.setLineWidth(0.5)
    canvas.line(LEFT, BOTTOM - 12, RIGHT, BOTTOM - 12)
    canvas.setFillGray(0.2)
    draw_runs(canvas, tuple(lines), faces)
    canvas.setFillGray(0)
    canvas.saveState()
    canvas.translate(RIGHT - QR_SIDE, FOOT)
    canvas.doForm("qr")
    canvas.restoreState()
    canvas.addLiteral("EMC")


def fitted(words: str, y: float, size: float, column: float, faces: Typefaces) -> TextRun:
    """One foot line, set smaller when it is too long for its column."""
    natural = sum(faces.width(character, "regular", size) for character in words)
    return TextRun(LEFT, y, words, "regular", size * min(1.0, column / natural))


def _define_qr(canvas: Canvas, address: str) -> None:
    """The QR code as one filled path, dark modules of a row joined; its quiet zone is the white paper around."""
    rows = segno.make(address, error="m", boost_error=False, micro=False).matrix
    module = QR_SIDE / len(rows)
    canvas.beginForm("qr", 0, 0, QR_SIDE, QR_SIDE)
    canvas.setFillGray(0)
    path = canvas.beginPath()
    for index, row in enumerate(rows):
        start = 0
        while start < len(row):
            end = start
            while end < len(row) and row[end] == row[start]:
                end += 1
            if row[start]:
                path.rect(start * module, QR_SIDE - (index + 1) * module, (end - start) * module, module)
            start = end
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.endForm()
