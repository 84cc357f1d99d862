"""A form to PDF/A-3: drawn, tagged, with what was filled in attached. Same text and fonts, same bytes."""

from __future__ import annotations

from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from documents.compose import LEFT, PAGE_HEIGHT, PAGE_WIDTH, RIGHT, Plan, one_line
from documents.compose_form import DATE, FOOT, compose_form
from documents.fonts import DRAWING, Typefaces, load
from documents.form import FormText
from documents.layout import DEMO, PAGE_OF, draw_page, draw_runs, fitted
from documents.options import Fonts
from documents.paging import TextRun
from documents.pdfa import Drawn, finish

FOOT_SIZE = 9


def lay_out_form(text: FormText, fonts: Fonts) -> tuple[bytes, int]:
    """The file and its pages. Raises MissingGlyphs before anything is built, FontUnavailable. CPU work of about 0.1 s:
    not for the loop."""
    wanted = [*(("form", words) for words in text.strings()), ("template", f"{DATE}{PAGE_OF}{DEMO}0123456789")]
    faces = load(fonts, "".join(words for _, words in wanted))
    faces.require(wanted)
    plan = compose_form(text, faces.width)
    with DRAWING:
        drawn = Drawn(
            _draw(plan, text, faces),
            plan.elements,
            tuple(tuple(mark.element for mark in page.marks) for page in plan.pages),
            None,
            plan.nodes,
        )
    return finish(drawn, text), len(plan.pages)


def _draw(plan: Plan, text: FormText, faces: Typefaces) -> bytes:
    out = BytesIO()
    canvas = Canvas(
        out,
        pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
        pageCompression=1,
        invariant=1,
        initialFontName=faces.names["regular"][0],
    )
    for number, page in enumerate(plan.pages, start=1):
        draw_page(canvas, plan, page, frozenset(), faces)
        _draw_foot(canvas, text, faces, PAGE_OF.format(number, len(plan.pages)))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw_foot(canvas: Canvas, text: FormText, faces: Typefaces, page: str) -> None:
    """Rule, title and number, page; below, the mark of a demonstration."""
    wide = sum(faces.width(character, "regular", FOOT_SIZE) for character in page)
    lines = [
        fitted(
            one_line(f"{text.title}　{text.number}".strip("　")), FOOT - 32, FOOT_SIZE, RIGHT - LEFT - wide - 20, faces
        ),
        TextRun(RIGHT - wide, FOOT - 32, page, "regular", FOOT_SIZE),
    ]
    if text.demo:
        lines.append(TextRun(LEFT, FOOT - 46, DEMO, "regular", 8))
    canvas.addLiteral("/Artifact <</Type /Pagination /Subtype /Footer>> BDC")
    canvas.setStrokeGray(0.6)
    canvas.setLineWidth(0.5)
    canvas.line(LEFT, FOOT - 18, RIGHT, FOOT - 18)
    canvas.setFillGray(0.2)
    draw_runs(canvas, tuple(lines), faces)
    canvas.setFillGray(0)
    canvas.addLiteral("EMC")
