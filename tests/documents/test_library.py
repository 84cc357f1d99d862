from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp

from documents import library
from documents.library import Library
from documents.limits import TooMuch
from tests.documents.chains import ANSWERING, DAY, NOW, World, issue


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("kind", ["ec256", "ec384", "rsa"])
@pytest.mark.parametrize("algorithm", [hashes.SHA256(), hashes.SHA384(), hashes.SHA512()])
def test_a_path_leads_over_the_ca_to_the_anchor(kind: str, algorithm: hashes.HashAlgorithm) -> None:
    make = {
        "ec256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "ec384": lambda: ec.generate_private_key(ec.SECP384R1()),
        "rsa": lambda: rsa.generate_private_key(65537, 2048),
    }[kind]
    root = issue("root", ca=True, key=make(), algorithm=algorithm)
    ca = root.issue("ca", ca=True, key=make(), algorithm=algorithm)
    leaf = ca.issue("leaf", algorithm=algorithm)
    found = Library([ca.cert, leaf.cert], (), (), [root.cert])
    assert list(found.paths(leaf.cert)) == [(leaf.cert, ca.cert, root.cert)]


def test_an_issuing_ca_may_be_the_anchor(world: World) -> None:
    found = world.library(anchors=(world.ca,))
    assert list(found.paths(world.signer.cert)) == [(world.signer.cert, world.ca.cert)]


def test_a_namesake_of_the_ca_has_issued_nothing(world: World) -> None:
    namesake = world.root.issue("issuing", ca=True)
    stray = namesake.issue("stray")
    found = world.library(stray)
    assert list(found.paths(stray.cert)) == []
    other = issue("root", ca=True)
    assert list(world.library(anchors=(other,)).paths(world.signer.cert)) == []


def test_cross_certificates_in_a_circle_come_to_an_end() -> None:
    one, two = issue("one", ca=True), issue("two", ca=True)
    cross = [issue("one", two, ca=True, key=one.key), issue("two", one, ca=True, key=two.key)]
    leaf = one.issue("leaf")
    found = Library([each.cert for each in (one, two, *cross, leaf)], (), (), [])
    assert list(found.paths(leaf.cert)) == []
    found.trust([two.cert])
    assert len(list(found.paths(leaf.cert))) >= 1


def test_sha1_is_no_signature(world: World) -> None:
    """Nothing here would make one any more, so the algorithm is taken out of the known ones instead."""
    assert not library.signed_with(world.ca.cert.key, b"", b"", hashes.SHA1())  # noqa: S303
    assert not library.signed_with(world.ca.cert.key, b"\x30\x00", b"", hashes.SHA256())
    assert not library.signed_with(object(), b"", b"", hashes.SHA256())


@pytest.mark.parametrize("by", ["ca", "responder"])
@pytest.mark.parametrize("name_hash", [hashes.SHA1(), hashes.SHA256()])  # noqa: S303
def test_answers_of_the_ca_and_of_its_responder_count(world: World, by: str, name_hash: hashes.HashAlgorithm) -> None:
    responder = world.ca.issue("responder", purpose=ANSWERING, extra=((x509.OCSPNoCheck(), False),))
    signer = responder if by == "responder" else None
    world.ocsps = [world.ca.answer(world.signer, by=signer, hash_name=name_hash)]
    (found,) = world.library().answers(world.signer.cert, world.ca.cert)
    assert (found.this_update, found.next_update, found.revoked_at) == (NOW - DAY, NOW + DAY, None)
    assert world.library().answers(world.stamper.cert, world.ca.cert) == []


