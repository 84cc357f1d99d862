"""The institution's part of a ceremony: certification of the printed file, then e-seal, validation data and document
time-stamp. Written by hand on top of updates.py; other validators judge every output in tests. Persons' turns are
written by revisions.py, later renewals by renew.py."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from itertools import islice

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image

from documents import cms, tokens
from documents.authority import Authority
from documents.certificates import Leaf
from documents.der import BadDer
from documents.errors import SignatureRejected, SignerUnavailable, TimestampUnavailable
from documents.evidence import Abroad, Evidence
from documents.fields import CERTIFICATION
from documents.revisions import BYTE_RANGE
from documents.timestamp import TimeStamper
from documents.updates import Prepared, Update, listed, placeholder, references, with_entry, with_member

ARCHIVE = "archive"
"""Begin of the names of fields that document time-stamps make for themselves: predeclared ones would be locked by the
seal."""
JOURNAL_KEY = "/HejieJournal"
"""Key of the seal's signature dictionary that holds the journal's head, hex."""
_DOCMDP = b"/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/V/1.2/P 2>>>>]"
_FIELDMDP = (
    b"/Reference[<</Type/SigRef/TransformMethod/FieldMDP/Data %d 0 R"
    b"/TransformParams<</Type/TransformParams/V/1.2%s>>>>]"
)
_LOCK = re.compile(rb"/Lock\s*<<[^<>]*?(/Action\s*/\w+(?:\s*/Fields\s*\[[^\]<>]*\])?)")
"""What a field demands to be locked by whoever signs it (ISO 32000-1, 12.7.4.5)."""
_APPEARANCE = re.compile(rb"/AP\s*<<\s*/N\s+\d+ 0 R\s*>>")
_RECT = re.compile(rb"/Rect\s*\[\s*(-?\d+)\s+(-?\d+)\s+(-?\d+)\s+(-?\d+)\s*\]")


async def certify(r0: bytes, authority: Authority, tsa: TimeStamper) -> bytes:
    """F: R0 with the service's certification (DocMDP P2: nothing but filling in the fields that exist) and its
    time-stamp.

    Raises TimestampUnavailable, SignerUnavailable; FieldTaken if R0 is certified already or has no field for it."""
    update = Update(r0)
    field = update.free_field(CERTIFICATION)
    value = update.add(placeholder(authority.clock(), _DOCMDP))
    update.change(field, with_entry(update.body(field), b"/V %d 0 R" % value))
    root = update.facts.root
    update.change(root, with_entry(update.body(root), b"/Perms<</DocMDP %d 0 R>>" % value))
    # The chain with the root: before the DSS, nothing else in the file could vouch for the CA.
    return _signed(update, authority, authority.service, tsa, authority.chain_above(authority.service.der))


async def seal(
    base: bytes,
    slot: str,
    authority: Authority,
    tsa: TimeStamper,
    image_png: bytes | None,
    journal_head: str,
    leaf_certs: Sequence[bytes],
    abroad: Abroad | None = None,
) -> bytes:
    """The complete file: e-seal that locks what its field demands, one DSS, document time-stamp as the last thing.

    `leaf_certs` are the persons' event certificates (DER); one that has ended or was revoked would spoil the file for
    ever, so it raises SignatureRejected: then the ceremony is void. `journal_head` is hex and goes into the seal's
    dictionary. `image_png` is printed on white, since transparency would break PDF/A. `abroad` brings the status of
    time-stamp authorities that are not ours.

    Raises TimestampUnavailable (nothing is lost: call again), SignerUnavailable, FieldTaken."""
    _refuse_dead(authority, leaf_certs)
    update = Update(base)
    field = update.free_field(slot)
    journal = b"%s<%s>" % (JOURNAL_KEY.encode(), journal_head.encode()) if journal_head else b""
    widget = update.body(field)
    lock = _LOCK.search(widget)
    locked = _FIELDMDP % (update.facts.root, lock[1] if lock else b"/Action/All")
    value = update.add(placeholder(authority.clock(), journal + locked))
    if image_png is not None:
        appearance = b"/AP<</N %d 0 R>>" % _stamp(update, widget, image_png)
        widget = with_entry(_APPEARANCE.sub(b"", widget), appearance)
    update.change(field, with_entry(widget, b"/V %d 0 R" % value))
    sealed = _signed(update, authority, authority.seal, tsa, authority.chain_above(authority.seal.der)[:1])
    leaves, stamps = signers_in(sealed)
    # By the clocks of those who stamp, not by ours: status is not older than a signature, nor newer than the stamp.
    at = max(stamp.at for stamp in stamps).replace(microsecond=0)
    found = own_evidence(authority, (*leaves, *leaf_certs), at)
    known = {*(stamp.signer for stamp in stamps), authority.tsa.der}
    for signer in sorted(known):
        found += stamper_evidence(signer, authority, abroad, at)
    return archived(sealed, found, authority, tsa, known, at, None, update)


def _lock(update: Update, widget: bytes) -> bytes:
    """What the field's own /Lock announces: all fields, or (newer layouts) all that are there, each by its name."""
    if b"/Include" not in widget:
        return b"All"
    return b"Include/Fields[%s]" % b"".join(f"({name})".encode() for name in update.fields())


