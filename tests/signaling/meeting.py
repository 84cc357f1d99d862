"""A small script language over the pure room: who says what, at a clock that only moves when told."""

from typing import TypeVar

from msgspec import Struct

from signaling.events import Effect, Event, Knock, Lose, Order, Said, Send, Tick
from signaling.options import RoomOptions
from signaling.protocol import (
    Admit,
    ChamberId,
    ChatLine,
    DeviceKind,
    Drained,
    Draining,
    Empty,
    Go,
    HostMute,
    Move,
    Mute,
    Role,
    RoomView,
    Side,
    Target,
    WantToSpeak,
)
from signaling.room import Room
from signaling.ticket import Ticket
from signaling.view import view

T = TypeVar("T", bound=Struct)
CAST: dict[str, tuple[str, Role, Side]] = {
    "gu": ("顾明华", "mediator", ""),
    "lin": ("林秀珍", "applicant", "applicant"),
    "chen": ("陈国栋", "respondent", "respondent"),
    "wu": ("吴晓琳", "respondent", "respondent"),
    "han": ("韩悦", "interpreter", "applicant"),
    "li": ("李敏", "expert", ""),
    "su": ("苏婉", "observer", ""),
    "he": ("何雨晴", "mediator", ""),
    "fang": ("方静", "co_mediator", ""),
    "bai": ("白露", "applicant", "applicant"),
    "tang": ("唐宁", "interpreter", ""),
    "ye": ("叶青", "witness", ""),
    "zhou": ("周敏", "recorder", ""),
}


class Meeting:
    """`apart` and `tied` stand in the tickets. `epoch` acknowledgements are sent by hand, or all at once with
    `all_drained`."""

    def __init__(
        self,
        *present: str,
        options: RoomOptions | None = None,
        apart: dict[str, tuple[str, ...]] | None = None,
        tied: dict[str, str] | None = None,
        wards: dict[str, tuple[str, ...]] | None = None,
        whom: dict[str, str] | None = None,
    ) -> None:
        self.apart, self.tied, self.wards = apart or {}, tied or {}, wards or {}
        self.whom = whom or {}
        self.room = Room("ses_1", options)
        self.now = 1_000_000.0
        for person in present:
            self.arrive(person)

    def do(self, event: Event) -> list[Effect]:
        return self.room.apply(event, self.now)

    def ticket(self, person: str) -> Ticket:
        name, role, side = CAST[person]
        apart, tied_to = self.apart.get(person, ()), self.tied.get(person, "")
        return Ticket(
            "ses_1", person, name, role, side, exp=2**40, apart=apart, tied_to=tied_to,
            speaks="guardian" if person in self.whom else "", whom=self.whom.get(person, ""),
            whose=CAST[self.whom[person]][0] if person in self.whom else "",
            guarded=person in self.wards, guardians=self.wards.get(person, ()),
        )  # fmt: skip

    def knock(self, person: str, resumes: bool = False, returns: ChamberId | None = None) -> list[Effect]:
        return self.do(Knock(self.ticket(person), resumes, returns))

    def arrive(self, person: str) -> list[Effect]:
        effects = self.knock(person)
        return effects if self.room.people[person].is_host else effects + self.target("admit", person)

    def lose(self, person: str) -> list[Effect]:
        return self.do(Lose(person))

    def say(self, person: str, act: str, body: Struct | None = None) -> list[Effect]:
        return self.do(Said(person, act, body or Empty()))

    def target(self, act: str, person: str, host: str = "gu") -> list[Effect]:
        return self.say(host, act, Admit(person) if act == "admit" else Target(person))

    def move(self, chamber: ChamberId, *people: str, host: str = "gu") -> list[Effect]:
        return self.say(host, "move", Move(list(people), chamber))

    def drained(self, person: str, epoch: int | None = None) -> list[Effect]:
        return self.say(person, "drained", Drained(self.room.epoch if epoch is None else epoch))

    def all_drained(self) -> list[Effect]:
        effects: list[Effect] = []
        for person in sorted(self.room.move.waiting) if self.room.move else []:
            effects += self.drained(person)
        return effects

    def moved(self, chamber: ChamberId, *people: str) -> list[Effect]:
        """A whole move that everyone acknowledges, after the sets have rested."""
        self.later(11)
        return self.move(chamber, *people) + self.all_drained()

    def mute(self, person: str, kind: DeviceKind, muted: bool) -> list[Effect]:
        return self.say(person, "mute", Mute(kind, muted))

    def host_mute(self, person: str, kind: DeviceKind, muted: bool) -> list[Effect]:
        return self.say("gu", "host_mute", HostMute(person, kind, muted))

    def chat(self, person: str, text: str, key: str) -> list[Effect]:
        return self.say(person, "chat", ChatLine(text, key))

    def hand(self, person: str, wants: bool = True) -> list[Effect]:
        return self.say(person, "want_to_speak", WantToSpeak(wants))

    def order(self, act: str) -> list[Effect]:
        return self.do(Order(act))

    def later(self, seconds: float) -> list[Effect]:
        """Let time pass, waking the room whenever it asked to be woken."""
        end, effects = self.now + seconds, list[Effect]()
        while (wake := self.room.next_wake()) is not None and wake <= end:
            self.now = max(self.now, wake)
            effects += self.do(Tick())
        self.now = end
        return effects

    def sees(self, person: str) -> RoomView:
        return view(self.room, person)


def sent(effects: list[Effect], person: str, kind: type[T]) -> list[T]:
    """Payloads of that kind sent to the person."""
    return [e.body for e in effects if isinstance(e, Send) and e.person == person and isinstance(e.body, kind)]


def told_to_stop(effects: list[Effect]) -> set[str]:
    return {e.person for e in effects if isinstance(e, Send) and isinstance(e.body, Draining)}


def go_of(effects: list[Effect], person: str) -> Go | None:
    return next(iter(sent(effects, person, Go)), None)
