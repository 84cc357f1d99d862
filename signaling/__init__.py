"""The meeting rooms: who is in, who may hear whom, media. Knows rooms and people with rights, never cases."""

from signaling.before import Before
from signaling.errors import RoomError, TicketRejected
from signaling.events import Detail
from signaling.media import MediaOptions
from signaling.namespace import Rooms
from signaling.office import Inside, Recorder, RoomListener
from signaling.options import RoomOptions
from signaling.protocol import ChamberId, Role, Seat, Side, Speaks, Stage
from signaling.tasks import spawn
from signaling.ticket import Ticket, check, mint
from signaling.trials import Trials

__all__ = [
    "Before",
    "ChamberId",
    "Detail",
    "Inside",
    "MediaOptions",
    "Recorder",
    "Role",
    "RoomError",
    "RoomListener",
    "RoomOptions",
    "Rooms",
    "Seat",
    "Side",
    "Speaks",
    "Stage",
    "Ticket",
    "TicketRejected",
    "Trials",
    "check",
    "mint",
    "spawn",
]
