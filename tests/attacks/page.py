"""What later updates may try to show on a certified page: annotations (EAA), more signatures (SSA), fields over text,
fonts and glyph maps, the page tree, attachments, metadata."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from documents import cms
from documents.fields import CERTIFICATION
from tests.attacks.cases import Case, technique
from tests.attacks.lab import Lab
from tests.attacks.raw import (
    FORGED,
    Edit,
    Raw,
    edited,
    filled,
    listing,
    replaced,
    signature_body,
    stream,
    update,
    with_last_key,
    without_key,
)

TYPE3 = (
    b"<</Type/Font/Subtype/Type3/FontBBox[0 0 1 1]/FontMatrix[1 0 0 1 0 0]/CharProcs<<>>"
    b"/Encoding<</Differences[]>>/FirstChar 0/LastChar 0/Widths[0]>>"
)
STAGES = ("f", "turns", "complete")
BOX = b"/Rect[60 500 540 760]/F 4"


def annotated(pdf: bytes, annotation: bytes, more: dict[int, bytes] | None = None, page: str = "page-1") -> bytes:
    """An update with one more annotation on a page; `%N` in it becomes the number behind it, of `more`'s first."""
    raw = Raw(pdf)
    number = raw.size
    body = raw.named(page)
    annots = listing(body, b"/Annots", b"%d 0 R" % number)
    others = {number + 1 + at: each for at, each in enumerate((more or {}).values())}
    return update(pdf, {raw[page]: annots, number: annotation.replace(b"%N", b"%d 0 R" % (number + 1)), **others})


@technique("evil annotation (EAA)")
def annotations(lab: Lab) -> Iterator[Case]:
    """Mladenov et al. 2021: annotations that look like content of a certified page."""
    look = {0: stream(FORGED, b"/Type/XObject/Subtype/Form/BBox[60 500 540 760]")}
    kinds = {
        "FreeText": b"/Contents(85000)/DA(/Helv 20 Tf)",
        "Stamp": b"/AP<</N %N>>",
        "Redact": b"/QuadPoints[60 500 540 500 60 760 540 760]/OverlayText(85000)/RO %N",
        "Square": b"/IC[1 1 1]/C[1 1 1]/AP<</N %N>>",
        "Ink": b"/InkList[[60 500 540 760]]/AP<</N %N>>",
        "Highlight": b"/QuadPoints[60 500 540 500 60 760 540 760]/C[0 0 0]/AP<</N %N>>",
        "Link": b"/A<</S/URI/URI(https://example.com)>>",
        "FileAttachment": b"/FS<</Type/Filespec/F(agreement.json)>>",
        "Screen": b"/A<</S/Rendition>>",
        "Watermark": b"/AP<</N %N>>",
        "Popup": b"/Open true",
        "Widget": b"/MK<</BG[1 1 1]>>/AP<</N %N>>",
    }
    for name, more in kinds.items():
        for stage in STAGES if name in ("FreeText", "Stamp", "Widget") else ("complete",):
            made = annotated(
                lab.three.stage(stage), b"<</Type/Annot/Subtype/%s%s%s>>" % (name.encode(), BOX, more), look
            )
            yield Case(f"{name} after {stage}", made)
    yield Case(
        "Stamp on the page of the signatures",
        annotated(lab.three.pdf, b"<</Type/Annot/Subtype/Stamp%s/AP<</N %%N>>>>" % BOX, look, "page-2"),
    )
    yield Case(
        "annotations of a page taken away", edited(lab.three.pdf, page_2=lambda body: without_key(body, b"/Annots"))
    )


