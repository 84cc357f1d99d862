import pytest

from documents import der


def test_lengths_are_the_shortest_there_are() -> None:
    assert der.octets(bytes(127))[:2] == b"\x04\x7f"
    assert der.octets(bytes(128))[:3] == b"\x04\x81\x80"
    assert der.octets(bytes(300))[:4] == b"\x04\x82\x01\x2c"


@pytest.mark.parametrize("value", [0, 1, 127, 128, 255, 256, 2**64, 2**120 - 1])
def test_integers_come_back_as_they_were(value: int) -> None:
    item, end = der.read_item(der.integer(value))
    assert int.from_bytes(item.content, "big", signed=True) == value
    assert end == len(item.whole)


def test_object_identifiers_hold_a_uuid_arc() -> None:
    assert der.oid("1.2.840.113549.1.7.1") == bytes.fromhex("06092a864886f70d010701")
    large = der.oid("2.25.208847154218346893213.1")
    assert der.read_item(large)[0].content[-1] == 1


def test_a_set_is_sorted() -> None:
    assert der.set_of([b"\x04\x01b", b"\x04\x01a"]) == b"\x31\x06\x04\x01a\x04\x01b"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x05\x00",
        b"\x30\x81\x05",
        b"\x30\x82\x00\x80" + bytes(128),
        b"\x1f\x81\x01\x00",
        b"\x30\x80",
    ],
)
def test_other_spellings_are_refused(data: bytes) -> None:
    with pytest.raises(der.BadDer):
        der.read_item(data)
