import stat
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from documents.authority import Authority
from tests.documents.ceremony import FREEZE, Clock

NAME = "青禾街道人民调解委员会"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.create(tmp_path_factory.mktemp("authority") / "pki", NAME, Clock())


def test_the_root_says_whose_it_is_and_that_it_is_self_made(authority: Authority) -> None:
    names = [str(each.value) for each in authority.root.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    assert names == ["青禾街道人民调解委员会 演示根CA(自建)"]
    assert authority.root_pem.startswith(b"-----BEGIN CERTIFICATE-----")


def test_the_chain_holds_and_outlives_the_retention_time(authority: Authority) -> None:
    authority.root.verify_directly_issued_by(authority.root)
    authority.issuing.certificate.verify_directly_issued_by(authority.root)
    for leaf in (authority.service, authority.seal, authority.tsa, authority.responder):
        leaf.certificate.verify_directly_issued_by(authority.issuing.certificate)
        assert leaf.certificate.not_valid_after_utc < authority.issuing.certificate.not_valid_after_utc
    assert authority.issuing.certificate.not_valid_after_utc > FREEZE + timedelta(days=39 * 366)
    assert authority.root.not_valid_after_utc > authority.issuing.certificate.not_valid_after_utc


def test_files_are_private_and_the_root_lies_apart(authority: Authority) -> None:
    files = [path for path in authority.directory.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE((authority.directory / "root").stat().st_mode) == 0o700
    assert {path.name for path in (authority.directory / "root").iterdir()} == {"root.key", "root.pem"}


def test_an_interrupted_creation_leaves_nothing(tmp_path: Path) -> None:
    made = 0

    def failing() -> ec.EllipticCurvePrivateKey:
        nonlocal made
        made += 1
        if made == 4:
            raise OSError("disk full")
        return ec.generate_private_key(ec.SECP256R1())

    with pytest.raises(OSError, match="disk full"):
        Authority.create(tmp_path / "pki", NAME, Clock(), keys=failing)
    assert list(tmp_path.iterdir()) == []
    Authority.create(tmp_path / "pki", NAME, Clock())
