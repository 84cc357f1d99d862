"""The verifier of offline.html beside the strict verdict: what Python does not call valid, the page must not either.
`python -m tests.attacks.offline` asks both about every attack, every benign twin and mutants: the table."""

from __future__ import annotations

import argparse
import base64
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from documents.errors import UnreadablePdf
from documents.verify import verify
from tests.attacks import ALL
from tests.attacks.benign import sets, twins
from tests.attacks.cases import Case, cases
from tests.attacks.lab import Lab
from tests.attacks.readers import GOLDEN
from tests.attacks.tools import resaved
from tests.documents.ceremony import FREEZE

TWIN = Path(__file__).with_name("offline.mjs")
MUTANTS = 4_000
assert ALL


@dataclass(frozen=True)
class Row:
    """One file, the word of both, and why the page says so."""

    kind: str
    name: str
    python: str
    page: str
    why: list[list[str | None]]
    milliseconds: int

    @property
    def verdict(self) -> str:
        """`agree`; `careful`: only Python says valid; `laxer`: only the page; `other`: two words, none valid."""
        if self.python == self.page:
            return "agree"
        return "laxer" if self.page in ("valid", "crash") else "careful" if self.python == "valid" else "other"


def asked(jobs: Iterable[dict[str, object]], directory: Path) -> list[dict[str, Any]]:
    """The page's answers, in one process of node."""
    listed, answers = directory / "cases.jsonl", directory / "answers.json"
    listed.write_text("".join(json.dumps(job) + "\n" for job in jobs), encoding="utf-8")
    subprocess.run(["node", str(TWIN), str(listed), str(answers)], check=True)
    found: list[dict[str, Any]] = json.loads(answers.read_text(encoding="utf-8"))
    return found


def kept(directory: Path, content: bytes) -> str:
    """A file of this content, whose name is its digest."""
    path = directory / sha256(content).hexdigest()
    path.write_bytes(content)
    return str(path)


def job(
    directory: Path, content: bytes, trust: Iterable[bytes], now: datetime, *, packet: bool = False
) -> dict[str, object]:
    trusted = [kept(directory, each) for each in trust]
    return {
        "file": kept(directory, content), "trust": trusted, "now": now.timestamp() * 1000, "packet": packet,
    }  # fmt: skip


def python_says(pdf: bytes, trust: list[bytes], now: datetime) -> str:
    try:
        return verify(pdf, trust, now).verdict
    except UnreadablePdf:
        return "cannot_tell"


def compared(found: Iterable[Case], lab: Lab, directory: Path) -> list[Row]:
    """Both verdicts on every file."""
    listed, jobs, said = [], [], []
    for case in found:
        trust, now = lab.three.trust if case.trust is None else case.trust, case.now or lab.three.now
        listed.append(case)
        jobs.append(job(directory, case.pdf, trust, now))
        said.append(python_says(case.pdf, trust, now))
    answers = asked(jobs, directory)
    return [
        Row(case.kind, case.name, word, answer["verdict"], answer["reasons"], answer["milliseconds"])
        for case, word, answer in zip(listed, said, answers, strict=True)
    ]


def golden() -> Iterator[Case]:
    """The ceremony that both languages share, after each turn; nobody has sealed it."""
    root = [base64.b64decode(json.loads((GOLDEN / "manifest.json").read_bytes())["ca"]["root"])]
    frozen = (GOLDEN / "F.pdf").read_bytes()
    tails = [b"", *(path.read_bytes() for path in sorted(GOLDEN.glob("turn-?.signed.bin")))]
    for number, tail in enumerate(tails):
        yield Case(f"golden, turn {number}", frozen + tail, trust=root, now=FREEZE + timedelta(hours=1), kind="golden")


def mutants(lab: Lab, count: int, seed: int) -> Iterator[Case]:
    """Bytes flipped, cut, doubled and left out in finished files; and what might be an update put behind them."""
    whole = [lab.three.pdf, lab.house.pdf, lab.minutes.pdf]
    trust = {id(lab.house.pdf): lab.house.trust}
    for number in range(count):
        chance = random.Random(f"{seed} {number}")
        pdf = chance.choice(whole)
        yield Case(f"mutant {number}", mutant(chance, pdf), trust=trust.get(id(pdf)), kind="mutants")


def mutant(chance: random.Random, pdf: bytes) -> bytes:
    at = chance.randrange(len(pdf))
    match chance.randrange(6):
        case 0:
            return pdf[:at] + bytes([pdf[at] ^ 1 << chance.randrange(8)]) + pdf[at + 1 :]
        case 1:
            return pdf[:at]
        case 2:
            return pdf[:at] + pdf[at + chance.randrange(1, 40) :]
        case 3:
            return pdf[:at] + pdf[at : at + chance.randrange(1, 400)] + pdf[at:]
        case 4:
            end = pdf.rindex(b"\n", 0, at) + 1 if b"\n" in pdf[:at] else 0
            return pdf + pdf[end : end + chance.randrange(1, 3000)]
        case _:
            start = pdf.rindex(b"startxref", 0, -40)
            offset = b"%d" % len(pdf)
            body = b"9 0 obj\n<</Type/Page>>\nendobj\n"
            table = b"xref\n9 1\n" + b"%010d 00000 n \n" % len(pdf)
            trailer = b"trailer\n<</Size 99/Prev %d/Root 1 0 R/Info 2 0 R>>\n" % int(pdf[start:].split()[1])
            return (
                pdf
                + body
                + table
                + trailer
                + b"startxref\n"
                + offset[:-1]
                + b"%d" % chance.randrange(10)
                + b"\n%%EOF\n"
            )


def table(rows: list[Row]) -> str:
    """Agree, more careful, laxer, of each class."""
    lines: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        lines[row.kind][row.verdict] += 1
        lines["all"][row.verdict] += 1
    words = ("agree", "other", "careful", "laxer")
    head = f"{'':44}{'files':>7}{'agree':>8}{'other word':>12}{'careful':>9}{'LAXER':>7}"
    body = [
        f"{kind:44}{sum(line.values()):>7}"
        + "".join(f"{line[word]:>{width}}" for word, width in zip(words, (8, 12, 9, 7), strict=True))
        for kind, line in [*((each, lines[each]) for each in lines if each != "all"), ("all", lines["all"])]
    ]
    return "\n".join([head, *body])


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--mutants", type=int, default=MUTANTS)
    parser.add_argument("--each", type=int)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(scratch)
        lab = Lab(directory / "lab")
        rows = compared(cases(lab, each=given.each), lab, directory)
        if given.each is None:
            (directory / "tools").mkdir()
            rows += compared([*twins(lab), *sets(directory / "sets"), *golden()], lab, directory)
            rows += compared(resaved(lab.three, directory / "tools", slow=False), lab, directory)
        rows += compared(mutants(lab, given.mutants, given.seed), lab, directory)
    print(table(rows))
    for row in rows:
        if row.verdict in ("laxer", "careful"):
            print(f"{row.verdict.upper()}  {row.kind}: {row.name}: Python {row.python}, page {row.page} {row.why[:3]}")
    words = Counter(f"Python {row.python}, page {row.page} {row.why[0][0]}" for row in rows if row.verdict == "other")
    for word, count in words.most_common(30):
        print(f"{count:5}  {word}")
    print(f"slowest {max(row.milliseconds for row in rows)} ms")
    return 1 if any(row.verdict == "laxer" for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
