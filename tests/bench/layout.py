"""How long a document takes to lay out, and how often our lines break wrongly beside reportlab's own, in one run.

Run: python -m tests.bench.layout; figures go to build/bench/layout.json.
"""

import json
import statistics
import time
from pathlib import Path

from documents import lay_out
from tests.documents.lines import compare
from tests.documents.texts import FONTS, case_two, long_case

OUTPUT = Path(__file__).parents[2] / "build" / "bench" / "layout.json"
LINES = 3_000


def timed(text: object, rounds: int = 9) -> float:
    """Median milliseconds, fonts already parsed."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        lay_out(text, FONTS)  # type: ignore[arg-type]
        taken.append((time.perf_counter() - start) * 1000)
    return round(statistics.median(taken), 1)


def main() -> None:
    ours, theirs = compare(LINES, seed=1)
    figures = {
        "layout_ms_case_two_2_pages": timed(case_two()),
        "layout_ms_long_case_7_pages": timed(long_case()),
        "violations_per_1000_lines": {
            name: round(1000 * count.faults.total() / count.lines, 1)
            for name, count in (("ours", ours), ("reportlab", theirs))
        },
        "ours_forced_inside_something_wider_than_the_line": ours.too_wide,
    }
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text(json.dumps(figures, indent=1) + "\n")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
