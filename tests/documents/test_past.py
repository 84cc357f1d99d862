"""Each rule of EN 319 102-1 5.6.2 by changing one factor; the numbers are days around the moment of judging."""

from datetime import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from documents.past import Past, constraint
from tests.documents.chains import DAY, NOW, STAMPING, START, World, issue


@pytest.fixture
def world() -> World:
    found = World()
    found.crls = [found.root.listed(until=NOW + 30 * DAY)]
    found.ocsps = [found.ca.answer(found.signer), found.ca.answer(found.stamper)]
    return found


def indication(past: Past, world: World, at: datetime = NOW) -> str:
    return past.judge(world.signer.cert, "signature", at).indication


def test_a_good_certificate_with_fresh_status_passes(world: World) -> None:
    found = world.past().judge(world.signer.cert, "signature", NOW)
    assert found.passed and found.anchor is world.library().anchors.get(world.root.cert.der, found.anchor)
    assert found.until == NOW + DAY and found.revoked_at is None


def test_without_status_it_is_not_known(world: World) -> None:
    world.ocsps = []
    assert indication(world.past(), world) == "INDETERMINATE TRY_LATER"
    assert indication(world.past(asks=False), world) == "TOTAL-PASSED"
    world.crls = []
    assert indication(world.past(), world) == "INDETERMINATE TRY_LATER"


def test_without_an_anchor_there_is_no_chain(world: World) -> None:
    past = Past(world.library(anchors=()), NOW, {})
    assert indication(past, world) == "INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND"


def test_stale_status_needs_a_proof_from_when_it_was_fresh(world: World) -> None:
    later = NOW + 5 * DAY
    assert indication(world.past(now=later), world, later) == "INDETERMINATE NO_POE"
    proven = world.past(now=later, places={world.signer.cert.der: 1, world.ca.cert.der: 1, world.ocsps[0]: 1})
    proven.stamps.append((2, NOW))
    assert indication(proven, world, NOW) == "TOTAL-PASSED"
    assert indication(proven, world, NOW + 2 * DAY) == "INDETERMINATE NO_POE"


def test_an_answer_that_was_not_there_in_time_proves_nothing(world: World) -> None:
    """The certificate expires; the answer about it is from before, but nobody can show that it existed then."""
    world.signer = world.ca.issue("signer", days=100.5)
    world.ocsps = [world.ca.answer(world.signer, until=NOW + DAY / 2)]
    later = NOW + 5 * DAY
    places = {world.signer.cert.der: 1, world.ca.cert.der: 1}
    proven = world.past(now=later, places=places | {world.ocsps[0]: 1})
    unproven = world.past(now=later, places=places | {world.ocsps[0]: 3})
    for past in (proven, unproven):
        past.stamps.append((2, NOW))
    assert indication(proven, world, NOW) == "TOTAL-PASSED"
    world.crls = [world.root.listed(until=NOW + 2 * DAY)]  # the control time slides below the answer's existence
    assert indication(world.past(now=later, places=unproven.places), world, NOW) == "INDETERMINATE NO_POE"


def test_an_expired_certificate_passes_only_for_what_is_proven_to_be_older(world: World) -> None:
    world.signer = world.ca.issue("signer", days=99)
    world.ocsps = [world.ca.answer(world.signer, at=NOW - 3 * DAY, until=NOW - 1.5 * DAY)]
    places = {world.signer.cert.der: 1, world.ocsps[0]: 1}
    past = world.past(places=places)
    assert not past.judge(world.signer.cert, "signature", NOW).passed
    past.stamps.append((2, NOW - 2 * DAY))
    assert indication(past, world, NOW - 2 * DAY) == "TOTAL-PASSED"
    world.ocsps = [world.ca.answer(world.signer, at=NOW - 3 * DAY)]
    late = world.past(places={world.signer.cert.der: 1, world.ocsps[0]: 1})
    assert indication(late, world, NOW) == "INDETERMINATE OUT_OF_BOUNDS_NO_POE"


@pytest.mark.parametrize(("proven_at", "passed"), [(NOW - 9 * DAY, True), (NOW - 4 * DAY, False)])
def test_what_is_proven_to_be_older_than_a_revocation_stays_good(
    world: World, proven_at: datetime, passed: bool
) -> None:
    world.ocsps = [
        world.ca.answer(world.signer, NOW - 10 * DAY, NOW - 3 * DAY),
        world.ca.answer(world.signer, revoked=NOW - 5 * DAY),
    ]
    past = world.past(places={world.signer.cert.der: 1, world.ocsps[0]: 1})
    past.stamps.append((2, proven_at))
    found = past.judge(world.signer.cert, "signature", proven_at)
    assert found.revoked_at == NOW - 5 * DAY
    assert found.indication == ("TOTAL-PASSED" if passed else "INDETERMINATE REVOKED_NO_POE")