def _refuse_dead(authority: Authority, leaf_certs: Sequence[bytes]) -> None:
    now = authority.clock()
    for certificate in map(x509.load_der_x509_certificate, leaf_certs):
        if authority.status(certificate.serial_number) != "good":
            raise SignatureRejected("revoked")
        if not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc:
            raise SignatureRejected("certificate_time")


def _signed(update: Update, authority: Authority, leaf: Leaf, tsa: TimeStamper, chain: Sequence[bytes]) -> bytes:
    """The file with the signature the update has a placeholder for, and its time-stamp."""
    authority.require(leaf)
    prepared = Prepared(update.written(), len(update.base))
    attributes = cms.signed_attributes(prepared.digest, leaf.der)
    signature = leaf.signer.sign(attributes)
    token = tsa.token(sha256(signature).digest(), authority.clock())
    return prepared.filled(cms.build((leaf.der, *chain), attributes, signature, token))


def own_evidence(authority: Authority, leaves: Iterable[bytes], at: datetime) -> Evidence:
    """For certificates of our CA and of a licensed one plugged in: the CAs above them and their responders, an OCSP
    answer for each, the roots' lists; never a list of an issuing CA. Raises SignerUnavailable."""
    unique = tuple(dict.fromkeys(leaves))
    return Evidence(
        (*authority.backing(unique), *unique),
        tuple(authority.ocsp(leaf, at) for leaf in unique),
        tuple(authority.lists(unique)),
    )


def stamper_evidence(signer: bytes, authority: Authority, abroad: Abroad | None, at: datetime) -> Evidence:
    """Chain and status of a time-stamp certificate, ours or foreign. Raises TimestampUnavailable."""
    issuer = x509.load_der_x509_certificate(signer).issuer
    if any(issuer == one.issuing.certificate.subject for one in authority.generations):
        return own_evidence(authority, (signer,), at)
    if abroad is None:
        raise TimestampUnavailable("status of a foreign authority cannot be fetched")
    return abroad.evidence(signer, at)


def status_of_stamps(stamps: Sequence[bytes], authority: Authority, abroad: Abroad, at: datetime) -> Evidence:
    """For time-stamps outside of a file, the newest last: what their certificates are worth, without the roots. The
    status of a foreign authority that is gone is left out, except of the newest; of a certificate that has ended
    only who issued it. Raises TimestampUnavailable."""
    found, at = Evidence(), at.replace(microsecond=0)
    newest = tokens.read(stamps[-1]).signer
    for signer in dict.fromkeys(tokens.read(one).signer for one in stamps):
        if x509.load_der_x509_certificate(signer).not_valid_after_utc <= at:
            with suppress(SignerUnavailable):
                found += Evidence(authority.chain_above(signer))
            continue
        try:
            found += stamper_evidence(signer, authority, abroad, at)
        except TimestampUnavailable:
            if signer == newest:
                raise
    above = (x509.load_der_x509_certificate(each) for each in found.certificates)
    kept = tuple(each.public_bytes(Encoding.DER) for each in above if each.issuer != each.subject)
    return Evidence(kept, found.ocsps, found.crls)


def signers_in(pdf: bytes) -> tuple[list[bytes], list[tokens.Token]]:
    """Certificates that signed, each once, and all time-stamps, in file order."""
    signers: dict[bytes, None] = {}
    stamps = []
    for place in islice(BYTE_RANGE.finditer(pdf), 200):
        start, end = int(place[1]), int(place[2])
        try:
            contents = cms.padded(bytes.fromhex(pdf[start + 1 : end - 1].decode("ascii")))
            try:
                parsed = cms.parse(contents)
            except BadDer:
                token: bytes | None = contents  # a document time-stamp
            else:
                signers.setdefault(parsed.signer)
                token = parsed.token
            if token is not None:
                stamps.append(tokens.read(token))
        except ValueError:
            raise SignatureRejected("signature") from None
    return list(signers), stamps


