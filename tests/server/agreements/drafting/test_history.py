"""What the list of versions counts, and before whom a version was."""

from server.agreements.drafting.history import Counts, counted, shown_to
from server.agreements.model import Terms
from tests.server.agreements.drafting.editors import added, edited, moved, removed
from tests.server.agreements.matter import CHEN, GU, LIN, MATTER, TERMS, version


def test_clauses_are_counted_by_what_happened_to_them() -> None:
    assert counted(Terms(), TERMS) == Counts(added=4, other=3)
    assert counted(TERMS, TERMS) == Counts()
    assert counted(TERMS, moved(TERMS, 0, 1)) == Counts(moved=1)
    after = edited(added(removed(TERMS, 0), 0, "c9", "另一条"), 0, 0, 0, "补充")
    assert counted(TERMS, after) == Counts(added=1, removed=1, other=1)
    assert counted(TERMS, edited(TERMS, 3, 0, 0, "及")) == Counts(changed=1)


def test_a_version_was_shown_to_parties_by_label() -> None:
    assert shown_to(version(1, {GU, LIN}), MATTER) == ["甲方"]
    assert shown_to(version(1, {GU}), MATTER) == []
    assert shown_to(version(1, {GU, LIN, CHEN}), MATTER) == ["甲方", "乙方"]
