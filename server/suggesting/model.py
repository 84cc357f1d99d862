"""A suggestion and its reasons. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """Why. `code` has its words in i18n suggesting.reason.*; `found` are words of the text, as they stand there."""

    code: str
    found: tuple[str, ...] = ()
    article: str = ""
    """What the rule follows, abbreviated; "" for our own."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """One value and its reasons."""

    value: str
    """A code of ours; "" for no suggestion."""
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a person may take, change or leave."""

    category: Proposed
    """Of `law.disputes`; without value where no word speaks clearly enough."""
    complexity: Proposed
    """simple or complex."""
    route: Proposed
    """Of `disputes.ROUTES`; without value where there is neither category nor reason."""
    others: tuple[str, ...]
    """The next categories, the likeliest first."""
    danger: tuple[Reason, ...]
    """Signs of danger, for staff only: somebody acts before anything is registered."""
    notes: tuple[Reason, ...]
    """What else to look at, such as a limitation period."""
