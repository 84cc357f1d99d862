"""The table of rights is complete, and only the mediator is host."""

from typing import get_args

import pytest

from signaling.errors import RightMissing
from signaling.protocol import Role
from signaling.rights import RIGHTS, Right, may, need


def test_every_role_has_a_row() -> None:
    assert set(RIGHTS) == set(get_args(Role))


def test_only_mediators_are_hosts() -> None:
    assert [role for role in RIGHTS if may(role, Right.HOST)] == ["mediator", "co_mediator"]


def test_an_observer_may_do_nothing_but_look() -> None:
    assert RIGHTS["observer"] == frozenset()


def test_a_missing_right_is_named() -> None:
    with pytest.raises(RightMissing, match="host"):
        need("applicant", Right.HOST)
