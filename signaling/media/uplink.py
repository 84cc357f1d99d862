"""What one publishing browser is asked for and told: key frames, repairs, reports, arrival times, limits."""

from collections.abc import Collection, Iterable

from . import rtcp
from .leg import Link
from .receive import FEEDBACK_SPAN, Arrivals, Inbound

KEY_GAP = 0.5
"""Seconds between two key frame requests to one stream."""
KEY_RETRY = 0.75
"""Seconds until a request that brought no key frame is repeated."""
ENDLESS = 4_000_000
"""Bit/s: a limit that is none."""
MAX_BLOCKS = 31


class Uplink:
    def __init__(self, ssrc: int, link: Link) -> None:
        self._ssrc = ssrc
        self._link = link
        self._arrivals = Arrivals()
        self._limited = False

    def arrived(self, number: int, media: int, now: float) -> None:
        """A packet with this transport-wide number came."""
        self._arrivals.note(number, now)
        if len(self._arrivals) >= FEEDBACK_SPAN:
            self.feedback(media)

    def feedback(self, media: int) -> None:
        """Tell all arrivals noted since the last time."""
        if len(self._arrivals):
            for packet in self._arrivals.feedback(self._ssrc, media):
                self._link.send_rtcp(packet)

    def key(self, stream: Inbound, now: float) -> None:
        """Ask a key frame, at most every half second; a request held back is sent by `flush`."""
        if now - stream.key_asked_at < KEY_GAP:
            stream.key_due = True
            return
        stream.key_due = False
        stream.key_asked_at = now
        self._link.send_rtcp(rtcp.pli(self._ssrc, stream.ssrc))

    def key_again(self, stream: Inbound, now: float) -> None:
        """Ask a key frame that is waited for, unless it was asked lately."""
        if now - stream.key_asked_at >= KEY_RETRY:
            self.key(stream, now)

    def repairs(self, stream: Inbound, now: float) -> None:
        """Ask what is missing and due."""
        if wanted := stream.gaps.wanted(now):
            self._link.send_rtcp(rtcp.nack(self._ssrc, stream.ssrc, [lost & 0xFFFF for lost in wanted]))

    def flush(self, stream: Inbound, now: float) -> None:
        """Send what is due of one stream: repairs, a key frame where repair has failed or a request was held back."""
        if stream.gaps:
            self.repairs(stream, now)
        if stream.gaps.unrepaired:
            stream.gaps.unrepaired = False
            self.key(stream, now)
        elif stream.key_due:
            self.key(stream, now)

    def report(self, streams: Collection[Inbound], limit: int | None, now: float) -> None:
        """One receiver report about `streams`; `limit` is bit/s for all of them, lifted once when it becomes None."""
        blocks = [stream.block(now) for stream in streams]
        for at in range(0, len(blocks), MAX_BLOCKS):
            self._link.send_rtcp(rtcp.receiver_report(self._ssrc, blocks[at : at + MAX_BLOCKS]))
        if blocks and (limit is not None or self._limited):
            self._limited = limit is not None
            bitrate = ENDLESS if limit is None else limit
            self._link.send_rtcp(rtcp.remb(self._ssrc, bitrate, [stream.ssrc for stream in streams]))


def limit_of(wanted: Iterable[int | None], others: int) -> int | None:
    """The lowest limit its listeners have for a source of one quality, beside the bit/s the source sends besides."""
    return min((bitrate + others for bitrate in wanted if bitrate is not None), default=None)
