"""The course of a meeting: stages of the agenda, pauses and breaks, the papers on the table, a quiet call for help."""

from dataclasses import dataclass
from datetime import datetime

from signaling.before import Before
from signaling.consent import Consent
from signaling.errors import NothingShown, ProtocolError
from signaling.events import Attendance, ClosePeer, Disconnect, Effect, Noted, Send
from signaling.options import RoomOptions
from signaling.person import Person
from signaling.protocol import ChamberId, Empty, Stage
from signaling.times import wire


@dataclass
class Shown:
    """A paper of the case, by id, and the page."""

    document: str
    page: int


class Course(Consent):
    def __init__(self, room: str, options: RoomOptions | None = None) -> None:
        super().__init__(room, options)
        self.break_until: float | None = None
        self.papers: dict[ChamberId, Shown] = {}

    def _stand(self, before: Before) -> list[Effect]:
        """As before the restart. Nobody is here yet but who needs no browser."""
        self.stage, self._lead, self._names = before.stage, before.lead, dict(before.names)
        self.locked_to = before.inside() if before.locked else None
        if before.paused:
            self.state, self.break_until = "paused", before.break_until
        for person in self.people.values():
            person.name = self._names.get(person.id, person.name)
            if person.id in before.removed:
                person.seat = "removed"
            beside = before.devices.get(person.id, ())
            person.device_people = tuple(one for one in beside if one in self.people)
        phones = [p for p in self.people.values() if p.id in before.phones and p.seat == "invited"]
        return [effect for p in phones if self._unfit(p, self.home(p)) is None for effect in self._phone(p, True)]

    def _set_stage(self, host: Person, stage: Stage) -> list[Effect]:
        """Told to everybody by its name only."""
        if stage == self.stage:
            return []
        self.stage = stage
        return [Noted("stage", host.id, {"stage": stage})]

    # --- pauses -----------------------------------------------------------------------------------------------------

    def _order(self, act: str, by: str, now: float) -> list[Effect]:
        if self.state == "ended":
            return []
        if act in ("pause", "resume"):
            state, self.break_until = self.state, None
            self.state = "paused" if act == "pause" else "open"
            return [Noted(act + "d", by)] if state != self.state else []
        if act != "end":
            raise ProtocolError(act)
        return self._end(now)

    def _break(self, host: Person, until: datetime, now: float) -> list[Effect]:
        """Raises ProtocolError for a time that is past or more than `longest_break` away."""
        end = until.timestamp()
        if not now < end <= now + self.options.longest_break:
            raise ProtocolError("break")
        if (self.state, self.break_until) == ("paused", end):
            return []
        self.state, self.break_until = "paused", end
        return [Noted("break", host.id, {"until": wire(end)})]

    def _end(self, now: float) -> list[Effect]:
        counted = self._count(now)
        self.state, self.move, self.talk_since, self.since = "ended", None, None, {}
        effects = self._stop("ended") if self.recording == "on" else []
        self.papers = {}
        for person in self.people.values():
            if person.seated:
                effects.append(ClosePeer(person.id))
            if person.seated or person.seat == "waiting":
                person.seat, person.chamber, person.sending, person.phone = "out", None, False, False
                effects.append(Attendance(person.id, person.seat, None))
            if person.connected:
                person.connected = False
                effects += [Send(person.id, "ended", Empty()), Disconnect(person.id)]
        return effects + counted

    # --- papers on the table ------------------------------------------------------------------------------------------

    def shown(self, person: str) -> tuple[str, int] | None:
        """Document and page on the table of the person's chamber now, while what is shown there is seen."""
        one = self.people.get(person)
        if one is None or one.chamber is None or not self.live(one):
            return None
        paper = self.papers.get(one.chamber)
        return (paper.document, paper.page) if paper is not None else None

    def _show_document(self, host: Person, document: str, page: int) -> list[Effect]:
        self.papers[self._chamber(host)] = Shown(document, page)
        return []

    def _turn_page(self, host: Person, page: int) -> list[Effect]:
        """Raises NothingShown."""
        if (paper := self.papers.get(self._chamber(host))) is None:
            raise NothingShown
        paper.page = page
        return []

    def _clear_tables(self) -> None:
        """After every event: a paper does not wait in a private chamber for the next talk there."""
        for chamber in [c for c in self.papers if c != "joint" and not any(p.is_host for p in self.in_chamber(c))]:
            del self.papers[chamber]

    # --- help ---------------------------------------------------------------------------------------------------------

    def _distress(self, person: Person, on: bool) -> list[Effect]:
        """Seen by the hosts and the person alone. The journal says that, never why."""
        if on == (person.distress != ""):
            return []
        person.distress = "sent" if on else ""
        return [Noted("distress" if on else "distress_over", person.id)]

    def _distress_seen(self, host: Person, person: Person) -> list[Effect]:
        if person.distress != "sent":
            return []
        person.distress = "seen"
        return [Noted("distress_seen", host.id, {"of": person.id})]
