"""What the server says: every event with its payload, and the answer to every event of a client."""

from msgspec import Struct

from signaling.protocol.asked import Empty
from signaling.protocol.words import (
    ChamberId,
    Distress,
    HostState,
    Kind,
    Line,
    RecordingState,
    RecordingWhat,
    Role,
    RoomState,
    Seat,
    SetName,
    Side,
    Speaks,
    Stage,
    StopReason,
)


class Source(Struct):
    """Which m-line of the offer carries whose sound or picture."""

    mid: str
    person: str
    kind: Kind


class SetMids(Struct):
    """The three m-lines one set publishes on."""

    audio: str
    video: str
    screen: str


class Offer(Struct):
    """The server always offers. `peer` names the media connection: an offer of another one begins anew. `sets` are the
    m-lines to send on, `sources` those that bring others."""

    peer: str
    n: int
    sdp: str
    sets: dict[SetName, SetMids]
    sources: list[Source]


class ByHost(Struct):
    """What the host holds closed."""

    audio: bool
    video: bool


class Muted(Struct):
    """Closed by the person or by the host; `by_host` says which of them the host holds."""

    audio: bool
    video: bool
    by_host: ByHost


class Flow(Struct):
    """Whether sound and picture of one person still arrive (nothing for 5 s: false)."""

    audio: bool
    video: bool


class Health(Struct):
    """Per person this one should be receiving; and of the way to them, as far as it is known, loss in per cent and
    round trip in milliseconds."""

    received: dict[str, Flow]
    loss: int | None
    rtt: int | None


class PersonView(Struct):
    """One person as another may see them. `health`, `silent` (fail closed after a move: no acknowledgement yet),
    `distress`, `case_name` (when renamed), `tied_to` (whom an interpreter speaks for) and `unwanted` (somebody of the
    dispute does not agree that they, or who sits beside them, take part: `aside` only) are filled for hosts only.
    `acts`: for somebody of their side. `speaks` and `whose`: as what and for whom by name, where the reader may know
    that name. `phone`: there by ordinary telephone; `device_people`: names of the others at the same device."""

    person: str
    name: str
    role: Role
    side: Side
    acts: bool
    speaks: Speaks
    whose: str
    state: Seat
    muted: Muted
    sharing: bool
    hand: bool
    line: Line | None
    lost_at: str | None
    phone: bool
    device_people: list[str]
    silent: bool
    health: Health | None
    distress: Distress
    case_name: str
    tied_to: str
    unwanted: bool


class YouView(Struct):
    """The person themselves. `may_share`: their role has the right to show a screen. `unheard_by`: names of people
    whose browser has received no sound of yours for 5 s although your microphone is open."""

    person: str
    name: str
    role: Role
    side: Side
    state: Seat
    chamber: ChamberId | None
    set: SetName | None
    muted: Muted
    sharing: bool
    may_share: bool
    hand: bool
    host: bool
    distress: Distress
    unheard_by: list[str]


class FloorView(Struct):
    """The speaking order: who has the floor, since and until when, who follows (ids)."""

    person: str
    since: str
    until: str
    following: list[str]


class DocumentView(Struct):
    """What is shown on the table of the chamber."""

    document: str
    page: int


class ChamberView(Struct):
    """One's own chamber. `talk` names the private talk there, "" for none: another one where others than hosts are
    in it. `hears`: names of those who can hear one now; `hands`: ids in the order they were raised; `spotlight`: an id
    or empty."""

    id: ChamberId
    talk: str
    epoch: int
    people: list[PersonView]
    hears: list[str]
    hands: list[str]
    spotlight: str
    floor: FloorView | None
    document: DocumentView | None


class ChamberPeople(Struct):
    """The host's list of a chamber. `since`: when the private talk there began."""

    id: ChamberId
    people: list[PersonView]
    hands: list[str]
    since: str | None


class RecordingView(Struct):
    """Of one's own chamber: whoever is not in the joint one reads `off`, but for hosts. `agreed` is one's own answer.
    `missing`, `refused`, `wards` (for whom a guardian answers) and `unwilling` (wards who said no themselves), all ids,
    are filled for hosts only. `heard`: one has a guardian, whose answer counts; `answers_for`: names of the wards for
    whom one's own does. `reason`: why it stopped."""

    state: RecordingState
    what: RecordingWhat
    since: str | None
    reason: StopReason
    agreed: bool | None
    heard: bool
    answers_for: list[str]
    missing: list[str]
    refused: list[str]
    wards: list[str]
    unwilling: list[str]


class MovingView(Struct):
    """A move under way. `until`: before that time the set cannot be used again, so the move still waits."""

    epoch: int
    until: str | None


class RoomView(Struct):
    """All that one person may know of the room, sent whole after each change. Times are RFC 3339 UTC.

    `away`: a private talk is going on and this person is not in it; no names, `since` when it began. `lead` is the id
    of the host who leads, empty for those not let in. `lobby`, `expected` (invited, not come) and `chambers` are filled
    for hosts only. `at` is the server's clock when this was sent: devices are often minutes off."""

    room: str
    state: RoomState
    you: YouView
    chamber: ChamberView | None
    host: HostState
    away: bool
    since: str | None
    lead: str
    locked: bool
    stage: Stage
    break_until: str | None
    recording: RecordingView
    lobby: list[PersonView]
    expected: list[PersonView]
    chambers: list[ChamberPeople]
    moving: MovingView | None
    at: str


class Draining(Struct):
    """Stop sending now (replaceTrack(null)), then send `drained` with this epoch."""

    epoch: int


class Go(Struct):
    """Send on this set from now on. `hears`: names of those who will hear one."""

    epoch: int
    set: SetName
    chamber: ChamberId
    hears: list[str]


class Chat(Struct, rename={"from_": "from"}):
    """A line of chat, given only to those who are in the sender's chamber at that moment; or, with `to` and without a
    chamber, to that person and its sender."""

    from_: str
    name: str
    text: str
    at: str
    key: str
    chamber: ChamberId | None
    to: str = ""


class Broadcast(Struct):
    """A host to everybody, in all chambers and the lobby."""

    name: str
    text: str
    at: str
    key: str


class Caption(Struct, rename={"from_": "from"}):
    """Words somebody speaks, as text, given only to those who hear them. A `key` of the same sender seen before: the
    line has grown."""

    from_: str
    name: str
    key: str
    text: str
    chamber: ChamberId


class Saving(Struct):
    """Whose picture is held back for now, so that sound comes through a thin line. Empty when all come again."""

    people: list[str]


class Changed(Struct):
    """Data changed, look again by GET: `agreement:<id>`, `ceremony:<id>` or `session`."""

    what: str


SERVER_EVENTS: dict[str, type[Struct]] = {
    "room": RoomView,
    "offer": Offer,
    "draining": Draining,
    "go": Go,
    "chat": Chat,
    "broadcast": Broadcast,
    "caption": Caption,
    "saving": Saving,
    "changed": Changed,
    "taken_over": Empty,
    "ended": Empty,
}


class Refusal(Struct):
    """Why an event was refused; the browser has words for each code."""

    code: str
    detail: str


class Ack(Struct, omit_defaults=True):
    """Answer to every client event."""

    ok: bool = False
    error: Refusal | None = None
