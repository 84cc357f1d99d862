"""Every event of namespace `/room`: name, direction, payload with its bounds. No I/O.

`python -m signaling.protocol` prints static/src/protocol.ts, which is generated from here and never edited.
"""

import types
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from msgspec import Meta, Struct

NAMESPACE = "/room"

PersonId = Annotated[str, Meta(min_length=1, max_length=64)]
Kind = Literal["audio", "video", "screen"]
DeviceKind = Literal["audio", "video"]
SetName = Literal["A", "B"]
ChamberId = Literal["joint", "caucus_applicant", "caucus_respondent", "side_applicant", "side_respondent", "aside"]
Role = Literal[
    "mediator",
    "co_mediator",
    "applicant",
    "respondent",
    "recorder",
    "expert",
    "interpreter",
    "witness",
    "observer",
]
Side = Literal["applicant", "respondent", ""]
Seat = Literal["invited", "waiting", "present", "interrupted", "out", "removed"]
RoomState = Literal["open", "paused", "ended"]
HostState = Literal["not_yet", "here", "away", "lost"]
Stage = Literal[
    "",
    "before",
    "lobby",
    "opening",
    "joint",
    "caucus",
    "proposals",
    "testing",
    "drafting",
    "reading",
    "signing",
    "closing",
]
Distress = Literal["", "sent", "seen"]
RecordingWhat = Literal["all", "reading"]
RecordingState = Literal["off", "asking", "on", "stopped"]
StopReason = Literal[
    "", "host", "refused", "revoked", "newcomer", "private_talk", "paused", "no_host", "stage", "failed", "ended"
]
Text = Annotated[str, Meta(min_length=1, max_length=1000)]
Key = Annotated[str, Meta(min_length=1, max_length=64)]
Seconds = Annotated[int, Meta(ge=10, le=3600)]
Page = Annotated[int, Meta(ge=1, le=5000)]
Line = Annotated[int, Meta(ge=0, le=4)]
Count = Annotated[int, Meta(ge=0, le=2**53)]


class Empty(Struct, forbid_unknown_fields=True):
    """No payload."""


class Connect(Struct):
    """The Socket.IO auth object. `device` is a random value a browser keeps, so that a copied ticket is noticed; `peer`
    that of the newest offer, while the page holds the media connection it belongs to."""

    ticket: Annotated[str, Meta(max_length=2048)]
    device: Annotated[str, Meta(min_length=8, max_length=64)]
    peer: Annotated[str, Meta(max_length=64)] = ""


# --- client to server ---------------------------------------------------------------------------------------------


class Answer(Struct):
    """The browser's answer to offer `n`."""

    n: Annotated[int, Meta(ge=0)]
    sdp: Annotated[str, Meta(max_length=60_000)]


class Target(Struct):
    """One other person."""

    person: PersonId


class Admit(Struct):
    """Let somebody in: to where they belong (the joint chamber, or their side's when they must be kept apart from
    somebody), or into `chamber`."""

    person: PersonId
    chamber: ChamberId | None = None


class Move(Struct):
    """Move people to a chamber. Into a caucus or aside the calling host always goes along; to `joint` with nobody
    named, everyone comes back to where they belong. Interpreters go with their person."""

    people: Annotated[list[PersonId], Meta(max_length=32)]
    chamber: ChamberId


class Drained(Struct):
    """The old set carries null tracks now; answer to `draining`."""

    epoch: Annotated[int, Meta(ge=0)]


class Mute(Struct):
    """One's own microphone (audio) or camera (video)."""

    kind: DeviceKind
    muted: bool


class HostMute(Struct):
    """The host closes a person's microphone or camera, or lets go of it. Letting go never opens it."""

    person: PersonId
    kind: DeviceKind
    muted: bool


class Share(Struct):
    """Show one's screen to one's own chamber, or stop. One person at a time; only the host takes another's place."""

    on: bool


class Watch(Struct):
    """What is looked at now: person -> height of their picture in CSS pixels times the device's ratio, 0 for unseen;
    who is not named is taken as large. `screen` is false while a shared screen is not in sight."""

    sizes: Annotated[dict[PersonId, Annotated[int, Meta(ge=0, le=16_384)]], Meta(max_length=32)]
    screen: bool = True


