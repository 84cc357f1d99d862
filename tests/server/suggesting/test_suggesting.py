"""Suggestions: better than counting keywords on texts set aside, always with a reason, silent rather than wrong."""

import pytest

from server.law.disputes import DISPUTES, ROUTES
from server.law.sources import known
from server.suggesting.danger import signs
from server.suggesting.rules import learned, suggest
from tests.server.suggesting.learn import learn
from tests.server.suggesting.sample import halves, texts, warned
from tests.server.suggesting.table import majority


def test_weights_shipped_are_those_learned_from_the_open_half() -> None:
    train, _ = halves(texts())
    assert learn(train, learned().sharpness, learned().least) == learned()


def test_texts_set_aside_are_recognised_better_than_by_a_majority_of_keywords() -> None:
    train, aside = halves(texts())
    guess = majority(train)
    right = sum(suggest(one.text).category.value == one.category for one in aside)
    assert right > sum(guess(one.text) == one.category for one in aside)
    assert sum(suggest(one.text).complexity.value == one.complexity for one in aside) > sum(
        one.complexity == "simple" for one in aside
    )
    assert sum(suggest(one.text).route.value == one.route for one in aside) > sum(
        one.route == "committee" for one in aside
    )


def test_every_suggestion_has_a_reason_that_stands_in_the_text_or_the_law() -> None:
    for one in texts():
        made = suggest(one.text)
        assert made.category.reasons and made.complexity.reasons
        assert made.category.value in {"", *DISPUTES} and made.route.value in {"", *ROUTES}
        assert made.category.value not in made.others
        for reason in (*made.category.reasons, *made.complexity.reasons, *made.route.reasons, *made.notes):
            assert reason.article == "" or known(reason.article)
            assert reason.code == "usual" or all(word in one.text for word in reason.found), (one.text, reason)


def test_a_text_that_says_nothing_gets_no_suggestion_and_is_told_so() -> None:
    for text in ("有事", "", "please help", "1234567890" * 200):
        made = suggest(text)
        assert (made.category.value, made.category.reasons[0].code, made.route.value) == ("", "unclear", "")


@pytest.mark.parametrize(
    ("text", "category", "route", "reason"),
    [
        ("饭店老板拖欠我四个月工资一万二，劳动合同也没签", "labour", "arbitration", "usual"),
        ("保姆做了两周，东家不结工资", "labour", "committee", "household"),
        ("两家承包地的地界说不清，田埂被挪了", "land", "office", "land_title"),
        ("楼上漏水，吊顶发黄", "neighbour", "committee", "usual"),
        ("老公喝了酒掐我脖子，要离婚", "marriage", "police", "grave"),
    ],
)
def test_where_it_goes_follows_a_rule_that_is_named(text: str, category: str, route: str, reason: str) -> None:
    made = suggest(text)
    assert (made.category.value, made.route.value, made.route.reasons[0].code) == (category, route, reason)


def test_what_makes_it_complex_is_quoted() -> None:
    made = suggest("工地三十几户业主要退房款，一户五十多万，有人手术切了脾脏").complexity
    assert made.value == "complex"
    assert {one.code: one.found for one in made.reasons} == {
        "amount": ("五十多万",), "people": ("三十几户",), "injury": ("手术切", "脾脏")
    }  # fmt: skip


def test_limits_that_may_have_run_out_are_noted() -> None:
    assert [one.article for one in suggest("老板欠我工资三年了，一直没给").notes] == ["LD 27"]
    assert [one.article for one in suggest("2017年写的借条，借款一直没还").notes] == ["CIV 188"]


def test_danger_is_not_missed_on_its_own_texts_and_idioms_do_not_ring() -> None:
    rows = warned()
    missed = [one.text for one in rows if one.danger and one.danger not in {sign.code for sign in signs(one.text)}]
    assert missed == []
    assert [one.text for one in rows if not one.danger and signs(one.text)] == []
