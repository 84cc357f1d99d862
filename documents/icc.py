"""A small sRGB colour profile (ICC.1:2001, version 2.1, matrix and curve), so that no file of the machine is needed."""

from __future__ import annotations

import struct
from functools import lru_cache

CONDITION = "sRGB IEC61966-2.1"
_CURVE_POINTS = 1024
_D50 = (0.9642, 1.0, 0.8249)
_COLORANTS = {  # IEC 61966-2-1 primaries, adapted to D50 (Bradford), as in the ICC's own sRGB profiles
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.71410),
}


@lru_cache(maxsize=1)
def srgb() -> bytes:
    """The profile: always the same bytes."""
    curve = _curve()
    tags = [
        (b"desc", _description(CONDITION)),
        (b"cprt", b"text" + bytes(4) + b"No copyright, use freely\0"),
        (b"wtpt", _xyz(_D50)),
        *((name, _xyz(value)) for name, value in _COLORANTS.items()),
        (b"rTRC", curve),
        (b"gTRC", curve),
        (b"bTRC", curve),
    ]
    offset = 128 + 4 + 12 * len(tags)
    placed: dict[bytes, int] = {}
    body = b""
    table = struct.pack(">I", len(tags))
    for name, data in tags:
        if data not in placed:
            placed[data] = offset + len(body)
            body += data + bytes(-len(data) % 4)
        table += struct.pack(">4sII", name, placed[data], len(data))
    return _header(offset + len(body)) + table + body


def _header(size: int) -> bytes:
    """128 bytes, ICC.1:2001 section 6.1: display profile, RGB to XYZ, perceptual."""
    date = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    return (
        struct.pack(">I4sI4s4s4s", size, bytes(4), 0x02100000, b"mntr", b"RGB ", b"XYZ ")
        + date
        + struct.pack(">4s4sI4sIQI", b"acsp", bytes(4), 0, bytes(4), 0, 0, 0)
        + b"".join(_fixed(value) for value in _D50)
        + bytes(48)
    )


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _xyz(value: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(_fixed(part) for part in value)


def _curve() -> bytes:
    """The transfer function of IEC 61966-2-1 as a table of 16-bit values."""
    points = []
    for index in range(_CURVE_POINTS):
        signal = index / (_CURVE_POINTS - 1)
        linear = signal / 12.92 if signal <= 0.04045 else ((signal + 0.055) / 1.055) ** 2.4
        points.append(round(linear * 65535))
    return b"curv" + bytes(4) + struct.pack(f">I{_CURVE_POINTS}H", _CURVE_POINTS, *points)


def _description(words: str) -> bytes:
    """textDescriptionType, section 6.5.17: ASCII, empty Unicode, empty ScriptCode of 67 bytes."""
    ascii_words = words.encode("ascii") + b"\0"
    return b"desc" + bytes(4) + struct.pack(">I", len(ascii_words)) + ascii_words + bytes(4 + 4 + 2 + 1 + 67)
