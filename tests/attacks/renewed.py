"""Attackers who can have bytes stamped: renewal (a DSS update and a document time-stamp) is open to whoever reaches an
authority that the verifier believes, and with it all that a stamped revision can hide. The strongest outsiders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from cryptography import x509

from documents import sign, structure
from tests.attacks.cases import UNFINISHED, UNKNOWN, Case, technique
from tests.attacks.genuine import Genuine, text_for
from tests.attacks.lab import Lab, finish
from tests.attacks.raw import (
    FORGED,
    Edit,
    Raw,
    filled,
    listed,
    listing,
    replaced,
    signature_body,
    stream,
    update,
    with_key,
    with_last_key,
    without_key,
)
from tests.documents.ceremony import Ceremony


def same(body: bytes) -> bytes:
    return body


def with_status(
    pdf: bytes,
    *,
    root: Edit = same,
    dss: Edit = same,
    more: dict[int, bytes] | None = None,
    extra: bytes = b"",
    fresh: bytes = b"",
) -> bytes:
    """A DSS update that lists what was there, in a new dictionary, with one new plain stream."""
    raw = Raw(pdf)
    n = raw.size
    store = listing(raw.named("dss"), b"/Certs", b"%d 0 R" % (n + 1))
    catalog = replaced(raw.named("root"), b"/DSS", b"%d 0 R" % n)
    first = raw.body(listed(raw.named("dss"), b"/Certs")[0])
    objects = {
        raw["root"]: root(catalog),
        n: dss(store),
        n + 1: fresh or first,
        **{n + 2 + at: body for at, body in enumerate((more or {}).values())},
    }
    return update(pdf, objects, extra=extra)


def with_stamp(
    pdf: bytes,
    tsa: Genuine,
    *,
    page: Edit = same,
    form: Edit = same,
    widget: Edit = same,
    value: Edit = same,
    trailer: Edit = same,
    more: dict[int, bytes] | None = None,
    token: Callable[[bytes], bytes] | None = None,
    name: bytes = b"archive2",
    extra: bytes = b"",
) -> bytes:
    """A document time-stamp in a new zero-size field, by hand, each object open to change before it is stamped."""
    raw = Raw(pdf)
    raw.numbers = tsa.raw.numbers  # the file may be one that no library opens any more
    n = raw.size
    field = (
        b"<<\n/FT /Sig\n/T (%s)\n/Type /Annot\n/Subtype /Widget\n/F 132\n/Rect [ 0 0 0 0 ]\n/P %s\n/V %d 0 R\n>>"
        % (name, raw.ref("page-1"), n + 1)
    )
    objects = {
        raw["form"]: form(listing(raw.named("form"), b"/Fields", b"%d 0 R" % n, last=True)),
        raw["page-1"]: page(listing(raw.named("page-1"), b"/Annots", b"%d 0 R" % n, last=True)),
        n: widget(field),
        n + 1: value(signature_body(b"DocTimeStamp", len(pdf), 4096)),
        **{n + 2 + at: body for at, body in enumerate((more or {}).values())},
    }
    whole = update(pdf, objects, extra=extra)
    whole = pdf + trailer(whole[len(pdf) :])
    ceremony = tsa.ceremony
    return filled(whole, token or (lambda digest: ceremony.tsa.token(digest, ceremony.clock())))


def renewed(lab: Lab, **edits: object) -> bytes:
    """The complete file, renewed by hand."""
    return with_stamp(with_status(lab.three.pdf), lab.three, **edits)  # type: ignore[arg-type]


@technique("renewed-file attacks")
def stamped(lab: Lab) -> Iterator[Case]:
    """Each of these lies under a genuine time-stamp over the whole file."""
    raw = Raw(lab.three.pdf)
    two = raw.ref("contents-2")
    n = raw.size + 2
    pages: dict[str, Edit] = {
        "/Contents twice, other first": lambda body: with_key(body, b"/Contents " + two),
        "/Contents twice, other last": lambda body: with_last_key(body, b"/Contents " + two),
        "/MediaBox twice, tiny one first": lambda body: with_key(body, b"/MediaBox [ 0 0 9 9 ]"),
        "/Resources twice, empty first": lambda body: with_key(body, b"/Resources << >>"),
        "/Contents by an escaped name first": lambda body: with_key(body, b"/Cont#65nts " + two),
        "/Annots twice, empty first": lambda body: with_key(body, b"/Annots [ ]"),
        "other content behind a comment that ends in CR": lambda body: body.replace(
            b"/Contents %s" % raw.ref("contents-1"), b"/Contents %%\r %s\n %%\n%s" % (two, raw.ref("contents-1"))
        ),
        "comment in the page": lambda body: with_key(body, b"% a comment\n"),
        "content of the other page": lambda body: replaced(body, b"/Contents", two),
        "turned": lambda body: with_last_key(body, b"/Rotate 180"),
        "crop box": lambda body: with_last_key(body, b"/CropBox [ 0 700 595 842 ]"),
        "two dictionaries in one object": lambda body: body + b"\n" + replaced(body, b"/Contents", two),
        "first dictionary is another": lambda body: replaced(body, b"/Contents", two) + b"\n" + body,
        "null byte in the page": lambda body: body.replace(b"/Type /Page", b"/Type\0/Page"),
        "reals for whole numbers": lambda body: body.replace(b"/StructParents 0", b"/StructParents 0.0"),
        "annotation of the widget twice": lambda body: listing(body, b"/Annots", b"%s" % raw.ref("certification")),
        "generation of a reference": lambda body: body.replace(
            raw.ref("contents-1"), raw.ref("contents-1")[:-3] + b"1 R"
        ),
    }
    for name, edit in pages.items():
        yield Case(f"page: {name}", renewed(lab, page=edit))
    forms: dict[str, Edit] = {
        "/Fields twice, empty first": lambda body: with_key(body, b"/Fields [ ]"),
        "/NeedAppearances": lambda body: with_last_key(body, b"/NeedAppearances true"),
        "/SigFlags 0": lambda body: replaced(body, b"/SigFlags", b"0"),
        "/XFA": lambda body: with_last_key(body, b"/XFA (x)"),
        "default resources": lambda body: with_last_key(body, b"/DR << >>"),
        "a field left out": lambda body: body.replace(raw.ref("party-1") + b" ", b""),
        "comment": lambda body: with_key(body, b"%\n"),
    }
    for name, edit in forms.items():
        yield Case(f"form: {name}", renewed(lab, form=edit))
    widgets: dict[str, Edit] = {
        "over the text": lambda body: replaced(body, b"/Rect", b"[ 60 500 540 760 ]"),
        "over the text by a second /Rect first": lambda body: with_key(body, b"/Rect [ 60 500 540 760 ]"),
        "with a look": lambda body: with_last_key(body, b"/AP << /N %s >>" % raw.ref("seal-look")),
        "with a look and a size, second keys first": lambda body: with_key(
            body, b"/Rect [ 60 500 540 760 ] /AP << /N %s >>" % raw.ref("seal-look")
        ),
        "of type text": lambda body: replaced(body, b"/FT", b"/Tx"),
        "with an action": lambda body: with_last_key(body, b"/A << /S /URI /URI (x) >>"),
        "named like a slot": lambda body: replaced(body, b"/T", b"(seal)"),
        "with kids": lambda body: with_last_key(body, b"/Kids [ ]"),
        "negative rectangle": lambda body: replaced(body, b"/Rect", b"[ 0 0 -9 -9 ]"),
        "flags of a visible field": lambda body: replaced(body, b"/F", b"4"),
        "on another page than it says": lambda body: replaced(body, b"/P", raw.ref("page-2")),
    }
    for name, edit in widgets.items():
        yield Case(
            f"field: {name}",
            renewed(lab, widget=edit),
            UNFINISHED if name.startswith(("flags", "on another")) else frozenset({"invalid"}),
        )
    yield Case("one object more", renewed(lab, more={0: stream(FORGED)}))
    yield Case(
        "content replaced under the stamp",
        with_stamp(update(with_status(lab.three.pdf), {raw["contents-1"]: stream(FORGED)}), lab.three),
    )
    yield Case(
        "stamped change without status",
        with_stamp(update(lab.three.pdf, {raw["contents-1"]: stream(FORGED)}), lab.three),
    )
    yield Case("stamp without status", with_stamp(lab.three.pdf, lab.three))
    yield Case("second /Contents in the stamp", renewed(lab, value=lambda body: with_last_key(body, b"/Contents <00>")))
    yield Case(
        "/Reference in the stamp",
        renewed(lab, value=lambda body: with_last_key(body, b"/Reference [ << /TransformMethod /DocMDP >> ]")),
    )
    yield Case("trailer with an escaped /Root", renewed(lab, extra=b"/Ro#6ft %d 0 R\n" % n))
    yield Case(
        "trailer with a comment that hides another /Root",
        renewed(
            lab, trailer=lambda piece: piece.replace(b"/Root 1 0 R", b"/Root %%\r %s\n%%\n1 0 R" % raw.ref("page-2"))
        ),
    )
    yield Case(
        "trailer with two dictionaries",
        renewed(lab, trailer=lambda piece: piece.replace(b"trailer\n<<", b"trailer\n<< /Size 1 >>\n<<")),
    )


@technique("renewed-file attacks")
def stamped_status(lab: Lab) -> Iterator[Case]:
    """The same with the DSS update under the stamp."""
    raw = Raw(lab.three.pdf)
    n = raw.size

    def made(**edits: object) -> bytes:
        return with_stamp(with_status(lab.three.pdf, **edits), lab.three)  # type: ignore[arg-type]

    roots: dict[str, Edit] = {
        "/Pages twice, one page first": lambda body: with_key(body, b"/Pages " + raw.ref("page-1")),
        "/Pages twice, one page last": lambda body: with_last_key(body, b"/Pages " + raw.ref("page-1")),
        "/Pages by an escaped name first": lambda body: with_key(body, b"/P#61ges " + raw.ref("page-1")),
        "/AcroForm twice, none first": lambda body: with_key(body, b"/AcroForm << >>"),
        "/AF twice, none first": lambda body: with_key(body, b"/AF [ ]"),
        "/Perms twice, none first": lambda body: with_key(body, b"/Perms << >>"),
        "/OpenAction by an escaped name": lambda body: with_key(body, b"/Open#41ction [ %s /Fit ]" % raw.ref("page-2")),
        "comment with CR hides another /Pages": lambda body: with_key(
            body, b"%% \r /Pages %s %%\n" % raw.ref("page-1")
        ),
        "version": lambda body: with_key(body, b"/Version /2.0"),
        "two dictionaries": lambda body: with_key(body, b"/Lang (en)") + b"\n" + body,
        "dictionary left open": lambda body: body[:-2] + b"/X << >>",
    }
    for name, edit in roots.items():
        yield Case(f"catalog: {name}", made(root=edit))
    stores: dict[str, Edit] = {
        "VRI": lambda body: with_key(body, b"/VRI << >>"),
        "unknown key": lambda body: with_key(body, b"/Pages %s" % raw.ref("page-1")),
        "/Certs twice": lambda body: with_key(body, b"/Certs [ ]"),
        "lists a page": lambda body: listing(body, b"/Certs", raw.ref("page-1")),
        "lists a number": lambda body: listing(body, b"/Certs", b"7"),
    }
    for name, edit in stores.items():
        yield Case(
            f"status: {name}",
            made(dss=edit),
            UNFINISHED | UNKNOWN | {"cannot_tell"} if name.startswith("lists") else frozenset({"invalid"}),
        )
    yield Case("status: stream with a filter", made(fresh=stream(FORGED, b"/Filter/ASCIIHexDecode")))
    yield Case("status: stream with two lengths", made(fresh=b"<</Length 5/Length 50>>\nstream\n12345\nendstream"))
    yield Case(
        "status: stream whose data begin another object",
        made(
            fresh=stream(
                b"x\nendstream\nendobj\n%d 0 obj\n%s\nendobj\n"
                % (raw["page-1"], replaced(raw.named("page-1"), b"/Contents", raw.ref("contents-2")))
            )
        ),
    )
    yield Case(
        "status: a page for a stream", made(fresh=replaced(raw.named("page-1"), b"/Contents", raw.ref("contents-2")))
    )
    yield Case("status: one stream nobody lists", made(more={0: stream(FORGED)}))
    yield Case("status: one dictionary nobody lists", made(more={0: b"<</Type/Catalog/Pages %s>>" % raw.ref("page-1")}))
    yield Case(
        "status: free entries",
        with_stamp(update(lab.three.pdf, {raw["root"]: raw.named("root")}, free=(raw["page-2"],)), lab.three),
    )
    yield Case(
        "status taken away under the stamp",
        with_stamp(update(lab.three.pdf, {raw["root"]: without_key(raw.named("root"), b"/DSS")}), lab.three),
    )
    empty = update(
        lab.three.pdf,
        {raw["root"]: replaced(raw.named("root"), b"/DSS", b"%d 0 R" % n), n: b"<</Certs[]/OCSPs[]/CRLs[]>>"},
    )
    yield Case("status emptied under the stamp", with_stamp(empty, lab.three), UNFINISHED | UNKNOWN | {"cannot_tell"})
    yield Case("status without stamp", with_status(lab.three.pdf), UNFINISHED)
    yield Case("two stamps after one status", with_stamp(renewed(lab), lab.three, name=b"archive3"))
    yield Case("same field name again", renewed(lab, name=b"archive1"))
    yield Case("field name not ours", renewed(lab, name=b"signature7"))
    foreign = lab.stranger.ceremony
    yield Case(
        "stamp by a stranger",
        renewed(lab, token=lambda digest: foreign.tsa.token(digest, foreign.clock())),
        UNFINISHED | UNKNOWN | {"cannot_tell"},
    )
    old = lab.three.ceremony.clock() - timedelta(days=2)
    yield Case(
        "stamp older than the seal",
        renewed(lab, token=lambda digest: lab.three.ceremony.tsa.token(digest, old)),
        UNFINISHED | {"cannot_tell"},
    )
    yield Case(
        "stamp about other bytes",
        renewed(lab, token=lambda _: lab.three.ceremony.tsa.token(bytes(32), lab.three.ceremony.clock())),
    )
    yield Case("renewed before the seal", with_stamp(lab.three.stage("turns"), lab.three, page=same))
    good = renewed(lab)
    yield Case("renewed, then changed", update(good, {raw["contents-1"]: stream(FORGED)}))
    yield Case("renewed, a byte behind", good + b"\n")
    yield Case("renewed, cut", good[:-1])
    pairs = structure.read(good)
    yield Case("renewed, first stamp's revision left out", good[: pairs[-3].start] + good[pairs[-2].start :])


class Revoking:
    """A time-stamper that has a certificate revoked while it is asked: after the last moment the seal looks."""

    name = "revoking"

    def __init__(self, ceremony: Ceremony, certificate: bytes) -> None:
        self.ceremony = ceremony
        self.serial = x509.load_der_x509_certificate(certificate).serial_number

    def token(self, digest: bytes, at: datetime) -> bytes:
        self.ceremony.authority.revoke(self.serial, self.ceremony.clock() - timedelta(seconds=12))
        return self.ceremony.tsa.token(digest, at)


@technique("renewed-file attacks")
def revocation_hidden(lab: Lab) -> Iterator[Case]:
    """A signer was revoked before the seal; somebody renews the file with the older, good answers instead."""

    async def made() -> Genuine:
        ceremony = await lab.begun(text_for(3))
        turns = ceremony.all_turns()
        ceremony.clock.pass_(seconds=9)
        leaves = [each.certificate for each in ceremony.people.values()]
        tsa = Revoking(ceremony, leaves[0])
        return Genuine(ceremony, await sign.seal(turns, "seal", ceremony.authority, tsa, None, "", leaves))

    bad = finish(made())
    good = Raw(bad.pdf)
    yield Case("revoked signer, as sealed", bad.pdf)
    answers = listed(good.named("dss"), b"/OCSPs")
    store = good.named("dss").replace(b"%d 0 R" % answers[0], b"", 1)
    n = good.size
    hidden = update(bad.pdf, {good["root"]: replaced(good.named("root"), b"/DSS", b"%d 0 R" % n), n: store})
    yield Case("revoked signer, renewed without that answer", with_stamp(hidden, lab.three))
