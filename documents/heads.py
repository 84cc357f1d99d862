"""The heads of the journal that a signed file names: as it was frozen, and as it was sealed. Whether to believe the
file is what `verify` says."""

from __future__ import annotations

import json

from documents import grammar, structure


def heads_in(pdf: bytes) -> tuple[str, ...]:
    """Hex hashes, the frozen text's first; none for a file that is not of our form to its end."""
    try:
        reading = grammar.read(pdf, structure.read(pdf))
        text = json.loads(reading.attached or b"{}")
    except (structure.Broken, ValueError):
        return ()
    if reading.departure is not None:
        return ()
    found = [text.get("journal_head", ""), *(one.journal_head for one in reading.signed)]
    return tuple(dict.fromkeys(one for one in found if one))
