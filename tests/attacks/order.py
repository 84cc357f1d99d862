"""Whole revisions put where they do not belong, bytes flipped, files cut."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from documents import cms, revisions
from documents.revisions import BYTE_RANGE
from tests.attacks.cases import UNFINISHED, UNKNOWN, Case, technique
from tests.attacks.genuine import Genuine
from tests.attacks.lab import Lab
from tests.attacks.people import rebuilt, taken, with_value
from tests.attacks.raw import Raw
from tests.documents.ceremony import drawing


@technique("turns reordered, dropped, doubled")
def turns(lab: Lab) -> Iterator[Case]:
    three = lab.three
    pieces = {name: three.piece(name) for name in ("f", "turn-1", "turn-2", "turns", "seal", "status", "complete")}
    r0 = three.stage("r0")
    order = list(pieces)

    def joined(*names: str) -> bytes:
        return r0 + b"".join(pieces[name] for name in names)

    for dropped in order:
        rest = [name for name in order if name != dropped]
        whole = joined(*rest)
        yield Case(f"without {dropped}", whole, UNFINISHED if dropped == "complete" else frozenset({"invalid"}))
        yield Case(
            f"without {dropped}, numbers mended",
            _renumbered(r0, [pieces[name] for name in rest]),
            UNFINISHED if dropped == "complete" else frozenset({"invalid"}),
        )
    yield Case("first two swapped", joined("f", "turn-2", "turn-1", "turns", "seal", "status", "complete"))
    yield Case("mediator first", joined("f", "turns", "turn-1", "turn-2", "seal", "status", "complete"))
    yield Case("seal before the mediator", joined("f", "turn-1", "turn-2", "seal", "turns", "status", "complete"))
    yield Case("first turn twice", joined("f", "turn-1", "turn-1", "turn-2", "turns", "seal", "status", "complete"))
    yield Case("certification twice", joined("f", "f", "turn-1", "turn-2", "turns", "seal", "status", "complete"))
    yield Case("seal twice", joined(*order[:5], "seal", *order[5:]))
    yield Case("time-stamp twice", joined(*order, "complete"))
    yield Case("status twice", joined(*order[:6], "status", "complete"))
    yield Case("all twice", joined(*order, *order))
    yield Case(
        "first turn again by an update at the end",
        three.pdf + _moved(pieces["turn-1"], len(three.pdf) - len(three.stage("f"))),
    )


def _moved(piece: bytes, by: int) -> bytes:
    """A revision at another place: its table and ranges say so, its signature does not."""

    def shift(found: re.Match[bytes]) -> bytes:
        return b"%010d 00000 n" % (int(found[1]) + by)

    return re.sub(rb"(\d{10}) 00000 n", shift, piece)


def _renumbered(r0: bytes, pieces: list[bytes]) -> bytes:
    """Joined with tables, /Prev, startxref and ranges as they have to be: only the digests tell."""
    whole = r0
    before = int(re.findall(rb"startxref\n(\d+)", r0)[-1])
    for piece in pieces:
        found = re.search(rb"startxref\n(\d+)\n%%EOF\n\Z", piece)
        assert found is not None
        table_at = len(whole) + piece.rindex(b"xref\n", 0, found.start())
        by = table_at - int(found[1])
        piece = _moved(piece, by)
        piece = re.sub(rb"/Prev \d+", b"/Prev %d" % before, piece)
        piece = piece[: piece.rindex(b"startxref")] + b"startxref\n%d\n%%%%EOF\n" % table_at
        ranges = BYTE_RANGE.search(piece)
        if ranges is not None:
            a, b = int(ranges[1]) + by, int(ranges[2]) + by
            room = ranges.end() - ranges.start()
            spelled = b"/ByteRange[0 %d %d %d" % (a, b, len(whole) + len(piece) - b)
            piece = piece[: ranges.start()] + spelled.ljust(room - 1)[: room - 1] + b"]" + piece[ranges.end() :]
        whole += piece
        before = table_at
    return whole


@technique("spliced from another ceremony")
def spliced(lab: Lab) -> Iterator[Case]:
    three = lab.three
    donors: dict[str, Genuine] = {
        "another ceremony": lab.other,
        "the minutes": lab.minutes,
        "a stranger's file": lab.stranger,
    }
    stages = ("r0", "f", "turn-1", "turns", "seal", "status")
    for name, donor in donors.items():
        for stage in stages:
            whole = three.stage(stage) + donor.pdf[len(donor.stage(stage)) :]
            same = whole == donor.pdf  # the printed file says the same in both
            yield Case(f"{name} behind {stage}", whole, UNKNOWN if same else frozenset({"invalid"}))
            rest = [
                donor.pdf[each.start : each.end] for each in donor.revisions if each.start >= len(donor.stage(stage))
            ]
            yield Case(f"{name} behind {stage}, numbers mended", _renumbered(three.stage(stage), rest))
        for whose in ("party-1", "seal"):
            value = taken(Raw(donor.pdf), whose)
            yield Case(
                f"{whose}'s signature of {name}", with_value(Raw(three.pdf), whose, lambda _, value=value: value)
            )


@technique("spliced from another ceremony")
def signed_again(lab: Lab) -> Iterator[Case]:
    """A real second signature of the same person over other bytes, with the same key: the digest must decide."""
    three = lab.three
    raw = Raw(three.stage("turns"))
    browser = three.ceremony.people["mediator"]
    attributes = cms.signed_attributes(bytes(32), browser.certificate)
    signature = browser.key.sign(attributes, ec.ECDSA(hashes.SHA256()))
    yield Case(
        "mediator's signature of other bytes",
        with_value(
            raw, "mediator", lambda value: rebuilt(value, attributes=attributes, signature=signature, token=None)
        ),
    )
    file = three.ceremony.file
    base = three.stage("turn-2")
    again = revisions.prepare_turn(base, file, "mediator", drawing(99), three.ceremony.clock())
    old = taken(raw, "mediator").hex().encode()
    start = again.index(b"/Contents<") + 10
    yield Case("mediator's signature under another drawing", base + again[:start] + old + again[start + len(old) :])


@technique("bytes flipped")
def flips(lab: Lab) -> Iterator[Case]:
    raw = Raw(lab.three.pdf)
    for name in (
        "page-1",
        "contents-1",
        "font-F1+0-map",
        "attached",
        "xmp",
        "party-1",
        "party-1-look",
        "seal",
        "seal-look",
        "dss",
        "archive1",
        "form",
    ):
        start, end = raw.places[raw[name]]
        at = (start + end) // 2
        yield Case(f"in {name}", raw.pdf[:at] + bytes([raw.pdf[at] ^ 1]) + raw.pdf[at + 1 :])
    for whose in ("certification", "party-1", "party-2", "mediator", "seal", "archive1"):
        start, _ = raw.places[raw[f"{whose}-value"]]
        at = raw.pdf.index(b"/Contents", start) + 400
        yield Case(
            f"digit in the value of {whose}",
            raw.pdf[:at] + (b"0" if raw.pdf[at : at + 1] != b"0" else b"1") + raw.pdf[at + 1 :],
        )
        end = raw.pdf.index(b">", at) - 4
        yield Case(f"padding of {whose}", raw.pdf[:end] + b"1" + raw.pdf[end + 1 :])


@technique("cut")
def cuts(lab: Lab) -> Iterator[Case]:
    pdf = lab.three.pdf
    for stage in ("f", "turn-1", "turn-2", "turns", "seal", "status"):
        end = len(lab.three.stage(stage))
        yield Case(f"at {stage}", pdf[:end], UNFINISHED)
        yield Case(f"a byte before {stage}", pdf[: end - 1])
        yield Case(f"a byte behind {stage}", pdf[: end + 1])
    yield Case("a byte before the end", pdf[:-1])
    yield Case("in the middle of the newest value", pdf[:-3000])
    yield Case("a hole in the middle", pdf[:60000] + pdf[60100:])
