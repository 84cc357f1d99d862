"""All attacks and all benign twins against the verdict, beside pdfsig and plain pyHanko: `python -m tests.attacks`.

Prints the table by class and every file that was judged wrongly; writes build/attack/table.json and the files."""

from __future__ import annotations

import json
import multiprocessing
import re
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from documents.errors import UnreadablePdf
from documents.verify import verify
from tests.attacks import ALL, judges
from tests.attacks.benign import sets, twins
from tests.attacks.cases import Case, cases
from tests.attacks.lab import Lab
from tests.attacks.tools import resaved

OUTPUT = Path(__file__).parents[2] / "build" / "attack"


def verdict(case: Case, lab: Lab) -> tuple[str, list[str]]:
    """Hejie's word and reasons. What is no PDF is as good as refused; any other exception is a fault."""
    trust = lab.three.trust if case.trust is None else case.trust
    try:
        report = verify(case.pdf, trust, case.now or lab.three.now)
    except UnreadablePdf:
        return "cannot_tell", ["no_pdf"]
    except Exception as error:
        return type(error).__name__, [str(error)[:80]]
    return report.verdict, [f"{each.code} {each.detail or ''}".strip() for each in report.reasons[:3]]


def judged(found: list[Case], lab: Lab, *, others: bool) -> list[dict[str, object]]:
    """One row for each file."""
    rows: list[dict[str, object]] = []
    asked: Iterable[tuple[bool, bool, bool]] = [(False, False, False)] * len(found)
    pool = multiprocessing.get_context("spawn").Pool(2) if others else None
    if pool is not None:
        tasks = [
            (each.pdf, lab.three.trust if each.trust is None else each.trust, each.now or lab.three.now)
            for each in found
        ]
        asked = pool.imap(judges.ask, tasks)
    for case, (valid, whole, pyhanko) in zip(found, asked, strict=True):
        start = time.perf_counter()
        said, why = verdict(case, lab)
        rows.append(
            {
                "class": case.kind, "name": case.name, "verdict": said, "reasons": why, "right": said in case.may,
                "pdfsig_valid": valid, "pdfsig_valid_and_whole": whole, "pyhanko": pyhanko,
                "milliseconds": round((time.perf_counter() - start) * 1000, 1),
            }
        )  # fmt: skip
    if pool is not None:
        pool.close()
    return rows


def table(rows: list[dict[str, object]]) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        line = found[str(row["class"])]
        line["files"] += 1
        line["right"] += bool(row["right"])
        line["called valid"] += row["verdict"] == "valid"
        line["pdfsig says valid"] += bool(row["pdfsig_valid"])
        line["pdfsig valid and whole"] += bool(row["pdfsig_valid_and_whole"])
        line["pyHanko accepts"] += bool(row["pyhanko"])
    return {kind: dict(line) for kind, line in found.items()}


def shown(title: str, lines: dict[str, dict[str, int]], right: str) -> None:
    print(f"\n{title:42}{'files':>6}{right:>9}{'valid':>7}{'pdfsig':>8}{'+whole':>8}{'pyHanko':>9}")
    columns = ("files", "right", "called valid", "pdfsig says valid", "pdfsig valid and whole", "pyHanko accepts")
    total = Counter[str]()
    for kind, line in lines.items():
        total.update(line)
        print(
            f"{kind:42}"
            + "".join(f"{line[each]:>{width}}" for each, width in zip(columns, (6, 9, 7, 8, 8, 9), strict=True))
        )
    print(
        f"{'all':42}"
        + "".join(f"{total[each]:>{width}}" for each, width in zip(columns, (6, 9, 7, 8, 8, 9), strict=True))
    )


def main() -> int:
    others = "--quick" not in sys.argv
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(scratch)
        lab = Lab(directory)
        attacks, good = list(cases(lab)), [*twins(lab), *sets(directory / "sets")]
        (directory / "tools").mkdir()
        edited = list(resaved(lab.three, directory / "tools", slow=others))
        rows = {
            name: judged(found, lab, others=others)
            for name, found in {"attacks": attacks, "tools": edited, "benign": good}.items()
        }
    if others:
        _keep({"attacks": attacks, "tools": edited, "benign": good})
    tables = {name: table(found) for name, found in rows.items()}
    shown("attacks", tables["attacks"], "caught")
    shown("saved again or edited by other tools", tables["tools"], "caught")
    shown("benign twins", tables["benign"], "right")
    wrong = [row for found in rows.values() for row in found if not row["right"]]
    for row in wrong:
        print(f"WRONG  {row['class']}: {row['name']}: {row['verdict']} {row['reasons']}")
    slowest = max((row for found in rows.values() for row in found), key=lambda row: float(str(row["milliseconds"])))
    taken = time.perf_counter() - start
    print(f"\n{len(wrong)} wrong; slowest {slowest['milliseconds']} ms ({slowest['name']}); {taken:.0f} s")
    if others:
        words = {"tables": tables, "wrong": wrong, "rows": rows}
        (OUTPUT / "table.json").write_text(json.dumps(words, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if wrong else 0


def _keep(found: dict[str, list[Case]]) -> None:
    """The files, for other judges."""
    shutil.rmtree(OUTPUT / "files", ignore_errors=True)
    for name, listed in found.items():
        for number, case in enumerate(listed):
            folder = OUTPUT / "files" / name / re.sub(r"[^A-Za-z0-9]+", "-", case.kind).strip("-")
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{number:04}.pdf").write_bytes(case.pdf)


assert ALL
if __name__ == "__main__":
    sys.exit(main())