@technique("sneaky signature (SSA)")
def signatures_(lab: Lab) -> Iterator[Case]:
    """A real signature by somebody, whose appearance is the forgery; and the seal's or a person's place taken."""
    person = lab.three.ceremony.people["party-2"]
    issuing = lab.three.ceremony.authority.issuing.der

    def value(digest: bytes) -> bytes:
        attributes = cms.signed_attributes(digest, person.certificate)
        signature = person.key.sign(attributes, ec.ECDSA(hashes.SHA256()))
        return cms.build((person.certificate, issuing), attributes, signature, None)

    for stage in ("f", "turn-1", "turns", "complete"):
        for name, box in {
            "over the text": BOX,
            "invisible": b"/Rect[0 0 0 0]/F 132",
            "off the page": b"/Rect[900 900 990 990]/F 4",
        }.items():
            yield Case(f"own new field {name} after {stage}", signed_over(lab.three.stage(stage), b"extra", box, value))
    for slot in ("seal", "mediator"):
        pdf = lab.three.stage("turn-2")
        raw = Raw(pdf)
        number = raw.size
        look = stream(FORGED, b"/Type/XObject/Subtype/Form/BBox[0 0 140 44]")
        field = with_last_key(replaced(raw.named(slot), b"/AP", b"<</N %d 0 R>>" % number), b"/V %d 0 R" % (number + 1))
        new = {raw[slot]: field, number: look, number + 1: signature_body(b"Sig", len(pdf), 4096)}
        yield Case(f"a party signs as {slot}", filled(update(pdf, new), value))


def signed_over(pdf: bytes, name: bytes, box: bytes, value: object, kind: bytes = b"Sig") -> bytes:
    """A new field with an appearance of the attacker's, really signed."""
    raw = Raw(pdf)
    widget, look, sig = raw.size, raw.size + 1, raw.size + 2
    new = {
        raw["form"]: listing(raw.named("form"), b"/Fields", b"%d 0 R" % widget),
        raw["page-1"]: listing(raw.named("page-1"), b"/Annots", b"%d 0 R" % widget),
        widget: b"<</FT/Sig/T(%s)/Type/Annot/Subtype/Widget%s/P %s/AP<</N %d 0 R>>/V %d 0 R>>"
        % (name, box, raw.ref("page-1"), look, sig),
        look: stream(FORGED, b"/Type/XObject/Subtype/Form/BBox[60 500 540 760]"),
        sig: signature_body(kind, len(pdf), 4096),
    }
    return filled(update(pdf, new), value)  # type: ignore[arg-type]


@technique("new field over text")
def fields(lab: Lab) -> Iterator[Case]:
    for stage in ("f", "turn-1", "turns", "seal", "complete"):
        pdf = lab.three.stage(stage)
        raw = Raw(pdf)
        n = raw.size
        widget = b"<</FT/Sig/T(cover)/Type/Annot/Subtype/Widget%s/P %s/MK<</BG[1 1 1]>>>>" % (BOX, raw.ref("page-1"))
        new = {
            raw["form"]: listing(raw.named("form"), b"/Fields", b"%d 0 R" % n),
            raw["page-1"]: listing(raw.named("page-1"), b"/Annots", b"%d 0 R" % n),
            n: widget,
        }
        yield Case(f"empty signature field after {stage}", update(pdf, new))
        new[n] = widget.replace(b"/FT/Sig", b"/FT/Tx/V(85000)")
        yield Case(f"text field after {stage}", update(pdf, new))
    pdf, raw = lab.three.pdf, Raw(lab.three.pdf)
    for slot in ("party-1", "seal"):
        yield Case(
            f"{slot} grown over the text",
            edited(pdf, **{slot.replace("-", "_"): lambda body: replaced(body, b"/Rect", b"[60 500 540 760]")}),
        )
        yield Case(f"{slot} hidden", edited(pdf, **{slot.replace("-", "_"): lambda body: replaced(body, b"/F", b"2")}))
        yield Case(
            f"{slot} moved to the other page",
            edited(pdf, **{slot.replace("-", "_"): lambda body: replaced(body, b"/P", raw.ref("page-1"))}),
        )
    yield Case(
        "fields in another order",
        edited(
            pdf,
            form=lambda body: (
                body.replace(raw.ref("party-1"), b"@")
                .replace(raw.ref("party-2"), raw.ref("party-1"))
                .replace(b"@", raw.ref("party-2"))
            ),
        ),
    )
    yield Case("a field taken off the form", edited(pdf, form=lambda body: body.replace(raw.ref("party-1"), b"")))
    yield Case("a form of our own fields only, unsigned", edited(pdf, seal=lambda body: without_key(body, b"/V")))
    yield Case(
        "certification's field made visible",
        edited(pdf, **{CERTIFICATION: lambda body: replaced(body, b"/Rect", b"[60 500 540 760]")}),
    )


