"""The words both sides share: who, where, what kind, with the bounds of plain values."""

from typing import Annotated, Literal

from msgspec import Meta

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
    "court",
    "informant",
]
Speaks = Literal["", "representative", "guardian", "interpreter"]
"""As what somebody is there for another."""
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
    "",
    "host",
    "refused",
    "revoked",
    "newcomer",
    "guardian",
    "private_talk",
    "paused",
    "no_host",
    "stage",
    "failed",
    "ended",
]
Text = Annotated[str, Meta(min_length=1, max_length=1000)]
Key = Annotated[str, Meta(min_length=1, max_length=64)]
Seconds = Annotated[int, Meta(ge=10, le=3600)]
Page = Annotated[int, Meta(ge=1, le=5000)]
Line = Annotated[int, Meta(ge=0, le=4)]
Count = Annotated[int, Meta(ge=0, le=2**53)]
