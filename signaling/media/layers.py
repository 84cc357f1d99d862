"""Which of a source's layers a subscriber gets: the best live one under a ceiling. Pure.

A browser sends as many layers as its picture and its uplink allow; the top one may never appear (640x360 has two),
and any may fall silent. So a layer counts while it is alive, not because it was negotiated.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .receive import Inbound
from .types import RIDS

HIGHEST = len(RIDS) - 1
ALIVE = 0.6
"""Seconds of silence after which a layer is dead: a slow camera in the dark still sends five pictures a second."""


@dataclass(frozen=True, slots=True)
class LayerRate:
    """One live layer of a source."""

    index: int
    bitrate: int
    """Bit/s over the last second or so."""


def layer_of(rid: bytes | bytearray) -> int | None:
    """The index of a rid; None when it is not ours."""
    name = rid.decode("ascii", "replace")
    return RIDS.index(name) if name in RIDS else None


def alive(streams: Iterable[Inbound], now: float) -> list[Inbound]:
    """Live streams, lowest layer first; of two with the same layer the one learnt later."""
    found = {s.layer: s for s in streams if s.last_at is not None and now - s.last_at < ALIVE}
    return [found[index] for index in sorted(found)]


def choose(live: Iterable[Inbound], ceiling: int | None) -> Inbound | None:
    """Of `live`, lowest first, the best not above `ceiling`, or the lowest; None when paused or nothing lives."""
    best: Inbound | None = None
    if ceiling is not None:
        for stream in live:
            if best is None or stream.layer <= ceiling:
                best = stream
    return best
