"""What each revision of a complete file may contain, object by object: certification, persons' turns, e-seal,
validation data, document time-stamp. Anything else is named with the signature it follows. Looks at no key and no
certificate."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import Literal

import msgspec
from pikepdf import Array, Dictionary, Name, Object, PasswordError, Pdf, PdfError, Stream, String

from documents import revisions
from documents.compare import (
    Departure,
    changed_page,
    compare_pages,
    field_of,
    inflated,
    locks_all,
    names,
    numbers,
    object_of,
    refuse_active,
    spelled,
)
from documents.errors import RevisionMismatch
from documents.fields import CERTIFICATION
from documents.limits import TooMuch
from documents.manifest import Frozen, ManifestFile, ManifestSlot, Original
from documents.structure import Revision

ATTACHMENT = "agreement.json"
MAX_TEXT = 4 * 1024 * 1024
"""Bytes of the text attached, at most."""
JOURNAL_KEY = "/HejieJournal"
ARCHIVE_NAME = re.compile(r"archive[1-9][0-9]{0,2}")
Kind = Literal["certification", "person", "organisation", "seal", "document_timestamp"]


class Signatory(msgspec.Struct, frozen=True):
    """Who signs, as the attached text says."""

    slot: str
    name: str
    role: str
    rank: int
    kind: str
    acts_for: str = ""


class Text(msgspec.Struct, frozen=True):
    """The attached agreement.json, as far as judging needs it."""

    v: int
    number: str
    title: str
    signatories: tuple[Signatory, ...]
    issuer_kind: str = ""
    issuer_name: str = ""
    effect_needs: tuple[str, ...] = ()
    """Whose signatures make it take effect (parties, mediator, committee); with the seal when empty."""
    demo: bool = False

    def signatory(self, slot: str) -> Signatory | None:
        return next((each for each in self.signatories if each.slot == slot), None)


@dataclass(frozen=True)
class Signed:
    """A signature where the grammar allows it. `gap` is where its /Contents value lies in the file."""

    kind: Kind
    slot: str
    revision: Revision
    journal_head: str = ""


@dataclass
class Reading:
    """What a file turned out to be. `departure` is the first revision that breaks the grammar, if any."""

    revisions: tuple[Revision, ...]
    text: Text = field(default_factory=lambda: Text(0, "", "", ()))
    """Version 0 as long as no text was found."""
    text_hash: str | None = None
    attached: bytes = b""
    """The text attached, as it lies there."""
    pages: int = 0
    places: dict[str, tuple[int, tuple[float, float, float, float]]] = field(default_factory=dict)
    """Page, from 1, and rectangle of each signature field that is seen on one."""
    file: ManifestFile | None = None
    signed: list[Signed] = field(default_factory=list)
    store: list[tuple[int, str, bytes]] = field(default_factory=list)
    """Validation data: revision in which it was added, /Certs, /OCSPs or /CRLs, DER."""
    departure: Departure | None = None

    @property
    def last(self) -> Signed | None:
        return self.signed[-1] if self.signed else None


def read(pdf: bytes, found: tuple[Revision, ...]) -> Reading:
    """Walk the revisions in order and stop at the first that is not allowed where it stands."""
    reading = Reading(found)
    try:
        with _opened(pdf, found[0]) as original:
            _read_original(reading, original)
            walk = _Walk(pdf, reading, original)
            for revision in found[1:]:
                walk.step(revision)
            compare_pages(original, walk.before, found[-1].index)
    except Departure as departure:
        reading.departure = departure
    except TooMuch as error:
        reading.departure = Departure("structure", 0, str(error))
    except (
        PdfError,
        PasswordError,
        RevisionMismatch,
        RuntimeError,
        ValueError,
        LookupError,
        AttributeError,
        TypeError,
    ) as error:
        where = reading.last.revision.index + 1 if reading.last else 0
        reading.departure = Departure("structure", where, type(error).__name__)
    return reading


def _opened(pdf: bytes, revision: Revision) -> Pdf:
    return Pdf.open(BytesIO(pdf[: revision.end]), suppress_warnings=True)


def _read_original(reading: Reading, original: Pdf) -> None:
    """R0: the text attached, the fields it asks for and no others, nothing active."""
    reading.pages = len(original.pages)
    if ATTACHMENT not in original.attachments:
        raise Departure("not_ours", 0, "no text attached")
    attached = inflated(original.attachments[ATTACHMENT].get_file().obj, MAX_TEXT)
    try:
        reading.text = msgspec.json.decode(attached, type=Text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Departure("not_ours", 0, "text attached cannot be read") from None
    reading.attached, reading.text_hash = attached, sha256(attached).hexdigest()
    names = [str(each.T) for each in original.Root.AcroForm.Fields]
    wanted = [CERTIFICATION, *(each.slot for each in reading.text.signatories)]
    if sorted(names) != sorted(wanted) or len(set(names)) != len(names):
        raise Departure("fields_changed", 0, "fields and text differ")
    for each in original.Root.AcroForm.Fields:
        if each.get("/FT") != Name.Sig or "/V" in each or "/Kids" in each:
            raise Departure("fields_changed", 0, str(each.T))
    widgets = {each.objgen for each in original.Root.AcroForm.Fields}
    for index, page in enumerate(original.pages, 1):
        for annotation in page.obj.get("/Annots", Array()):
            if annotation.objgen not in widgets:
                raise Departure("active_content", 0, "annotation", index)
            x0, y0, x1, y1 = (float(value) for value in annotation.Rect)
            if x0 < x1 and y0 < y1:
                reading.places[str(annotation.T)] = index, (x0, y0, x1, y1)
    refuse_active(original, original.objects, 0)


class _Walk:
    """State between revisions: the file as it was before the one looked at, opened when somebody asks."""

    def __init__(self, pdf: bytes, reading: Reading, original: Pdf) -> None:
        self.pdf, self.reading = pdf, reading
        self.last = reading.revisions[0]
        self._before: Pdf | None = original
        self.sealed = self.open_status = False
        self.listed: frozenset[tuple[str, int]] = frozenset()
        """Kind and object number of everything in the newest DSS."""

    @property
    def before(self) -> Pdf:
        if self._before is None:
            self._before = _opened(self.pdf, self.last)
        return self._before

    def step(self, revision: Revision) -> None:
        if revision.index > 1 and not self.sealed and revisions.TURN.match(self.pdf, revision.start):
            self._turn(revision)  # equal to the template to the last byte: nothing is left to look at
            self.last, self._before = revision, None
            return
        after = _opened(self.pdf, revision)
        self._same_trailer(after, revision)
        size = self.reading.revisions[revision.index - 1].size
        new = {number for number in revision.objects if number >= size}
        old = {number: object_of(after, number) for number in revision.objects if number not in new}
        if revision.index == 1:
            self._certification(after, revision, old, new)
        else:
            self._institution(after, revision, old, new)
        refuse_active(after, (object_of(after, number) for number in revision.objects), revision.index)
        self.last, self._before = revision, after

    def _same_trailer(self, after: Pdf, revision: Revision) -> None:
        for key in ("/Root", "/Info"):
            if after.trailer[key].objgen != self.before.trailer[key].objgen:
                raise self._departure(after, revision, "changed_after", key[1:])

    def _certification(self, after: Pdf, revision: Revision, old: dict[int, Object], new: set[int]) -> None:
        widget = field_of(self.before, CERTIFICATION)
        root = self.before.Root.objgen[0]
        if set(old) != {root, widget.objgen[0]} or len(new) != 1:
            raise self._departure(after, revision, "not_certified", "")
        signature = self._signature(after, revision, widget, "/Sig", set())
        self._same(after, revision, after.Root, self.before.Root, {"/Perms"})
        perms = after.Root.Perms
        reference = signature.Reference[0]
        if (
            set(perms.keys()) != {"/DocMDP"}
            or perms.DocMDP.objgen != signature.objgen
            or len(signature.Reference) != 1
            or reference.TransformMethod != Name.DocMDP
            or int(reference.TransformParams.P) != 2
        ):
            raise self._departure(after, revision, "not_certified", "")
        self.reading.signed.append(Signed("certification", CERTIFICATION, revision))
        self.reading.file = self._manifest_file(after, revision)

    def _turn(self, revision: Revision) -> None:
        """A person's update, compared with the template byte for byte."""
        if self.reading.file is None:
            raise Departure("not_certified", revision.index)
        try:
            turns = revisions.split(self.pdf[: revision.end], self.reading.file)
        except RevisionMismatch as error:
            raise Departure("changed_after", revision.index, error.reason) from None
        signatory = self.reading.text.signatory(turns[-1].slot)
        kind: Kind = "organisation" if signatory is not None and signatory.kind == "organisation" else "person"
        self.reading.signed.append(Signed(kind, turns[-1].slot, revision))

    def _institution(self, after: Pdf, revision: Revision, old: dict[int, Object], new: set[int]) -> None:
        seals = {
            field_of(self.before, each.slot).objgen[0]: each.slot
            for each in self.reading.text.signatories
            if each.kind == "seal"
        }
        if set(old) <= set(seals) and len(old) == 1 and not self.sealed:
            self._seal(after, revision, seals[next(iter(old))], new)
        elif old and set(old) <= self._holders(after) and self.sealed and not self.open_status:
            self._status(after, revision, new)
        elif self.sealed and self.open_status:
            self._document_timestamp(after, revision, old, new)
        else:
            raise self._departure(after, revision, "changed_after", f"objects {numbers(revision)}")

    def _seal(self, after: Pdf, revision: Revision, slot: str, new: set[int]) -> None:
        widget = field_of(self.before, slot)
        signature = self._signature(after, revision, widget, "/Sig", {JOURNAL_KEY})
        (reference,) = signature.Reference
        allowed = {signature.objgen[0]}
        if "/AP" in field_of(after, slot):
            form = field_of(after, slot).AP.N
            allowed.add(form.objgen[0])
            images = form.get("/Resources", Dictionary()).get("/XObject", Dictionary())
            for image in images.values():
                if image.get("/Subtype") != Name.Image or "/SMask" in image:
                    raise self._departure(after, revision, "changed_after", "seal")
                allowed.add(image.objgen[0])
        if (
            not new <= allowed
            or reference.TransformMethod != Name.FieldMDP
            or not locks_all(reference.TransformParams, self.before)
        ):
            raise self._departure(after, revision, "changed_after", "seal")
        head = bytes(signature.get(JOURNAL_KEY, String(b""))).hex()
        self.sealed = True
        self.reading.signed.append(Signed("seal", slot, revision, head))

    def _holders(self, after: Pdf) -> set[int]:
        """Objects that a DSS update may write anew: the catalog, and the dictionary of an earlier one."""
        earlier = self.before.Root.get("/DSS")
        return {after.Root.objgen[0], *([earlier.objgen[0]] if earlier is not None and earlier.is_indirect else [])}

    def _status(self, after: Pdf, revision: Revision, new: set[int]) -> None:
        """A DSS: the catalog gets /DSS and nothing else; what is new are plain streams and the dictionary itself, what
        was in an earlier one is still there."""
        self._same(after, revision, after.Root, self.before.Root, {"/DSS"})
        store = after.Root.DSS
        listed = {key: [stream.objgen[0] for stream in store[key]] for key in store.keys() if key != "/Type"}
        known = {number for _, number in self.listed}
        if not listed.keys() <= {"/Certs", "/OCSPs", "/CRLs"} or not self.listed <= _pairs(listed):
            raise self._departure(after, revision, "changed_after", "DSS")
        if not new <= {store.objgen[0], *(number for _, number in _pairs(listed))}:
            raise self._departure(after, revision, "changed_after", "DSS")
        for key, number in sorted(_pairs(listed) - self.listed):
            stream = object_of(after, number)
            if (
                number in known
                or number not in new
                or not isinstance(stream, Stream)
                or set(stream.keys()) != {"/Length"}
            ):
                raise self._departure(after, revision, "changed_after", "DSS")
            self.reading.store.append((revision.index, key, stream.read_raw_bytes()))
        self.listed = _pairs(listed)
        self.open_status = True

    def _document_timestamp(self, after: Pdf, revision: Revision, old: dict[int, Object], new: set[int]) -> None:
        """A new zero-size field at the end of the form and of the first page's annotations, with its time-stamp."""
        before, now = list(self.before.Root.AcroForm.Fields), list(after.Root.AcroForm.Fields)
        page_before, page = self.before.pages[0].obj, after.pages[0].obj
        form = after.Root.AcroForm
        holder = page.Annots.objgen[0] or page.objgen[0]
        if (
            set(old) != {form.objgen[0], holder}
            or names(now[:-1]) != names(before)
            or len(page.Annots) != len(page_before.Annots) + 1
            or names(page.Annots)[:-1] != names(page_before.Annots)
            or page.Annots[-1].objgen != now[-1].objgen
        ):
            raise self._departure(after, revision, "changed_after", f"objects {numbers(revision)}")
        self._same(after, revision, form, self.before.Root.AcroForm, {"/Fields"})
        self._same(after, revision, page, page_before, {"/Annots"})
        widget = now[-1]
        wanted = {"/FT", "/T", "/Type", "/Subtype", "/F", "/Rect", "/P", "/V"}
        if (
            set(widget.keys()) != wanted
            or widget.Subtype != Name.Widget
            or widget.FT != Name.Sig
            or int(widget.F) != 132
            or widget.P.objgen != page.objgen
            or [float(value) for value in widget.Rect] != [0, 0, 0, 0]
            or not ARCHIVE_NAME.fullmatch(str(widget.T))
            or str(widget.T) in {str(each.T) for each in before}
            or new != {widget.objgen[0], widget.V.objgen[0]}
        ):
            raise self._departure(after, revision, "fields_changed", str(widget.T))
        self._check_dictionary(after, revision, widget.V, "/DocTimeStamp", set())
        self.open_status = False
        self.reading.signed.append(Signed("document_timestamp", str(widget.T), revision))

    def _signature(self, after: Pdf, revision: Revision, widget: Object, kind: str, extra: set[str]) -> Object:
        """The signature dictionary a known field got in this revision; the widget has changed in nothing else."""
        signed = object_of(after, widget.objgen[0])
        self._same(after, revision, signed, widget, {"/V", "/AP"})
        if "/V" in widget or "/V" not in signed or signed.V.objgen[0] not in revision.objects:
            raise self._departure(after, revision, "fields_changed", str(widget.T))
        self._check_dictionary(after, revision, signed.V, kind, extra | {"/Reference", "/M"})
        found: Object = signed.V
        return found

    def _check_dictionary(self, after: Pdf, revision: Revision, value: Object, kind: str, extra: set[str]) -> None:
        keys = set(value.keys())
        basic = {"/Type", "/Filter", "/SubFilter", "/ByteRange", "/Contents"}
        a, b, c, d = (int(number) for number in value.ByteRange)
        gap = self.pdf[a + b : c]
        if (
            not basic <= keys <= basic | extra
            or value.Type != Name(kind)
            or value.SubFilter != Name("/ETSI.RFC3161" if kind == "/DocTimeStamp" else "/ETSI.CAdES.detached")
            or (a, c + d) != (0, revision.end)
            or not revision.start < b < c < revision.end
            or not re.fullmatch(rb"<[0-9A-Fa-f]+>", gap)
            or bytes.fromhex(gap[1:-1].decode()) != bytes(value.Contents)
        ):
            raise self._departure(after, revision, "signature_range", "")

    def _same(self, after: Pdf, revision: Revision, now: Object, before: Object, but: set[str]) -> None:
        """Two versions of a dictionary agree in all keys but those."""
        old = {key: value for key, value in before.items() if key not in but}
        new = {key: value for key, value in now.items() if key not in but}
        if set(old) != set(new) or any(spelled(old[key]) != spelled(new[key]) for key in old):
            changed = sorted(key for key in set(old) | set(new) if spelled(old.get(key)) != spelled(new.get(key)))
            raise self._departure(after, revision, "changed_after", " ".join(changed))

    def _departure(self, after: Pdf, revision: Revision, code: str, detail: str) -> Departure:
        return Departure(code, revision.index, detail, changed_page(self.before, after))

    def _manifest_file(self, after: Pdf, revision: Revision) -> ManifestFile:
        """What M said of this file, taken from F and the text: enough to print the template again."""
        text = self.reading.text
        first = self.reading.revisions[0]
        facts = revisions.frozen_facts(self.pdf[: revision.end])
        slots = []
        for each in text.signatories:
            if each.kind != "seal":
                widget = field_of(after, each.slot)
                x0, y0, x1, y1 = (int(value) for value in widget.Rect)
                kind: Literal["person", "organisation"] = "organisation" if each.kind == "organisation" else "person"
                place = (x0, y0, x1, y1)
                parent = int(widget.StructParent) if "/StructParent" in widget else msgspec.UNSET
                slots.append(
                    ManifestSlot(widget.P.objgen[0], each.rank, place, each.slot, widget.objgen[0], kind, parent)
                )
        return ManifestFile(
            f=Frozen(facts.length, facts.sha256, facts.size, facts.startxref),
            id="",
            id_pair=facts.id_pair,
            info=facts.info,
            pages=self.reading.pages,
            r0=Original(first.end, sha256(self.pdf[: first.end]).hexdigest()),
            reserved=revisions.RESERVED,
            root=facts.root,
            slots=tuple(slots),
            text=self.reading.text_hash or "",
            title=text.title,
        )


def _pairs(listed: dict[str, list[int]]) -> frozenset[tuple[str, int]]:
    return frozenset((key, number) for key, numbers in listed.items() for number in numbers)