@pytest.mark.parametrize("flaw", ["other ca", "no purpose", "ended", "not asked for", "revoked"])
def test_nobody_else_may_answer(world: World, flaw: str) -> None:
    no_check = ((x509.OCSPNoCheck(), False),)
    responder = {
        "other ca": lambda: issue("other", ca=True).issue("responder", purpose=ANSWERING, extra=no_check),
        "no purpose": lambda: world.ca.issue("responder", extra=no_check),
        "ended": lambda: world.ca.issue("responder", purpose=ANSWERING, extra=no_check, days=9),
        "not asked for": lambda: world.ca.issue("responder", purpose=ANSWERING),
        "revoked": lambda: world.ca.issue("responder", purpose=ANSWERING, extra=no_check),
    }[flaw]()
    if flaw == "revoked":
        world.crls = [world.ca.listed((responder, NOW - 5 * DAY))]
    world.ocsps = [world.ca.answer(world.signer, by=responder)]
    found = [each for each in world.library(responder).answers(world.signer.cert, world.ca.cert) if not each.is_list]
    assert found == []


def test_a_responder_without_nocheck_needs_a_status_of_its_own_by_the_ca(world: World) -> None:
    responder = world.ca.issue("responder", purpose=ANSWERING)
    world.ocsps = [world.ca.answer(world.signer, by=responder), world.ca.answer(responder, NOW - 2 * DAY)]
    assert len(world.library().answers(world.signer.cert, world.ca.cert)) == 1
    world.ocsps[1] = world.ca.answer(responder, NOW - 2 * DAY, by=responder)  # vouches for itself
    assert world.library().answers(world.signer.cert, world.ca.cert) == []


def test_an_altered_answer_says_nothing(world: World) -> None:
    answer = world.ca.answer(world.signer)
    tbs = ocsp.load_der_ocsp_response(answer).tbs_response_bytes
    start = answer.index(tbs)
    for at in range(start + 4, start + len(tbs), 3):
        world.ocsps = [answer[:at] + bytes([answer[at] ^ 1]) + answer[at + 1 :]]
        try:
            assert world.library().answers(world.signer.cert, world.ca.cert) == []
        except (ValueError, OverflowError):  # not readable any more: refused where it is loaded
            continue


def test_lists_of_the_ca_name_the_revoked(world: World) -> None:
    world.crls = [world.ca.listed((world.signer, NOW - 3 * DAY))]
    (bad,) = world.library().answers(world.signer.cert, world.ca.cert)
    (good,) = world.library().answers(world.stamper.cert, world.ca.cert)
    assert (bad.revoked_at, good.revoked_at, bad.is_list) == (NOW - 3 * DAY, None, True)


@pytest.mark.parametrize(
    ("scope", "counts"),
    [
        ({}, True),
        ({"only_contains_user_certs": True}, True),
        ({"only_contains_ca_certs": True}, False),
        ({"indirect_crl": True}, False),
        ({"only_some_reasons": frozenset([x509.ReasonFlags.key_compromise])}, False),
        ({"full_name": [x509.UniformResourceIdentifier("http://other/list")]}, False),
    ],
)
def test_only_complete_lists_for_this_kind_of_certificate_count(
    world: World, scope: dict[str, object], counts: bool
) -> None:
    values: dict[str, object] = {
        "full_name": None, "relative_name": None, "only_contains_user_certs": False, "only_contains_ca_certs": False,
        "only_some_reasons": None, "indirect_crl": False, "only_contains_attribute_certs": False,
    }  # fmt: skip
    if scope:
        world.crls = [world.ca.listed(scope=x509.IssuingDistributionPoint(**(values | scope)))]  # type: ignore[arg-type]
    else:
        world.crls = [world.ca.listed()]
    assert bool(world.library().answers(world.signer.cert, world.ca.cert)) == counts


def test_a_ca_that_may_not_sign_lists_has_none() -> None:
    ca = issue("ca", ca=True, usage=("key_cert_sign",))
    leaf = ca.issue("leaf")
    assert Library([leaf.cert], (), [ca.listed()], [ca.cert]).answers(leaf.cert, ca.cert) == []


def test_more_than_anybody_needs_is_refused(world: World) -> None:
    answers = [world.ca.answer(world.signer, NOW - timedelta(seconds=each)) for each in range(library.MAX_ANSWERS + 1)]
    with pytest.raises(TooMuch, match="400 answers"):
        Library((), answers, (), ())
