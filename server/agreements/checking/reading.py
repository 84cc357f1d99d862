"""What a rule is given: one clause taken apart, with the agreement around it. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from server.agreements.checking.speech import Phrase, party_pattern, phrases
from server.agreements.composition import Worded
from server.agreements.model import Matter, Terms

Hit = tuple[str, str]
"""A code of `table.RULES`, and the word or figure meant."""


@dataclass(frozen=True)
class Reading:
    """One clause and what surrounds it."""

    clause: Worded
    phrases: tuple[Phrase, ...]
    party: re.Pattern[str]
    """Somebody at the table."""
    names: frozenset[str]
    """Of the parties and of who acts for them."""
    rest: str
    """All other clauses as text."""
    terms: Terms
    matter: Matter
    today: date

    @property
    def text(self) -> str:
        """The clause's whole text."""
        return self.clause.text

    @property
    def free(self) -> bool:
        """Whether the clause is plain text, so that its parts must be found in the words."""
        return self.clause.kind == "free"

    @property
    def lending(self) -> bool:
        """Whether money was lent."""
        return self.matter.kind == "loan" or bool(
            re.search(r"借款|借贷|出借|欠款本金|借条|贷款本金", self.text + self.rest)
        )


Check = Callable[[Reading], Iterator[Hit]]


def readings(terms: Terms, clauses: Sequence[Worded], matter: Matter, today: date) -> Iterator[Reading]:
    """One for each clause, in order."""
    names = frozenset({one.name for one in matter.parties} | {one.name for one in matter.people})
    party = party_pattern(names)
    for clause in clauses:
        rest = "".join(other.text for other in clauses if other.id != clause.id)
        yield Reading(clause, phrases(clause.text, names), party, names, rest, terms, matter, today)
