"""What a room is told of itself after a restart."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from signaling.protocol import ChamberId, Stage


@dataclass(frozen=True)
class Before:
    """How a room stood when the process before this one ended. `places`: in which chamber everybody had their seat,
    None for who was in the lobby; `phones`: who took part by telephone; `break_until` in Unix seconds; `removed`: who
    may not come again; `devices`: who else sat at somebody's; `lead`: whom it was handed over to; `names`: given by
    hosts."""

    places: Mapping[str, ChamberId | None]
    phones: frozenset[str] = frozenset()
    stage: Stage = ""
    locked: bool = False
    paused: bool = False
    break_until: float | None = None
    removed: frozenset[str] = frozenset()
    devices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lead: str = ""
    names: Mapping[str, str] = field(default_factory=dict)

    def place_of(self, person: str) -> ChamberId | None:
        """None without a seat; a private chamber when a private talk was on, be it theirs or not; else `joint`."""
        if self.places.get(person) is None:
            return None
        return next((place for place in self.places.values() if place not in (None, "joint")), "joint")

    def inside(self) -> set[str]:
        """Who was there, at a device of their own or at another's."""
        return {one for person in self.places for one in (person, *self.devices.get(person, ()))}
