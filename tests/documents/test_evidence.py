"""Chain and status of foreign authorities: gathered from where the certificates say, or named as missing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from documents.errors import TimestampUnavailable
from documents.evidence import Abroad
from tests.foreign import Foreign, far, pem
from tests.foreign import der as der_of


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Foreign]:
    with far(tmp_path_factory.mktemp("far")) as one:
        yield one


class Asked:
    """The network in this process."""

    def __init__(self, foreign: Foreign) -> None:
        self.foreign = foreign

    def __call__(self, address: str, body: bytes | None) -> bytes:
        status, _, answer = self.foreign.reply(address.removeprefix(self.foreign.base), body or b"")
        if status != 200:
            raise OSError("away")
        return answer


def test_chain_and_status_are_gathered_from_where_the_certificate_says(foreign: Foreign) -> None:
    abroad = Abroad.knowing(Asked(foreign), foreign.root_file.read_bytes())
    found = abroad.evidence(der_of(foreign.tsa), datetime.now(UTC))
    assert der_of(foreign.ca) in found.certificates and der_of(foreign.root) in found.certificates
    assert (len(found.ocsps), len(found.crls)) == (1, 1)
    assert found + found == found


def test_without_status_or_chain_there_is_no_evidence(foreign: Foreign) -> None:
    abroad = Abroad.knowing(Asked(foreign), foreign.root_file.read_bytes())
    foreign.status = False
    with pytest.raises(TimestampUnavailable, match="issuer's certificate unknown"):
        abroad.evidence(der_of(foreign.tsa), datetime.now(UTC))
    abroad.learn([der_of(foreign.ca)])
    with pytest.raises(TimestampUnavailable, match="status unknown"):
        abroad.evidence(der_of(foreign.tsa), datetime.now(UTC))
    foreign.status = True
    with pytest.raises(TimestampUnavailable, match="status unknown"):
        abroad.evidence(der_of(foreign.tsa), datetime.now(UTC) + timedelta(days=60))


def test_a_revoked_authority_is_named_as_such(foreign: Foreign) -> None:
    abroad = Abroad.knowing(Asked(foreign), foreign.root_file.read_bytes())
    foreign.revoked = True
    try:
        with pytest.raises(TimestampUnavailable, match="Far Time Stamps: revoked"):
            abroad.evidence(der_of(foreign.tsa), datetime.now(UTC))
    finally:
        foreign.revoked = False


def test_a_bundle_without_a_root_is_no_trust(foreign: Foreign, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no root"):
        Abroad.knowing(Asked(foreign), pem(foreign.ca))
    with pytest.raises(TimestampUnavailable, match="not one of the roots"):
        with far(tmp_path / "other") as other:
            Abroad(Asked(foreign), [der_of(foreign.root)], frozenset([der_of(other.root)])).accept(
                [der_of(foreign.tsa)]
            )
