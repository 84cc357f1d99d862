import asyncio
import base64
import json
import shutil
import sys
import zlib
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from documents import persons, revisions
from documents.errors import FieldTaken, RevisionMismatch, SignatureRejected
from documents.manifest import Manifest
from tests.documents.ceremony import drawing
from tests.documents.conftest import Sealed

GOLDEN = Path(__file__).parents[1] / "data" / "ceremony"
F = (GOLDEN / "F.pdf").read_bytes()
MANIFEST = Manifest.parse((GOLDEN / "manifest.json").read_bytes())
MUTATIONS: list[dict[str, Any]] = json.loads((GOLDEN / "mutations.json").read_bytes())
TURNS: dict[str, Any] = json.loads((GOLDEN / "turns.json").read_bytes())


def applied(mutation: dict[str, Any]) -> bytes:
    file = F + (GOLDEN / mutation["on"]).read_bytes()
    for edit in sorted(mutation["edits"], key=lambda each: -each["at"]):
        at = edit["at"]
        file = file[:at] + base64.b64decode(edit["insert"]) + file[at + edit["delete"] :]
    return file


@pytest.mark.parametrize("mutation", MUTATIONS, ids=[each["name"] for each in MUTATIONS])
def test_golden_ceremony_gets_the_reason_written_down(mutation: dict[str, Any]) -> None:
    own = mutation.get("own")
    sent = (own["slot"], base64.b64decode(own["drawing"])) if own else None
    try:
        persons.check_file(applied(mutation), MANIFEST, "agreement", sent)
        reason = "accepted"
    except (RevisionMismatch, SignatureRejected) as error:
        reason = error.reason
    assert reason == mutation["reason"]


@pytest.mark.parametrize("turn", TURNS["turns"], ids=[each["slot"] for each in TURNS["turns"]])
def test_golden_updates_are_written_again_byte_for_byte(turn: dict[str, Any]) -> None:
    whole = F + (GOLDEN / turn["unsigned"]).read_bytes()
    (file,) = MANIFEST.files
    base = whole[: revisions.split(whole, file, own_last=True)[-1].start]
    at = datetime.fromisoformat(turn["at"])
    assert base + revisions.prepare_turn(base, file, turn["slot"], base64.b64decode(turn["drawing"]), at) == whole
    assert revisions.digest_ranges(whole).hex() == turn["ranges_sha256"]
    parts = [base64.b64decode(turn[key]) for key in ("signed_attrs", "signature", "certificate", "token")]
    attributes, signature, certificate, token = parts
    persons.accept_turn(base, whole[len(base) :], attributes, signature, certificate, MANIFEST.issuing)
    signed = revisions.assemble(base, whole[len(base) :], attributes, signature, certificate, MANIFEST.issuing, token)
    assert signed == F + (GOLDEN / turn["signed"]).read_bytes()


def test_the_recipe_gives_the_golden_files(tmp_path: Path) -> None:
    sys.path.insert(0, str(GOLDEN.parent))
    try:
        import make_ceremony
    finally:
        sys.path.pop(0)
    shutil.copy(GOLDEN / "R0.pdf", tmp_path)
    (tmp_path / "tagged").mkdir()
    asyncio.run(make_ceremony.build(tmp_path))
    names = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert names == {path.name for path in GOLDEN.iterdir() if path.is_file()} - {"README.md"}
    asyncio.run(make_ceremony.build_tagged(tmp_path / "tagged"))
    names |= {f"tagged/{path.name}" for path in (GOLDEN / "tagged").iterdir()}
    assert [name for name in names if (tmp_path / name).read_bytes() != (GOLDEN / name).read_bytes()] == []


def test_facts_of_f_are_those_of_its_last_trailer() -> None:
    facts = revisions.frozen_facts(F)
    (file,) = MANIFEST.files
    assert (facts.length, facts.sha256, facts.size, facts.startxref) == (
        file.f.length,
        file.f.sha256,
        file.f.size,
        file.f.startxref,
    )
    assert (facts.root, facts.info, facts.id_pair) == (file.root, file.info, file.id_pair)


