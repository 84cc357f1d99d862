"""Learns the weights of words from the half not set aside: `python -m tests.server.suggesting.learn`.

A word starts with PRIOR sayings in the kind that lists it, beside what the texts say; one more for everybody keeps
zeros away. Sharpness and the least probability of a suggestion come from sixfold cross-validation on the same half."""

import json
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from server.law.disputes import DISPUTES
from server.suggesting.weighing import Likely, Weights, weigh
from tests.server.suggesting.sample import Labelled, halves, texts

OUTPUT = Path(__file__).parents[3] / "server" / "suggesting" / "weights.json"
PRIOR, FOLDS = 10, 6
RIGHT = 0.5
"""A suggestion must be right at least this often at the least probability it is made with."""


def learn(rows: Sequence[Labelled], sharpness: float = 1.0, least: float = 0.0) -> Weights:
    """Weights of every word of the taxonomy."""
    categories = tuple(dict.fromkeys(one.category for one in rows))
    of: dict[str, dict[str, float]] = {}
    floor: dict[str, float] = {}
    for kind in DISPUTES.values():
        for word in kind.words:
            said = Counter(one.category for one in rows if word in one.text)
            said[kind.code] += PRIOR
            share = said.total() / len(categories) + 1
            of[word] = {code: round(math.log((said[code] + 1) / share), 2) for code in categories if said[code]}
            floor[word] = round(math.log(1 / share), 2)
    return Weights(categories, of, floor, sharpness, least)


def crossed(rows: Sequence[Labelled], sharpness: float = 1.0) -> list[tuple[Labelled, list[Likely]]]:
    """Each text weighed by what the other folds taught."""
    judged = []
    for fold in range(FOLDS):
        weights = learn([one for place, one in enumerate(rows) if place % FOLDS != fold], sharpness)
        judged += [(one, weigh(one.text, weights)) for place, one in enumerate(rows) if place % FOLDS == fold]
    return judged


def sharpest(rows: Sequence[Labelled]) -> float:
    """The sharpness whose probabilities surprise least."""

    def surprise(sharpness: float) -> float:
        total = 0.0
        for one, likely in crossed(rows, sharpness):
            total -= math.log(
                next((each.probability for each in likely if each.category == one.category), 1 / len(DISPUTES))
            )
        return total

    return min((step / 10 for step in range(2, 21)), key=surprise)


def least(rows: Sequence[Labelled], sharpness: float) -> float:
    """The smallest probability around which suggestions are still right often enough."""
    tops = [
        (likely[0].probability, likely[0].category == one.category)
        for one, likely in crossed(rows, sharpness)
        if likely
    ]
    for step in range(2, 16):
        near = [right for probability, right in tops if step / 20 <= probability < step / 20 + 0.1]
        if near and sum(near) / len(near) >= RIGHT:
            return step / 20
    return 0.75


def main() -> None:
    train, _ = halves(texts())
    sharpness = sharpest(train)
    made = learn(train, sharpness, least(train, sharpness))
    words = ",\n".join(
        json.dumps(word, ensure_ascii=False) + ": " + json.dumps({"floor": made.floor[word], "of": made.of[word]})
        for word in made.of
    )
    head = {"categories": made.categories, "sharpness": made.sharpness, "least": made.least}
    OUTPUT.write_text(json.dumps(head)[:-1] + ', "words": {\n' + words + "\n}}\n", encoding="utf-8")
    print(f"{len(made.of)} words, sharpness {made.sharpness}, least {made.least}")


if __name__ == "__main__":
    main()
