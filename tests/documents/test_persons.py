from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from documents import cms, persons, revisions
from documents.authority import EventSubject
from documents.errors import RevisionMismatch, SignatureRejected
from tests.documents.ceremony import FREEZE, Browser
from tests.documents.conftest import Sealed


def certificate(sealed: Sealed, browser: Browser, **changes: object) -> bytes:
    facts = {
        "name": "林秀珍",
        "role": "applicant",
        "slot": "party-1",
        "manifest_hash": sealed.ceremony.manifest.hash,
        "assurance": "seen",
        "not_before": FREEZE - timedelta(hours=1),
        "not_after": FREEZE + timedelta(hours=26),
    }
    return sealed.ceremony.authority.issue_event(browser.spki, EventSubject(**(facts | changes)))  # type: ignore[arg-type]


def attempt(sealed: Sealed, browser: Browser, attributes: bytes | None = None, signature: bytes | None = None) -> None:
    ceremony = sealed.ceremony
    update = ceremony.prepare(ceremony.f, "party-1")
    made, value = browser.sign(ceremony.f + update)
    if attributes is not None:
        made = attributes
        value = browser.key.sign(made, ec.ECDSA(hashes.SHA256()))
    persons.accept_turn(
        ceremony.f, update, made, signature or value, browser.certificate, ceremony.authority.issuing.der
    )


def test_a_browsers_signature_is_accepted(sealed: Sealed) -> None:
    attempt(sealed, sealed.ceremony.people["party-1"])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"slot": "party-2"}, "certificate_subject"),
        ({"not_after": FREEZE - timedelta(minutes=1)}, "certificate_time"),
        ({"not_before": FREEZE + timedelta(hours=2)}, "certificate_time"),
    ],
)
def test_a_certificate_for_something_else_is_refused(sealed: Sealed, changes: dict[str, object], reason: str) -> None:
    browser = Browser("party-1")
    browser.certificate = certificate(sealed, browser, **changes)
    with pytest.raises(SignatureRejected, match=reason):
        attempt(sealed, browser)


def test_attributes_must_be_the_ones_that_follow_from_file_and_certificate(sealed: Sealed) -> None:
    browser = sealed.ceremony.people["party-1"]
    other = cms.signed_attributes(bytes(32), browser.certificate)
    with pytest.raises(SignatureRejected, match="cms_digest"):
        attempt(sealed, browser, attributes=other)
    for bad in (b"", b"\x31\x00", cms.signed_attributes(bytes(32), sealed.ceremony.people["party-2"].certificate)):
        with pytest.raises(SignatureRejected, match="cms_attributes"):
            attempt(sealed, browser, attributes=bad)


def test_signature_values_of_another_form_are_refused(sealed: Sealed) -> None:
    browser = sealed.ceremony.people["party-1"]
    for bad in (b"x", bytes(64), bytes(72)):
        with pytest.raises(SignatureRejected, match="cms_signature"):
            attempt(sealed, browser, signature=bad)


def test_certificates_of_others_are_refused(sealed: Sealed) -> None:
    browser = sealed.ceremony.people["party-1"]
    authority = sealed.ceremony.authority
    for other in (authority.service.der, authority.root_der, b"none"):
        with pytest.raises(SignatureRejected, match="certificate_"):
            persons.check_certificate(other, browser.certificate, FREEZE)
    with pytest.raises(SignatureRejected, match="certificate_usage"):
        persons.check_certificate(authority.tsa.der, authority.issuing.der, FREEZE + timedelta(minutes=1))


def test_an_update_of_another_form_is_refused(sealed: Sealed) -> None:
    ceremony, browser = sealed.ceremony, sealed.ceremony.people["party-1"]
    update = ceremony.prepare(ceremony.f, "party-1")
    attributes, value = browser.sign(ceremony.f + update)
    for bad in (
        b"",
        update[:-1],
        update.replace(b"/M(D:2026", b"/M(D:x026"),
        update.replace(b"/M(D:202611", b"/M(D:202613"),
        b"\n" + update,
    ):
        with pytest.raises(SignatureRejected):
            persons.accept_turn(ceremony.f, bad, attributes, value, browser.certificate, ceremony.authority.issuing.der)


def test_a_file_that_is_not_in_the_manifest_is_refused(sealed: Sealed) -> None:
    with pytest.raises(RevisionMismatch, match="file_unknown"):
        persons.check_file(sealed.turns, sealed.ceremony.manifest, "minutes")


def test_all_turns_together_are_accepted(sealed: Sealed) -> None:
    turns = persons.check_file(sealed.turns, sealed.ceremony.manifest, "agreement")
    assert [turn.slot for turn in turns] == ["party-1", "party-2", "mediator"]
    assert turns == revisions.split(sealed.turns, sealed.ceremony.file)