def test_a_revoked_ca_takes_what_is_below_it_along(world: World) -> None:
    world.crls = [world.root.listed((world.ca, NOW - 2 * DAY))]
    assert indication(world.past(), world) == "INDETERMINATE REVOKED_CA_NO_POE"


def test_a_revocation_after_the_moment_of_judging_is_not_known_yet(world: World) -> None:
    world.ocsps.append(world.ca.answer(world.signer, NOW + 5 * DAY, NOW + 6 * DAY, revoked=NOW + 4 * DAY))
    assert indication(world.past(), world) == "TOTAL-PASSED"


def test_an_expired_ca_is_no_trouble_for_what_is_proven(world: World) -> None:
    """The rule of pyHanko that we do not need (documents.md, 7)."""
    world.ca = world.root.issue("issuing", ca=True, days=102)
    world.signer = world.ca.issue("signer")
    world.ocsps = [world.ca.answer(world.signer)]
    later = NOW + 20 * DAY
    places = {each: 1 for each in (world.signer.cert.der, world.ca.cert.der, world.ocsps[0])}
    past = world.past(now=later, places=places)
    past.stamps.append((2, NOW))
    assert indication(past, world, NOW) == "TOTAL-PASSED"


def test_nothing_is_signed_before_its_certificate_begins(world: World) -> None:
    assert indication(world.past(), world, START - DAY) == "TOTAL-FAILED NOT_YET_VALID"


def test_the_anchors_own_time_is_not_asked(world: World) -> None:
    world.root = issue("root", ca=True, days=50)
    world.ca = world.root.issue("issuing", ca=True)
    world.signer = world.ca.issue("signer")
    world.crls, world.ocsps = [world.root.listed()], [world.ca.answer(world.signer)]
    assert indication(world.past(), world) == "TOTAL-PASSED"


@pytest.mark.parametrize(
    ("flaw", "sub"),
    [
        ("stamper signs", "CHAIN_CONSTRAINTS_FAILURE"),
        ("ca is none", "CHAIN_CONSTRAINTS_FAILURE"),
        ("too deep", "CHAIN_CONSTRAINTS_FAILURE"),
        ("unknown critical", "CHAIN_CONSTRAINTS_FAILURE"),
        ("weak key", "CRYPTO_CONSTRAINTS_FAILURE"),
    ],
)
def test_a_path_against_the_rules_is_refused(world: World, flaw: str, sub: str) -> None:
    weak = rsa.generate_private_key(65537, 1024)  # noqa: S505
    strange = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    no_ca = world.root.issue("no CA", usage=("key_cert_sign",))
    below = world.ca.issue("below", ca=True)
    path = {
        "stamper signs": (world.stamper, world.ca, world.root),
        "ca is none": (no_ca.issue("leaf"), no_ca, world.root),
        "too deep": (below.issue("leaf"), below, world.ca, world.root),
        "unknown critical": (world.ca.issue("leaf", extra=((strange, True),)), world.ca, world.root),
        "weak key": (world.ca.issue("leaf", key=weak), world.ca, world.root),
    }[flaw]
    assert constraint(tuple(each.cert for each in path), "signature") == sub


def test_a_time_stamper_is_judged_as_one(world: World) -> None:
    past = world.past()
    assert past.judge(world.stamper.cert, "timestamp", NOW).passed
    assert past.judge(world.signer.cert, "timestamp", NOW).is_("CHAIN_CONSTRAINTS_FAILURE")
    odd = world.ca.issue("odd", purpose=STAMPING, purpose_critical=False)
    assert constraint((odd.cert, world.ca.cert, world.root.cert), "timestamp") == "CHAIN_CONSTRAINTS_FAILURE"


def test_a_second_path_may_pass_where_the_first_does_not(world: World) -> None:
    """The CA has two certificates by two roots; one of them is revoked."""
    other = issue("other root", ca=True)
    twin = issue("issuing", other, ca=True, key=world.ca.key)
    world.crls = [world.root.listed((world.ca, NOW - 2 * DAY)), other.listed()]
    past = Past(world.library(twin, anchors=(world.root, other)), NOW, {})
    assert indication(past, world) == "TOTAL-PASSED"
