"""Recipe of tests/data/ceremony: one ceremony with fixed keys, serials and clock, and what must be refused about it.
Run `python tests/data/make_ceremony.py` from the repository's root; the same bytes come out each time. Its only
input is R0.pdf: printed once (`--print` prints it anew), it stays, so that a new text model changes nothing.
林秀珍 signs for herself, 周立 for a company and sets its seal, a witness signed on paper before a clerk."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from documents import cms, der, persons, revisions  # noqa: E402
from documents.agreement import Signatory  # noqa: E402
from documents.authority import Authority, EventSubject  # noqa: E402
from documents.errors import RevisionMismatch, SignatureRejected  # noqa: E402
from documents.manifest import RESERVED  # noqa: E402
from tests.data.spellings import spellings  # noqa: E402
from tests.documents.ceremony import (  # noqa: E402
    FREEZE,
    TEXT,
    Browser,
    Ceremony,
    Clock,
    Paper,
    drawing,
    printed,
)

OUTPUT = Path(__file__).parent / "ceremony"
TAGGED = OUTPUT / "tagged"
PEOPLE = replace(
    TEXT,
    signatories=(
        Signatory("party-1", "林秀珍", "applicant", "甲方（签名）", 1, "person"),
        Signatory("party-2-rep", "周立", "representative", "乙方代理人（签名）", 1, "person", "青禾物业有限公司"),
        Signatory("party-2-seal", "青禾物业有限公司", "organisation", "乙方（盖章）", 2, "organisation"),
        Signatory("witness-1", "何小满", "witness", "见证人（签名）", 5, "person"),
        Signatory("mediator", "顾明华", "mediator", "调解员（签名）", 7, "person"),
        Signatory("seal", "青禾街道人民调解委员会", "committee", "（盖章）", 9, "seal"),
    ),
)
HOLDERS = {"party-2-rep": "pty_zhou", "party-2-seal": "pty_zhou"}
SCAN = sha256(b"scan of the page the witness signed").digest()
PAPERS = {"witness-1": Paper("沈嘉", SCAN)}
Edit = tuple[int, int, bytes]
"""Offset in the file, bytes taken out, bytes put in."""


def seeded(label: str) -> Iterator[int]:
    """Numbers that look random and are always the same."""
    for index in count():
        yield int.from_bytes(sha256(f"{label} {index}".encode()).digest()[:16], "big") >> 1


def key_source(label: str) -> Callable[[], ec.EllipticCurvePrivateKey]:
    numbers = seeded(label)
    return lambda: ec.derive_private_key(next(numbers) + 1, ec.SECP256R1())


def serial_source(label: str) -> Callable[[], int]:
    numbers = seeded(label)
    return lambda: next(numbers)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def apply(file: bytes, edits: list[Edit]) -> bytes:
    for offset, taken, put in sorted(edits, reverse=True):
        file = file[:offset] + put + file[offset + taken :]
    return file


async def build(output: Path) -> int:
    """Write all files into `output`, which holds R0.pdf. Returns the number of mutations."""
    with tempfile.TemporaryDirectory() as scratch:
        ceremony = await Ceremony.begin(
            Path(scratch),
            clock=Clock(FREEZE),
            r0=(output / "R0.pdf").read_bytes(),
            text=PEOPLE,
            persons=HOLDERS,
            papers=PAPERS,
            keys=key_source("key"),
            serials=serial_source("serial"),
        )
        foreign = Authority.create(
            Path(scratch) / "foreign",
            "别处",
            ceremony.clock,
            keys=key_source("foreign"),
            serials=serial_source("foreign serial"),
        )
        turns, file = [], ceremony.f
        stages: dict[str, bytes] = {}
        for index, slot in enumerate(ceremony.people, 1):
            base, file = file, ceremony.turn(file, slot)
            at = ceremony.clock()
            update = ceremony.prepare(base, slot)
            (turn,) = [each for each in revisions.split(file, ceremony.file) if each.slot == slot]
            signed = cms.parse(cms.padded(turn.contents))
            stages[f"turn-{index}.unsigned"] = base + update
            stages[f"turn-{index}.signed"] = file
            turns.append(
                {
                    "slot": slot,
                    "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    "drawing": b64(turn.drawing),
                    "spki": b64(ceremony.people[slot].spki),
                    "certificate": b64(ceremony.people[slot].certificate),
                    "ranges_sha256": revisions.digest_ranges(base + update).hex(),
                    "signed_attrs": b64(signed.signed_attrs),
                    "signature": b64(signed.signature),
                    "token": b64(signed.token or b""),
                    "unsigned": f"turn-{index}.unsigned.bin",
                    "signed": f"turn-{index}.signed.bin",
                }
            )
        mutations = list(_mutations(ceremony, foreign, stages))
        manifests = list(spellings(ceremony.manifest.encode()))
    (output / "F.pdf").write_bytes(ceremony.f)
    (output / "manifest.json").write_bytes(ceremony.manifest.encode())
    for name, whole in stages.items():
        (output / f"{name}.bin").write_bytes(whole[len(ceremony.f) :])
    facts = {
        "file": "agreement",
        "f_sha256": sha256(ceremony.f).hexdigest(),
        "manifest_sha256": ceremony.manifest.hash.hex(),
        "issuing": b64(ceremony.authority.issuing.der),
        "root": b64(ceremony.authority.root_der),
        "turns": turns,
    }
    (output / "turns.json").write_bytes(_json(facts))
    (output / "mutations.json").write_bytes(_json(mutations))
    (output / "manifests.json").write_bytes(_json(manifests))
    return len(mutations) + len(manifests)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def _mutations(ceremony: Ceremony, foreign: Authority, stages: dict[str, bytes]) -> Iterator[dict[str, object]]:
    """Each is made, tried against revisions.py, and only then written: the recipe fails if the reason is another."""
    f = ceremony.f
    people = ceremony.people

    def case(
        name: str, on: str, edits: list[Edit], reason: str, slot: str | None = None, seen: bytes | None = None
    ) -> dict[str, object]:
        whole = apply(stages[on], edits)
        own = None
        if on.endswith("unsigned"):
            turn = int(on[5]) - 1
            own_slot = slot or list(people)[turn]
            own = (own_slot, seen or drawing(len(own_slot) + ord(own_slot[-1])))
        try:
            persons.check_file(whole, ceremony.manifest, "agreement", own)
            found = "accepted"
        except (RevisionMismatch, SignatureRejected) as error:
            found = error.reason
        if found != reason:
            raise SystemExit(f"{name}: {found} instead of {reason}")
        out: dict[str, object] = {
            "name": name,
            "on": f"{on}.bin",
            "edits": [{"at": at, "delete": taken, "insert": b64(put)} for at, taken, put in sorted(edits)],
            "reason": reason,
        }
        if own is not None:
            out["own"] = {"slot": own[0], "drawing": b64(own[1])}
        return out

    def put(on: str, old: bytes, new: bytes, nth: int = -1) -> list[Edit]:
        """Replace the last occurrence of some bytes behind F (or the nth)."""
        found, start = [], len(f)
        while (start := stages[on].find(old, start)) >= 0:
            found.append(start)
            start += 1
        return [(found[nth], len(old), new)]

    u1, u2, u3, s1 = "turn-1.unsigned", "turn-2.unsigned", "turn-3.unsigned", "turn-1.signed"
    s3 = "turn-5.signed"  # all have signed
    size = ceremony.file.f.size
    widget = ceremony.file.slots[0].widget
    end1, end2 = len(stages[s1]), len(stages["turn-2.signed"])
    update1, update2 = stages[s1][len(f) :], stages["turn-2.signed"][end1:]

    for on in stages:
        yield case(f"untouched {on}", on, [], "accepted")

    # the certified file below
    text_at = f.index(b"8600 yuan")
    yield case("text of F changed", u1, [(text_at, 4, b"0001")], "base_changed")
    yield case("text of F changed after two signatures", u3, [(text_at, 4, b"0001")], "base_changed")
    yield case("last byte of F missing", u1, [(len(f) - 1, 1, b"")], "base_changed")
    yield case("F cut short", u1, [(100, len(stages[u1]) - 100, b"")], "base_changed")
    yield case("F alone", u1, [(len(f), len(stages[u1]) - len(f), b"")], "truncated")

    # the widget
    r = "widget"
    yield case("widget moved", u1, put(u1, b"/Rect[72 560 240 613]", b"/Rect[72 561 240 614]"), r)
    yield case("widget on another page object", u1, put(u1, b"/P ", b"/P 1"), r)
    yield case("widget hidden", u1, put(u1, b"/F 132", b"/F 134"), r)
    yield case("widget with an action", u1, put(u1, b"/F 132", b"/F 132/A 1 0 R"), r)
    yield case("widget under another number", u1, [(len(f), len(str(widget)), str(widget + 1).encode())], r)
    yield case(
        "widget's appearance points elsewhere",
        u1,
        put(u1, b"/AP<</N %d 0 R>>" % size, b"/AP<</N %d 0 R>>" % (size + 1)),
        r,
    )
    yield case("not a widget", u1, put(u1, b"/Subtype/Widget", b"/Subtype/Stamp "), r)
    yield case("slot of the seal", u1, put(u1, b"/T(party-1)", b"/T(seal)"), "slot_unknown")
    yield case("field that does not exist", u1, put(u1, b"/T(party-1)", b"/T(party-9)"), "slot_unknown")
    yield case("slot of another person", u1, put(u1, b"/T(party-1)", b"/T(party-2-rep)"), r)
    yield case("update of another person", u2, [], "other_slot", slot="mediator")
    yield case("slot used twice", s1, [(end1, 0, _again(ceremony, stages[s1], "party-1"))], "slot_used")
    yield case("mediator before the company", s3, _swap_last(ceremony, stages[s1], stages[s3]), "slot_order")
    yield case("two updates swapped", s3, [(len(f), end2 - len(f), update2 + update1)], r)
    yield case("first update left out", s3, [(len(f), end1 - len(f), b"")], r)

    # form, image, drawing
    yield case("form paints more", u1, put(u1, b"cm /I Do Q", b"cm /I Do q"), "form")
    yield case("form larger than the field", u1, put(u1, b"/BBox[0 0 168 53]", b"/BBox[0 0 999 99]"), "form")
    yield case("image of other size", u1, put(u1, b"/Width 420", b"/Width 421"), "image")
    yield case("image in colour", u1, put(u1, b"/DeviceGray", b"/DeviceRGB "), "image")
    yield case("image with a mask", u1, put(u1, b"/Filter/FlateDecode", b"/SMask 1 0 R/Filter/FlateDecode"), "image")
    start, length = _drawing_place(stages[u1], len(f))
    flipped = bytes([stages[u1][start + length - 1] ^ 1])
    yield case("drawing broken", u1, [(start + length - 1, 1, flipped)], "drawing")
    yield case("other drawing than was sent", u1, [], "other_drawing", seen=drawing(99))

    # the organisation's picture is the same grey data, seen in red
    red, grey = f"/ColorSpace{revisions.RED}/".encode(), b"/ColorSpace/DeviceGray/"
    yield case("person's picture in red", u1, put(u1, grey, red), "image")
    yield case("organisation's picture in grey", u3, put(u3, red, grey), "image")
    palette = revisions.PALETTE.encode()
    yield case("palette upside down", u3, put(u3, palette, bytes(reversed(palette))), "image")
    yield case("palette in capitals", u3, put(u3, palette, palette.upper()), "image")
    yield case("palette cut short", u3, put(u3, palette, palette[:-6]), "image")
    yield case("palette of one white", u3, put(u3, palette, b"ffffff" * 256), "image")
    yield case("palette with another count", u3, put(u3, b"/DeviceRGB 255", b"/DeviceRGB 127"), "image")
    yield case("palette in other components", u3, put(u3, b"/Indexed/DeviceRGB", b"/Indexed/DeviceCMY"), "image")

    # the signature dictionary
    r = "signature_dictionary"
    yield case("other sub-filter", u1, put(u1, b"ETSI.CAdES.detached", b"adbe.pkcs7.detached"), r)
    yield case("reference added", u1, put(u1, b"/M(D:", b"/Reference[]/M(D:"), r)
    yield case("impossible date", u1, put(u1, b"/M(D:20261120", b"/M(D:20261320"), "date")
    yield case("date in another form", u1, put(u1, b"/M(D:2026", b"/M(D:+026"), "date")
    gap = revisions.last_gap(stages[u1])
    begin, behind = (f"{value:>10}".encode() for value in gap)
    short, long = f"{gap[1] - 2:>10}".encode(), f"{gap[0] + 2:>10}".encode()
    yield case("ByteRange begins behind the gap early", u1, put(u1, behind, short), "byte_range")
    yield case("ByteRange leaves the gap late", u1, put(u1, begin, long), "byte_range")
    rest = stages[u1].rindex(behind) + 11
    wrong = f"{len(stages[u1]) - gap[1] - 1:>10}".encode()
    yield case("ByteRange leaves out the last byte", u1, [(rest, 10, wrong)], "byte_range")
    yield case("own Contents not empty", u1, [(gap[0] + 1, 2, b"30")], "contents")
    yield case("Contents not hexadecimal", u1, [(gap[0] + 1, 2, b"zz")], "contents")
    first = revisions.split(stages[s3], ceremony.file)[0]
    capital = stages[s3][first.gap[0] + 1 : first.gap[0] + 9]
    yield case("Contents in capitals", s3, [(first.gap[0] + 1, 8, b"3082AA" + capital[6:])], "contents")
    empty = [(first.gap[0] + 1, 2 * RESERVED, b"0" * (2 * RESERVED))]
    yield case("earlier turn without signature", s3, empty, "unsigned")
    yield case("own turn unsigned in a complete file", s1, [(0, end1, stages[u1])], "unsigned")

    # cross-reference, trailer, end
    yield case("extra object", u1, put(u1, b"endobj\nxref\n", b"endobj\n99 0 obj\n<<>>\nendobj\nxref\n"), "xref")
    yield case(
        "xref offset wrong", u1, put(u1, b"%010d 00000 n \n" % len(f), b"%010d 00000 n \n" % (len(f) - 9)), "xref"
    )
    yield case("xref entry freed", u1, put(u1, b" 00000 n \n", b" 00000 f \n"), "xref")
    yield case("xref lists a fourth object", u1, put(u1, b"\n%d 3\n" % size, b"\n%d 4\n" % size), "xref")
    yield case("/Size other", u1, put(u1, b"<</Size ", b"<</Size 1"), "trailer")
    yield case("/Prev skips F", u1, put(u1, b"/Prev ", b"/Prev 1"), "trailer")
    yield case("/Root elsewhere", u1, put(u1, b"/Root ", b"/Root 1"), "trailer")
    yield case("/Info elsewhere", u1, put(u1, b"/Info ", b"/Info 1"), "trailer")
    identity = ceremony.file.id_pair[1].encode()
    yield case("/ID other", u1, put(u1, identity, bytes(reversed(identity))), "trailer")
    yield case("trailer with /Encrypt", u1, put(u1, b">]>>\n", b">]/Encrypt 1 0 R>>\n"), "trailer")
    yield case("startxref other", u1, put(u1, b"startxref\n", b"startxref\n1"), "startxref")
    yield case("end mark missing", u1, [(len(stages[u1]) - 6, 6, b"")], "truncated")
    yield case("end mark in DOS form", u1, [(len(stages[u1]) - 1, 1, b"\r\n")], "eof")
    yield case(
        "bytes behind the end",
        u1,
        [(len(stages[u1]), 0, b"\n")],
        "trailing_bytes",
    )
    yield case("a page appended", s3, [(len(stages[s3]), 0, b"1 0 obj\n<</Type/Catalog>>\nendobj\n")], "widget")
    yield case("cut inside an update", s3, [(len(stages[s3]) - 700, 700, b"")], "truncated")

    # signatures made earlier
    def signed(name: str, contents: bytes, reason: str) -> dict[str, object]:
        size = max(2 * len(contents), len(first.contents.rstrip(b"\0")) * 2)  # zeros follow anyway
        filled = contents.hex().encode().ljust(size, b"0")
        return case(name, u2, [(first.gap[0] + 1, size, filled)], reason)

    whole = cms.parse(cms.padded(first.contents))
    digest = sha256(stages[s3][: first.gap[0]] + stages[s3][first.gap[1] : first.end]).digest()
    person, issuing = people["party-1"], ceremony.authority.issuing.der

    def made(certificate: bytes, key: ec.EllipticCurvePrivateKey, digest: bytes = digest, ca: bytes = issuing) -> bytes:
        browser = Browser("", key, certificate)
        attributes = cms.signed_attributes(digest, certificate)
        signature = browser.key.sign(attributes, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        token = ceremony.tsa.token(sha256(signature).digest(), ceremony.clock())
        return cms.build((certificate, ca), attributes, signature, token)

    def certificate(authority: Authority = ceremony.authority, **changed: object) -> bytes:
        facts = {
            "name": "林秀珍",
            "role": "applicant",
            "slot": "party-1",
            "manifest_hash": ceremony.manifest.hash,
            "assurance": "seen",
            "not_before": FREEZE - timedelta(minutes=5),
            "not_after": FREEZE + timedelta(hours=26),
        } | changed
        return authority.issue_event(person.spki, EventSubject(**facts))  # type: ignore[arg-type]

    good = cms.padded(first.contents)
    yield signed("signature made again", made(person.certificate, person.key), "accepted")
    flip = bytearray(good)
    flip[good.index(whole.signature) + len(whole.signature) - 1] ^= 1
    yield signed("signature value broken", bytes(flip), "cms_signature")
    yield signed("padding not zero", good + b"\0\0\0\1", "cms_padding")
    longer = good[:1] + b"\x83\0" + good[2:]
    yield signed("length not the shortest", longer, "cms_encoding")
    yield signed("not DER", b"\xff" * 40, "cms_encoding")
    yield signed("digest of other bytes", made(person.certificate, person.key, bytes(32)), "cms_digest")
    time = der.sequence(der.oid("1.2.840.113549.1.9.5"), der.set_of([der.tlv(0x17, b"261120080000Z")]))
    more = der.set_of([*(item.whole for item in der.walk(der.read_item(whole.signed_attrs)[0].content)), time])
    extra = cms.build(
        (person.certificate, issuing),
        more,
        Browser("", person.key).key.sign(more, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)),
        whole.token,
    )
    yield signed("attribute added and signed", extra, "cms_attributes")
    yield signed("signed by another key", made(person.certificate, people["party-2-rep"].key), "cms_signature")
    other = people["party-2-rep"]
    yield signed("signed by another person", made(other.certificate, other.key), "certificate_subject")
    yield signed("certificate for another name", made(certificate(name="林秀珠"), person.key), "certificate_subject")
    yield signed("certificate for another role", made(certificate(role="mediator"), person.key), "certificate_subject")
    yield signed(
        "clerk for a slot signed on paper",
        made(certificate(name="沈嘉", role="clerk", paper=SCAN), person.key),
        "accepted",
    )
    r = "certificate_subject"
    yield signed("clerk M does not name", made(certificate(name="沈佳", role="clerk", paper=SCAN), person.key), r)
    yield signed(
        "clerk for another slot",
        made(certificate(name="沈嘉", role="clerk", slot="witness-1", paper=SCAN), person.key),
        r,
    )
    yield signed("clerk in a person's role", made(certificate(name="沈嘉", paper=SCAN), person.key), r)
    yield signed("person in the clerk's role", made(certificate(role="clerk", paper=SCAN), person.key), r)
    company = {"name": "青禾物业有限公司", "role": "organisation"}
    yield signed("organisation in a person's slot", made(certificate(**company), person.key), r)
    seal_slot = certificate(**company, slot="party-2-seal")
    yield signed("seal's certificate in a person's slot", made(seal_slot, person.key), r)
    r = "certificate_paper"
    yield signed("clerk without the hash of a scan", made(certificate(name="沈嘉", role="clerk"), person.key), r)
    yield signed("person with the hash of a scan", made(certificate(paper=SCAN), person.key), r)
    yield signed(
        "certificate for another manifest",
        made(certificate(manifest_hash=bytes(32)), person.key),
        "certificate_manifest",
    )
    past = certificate(not_before=FREEZE - timedelta(days=3), not_after=FREEZE - timedelta(days=1))
    yield signed("certificate out of time", made(past, person.key), "certificate_time")
    alien = certificate(foreign)
    yield signed("certificate of a foreign CA", made(alien, person.key), "certificate_issuer")
    yield signed(
        "foreign CA with its certificate", made(alien, person.key, ca=foreign.issuing.der), "certificate_issuer"
    )
    yield signed(
        "no time-stamp",
        cms.build((person.certificate, issuing), whole.signed_attrs, whole.signature, None),
        "cms_timestamp",
    )
    stale = ceremony.tsa.token(bytes(32), ceremony.clock())
    yield signed(
        "time-stamp of something else",
        cms.build((person.certificate, issuing), whole.signed_attrs, whole.signature, stale),
        "cms_timestamp",
    )


async def build_tagged(output: Path) -> None:
    """The newer form beside it: widgets that stand in the structure keep their key in it when they are signed."""
    with tempfile.TemporaryDirectory() as scratch:
        ceremony = await Ceremony.begin(
            Path(scratch),
            clock=Clock(FREEZE),
            r0=printed(tagged=True),
            keys=key_source("tagged key"),
            serials=serial_source("tagged serial"),
        )
        (output / "F.pdf").write_bytes(ceremony.f)
        (output / "manifest.json").write_bytes(ceremony.manifest.encode())
        (output / "signed.bin").write_bytes(ceremony.all_turns()[len(ceremony.f) :])


def _again(ceremony: Ceremony, base: bytes, slot: str) -> bytes:
    """A second update for a slot that is used, numbered correctly: as a server would have to forge it."""
    (turn,) = revisions.split(base, ceremony.file)
    place = ceremony.file.slot(slot)
    assert place is not None
    parts = revisions._template(
        ceremony.file, place, turn.size, turn.startxref, len(base), drawing(5), b"20261120080100"
    )
    return b"".join(part for _, part in parts).replace(b"/Contents<0000", b"/Contents<3003")


def _swap_last(ceremony: Ceremony, after_one: bytes, complete: bytes) -> list[Edit]:
    """Behind the first turn: the mediator's, then the second party's, both real."""
    base = ceremony.turn(after_one, "mediator")
    browser = ceremony.people["party-2-rep"]
    update = revisions.prepare_turn(base, ceremony.file, "party-2-rep", drawing(7), ceremony.clock())
    attributes, signature = browser.sign(base + update)
    token = ceremony.tsa.token(sha256(signature).digest(), ceremony.clock())
    issuing = ceremony.authority.issuing.der
    whole = revisions.assemble(base, update, attributes, signature, browser.certificate, issuing, token)
    return [(len(after_one), len(complete) - len(after_one), whole[len(after_one) :])]


def _drawing_place(file: bytes, start: int) -> tuple[int, int]:
    found = revisions._IMAGE_LENGTH.search(file, start)
    assert found is not None
    return found.end(), int(found[1])


if __name__ == "__main__":
    if "--print" in sys.argv:
        (OUTPUT / "R0.pdf").write_bytes(printed(PEOPLE))
    made = asyncio.run(build(OUTPUT))
    asyncio.run(build_tagged(TAGGED))
    print(f"{made} mutations, {sum(path.stat().st_size for path in OUTPUT.rglob('*.*'))} bytes")
