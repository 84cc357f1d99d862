"""Whose turn it is: raised hands, the speaking order with its timer, the spotlight. Nobody is ever muted by it."""

from dataclasses import dataclass

from signaling.errors import NotInRoom
from signaling.events import Effect
from signaling.moves import Moves
from signaling.options import RoomOptions
from signaling.person import Person
from signaling.protocol import ChamberId


@dataclass
class Order:
    """`person` has the floor from `since` to `until` (Unix seconds); going over it has no consequence."""

    person: str
    since: float
    until: float
    seconds: int
    following: list[str]


class Floor(Moves):
    def __init__(self, room: str, options: RoomOptions | None = None) -> None:
        super().__init__(room, options)
        self.orders: dict[ChamberId, Order] = {}

    # --- hands ------------------------------------------------------------------------------------------------------

    def hands(self, people: list[Person]) -> list[str]:
        """Ids of those of them whose hand is up, the first raised first."""
        up = [(p.hand_at, p.id) for p in people if p.hand_at is not None]
        return [person for _, person in sorted(up, key=lambda one: one[0])]

    def _raise(self, person: Person, wants: bool, now: float) -> list[Effect]:
        if wants != person.hand:
            person.hand_at = now if wants else None
        return []

    # --- the speaking order -------------------------------------------------------------------------------------------

    def _set_order(self, host: Person, people: list[str], seconds: int, now: float) -> list[Effect]:
        """Raises NotInRoom when somebody named is not in the host's chamber."""
        chamber = self._chamber(host)
        here = {p.id for p in self.in_chamber(chamber)}
        if missing := [person for person in people if person not in here]:
            raise NotInRoom(missing[0])
        self.orders.pop(chamber, None)
        if people:
            self._give(chamber, list(dict.fromkeys(people)), seconds, now)
        return []

    def _give(self, chamber: ChamberId, people: list[str], seconds: int, now: float) -> None:
        first, *following = people
        self.orders[chamber] = Order(first, now, now + seconds, seconds, following)
        self._get(first).hand_at = None

    def _next_speaker(self, host: Person, now: float) -> list[Effect]:
        chamber = self._chamber(host)
        if (order := self.orders.pop(chamber, None)) is not None and order.following:
            self._give(chamber, order.following, order.seconds, now)
        return []

    def _more_time(self, host: Person, seconds: int) -> list[Effect]:
        if (order := self.orders.get(self._chamber(host))) is not None:
            order.until += seconds
        return []

    def _keep_orders(self, now: float) -> None:
        """After every event: who is no longer in the chamber has no turn there."""
        for chamber, order in list(self.orders.items()):
            here = {p.id for p in self.in_chamber(chamber)}
            order.following = [person for person in order.following if person in here]
            if order.person in here:
                continue
            del self.orders[chamber]
            if order.following:
                self._give(chamber, order.following, order.seconds, now)

    # --- the spotlight ------------------------------------------------------------------------------------------------

    def _spotlight(self, host: Person, wanted: str) -> list[Effect]:
        """Raises NotInRoom when that person is not in the host's chamber."""
        here = self.in_chamber(self._chamber(host))
        if wanted and wanted not in {p.id for p in here}:
            raise NotInRoom(wanted)
        for person in here:
            person.spotlit = person.id == wanted
        return []
