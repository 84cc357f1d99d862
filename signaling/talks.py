"""Written words: to one's chamber, to one person, from a host to all; and spoken ones written down by the speaker's own
device. Never stored."""

from msgspec import Struct

from signaling.errors import Moving, NobodyHears, RightMissing, TooMany
from signaling.events import Effect, Send
from signaling.moves import Moves
from signaling.options import RoomOptions
from signaling.person import Person
from signaling.protocol import Broadcast, Caption, ChamberId, Chat
from signaling.rights import PRIVATE, Right
from signaling.times import wire

LATE = 3.0
"""Seconds from the first word of a line until the first of it may come here: a device listens, then waits a second."""
LINES = 64
"""Lines of one speaker that may still grow."""
Since = dict[str, tuple[tuple[ChamberId | None, int], float]]
"""Person -> chamber and epoch, since when (Unix seconds)."""


class Talks(Moves):
    def __init__(self, room: str, options: RoomOptions | None = None) -> None:
        super().__init__(room, options)
        self._settled: Since = {}
        """Who is where, not on the way: a page begins to write down anew when this changes."""
        self._hearing: Since = {}
        """The same, while the chamber is not silent."""

    def _chat(self, person: Person, text: str, key: str, now: float) -> list[Effect]:
        """To those in the sender's chamber at this moment."""
        if key in person.chat_keys:
            return []
        if self.draining(person):
            raise Moving
        readers = self.mates(person.id)
        if self.state != "open" or person.seat != "present" or len(readers) < 2:
            raise NobodyHears
        line = Chat(person.id, person.name, text, wire(now), key, self._chamber(person))
        return self._write(person, [p for p in self.people if p in readers], "chat", line, key, now)

    def _write_to(self, person: Person, to: str, text: str, key: str, now: float) -> list[Effect]:
        """Between a host and one other, wherever both are; the chamber is not told, so that nobody learns where the
        host is. A stranger and somebody whose line is lost are answered alike."""
        if key in person.chat_keys:
            return []
        other = self.people.get(to)
        if not person.is_host and (other is None or not other.is_host):
            raise RightMissing(Right.WRITE)
        if other is None or other is person or not other.connected:
            raise NobodyHears
        line = Chat(person.id, person.name, text, wire(now), key, None, other.id)
        return self._write(person, [person.id, other.id], "chat", line, key, now)

    def _broadcast(self, host: Person, text: str, key: str, now: float) -> list[Effect]:
        """To everybody in all chambers and the lobby."""
        if key in host.chat_keys:
            return []
        readers = [p.id for p in self.people.values() if p.connected]
        return self._write(host, readers, "broadcast", Broadcast(host.name, text, wire(now), key), key, now)

    def _caption(self, person: Person, epoch: int, key: str, text: str, now: float) -> list[Effect]:
        """To those who hear the person and heard them when the line began, and only while they are still where it was
        spoken: a device writes down later than its owner speaks. A line begun where nobody hears is nobody's later. Who
        just closed their own microphone may finish the line, whom a host holds may not."""
        if epoch != person.epoch or person.by_host["audio"]:
            raise NobodyHears
        if key not in person.lines:
            person.lines[key] = self._heard_begin(person, now)
            if len(person.lines) > LINES:
                del person.lines[next(iter(person.lines))]
        readers = self.hearers(person.id) & person.lines[key]
        if not readers:
            raise NobodyHears
        line = Caption(person.id, person.name, key, text, self._chamber(person))
        return [Send(reader, "caption", line) for reader in self.people if reader in readers]

    def _heard_begin(self, person: Person, now: float) -> frozenset[str]:
        """Who heard a line from its first word, the first of which has come to be read now."""
        _, settled = self._settled.get(person.id, (None, now))
        begun = max(settled, now - LATE)
        since = {p: at for p, (_, at) in self._hearing.items()}
        return frozenset(p for p in self.hearers(person.id) if since.get(p, now) <= begun)

    def _watch_hearing(self, now: float) -> None:
        """After every event."""
        here = [p for p in self.people.values() if p.seat == "present" and not self.draining(p)]
        silent = self.silent()
        hearing = [p for p in here if self.state == "open" and (p.chamber in PRIVATE or not silent)]
        self._settled = _since(self._settled, here, now)
        self._hearing = _since(self._hearing, hearing, now)

    def _write(self, person: Person, to: list[str], event: str, body: Struct, key: str, now: float) -> list[Effect]:
        times, window = person.chat_times, self.options.chat_window
        while times and times[0] <= now - window:
            times.popleft()
        if len(times) >= self.options.chat_lines:
            raise TooMany(str(round(times[0] + window - now) or 1))
        times.append(now)
        person.chat_keys.append(key)
        return [Send(reader, event, body) for reader in to]


def _since(known: Since, people: list[Person], now: float) -> Since:
    places = {p.id: (p.chamber, p.epoch) for p in people}
    return {p: known[p] if p in known and known[p][0] == place else (place, now) for p, place in places.items()}
