"""Headers and VP8 descriptors found in place; retransmissions wrapped and unwrapped; no bytes raise."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.media import rtp
from tests.signaling.media.memory import extensions, packet, vp8_payload


def test_extensions_are_found_where_they_lie() -> None:
    data = packet(1, 2, 3, b"body", payload_type=111, mid="01", twcc=0x1234)
    layout = rtp.scan(data)
    assert data[layout.mid : layout.mid + layout.mid_length] == b"01"
    assert data[layout.twcc : layout.twcc + 2] == b"\x12\x34"
    assert data[layout.payload : layout.end] == b"body"


def test_blanked_extension_is_padding_to_the_next_reader() -> None:
    data = bytearray(packet(1, 2, 3, b"body", payload_type=111, mid="01", twcc=9))
    layout = rtp.scan(data)
    rtp.blank(data, layout.mid, layout.mid_length)
    after = rtp.scan(data)
    assert after.mid == 0 and after.twcc == layout.twcc and after.payload == layout.payload


def test_padding_is_not_payload() -> None:
    head = struct.pack("!BBHLL", 0xA0, 96, 1, 2, 3)
    assert rtp.scan(head + b"xy" + b"\0\0\3") == rtp.Layout(12, 14)
    assert rtp.scan(head + b"xy" + b"\0\0\0").payload == -1
    assert rtp.scan(head + b"\xff").payload == -1


def test_contributing_sources_are_skipped() -> None:
    head = struct.pack("!BBHLL", 0x92, 96, 1, 2, 3) + bytes(8) + struct.pack("!HH", 0xBEDE, 1) + bytes(4)
    assert rtp.scan(head + b"z") == rtp.Layout(28, 29)


@pytest.mark.parametrize(
    ("profile", "elements"),
    [(0x1000, b"\x01\x02ab"), (0xBEDE, b"\x111a\x1100" + bytes(2)), (0xBEDE, b"\x32abc")],
    ids=["two-byte elements", "a mid before the mid", "a number of three bytes"],
)
def test_what_could_hide_an_extension_is_malformed(profile: int, elements: bytes) -> None:
    head = struct.pack("!BBHLLHH", 0x90, 96, 1, 2, 3, profile, len(elements) // 4)
    assert rtp.scan(head + elements + b"z") == rtp.MALFORMED


def test_cut_headers_are_malformed() -> None:
    whole = struct.pack("!BBHLL", 0x90, 96, 1, 2, 3) + extensions("01", 7)
    for size in range(len(whole)):
        assert rtp.scan(whole[:size]).payload == -1


def test_key_frame_is_seen_only_in_its_first_packet() -> None:
    payload = vp8_payload(b"x", key=True, picture=300, tl0=4)
    found = rtp.vp8(payload, 0, len(payload))
    assert found == rtp.Vp8(True, 2, 300, True, 4, 4)
    delta = vp8_payload(b"x", key=False)
    assert not rtp.vp8(delta, 0, len(delta)).key
    later = vp8_payload(b"x", key=True, start=False)
    assert not rtp.vp8(later, 0, len(later)).key


def test_seven_bit_picture_id() -> None:
    payload = bytes([0x90, 0x80, 0x05, 0x00])
    assert rtp.vp8(payload, 0, 4) == rtp.Vp8(True, 2, 5, False, 0, 0)


def test_retransmission_round_trip() -> None:
    sent = packet(7, 41, 1000, b"\x90\x80\x05\x00rest", payload_type=rtp.VP8, mid="01")
    layout = rtp.scan(sent)
    wrapped = rtp.wrap_rtx(sent, layout.payload, 9, 8)
    assert wrapped[1] & 0x7F == rtp.RTX and rtp.FIXED.unpack_from(wrapped, 2) == (9, 1000, 8)
    assert rtp.unwrap_rtx(wrapped, rtp.scan(wrapped), 7, rtp.VP8) == sent


def test_probe_without_payload_is_no_packet() -> None:
    probe = struct.pack("!BBHLL", 0xA0, rtp.RTX, 9, 1000, 8) + bytes(99) + bytes([100])
    assert rtp.unwrap_rtx(probe, rtp.scan(probe), 7, rtp.VP8) is None


def test_abs_send_time_is_six_dot_eighteen() -> None:
    assert rtp.abs_send_time(1.0) == (1 << 18).to_bytes(3, "big")
    assert rtp.abs_send_time(64.0) == bytes(3)


@given(st.binary(max_size=120))
def test_no_bytes_make_the_scanner_raise(data: bytes) -> None:
    layout = rtp.scan(data)
    if layout.payload >= 0:
        rtp.vp8(data, layout.payload, layout.end)
        rtp.unwrap_rtx(data, layout, 1, rtp.VP8)
