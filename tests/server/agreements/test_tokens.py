"""Tokens of one file: they open that file, for five minutes, with our secret only."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.agreements.tokens import VALID, fits, token
from tests.server.agreements.matter import AT

VALUE = token(b"secret", "agr_a", "minutes", AT)


def test_it_fits_until_its_time_is_over() -> None:
    assert fits(b"secret", VALUE, "agr_a", "minutes", AT + VALID)
    assert not fits(b"secret", VALUE, "agr_a", "minutes", AT + VALID + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("secret", "agreement", "file"),
    [(b"other", "agr_a", "minutes"), (b"secret", "agr_b", "minutes"), (b"secret", "agr_a", "agreement")],
)
def test_it_opens_nothing_else(secret: bytes, agreement: str, file: str) -> None:
    assert not fits(secret, VALUE, agreement, file, AT)


def test_a_later_end_needs_another_mark() -> None:
    until, _, mark = VALUE.partition(".")
    assert not fits(b"secret", f"{int(until) + 600}.{mark}", "agr_a", "minutes", AT)


@given(st.text(max_size=80))
def test_other_words_are_no_token(value: str) -> None:
    assert not fits(b"secret", value, "agr_a", "minutes", AT)
