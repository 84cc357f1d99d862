"""Who gets how much: everybody a little before anybody much, the screen and the speaker first, nothing unseen."""

from collections.abc import Hashable, Sequence
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from signaling.media.allocate import LARGE, LEAST, Rising, Share, Want, allocate, wish

LAYERS = (100_000, 400_000, 1_200_000)


def want(key: str, pixels: int = LARGE, aim: int | None = 0, **more: bool) -> Want:
    return Want(key, more.get("screen", False), more.get("loud", False), pixels, LAYERS, aim)


def layers(budget: float, wants: Sequence[Want], rising: Rising = "all") -> dict[Hashable, int | None]:
    return {key: share.layer for key, share in allocate(budget, wants, rising).items()}


def test_a_wide_pipe_gives_everybody_what_their_size_can_use() -> None:
    wants = [want("large"), want("middle", 360), want("small", 120), want("unseen", 0)]
    assert layers(1e9, wants) == {"large": 2, "middle": 1, "small": 0, "unseen": None}
    assert wish(wants) == 1_200_000 + 400_000 + 100_000


def test_the_lowest_layer_of_all_comes_before_a_better_one_of_any() -> None:
    wants = [want("a"), want("b", loud=True), want("c")]
    assert layers(300_000, wants) == {"a": 0, "b": 0, "c": 0}
    assert layers(700_000, wants) == {"a": 0, "b": 1, "c": 0}


def test_a_thin_pipe_pauses_the_least_important_first() -> None:
    wants = [want("small", 100), want("speaker", 100, loud=True), want("large"), want("screen", screen=True)]
    wants[3] = Want("screen", True, False, LARGE, (200_000,), 0)
    assert layers(410_000, wants) == {"screen": 0, "speaker": 0, "large": 0, "small": None}
    assert layers(210_000, wants) == {"screen": 0, "speaker": None, "large": None, "small": None}


def test_a_screen_in_sight_is_never_left_out() -> None:
    wants = [Want("screen", True, False, LARGE, (900_000,), None), want("face")]
    for budget in (-50_000, 0, 300_000):
        assert layers(budget, wants, "none") == {"screen": 0, "face": None}
    assert layers(1e9, [Want("screen", True, False, 0, (900_000,), 0)]) == {"screen": None}


def test_more_is_asked_to_raise_than_to_keep() -> None:
    low, high = [want("a", aim=0)], [want("a", aim=1)]
    assert layers(420_000, low) == {"a": 0} and layers(420_000, high) == {"a": 1}
    assert layers(105_000, [want("a", aim=None)]) == {"a": None}
    assert layers(130_000, [want("a", aim=None)]) == {"a": 0}


def test_nobody_gets_more_unless_rising() -> None:
    wants = [want("a", aim=None), want("b", aim=0), want("c", aim=2)]
    assert layers(1e9, wants, "none") == {"a": None, "b": 0, "c": 2}
    assert layers(1e9, wants, "paused") == {"a": 0, "b": 0, "c": 2}


def test_a_paused_picture_comes_back_small() -> None:
    assert layers(1e9, [want("a", aim=None)]) == {"a": 0}


def test_a_camera_of_one_quality_is_asked_to_send_less_but_not_too_little() -> None:
    wants = [
        want("simulcast"),
        Want("one", False, False, LARGE, (900_000,), 0),
        Want("two", False, False, LARGE, (9,), 0),
    ]
    assert allocate(1_300_000, wants, "all")["one"] == Share(0, 600_000)
    assert allocate(1_300_000, wants, "all")["simulcast"].limit is None
    assert allocate(200_000, wants, "all")["one"] == Share(None, LEAST)
    assert {share.limit for share in allocate(1e9, wants, "all").values()} == {None}


def test_a_screen_is_never_asked_to_send_less() -> None:
    assert allocate(1000, [Want("s", True, False, LARGE, (900_000,), 0)], "all") == {"s": Share(0, None)}


WANTS = st.lists(
    st.builds(
        Want,
        st.integers(),
        st.booleans(),
        st.booleans(),
        st.integers(0, 1080),
        st.lists(st.integers(10_000, 3_000_000), min_size=1, max_size=3).map(sorted),
        st.none() | st.integers(0, 2),
    ),
    max_size=8,
    unique_by=lambda found: found.key,
)


@given(WANTS, st.integers(0, 10_000_000), st.sampled_from(get_args(Rising)))
def test_the_budget_is_never_exceeded_and_nothing_invented(wants: list[Want], budget: int, rising: Rising) -> None:
    aims = layers(budget, wants, rising)
    assert set(aims) == {found.key for found in wants}
    spent = 0
    for found in wants:
        aim = aims[found.key]
        if aim is not None and not found.screen:
            assert found.pixels > 0 and aim < len(found.layers)
            assert rising == "all" or aim <= (found.aim if found.aim is not None else 0)
            assert rising != "none" or found.aim is not None
            spent += found.layers[aim]
    assert spent <= budget
    assert all((aims[found.key] is None) == (found.pixels == 0) for found in wants if found.screen)
