"""Setting a line: flush where little is needed, ragged where much, and every character where the widths say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.justify import WIDEST_GAP, set_line
from documents.linebreak import Line, break_lines
from tests.documents.test_linebreak import CONTRACT, EM, width


def line_of(text: str, room: float = 1000) -> Line:
    (line,) = break_lines(text, width, EM, room, room)
    return line


def end_of(line: Line, room: float | None) -> float:
    """Where the last character ends, replayed the way a PDF reader places runs."""
    run = set_line(line, width, EM, room)[-1]
    return run.x + sum(map(width, run.text)) + run.space * (len(run.text) - 1)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(CONTRACT) - 200), st.integers(150, 420))
def test_each_line_is_flush_or_natural_and_loses_nothing(start: int, room: int) -> None:
    lines = break_lines(CONTRACT[start : start + 200], width, EM, room, room)
    for line in lines:
        runs = set_line(line, width, EM, room)
        assert "".join(run.text for run in runs) == line.text.rstrip(" ")
        assert all(run.space <= WIDEST_GAP * EM + 1e-9 for run in runs)
        overhang = EM / 2 if line.trimmed else 0.0
        end = end_of(line, room) - overhang
        assert end == pytest.approx(room) or end == pytest.approx(line.width)


def test_a_full_line_is_spread_between_characters_but_not_inside_numbers() -> None:
    line = line_of("甲方支付8500元整给乙方")
    runs = set_line(line, width, EM, line.width + 2)
    inside = [run for run in runs if "85" in run.text or "50" in run.text]
    assert inside
    assert all(run.space == 0 for run in inside)
    assert end_of(line, line.width + 2) == pytest.approx(line.width + 2)


def test_a_line_with_a_hole_stays_ragged() -> None:
    line = line_of("甲方支付")
    assert end_of(line, line.width + 20) == pytest.approx(line.width)


def test_the_last_line_is_never_spread() -> None:
    line = line_of("甲方支付乙方")
    assert len(set_line(line, width, EM, None)) == 1


def test_shared_halves_of_marks_are_set_tight() -> None:
    line = line_of("（甲），乙")
    assert end_of(line, None) == pytest.approx(5 * EM - EM / 2)
