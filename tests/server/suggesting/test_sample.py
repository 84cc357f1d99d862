"""The labelled texts keep their shape, and their halves the draw that was made before anything was learned."""

from collections import Counter

from server.law.disputes import DISPUTES, ROUTES
from tests.server.suggesting.sample import halves, texts, warned


def test_texts_are_short_labelled_and_said_once() -> None:
    every = texts()
    assert len({one.text for one in every}) == len(every) >= 360
    for one in every:
        assert one.category in DISPUTES and one.route in ROUTES, one
        assert one.complexity in {"simple", "complex"}, one
        assert 20 <= len(one.text) <= 120, one


def test_the_half_set_aside_has_two_hundred_texts_of_every_category() -> None:
    train, aside = halves(texts())
    assert len(aside) >= 200
    assert not {one.text for one in train} & {one.text for one in aside}
    assert Counter(one.category for one in aside).keys() == Counter(one.category for one in train).keys()


def test_danger_has_forty_texts_and_harmless_ones_with_the_same_words() -> None:
    signs = Counter(one.danger for one in warned())
    assert sum(signs.values()) - signs[""] >= 40
    assert signs[""] >= 20
    assert set(signs) == {"", "violence", "self_harm", "child"}
