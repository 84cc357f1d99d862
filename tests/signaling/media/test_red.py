"""Voices with the last ones beside them: found, taken alone, and never heard from before one was to hear them."""

from hypothesis import given
from hypothesis import strategies as st

from signaling.media import Mark, red, rtp
from signaling.media.leg import Leg
from signaling.media.peer import MID_PLACES
from signaling.media.publish import Publisher
from tests.signaling.media.memory import OPUS, packet, red_payload
from tests.signaling.media.test_forward import Wire


def test_newest_voice_is_found_behind_the_earlier_ones() -> None:
    payload = red_payload(b"now", b"before", b"long before")
    assert red.primary(payload, 0, len(payload)) == (2, len(payload) - 3)
    assert red.primary(red_payload(b"now"), 0, 4) == (0, 1)


def test_alone_it_is_a_plain_packet_with_the_same_header() -> None:
    sent = packet(7, 5, 960, red_payload(b"now", b"before"), payload_type=rtp.RED, mid="00", twcc=3)
    layout = rtp.scan(sent)
    found = red.primary(sent, layout.payload, layout.end)
    assert found is not None
    plain = red.alone(sent, layout.payload, found[1], layout.end)
    assert plain == packet(7, 5, 960, b"now", payload_type=OPUS, mid="00", twcc=3)


def test_what_is_no_opus_is_nothing() -> None:
    assert red.primary(b"", 0, 0) is None
    assert red.primary(bytes([96]) + b"x", 0, 2) is None
    cut = red_payload(b"now", b"before")[:6]
    assert red.primary(cut, 0, len(cut)) is None
    many = red_payload(b"now", *[b"b"] * (red.MAX_BLOCKS + 1))
    assert red.primary(many, 0, len(many)) is None


@given(st.binary(max_size=60))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    found = red.primary(data, 0, len(data))
    assert found is None or 0 < found[1] <= len(data)


class Stage:
    """One who takes earlier voices and one who does not, hearing a publisher."""

    def __init__(self) -> None:
        self.publisher = Publisher(MID_PLACES, 9, Wire())
        self.rich, self.poor = Wire(), Wire()
        self.legs = [Leg("audio", 1, 2, self.rich, "lin"), Leg("audio", 3, 4, self.poor, "chen")]
        self.legs[0].takes_red = True
        for leg in self.legs:
            self.publisher.attach(leg, 0.0)
        self.publisher.use("A", Mark("joint", 1), 0.0)

    def speak(self, number: int, *earlier: bytes) -> None:
        payload = red_payload(b"now", *earlier)
        self.publisher.on_rtp(packet(50, number, number * 960, payload, payload_type=rtp.RED, mid="00"), 0.02 * number)


def kinds(wire: Wire) -> list[int]:
    return [data[1] & 0x7F for data in wire.rtp]


def test_each_gets_what_it_takes() -> None:
    stage = Stage()
    for number in range(1, 4):
        stage.speak(number, b"before")
    assert kinds(stage.poor) == [OPUS] * 3 and kinds(stage.rich)[1:] == [rtp.RED] * 2
    assert all(b"before" not in data for data in stage.poor.rtp)
    assert stage.poor.sequences()[2] - stage.poor.sequences()[0] in (2, 2 - 65_536)


def test_nobody_gets_an_earlier_voice_from_before_they_were_to_hear() -> None:
    stage = Stage()
    stage.speak(1)
    stage.publisher.mute("audio", True, 0.03)
    stage.speak(2, b"x")
    stage.publisher.mute("audio", False, 0.05)
    stage.speak(3, b"said while muted", b"x")
    stage.speak(4, b"now", b"said while muted")
    assert not any(b"muted" in data for data in stage.rich.rtp) and len(stage.rich.rtp) == 3
    stage.speak(5, b"now", b"now")
    assert kinds(stage.rich)[-1] == rtp.RED


def test_on_a_thin_pipe_voices_come_alone() -> None:
    stage = Stage()
    stage.speak(1)
    stage.legs[0].lean = True
    stage.speak(2, b"before")
    assert kinds(stage.rich)[-1] == OPUS
    stage.legs[0].lean = False
    stage.speak(3, b"before")
    assert kinds(stage.rich)[-1] == rtp.RED
