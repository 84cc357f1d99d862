"""Names of files as strangers write them: which are safe to take, and how one is shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

MAX_PATH = 400
"""Bytes."""
UNPRINTED = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def decoded(name: bytes, *, utf8: bool) -> str | None:
    """Without the mark for UTF-8 it is often UTF-8 all the same, or what a Chinese Windows writes. None: neither."""
    for encoding in ("utf-8",) if utf8 else ("utf-8", "gb18030"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def unsafe(paths: Sequence[str]) -> list[str]:
    """Those that lead elsewhere, show something else than they are, or are there twice on some disk."""
    found, seen = [], set()
    for path in paths:
        parts = path.split("/")
        if (
            not all(parts)
            or any(part in (".", "..") or part != part.strip(" .") for part in parts)
            or any(each in '\\:*?"<>|' or unicodedata.category(each) in UNPRINTED for each in path)
            or unicodedata.normalize("NFC", path) != path
            or len(path.encode("utf-8", "replace")) > MAX_PATH
            or path.casefold() in seen
        ):
            found.append(path)
        seen.add(path.casefold())
    return found


def shown(path: str) -> str:
    """A name of a stranger's for a report: short, and without what moves a terminal's cursor."""
    return "".join(each if unicodedata.category(each) not in UNPRINTED else "\ufffd" for each in path[:100])
