"""Mutations for fuzzing, each from one random.Random: of bytes, of PDF tokens, of DER trees, of JSON values."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass, field

Edit = tuple[int, int, bytes]
"""Offset, bytes taken out, bytes put in."""

NUMBERS = (b"0", b"-1", b"1", b"00", b"+1", b"1.0", b"2147483648", b"4294967296", b"99999999999", b"1e9", b"")
WORDS = (
    b"%\n",
    b"%\r",
    b" ",
    b"\n",
    b"\r\n",
    b"\0",
    b"<<",
    b">>",
    b"endobj\n",
    b"stream\n",
    b"obj",
    b"R",
    b"null",
    b"/Length 5",
    b"/#4c",
    b"xref\n",
    b"%%EOF\n",
    b"startxref\n0\n",
)


def byte_edit(chance: random.Random, data: bytes, low: int = 0) -> Edit:
    """One small change somewhere from `low` on."""
    at = chance.randrange(low, len(data))
    kind = chance.randrange(7)
    if kind == 0:
        return at, 1, bytes([data[at] ^ (1 << chance.randrange(8))])
    if kind == 1:
        return at, 1, bytes([chance.choice((0, 1, 10, 13, 32, 37, 47, 60, 62, 0x7F, 0x80, 0xFF))])
    if kind == 2:
        return at, min(chance.choice((1, 2, 4, 16, 300)), len(data) - at), b""
    if kind == 3:
        return at, 0, chance.randbytes(chance.choice((1, 2, 8, 40)))
    if kind == 4:
        start = chance.randrange(low, len(data))
        return at, 0, data[start : start + chance.choice((1, 8, 60, 600))]
    if kind == 5:
        start, size = chance.randrange(low, len(data)), chance.choice((1, 4, 20))
        return at, size, data[start : start + size]
    return at, len(data) - at, b""


def token_edit(chance: random.Random, data: bytes, low: int = 0) -> Edit:
    """A number, name or keyword of a PDF becomes another."""
    for _ in range(20):
        at = chance.randrange(low, len(data))
        found = re.compile(rb"\d+|/[A-Za-z0-9]+|[a-z]{1,9}").search(data, at, at + 400)
        if found is None:
            continue
        word = found[0]
        kind = chance.randrange(5)
        if kind == 0 and word.isdigit():
            return found.start(), len(word), str(int(word) + chance.choice((-1, 1, 10))).encode()
        if kind == 1 and word.isdigit():
            return found.start(), len(word), chance.choice(NUMBERS)
        if kind == 2:
            return found.start(), 0, chance.choice(WORDS)
        if kind == 3:
            return found.start(), len(word), word[::-1]
        if kind == 4:
            return found.end(), 0, chance.choice((b" ", b"\n", word, b"0", b"/"))
    return byte_edit(chance, data, low)


@dataclass
class Node:
    """One DER element; `length` is how its length is to be written, None for right."""

    tag: int
    content: bytes = b""
    parts: list[Node] = field(default_factory=list)
    length: bytes | None = None

    def encoded(self) -> bytes:
        content = b"".join(each.encoded() for each in self.parts) if self.parts else self.content
        return bytes([self.tag]) + (_length(len(content)) if self.length is None else self.length) + content

    def walk(self) -> list[Node]:
        return [self, *(below for each in self.parts for below in each.walk())]


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes([size])
    raw = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(raw)]) + raw


def tree(data: bytes, depth: int = 0) -> list[Node]:
    """The elements of good DER; octet strings that hold DER are opened, too."""
    found, at = [], 0
    while at < len(data):
        tag, size, start = data[at], data[at + 1], at + 2
        if size & 0x80:
            count = size & 0x7F
            size, start = int.from_bytes(data[start : start + count], "big"), start + count
        content = data[start : start + size]
        if len(content) != size:
            raise ValueError("not DER")
        parts: list[Node] = []
        if tag & 0x20 or (tag == 4 and depth < 12 and content[:1] in (b"\x30", b"\x04", b"\x03")):
            try:
                parts = tree(content, depth + 1)
            except (ValueError, IndexError):
                if tag & 0x20:
                    raise
        found.append(Node(tag, content, parts))
        at = start + size
    return found


def der_mutant(chance: random.Random, data: bytes, times: int = 1) -> bytes:
    """Good DER with a node changed; lengths above it are right, so that the change is reached."""
    (root,) = tree(data)
    for _ in range(times):
        nodes = root.walk()
        node = chance.choice(nodes)
        other = chance.choice(nodes)
        kind = chance.randrange(13)
        if kind == 0:
            node.tag = chance.choice(
                (node.tag ^ 0x20, node.tag ^ 1, 0x02, 0x04, 0x05, 0x0C, 0x13, 0x17, 0x18, 0x30, 0x31, 0x1F, 0x00, 0xA0)
            )
        elif kind == 1:
            size = len(b"".join(each.encoded() for each in node.parts) or node.content)
            node.length = chance.choice(
                (
                    b"\x80",
                    b"\x81" + bytes([size & 0xFF]),
                    b"\x82" + (size & 0xFFFF).to_bytes(2, "big"),
                    b"\x84\xff\xff\xff\xff",
                    b"\x85" + bytes(4) + bytes([size & 0xFF]),
                    bytes([(size + 1) & 0x7F]),
                    b"\xff",
                )
            )
        elif kind == 2 and node.parts:
            node.parts.pop(chance.randrange(len(node.parts)))
        elif kind == 3 and node.parts:
            node.parts.insert(chance.randrange(len(node.parts) + 1), chance.choice(node.parts))
        elif kind == 4 and len(node.parts) > 1:
            chance.shuffle(node.parts)
        elif kind == 5:
            node.parts, node.content = (
                [],
                chance.choice((b"", b"\0", b"\xff", b"\x00\x80", b"\0\0", chance.randbytes(9))),
            )
        elif kind == 6 and node.content and not node.parts:
            at = chance.randrange(len(node.content))
            node.content = (
                node.content[:at] + bytes([node.content[at] ^ (1 << chance.randrange(8))]) + node.content[at + 1 :]
            )
        elif kind == 7 and not node.parts:
            node.content = b"\0" + node.content
        elif kind == 8 and other is not root and node not in other.walk():
            node.tag, node.content, node.parts = other.tag, other.content, other.parts
        elif kind == 9 and node.parts:
            node.parts.append(Node(chance.choice((0x02, 0x05, 0x30, 0xA0)), b""))
        elif kind == 10:
            inner = Node(node.tag, node.content, node.parts, node.length)
            node.tag, node.content, node.parts, node.length = 0x30, b"", [inner], None
        elif kind == 11 and not node.parts and node.tag == 6:
            node.content = chance.choice(
                (b"\x80" + node.content, node.content + b"\x80", node.content + b"\x01", node.content[:-1])
            )
        elif kind == 12 and not node.parts and node.tag in (0x0C, 0x13, 0x17, 0x18):
            node.content = chance.choice(
                (
                    node.content + b"\xff",
                    b"\xef\xbb\xbf" + node.content,
                    node.content.replace(b"Z", b"+0000"),
                    node.content[:-1],
                    b"\xc0\x80",
                    b"261332250000Z",
                    b"20261120080000.5Z",
                    b"20260230000000Z",
                    node.content + b"\0",
                    b"491120080000Z",
                    b"501120080000Z",
                    b"261120080060Z",
                )
            )
    try:
        return root.encoded()
    except RecursionError:
        return data


TEXTS = (
    "",
    "\0",
    "\u2028",
    "😀",
    "é",
    "e\u0301",
    "A",
    "0",
    '"',
    "\\",
    "party-1",
    "PARTY-1",
    "party_1",
    "ff" * 32,
    "FF" * 32,
    "1",
    "null",
    "a" * 41,
    "2026-02-30T00:00:00Z",
    "2026-11-20T24:00:00Z",
    "\ufeff",
    "constructor",
    "__proto__",
)
VALUES = (
    0,
    -1,
    1,
    2,
    3,
    4096,
    8192,
    2**31,
    2**53 - 1,
    2**53,
    2**63,
    2**64,
    10**30,
    True,
    False,
    None,
    [],
    {},
    "0",
    14400,
    14401,
)


def json_mutant(chance: random.Random, data: bytes) -> bytes:
    """A manifest with a value, a key or the spelling changed; mostly canonical again, so that the form is looked at."""
    value = json.loads(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        holder, key = _place(chance, value)
        kind = chance.randrange(8)
        if kind == 0:
            holder[key] = chance.choice(VALUES)
        elif kind == 1:
            holder[key] = chance.choice(TEXTS)
        elif kind == 2:
            del holder[key]
        elif kind == 3 and isinstance(holder, dict):
            holder[chance.choice(TEXTS)] = chance.choice(VALUES)
        elif kind == 4 and isinstance(holder, list):
            holder.insert(0, json.loads(json.dumps(chance.choice(holder))))
        elif kind == 5 and isinstance(holder[key], str):
            text = holder[key]
            holder[key] = chance.choice(
                (text + "\n", text.upper(), text[:-1], text + text, " " + text, text.replace("0", "１"))
            )
        elif kind == 6 and isinstance(holder[key], int):
            holder[key] += chance.choice((-1, 1, 10**6))
        elif kind == 7:
            other, name = _place(chance, value)
            other[name] = (
                json.loads(json.dumps(holder[key]))
                if key in (holder if isinstance(holder, dict) else range(len(holder)))
                else 0
            )
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    spelled = text.encode("utf-8", "surrogatepass")
    if chance.randrange(5) == 0:
        spelled = _spelled(chance, spelled)
    return spelled


def _place(chance: random.Random, value: object) -> tuple[object, object]:
    """A random key or index somewhere inside."""
    places: list[tuple[object, object]] = []
    stack = [value]
    while stack:
        here = stack.pop()
        keys = list(here) if isinstance(here, dict) else range(len(here)) if isinstance(here, list) else ()
        for key in keys:
            places.append((here, key))
            stack.append(here[key])  # type: ignore[index]
    return chance.choice(places) if places else ({"": 0}, "")


def _spelled(chance: random.Random, text: bytes) -> bytes:
    at = chance.randrange(1, len(text))
    return chance.choice(
        (
            text + b"\n",
            b" " + text,
            b"\xef\xbb\xbf" + text,
            text.replace(b":", b": ", 1),
            text.replace(b"1", b"1.0", 1),
            text.replace(b"1", b"1e0", 1),
            text.replace(b"1", b"-1", 1),
            text.replace(b"0", b"-0", 1),
            text.replace(b"a", b"\\u0061", 1),
            text.replace(b"/", b"\\/", 1),
            text[:at],
            text[:at] + b"\xff" + text[at:],
            text.replace(b"{", b'{"v":2,', 1),
            text.replace(b'"', b'"\\ud800', 1),
            text + text,
            b"[" * 5000 + b"]" * 5000,
            b"",
            b"null",
            b"0",
            text.replace(b'"', b'"\x7f', 3),
            text.replace(b"1", b"1" * 400, 1),
        )
    )
