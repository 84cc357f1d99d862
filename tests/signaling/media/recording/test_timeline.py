"""Lips and voice: where frames stand when clocks differ, drift, are set, or were never reported."""

from signaling.media.recording.frames import Frame, Part, Report
from signaling.media.recording.timeline import ERA, Timeline

WALL = 4_000_000_000.0
"""Seconds of NTP when the recording began, by the sender's clock."""


def report(kind: str, time: int, second: float) -> Report:
    return Report(time, int((WALL + second) * ERA))


def voices(delay: float, *, reported: bool = True) -> Part:
    """Ten seconds of 20 ms each; the sender's RTP clock began at 7000."""
    frames = [Frame(round(1000 * (n / 50 + delay)), 7000 + 960 * n, True, b"") for n in range(500)]
    return Part("lin", "audio", frames, [report("audio", 7000, 0.0)] * reported)


def pictures(delay: float) -> Part:
    frames = [Frame(round(1000 * (n / 10 + delay)), 99_000 + 9000 * n, True, b"") for n in range(100)]
    return Part("lin", "video", frames, [report("video", 99_000 + 45_000, 0.5)])


def placed(*tracks: Part) -> list[list[int]]:
    timeline = Timeline()
    for number, part in enumerate(tracks):
        timeline.learn(number, part)
    for number, part in enumerate(tracks):
        timeline.note(number, part)
    return [[timeline.place(number, part, frame) for frame in part.frames] for number, part in enumerate(tracks)]


def test_what_was_said_and_seen_together_is_shown_together_though_pictures_came_later() -> None:
    sound, sight = placed(voices(0.050), pictures(0.350))
    assert sound == [50 + 20 * n for n in range(500)]
    assert sight == [50 + 100 * n for n in range(100)]


def test_without_reports_a_track_has_its_own_clock_and_its_least_delay() -> None:
    part = voices(0.050, reported=False)
    late = Part("lin", "audio", [Frame(f.at + 400 * (n % 7 > 0), f.time, True, b"") for n, f in enumerate(part.frames)])
    assert placed(late) == [[50 + 20 * n for n in range(500)]]


def test_a_clock_that_was_set_leaves_frames_where_they_arrived() -> None:
    part = voices(0.050)
    part.reports.append(report("audio", 7000 + 960 * 250, 5.0 + 3600.0))
    [sound] = placed(part)
    assert all(abs(at - frame.at) < 2000 for at, frame in zip(sound, part.frames, strict=True))


def test_a_drifting_sound_card_is_led_by_its_reports() -> None:
    """One part in a thousand too fast: without reports voices would be ten seconds early after three hours."""
    frames = [Frame(20 * n, int(960 * 1.001 * n), True, b"") for n in range(5000)]
    reports = [report("audio", int(48_000 * 1.001 * second), float(second)) for second in range(0, 100, 5)]
    [sound] = placed(Part("lin", "audio", frames, reports))
    assert max(abs(at - frame.at) for at, frame in zip(sound, frames, strict=True)) <= 6


def test_nothing_stands_before_the_beginning() -> None:
    assert placed(Part("lin", "audio", [Frame(0, 0, True, b"")], [report("audio", 960, 0.0)]))[0][0] >= 0
