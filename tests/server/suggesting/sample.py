"""The labelled texts and their two halves: a draw by hash that nobody chose."""

import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parents[2] / "data" / "suggesting"


@dataclass(frozen=True)
class Labelled:
    """One text and what its author says of it: `category` and `route` of `law.disputes`, simple or complex."""

    category: str
    complexity: str
    route: str
    text: str


@dataclass(frozen=True)
class Warned:
    """One text and its sign of danger: violence, self_harm, child, or "" for none."""

    danger: str
    text: str


def texts() -> list[Labelled]:
    """All labelled texts."""
    return [Labelled(**one) for one in tomllib.loads((DATA / "texts.toml").read_text(encoding="utf-8"))["text"]]


def warned(name: str = "danger") -> list[Warned]:
    """Texts about danger: `danger`, with which its rules were written, or `danger_later`, written after them."""
    return [Warned(**one) for one in tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))["text"]]


def halves(every: Sequence[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    """To learn from, and set aside: within each category in the order of SHA-256 every other one."""
    train, aside = [], []
    for category in dict.fromkeys(one.category for one in every):
        mine = sorted((one for one in every if one.category == category), key=_drawn)
        train += mine[1::2]
        aside += mine[::2]
    return train, aside


def _drawn(one: Labelled) -> str:
    return hashlib.sha256(f"suggesting-1:{one.text}".encode()).hexdigest()
