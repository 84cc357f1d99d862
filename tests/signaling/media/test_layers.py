"""Which layer a subscriber gets: the best live one under the ceiling, or the lowest."""

from hypothesis import given
from hypothesis import strategies as st

from signaling.media.layers import ALIVE, alive, choose, layer_of
from signaling.media.receive import Inbound


def stream(layer: int, last_at: float | None, ssrc: int = 0) -> Inbound:
    made = Inbound(ssrc or layer + 1, "video", "A", layer)
    made.last_at = last_at
    return made


def test_names_of_layers() -> None:
    assert [layer_of(rid) for rid in (b"l", b"m", b"h", b"x", b"", b"\xff")] == [0, 1, 2, None, None, None]


def test_silent_layers_are_dead() -> None:
    low, middle, high = stream(0, 9.9), stream(1, 9.9 - ALIVE), stream(2, None)
    assert alive([high, middle, low], 10.0) == [low]


def test_of_two_streams_of_one_layer_the_later_one_counts() -> None:
    old, new = stream(0, 10.0, 7), stream(0, 10.0, 8)
    assert alive([old, new], 10.0) == [new]


def test_best_under_the_ceiling_or_the_lowest() -> None:
    low, middle, high = (stream(layer, 1.0) for layer in range(3))
    assert [choose([low, middle, high], ceiling) for ceiling in (0, 1, 2, None)] == [low, middle, high, None]
    assert [choose([middle, high], ceiling) for ceiling in (0, 1, 2)] == [middle, middle, high]
    assert choose([low], 2) is low and choose([], 2) is None


@given(st.sets(st.integers(0, 2)), st.none() | st.integers(0, 2))
def test_choice_is_never_above_the_ceiling_unless_nothing_lower_lives(living: set[int], ceiling: int | None) -> None:
    chosen = choose(alive([stream(layer, 1.0) for layer in living], 1.0), ceiling)
    if ceiling is None or not living:
        assert chosen is None
    else:
        fitting = [layer for layer in living if layer <= ceiling]
        assert chosen is not None and chosen.layer == max(fitting, default=min(living))
