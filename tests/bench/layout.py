"""How long a document takes to lay out, and how often our lines break wrongly beside reportlab's own, in one run.

Run: python -m tests.bench.layout; figures go to build/bench/layout.json.
"""

import json
import random
import statistics
import time
from pathlib import Path

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph

from documents import lay_out
from documents.fonts import load
from documents.linebreak import Line, break_lines
from tests.documents.test_linebreak import CONTRACT, violations
from tests.documents.texts import FONTS, case_two, long_case

OUTPUT = Path(__file__).parents[2] / "build" / "bench" / "layout.json"
CUTS = 300
SIZE = 10.0


def timed(text: object, rounds: int = 9) -> float:
    """Median milliseconds, fonts already parsed."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        lay_out(text, FONTS)  # type: ignore[arg-type]
        taken.append((time.perf_counter() - start) * 1000)
    return round(statistics.median(taken), 1)


def peer_lines(text: str, room: float, face: str) -> list[Line]:
    """The lines reportlab breaks the same text into (wordWrap CJK)."""
    style = ParagraphStyle("peer", fontName=face, fontSize=SIZE, leading=12, wordWrap="CJK")
    paragraph = Paragraph(text.replace("&", "&amp;").replace("<", "&lt;"), style)
    paragraph.wrap(room, 10_000)
    lines, at = [], 0
    for words in (line[1] for line in paragraph.blPara.lines):
        piece = "".join(words)
        at = text.index(piece, at)
        lines.append(Line(piece, at, at + len(piece), 0.0))
        at += len(piece)
    return lines


def main() -> None:
    faces = load(FONTS)
    chance = random.Random(1)
    counts = {"ours": [0, 0], "reportlab": [0, 0]}  # violations, lines
    forced = 0
    for _ in range(CUTS):
        start, room = chance.randrange(len(CONTRACT) - 200), chance.uniform(100, 420)
        text = CONTRACT[start : start + 200]
        ours = break_lines(text, lambda c: faces.width(c, "regular", SIZE), SIZE, room, room)
        forced += sum(line.forced for line in ours)
        for name, lines in (("ours", ours), ("reportlab", peer_lines(text, room, faces.names["regular"]))):
            counts[name][0] += len(violations(text, lines))
            counts[name][1] += len(lines)
    figures = {
        "layout_ms_case_two_2_pages": timed(case_two()),
        "layout_ms_long_case_7_pages": timed(long_case()),
        "violations_per_1000_lines": {name: round(1000 * bad / lines, 1) for name, (bad, lines) in counts.items()},
        "ours_forced_inside_something_wider_than_the_line": forced,
    }
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text(json.dumps(figures, indent=1) + "\n")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
