"""Who speaks: level, two packets and more, not for ever."""

from signaling.media.loud import HOLD, Loudness


def feed(loudness: Loudness, level: int, packets: int, start: float = 1.0) -> float:
    for step in range(packets):
        loudness.note(level, start + step * 0.02)
    return start + (packets - 1) * 0.02


def test_speech_is_loud_and_silence_is_not() -> None:
    loudness = Loudness()
    assert not loudness.loud(1.0)
    assert loudness.loud(feed(loudness, 25, 10))
    assert not loudness.loud(feed(loudness, 127, 10, 2.0))


def test_one_click_is_not_speech() -> None:
    loudness = Loudness()
    at = feed(loudness, 0, 1)
    assert not loudness.loud(at)


def test_voice_flag_is_not_part_of_the_level() -> None:
    loudness = Loudness()
    assert loudness.loud(feed(loudness, 0x80 | 25, 10))


def test_who_sends_nothing_is_not_loud() -> None:
    loudness = Loudness()
    at = feed(loudness, 25, 10)
    assert loudness.loud(at + HOLD) and not loudness.loud(at + HOLD + 0.1)