@technique("font or glyph-map swap")
def fonts(lab: Lab) -> Iterator[Case]:
    """Programs, maps to Unicode, widths and encodings: what is read and what is seen drift apart."""
    first, second = "font-F2+0", "font-F2+1"
    raw = Raw(lab.three.pdf)
    edits: dict[str, tuple[str, Edit]] = {
        "program of another face": (f"{first}-file", lambda _: raw.named(f"{second}-file")),
        "program cut": (f"{first}-file", lambda _: stream(b"\0\1\0\0")),
        "map to Unicode of another face": (f"{first}-map", lambda _: raw.named(f"{second}-map")),
        "two digits swapped in the map": (
            f"{first}-map",
            lambda _: stream(
                raw.data(f"{first}-map").replace(b"0038>", b"@>").replace(b"0035>", b"0038>").replace(b"@>", b"0035>")
            ),
        ),
        "map to Unicode emptied": (f"{first}-map", lambda _: stream(b"")),
        "map to Unicode dropped": (first, lambda body: without_key(body, b"/ToUnicode")),
        "widths all zero": (first, lambda body: replaced(body, b"/Widths", b"[ 0 ]")),
        "widths of another face": (first, lambda body: replaced(body, b"/Widths", b"[ 500 500 ]")),
        "encoding added": (
            first,
            lambda body: with_last_key(body, b"/Encoding<</Type/Encoding/Differences[48 /five /eight]>>"),
        ),
        "codes moved by one": (first, lambda body: replaced(body, b"/FirstChar", b"1")),
        "another font in its place": (first, lambda _: raw.named(second)),
        "not embedded": (f"{first}-descriptor", lambda body: without_key(body, b"/FontFile2")),
        "flags changed": (f"{first}-descriptor", lambda body: replaced(body, b"/Flags", b"32")),
        "a procedure in its place": (first, lambda _: TYPE3),
    }
    for name, (number, change) in edits.items():
        for stage in ("turn-1", "complete"):
            pdf = lab.three.stage(stage)
            yield Case(f"{name} after {stage}", update(pdf, {raw[number]: change(raw.named(number))}))


