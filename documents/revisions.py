"""Writes and reads one incremental update of the ceremony, byte for byte after one template: THE signing engine.
Same grammar as static/src/pdf/revisions.ts; both are tested on tests/data/ceremony, whose README lists the reasons."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from msgspec import UNSET

from documents import cms
from documents.errors import FieldTaken, RevisionMismatch, SignatureRejected
from documents.manifest import RESERVED as RESERVED
from documents.manifest import ManifestFile, ManifestSlot

IMAGE_WIDTH, IMAGE_HEIGHT = 420, 132
MAX_DRAWING = 60_000
"""Compressed bytes of a drawing, at most."""
SEAL_RED = (0xC4, 0x1E, 0x24)
GREY = "/DeviceGray"
PALETTE = "".join(
    f"{red + (255 - red) * level // 255:02x}{green + (255 - green) * level // 255:02x}"
    f"{blue + (255 - blue) * level // 255:02x}"
    for red, green, blue in [SEAL_RED]
    for level in range(256)
)
"""256 colours from seal red to white: an organisation's picture is the same grey data seen through it."""
RED = f"[/Indexed/DeviceRGB 255<{PALETTE}>]"
"""ISO 32000-1 8.6.6.3."""
HEAD = 4000
"""Widget, form and image dictionary of one update take less."""

_TRAILER = re.compile(
    rb"trailer\n?\s*<<(?P<entries>[^\0]{0,2000}?)>>\s*startxref\n(?P<startxref>\d{1,10})\n%%EOF\n\Z", re.DOTALL
)
_OBJECT = re.compile(rb"\d{1,10} 0 obj\n")
TURN = re.compile(rb"\d{1,10} 0 obj\n<</Type/Annot/Subtype/Widget/FT/Sig/T\(([a-z][a-z0-9-]{0,31})\)")
"""How an update by the template begins; group 1 is the slot."""
_IMAGE_LENGTH = re.compile(rb"/FlateDecode/Length ([1-9]\d{0,9})>>\nstream\n")
BYTE_RANGE = re.compile(rb"/ByteRange ?\[ ?0 +(\d{1,10}) +(\d{1,10}) +(\d{1,10}) *\]")
"""Of any signature in our files; groups are the gap's borders and the length behind it."""
_DATE = re.compile(rb"\d{14}")
_HEX = re.compile(rb"[0-9a-f]{%d}" % (2 * RESERVED))


@dataclass(frozen=True)
class FrozenFacts:
    """What an update must know of the file below it. `root` and `info` are object numbers, `id_pair` hex."""

    length: int
    sha256: str
    size: int
    startxref: int
    root: int
    info: int
    id_pair: tuple[str, str]


@dataclass(frozen=True)
class Turn:
    """One update as read: everything that is free in the template, and where it lies. Offsets count from the file's
    start."""

    slot: str
    drawing: bytes
    at: datetime
    contents: bytes
    start: int
    gap: tuple[int, int]
    end: int
    startxref: int
    size: int

    @property
    def signed(self) -> bool:
        """False while /Contents is all zeros."""
        return any(self.contents)


def frozen_facts(f: bytes) -> FrozenFacts:
    """Length, hash and last trailer of a file with a classic xref table that ends `%%EOF\\n`. Raises
    RevisionMismatch."""
    found = _TRAILER.search(f[-4096:])
    if found is None:
        raise RevisionMismatch("trailer")
    entries, startxref = found["entries"], int(found["startxref"])
    if f[startxref : startxref + 5] != b"xref\n":
        raise RevisionMismatch("startxref")
    return FrozenFacts(
        length=len(f),
        sha256=sha256(f).hexdigest(),
        size=_number(entries, rb"/Size\s+(\d{1,10})"),
        startxref=startxref,
        root=_number(entries, rb"/Root\s+(\d{1,10})\s+0\s+R"),
        info=_number(entries, rb"/Info\s+(\d{1,10})\s+0\s+R"),
        id_pair=_id_pair(entries),
    )


def prepare_turn(base: bytes, file: ManifestFile, slot: str, drawing: bytes, at: datetime) -> bytes:
    """The update for one slot on top of `base` (F and the complete updates before), /Contents all zeros.

    Raises FieldTaken if the slot has its signature or is not in the file, SignatureRejected("drawing") for a bad image,
    RevisionMismatch if `base` is not F plus well-formed updates."""
    place = file.slot(slot)
    if place is None:
        raise FieldTaken(slot)
    check_drawing(drawing)
    turns = split(base, file)
    if any(turn.slot == slot for turn in turns):
        raise FieldTaken(slot)
    size, startxref = (turns[-1].size, turns[-1].startxref) if turns else (file.f.size, file.f.startxref)
    parts = _template(file, place, size, startxref, len(base), drawing, _pdf_date(at))
    return b"".join(part for _, part in parts)


def digest_ranges(file: bytes) -> bytes:
    """SHA-256 over both ranges of the last update: all of the file but its own /Contents value."""
    start, end = last_gap(file)
    digest = sha256(memoryview(file)[:start])
    digest.update(memoryview(file)[end:])
    return digest.digest()


