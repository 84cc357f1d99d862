"""What a room writes down: the facts among its effects go to the office, in order. The meeting goes on when nobody can
write, and the operator is told at once."""

import logging
from collections.abc import Awaitable
from datetime import datetime

from signaling.events import Attendance, Counted, Effect, Moved, Noted
from signaling.office import RoomListener
from signaling.tally import Tally
from signaling.times import moment

log = logging.getLogger(__name__)


class Chronicle:
    """Of one room."""

    def __init__(self, room: str, listener: RoomListener, tally: Tally) -> None:
        self._room, self._listener, self._tally = room, listener, tally

    async def write(self, effect: Effect, now: float) -> None:
        """Nothing for what is no fact; `now` in Unix seconds."""
        if (written := self._told(effect, moment(now))) is None:
            return
        try:
            await written
        except Exception:
            log.exception("journal.failed", extra={"room": self._room, "what": type(effect).__name__.lower()})

    def _told(self, effect: Effect, at: datetime) -> Awaitable[None] | None:
        match effect:
            case Attendance(person, state, chamber):
                log.info("seat.changed", extra={"room": self._room, "person": person, "state": state})
                return self._listener.on_attendance(self._room, person, state, chamber, at)
            case Moved(epoch, people, chamber):
                return self._listener.on_move(self._room, epoch, people, chamber, at)
            case Counted(epoch, people, received):
                return self._listener.on_counts(self._room, epoch, people, self._tally.take(), received, at)
            case Noted(what, person, detail):
                return self._listener.on_note(self._room, what, person, detail, at)
        return None
