"""What our offers say, what a browser's answer means, and which answers are refused."""

import pytest
from aiortc.sdp import SessionDescription
from hypothesis import given
from hypothesis import strategies as st

from signaling.media import AnswerRejected
from signaling.media.sdp import Line, Transport, parse_answer, write_offer

TRANSPORT = Transport("ufrag", "p" * 22, "AB:" * 31 + "AB", ("192.0.2.1",), 4444)
LINES = [
    Line("00", "audio"),
    Line("01", "video"),
    Line("10", "audio", 7, None, "p10"),
    Line("11", "video", 8, 9, "p10"),
]
ANSWER = """v=0
o=- 1 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 00 01 11
a=ice-ufrag:abcd
m=audio 9 UDP/TLS/RTP/SAVPF 111
a=mid:00
a=ice-pwd:0123456789012345678901
a=fingerprint:sha-256 AA:BB
a=setup:active
a=sendonly
a=ssrc:55 cname:x
m=video 9 UDP/TLS/RTP/SAVPF 96 97
a=mid:01
a=setup:active
a=sendonly
a=ssrc-group:FID 66 67
a=ssrc:66 cname:x
a=ssrc:67 cname:x
m=video 0 UDP/TLS/RTP/SAVPF 96
a=mid:11
a=inactive
"""


def test_offer_has_transport_attributes_in_every_line_and_candidates_only_in_the_first() -> None:
    offer = write_offer(1, 2, TRANSPORT, LINES)
    head, *sections = offer.split("m=")
    assert "a=ice-lite" in head and "a=group:BUNDLE 00 01 10 11" in head
    for section in sections:
        for name in ("ice-ufrag", "ice-pwd", "fingerprint", "setup:actpass", "rtcp-mux", "mid"):
            assert f"a={name}" in section
    assert [section.count("a=candidate") for section in sections] == [1, 0, 0, 0]
    assert all(line.endswith("\r") for line in offer.split("\n")[:-1])


def test_offer_is_read_alike_by_another_implementation() -> None:
    parsed = SessionDescription.parse(write_offer(1, 2, TRANSPORT, LINES))
    assert [media.kind for media in parsed.media] == ["audio", "video", "audio", "video"]
    assert [media.direction for media in parsed.media] == ["recvonly", "recvonly", "sendonly", "sendonly"]
    assert [codec.payloadType for codec in parsed.media[1].rtp.codecs] == [96, 97]
    assert parsed.media[3].ssrc_group[0].items == [8, 9]
    assert parsed.media[0].ice.iceLite and parsed.media[0].ice_candidates[0].port == 4444


def test_same_extension_id_always_means_the_same() -> None:
    seen: dict[str, str] = {}
    for line in write_offer(1, 2, TRANSPORT, LINES).splitlines():
        if line.startswith("a=extmap:"):
            ident, uri = line[9:].split()
            assert seen.setdefault(ident, uri) == uri


def test_addresses_are_told_with_their_family_in_order() -> None:
    offer = write_offer(1, 1, Transport("u", "p", "AB", ("2001:db8::1", "192.0.2.1"), 1), LINES[:1])
    assert "c=IN IP6 2001:db8::1" in offer
    candidates = [line.split() for line in offer.splitlines() if line.startswith("a=candidate:")]
    assert [one[4] for one in candidates] == ["2001:db8::1", "192.0.2.1"]
    assert int(candidates[0][3]) > int(candidates[1][3]) and candidates[0][0] != candidates[1][0]


def test_answer_is_understood() -> None:
    answer = parse_answer(ANSWER)
    assert (answer.ufrag, answer.password) == ("abcd", "0123456789012345678901")
    assert answer.fingerprints == (("sha-256", "AA:BB"),)
    assert {mid: line.accepted for mid, line in answer.lines.items()} == {"00": True, "01": True, "11": False}
    assert answer.lines["00"].streams == {55: None} and answer.lines["01"].streams == {66: 67}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a=ice-ufrag:abcd\n", ""),
        ("a=ice-pwd:0123456789012345678901\n", ""),
        ("a=fingerprint:sha-256 AA:BB\n", ""),
        ("a=setup:active", "a=setup:passive"),
        ("a=mid:01", "a=mid:00"),
        ("a=mid:00\n", ""),
        ("m=audio 9 UDP/TLS/RTP/SAVPF 111", "m=audio"),
    ],
)
def test_useless_answer_is_refused(old: str, new: str) -> None:
    with pytest.raises(AnswerRejected):
        parse_answer(ANSWER.replace(old, new))


@pytest.mark.parametrize("text", ["", "hello", "m=\n", "x" * 300_000, "a=b\n" * 30_000])
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(AnswerRejected):
        parse_answer(text)


@given(st.lists(st.sampled_from([*ANSWER.splitlines(), "a=ssrc:", "a=ssrc-group:FID x y", "a=ssrc:99999999999 c"])))
def test_no_mixture_of_lines_raises_anything_else(lines: list[str]) -> None:
    try:
        parse_answer("\n".join(lines))
    except AnswerRejected:
        pass
