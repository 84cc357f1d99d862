import logging
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from documents import trust
from documents.trust import Anchors, Failure, Judged
from tests.documents.ceremony import FREEZE
from tests.documents.conftest import SOON, Sealed


def test_bundles_hold_certificates_and_status_in_any_order(sealed: Sealed) -> None:
    authority = sealed.ceremony.authority
    crl = authority.root_crl()
    crl_pem = x509.load_der_x509_crl(crl).public_bytes(serialization.Encoding.PEM)
    answer = authority.ocsp(authority.tsa.der, FREEZE)
    found = trust.load([authority.root_pem + crl_pem, authority.issuing.der, answer, crl])
    assert len(found.certificates) == 2 and len(found.crls) == 2 and len(found.ocsps) == 1
    assert authority.root.fingerprint(authority.root.signature_hash_algorithm) in found.fingerprints  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "bad", [b"", b"text", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", b"\x30\x00"]
)
def test_what_cannot_be_read_is_not_taken_for_nothing(bad: bytes) -> None:
    with pytest.raises(ValueError):
        trust.load([bad])


def test_a_key_among_the_anchors_is_refused(sealed: Sealed) -> None:
    key = (sealed.ceremony.authority.directory / "root" / "root.key").read_bytes()
    with pytest.raises(ValueError, match="neither"):
        trust.load([key])


def test_every_signature_passes_long_term_validation(sealed: Sealed) -> None:
    anchors = trust.load(sealed.trust).certificates
    judged = trust.judge(sealed.pdf, anchors, trust.store_of(sealed.pdf), Anchors(), SOON, hard=True)
    assert len(judged) == 6
    for each in judged.values():
        assert isinstance(each, Judged)
        assert each.passed and each.intact and each.valid and each.permitted


def test_past_validation_follows_the_moment_of_judging_not_the_machine(sealed: Sealed) -> None:
    """A year and a day on, the status of the time-stamps is stale: with the machine's clock it would still pass."""
    anchors, store = trust.load(sealed.trust).certificates, trust.store_of(sealed.pdf)
    for days, passed in ((366, True), (368, False)):
        judged = trust.judge(sealed.pdf, anchors, store, Anchors(), FREEZE + timedelta(days=days), hard=True)
        assert {isinstance(each, Judged) and each.passed for each in judged.values()} == {passed}


def test_nothing_passes_under_another_root(sealed: Sealed) -> None:
    store = trust.store_of(sealed.pdf)
    leaf = trust.load([sealed.ceremony.authority.seal.der]).certificates
    judged = trust.judge(sealed.pdf, leaf, store, Anchors(), SOON, hard=True)
    assert not any(isinstance(each, Judged) and each.passed for name, each in judged.items() if name != "seal")


def test_names_of_signers_are_not_logged(sealed: Sealed, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        trust.judge(sealed.pdf, (), trust.store_of(sealed.pdf), Anchors(), FREEZE + timedelta(days=400), hard=True)
    assert "林秀珍" not in caplog.text


def test_an_unreadable_file_is_a_failure_not_an_exception() -> None:
    judged = trust.judge(b"%PDF-1.7\nnothing", (), trust.Store(), Anchors(), SOON, hard=True)
    assert all(isinstance(each, Failure) for each in judged.values())


def test_a_file_without_store_has_no_status(sealed: Sealed) -> None:
    with pytest.raises(ValueError):
        trust.store_of(sealed.turns)
    assert trust.status_until(trust.Store(), Anchors()) is None
    assert trust.root_of(trust.Store()) is None
