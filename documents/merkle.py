"""Merkle trees after RFC 9162, 2.1, on SHA-256: root, inclusion path, and what a path leads to. Knows nothing of what
the leaves mean."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256


def leaf(data: bytes) -> bytes:
    """Never the hash of a node, whatever `data` is."""
    return sha256(b"\0" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


class Tree:
    """Over a list of leaves' data."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels = [[leaf(each) for each in leaves]]
        while len(below := self._levels[-1]) > 1:
            above = [node(*pair) for pair in zip(below[::2], below[1::2], strict=False)]
            self._levels.append(above + below[2 * len(above) :])

    @property
    def root(self) -> bytes:
        return self._levels[-1][0] if self._levels[0] else sha256().digest()

    def path(self, index: int) -> list[bytes]:
        """What stands beside the way from the leaf with this index (from 0) to the root, lowest first."""
        found = []
        for level in self._levels[:-1]:
            if (beside := index ^ 1) < len(level):
                found.append(level[beside])
            index >>= 1
        return found


def led_to(data: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root of the tree of `size` leaves in which `data` is the leaf with this index; None for a path that no such
    tree has (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    here, last, found = index, size - 1, leaf(data)
    for beside in path:
        if last == 0:
            return None
        if here & 1 or here == last:
            found = node(beside, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node(found, beside)
        here, last = here >> 1, last >> 1
    return found if last == 0 else None
