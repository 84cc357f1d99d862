"""What the long fuzzing found, reduced."""

from pathlib import Path

import pytest

from documents.errors import RevisionMismatch
from documents.manifest import Manifest
from documents.revisions import split

GOLDEN = Path(__file__).parents[1] / "data" / "ceremony"


@pytest.mark.parametrize("number", [2**53, 2**63, 2**64])
def test_a_version_beyond_all_numbers_is_refused(number: int) -> None:
    data = (GOLDEN / "manifest.json").read_bytes()
    assert data.count(b'"v":2') == 1
    with pytest.raises(RevisionMismatch):
        Manifest.parse(data.replace(b'"v":2', b'"v":%d' % number))


@pytest.mark.parametrize("digits", [0, 5, 13])
def test_a_file_that_ends_inside_a_date_is_cut_short(digits: int) -> None:
    manifest = Manifest.parse((GOLDEN / "manifest.json").read_bytes())
    whole = (GOLDEN / "F.pdf").read_bytes() + (GOLDEN / "turn-1.signed.bin").read_bytes()
    end = whole.index(b"/M(D:", len(whole) - 20_000) + 5 + digits
    with pytest.raises(RevisionMismatch, match="truncated"):
        split(whole[:end], manifest.files[0])
