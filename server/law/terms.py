"""How long each stage of a matter may take, and why its clock may stand still: a list as data, each line with its
source. Pure."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

import msgspec

BUNDLED = Path(__file__).with_name("term_lists") / "terms.toml"
Stage = Literal["answer", "routing", "assigning", "appointment", "mediation"]
STAGES: tuple[Stage, ...] = ("answer", "routing", "assigning", "appointment", "mediation")
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Code = Annotated[str, msgspec.Meta(pattern="^[a-z_]{1,24}$")]


class BadTerms(ValueError):
    """A list that cannot be used; the text says why."""


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One limit. `days` are working days, or days of the calendar moved off a day off where not `working`."""

    stage: Stage
    days: Annotated[int, msgspec.Meta(ge=1, le=366)]
    source: Text
    working: bool = True
    complexity: Literal["", "simple", "complex"] = ""
    profile: str = ""


class Stop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reason for which a clock may be stopped."""

    code: Code
    name: Text
    source: Text


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"terms": "term", "stops": "stop"}):
    """The whole list."""

    terms: tuple[Term, ...]
    stops: tuple[Stop, ...]

    def of(self, stage: Stage, profile: str, complexity: str) -> Term:
        """The limit that fits best; for an undecided complexity that of no complexity."""
        fit = [
            one
            for one in self.terms
            if one.stage == stage and one.profile in ("", profile) and one.complexity in ("", complexity)
        ]
        return max(fit, key=lambda one: (one.profile != "", one.complexity != ""))

    def stop(self, code: str) -> Stop | None:
        """A reason by its code."""
        return next((one for one in self.stops if one.code == code), None)


def read(path: Path = BUNDLED) -> Terms:
    """The list in a file. Raises BadTerms with the first thing that cannot be right."""
    try:
        found = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Terms)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadTerms(f"{path.name}: {error}") from error
    named = [(one.stage, one.profile, one.complexity) for one in found.terms]
    missing = next((stage for stage in STAGES if (stage, "", "") not in named), None)
    if missing:
        raise BadTerms(f"{path.name}: no term of {missing} without profile and complexity")
    if len(set(named)) < len(named) or len({one.code for one in found.stops}) < len(found.stops):
        raise BadTerms(f"{path.name}: the same line twice")
    return found
