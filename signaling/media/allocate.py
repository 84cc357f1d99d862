"""Who of those heard gets how much of one subscriber's pipe. Pure.

Voices always. Then a lowest layer for everybody in sight, screen before speaker before the others by size; then, in the
same order, better ones. What does not fit is paused, the least important first.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

LARGE = 1080
"""Pixels of height assumed while the browser has not said."""
SMALL, MIDDLE = 200, 400
"""Heights up to which the lowest and the second layer suffice: a quarter and a half of 720 lines, and a little."""
MARGIN = 1.1
"""More room than it takes now is asked before a layer is raised: what is taken is kept."""
UNKNOWN = 150_000
"""Bit/s assumed of a picture that has not come yet."""


@dataclass(frozen=True, slots=True)
class Want:
    """One picture of one source. `layers` are bit/s, lowest first; `aim` is what it has now, None when paused."""

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
    top = max(0, len(want.layers) - 1)
    if want.screen or want.pixels > MIDDLE:
        return top
    return min(top, 0 if want.pixels <= SMALL else 1)


def cost(want: Want, layer: int) -> int:
    return want.layers[layer] if want.layers else UNKNOWN


def wish(wants: Sequence[Want]) -> int:
    """Bit/s all pictures would take at their best layer of use."""
    return sum(cost(want, top) for want in wants if (top := ceiling(want)) is not None)


def allocate(budget: float, wants: Sequence[Want], rising: bool) -> Mapping[Hashable, int | None]:
    """Key -> layer, None for paused. `budget` is bit/s without the voices; unless `rising`, nothing gets more."""
    order = sorted(wants, key=lambda want: (not want.screen, not want.loud, -want.pixels))
    aims: dict[Hashable, int | None] = {want.key: None for want in wants}
    seen = [(want, top) for want in order if (top := ceiling(want)) is not None]
    left = budget

    def afford(want: Want, layer: int, paid: int) -> bool:
        nonlocal left
        price = cost(want, layer) - paid
        raised = want.aim is None or layer > want.aim
        if (raised and not rising) or price * (MARGIN if raised else 1.0) > left:
            return False
        left -= price
        aims[want.key] = layer
        return True

    kept = [(want, top) for want, top in seen if afford(want, 0, 0)]
    for want, top in kept:
        paid = cost(want, 0)
        for layer in range(1, top + 1):
            if not afford(want, layer, paid):
                break
            paid = cost(want, layer)
    return aims
