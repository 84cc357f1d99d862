"""What the clients say they received, by epoch: the half of the proof of isolation that does not come from the server.

An epoch lasts from one committed move to the next. Reports come every 2 s, so what arrived before a move may be
reported after it: counting begins with the first report `settle` seconds into the epoch. Nothing is dropped because it
should not have arrived: that is what the counts are for.
"""

from signaling.chambers import Chambers
from signaling.events import Counted, Effect
from signaling.options import RoomOptions
from signaling.protocol import ChamberId

Pair = tuple[int, int]
"""Packets of sound, frames of picture."""


class Counting(Chambers):
    def __init__(self, room: str, options: RoomOptions | None = None) -> None:
        super().__init__(room, options)
        self._began: float | None = None
        self._last: dict[tuple[str, str], Pair] = {}
        self._received: dict[tuple[str, str], Pair] = {}
        self._inside: dict[ChamberId, dict[str, None]] = {}
        """Who was in each chamber at any time of this epoch, in the order in which they were first there."""

    def _report(self, person: str, received: dict[str, Pair], now: float) -> None:
        self._began = now if self._began is None else self._began
        settled = now - self._began >= self.options.settle
        for source in received.keys() & self.people.keys():
            key, new = (person, source), received[source]
            last = self._last.get(key, new)
            if settled:
                old = self._received.get(key, (0, 0))
                self._received[key] = old[0] + _grown(last[0], new[0]), old[1] + _grown(last[1], new[1])
            self._last[key] = new

    def _see_who_is_where(self) -> None:
        """After every event."""
        for person in self.people.values():
            if person.seated and person.chamber is not None:
                self._inside.setdefault(person.chamber, {}).update(dict.fromkeys(p.id for p in self.at_device(person)))

    def account(self, now: float) -> list[Effect]:
        """What is counted so far, when the process stops in the middle of an epoch."""
        return self._count(now)

    def _count(self, now: float) -> list[Effect]:
        """The epoch that ends now."""
        people = {chamber: tuple(inside) for chamber, inside in self._inside.items()}
        table: dict[str, dict[str, Pair]] = {}
        for (receiver, source), pair in self._received.items():
            table.setdefault(receiver, {})[source] = pair
        self._began, self._received, self._inside = now, {}, {}
        return [Counted(self.epoch - 1 if self.move is not None else self.epoch, people, table)] if people else []


def _grown(old: int, new: int) -> int:
    """A page that was opened anew counts from nothing."""
    return new - old if new >= old else new