def archived(
    pdf: bytes,
    found: Evidence,
    authority: Authority,
    tsa: TimeStamper,
    known: set[bytes],
    at: datetime,
    end: datetime | None = None,
    below: Update | None = None,
) -> bytes:
    """The file with validation data and, after it, a document time-stamp over everything.

    `known`: certificates of the authorities whose status is in `found`; the time-stamp must be of one of them, not
    before `at` and before `end`. `below`: the update that was just written and ends `pdf`. Raises
    TimestampUnavailable."""
    status = _with_status(pdf, found, below)
    update = Update(status.written(), status)
    value = update.add(placeholder(None, b"", stamp=True))
    fields = update.fields()
    page = re.search(rb"/P\s+(\d+) 0 R", update.body(fields[CERTIFICATION]))
    if page is None:
        raise SignatureRejected("page")
    number = 1 + max((int(name.removeprefix(ARCHIVE)) for name in fields if name.startswith(ARCHIVE)), default=0)
    widget = update.add(
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T(%s%d)/F 132/Rect[0 0 0 0]/P %s 0 R/V %d 0 R>>"
        % (ARCHIVE.encode(), number, page[1], value)
    )
    update.change(update.form, with_member(update.body(update.form), b"/Fields", widget))
    holder, key = _annotations(update, int(page[1]))
    update.change(holder, with_member(update.body(holder), key, widget))
    prepared = Prepared(update.written(), len(update.base))
    whole = tsa.token(prepared.digest, authority.clock())
    token = tokens.read(whole)
    if token.signer not in known:
        raise TimestampUnavailable("another authority answered")  # its status is not in the file: once more
    if token.at < at or (end is not None and token.at >= end):
        raise TimestampUnavailable("clock: the time-stamp lies outside the status it protects")
    return prepared.filled(whole)


def _annotations(update: Update, page: int) -> tuple[int, bytes]:
    """Which object holds the page's array of annotations, and under which key."""
    apart = re.search(rb"/Annots\s+(\d+) 0 R", update.body(page))
    return (int(apart[1]), b"") if apart else (page, b"/Annots")


def _with_status(pdf: bytes, found: Evidence, below: Update | None) -> Update:
    """The catalog's DSS (ETSI EN 319 142-1 5.4.2): what was listed before, then what is new. No VRI."""
    update = Update(pdf, below)
    root = update.facts.root
    catalog = update.body(root)
    former = re.search(rb"/DSS\s+(\d+) 0 R", catalog)
    old = update.body(int(former[1])) if former else b""
    arrays = []
    for key, items in ((b"/Certs", found.certificates), (b"/OCSPs", found.ocsps), (b"/CRLs", found.crls)):
        kept = references(old, key)
        there = {update.stream(number) for number in kept}
        arrays.append(key + listed([*kept, *(update.add_stream(item) for item in items if item not in there)]))
    store = update.add(b"<</Type/DSS%s>>" % b"".join(arrays))
    entry = b"/DSS %d 0 R" % store
    changed = catalog.replace(former[0], entry) if former else with_entry(catalog, entry)
    update.change(root, changed)
    return update


def store_of(pdf: bytes) -> Evidence:
    """What the DSS of a file of ours holds. Raises RevisionMismatch."""
    update = Update(pdf)
    former = re.search(rb"/DSS\s+(\d+) 0 R", update.body(update.facts.root))
    store = update.body(int(former[1])) if former else b""
    certs, ocsps, crls = (
        tuple(update.stream(number) for number in references(store, key)) for key in (b"/Certs", b"/OCSPs", b"/CRLs")
    )
    return Evidence(certs, ocsps, crls)


def _stamp(update: Update, widget: bytes, png: bytes) -> int:
    """The image alone, opaque RGB, as large as fits into the middle of the field; the form's object number."""
    rect = _RECT.search(widget)
    if rect is None:
        raise SignatureRejected("rect")
    x0, y0, x1, y1 = (int(side) for side in rect.groups())
    width, height, pixels = _opaque(png)
    scale = min((x1 - x0) / width, (y1 - y0) / height)
    wide, high = width * scale, height * scale
    image = update.add_stream(
        pixels,
        b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/FlateDecode"
        % (width, height),
    )
    left, low = (x1 - x0 - wide) / 2, (y1 - y0 - high) / 2
    paint = f"q {wide:.3f} 0 0 {high:.3f} {left:.3f} {low:.3f} cm /I Do Q".encode()
    entries = b"/Type/XObject/Subtype/Form/FormType 1/BBox[0 0 %d %d]/Resources<</XObject<</I %d 0 R>>>>" % (
        x1 - x0, y1 - y0, image,
    )  # fmt: skip
    return update.add_stream(paint, entries)


@lru_cache(maxsize=4)
def _opaque(png: bytes) -> tuple[int, int, bytes]:
    """Width, height and compressed RGB of an image on white paper; the same for every file of a set, so kept."""
    with Image.open(io.BytesIO(png)) as image:
        rgba = image.convert("RGBA")
    paper = Image.new("RGBA", rgba.size, "white")
    paper.alpha_composite(rgba)
    return rgba.width, rgba.height, zlib.compress(paper.convert("RGB").tobytes(), 9)