@pytest.mark.parametrize("damaged", [F[:-1], F + b"\n", b"", F.replace(b"/Size", b"/Sise"), F[:-10] + b"9\n%%EOF\n"])
def test_facts_of_other_bytes_are_refused(damaged: bytes) -> None:
    with pytest.raises(RevisionMismatch):
        revisions.frozen_facts(damaged)


def test_a_slot_is_signed_once(sealed: Sealed) -> None:
    ceremony = sealed.ceremony
    for slot in ("party-1", "seal", "nobody"):
        with pytest.raises(FieldTaken):
            revisions.prepare_turn(sealed.turns, ceremony.file, slot, drawing(1), ceremony.clock())


def test_two_people_on_the_same_revision_cannot_both_stay(sealed: Sealed) -> None:
    """The second one's update does not follow the first one's file: it signs again on the next."""
    ceremony = sealed.ceremony
    first = ceremony.turn(ceremony.f, "party-1")
    second = ceremony.turn(ceremony.f, "party-2")
    with pytest.raises(RevisionMismatch):
        revisions.split(first + second[len(ceremony.f) :], ceremony.file)
    again = ceremony.turn(first, "party-2")
    assert [turn.slot for turn in revisions.split(again, ceremony.file)] == ["party-1", "party-2"]


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"no zlib",
        zlib.compress(bytes(420 * 132 - 1)),
        zlib.compress(bytes(420 * 132 + 1)),
        zlib.compress(bytes(420 * 132)) + b"x",
        zlib.compress(bytes(420 * 132))[:-1],
        zlib.compress(bytes(50_000_000), 9),
        bytes(60_001),
    ],
)
def test_drawings_of_another_form_are_refused(bad: bytes) -> None:
    with pytest.raises(SignatureRejected, match="drawing"):
        revisions.check_drawing(bad)


def test_a_drawing_without_compression_fits() -> None:
    revisions.check_drawing(zlib.compress(bytes(420 * 132), 0))


def test_what_does_not_fit_into_the_reserve_is_refused(sealed: Sealed) -> None:
    ceremony = sealed.ceremony
    update = ceremony.prepare(ceremony.f, "party-1")
    person = ceremony.people["party-1"]
    attributes, signature = person.sign(ceremony.f + update)
    issuing = ceremony.authority.issuing.der
    with pytest.raises(SignatureRejected, match="cms_size"):
        revisions.assemble(
            ceremony.f, update, attributes, signature, person.certificate, issuing, b"\x30\x82\x20\0" + bytes(8192)
        )


def test_times_are_written_in_utc(sealed: Sealed) -> None:
    at = datetime.fromisoformat("2026-11-20T16:00:01+08:00")
    update = revisions.prepare_turn(sealed.ceremony.f, sealed.ceremony.file, "party-1", drawing(1), at)
    assert b"/M(D:20261120080001Z)" in update
    turn = revisions.split(sealed.ceremony.f + update, sealed.ceremony.file, own_last=True)[0]
    assert turn.at == datetime(2026, 11, 20, 8, 0, 1, tzinfo=UTC)


def test_digest_is_over_everything_but_the_own_value(sealed: Sealed) -> None:
    file = sealed.ceremony.f + sealed.ceremony.prepare(sealed.ceremony.f, "party-1")
    start, end = revisions.last_gap(file)
    assert revisions.digest_ranges(file) == sha256(file[:start] + file[end:]).digest()
    assert end - start == 2 * revisions.RESERVED + 2


def test_a_widget_in_the_structure_keeps_its_key_when_it_is_signed() -> None:
    tagged = GOLDEN / "tagged"
    manifest = Manifest.parse((tagged / "manifest.json").read_bytes())
    complete = (tagged / "F.pdf").read_bytes() + (tagged / "signed.bin").read_bytes()
    turns = revisions.split(complete, manifest.files[0])
    assert [turn.slot for turn in turns] == [slot.slot for slot in manifest.files[0].slots]
    with pytest.raises(RevisionMismatch) as caught:
        revisions.split(complete.replace(b"/StructParent 1/AP", b"/StructParent 9/AP"), manifest.files[0])
    assert caught.value.reason == "widget"
