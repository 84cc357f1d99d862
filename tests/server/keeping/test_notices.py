"""Told long before anything ends: each notice at its time and not before."""

from datetime import UTC, datetime, timedelta

import pytest

from documents import Standing
from server.keeping import notices
from server.keeping.notices import AHEAD, Notice
from server.keeping.renewal import Failed, Round
from server.store.kept import Version

NOW = datetime(2030, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
FAR = NOW + 100 * 365 * DAY


@pytest.mark.parametrize("name", sorted(AHEAD))
def test_a_certificate_is_told_of_in_time_and_then_as_a_problem(name: str) -> None:
    hint, problem = AHEAD[name]
    for left, level in (
        (hint, None),
        (hint - DAY, "hint"),
        (problem, "hint"),
        (problem - DAY, "problem"),
        (-DAY, "problem"),
    ):
        found = notices.ending({name: NOW + left}, FAR, NOW)
        assert [(each.code, each.level, each.subject) for each in found] == (
            [] if level is None else [("certificate_ending", level, name)]
        ), left


def test_the_roots_list_is_told_of() -> None:
    assert notices.ending({}, NOW + 121 * DAY, NOW) == []
    (hint,) = notices.ending({}, NOW + 100 * DAY, NOW)
    (problem,) = notices.ending({}, NOW + 5 * DAY, NOW)
    assert (hint.code, hint.level, problem.level) == ("root_list_ending", "hint", "problem")


def test_a_server_that_is_out_for_a_while_is_named_at_once_if_it_was_the_last() -> None:
    out = Standing("stamps.example", NOW - timedelta(minutes=1), "stamps.example: timeout")
    assert notices.outages([out, Standing("embedded")], 2, NOW) == []
    (late,) = notices.outages([out, Standing("embedded")], 2, NOW + timedelta(minutes=10))
    assert (late.level, late.subject, late.cause) == ("hint", "stamps.example", "stamps.example: timeout")
    (alone,) = notices.outages([out], 1, NOW)
    assert alone.level == "problem"


def kept(stamp_days: float) -> Version:
    return Version("c", f"{stamp_days}", 0, "", 1, NOW, NOW + stamp_days * DAY, NOW + DAY, NOW)


def test_late_and_lost_files_are_counted() -> None:
    assert notices.renewals([kept(800), kept(600)], None, 2, NOW) == []
    (late,) = notices.renewals([kept(500), kept(400)], None, 2, NOW)
    assert (late.code, late.count, late.at) == ("renewal_overdue", 2, NOW + 400 * DAY)
    (lost,) = notices.renewals([kept(-1)], None, 2, NOW)
    assert (lost.code, lost.level) == ("proof_lost", "problem")


def test_a_failed_round_names_its_causes() -> None:
    failed = tuple(Failed("c", str(n), "stamps.example: timeout") for n in range(3))
    (found,) = notices.renewals([], Round(3, (), 0, failed), 2, NOW)
    assert found == Notice("renewal_failed", "problem", count=3, cause="stamps.example: timeout")


@pytest.mark.parametrize(("days", "expected"), [(1, None), (7, "hint"), (30, "problem")])
def test_an_old_backup_is_told_of(days: int, expected: str | None) -> None:
    assert [each.level for each in notices.backups(NOW - days * DAY, NOW)] == ([] if expected is None else [expected])
    assert [each.code for each in notices.backups(None, NOW)] == ["backup_missing"]
