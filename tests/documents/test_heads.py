"""The heads a signed file names, as a check of the journal reads them."""

from documents.heads import heads_in
from tests.documents.conftest import Sealed

FROZEN, AT_SEAL = "ab" * 32, "cd" * 32


def test_a_file_names_the_heads_it_was_frozen_and_sealed_with(sealed: Sealed) -> None:
    assert heads_in(sealed.pdf) == (FROZEN, AT_SEAL)
    assert heads_in(sealed.turns) == (FROZEN,), "not sealed yet"


def test_a_file_that_is_damaged_or_not_ours_names_none(sealed: Sealed) -> None:
    for other in (b"", b"%PDF-1.7 nothing", sealed.pdf[:-50], sealed.pdf + b"more"):
        assert heads_in(other) == ()
