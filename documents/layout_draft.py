"""A draft as it would print: the same pages with 草稿 across each, without fields, attachment or any way to sign."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from pikepdf import Pdf, Rectangle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from documents.agreement import DocumentText
from documents.compose import PAGE_HEIGHT, PAGE_WIDTH
from documents.errors import FontUnavailable
from documents.fonts import DRAWING
from documents.layout import lay_out
from documents.options import Fonts

MARK, SIZE, GREY = "草稿", 150, 0.88
FIELDS = ("/AcroForm", "/Names", "/AF")


def lay_out_draft(text: DocumentText, fonts: Fonts) -> bytes:
    """The pages of `text` marked as a draft. Raises MissingGlyphs, FontUnavailable. CPU work of about 0.2 s."""
    laid = lay_out(text, fonts)
    mark = _mark(fonts.bold_path.resolve())
    with Pdf.open(BytesIO(laid.pdf)) as pdf, Pdf.open(BytesIO(mark)) as stamp:
        for key in FIELDS:
            if key in pdf.Root:
                del pdf.Root[key]
        for page in pdf.pages:
            if "/Annots" in page.obj:
                del page.obj["/Annots"]
            page.add_underlay(stamp.pages[0], Rectangle(0, 0, PAGE_WIDTH, PAGE_HEIGHT))
        pdf.remove_unreferenced_resources()
        out = BytesIO()
        pdf.save(out)
    return out.getvalue()


@lru_cache(maxsize=2)
def _mark(font: Path) -> bytes:
    """One page with the word across it, light enough to read over."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=(PAGE_WIDTH, PAGE_HEIGHT), invariant=1)
    with DRAWING:
        try:
            face = TTFont(f"hejie-draft:{font}", str(font), shapable=False)
        except (TTFError, OSError) as error:
            raise FontUnavailable(f"{font.name}: {error}") from error
        pdfmetrics.registerFont(face)
        canvas.setFont(face.fontName, SIZE)
        canvas.setFillGray(GREY)
        canvas.translate(PAGE_WIDTH / 2, PAGE_HEIGHT / 2)
        canvas.rotate(50)
        canvas.drawCentredString(0, -SIZE / 3, MARK)
        canvas.save()
    return out.getvalue()
