"""A page of small Chinese print to share, and how much of a picture of it can be read: its characters told apart."""

import base64
import io
import math
from collections.abc import Mapping

from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Page

ALIKE = "己已巳未末土士日曰人入八天夫无元大太犬木本术今令干千于王玉主问间闻贝见"
"""Characters that differ by a stroke: who reads these reads everything."""
TERMS = "一、甲方于本协议生效之日起七日内，一次性赔偿乙方损失人民币8500元（大写：捌仟伍佰元整）。"
PAGE = """<!doctype html><meta charset="utf-8"><title>hejie-shared</title>
<style>body{{margin:40px;background:#fff;color:#222;font:12px/20px "Noto Sans CJK SC",sans-serif}}
#glyphs{{letter-spacing:8px;width:600px}}p{{width:1100px}}</style>
<h1>人民调解协议书</h1><p id="glyphs">{alike}</p>{terms}""".format(
    alike=ALIKE, terms="".join(f"<p>{TERMS * 3}</p>" for _ in range(14))
)
RECTS = """() => { const text = document.getElementById('glyphs').firstChild, out = [];
  for (let n = 0; n < text.length; n++) { const r = document.createRange(); r.setStart(text, n); r.setEnd(text, n + 1);
    const b = r.getBoundingClientRect();
    out.push([Math.floor(b.left), Math.floor(b.top), Math.ceil(b.right) - 7, Math.ceil(b.bottom)]); }
  return out; }"""
FRAME = """() => { const v = document.querySelector('[data-shared] video'), c = document.createElement('canvas');
  c.width = v.videoWidth; c.height = v.videoHeight;
  c.getContext('2d').drawImage(v, 0, 0); return c.toDataURL('image/png'); }"""

Box = tuple[int, int, int, int]


def to_share(page: Page) -> Page:
    """A page beside this one, which the browser takes when it is asked for a screen."""
    document = page.context.new_page()
    document.set_viewport_size({"width": 1280, "height": 800})
    document.set_content(PAGE)
    return document


def picture(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("L")


def received(page: Page) -> Image.Image:
    """The frame of the shared screen that this page shows now, at the size it came in."""
    return picture(base64.b64decode(page.evaluate(FRAME).split(",")[1]))


def glyphs(source: Page) -> Mapping[str, Box]:
    """Where each of the characters stands on the shared page."""
    return {char: (x, y, r, b) for char, (x, y, r, b) in zip(ALIKE, source.evaluate(RECTS), strict=True)}


def misread(source: Image.Image, seen: Image.Image, where: Mapping[str, Box]) -> list[str]:
    """`己→已` for every character that looks, in `seen`, more like another one of the source than like itself."""
    templates = {char: _levels(source.crop(box)) for char, box in where.items()}
    wrong = []
    for char, box in where.items():
        here = _levels(seen.crop(box))
        best = max(templates, key=lambda other, here=here: _alike(here, templates[other]))
        if best != char:
            wrong.append(f"{char}→{best}")
    return wrong


def psnr(source: Image.Image, seen: Image.Image) -> float:
    """Decibels; 35 and more is hardly told from the source."""
    rms = ImageStat.Stat(ImageChops.difference(source, seen)).rms[0]
    return math.inf if rms == 0 else 20 * math.log10(255 / rms)


def _levels(crop: Image.Image) -> list[float]:
    """Pixels about their mean."""
    pixels = list(crop.resize((14, 20)).tobytes())
    mean = sum(pixels) / len(pixels)
    return [pixel - mean for pixel in pixels]


def _alike(one: list[float], other: list[float]) -> float:
    """Correlation, -1..1."""
    norm = math.sqrt(sum(a * a for a in one) * sum(b * b for b in other))
    return sum(a * b for a, b in zip(one, other, strict=True)) / norm if norm else 0.0