class ChatLine(Struct):
    """To one's chamber, or (`broadcast`) from a host to all. `key` is the sender's own id of this line: sent twice, it
    appears once."""

    text: Text
    key: Key


class Write(Struct):
    """To one person and nobody else: a host to anybody, anybody to a host."""

    to: PersonId
    text: Text
    key: Key


class CaptionLine(Struct):
    """Words of one's own that one's own device wrote down, shown by choice to those who hear one. `epoch` is the one
    they were spoken in; `key` is the sender's own id of the line: sent again, it takes the former's place."""

    epoch: Annotated[int, Meta(ge=0)]
    key: Key
    text: Text


class WantToSpeak(Struct):
    """Raise the hand, or call for the mediator while waiting; false lowers it."""

    wants: bool = True


class Switch(Struct):
    """On or off: lock (nobody knocks but who was in), distress (told to the hosts only)."""

    on: bool


class PhoneSeat(Struct):
    """Seat somebody who takes part by ordinary telephone, kept by the host; or end it."""

    person: PersonId
    on: bool


class Rename(Struct):
    """What the others read; the journal keeps the name of the case."""

    person: PersonId
    name: Annotated[str, Meta(min_length=1, max_length=40)]


class Spotlight(Struct):
    """Show one person of one's chamber large to all in it; empty: nobody."""

    person: Annotated[str, Meta(max_length=64)]


class SpeakingOrder(Struct):
    """Who speaks in one's chamber, in this order, the first at once; nobody named: the order ends. Nobody is muted by
    it."""

    people: Annotated[list[PersonId], Meta(max_length=32)]
    seconds: Seconds


class More(Struct):
    """Longer for whoever has the floor."""

    seconds: Seconds


class SetStage(Struct):
    stage: Stage


class Break(Struct):
    """Nobody is forwarded until `resume`; everybody reads until when."""

    until: Annotated[datetime, Meta(tz=True)]


class ShowDocument(Struct):
    """A paper of the case and its page, shown to one's chamber. Its picture comes by HTTP."""

    document: PersonId
    page: Page


class TurnPage(Struct):
    page: Page


class RecordingAsk(Struct):
    """All that is said together, or reading and signing only."""

    what: RecordingWhat


class RecordingAgree(Struct):
    """One's own answer, at any time again; a host gives the spoken one of somebody on the telephone (`person`)."""

    agree: bool
    person: Annotated[str, Meta(max_length=64)] = ""


class Received(Struct):
    """Packets of sound and decoded frames of picture received from one person since the page was opened."""

    audio: Count
    video: Count


class Stats(Struct):
    """Every 2 s: what arrived from whom, and the line's quality in bars (0 cut off, 4 good)."""

    received: Annotated[dict[PersonId, Received], Meta(max_length=32)]
    line: Line | None = None


CLIENT_EVENTS: dict[str, type[Struct]] = {
    "answer": Answer,
    "restart": Empty,
    "admit": Admit,
    "refuse": Target,
    "back_to_lobby": Target,
    "remove": Target,
    "move": Move,
    "drained": Drained,
    "mute": Mute,
    "host_mute": HostMute,
    "share": Share,
    "stop_share": Target,
    "watch": Watch,
    "chat": ChatLine,
    "write": Write,
    "broadcast": ChatLine,
    "caption": CaptionLine,
    "want_to_speak": WantToSpeak,
    "lower_hand": Target,
    "floor": SpeakingOrder,
    "floor_next": Empty,
    "floor_more": More,
    "spotlight": Spotlight,
    "mute_all": Empty,
    "distress": Switch,
    "distress_seen": Target,
    "hand_over": Target,
    "phone_seat": PhoneSeat,
    "lock": Switch,
    "rename": Rename,
    "stage": SetStage,
    "show_document": ShowDocument,
    "turn_page": TurnPage,
    "hide_document": Empty,
    "recording_ask": RecordingAsk,
    "recording_agree": RecordingAgree,
    "recording_stop": Empty,
    "stats": Stats,
    "pause": Empty,
    "break": Break,
    "resume": Empty,
    "leave": Empty,
    "end": Empty,
}