@technique("page-tree swap")
def tree(lab: Lab) -> Iterator[Case]:
    raw = Raw(lab.three.pdf)
    one, two = raw.ref("page-1"), raw.ref("page-2")
    n = raw.size
    other = b"<</Type/Page/Parent %s/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font %s>>>>" % (
        raw.ref("pages"),
        n + 1,
        raw.ref("fonts"),
    )
    changed: dict[str, dict[int, bytes]] = {
        "pages swapped": {raw["pages"]: b"<</Type/Pages/Count 2/Kids[%s %s]>>" % (two, one)},
        "a page dropped": {raw["pages"]: b"<</Type/Pages/Count 1/Kids[%s]>>" % two},
        "a page shown twice": {raw["pages"]: b"<</Type/Pages/Count 3/Kids[%s %s %s]>>" % (one, one, two)},
        "a page put in front": {
            raw["pages"]: b"<</Type/Pages/Count 3/Kids[%d 0 R %s %s]>>" % (n, one, two),
            n: other,
            n + 1: stream(FORGED),
        },
        "a page behind the last": {
            raw["pages"]: b"<</Type/Pages/Count 3/Kids[%s %s %d 0 R]>>" % (one, two, n),
            n: other,
            n + 1: stream(FORGED),
        },
        "count lies": {raw["pages"]: b"<</Type/Pages/Count 1/Kids[%s %s]>>" % (one, two)},
        "page replaced under its number": {raw["page-1"]: other, n + 1: stream(FORGED)},
        "page takes the content of the other": {
            raw["page-1"]: replaced(raw.named("page-1"), b"/Contents", raw.ref("contents-2"))
        },
        "content added to the page": {
            raw["page-1"]: replaced(raw.named("page-1"), b"/Contents", b"[%s %d 0 R]" % (raw.ref("contents-1"), n)),
            n: stream(FORGED),
        },
        "node between": {
            raw["pages"]: b"<</Type/Pages/Count 2/Kids[%d 0 R]/MediaBox[0 0 9 9]>>" % n,
            n: b"<</Type/Pages/Parent %s/Count 2/Kids[%s %s]>>" % (raw.ref("pages"), one, two),
        },
        "crop box": {raw["page-1"]: with_last_key(raw.named("page-1"), b"/CropBox[0 600 595 842]")},
        "turned": {raw["page-1"]: with_last_key(raw.named("page-1"), b"/Rotate 180")},
        "user unit": {raw["page-1"]: with_last_key(raw.named("page-1"), b"/UserUnit 10")},
        "media box": {raw["page-1"]: replaced(raw.named("page-1"), b"/MediaBox", b"[0 700 595 842]")},
        "inherited rotation": {raw["pages"]: with_last_key(raw.named("pages"), b"/Rotate 180")},
        "resources swapped": {
            raw["page-1"]: replaced(raw.named("page-1"), b"/Tabs", b"/R").replace(raw.ref("fonts"), b"<<>>")
        },
        "tree loops": {raw["pages"]: b"<</Type/Pages/Count 2/Kids[%s %s]>>" % (raw.ref("pages"), two)},
    }
    for name, objects in changed.items():
        yield Case(name, update(raw.pdf, objects))
    early = lab.three.stage("turns")
    for name in ("pages swapped", "page takes the content of the other", "a page put in front", "crop box"):
        moved = {number if number < n else number - n + Raw(early).size: body for number, body in changed[name].items()}
        yield Case(
            f"{name}, before the seal",
            update(
                early,
                {
                    number: body.replace(b"%d 0 R" % n, b"%d 0 R" % Raw(early).size).replace(
                        b"%d 0 R" % (n + 1), b"%d 0 R" % (Raw(early).size + 1)
                    )
                    for number, body in moved.items()
                },
            ),
        )


@technique("attachments swapped")
def attachments(lab: Lab) -> Iterator[Case]:
    raw = Raw(lab.three.pdf)
    other = Raw(lab.other.pdf)
    n = raw.size
    lie = raw.data("attached").replace(b"8500", b"9500")
    spec = b"<</Type/Filespec/F(annex.json)/UF(annex.json)/EF<</F %s>>>>" % raw.ref("attached")
    yield Case(
        "text changed",
        update(raw.pdf, {raw["attached"]: stream(lie, b"/Type/EmbeddedFile/Subtype/application#2fjson")}),
    )
    yield Case("text of another agreement", update(raw.pdf, {raw["attached"]: other.named("attached")}))
    yield Case("text emptied", update(raw.pdf, {raw["attached"]: stream(b"", b"/Type/EmbeddedFile")}))
    yield Case("file renamed", edited(raw.pdf, filespec=lambda body: body.replace(b"agreement.json", b"agreement.exe")))
    yield Case(
        "file named differently for other readers",
        edited(raw.pdf, filespec=lambda body: body.replace(b"/UF (agreement.json)", b"/UF (other.json)")),
    )
    yield Case(
        "file leads to another stream",
        update(
            raw.pdf,
            {
                raw["filespec"]: raw.named("filespec").replace(b"/UF %s" % raw.ref("attached"), b"/UF %d 0 R" % n),
                n: stream(lie),
            },
        ),
    )
    yield Case(
        "second attachment", update(raw.pdf, {raw["root"]: listing(raw.named("root"), b"/AF", b"%d 0 R" % n), n: spec})
    )
    yield Case("attachment dropped", edited(raw.pdf, root=lambda body: without_key(body, b"/AF")))
    yield Case("name tree dropped", edited(raw.pdf, root=lambda body: body.replace(b"/EmbeddedFiles", b"/Dests")))
    yield Case(
        "associated file of the page",
        update(raw.pdf, {raw["page-1"]: with_last_key(raw.named("page-1"), b"/AF[%d 0 R]" % n), n: spec}),
    )
    for stage in ("f", "turns"):
        yield Case(
            f"text changed after {stage}",
            update(lab.three.stage(stage), {raw["attached"]: stream(lie, b"/Type/EmbeddedFile")}),
        )


