"""One person in a room: the table of their seat, and what the room remembers of them. Decides nothing about others."""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

from signaling.errors import IllegalAct
from signaling.protocol import ByHost, ChamberId, DeviceKind, Distress, Kind, Muted, Role, Seat, SetName, Side, Speaks
from signaling.rights import Where, is_host, kind
from signaling.ticket import Ticket


class Act(StrEnum):
    """What happens to a seat."""

    KNOCK = "knock"
    ADMIT = "admit"
    REFUSE = "refuse"
    BACK = "back_to_lobby"
    LOSE = "lose"
    RETURN = "return"
    MOVE = "move"
    EXPIRE = "expire"
    LEAVE = "leave"
    REMOVE = "remove"
    PHONE = "phone"
    """Seated by the host, to take part by ordinary telephone."""


TABLE: dict[tuple[Seat, Act], Seat] = {
    ("invited", Act.KNOCK): "waiting",
    ("invited", Act.PHONE): "present",
    ("waiting", Act.ADMIT): "present",
    ("waiting", Act.LOSE): "invited",
    ("waiting", Act.REFUSE): "out",
    ("waiting", Act.LEAVE): "out",
    ("present", Act.MOVE): "present",
    ("present", Act.BACK): "waiting",
    ("present", Act.LOSE): "interrupted",
    ("present", Act.LEAVE): "out",
    ("present", Act.REMOVE): "removed",
    ("interrupted", Act.RETURN): "present",
    ("interrupted", Act.MOVE): "interrupted",
    ("interrupted", Act.EXPIRE): "out",
    ("interrupted", Act.REMOVE): "removed",
    ("interrupted", Act.PHONE): "present",
    ("out", Act.KNOCK): "waiting",
    ("out", Act.PHONE): "present",
}


def advance(seat: Seat, act: Act) -> Seat:
    """The next state of the seat; raises IllegalAct naming what was possible."""
    try:
        return TABLE[seat, act]
    except KeyError:
        raise IllegalAct(seat, act, (known for state, known in TABLE if state == seat)) from None


def other(name: SetName) -> SetName:
    return "B" if name == "A" else "A"


@dataclass
class FlowSeen:
    """What a person's browser reported of one source: counters, and when each last grew (Unix seconds)."""

    audio: int
    video: int
    audio_at: float
    video_at: float
    audio_ok: bool = True
    video_ok: bool = True


@dataclass(eq=False)
class Person:
    """`sending` is false from the start of a drain until the next set is named: nothing of theirs is forwarded.
    `left` holds when each set was left, `epoch` the move that brought them where they are. `case_name` is the name in
    the ticket, `name` what others read. A `phone` is a seat without a connection. `at_home`: came where they belonged
    then. `line` is their own page's word, `loss` (per cent) and `rtt` (ms) what the media plane knows of the way to
    them."""

    id: str
    name: str
    role: Role
    side: Side
    case_name: str
    acts: bool = False
    tied_to: str = ""
    device_people: tuple[str, ...] = ()
    """Ids of the others at the same device; `device_as_of` is `as_of` for the ticket that says so."""
    device_as_of: int = 0
    apart: frozenset[str] = frozenset()
    speaks: Speaks = ""
    whom: str = ""
    whose: str = ""
    unnamed: frozenset[str] = frozenset()
    guarded: bool = False
    guardians: tuple[str, ...] = ()
    """Of who is `guarded`: whose word counts."""
    unwanted: bool = False
    as_of: int = 0
    """When the newest ticket expires, which is how new it is: an older one, kept by some page, changes nothing."""
    seat: Seat = "invited"
    phone: bool = False
    connected: bool = False
    chamber: ChamberId | None = None
    at_home: bool = False
    epoch: int = 0
    set: SetName = "A"
    left: dict[SetName, float] = field(default_factory=dict)
    sending: bool = False
    owes_drain: bool = False
    muted: dict[DeviceKind, bool] = field(default_factory=lambda: {"audio": False, "video": False})
    by_host: dict[DeviceKind, bool] = field(default_factory=lambda: {"audio": False, "video": False})
    sharing: bool = False
    hand_at: float | None = None
    spotlit: bool = False
    distress: Distress = ""
    line: int | None = None
    loss: int | None = None
    rtt: int | None = None
    lost_at: float | None = None
    flows: dict[str, FlowSeen] = field(default_factory=dict)
    unseen: frozenset[str] = frozenset()
    """Whose picture their own page does not show now: one that asks for none misses none."""
    lines: dict[str, frozenset[str]] = field(default_factory=dict)
    """Of captions, by key: who heard them begin."""
    chat_keys: deque[str] = field(default_factory=lambda: deque(maxlen=64))
    chat_times: deque[float] = field(default_factory=deque)

    @classmethod
    def of(cls, ticket: Ticket) -> "Person":
        person = cls(ticket.person, ticket.name, ticket.role, ticket.side, ticket.name)
        person.is_as(ticket)
        return person

    def is_as(self, ticket: Ticket) -> None:
        """The office decides again, with each ticket, who this is, with whom they go and whom they must not meet; a
        name given by the host stays. Of two tickets of the same second the stricter word counts."""
        if ticket.exp < self.as_of:
            return
        same = ticket.exp == self.as_of
        self.apart = frozenset(ticket.apart) | (self.apart if same else frozenset())
        self.unnamed = frozenset(ticket.unnamed) | (self.unnamed if same else frozenset())
        self.unwanted = ticket.unwanted or (same and self.unwanted)
        self.as_of = ticket.exp
        if self.name == self.case_name:
            self.name = ticket.name
        self.case_name, self.role, self.side = ticket.name, ticket.role, ticket.side
        self.acts, self.tied_to = ticket.acts, ticket.tied_to
        self.speaks, self.whom, self.whose = ticket.speaks, ticket.whom, ticket.whose
        self.guarded, self.guardians = ticket.guarded, ticket.guardians

    def sits_as(self, ticket: Ticket) -> None:
        """Who is at the device says the ticket it comes with; the office, which invites each alone, does not."""
        if ticket.exp >= self.device_as_of:
            self.device_people, self.device_as_of = tuple(one.person for one in ticket.device_people), ticket.exp

    def forget_line(self) -> None:
        """What was known of a connection that is no more."""
        self.flows, self.line, self.loss, self.rtt = {}, None, None, None

    @property
    def is_host(self) -> bool:
        return is_host(self.role)

    @property
    def where(self) -> Where:
        return kind(self.chamber)

    @property
    def hand(self) -> bool:
        return self.hand_at is not None

    @property
    def seated(self) -> bool:
        """Has a place in a chamber, be the line up or not."""
        return self.seat in ("present", "interrupted")

    @property
    def away(self) -> bool:
        """Neither in a chamber nor in the lobby, unless at somebody else's device."""
        return self.seat in ("invited", "out")

    def closed(self, kind: Kind) -> bool:
        """Nothing of this kind is forwarded: muted, or a screen that is not shared."""
        return not self.sharing if kind == "screen" else self.muted[kind] or self.by_host[kind]

    def muted_view(self) -> Muted:
        return Muted(self.closed("audio"), self.closed("video"), ByHost(self.by_host["audio"], self.by_host["video"]))
