"""One piece of advice, and what every rule states about itself. Pure."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["refused", "unenforceable", "unclear", "note"]
"""refused: a court will hardly confirm it; unenforceable: nobody can carry it out; unclear: two readers differ."""
Family = Literal[
    "parts", "certainty", "days", "sums", "status", "people", "burdens", "others", "waiting", "labour",
    "persons", "forbidden", "court",
]  # fmt: skip
"""The file a rule is written in; `duties` finds in plain words what `parts` finds in fields."""


@dataclass(frozen=True)
class Rule:
    """What a code stands on: articles (abbreviations of `law.sources`), how grave it is, the family of rules."""

    articles: tuple[str, ...]
    level: Level
    family: Family


@dataclass(frozen=True)
class Finding:
    """One piece of advice. `clause` is a clause id or None for the whole; `detail` is the word or figure meant."""

    clause: str | None
    code: str
    detail: str
    article: str
    """Abbreviated, several joined by "; "."""
    level: Level