# --- server to client ---------------------------------------------------------------------------------------------


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
    `distress` and `case_name` (when renamed) are filled for hosts only. `phone`: there by ordinary telephone;
    `device_people`: names of the others at the same device."""

    person: str
    name: str
    role: Role
    side: Side
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
    """One's own chamber. `hears`: names of those who can hear one now; `hands`: ids in the order they were raised;
    `spotlight`: an id or empty."""

    id: ChamberId
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
    `missing` and `refused` (ids) are filled for hosts only. `reason`: why it stopped."""

    state: RecordingState
    what: RecordingWhat
    since: str | None
    reason: StopReason
    agreed: bool | None
    missing: list[str]
    refused: list[str]


class MovingView(Struct):
    """A move under way. `until`: before that time the set cannot be used again, so the move still waits."""

    epoch: int
    until: str | None


class RoomView(Struct):
    """All that one person may know of the room, sent whole after each change. Times are RFC 3339 UTC.

    `away`: a private talk is going on and this person is not in it; no names, `since` when it began. `lead` is the id
    of the host who leads, empty for those not let in. `lobby`, `expected` (invited, not come) and `chambers` are filled
    for hosts only."""

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


# --- TypeScript ---------------------------------------------------------------------------------------------------

_ALIASES = (
    "Kind",
    "DeviceKind",
    "SetName",
    "ChamberId",
    "Role",
    "Side",
    "Seat",
    "RoomState",
    "HostState",
    "Stage",
    "Distress",
    "RecordingWhat",
    "RecordingState",
    "StopReason",
)
_PLAIN = {str: "string", int: "number", bool: "boolean", float: "number", datetime: "string", type(None): "null"}


def typescript() -> str:
    """The text of static/src/protocol.ts."""
    lines = [
        "// Generated by `python -m signaling.protocol`; do not edit. signaling/README.md tells the wire protocol.",
        "/* eslint-disable */",
        f'export const NAMESPACE = "{NAMESPACE}";',
    ]
    for name in _ALIASES:
        lines.append(f"export type {name} = {_spell(globals()[name], aliases=False)};")
    for struct in _structs():
        if fields := list(_fields(struct)):
            lines += ["", f"export interface {struct.__name__} {{", *fields, "}"]
        else:
            lines += ["", f"export type {struct.__name__} = Record<string, never>;"]
    for title, events in (("ClientEvents", CLIENT_EVENTS), ("ServerEvents", SERVER_EVENTS)):
        lines += ["", f"export interface {title} {{"]
        lines += [f"  {event}: {payload.__name__};" for event, payload in events.items()] + ["}"]
    return "\n".join(lines) + "\n"


def _structs() -> Iterator[type[Struct]]:
    for thing in list(globals().values()):
        if isinstance(thing, type) and issubclass(thing, Struct) and thing is not Struct:
            yield thing


def _fields(struct: type[Struct]) -> Iterator[str]:
    hints = get_type_hints(struct, include_extras=True)
    required = len(struct.__struct_fields__) - len(struct.__struct_defaults__)
    for index, (name, wire) in enumerate(zip(struct.__struct_fields__, struct.__struct_encode_fields__, strict=True)):
        yield f"  {wire}{'' if index < required else '?'}: {_spell(hints[name])};"


def _spell(hint: Any, aliases: bool = True) -> str:
    if aliases:
        for name in _ALIASES:
            if hint == globals()[name]:
                return name
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _spell(args[0])
    if origin is Literal:
        return " | ".join(f'"{value}"' for value in args)
    if origin in (Union, types.UnionType):
        return " | ".join(_spell(each) for each in args)
    if origin is list:
        return f"{_spell(args[0])}[]"
    if origin is dict:
        return f"Record<{_spell(args[0])}, {_spell(args[1])}>"
    return str(hint.__name__)


if __name__ == "__main__":
    print(typescript(), end="")
