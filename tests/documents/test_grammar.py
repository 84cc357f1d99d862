import pytest

from documents import grammar, structure
from tests.documents import attacks
from tests.documents.ceremony import SIGNATORIES
from tests.documents.conftest import Sealed


def read(pdf: bytes) -> grammar.Reading:
    return grammar.read(pdf, structure.read(pdf))


def test_a_complete_file_is_read_in_order(sealed: Sealed) -> None:
    reading = read(sealed.pdf)
    assert reading.departure is None
    assert [(each.kind, each.slot) for each in reading.signed] == [
        ("certification", "certification"),
        ("person", "party-1"),
        ("person", "party-2"),
        ("person", "mediator"),
        ("seal", "seal"),
        ("document_timestamp", "archive1"),
    ]
    assert reading.pages == 1
    assert {kind for _, kind, _ in reading.store} == {"/Certs", "/OCSPs", "/CRLs"}
    assert {index for index, _, _ in reading.store} == {6}
    assert reading.signed[4].journal_head == "cd" * 32
    assert [each.slot for each in reading.text.signatories] == [each.slot for each in SIGNATORIES]
    assert reading.text_hash == sealed.ceremony.file.text


def test_the_manifest_of_a_file_follows_from_the_file(sealed: Sealed) -> None:
    found, made = read(sealed.pdf).file, sealed.ceremony.file
    assert found is not None
    assert (found.f, found.r0, found.root, found.info, found.id_pair) == (
        made.f,
        made.r0,
        made.root,
        made.info,
        made.id_pair,
    )
    assert found.slots == made.slots


@pytest.mark.parametrize(
    "name",
    sorted(set(attacks.UPDATES) - {"rewritten", "rewritten_plainly", "shadow_object", "comment_at_end", "second_end"}),
)
def test_a_later_update_is_a_departure_behind_the_last_signature(sealed: Sealed, name: str) -> None:
    for base in (sealed.pdf, sealed.turns):
        if name.startswith("status_") and base is sealed.turns:
            continue
        departure = read(attacks.UPDATES[name](base)).departure
        assert departure is not None, name
        assert departure.revision == len(structure.read(base))


def test_a_file_without_our_text_is_not_ours(sealed: Sealed) -> None:
    plain = attacks.rewritten_plainly(sealed.ceremony.r0).replace(b"agreement.json", b"disagreed.json")
    departure = read(plain).departure
    assert departure is not None and departure.code == "not_ours"


def test_fields_must_be_those_of_the_text(sealed: Sealed) -> None:
    plain = sealed.ceremony.r0.replace(b"(party-2)", b"(party-3)")
    departure = read(plain).departure
    assert departure is not None and departure.code == "fields_changed"