def last_gap(file: bytes) -> tuple[int, int]:
    """Offsets of `<` and behind `>` of the last update's /Contents. Raises RevisionMismatch."""
    at = file.rfind(b"]/Contents<")
    start = at + len(b"]/Contents")
    end = start + 2 * RESERVED + 2
    if at < 0 or file[end - 1 : end + 11] != b">>>\nendobj\nx":
        raise RevisionMismatch("contents")
    return start, end


def split(complete: bytes, file: ManifestFile, *, own_last: bool = False) -> tuple[Turn, ...]:
    """Read a file of the ceremony: F, then updates by the template and nothing else, each slot once, ranks not falling.

    With `own_last` the last update must be unsigned and all others signed, else all must be signed. Cryptography is not
    looked at here (see persons.py). Raises RevisionMismatch with the reason."""
    if len(complete) < file.f.length or sha256(complete[: file.f.length]).hexdigest() != file.f.sha256:
        raise RevisionMismatch("base_changed")
    turns: list[Turn] = []
    size, startxref, position, rank = file.f.size, file.f.startxref, file.f.length, 0
    while position < len(complete):
        turn = _read_turn(complete, position, file, size, startxref)
        if any(turn.slot == earlier.slot for earlier in turns):
            raise RevisionMismatch("slot_used")
        place = file.slot(turn.slot)
        if place is None or place.rank < rank:
            raise RevisionMismatch("slot_order")
        turns.append(turn)
        size, startxref, position, rank = turn.size, turn.startxref, turn.end, place.rank
    if own_last and not turns:
        raise RevisionMismatch("truncated")
    if own_last and turns[-1].signed:
        raise RevisionMismatch("contents")
    if not all(turn.signed for turn in (turns[:-1] if own_last else turns)):
        raise RevisionMismatch("unsigned")
    return tuple(turns)


def assemble(
    base: bytes,
    update: bytes,
    signed_attrs: bytes,
    signature: bytes,
    cert: bytes,
    chain: bytes | Sequence[bytes],
    token: bytes,
) -> bytes:
    """The complete revision: base, then the update with its CMS object in place. `chain` is the issuing CA's
    certificate (or a sequence beginning with it: only that one goes in). Raises SignatureRejected when it does not
    fit."""
    issuing = chain if isinstance(chain, bytes) else chain[0]
    contents = cms.build((cert, issuing), signed_attrs, signature, token)
    if len(contents) > RESERVED:
        raise SignatureRejected("cms_size")
    start, end = last_gap(base + update)
    start, end = start - len(base), end - len(base)
    filled = contents.hex().encode().ljust(2 * RESERVED, b"0")
    return b"".join((base, update[: start + 1], filled, update[end - 1 :]))


def check_drawing(drawing: bytes) -> None:
    """One zlib stream that inflates to exactly 420 x 132 grey bytes, nothing after it. Raises
    SignatureRejected("drawing")."""
    limit = IMAGE_WIDTH * IMAGE_HEIGHT
    inflater = zlib.decompressobj()
    try:
        pixels = inflater.decompress(drawing, limit + 1) if len(drawing) <= MAX_DRAWING else b""
    except zlib.error:
        pixels = b""
    if len(pixels) != limit or not inflater.eof or inflater.unused_data:
        raise SignatureRejected("drawing")


def _read_turn(complete: bytes, start: int, file: ManifestFile, size: int, startxref: int) -> Turn:
    """Take the free values out of the bytes, print the template with them, compare part by part."""
    data = memoryview(complete)
    named = TURN.match(complete, start)
    if named is None:
        raise RevisionMismatch("widget" if _OBJECT.match(complete, start) else "trailing_bytes")
    slot = named[1].decode()
    place = file.slot(slot)
    if place is None:
        raise RevisionMismatch("slot_unknown")
    lengths = _IMAGE_LENGTH.search(complete, start, start + HEAD)
    drawing_length = int(lengths[1]) if lengths else 0
    drawing = bytes(data[lengths.end() : lengths.end() + min(drawing_length, MAX_DRAWING)]) if lengths else b""
    head = b"".join(part for name, part in _template(file, place, size, startxref, start, drawing, b"0" * 14)[:6])
    date_at = start + len(head)
    date = complete[date_at : date_at + 14].ljust(14, b"0")  # cut short it is `truncated`, not a wrong date
    parts = _template(file, place, size, startxref, start, drawing, date)
    position, gap = start, (0, 0)
    contents = b""
    for name, part in parts:
        found = data[position : position + len(part)]
        if name == "contents":
            contents = bytes(found)
            if len(contents) == len(part) and not _HEX.fullmatch(contents):
                raise RevisionMismatch("contents")
            gap = (position - 1, position + len(part) + 1)
        elif found != part[: len(found)]:
            raise RevisionMismatch(name)
        if len(found) < len(part):
            raise RevisionMismatch("truncated")
        if name == "image" and drawing_length > MAX_DRAWING:
            raise RevisionMismatch("drawing")
        if name == "drawing":
            try:
                check_drawing(drawing)
            except SignatureRejected:
                raise RevisionMismatch("drawing") from None
        if name == "date":
            read_date(date)
        position += len(part)
    return Turn(
        slot=slot,
        drawing=drawing,
        at=read_date(date),
        contents=bytes.fromhex(contents.decode()),
        start=start,
        gap=gap,
        end=position,
        startxref=_xref_offset(parts, start),
        size=size + 3,
    )


