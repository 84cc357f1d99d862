"""What is printed around the clauses and binds like them: one more item to read aloud and confirm. Pure."""

from dataclasses import dataclass

from server.agreements.document import OPEN_HEADING
from server.agreements.model import Dispute, sha256_of
from server.agreements.outline import SHIPPED

AROUND = "around"
"""Its id in a confirmation; no clause has one of this form."""
HEADINGS = dict(SHIPPED.before) | {"open_points": OPEN_HEADING}


@dataclass(frozen=True)
class Around:
    """Facts, issues, responsibility and open points in one text, and the hash a confirmation names."""

    text: str
    hash: str
    id: str = AROUND


def around(dispute: Dispute) -> Around | None:
    """The item of a version's dispute; None where nothing of it is printed."""
    parts = {part: (getattr(dispute, part) or "").strip() for part in HEADINGS}
    text = "\n".join(f"{HEADINGS[part]}：{words}" for part, words in parts.items() if words)
    return Around(text, sha256_of({"kind": AROUND, "fields": parts})) if text else None
