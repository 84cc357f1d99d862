"""Who of those heard gets how much of one subscriber's pipe. Pure.

Voices always, and the screen that is looked at. Then a lowest layer for everybody in sight, the speaker before the
others by size; then, in the same order, better ones. What does not fit is paused, the least important first.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

LARGE = 1080
"""Pixels of height assumed while the browser has not said."""
SMALL, MIDDLE = 200, 400
"""Heights up to which the lowest and the second layer suffice: a quarter and a half of 720 lines, and a little."""
MARGIN = 1.1
"""More room than it takes now is asked before a layer is raised: what is taken is kept."""
LEAST = 150_000
"""Bit/s a source of one quality is never asked to go below: who cannot take that is spared the picture."""


Rising = Literal["none", "paused", "all"]
"""Nobody, those who have nothing, everybody."""


class Share(NamedTuple):
    """What a picture gets: a layer, None for paused, and the bit/s asked of a source that has only one."""

    layer: int | None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Want:
    """One picture of one source. `layers` are bit/s, lowest first, not empty; `aim` is what it has, None: paused."""

    key: Hashable
    screen: bool
    loud: bool
    pixels: int
    layers: Sequence[int]
    aim: int | None


def ceiling(want: Want) -> int | None:
    """The best layer of use for the size shown; None when it is not seen."""
    if want.pixels <= 0:
        return None
    top = len(want.layers) - 1
    if want.screen or want.pixels > MIDDLE:
        return top
    return min(top, 0 if want.pixels <= SMALL else 1)


def wish(wants: Sequence[Want]) -> int:
    """Bit/s all pictures would take at their best layer of use."""
    return sum(want.layers[top] for want in wants if (top := ceiling(want)) is not None)


def allocate(budget: float, wants: Sequence[Want], rising: Rising) -> Mapping[Hashable, Share]:
    """By key. `budget` is bit/s without the voices; `rising` says who may get more than now."""
    order = sorted(wants, key=lambda want: (not want.loud, -want.pixels))
    aims: dict[Hashable, int | None] = {want.key: None for want in wants}
    seen = [(want, top) for want in order if (top := ceiling(want)) is not None]
    left = budget
    for want, _ in seen:
        if want.screen:  # its key frame is the price of reading: it waits, it is never left out
            aims[want.key] = 0
            left -= max(0.0, min(want.layers[0], left))

    def afford(want: Want, layer: int, paid: int) -> bool:
        nonlocal left
        price = want.layers[layer] - paid
        raised = want.aim is None or layer > want.aim
        if raised and not (rising == "all" or (rising == "paused" and want.aim is None)):
            return False
        if (want.aim is None and layer > 0) or price * (MARGIN if raised else 1.0) > left:
            return False
        left -= price
        aims[want.key] = layer
        return True

    kept = [(want, top) for want, top in seen if not want.screen and afford(want, 0, 0)]
    for want, top in kept:
        paid = want.layers[0]
        for layer in range(1, top + 1):
            if not afford(want, layer, paid):
                break
            paid = want.layers[layer]
    limit = _limit(budget, [want for want, _ in seen])
    return {want.key: Share(aims[want.key], limit if _only(want) else None) for want in wants}


def _only(want: Want) -> bool:
    """A camera of one quality: it can be asked to send less. A screen must stay legible."""
    return len(want.layers) == 1 and not want.screen


def _limit(budget: float, seen: Sequence[Want]) -> int | None:
    """What each camera of one quality may take, where the budget does not carry all that is wanted."""
    only = sum(_only(want) for want in seen)
    if not only or wish(seen) <= budget:
        return None
    others = sum(want.layers[0] for want in seen if not _only(want))
    return max(LEAST, int((budget - others) / only))
