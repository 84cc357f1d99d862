"""One table: role x kind of chamber -> rights. What a role may do in a room is decided here and nowhere else."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal, cast, get_args

from signaling.errors import RightMissing
from signaling.protocol import ChamberId, Role, Side

Where = Literal["lobby", "joint", "caucus", "side", "aside"]
"""What a chamber is for; `lobby` is every place outside."""


def kind(chamber: ChamberId | None) -> Where:
    return "lobby" if chamber is None else cast("Where", chamber.partition("_")[0])


def side(chamber: ChamberId) -> Side:
    """Whose chamber it is; empty when nobody's."""
    return cast("Side", chamber.partition("_")[2])


PRIVATE: tuple[ChamberId, ...] = tuple(chamber for chamber in get_args(ChamberId) if chamber != "joint")
HOSTED: tuple[Where, ...] = ("caucus", "aside")
"""Chambers that end when no host is in them."""


class Right(StrEnum):
    """The words on the wire and in the table."""

    HOST = "host"
    """Let in, refuse, move, mute others, pause, record, end; sees all chambers and the lobby; waits for nobody."""
    HEAR = "hear"
    """Be in a chamber of this kind, and answer whether it may be recorded."""
    PUBLISH = "publish"
    """Send sound and picture; in the lobby: say beforehand what will be closed."""
    SHARE = "share"
    """Show one's screen."""
    CHAT = "chat"
    """Write to one's chamber."""
    WRITE = "write"
    """Write to one host."""
    SPEAK = "want_to_speak"
    DISTRESS = "distress"
    """Tell the hosts quietly that one needs help."""


_WAIT = frozenset({Right.PUBLISH, Right.WRITE, Right.SPEAK, Right.DISTRESS})
_TALK = _WAIT | {Right.HEAR, Right.CHAT}
_SHOW = _TALK | {Right.SHARE}
_LEAD = frozenset({Right.HOST, Right.HEAR, Right.PUBLISH, Right.SHARE, Right.CHAT, Right.WRITE})
_Row = Mapping[Where, frozenset[Right]]
_HOST: _Row = {"joint": _LEAD, "caucus": _LEAD, "aside": _LEAD}
_PARTY: _Row = {"lobby": _WAIT, "joint": _SHOW, "caucus": _SHOW, "side": _SHOW}

RIGHTS: Mapping[Role, _Row] = {
    "mediator": _HOST,
    "co_mediator": _HOST,
    "applicant": _PARTY,
    "respondent": _PARTY,
    "recorder": {"lobby": _WAIT, "joint": _SHOW},
    "expert": {"lobby": _WAIT, "joint": _SHOW, "caucus": _SHOW, "aside": _SHOW},
    "interpreter": {"lobby": _WAIT, "joint": _TALK, "caucus": _TALK, "side": _TALK},
    "witness": {"lobby": _WAIT, "joint": _TALK, "caucus": _TALK},
    "observer": {"joint": frozenset({Right.HEAR})},
    "court": {"joint": _LEAD},
    "informant": {"lobby": _WAIT, "joint": _TALK},
}

NEEDS: Mapping[str, Right | None] = {
    "answer": None,
    "restart": None,
    "watch": None,
    "stats": None,
    "drained": None,
    "leave": None,
    "mute": Right.PUBLISH,
    "share": Right.SHARE,
    "chat": Right.CHAT,
    "caption": Right.PUBLISH,
    "write": Right.WRITE,
    "want_to_speak": Right.SPEAK,
    "distress": Right.DISTRESS,
    "recording_agree": Right.HEAR,
}
"""The right an event needs where its sender is. Every event not named here needs HOST."""


def rights(role: Role, where: Where) -> frozenset[Right]:
    return RIGHTS[role].get(where, frozenset())


def may(role: Role, right: Right, where: Where) -> bool:
    return right in rights(role, where)


def is_host(role: Role) -> bool:
    return may(role, Right.HOST, "joint")


def need(role: Role, event: str, where: Where) -> None:
    """Raises RightMissing."""
    right = NEEDS.get(event, Right.HOST)
    if right is not None and not may(role, right, where):
        raise RightMissing(right.value)
