"""The cap falls at once under loss, rises slowly in calm, and ends where it no longer matters."""

from signaling.media.bandwidth import ENDLESS, LOWEST, PATIENCE, Cap


def run(cap: Cap, start: float, seconds: int, loss: float, rate: int) -> float:
    sent = 0
    for second in range(seconds):
        sent += rate // 8
        cap.on_loss(loss, sent, start + second)
    return start + seconds


def test_no_loss_means_no_cap() -> None:
    cap = Cap()
    run(cap, 0, 30, 0.0, 2_000_000)
    assert cap.bitrate is None


def test_heavy_loss_caps_below_what_was_sent() -> None:
    cap = Cap()
    run(cap, 0, 2, 0.3, 1_000_000)
    assert cap.bitrate == 850_000
    run(cap, 10, 60, 0.3, 1_000_000)
    assert cap.bitrate == LOWEST


def test_light_loss_keeps_and_calm_lifts_the_cap() -> None:
    cap = Cap()
    now = run(cap, 0, 2, 0.3, 1_000_000)
    now = run(cap, now, 20, 0.05, 800_000)
    assert cap.bitrate == 850_000
    now = run(cap, now, int(PATIENCE) + 2, 0.0, 800_000)
    assert cap.bitrate is not None and cap.bitrate > 850_000
    run(cap, now, 60, 0.0, ENDLESS)
    assert cap.bitrate is None


def test_two_reports_at_one_instant_do_no_harm() -> None:
    cap = Cap()
    cap.on_loss(0.5, 1000, 1.0)
    cap.on_loss(0.5, 2000, 1.0)
    assert cap.bitrate is None
