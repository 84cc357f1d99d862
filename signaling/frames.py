"""What of Socket.IO's frames we take: text frames of our one namespace. Anything else is taken for a goodbye.

The library would log a trace for each frame it cannot read, whoever sent it, and gather binary attachments without end.
"""

import logging
from typing import Any

from socketio import packet

from signaling.protocol import NAMESPACE

RESERVED = ("connect", "disconnect")
"""Names of events the library makes itself."""

# Its word for a frame of unknown type, with a trace; what goes wrong in our own handlers it says otherwise.
logging.getLogger("engineio.server").addFilter(lambda record: record.msg != "Unknown receive error")


class Frame(packet.Packet):  # type: ignore[misc]  # python-socketio has no types
    """The library's packet, that never raises and never waits for attachments."""

    def __init__(self, *args: Any, encoded_packet: object = None, **named: Any) -> None:
        super().__init__(*args, **named)
        if encoded_packet is not None:  # an empty one, too
            self.decode(encoded_packet)

    def decode(self, encoded_packet: object) -> int:
        try:
            attachments = super().decode(encoded_packet)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
            attachments = -1
        if attachments or not self._ours():
            self.packet_type, self.namespace, self.data, self.id = packet.DISCONNECT, NAMESPACE, None, None
        return 0

    def _ours(self) -> bool:
        if self.namespace != NAMESPACE:
            return False
        if self.packet_type == packet.EVENT:
            data = self.data
            return isinstance(data, list) and bool(data) and isinstance(data[0], str) and data[0] not in RESERVED
        return self.packet_type in (packet.CONNECT, packet.DISCONNECT)