def _xref_offset(parts: list[tuple[str, bytes]], start: int) -> int:
    offset = start
    for name, part in parts:
        if name == "xref":
            return offset
        offset += len(part)
    raise AssertionError("template without xref")


def _template(
    file: ManifestFile,
    place: ManifestSlot,
    size: int,
    startxref: int,
    start: int,
    drawing: bytes,
    date: bytes,
) -> list[tuple[str, bytes]]:
    """Contract section 3: the update as named parts, in file order. A part's name is the reason when it differs."""
    w, p, n = place.widget, place.page, size
    x0, y0, x1, y1 = place.rect
    width, height = x1 - x0, y1 - y0
    paint = f"q {width} 0 0 {height} 0 0 cm /I Do Q"
    parent = "" if place.struct_parent is UNSET else f"/StructParent {place.struct_parent}"
    widget = (
        f"{w} 0 obj\n<</Type/Annot/Subtype/Widget/FT/Sig/T({place.slot})/F 132/Rect[{x0} {y0} {x1} {y1}]"
        f"/P {p} 0 R{parent}/AP<</N {n} 0 R>>/V {n + 2} 0 R>>\nendobj\n"
    ).encode()
    form = (
        f"{n} 0 obj\n<</Type/XObject/Subtype/Form/FormType 1/BBox[0 0 {width} {height}]"
        f"/Resources<</XObject<</I {n + 1} 0 R>>>>/Length {len(paint)}>>\nstream\n{paint}\nendstream\nendobj\n"
    ).encode()
    colours = RED if place.kind == "organisation" else GREY
    image = (
        f"{n + 1} 0 obj\n<</Type/XObject/Subtype/Image/Width {IMAGE_WIDTH}/Height {IMAGE_HEIGHT}/BitsPerComponent 8"
        f"/ColorSpace{colours}/Filter/FlateDecode/Length {len(drawing)}>>\nstream\n"
    ).encode()
    image_end = b"\nendstream\nendobj\n"
    signature = (f"{n + 2} 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:").encode()
    form_at = start + len(widget)
    image_at = form_at + len(form)
    signature_at = image_at + len(image) + len(drawing) + len(image_end)
    range_at = signature_at + len(signature) + len(date) + len(b"Z)/ByteRange[0 ")
    a = range_at + 32 + len(b"]/Contents")
    b = a + 2 * RESERVED + 2
    xref_at = b + len(b">>\nendobj\n")
    xref = (
        f"xref\n{w} 1\n{start:010d} 00000 n \n{n} 3\n{form_at:010d} 00000 n \n{image_at:010d} 00000 n \n"
        f"{signature_at:010d} 00000 n \n"
    ).encode()
    trailer = (
        f"trailer\n<</Size {n + 3}/Prev {startxref}/Root {file.root} 0 R/Info {file.info} 0 R"
        f"/ID[<{file.id_pair[0]}><{file.id_pair[1]}>]>>\n"
    ).encode()
    ending = f"startxref\n{xref_at}\n".encode()
    eof = b"%%EOF\n"
    c = xref_at + len(xref) + len(trailer) + len(ending) + len(eof) - b
    return [
        ("widget", widget),
        ("form", form),
        ("image", image),
        ("drawing", drawing),
        ("image", image_end),
        ("signature_dictionary", signature),
        ("date", date),
        ("signature_dictionary", b"Z)/ByteRange[0 "),
        ("byte_range", f"{a:>10} {b:>10} {c:>10}".encode()),
        ("signature_dictionary", b"]/Contents<"),
        ("contents", b"0" * (2 * RESERVED)),
        ("signature_dictionary", b">>>\nendobj\n"),
        ("xref", xref),
        ("trailer", trailer),
        ("startxref", ending),
        ("eof", eof),
    ]


def _pdf_date(at: datetime) -> bytes:
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S").encode()


def read_date(text: bytes) -> datetime:
    if not _DATE.fullmatch(text):
        raise RevisionMismatch("date")
    try:
        return datetime.strptime(text.decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise RevisionMismatch("date") from None


def _number(entries: bytes, pattern: bytes) -> int:
    found = re.findall(pattern, entries)
    if len(found) != 1:
        raise RevisionMismatch("trailer")
    return int(found[0])


def _id_pair(entries: bytes) -> tuple[str, str]:
    found = re.search(rb"/ID\s*\[\s*<([0-9A-Fa-f]{32})>\s*<([0-9A-Fa-f]{32})>\s*\]", entries)
    if found is None:
        raise RevisionMismatch("trailer")
    return found[1].decode().lower(), found[2].decode().lower()
