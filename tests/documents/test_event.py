import base64
import json
from datetime import timedelta
from pathlib import Path

import pytest

from documents import event
from documents.authority import EventSubject
from documents.certificates import OWN_CA
from documents.der import BadDer, oid
from documents.errors import SignatureRejected
from documents.manifest import Manifest
from tests.documents.ceremony import FREEZE
from tests.documents.conftest import Sealed

SCAN = bytes(range(32))
GOLDEN = Path(__file__).parents[1] / "data" / "ceremony"


def issued(sealed: Sealed, **changes: object) -> bytes:
    facts = {
        "name": "林秀珍",
        "role": "applicant",
        "slot": "party-1",
        "manifest_hash": sealed.ceremony.manifest.hash,
        "assurance": "seen",
        "not_before": FREEZE - timedelta(hours=1),
        "not_after": FREEZE + timedelta(hours=26),
    }
    subject = EventSubject(**(facts | changes))  # type: ignore[arg-type]
    return sealed.ceremony.authority.issue_event(sealed.ceremony.people["party-1"].spki, subject)


def judged(sealed: Sealed, certificate: bytes, manifest: Manifest | None = None) -> str:
    chosen = manifest or sealed.ceremony.manifest
    try:
        event.check(certificate, "party-1", chosen, sealed.ceremony.manifest.hash, FREEZE)
    except SignatureRejected as error:
        return error.reason
    return "accepted"


def test_a_certificate_says_who_and_for_what(sealed: Sealed) -> None:
    found = event.read(issued(sealed, paper=SCAN))
    assert (found.name, found.role, found.slot) == ("林秀珍", "applicant", "party-1")
    assert (found.manifest, found.paper, found.own) == (sealed.ceremony.manifest.hash, SCAN, True)
    assert found.not_after - found.not_before == timedelta(hours=27)


def test_every_certificate_of_the_golden_ceremony_is_read() -> None:
    turns = json.loads((GOLDEN / "turns.json").read_text())["turns"]
    read = [event.read(base64.b64decode(turn["certificate"])) for turn in turns]
    assert [one.role for one in read] == ["applicant", "representative", "organisation", "clerk", "mediator"]
    assert [one.paper is not None for one in read] == [False, False, False, True, False]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, "accepted"),
        ({"name": "林秀真"}, "certificate_subject"),
        ({"slot": "party-2"}, "certificate_subject"),
        ({"name": "沈嘉", "role": "clerk", "paper": SCAN}, "certificate_subject"),
        ({"paper": SCAN}, "certificate_paper"),
        ({"manifest_hash": bytes(32)}, "certificate_manifest"),
        ({"not_after": FREEZE - timedelta(seconds=1)}, "certificate_time"),
    ],
)
def test_only_its_person_may_stand_in_a_slot(sealed: Sealed, changes: dict[str, object], reason: str) -> None:
    assert judged(sealed, issued(sealed, **changes)) == reason


def test_what_a_manifest_says_of_its_authority_must_be_what_the_certificate_says(sealed: Sealed) -> None:
    manifest = sealed.ceremony.manifest
    licensed = Manifest.parse(manifest.encode().replace(b'"kind":"own"', b'"kind":"licensed"'))
    assert judged(sealed, issued(sealed), licensed) == "certificate_usage"
    stranger = issued(sealed).replace(oid(OWN_CA), oid(OWN_CA)[:-1] + b"\x06")
    assert judged(sealed, stranger) == "certificate_usage"


@pytest.mark.parametrize("cut", [0, 1, 40, 200, -1])
def test_a_certificate_cut_short_is_no_certificate(sealed: Sealed, cut: int) -> None:
    with pytest.raises(BadDer):
        event.read(issued(sealed)[:cut])
