"""The whole suggestion for one text. Pure; decides nothing."""

from functools import cache
from pathlib import Path

from server.suggesting import signs
from server.suggesting.danger import signs as dangers
from server.suggesting.model import Proposed, Reason, Suggestion
from server.suggesting.weighing import Weights, read, weigh

OTHERS = 3


@cache
def learned() -> Weights:
    """The weights shipped; read once."""
    return read(Path(__file__).with_name("weights.json"))


def suggest(text: str, weights: Weights | None = None) -> Suggestion:
    """What a text of some ten to a few hundred characters is probably about. `weights` other than the shipped ones are
    for measuring."""
    chosen = weights or learned()
    likely = weigh(text, chosen)
    top = likely[0] if likely and likely[0].probability >= chosen.least else None
    category = Proposed(top.category, (Reason("words", top.words[:4]),)) if top else Proposed("", (Reason("unclear"),))
    rest = likely[1:] if top else likely
    return Suggestion(
        category,
        signs.complexity(text),
        signs.route(text, category.value),
        tuple(one.category for one in rest[:OTHERS]),
        dangers(text),
        signs.notes(text, category.value),
    )
