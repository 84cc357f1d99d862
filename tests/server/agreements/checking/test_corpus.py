"""The checker on the labelled clauses, the half it was written on and the half it was not: bounds that can fail."""

import json

import pytest

from tests.server.agreements.checking import table

FEWEST_FOUND = {"open": 0.9, "aside": 0.58}
"""Of the faulty clauses, how many must be named rightly."""


@pytest.fixture(scope="module")
def tables() -> dict[str, dict[str, int]]:
    found = table.tables()
    print(table.printed(found))
    return found


@pytest.mark.parametrize("half", ["open", "aside"])
def test_false_alarms_stay_under_one_in_twenty(tables: dict[str, dict[str, int]], half: str) -> None:
    assert tables[half]["good_with_alarm"] < 0.05 * tables[half]["good"]


@pytest.mark.parametrize("half", ["open", "aside"])
def test_wishes_stay_rare(tables: dict[str, dict[str, int]], half: str) -> None:
    assert tables[half]["good_with_alarm"] + tables[half]["good_with_note"] < 0.05 * tables[half]["good"]


@pytest.mark.parametrize("half", ["open", "aside"])
def test_faults_are_named_rightly(tables: dict[str, dict[str, int]], half: str) -> None:
    assert tables[half]["found"] >= FEWEST_FOUND[half] * tables[half]["bad"]


def test_the_table_is_written_with_articles_and_without_clauses(tables: dict[str, dict[str, int]]) -> None:
    text = table.OUTPUT.read_text(encoding="utf-8")
    assert json.loads(text)["aside"] == tables["aside"]
    assert all(json.loads(text)["articles"].values())
    assert "甲方" not in text
