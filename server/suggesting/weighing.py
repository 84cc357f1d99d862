"""Which category the words of a text speak for. Pure.

A text is the set of the taxonomy's words in it. Each has a weight per category, learned by
`python -m tests.server.suggesting.learn`; the weights of a category are added up. Nothing else enters, so that the
words found are the whole reason.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from server.law.disputes import DISPUTES


@dataclass(frozen=True, slots=True)
class Weights:
    """`of[word][category]`, a word's `floor` for the rest; `sharpness` turns sums into probabilities; below `least`
    there is no suggestion."""

    categories: tuple[str, ...]
    of: Mapping[str, Mapping[str, float]]
    floor: Mapping[str, float]
    sharpness: float
    least: float

    def weight(self, word: str, category: str) -> float:
        """Logarithm of how much oftener the word is said in this category than in all."""
        return self.of[word].get(category, self.floor[word])


@dataclass(frozen=True, slots=True)
class Likely:
    """One category, how likely (0..1), and the words that speak for it, the strongest first."""

    category: str
    probability: float
    words: tuple[str, ...]


def words_in(text: str, weights: Weights) -> tuple[str, ...]:
    """The words of the taxonomy in a text, each once, in the order of the table."""
    return tuple(word for word in weights.of if word in text)


def weigh(text: str, weights: Weights) -> list[Likely]:
    """All categories, the likeliest first; empty where no word is known."""
    found = words_in(text, weights)
    if not found:
        return []
    sums = {one: weights.sharpness * sum(weights.weight(word, one) for word in found) for one in weights.categories}
    top = max(sums.values())
    powers = {one: math.exp(value - top) for one, value in sums.items()}
    total = sum(powers.values())
    likely = [Likely(one, power / total, _speaking(found, one, weights)) for one, power in powers.items()]
    return sorted(likely, key=lambda one: -one.probability)


def _speaking(found: tuple[str, ...], category: str, weights: Weights) -> tuple[str, ...]:
    """Words for the category, none inside another."""
    mine = sorted((one for one in found if weights.weight(one, category) > 0), key=lambda one: -len(one))
    apart = [one for place, one in enumerate(mine) if not any(one in longer for longer in mine[:place])]
    return tuple(sorted(apart, key=lambda one: -weights.weight(one, category)))


def read(path: Path) -> Weights:
    """Weights as `learn` wrote them; raises ValueError for words that are not the taxonomy's."""
    data = json.loads(path.read_text(encoding="utf-8"))
    of = {word: row["of"] for word, row in data["words"].items()}
    if set(of) != {word for kind in DISPUTES.values() for word in kind.words}:
        raise ValueError("the taxonomy's words changed: python -m tests.server.suggesting.learn")
    floor = {word: row["floor"] for word, row in data["words"].items()}
    return Weights(tuple(data["categories"]), of, floor, data["sharpness"], data["least"])
