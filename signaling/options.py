"""Settings of the meeting rooms: plain numbers with their unit in the name or the docstring."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RoomOptions:
    """Times are seconds, unless said otherwise."""

    seat_kept: float = 120
    """How long the seat of somebody whose line dropped is kept."""
    grace: float = 4
    """This long after a connection ended its owner may come back before anybody is told."""
    host_seat_kept: float = 600
    """The same for the host."""
    host_gone: float = 30
    """After this long without a host the joint chamber falls silent."""
    drain_deadline: float = 3
    """Who has not acknowledged a drain by then stays silent until they do."""
    set_rest: float = 10
    """A set of m-lines is not used again sooner than this after it was left."""
    settle: float = 3
    """After a move, so long passes before clients are believed to report of the new epoch only."""
    silence: float = 5
    """No packet for this long counts as not received."""
    longest_break: float = 8 * 3600
    people: int = 16
    """At most this many persons in one room at a time, lobby included; who is expected or has gone does not count.
    Hosts always come in."""
    chat_lines: int = 8
    chat_window: float = 10
    """At most `chat_lines` lines within `chat_window`."""
    events: int = 60
    events_window: float = 10
    """At most `events` messages of any kind within `events_window` per connection."""
    bad_messages: int = 5
    """A connection is closed after this many malformed messages."""
    payload: int = 65_536
    """Largest message accepted, bytes."""
    ping_interval: float = 0.5
    """Clients take 1.5 s without a word for a lost line (static/src/room/client.ts)."""
    ping_timeout: float = 4
