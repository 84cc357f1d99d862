"""The picture of the committee's seal: a ring, a star, the name along the ring. Pixels only: the signature counts."""

import io
import math
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIDE = 480
RED = (196, 30, 36)
WHITE = (255, 255, 255)


def draw(committee: str, demo: bool, font: Path) -> bytes:
    """PNG, opaque RGB, SIDE pixels square. A demonstration says so inside the ring."""
    image = Image.new("RGB", (SIDE, SIDE), WHITE)
    canvas = ImageDraw.Draw(image)
    canvas.ellipse((8, 8, SIDE - 8, SIDE - 8), outline=RED, width=12)
    _star(canvas, SIDE / 2, SIDE / 2, 68)
    _around(image, committee, font)
    if demo:
        words = ImageFont.truetype(str(font), 40)
        canvas.text((SIDE / 2, SIDE * 0.76), "演示专用", font=words, fill=RED, anchor="mm")
    output = io.BytesIO()
    image.save(output, "PNG", optimize=True)
    return output.getvalue()


def _star(canvas: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    points = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.382
        angle = math.pi * corner / 5
        points.append((x + reach * math.sin(angle), y - reach * math.cos(angle)))
    canvas.polygon(points, fill=RED)


def _around(image: Image.Image, text: str, font: Path) -> None:
    """The name clockwise along the upper part of the ring, each character upright to the centre."""
    count = max(len(text), 1)
    size = int(min(56, 900 / count))
    face = ImageFont.truetype(str(font), size)
    step = min(24.0, 250 / count)
    radius = SIDE / 2 - 24 - size / 2
    for index, character in enumerate(text):
        angle = (index - (count - 1) / 2) * step
        glyph = Image.new("RGBA", (2 * size, 2 * size), (*WHITE, 0))
        ImageDraw.Draw(glyph).text((size, size), character, font=face, fill=RED, anchor="mm")
        turned = glyph.rotate(-angle, resample=Image.Resampling.BICUBIC)
        x = SIDE / 2 + radius * math.sin(math.radians(angle)) - size
        y = SIDE / 2 - radius * math.cos(math.radians(angle)) - size
        image.paste(turned, (round(x), round(y)), turned)
