"""Words of a text as they are looked for: pairs of Han characters, and whole words and numbers of other scripts.

Chinese writes no spaces, so every two neighbours are a word; who looks for three finds both pairs. Full-width
and capital letters are folded, as people type them either way."""

import re
import unicodedata

LONGEST = 32
"""Characters of a word that count."""
HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
RUNS = re.compile(f"[{HAN}]+|[^\\W_{HAN}]+")
ONE_HAN = re.compile(f"[{HAN}]")


def words_of(text: str) -> list[str]:
    """In their order, each once; a Han character alone is a word where it stands alone."""
    found: dict[str, None] = {}
    for run in RUNS.findall(unicodedata.normalize("NFKC", text).casefold()):
        if len(run) > 1 and ONE_HAN.match(run):
            found.update(dict.fromkeys(run[n : n + 2] for n in range(len(run) - 1)))
        else:
            found[run[:LONGEST]] = None
    return list(found)
