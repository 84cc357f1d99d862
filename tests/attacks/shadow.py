"""Files prepared before anybody signs, changed afterwards: shadow attacks (hide, replace, hide-and-replace), form
fields, layers. Our own pages are printed by us; here somebody else's page goes through a whole, real ceremony."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from tests.attacks.cases import Case, technique
from tests.attacks.genuine import printed, text_for
from tests.attacks.lab import Lab
from tests.attacks.raw import FORGED, Raw, edited, replaced, stream, update, with_last_key, without_key

WHITE = b"1 1 1 rg 0 0 595 842 re f\n"
Prepare = Callable[[Pdf], None]


def prepared(lab: Lab, seed: str, change: Prepare) -> Raw:
    """A complete file whose printed page was changed before certification."""
    with pikepdf.open(BytesIO(printed(text_for(3)))) as pdf:
        change(pdf)
        output = BytesIO()
        pdf.save(
            output, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False
        )
    return Raw(lab.again(seed, text_for(3), output.getvalue()).pdf)


def _number(raw: Raw, mark: bytes) -> int:
    """The object of R0 that holds these bytes."""
    first = raw.revisions[0]
    return next(number for number in first.objects if mark in raw.body(number))


def _cover(pdf: Pdf) -> None:
    """Another text, hidden under a white form that a later update may take away."""
    cover = pdf.make_stream(WHITE, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 595, 842]))
    page = pdf.pages[0]
    page.obj.Resources.XObject["/Cover"] = cover
    page.contents_add(FORGED, prepend=True)
    page.contents_add(b"/Cover Do\n")


@technique("shadow hide")
def hidden(lab: Lab) -> Iterator[Case]:
    raw = prepared(lab, "cover", _cover)
    cover = _number(raw, WHITE[:-1])
    yield Case("cover freed", update(raw.pdf, {}, free=(cover,)))
    yield Case(
        "cover emptied",
        update(
            raw.pdf,
            {
                cover: raw.body(cover).split(b"stream\n")[0].replace(b"/Length 26", b"/Length 0")
                + b"stream\n\nendstream"
            },
        ),
    )
    yield Case("cover of size zero", update(raw.pdf, {cover: replaced(raw.body(cover), b"/BBox", b"[ 0 0 0 0 ]")}))
    yield Case("cover becomes null", update(raw.pdf, {cover: b"null"}))
    yield Case(
        "cover becomes an image",
        update(
            raw.pdf,
            {
                cover: stream(
                    b"\0", b"/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray"
                )
            },
        ),
    )
    yield Case(
        "cover moved by a matrix",
        update(
            raw.pdf, {cover: with_last_key(raw.body(cover), b"").replace(b"/BBox", b"/Matrix [ 1 0 0 1 9000 0 ] /BBox")}
        ),
    )
    page = raw.named("page-1").replace(b"/Cover", b"/Curve")
    yield Case("cover renamed in the resources", update(raw.pdf, {raw["page-1"]: page}))
    before = Raw(raw.pdf[: raw.revisions[1].end])
    yield Case("cover freed before anybody signs", update(before.pdf, {}, free=(cover,)))


def _two_fonts(pdf: Pdf) -> None:
    """A second font of the same name with other outlines, not used yet."""
    fonts = pdf.pages[0].obj.Resources.Font
    spare = Dictionary(fonts["/F1+0"])
    spare.BaseFont = Name("/AAAAAA+Spare")
    pdf.pages[0].obj.Resources.Font["/Spare"] = pdf.make_indirect(spare)


@technique("shadow replace")
def replaced_(lab: Lab) -> Iterator[Case]:
    raw = prepared(lab, "fonts", _two_fonts)
    spare = _number(raw, b"+Spare")
    for font in ("font-F1+0", "font-F2+0"):
        yield Case(f"{font} becomes the spare one", update(raw.pdf, {raw[font]: raw.body(spare)}))
    yield Case(
        "resources name the spare font",
        edited(raw.pdf, fonts=lambda body: body.replace(raw.ref("font-F2+0"), b"%d 0 R" % spare)),
    )
    yield Case(
        "fonts swapped between turns", update(raw.pdf[: raw.revisions[2].end], {raw["font-F2+0"]: raw.body(spare)})
    )
    plain = Raw(lab.three.pdf)
    yield Case(
        "resources swap two of our own fonts",
        edited(
            plain.pdf,
            fonts=lambda body: body.replace(b"/F2+0", b"/XX").replace(b"/F2+1", b"/F2+0").replace(b"/XX", b"/F2+1"),
        ),
    )
    yield Case(
        "appearance of one signer for another",
        update(
            plain.pdf,
            {plain["party-2"]: replaced(plain.named("party-2"), b"/AP", b"<</N %s>>" % plain.ref("party-1-look"))},
        ),
    )
    yield Case(
        "look of the seal replaced",
        update(plain.pdf, {plain["seal-look"]: stream(FORGED, b"/Type/XObject/Subtype/Form/BBox[0 0 120 120]")}),
    )
    yield Case(
        "drawing of a signer replaced",
        update(plain.pdf, {plain["party-1-look"] + 1: plain.body(plain["party-2-look"] + 1)}),
    )
    yield Case(
        "picture of the address replaced",
        update(
            plain.pdf,
            {_number(plain, b"/BBox [ 0 0 58 58 ]"): stream(FORGED, b"/Type/XObject/Subtype/Form/BBox[0 0 58 58]")},
        ),
    )


def _second_document(pdf: Pdf) -> None:
    """A second page and page tree that nothing refers to but a catalog key without meaning."""
    page = pdf.pages[0].obj
    other = Dictionary(page)
    other.Contents = pdf.make_stream(FORGED)
    other = pdf.make_indirect(other)
    tree = pdf.make_indirect(Dictionary(Type=Name.Pages, Count=1, Kids=Array([other])))
    other.Parent = tree
    pdf.Root.PieceInfo = Dictionary(Shadow=Dictionary(Private=tree))


@technique("shadow hide-and-replace")
def both(lab: Lab) -> Iterator[Case]:
    raw = prepared(lab, "second", _second_document)
    tree = next(
        number
        for number in raw.revisions[0].objects
        if b"/Pages" in raw.body(number) and b"/Kids" in raw.body(number) and number != raw["pages"]
    )
    page = next(number for number in raw.revisions[0].objects if b"/Parent %d 0 R" % tree in raw.body(number))
    contents = _number(raw, FORGED[:20])
    yield Case(
        "catalog names the hidden tree", edited(raw.pdf, root=lambda body: replaced(body, b"/Pages", b"%d 0 R" % tree))
    )
    yield Case("tree becomes the hidden one", update(raw.pdf, {raw["pages"]: raw.body(tree)}))
    yield Case(
        "tree lists the hidden page",
        edited(raw.pdf, pages=lambda body: body.replace(raw.ref("page-1"), b"%d 0 R" % page)),
    )
    yield Case("page becomes the hidden one", update(raw.pdf, {raw["page-1"]: raw.body(page)}))
    yield Case(
        "page shows the hidden content",
        edited(raw.pdf, page_1=lambda body: replaced(body, b"/Contents", b"%d 0 R" % contents)),
    )
    yield Case(
        "hidden content takes the number of the page's", update(raw.pdf, {raw["contents-1"]: raw.body(contents)})
    )
    yield Case(
        "only the table is new: number of the page's content leads to the hidden one",
        _retabled(raw, {raw["contents-1"]: contents}),
    )
    yield Case(
        "only the table is new: number of the page leads to the hidden one", _retabled(raw, {raw["page-1"]: page})
    )
    early = Raw(raw.pdf[: raw.revisions[1].end])
    yield Case(
        "catalog names the hidden tree before anybody signs",
        edited(early.pdf, root=lambda body: replaced(body, b"/Pages", b"%d 0 R" % tree)),
    )


def _retabled(raw: Raw, swaps: dict[int, int]) -> bytes:
    """An update of table and trailer alone, whose entries point into old bytes."""
    whole = update(raw.pdf, {}, free=tuple(swaps))
    for number, other in swaps.items():
        place = b"%d 1\n%010d 00000 n \n" % (number, raw.places[other][0])
        whole = whole[: len(raw.pdf)] + whole[len(raw.pdf) :].replace(b"%d 1\n0000000000 65535 f \n" % number, place)
    return whole


def _field(kind: str, **more: object) -> Prepare:
    def add(pdf: Pdf) -> None:
        page = pdf.pages[0].obj
        shown = pdf.make_stream(b"BT ET", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 100, 20]))
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, FT=Name(f"/{kind}"), T=String("amount"), F=4, P=page,
                Rect=Array([300, 600, 400, 620]), AP=Dictionary(N=shown), **more,
            )
        )  # fmt: skip
        page.Annots.append(field)
        pdf.Root.AcroForm.Fields.append(field)

    return add


@technique("prepared form fields")
def forms(lab: Lab) -> Iterator[Case]:
    """Filling in a form is allowed after a certification of level 2, if one lets other fields in."""
    kinds = {
        "text": _field("Tx", V=String("8500"), DA=String("/Helv 12 Tf")),
        "choice": _field("Ch", Opt=Array([String("8500"), String("85000")]), V=String("8500")),
        "button": _field("Btn", AS=Name.Off),
        "signature": _field("Sig"),
    }
    for name, prepare in kinds.items():
        raw = prepared(lab, f"field-{name}", prepare)
        yield Case(f"{name} field, not filled in", raw.pdf)
        body = replaced(raw.named("amount"), b"/V", b"(85000)")
        yield Case(f"{name} field filled in after the seal", update(raw.pdf, {raw["amount"]: body}))
        look = stream(b"BT /F1+0 12 Tf (85000) Tj ET", b"/Type/XObject/Subtype/Form/BBox[0 0 100 20]")
        yield Case(f"{name} field looks different after the seal", update(raw.pdf, {raw["amount-look"]: look}))

    def hidden_kids(pdf: Pdf) -> None:
        party = pdf.Root.AcroForm.Fields[1]
        kid = pdf.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name.Widget, Parent=party, Rect=Array([60, 500, 540, 760]), F=4)
        )
        party.Kids = Array([kid])
        pdf.pages[0].obj.Annots.append(kid)

    yield Case("a slot with a second widget", prepared(lab, "kids", hidden_kids).pdf)

    def renamed(pdf: Pdf) -> None:
        pdf.Root.AcroForm.Fields[1].TU = String("sign here")
        pdf.Root.AcroForm.NeedAppearances = True

    yield Case("viewers told to draw the fields anew", prepared(lab, "needs", renamed).pdf)


def _layers(pdf: Pdf) -> None:
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("amount")))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(ON=Array([group]), Order=Array([group])))
    page = pdf.pages[0]
    page.obj.Resources.Properties = Dictionary(L0=group)
    page.contents_add(b"/OC /L0 BDC\n" + FORGED + b"EMC\n")


@technique("layers toggled (OCG)")
def layers(lab: Lab) -> Iterator[Case]:
    raw = prepared(lab, "layers", _layers)
    yield Case("prepared, not toggled", raw.pdf)
    yield Case("switched off by the catalog", edited(raw.pdf, root=lambda body: body.replace(b"/ON", b"/OFF")))
    group = _number(raw, b"/OCG")
    yield Case("group becomes null", update(raw.pdf, {group: b"null"}))
    yield Case("group freed", update(raw.pdf, {}, free=(group,)))
    usage = with_last_key(raw.body(group), b"/Usage<</Print<</PrintState/OFF>>/View<</ViewState/OFF>>>>")
    yield Case("group seen on paper only", update(raw.pdf, {group: usage}))
    plain = Raw(lab.three.pdf)
    config = b"/OCProperties<</OCGs[%d 0 R]/D<</OFF[%d 0 R]>>>>" % (plain.size, plain.size)
    ocg = {plain.size: b"<</Type/OCG/Name(x)>>"}
    hide = with_last_key(plain.named("party-1"), b"/OC %d 0 R" % plain.size)
    yield Case(
        "signature put into a hidden layer",
        update(plain.pdf, {**ocg, plain["root"]: with_last_key(plain.named("root"), config), plain["party-1"]: hide}),
    )
    look = (
        with_last_key(plain.named("seal-look"), b"/OC %d 0 R" % plain.size)
        if b"stream" not in plain.named("seal-look")
        else plain.named("seal-look").replace(b"<<", b"<</OC %d 0 R " % plain.size, 1)
    )
    yield Case("seal put into a hidden layer", update(plain.pdf, {**ocg, plain["seal-look"]: look}))
    yield Case(
        "layers announced without any",
        edited(plain.pdf, root=lambda body: with_last_key(without_key(body, b"/OCProperties"), b"/OCProperties<<>>")),
    )
