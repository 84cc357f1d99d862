"""The numbers of one leg, which the hot path reads and writes for every packet. The compiled twin has its own."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .leg import Link
    from .outbox import Outlet
    from .ring import Ring


class Numbers:
    """Shifts go from the source's numbers to ours; `top` and its kin are the newest we sent."""

    __slots__ = (
        "bytes",
        "first",
        "link",
        "outlet",
        "packets",
        "picture_shift",
        "picture_top",
        "ring",
        "shift",
        "ssrc",
        "timestamp_shift",
        "timestamp_top",
        "tl0_shift",
        "tl0_top",
        "top",
        "top_at",
    )

    def __init__(self) -> None:
        self.first = self.shift = self.timestamp_shift = self.picture_shift = self.tl0_shift = 0
        self.top = self.timestamp_top = self.picture_top = self.tl0_top = 0
        self.top_at = 0.0
        self.packets = self.bytes = 0
        self.ssrc = 0
        self.link: Link
        self.outlet: Outlet | None = None
        """The compiled way out, past `link` while that only numbers and passes on."""
        self.ring: Ring | None = None
