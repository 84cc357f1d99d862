"""What can go wrong in a meeting room. Each class has a stable `code`; the browser chooses the words for it."""

from collections.abc import Iterable


class RoomError(Exception):
    """Base of all refusals of a room; becomes `{"error": {"code", "detail"}}` in the ack of the event."""

    code = "room_error"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class TicketRejected(RoomError):
    """detail: malformed, forged, expired, used (open on another device)."""

    code = "ticket_rejected"


class NotInRoom(RoomError):
    """detail: the person who has no seat here."""

    code = "not_in_room"


class RightMissing(RoomError):
    """detail: the right asked for."""

    code = "right_missing"


class RoomElsewhere(RoomError):
    """Another node owns the room; detail: the URL of that node."""

    code = "room_elsewhere"


class IllegalAct(RoomError):
    """The table of a person has no such transition; detail names state, act and the acts allowed."""

    code = "illegal_act"

    def __init__(self, state: str, act: str, allowed: Iterable[str]) -> None:
        super().__init__(f"{act} is not possible when {state}; possible: {', '.join(sorted(allowed)) or 'nothing'}")
        self.state, self.act = state, act


class Moving(RoomError):
    """A move between chambers is under way; one at a time."""

    code = "moving"


class OneSideOnly(RoomError):
    """A caucus is with one side: both sides may not be in it together."""

    code = "one_side_only"


class WrongChamber(RoomError):
    """detail: a chamber this person's role has no place in, or where nobody would receive them."""

    code = "wrong_chamber"


class KeptApart(RoomError):
    """Two people who must never meet would be in one chamber; detail: the name of the other (only hosts get it)."""

    code = "kept_apart"


class NotAgreed(RoomError):
    """Somebody of the dispute does not agree that this guest takes part [RMTJ 20]; only hosts cause it, nobody is
    named."""

    code = "not_agreed"


class Tied(RoomError):
    """An interpreter stays with their person; detail: that person's name."""

    code = "tied"


class RoomLocked(RoomError):
    """The host let nobody in any more but who was there."""

    code = "room_locked"


class NameTaken(RoomError):
    """Somebody else in this room is called so."""

    code = "name_taken"


class NothingShown(RoomError):
    """There is no document on the table of this chamber to turn a page of."""

    code = "nothing_shown"


class NotRecording(RoomError):
    """Nobody asked for a recording, so there is nothing to agree to or to stop."""

    code = "not_recording"


class MutedByHost(RoomError):
    """detail: audio or video. The host closed it, so its owner cannot open it before the host lets go."""

    code = "muted_by_host"


class NobodyHears(RoomError):
    """A line of chat that would reach nobody is refused, so that nobody believes it was read."""

    code = "nobody_hears"


class ShareTaken(RoomError):
    """detail: the name of the person who shares their screen in this chamber; only the host takes their place."""

    code = "share_taken"


class NobodySees(RoomError):
    """The room is paused or this chamber is silent: a screen would be shown to nobody."""

    code = "nobody_sees"


class RoomEnded(RoomError):
    code = "room_ended"


class SeatRemoved(RoomError):
    """The host removed this person; final for this meeting."""

    code = "seat_removed"


class RoomFull(RoomError):
    """detail: how many people the room takes, lobby included. Who knocks on comes in when somebody has gone."""

    code = "room_full"


class TooMany(RoomError):
    """detail: seconds until it is worth trying again."""

    code = "too_many"


class ProtocolError(RoomError):
    """Malformed or impossible message; the connection is closed after a few of them."""

    code = "protocol_error"
