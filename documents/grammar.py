"""What each revision of a complete file may contain, object by object: certification, persons' turns, e-seal,
validation data, document time-stamp. Anything else is named with the signature it follows. Looks at no key and no
certificate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import Literal

import msgspec
from pikepdf import Array, Dictionary, Name, Object, PasswordError, Pdf, PdfError, Stream, String

from documents import revisions
from documents.errors import RevisionMismatch
from documents.fields import CERTIFICATION
from documents.manifest import Frozen, ManifestFile, ManifestSlot, Original
from documents.structure import Revision

ATTACHMENT = "agreement.json"
JOURNAL_KEY = "/HejieJournal"
ARCHIVE_NAME = re.compile(r"archive[1-9][0-9]{0,2}")
ACTIVE = frozenset(
    "/JS /JavaScript /OpenAction /AA /XFA /OCProperties /Launch /RichMedia /NeedAppearances /Movie /Sound".split()
)
"""Keys that could make the page act or look different from what was signed; none stands in a file of ours."""

Kind = Literal["certification", "person", "seal", "document_timestamp"]


class Signatory(msgspec.Struct, frozen=True):
    """Who signs, as the attached text says."""

    slot: str
    name: str
    role: str
    rank: int
    kind: str


class Text(msgspec.Struct, frozen=True):
    """The attached agreement.json, as far as judging needs it."""

    v: int
    number: str
    title: str
    signatories: tuple[Signatory, ...]

    def signatory(self, slot: str) -> Signatory | None:
        return next((each for each in self.signatories if each.slot == slot), None)


@dataclass(frozen=True)
class Signed:
    """A signature where the grammar allows it. `gap` is where its /Contents value lies in the file."""

    kind: Kind
    slot: str
    revision: Revision
    journal_head: str = ""


class Departure(Exception):
    """A revision is not what it may be: reason code, revision index, page (from 1) if one is concerned."""

    def __init__(self, code: str, revision: int, detail: str = "", page: int | None = None) -> None:
        super().__init__(code)
        self.code, self.revision, self.detail, self.page = code, revision, detail, page


@dataclass
class Reading:
    """What a file turned out to be. `departure` is the first revision that breaks the grammar, if any."""

    revisions: tuple[Revision, ...]
    text: Text = field(default_factory=lambda: Text(0, "", "", ()))
    """Version 0 as long as no text was found."""
    text_hash: str | None = None
    pages: int = 0
    file: ManifestFile | None = None
    signed: list[Signed] = field(default_factory=list)
    status: bool = False
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
        walk = _Walk(pdf, reading)
        for revision in found[1:]:
            walk.step(revision)
        _compare_pages(pdf, found)
    except Departure as departure:
        reading.departure = departure
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
    attached = original.attachments[ATTACHMENT].get_file().read_bytes()
    try:
        reading.text = msgspec.json.decode(attached, type=Text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Departure("not_ours", 0, "text attached cannot be read") from None
    reading.text_hash = sha256(attached).hexdigest()
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
    _refuse_active(original, original.objects, 0)


class _Walk:
    """State between revisions: the file as it was before the one looked at."""

    def __init__(self, pdf: bytes, reading: Reading) -> None:
        self.pdf, self.reading = pdf, reading
        self.before = _opened(pdf, reading.revisions[0])
        self.sealed = self.open_status = False

    def step(self, revision: Revision) -> None:
        after = _opened(self.pdf, revision)
        previous = self.reading.revisions[revision.index - 1]
        self._same_trailer(after, revision)
        new = {number for number in revision.objects if number >= previous.size}
        old = {number: _object(after, number) for number in revision.objects if number not in new}
        if revision.index == 1:
            self._certification(after, revision, old, new)
        elif revisions.TURN.match(self.pdf, revision.start) and not self.sealed:
            self._turn(revision)
        else:
            self._institution(after, revision, old, new)
        _refuse_active(after, (_object(after, number) for number in revision.objects), revision.index)
        self.before.close()
        self.before = after

    def _same_trailer(self, after: Pdf, revision: Revision) -> None:
        for key in ("/Root", "/Info"):
            if after.trailer[key].objgen != self.before.trailer[key].objgen:
                raise self._departure(after, revision, "changed_after", key[1:])

    def _certification(self, after: Pdf, revision: Revision, old: dict[int, Object], new: set[int]) -> None:
        widget = _field(self.before, CERTIFICATION)
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
            raise Departure(
                "incomplete_turn" if error.reason == "unsigned" else "changed_after", revision.index, error.reason
            ) from None
        self.reading.signed.append(Signed("person", turns[-1].slot, revision))

    def _institution(self, after: Pdf, revision: Revision, old: dict[int, Object], new: set[int]) -> None:
        seals = {
            _field(self.before, each.slot).objgen[0]: each.slot
            for each in self.reading.text.signatories
            if each.kind == "seal"
        }
        if set(old) <= set(seals) and len(old) == 1 and not self.sealed:
            self._seal(after, revision, seals[next(iter(old))], new)
        elif set(old) == {after.Root.objgen[0]} and self.sealed and not self.open_status:
            self._status(after, revision, new)
        elif self.sealed and self.open_status:
            self._document_timestamp(after, revision, old, new)
        else:
            raise self._departure(after, revision, "changed_after", f"objects {_numbers(revision)}")

    def _seal(self, after: Pdf, revision: Revision, slot: str, new: set[int]) -> None:
        widget = _field(self.before, slot)
        signature = self._signature(after, revision, widget, "/Sig", {JOURNAL_KEY})
        (reference,) = signature.Reference
        allowed = {signature.objgen[0]}
        if "/AP" in _field(after, slot):
            form = _field(after, slot).AP.N
            allowed.add(form.objgen[0])
            images = form.get("/Resources", Dictionary()).get("/XObject", Dictionary())
            for image in images.values():
                if image.get("/Subtype") != Name.Image or "/SMask" in image:
                    raise self._departure(after, revision, "changed_after", "seal")
                allowed.add(image.objgen[0])
        if (
            not new <= allowed
            or reference.TransformMethod != Name.FieldMDP
            or not _locks_all(reference.TransformParams, self.before)
        ):
            raise self._departure(after, revision, "changed_after", "seal")
        head = bytes(signature.get(JOURNAL_KEY, String(b""))).hex()
        self.sealed = True
        self.reading.signed.append(Signed("seal", slot, revision, head))

    def _status(self, after: Pdf, revision: Revision, new: set[int]) -> None:
        """A DSS: the catalog gets /DSS and nothing else; what is new are its plain streams and the dictionary
        itself."""
        self._same(after, revision, after.Root, self.before.Root, {"/DSS"})
        store = after.Root.DSS
        listed = {store.objgen[0]}
        for key in store.keys():
            if key not in ("/Certs", "/OCSPs", "/CRLs", "/Type"):
                raise self._departure(after, revision, "changed_after", "DSS")
            if key != "/Type":
                listed |= {stream.objgen[0] for stream in store[key]}
        plain = all(
            isinstance(each, Stream) and set(each.keys()) == {"/Length"}
            for number in new - {store.objgen[0]}
            if (each := _object(after, number)) is not None
        )
        if not new <= listed or not plain:
            raise self._departure(after, revision, "changed_after", "DSS")
        self.open_status = self.reading.status = True

    def _document_timestamp(self, after: Pdf, revision: Revision, old: dict[int, Object], new: set[int]) -> None:
        """A new zero-size field at the end of the form and of the first page's annotations, with its time-stamp."""
        before, now = list(self.before.Root.AcroForm.Fields), list(after.Root.AcroForm.Fields)
        page_before, page = self.before.pages[0].obj, after.pages[0].obj
        form = after.Root.AcroForm
        holder = page.Annots.objgen[0] or page.objgen[0]
        if (
            set(old) != {form.objgen[0], holder}
            or _names(now[:-1]) != _names(before)
            or len(page.Annots) != len(page_before.Annots) + 1
            or _names(page.Annots)[:-1] != _names(page_before.Annots)
            or page.Annots[-1].objgen != now[-1].objgen
        ):
            raise self._departure(after, revision, "changed_after", f"objects {_numbers(revision)}")
        self._same(after, revision, form, self.before.Root.AcroForm, {"/Fields"})
        self._same(after, revision, page, page_before, {"/Annots"})
        widget = now[-1]
        wanted = {"/FT", "/T", "/Type", "/Subtype", "/F", "/Rect", "/P", "/V"}
        if (
            set(widget.keys()) != wanted
            or widget.Subtype != Name.Widget
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
        signed = _object(after, widget.objgen[0])
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
        if set(old) != set(new) or any(_spelled(old[key]) != _spelled(new[key]) for key in old):
            changed = sorted(key for key in set(old) | set(new) if _spelled(old.get(key)) != _spelled(new.get(key)))
            raise self._departure(after, revision, "changed_after", " ".join(changed))

    def _departure(self, after: Pdf, revision: Revision, code: str, detail: str) -> Departure:
        return Departure(code, revision.index, detail, _changed_page(self.before, after))

    def _manifest_file(self, after: Pdf, revision: Revision) -> ManifestFile:
        """What M said of this file, taken from F and the text: enough to print the template again."""
        text = self.reading.text
        first = self.reading.revisions[0]
        facts = revisions.frozen_facts(self.pdf[: revision.end])
        slots = []
        for each in text.signatories:
            if each.kind == "person":
                widget = _field(after, each.slot)
                x0, y0, x1, y1 = (int(value) for value in widget.Rect)
                slots.append(ManifestSlot(widget.P.objgen[0], each.rank, (x0, y0, x1, y1), each.slot, widget.objgen[0]))
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


def _object(pdf: Pdf, number: int) -> Object:
    found: Object = pdf.get_object(number, 0)
    return found


def _field(pdf: Pdf, name: str) -> Object:
    for each in pdf.Root.AcroForm.Fields:
        if str(each.T) == name:
            found: Object = each
            return found
    raise KeyError(name)


def _names(fields: object) -> list[tuple[int, int]]:
    return [each.objgen for each in fields]  # type: ignore[attr-defined]


def _spelled(value: object) -> bytes | str:
    """One spelling for equal values; references stay references."""
    if isinstance(value, Object):
        if value.is_indirect:
            return f"{value.objgen[0]} {value.objgen[1]} R"
        return value.unparse()
    return repr(value)


def _locks_all(lock: Object, form: Pdf) -> bool:
    """All fields, or each by its name."""
    named = {str(name) for name in lock.get("/Fields", Array())}
    every = {str(each.T) for each in form.Root.AcroForm.Fields}
    return bool(lock.Action == Name.All or (lock.Action == Name.Include and named == every))


def _numbers(revision: Revision) -> str:
    return " ".join(str(number) for number in sorted(revision.objects)[:12])


def _changed_page(before: Pdf, after: Pdf) -> int | None:
    """Number of the first page whose content, resources or annotations differ."""
    for index, (old, new) in enumerate(zip(before.pages, after.pages, strict=False), 1):
        if _page_key(old.obj) != _page_key(new.obj):
            return index
    return len(before.pages) + 1 if len(after.pages) > len(before.pages) else None


def _page_key(page: Object) -> list[object]:
    annotations = page.get("/Annots", Array())
    return [*_page_body(page), [_spelled(each) for each in annotations]]


def _page_body(page: Object) -> list[object]:
    """All of a page but its annotations, with the raw bytes of its content."""
    contents = page.get("/Contents", Array())
    streams = [contents] if isinstance(contents, Stream) else list(contents)
    return [
        {key: _spelled(value) for key, value in page.items() if key not in ("/Annots", "/Contents")},
        [sha256(each.read_raw_bytes()).digest() for each in streams if isinstance(each, Stream)],
    ]


def _compare_pages(pdf: bytes, found: tuple[Revision, ...]) -> None:
    """The pages another parser sees in the last revision are those of R0: the grammar already says so, this asks."""
    with _opened(pdf, found[0]) as first, _opened(pdf, found[-1]) as last:
        if len(first.pages) != len(last.pages):
            raise Departure("page_differs", found[-1].index)
        for number, (old, new) in enumerate(zip(first.pages, last.pages, strict=True), 1):
            if _page_body(old.obj) != _page_body(new.obj):
                raise Departure("page_differs", found[-1].index, page=number)


def _refuse_active(pdf: Pdf, objects: object, revision: int) -> None:
    for each in objects:  # type: ignore[attr-defined]
        for keys in _keys(each):
            if found := keys & ACTIVE:
                raise Departure("active_content", revision, " ".join(sorted(found)))


def _keys(value: Object, depth: int = 0) -> Iterator[set[str]]:
    """Key sets of a direct object and all direct objects in it."""
    if depth > 40:
        raise Departure("structure", 0, "nesting")
    if isinstance(value, (Dictionary, Stream)):
        yield set(value.keys())
        inner = [child for _, child in value.items()]
    elif isinstance(value, Array):
        inner = list(value)
    else:
        return
    for child in inner:
        if isinstance(child, Object) and not child.is_indirect:
            yield from _keys(child, depth + 1)
