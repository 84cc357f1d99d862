"""What a client says: every event with its payload and bounds."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from signaling.protocol.words import (
    ChamberId,
    Count,
    DeviceKind,
    Key,
    Line,
    Page,
    PersonId,
    RecordingWhat,
    Seconds,
    Stage,
    Text,
)


class Empty(Struct, forbid_unknown_fields=True):
    """No payload."""


class Connect(Struct):
    """The Socket.IO auth object. `device` is a random value a browser keeps, so that a copied ticket is noticed; `peer`
    that of the newest offer, while the page holds the media connection it belongs to."""

    ticket: Annotated[str, Meta(max_length=8192)]
    device: Annotated[str, Meta(min_length=8, max_length=64)]
    peer: Annotated[str, Meta(max_length=64)] = ""


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
