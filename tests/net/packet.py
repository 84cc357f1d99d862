"""The little that is read and changed in IPv4 packets on their way: addresses with their checksums, TCP ports."""

import struct

TCP, UDP = 6, 17


def source(packet: bytes) -> bytes:
    return packet[12:16]


def target(packet: bytes) -> bytes:
    return packet[16:20]


def readdress(packet: bytes, place: int, address: bytes) -> bytes:
    """The packet with another address at byte 12 (source) or 16 (target), as a NAT writes it (RFC 3022, RFC 1624)."""
    old = packet[place : place + 4]
    if old == address:
        return packet
    out = bytearray(packet)
    out[place : place + 4] = address
    _mend(out, 10, old, address)
    head = (packet[0] & 15) * 4
    first = not struct.unpack_from("!H", packet, 6)[0] & 0x1FFF  # later fragments carry no ports and no checksum
    if first and packet[9] == TCP and len(packet) >= head + 20:
        _mend(out, head + 16, old, address)
    elif first and packet[9] == UDP and len(packet) >= head + 8 and packet[head + 6 : head + 8] != b"\0\0":
        _mend(out, head + 6, old, address)
    return bytes(out)


def _mend(packet: bytearray, place: int, old: bytes, new: bytes) -> None:
    (check,) = struct.unpack_from("!H", packet, place)
    total = (
        (~check & 0xFFFF) + sum(~word & 0xFFFF for word in struct.unpack("!2H", old)) + sum(struct.unpack("!2H", new))
    )
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    struct.pack_into("!H", packet, place, ~total & 0xFFFF)


def tcp_ports(packet: bytes) -> tuple[int, int] | None:
    """Source and target port of a TCP segment; None for everything else."""
    head = (packet[0] & 15) * 4
    if packet[9] != TCP or len(packet) < head + 4:
        return None
    found: tuple[int, int] = struct.unpack_from("!HH", packet, head)
    return found
