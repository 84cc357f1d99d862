"""`make judges`: every judge that can be had, on every file and stage; one table, and build/judges/table.json."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tests.judges import debian, maven, unsigned
from tests.judges.answers import save, table
from tests.judges.finished import states

BUILD = Path("build/judges")


def main() -> int:
    """0 when every judge that could be had says what it should."""
    shutil.rmtree(BUILD / "files", ignore_errors=True)
    judged = list(states(BUILD / "files"))
    unsigned_files = [*unsigned.forms(BUILD / "files"), *unsigned.copies(judged)]
    answers = [*debian.judge(judged), *maven.verapdf([*judged, *unsigned_files]), *maven.dss(judged)]
    save(answers, BUILD / "table.json")
    print(table(answers))
    unproven = sum(each.accepts is None for each in answers)
    wrong = sum(not each.right for each in answers) - unproven
    right = len(answers) - wrong - unproven
    print(
        f"\n{len(answers)} answers: {right} as they should be, {wrong} not, {unproven} unproven; {BUILD / 'table.json'}"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
