import msgspec
import pytest

from documents.errors import RevisionMismatch
from documents.manifest import Manifest
from tests.documents.conftest import Sealed


def test_a_manifest_comes_back_from_its_bytes(sealed: Sealed) -> None:
    manifest = sealed.ceremony.manifest
    assert Manifest.parse(manifest.encode()) == manifest
    assert Manifest.parse(manifest.encode()).hash == manifest.hash
    assert manifest.issuing == sealed.ceremony.authority.issuing.der


def test_another_spelling_of_the_same_manifest_is_refused(sealed: Sealed) -> None:
    data = sealed.ceremony.manifest.encode()
    for other in (data.replace(b'"v":2', b'"v": 2'), data + b"\n", data.replace(b'{"build":"",', b"{")):
        with pytest.raises(RevisionMismatch):
            Manifest.parse(other)


def test_unknown_members_and_versions_are_refused(sealed: Sealed) -> None:
    plain = msgspec.to_builtins(sealed.ceremony.manifest)
    for change in ({"more": 1}, {"v": 1}):
        with pytest.raises(RevisionMismatch):
            Manifest.parse(msgspec.json.encode(plain | change, order="sorted"))


def test_parts_are_found_by_name(sealed: Sealed) -> None:
    manifest = sealed.ceremony.manifest
    file = manifest.file("agreement")
    assert file is not None and file.slot("party-2") is not None
    assert manifest.file("minutes") is None and file.slot("seal") is None
    signatory = manifest.signatory("mediator")
    assert signatory is not None and signatory.name == "顾明华"
