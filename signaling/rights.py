"""One table: role -> rights. What a role may do in a room is decided here and nowhere else."""

from enum import StrEnum

from signaling.errors import RightMissing
from signaling.protocol import Role


class Right(StrEnum):
    """The words on the wire and in the table."""

    HOST = "host"
    """Let in, refuse, move, mute others, pause, end; sees all chambers and the lobby; enters without being let in."""
    PUBLISH = "publish"
    """Send sound and picture."""
    SHARE = "share"
    """Show one's screen."""
    CHAT = "chat"
    SPEAK = "want_to_speak"


_TALK = frozenset({Right.PUBLISH, Right.CHAT, Right.SPEAK})
_SHOW = _TALK | {Right.SHARE}

RIGHTS: dict[Role, frozenset[Right]] = {
    "mediator": frozenset({Right.HOST, Right.PUBLISH, Right.SHARE, Right.CHAT}),
    "co_mediator": frozenset({Right.HOST, Right.PUBLISH, Right.SHARE, Right.CHAT}),
    "applicant": _SHOW,
    "respondent": _SHOW,
    "recorder": _SHOW,
    "expert": _SHOW,
    "interpreter": _TALK,
    "witness": _TALK,
    "observer": frozenset(),
}


def may(role: Role, right: Right) -> bool:
    return right in RIGHTS[role]


def need(role: Role, right: Right) -> None:
    """Raises RightMissing."""
    if not may(role, right):
        raise RightMissing(right.value)
