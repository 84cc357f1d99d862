"""How a forbidden matter is found: by a sentence that agrees on it, not by one that rules it out. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.agreements.checking.reading import Hit, Reading
from server.agreements.checking.speech import sentences


@dataclass(frozen=True)
class Ban:
    """One forbidden matter."""

    code: str
    patterns: tuple[re.Pattern[str], ...]
    lawful: re.Pattern[str] | None = None
    """What turns the same words into a good clause: a ban on it, a court behind it, the balance paid."""
    only: re.Pattern[str] | None = None
    """What the sentence must say besides."""


def banned(bans: Sequence[Ban], reading: Reading) -> Iterator[Hit]:
    """The first sentence that agrees on each forbidden matter."""
    parts = sentences(reading.text)
    for ban in bans:
        for one in parts:
            word = next((match for pattern in ban.patterns if (match := pattern.search(one))), None)
            if word is None or (ban.lawful and ban.lawful.search(one)) or (ban.only and not ban.only.search(one)):
                continue
            yield ban.code, word.group()
            break
