"""What a judge says of a file, and the one table of it all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.judges.files import State


@dataclass(frozen=True)
class Answer:
    """One judge about one file. `accepts` is None where the judge could not be had: then nothing is proven. `wanted` is
    False where an honest judge must refuse: long after the end of a file that nobody renewed."""

    judge: str
    profile: str
    file: str
    stage: str
    accepts: bool | None
    says: str
    wanted: bool = True

    @property
    def word(self) -> str:
        if self.accepts is None:
            return "unproven"
        said = "yes" if self.accepts else "no"
        return said if self.right else said.upper()

    @property
    def right(self) -> bool:
        """The judge says what it should. Nothing unproven is right."""
        return self.accepts is self.wanted


def answer(judge: str, state: State, accepts: bool | None, says: str, wanted: bool = True) -> Answer:
    return Answer(judge, state.profile, state.file, state.stage, accepts, says, wanted)


def table(answers: Iterable[Answer]) -> str:
    """A line per judge, profile, file and stage."""
    rows = [("judge", "profile", "file", "stage", "accepts", "says")]
    rows += [(each.judge, each.profile, each.file, each.stage, each.word, each.says) for each in answers]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row[:5], widths, strict=True)) + "  " + row[5][:160]
        for row in rows
    )


def save(answers: Sequence[Answer], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(each) for each in answers], ensure_ascii=False, indent=1), encoding="utf-8")
