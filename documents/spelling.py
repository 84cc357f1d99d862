"""One spelling for what is appended to a signed file. ISO 32000 lets a dictionary hold a key twice, names be escaped
and comments stand anywhere; readers differ in what they make of it, so none of that may stand in an update. Pure."""

from __future__ import annotations

import re

MAX_DEPTH = 20

_TOKEN = re.compile(
    rb"(?P<space>[ \n]+)|(?P<open><<|\[)|(?P<close>>>|\])"
    rb"|(?P<name>/[A-Za-z0-9_.+-]+)"
    rb"|(?P<reference>(?:0|[1-9]\d{0,9}) 0 R(?![^ \n/<>\[\](]))"
    rb"|(?P<atom>(?:-?(?:0|[1-9]\d*)(?:\.\d+)?|true|false|null)(?![^ \n/<>\[\](]))"
    rb"|(?P<string><(?:[0-9A-Fa-f]{2})*>|\((?:[^()\\\r\n]|\\[nrtbf()\\]|\\[0-7]{3})*\))"
)


def is_plain(body: bytes) -> bool:
    """Whether the bytes are one value in the one plain spelling: no comment, no escaped name, no key twice, no white
    space but blanks and line feeds."""
    end = _value(body, _skip(body, 0), 0)
    return end is not None and _skip(body, end) == len(body)


def _skip(body: bytes, at: int) -> int:
    found = _TOKEN.match(body, at)
    return found.end() if found and found.lastgroup == "space" else at


def _value(body: bytes, at: int, depth: int) -> int | None:
    """Where the value ends that begins at an offset; None if it is not plain."""
    found = _TOKEN.match(body, at)
    if found is None or found.lastgroup in ("space", "close") or depth > MAX_DEPTH:
        return None
    if found.lastgroup != "open":
        return found.end()
    keys: set[bytes] = set()
    pairs, at = found[0] == b"<<", _skip(body, found.end())
    while True:
        ahead = _TOKEN.match(body, at)
        if ahead is None:
            return None
        if ahead.lastgroup == "close":
            return ahead.end() if (ahead[0] == b">>") is pairs else None
        if pairs:
            if ahead.lastgroup != "name" or ahead[0] in keys:
                return None
            keys.add(ahead[0])
            at = _skip(body, ahead.end())
        end = _value(body, at, depth + 1)
        if end is None:
            return None
        at = _skip(body, end)