@technique("metadata and catalog")
def metadata(lab: Lab) -> Iterator[Case]:
    raw = Raw(lab.three.pdf)
    n = raw.size
    catalog = {
        "script on opening": b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>",
        "program on opening": b"/OpenAction<</S/Launch/F(cmd.exe)>>",
        "address on opening": b"/OpenAction<</S/URI/URI(https://example.com)>>",
        "another page on opening": b"/OpenAction[%s/Fit]" % raw.ref("page-2"),
        "actions": b"/AA<</WP<</S/JavaScript/JS(1)>>>>",
        "version": b"/Version/2.0",
        "page labels": b"/PageLabels<</Nums[0<</St 7>>]>>",
        "outline": b"/Outlines<</Type/Outlines/Count 0>>",
        "viewer preferences": b"/ViewerPreferences<</DisplayDocTitle false/Direction/R2L>>",
        "page mode": b"/PageMode/UseAttachments",
        "collection": b"/Collection<</View/D/D(agreement.json)>>",
        "requirements": b"/Requirements[<</S/EnableJavaScripts>>]",
        "usage rights": b"/Legal<</Attestation(yes)>>",
    }
    for name, entry in catalog.items():
        yield Case(name, edited(raw.pdf, root=lambda body, entry=entry: with_last_key(body, entry)))
    yield Case("title in Info", edited(raw.pdf, info=lambda body: replaced(body, b"/Title", b"(other)")))
    yield Case("Info replaced", update(raw.pdf, {raw["info"]: b"<</Producer(other)>>"}))
    yield Case(
        "XMP replaced",
        update(
            raw.pdf, {raw["xmp"]: stream(raw.data("xmp").replace(b"Hejie", b"Other"), b"/Type/Metadata/Subtype/XML")}
        ),
    )
    yield Case(
        "XMP of the page",
        update(
            raw.pdf,
            {
                raw["page-1"]: with_last_key(raw.named("page-1"), b"/Metadata %d 0 R" % n),
                n: stream(b"<x/>", b"/Type/Metadata/Subtype/XML"),
            },
        ),
    )
    yield Case("language", edited(raw.pdf, root=lambda body: without_key(body, b"/Lang")))
    yield Case("structure replaced", update(raw.pdf, {raw["structure"]: b"<</Type/StructTreeRoot>>"}))
    yield Case(
        "text for the blind replaced",
        edited(raw.pdf, structure=lambda body: with_last_key(body, b"/ActualText(85000)")),
    )
    yield Case("certification's permission dropped", edited(raw.pdf, root=lambda body: without_key(body, b"/Perms")))
    yield Case(
        "certification's permission wider",
        edited(raw.pdf, **{"certification_value": lambda body: body.replace(b"/P 2", b"/P 3")}),
    )
    yield Case(
        "usage rights beside the certification",
        edited(raw.pdf, root=lambda body: body.replace(b"/DocMDP", b"/UR3 %s/DocMDP" % raw.ref("seal-value"))),
    )
