"""Whether the joint chamber is recorded: only while every person present there has agreed, and only said together.

An answer holds until its owner changes it or somebody else sits down at their device. Who comes and has not answered
stops the recording until they agree; a private talk, a pause or the wrong stage stops it until a host asks again. A
refusal or a revocation stops it at once. For a ward the word of a guardian counts, said there too; their own is heard.
"""

from signaling.errors import NotInRoom, NotRecording, RightMissing
from signaling.events import Effect, Noted, StartRecording, StopRecording
from signaling.moves import Moves
from signaling.options import RoomOptions
from signaling.person import Person
from signaling.protocol import ChamberId, RecordingState, RecordingWhat, Stage, StopReason
from signaling.rights import Right
from signaling.ticket import Ticket

READING: tuple[Stage, ...] = ("reading", "signing")


class Consent(Moves):
    """`answers` holds what each person said to `what`; who said nothing is not in it."""

    def __init__(self, room: str, options: RoomOptions | None = None) -> None:
        super().__init__(room, options)
        self.stage: Stage = ""
        self.recording: RecordingState = "off"
        self.recording_what: RecordingWhat = "all"
        self.recording_since: float | None = None
        self.recording_reason: StopReason = ""
        self.answers: dict[str, bool] = {}

    def _knock(self, ticket: Ticket, resumes: bool, returns: ChamberId | None) -> list[Effect]:
        """A yes was not said by who has sat down beside somebody since, nor, by a host, for who comes by browser."""
        known = self.people.get(ticket.person)
        phone, beside = (known.phone, set(known.device_people)) if known is not None else (False, set[str]())
        effects = super()._knock(ticket, resumes, returns)
        if phone or not beside.issuperset(self._get(ticket.person).device_people):
            self.answers.pop(ticket.person, None)
        return effects

    def asked(self) -> list[Person]:
        """Whose agreement a recording needs now: everybody in the joint chamber whose line is up."""
        return [p for p in self.in_chamber("joint") if p.seat == "present"]

    def counts(self, person: Person) -> bool:
        """Somebody at the device answers for themself."""
        return not all(one.guarded for one in self.at_device(person))

    def wards(self, guardian: Person) -> list[Person]:
        """Who is asked, or sits beside somebody who is, and for whom the word from this device counts."""
        here = {one.id for one in self.at_device(guardian)}
        return [
            one for p in self.asked() for one in self.at_device(p) if one.guarded and here.intersection(one.guardians)
        ]

    def missing(self) -> list[str]:
        """Who has not answered, and who has a ward with them for whom no guardian in the joint chamber said yes."""
        agreed = {one.id for p in self.asked() if self.answers.get(p.id) for one in self.at_device(p)}
        return [
            p.id
            for p in self.asked()
            if (self.counts(p) and p.id not in self.answers)
            or any(one.guarded and agreed.isdisjoint(one.guardians) for one in self.at_device(p))
        ]

    def refused(self) -> list[str]:
        return [p.id for p in self.asked() if self.answers.get(p.id) is False and self.counts(p)]

    def unwilling(self) -> list[str]:
        """Wards who said no themselves: heard, for whoever decides [CIV 35]."""
        return [p.id for p in self.asked() if self.answers.get(p.id) is False and not self.counts(p)]

    def _ask(self, host: Person, what: RecordingWhat) -> list[Effect]:
        """Asking is agreeing. Asked for something else, or after a refusal, everybody without a yes to it is asked
        anew."""
        if self.recording in ("asking", "on") and self.recording_what == what:
            return []
        effects = self._stop("host") if self.recording == "on" else []
        self.answers = {p: yes for p, yes in self.answers.items() if yes and self.recording_what == what}
        self.answers[host.id] = True
        self.recording, self.recording_what, self.recording_reason = "asking", what, ""
        return [*effects, Noted("recording_asked", host.id, {"what": what}), self._answered(host.id, True, host.id)]

    def _agree(self, person: Person, agree: bool, of: str) -> list[Effect]:
        """Raises NotRecording when nobody asked; RightMissing when it is not one's own to say."""
        if self.recording == "off":
            raise NotRecording
        target = self._get(of) if of else person
        if target is not person and not (person.is_host and target.phone):
            raise RightMissing(Right.HOST)
        if target not in self.asked():
            raise NotInRoom(target.id)
        if self.answers.get(target.id) is agree:
            return []
        self.answers[target.id] = agree
        effects: list[Effect] = [self._answered(target.id, agree, person.id)]
        if not agree and self.counts(target) and self.recording in ("on", "asking"):
            effects += self._stop("revoked" if self.recording == "on" else "refused")
        return effects

    def _answered(self, person: str, agree: bool, by: str) -> Effect:
        return Noted("recording_agreed" if agree else "recording_refused", person, {"by": by})

    def _stop_recording(self, why: StopReason) -> list[Effect]:
        """Raises NotRecording."""
        if self.recording == "stopped":
            return []
        if self.recording == "off":
            raise NotRecording
        return self._stop(why)

    def _stop(self, why: StopReason, then: RecordingState = "stopped") -> list[Effect]:
        was, self.recording = self.recording, then
        self.recording_since, self.recording_reason = None, why
        return [StopRecording(why), Noted("recording_stopped", "", {"why": why})] if was == "on" else []

    def _recording_failed(self) -> list[Effect]:
        """The meeting goes on; hosts read why it stopped."""
        return self._stop("failed") if self.recording == "on" else []

    def _watch_recording(self, now: float) -> list[Effect]:
        """After every event: what may not be recorded any more stops, what may be begins."""
        if self.recording == "on":
            if (why := self._hindrance()) != "":
                return self._stop(why)
            if self.missing():
                return self._stop("newcomer", then="asking")
            if self.refused():
                return self._stop("refused")
        elif self.recording == "asking" and self._hindrance() == "" and self.asked():
            if self.refused():  # somebody came back who had said no
                return self._stop("refused")
            if not self.missing():
                self.recording, self.recording_since, self.recording_reason = "on", now, ""
                return [
                    StartRecording(self.epoch),
                    Noted("recording_started", "", {"what": self.recording_what, "epoch": self.epoch}),
                ]
        return []

    def recorded(self) -> list[str]:
        """Whose sound and picture the recording may take now: who is heard in the joint chamber."""
        return [p.id for p in self.in_chamber("joint") if self.recording == "on" and self.hearers(p.id)]

    def in_recording(self) -> dict[str, tuple[str, ...]]:
        """Who is in the recording now, each with who else is seen or heard in theirs: at the same device, or through a
        host's telephone."""
        phones = tuple(p.id for p in self.asked() if self.recording == "on" and p.phone)
        taken = {p.id: p.device_people + (phones if p.is_host else ()) for p in map(self._get, self.recorded())}
        return taken | dict.fromkeys(phones, ())

    def _hindrance(self) -> StopReason:
        if self.state != "open":
            return "ended" if self.state == "ended" else "paused"
        if self.private_talk():
            return "private_talk"
        if not any(p.is_host for p in self.asked()):
            return "no_host"
        if self.recording_what == "reading" and self.stage not in READING:
            return "stage"
        return ""
