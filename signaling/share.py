"""Who shows their screen: one person per chamber, only while those in it may see it. Pure, like chambers.py.

A share never outlives what it was begun under: it ends when its owner moves, leaves or loses the line, when the room is
paused and when the chamber falls silent, and it does not come back by itself.
"""

from signaling.errors import Moving, NobodySees, ShareTaken
from signaling.events import Close, Effect
from signaling.moves import Moves
from signaling.person import Person
from signaling.protocol import ChamberId


class Sharing(Moves):
    """The screen of everybody else is closed where packets are routed."""

    def sharer(self, chamber: ChamberId) -> Person | None:
        return next((p for p in self.in_chamber(chamber) if p.sharing), None)

    def _share(self, person: Person, on: bool) -> list[Effect]:
        """Raises ShareTaken when somebody else shares: only the host takes their place."""
        if on == person.sharing:
            return []
        if not on:
            return self._end_share(person)
        if self.draining(person):
            raise Moving
        if not self.live(person):
            raise NobodySees
        former = self.sharer(self._chamber(person))
        if former is not None and not person.is_host:
            raise ShareTaken(former.name)
        ended = self._end_share(former) if former is not None else []
        person.sharing = True
        return [*ended, Close(person.id, "screen", False)]

    def _end_share(self, person: Person) -> list[Effect]:
        if not person.sharing:
            return []
        person.sharing = False
        return [Close(person.id, "screen", True)] if person.seated else []

    def _end_shares(self) -> list[Effect]:
        """After every event: what may no longer be shown ends."""
        ending = [p for p in self.people.values() if p.sharing and not self.live(p)]
        return [effect for person in ending for effect in self._end_share(person)]
