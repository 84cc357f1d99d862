"""The versions of a draft as somebody may see them: how much each changed, before whom it was made. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from server.agreements.model import Matter, Terms, Version


class Counts(NamedTuple):
    """How many clauses; `other`: parts of the dispute and whether the minutes changed."""

    added: int = 0
    removed: int = 0
    changed: int = 0
    moved: int = 0
    other: int = 0


def counted(before: Terms, after: Terms) -> Counts:
    """What changed from one version to another. A clause that only moved counts as moved."""
    old, new = ({clause.id: clause for clause in terms.clauses} for terms in (before, after))
    both = [name for name in new if name in old]
    parts = [name for name in before.dispute.__struct_fields__ if _differs(before.dispute, after.dispute, name)]
    return Counts(
        added=len(new) - len(both),
        removed=len(old) - len(both),
        changed=sum(old[name] != new[name] for name in both),
        moved=_moved([name for name in old if name in new], both),
        other=len(parts) + (before.minutes != after.minutes),
    )


def _differs(before: object, after: object, name: str) -> bool:
    return bool(getattr(before, name) != getattr(after, name))


def _moved(before: Sequence[str], after: Sequence[str]) -> int:
    """Clauses at another place among those both have, a pair that changed places counting once."""
    return (sum(one != other for one, other in zip(before, after, strict=True)) + 1) // 2


def shown_to(version: Version, matter: Matter) -> list[str]:
    """Labels of the parties of whose side somebody saw it."""
    camps = zip(matter.parties, matter.camps(), strict=True)
    return [party.label for party, camp in camps if camp & version.audience]
