import dataclasses
from collections.abc import Iterator

import msgspec
import pytest

from documents import canonical, packet
from documents.packet import PACKET_LIST, files_of, list_text, listed
from tests.documents.packing import LETTER

FILES = [
    listed("02_调解协议书.pdf", "调解协议书", "人民调解协议书", b"agreement", signed=True),
    listed("04_身份证明/甲方.jpg", "申请人材料", "甲方 身份证", b"", signed=False),
    listed("manifest.json", "其他材料", "机读清单", b"{}", signed=False),
]


def text(**changes: object) -> bytes:
    return canonical(dataclasses.replace(list_text(LETTER, FILES), **changes))  # type: ignore[arg-type]


def test_the_list_is_read_as_it_was_written() -> None:
    assert files_of(text()) == tuple(FILES)
    assert FILES[0].sm3 == packet.digests([b"agree", b"ment"])[2]
    assert packet.digests([b"abc"])[2] == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def changed() -> Iterator[tuple[str, bytes]]:
    """Another spelling of any fact, and texts that are no list."""
    good = text().decode()
    for before, after in {
        '"kind":"packet"': '"kind":"agreement"',
        "长度：9字节": "长度：09字节",
        "　含电子签名": " 含电子签名",
        "类目：调解协议书": "类目：调解协议",
        "SHA-256：": "SHA-256: ",
        "SM3：": "SM4：",
        '"02_调解协议书.pdf"': f'"{PACKET_LIST}"',
        '"04_身份证明/甲方.jpg"': '"02_调解协议书.pdf"',
        '"manifest.json","': '"../manifest.json","',
    }.items():
        if before in good:
            yield before, good.replace(before, after).encode()
    yield "upper case", good.replace(FILES[0].sha256[:8], FILES[0].sha256[:8].upper()).encode()
    yield "empty", text(after=())
    yield "no JSON", b"{"
    yield "no text", b"[]"


@pytest.mark.parametrize(("name", "content"), list(changed()))
def test_what_is_not_written_the_one_way_is_no_list(name: str, content: bytes) -> None:
    with pytest.raises(ValueError):
        files_of(content)


@pytest.mark.parametrize(
    ("path", "slot", "title"),
    [
        ("调解协议书.pdf", "调解协议书", "x"),
        ("02_a/b/c.pdf", "调解协议书", "x"),
        ("02_../c.pdf", "调解协议书", "x"),
        ("/02_a.pdf", "调解协议书", "x"),
        (PACKET_LIST, "移送函", "x"),
        ("02_a.pdf", "协议", "x"),
        ("02_\u202egpj.pdf", "调解协议书", "x"),
    ],
)
def test_a_line_that_no_list_can_hold_is_not_made(path: str, slot: str, title: str) -> None:
    with pytest.raises(ValueError):
        listed(path, slot, title, b"", signed=False)


def test_a_manifest_has_one_spelling() -> None:
    line = msgspec.json.encode(FILES[0])
    assert msgspec.json.decode(line, type=packet.Listed) == FILES[0]
    with pytest.raises(ValueError):
        packet.read_manifest(b'{"v":2}')
