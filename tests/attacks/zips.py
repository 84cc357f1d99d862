"""A zip writer that lies as it is told; an honest one has no such handles."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, Self

LOCAL, CENTRAL, END = struct.Struct("<4s5H3I2H"), struct.Struct("<4s6H3I5H2I"), struct.Struct("<4s4H2IH")


class Zip:
    """Members one after the other; sizes, flags, methods and attributes are what the caller says."""

    def __init__(self) -> None:
        self.body = bytearray()
        self.directory: list[bytes] = []

    @classmethod
    def of(cls, members: Mapping[str, bytes] | Iterable[tuple[str, bytes]], **lies: Any) -> bytes:
        made = cls()
        for path, content in members.items() if isinstance(members, Mapping) else members:
            made.add(path, content, **lies)
        return made.end()

    def add(self, path: str, content: bytes, *, method: int = 0, **lies: Any) -> Self:
        data = content
        if method == 8:
            packer = zlib.compressobj(9, zlib.DEFLATED, -15)
            data = packer.compress(content) + packer.flush()
        return self.raw(path, data, content, method=method, **lies)

    def raw(
        self, path: str, data: bytes, content: bytes, *, method: int = 0, flags: int = 0x0800,
        length: int | None = None, attributes: int = 0, gap: bytes = b"",
    ) -> Self:  # fmt: skip
        """`data` as they lie there."""
        name = path.encode("utf-8", "surrogatepass")
        size = len(content) if length is None else length
        same = (20, flags, method, 0, 0x21, zlib.crc32(content), len(data), size, len(name), 0)
        at = len(self.body)
        self.body += LOCAL.pack(b"PK\3\4", *same) + name + data + gap
        self.directory.append(CENTRAL.pack(b"PK\1\2", 20, *same, 0, 0, 0, attributes, at) + name)
        return self

    def end(self) -> bytes:
        lines, count = b"".join(self.directory), min(len(self.directory), 0xFFFF)
        return bytes(self.body) + lines + END.pack(b"PK\5\6", 0, 0, count, count, len(lines), len(self.body), 0)
