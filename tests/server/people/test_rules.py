"""Passwords and one-time codes, as rules."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import TooMany
from server.people import rules
from server.people.model import Assurance, CodeExpired, CodeLocked, CodeWrong
from server.people.rules import OneTimeCode
from server.settings import LoginOptions
from tests.actors import START

OPTIONS = LoginOptions()
RIGHT, WRONG = "a" * 64, "b" * 64


def sent(**changes: object) -> OneTimeCode:
    fresh = rules.issue(None, "seat", "sea_x", RIGHT, START, OPTIONS)
    return replace(fresh, **changes)  # type: ignore[arg-type]


def test_the_right_code_is_good_once() -> None:
    used, problem = rules.check(sent(), RIGHT, START, OPTIONS)
    assert problem is None and used is not None
    _, problem = rules.check(used, RIGHT, START, OPTIONS)
    assert isinstance(problem, CodeExpired)


def test_a_code_nobody_sent_is_expired_not_wrong() -> None:
    assert isinstance(rules.check(None, RIGHT, START, OPTIONS)[1], CodeExpired)


@given(st.lists(st.sampled_from(["right", "wrong", "resend", "minute", "quarter"]), max_size=60))
def test_no_order_of_acts_gives_more_than_five_tries_within_a_quarter_of_an_hour(acts: list[str]) -> None:
    """Guessing: whatever is mixed in between, at most five wrong digits are judged between a lock and the next."""
    now, code, judged = START, sent(), 0
    for act in acts:
        if act == "minute":
            now += timedelta(seconds=OPTIONS.code_resend)
        elif act == "quarter":
            now += timedelta(seconds=OPTIONS.lock)
        elif act == "resend":
            try:
                code = rules.issue(code, "seat", "sea_x", RIGHT, now, OPTIONS)
            except (CodeLocked, TooMany):
                continue
        else:
            after, problem = rules.check(code, RIGHT if act == "right" else WRONG, now, OPTIONS)
            assert after is not None
            if problem is None:
                judged = 0
            elif isinstance(problem, CodeWrong):
                judged += 1
                assert problem.data["tries_left"] == OPTIONS.attempts - judged
            elif isinstance(problem, CodeLocked) and not code.locked(now):
                assert judged == OPTIONS.attempts - 1
                judged = 0
            code = after
        assert judged < OPTIONS.attempts


def test_the_hash_depends_on_secret_purpose_subject_and_digits() -> None:
    made = {
        rules.code_hash(b"s", "seat", "x", "000000"),
        rules.code_hash(b"t", "seat", "x", "000000"),
        rules.code_hash(b"s", "sign", "x", "000000"),
        rules.code_hash(b"s", "seat", "y", "000000"),
        rules.code_hash(b"s", "seat", "x", "000001"),
    }
    assert len(made) == 5


def test_digits_are_six_and_all_occur() -> None:
    made = [rules.new_digits() for _ in range(300)]
    assert all(len(one) == 6 and one.isdigit() for one in made) and len(set(made)) > 250


def test_passwords_are_hashed_with_salt_and_checked() -> None:
    first, second = rules.hash_password("好密码"), rules.hash_password("好密码")
    assert first != second and first.startswith("$argon2id$")
    assert rules.password_fits(first, "好密码") and not rules.password_fits(first, "坏密码")
    assert not rules.password_fits("not a hash", "x")


@pytest.mark.parametrize("phone, shown", [("19900000002", "199****0002"), ("123", "****"), ("", "****")])
def test_phones_are_masked(phone: str, shown: str) -> None:
    assert rules.mask_phone(phone) == shown


def test_levels_of_assurance_rise() -> None:
    assert Assurance.seen.at_least(Assurance.code) and Assurance.seen.at_least(Assurance.seen)
    assert not Assurance.code.at_least(Assurance.seen)
