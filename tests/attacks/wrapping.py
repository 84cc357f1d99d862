"""Attacks on what a signature covers: wrapping (SWA), universal forgery (USF), gaps and tricks of /ByteRange, a second
/Contents. Each on several signatures, in place and by an update."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.revisions import BYTE_RANGE
from tests.attacks.cases import Case, technique
from tests.attacks.lab import Lab
from tests.attacks.raw import FORGED, Raw, objects_at, replaced, stream, table, update, with_key, without_key

WHOSE = ("certification", "party-1", "seal", "archive1")


def _range(raw: Raw, whose: str) -> tuple[int, int, int, int, int]:
    """Where /ByteRange stands, and its a, b, c."""
    start, end = raw.places[raw[f"{whose}-value"]]
    found = BYTE_RANGE.search(raw.pdf, start, end)
    assert found is not None
    return (found.start(), found.end(), *(int(each) for each in found.groups()))  # type: ignore[return-value]


@technique("signature wrapping (SWA)")
def wrapped(lab: Lab) -> Iterator[Case]:
    """The second signed part moves back, and what the attacker writes stands in the gap."""
    pdf, raw = lab.three.pdf, Raw(lab.three.pdf)
    forged = {raw["contents-1"]: stream(FORGED)}
    for whose in WHOSE:
        _, _, a, b, c = _range(raw, whose)
        value, rest = pdf[a:b], pdf[b : b + c]
        body, places = objects_at(b, forged)
        tail = b"trailer\n<</Size %d/Root %s/Info %s/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
        at = b + len(body)
        update_ = body + table(places) + tail % (raw.size, raw.ref("root"), raw.ref("info"), raw.startxref, at)
        yield Case(f"{whose}: objects in the gap, old range", pdf[:a] + value + update_ + rest)
        # the published form: a copy of the dictionary with a range that skips the gap stands inside it
        copy = raw.named(f"{whose}-value")
        moved = b + 20000
        spelled = re.sub(rb"/ByteRange ?\[[^]]*\]", b"/ByteRange [0 %d %d %d]" % (a, moved, c), copy, count=1)
        body, places = objects_at(b, {**forged, raw[f"{whose}-value"]: spelled})
        at = b + len(body)
        update_ = body + table(places) + tail % (raw.size, raw.ref("root"), raw.ref("info"), raw.startxref, at)
        gap = (update_ + b" " * (20000 - len(update_)))[:20000]
        yield Case(f"{whose}: copy of the dictionary in the gap", pdf[:a] + value + gap + rest)
        yield Case(f"{whose}: objects behind the shortened value", _after_value(pdf, a, b, body + table(places)))
    padding = pdf.rindex(b"0" * 600)
    note = stream(FORGED).hex().encode()[:400]
    yield Case("hex objects in the padding of the newest value", pdf[:padding] + note + pdf[padding + len(note) :])
    plain = b"> 24 0 obj <</Length 0>> stream endstream endobj <"
    yield Case("objects in the padding, value closed early", pdf[:padding] + plain + pdf[padding + len(plain) :])


def _after_value(pdf: bytes, a: int, b: int, more: bytes) -> bytes:
    """Same length: the value is closed where its zeros begin, and the room is used."""
    value = pdf[a:b]
    used = len(value[1:-1].rstrip(b"0")) + 2
    room = b - a - used - 1
    inside = b">" + more[: room - 2] + b"%"
    return (
        pdf[: a + used] + inside.ljust(b - a - used - 1, b" ") + b">" + pdf[b:]
        if room > 10
        else pdf[:a] + b"<>" + pdf[b:]
    )


@technique("universal forgery (USF)")
def nothing_to_check(lab: Lab) -> Iterator[Case]:
    """/Contents and /ByteRange missing, empty, null or absurd, by an update that also changes the page."""
    values = {
        "no /Contents": lambda body: re.sub(rb"/Contents ?<[0-9A-Fa-f]*>", b"", body),
        "/Contents null": lambda body: re.sub(rb"/Contents ?<[0-9A-Fa-f]*>", b"/Contents null", body),
        "/Contents empty": lambda body: re.sub(rb"/Contents ?<[0-9A-Fa-f]*>", b"/Contents <>", body),
        "/Contents one zero byte": lambda body: re.sub(rb"/Contents ?<[0-9A-Fa-f]*>", b"/Contents <00>", body),
        "/Contents all zeros": lambda body: re.sub(
            rb"/Contents ?<[0-9A-Fa-f]*>", b"/Contents <" + b"00" * 4096 + b">", body
        ),
        "no /ByteRange": lambda body: re.sub(rb"/ByteRange ?\[[^]]*\]", b"", body),
        "/ByteRange null": lambda body: re.sub(rb"/ByteRange ?\[[^]]*\]", b"/ByteRange null", body),
        "/ByteRange empty": lambda body: re.sub(rb"/ByteRange ?\[[^]]*\]", b"/ByteRange []", body),
        "/ByteRange of zeros": lambda body: re.sub(rb"/ByteRange ?\[[^]]*\]", b"/ByteRange [0 0 0 0]", body),
        "/ByteRange negative": lambda body: re.sub(rb"/ByteRange ?\[[^]]*\]", b"/ByteRange [-1 -2 -3 -4]", body),
        "/SubFilter unknown": lambda body: body.replace(b"ETSI.", b"NONE."),
        "/Filter null": lambda body: re.sub(rb"/Filter ?/[A-Za-z.]+", b"/Filter null", body),
    }
    for stage, whose in (("complete", "seal"), ("complete", "archive1"), ("turns", "mediator")):
        raw = Raw(lab.three.stage(stage))
        for name, change in values.items():
            body = change(raw.named(f"{whose}-value"))
            new = {raw[f"{whose}-value"]: body, raw["contents-1"]: stream(FORGED)}
            yield Case(f"{whose}: {name}", update(raw.pdf, new))


@technique("universal forgery (USF)")
def nothing_to_check_in_place(lab: Lab) -> Iterator[Case]:
    raw = Raw(lab.three.pdf)
    pdf = raw.pdf
    for whose in WHOSE:
        start, end, a, b, _ = _range(raw, whose)
        yield Case(f"{whose}: value zeroed in place", pdf[: a + 1] + b"0" * (b - a - 2) + pdf[b - 1 :])
        yield Case(f"{whose}: value blanked in place", pdf[:a] + b" " * (b - a) + pdf[b:])
        yield Case(f"{whose}: range blanked in place", pdf[:start] + b" " * (end - start) + pdf[end:])


@technique("/ByteRange gaps")
def gaps(lab: Lab) -> Iterator[Case]:
    """Ranges that leave more out than the value, overlap, begin late, or are spelled so that readers differ."""
    raw = Raw(lab.three.pdf)
    pdf = raw.pdf
    for whose in ("party-2", "archive1"):
        start, end, a, b, c = _range(raw, whose)
        ranges = {
            "gap wider behind": b"0 %d %d %d" % (a, b + 40, c - 40),
            "gap wider before": b"0 %d %d %d" % (a - 40, b, c),
            "begins behind the header": b"9 %d %d %d" % (a - 9, b, c),
            "ends early": b"0 %d %d %d" % (a, b, c - 40),
            "ends late": b"0 %d %d %d" % (a, b, c + 40),
            "covers its value": b"0 %d %d %d" % (b, b, c),
            "parts swapped": b"%d %d 0 %d" % (b, c, a),
            "one part": b"0 %d" % a,
            "three parts": b"0 9 9 %d %d %d" % (a - 9, b, c),
            "negative": b"0 %d %d -%d" % (a, b, c),
            "reals": b"0. %d. %d. %d." % (a, b, c),
            "plus signs": b"+0 +%d +%d +%d" % (a, b, c),
            "more than 32 bits": b"0 %d %d %d" % (a, b, c + (1 << 32)),
        }
        for name, spelled in ranges.items():
            new = b"/ByteRange[" + spelled.ljust(end - start - 12)[: max(end - start - 12, len(spelled))] + b"]"
            yield Case(f"{whose}: {name}", pdf[:start] + new + pdf[end:])
        body = raw.named(f"{whose}-value")
        narrow = re.sub(rb"/ByteRange ?\[[^]]*\]", b"/ByteRange [0 %d %d %d]" % (a, b, c), body)
        yield Case(f"{whose}: same dictionary again by an update", update(pdf, {raw[f"{whose}-value"]: narrow}))


@technique("second /Contents")
def second_value(lab: Lab) -> Iterator[Case]:
    raw = Raw(lab.three.pdf)
    other = Raw(lab.other.pdf)
    for whose in WHOSE:
        body = raw.named(f"{whose}-value")
        value = re.search(rb"/Contents ?(<[0-9A-Fa-f]*>)", other.named(f"{whose}-value"))
        assert value is not None
        number = raw[f"{whose}-value"]
        yield Case(f"{whose}: another before", update(raw.pdf, {number: with_key(body, b"/Contents " + value[1])}))
        yield Case(f"{whose}: empty before", update(raw.pdf, {number: with_key(body, b"/Contents <>")}))
        away = re.sub(rb"/Contents ?<[0-9A-Fa-f]*>", b"/Contents %d 0 R" % raw.size, body)
        yield Case(f"{whose}: by reference", update(raw.pdf, {number: away, raw.size: value[1]}))
        field = replaced(without_key(raw.named(whose), b"/V"), b"/Contents", b"(signed)")
        yield Case(f"{whose}: field without value", update(raw.pdf, {raw[whose]: field}))
