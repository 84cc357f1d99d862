"""Signing, finishing and judging beside the raw primitive and beside pyHanko, on the same file in one run.

Run: python -m tests.bench.documents; figures go to build/bench/documents.json.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from documents import lay_out, persons, revisions, sign, verify
from tests.bench import peers
from tests.bench.laps import Laps, profile
from tests.bench.office import turns_of_the_server
from tests.documents.ceremony import Ceremony, Clock, drawing, seal_png
from tests.documents.texts import FONTS, case_two

OUTPUT = Path(__file__).parents[2] / "build" / "bench" / "documents.json"
SLOT = "mediator"
"""Whose signature is measured: the last of three, on a file with two before it."""
ROUNDS = 60
VERDICTS = 15


@dataclass(frozen=True)
class Bench:
    """One ceremony on case 2 of the corpus, two pages: certified, two of three signatures made."""

    ceremony: Ceremony
    base: bytes
    drawing: bytes

    @classmethod
    def make(cls, place: Path) -> Bench:
        text = case_two()
        clock = Clock(datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1))
        ceremony = asyncio.run(Ceremony.begin(place, clock=clock, r0=lay_out(text, FONTS).pdf, text=text))
        base = ceremony.turn(ceremony.turn(ceremony.f, "party-1"), "party-2")
        return cls(ceremony, base, drawing(3))


def signing(bench: Bench) -> dict[str, Any]:
    """(a) Server work for one signature, part by part."""
    one, base = bench.ceremony, bench.base
    browser, issuing = one.people[SLOT], one.authority.issuing.der
    by_peer = peer(bench)

    def signature_in_parts(laps: Laps) -> None:
        with laps.lap("prepare"):
            update = revisions.prepare_turn(base, one.file, SLOT, bench.drawing, one.clock())
        attributes, signature = browser.sign(base + update)  # the browser's part: not counted
        with laps.lap("check"):
            persons.accept_turn(base, update, attributes, signature, browser.certificate, issuing)
        with laps.lap("token"):
            token = one.tsa.token(sha256(signature).digest(), one.clock())
        with laps.lap("assemble"):
            revisions.assemble(base, update, attributes, signature, browser.certificate, issuing, token)

    laps = Laps()
    for _ in range(ROUNDS):
        with laps.lap("raw"):
            browser.key.sign(sha256(base).digest(), ec.ECDSA(hashes.SHA256()))
        signature_in_parts(laps)
        laps.taken["ours"].append(sum(laps.taken[part][-1] for part in ("prepare", "check", "token", "assemble")))
        with laps.lap("pyhanko"):
            by_peer()
    return {
        "file_bytes": len(base),
        "ms": laps.medians(),
        "ours_to_raw": laps.ratio("ours", "raw", 1),
        "ours_to_pyhanko": laps.ratio("ours", "pyhanko"),
        "dominated_by": profile(lambda: signature_in_parts(Laps())),
        "pyhanko_dominated_by": profile(by_peer, 5),
    }


def peer(bench: Bench) -> Callable[[], bytes]:
    """The same signature by pyHanko: B-T with image, key in memory, fixed reserve, our time-stamps."""
    one = bench.ceremony
    browser = one.people[SLOT]
    signer = peers.Held(browser.certificate, browser.key, one.authority.issuing.der)
    stamper = peers.Ours(one.tsa, one.clock)
    return lambda: peers.sign(bench.base, SLOT, signer, stamper, bench.drawing)


def finishing(bench: Bench) -> tuple[dict[str, Any], bytes]:
    """(b) From the last signature to the finished file; returns one such file."""
    one = bench.ceremony
    complete = one.turn(bench.base, SLOT)
    leaves = [person.certificate for person in one.people.values()]
    laps = Laps()
    originals = {"seal": sign._signed, "validation_data": sign._with_status, "with_time_stamp": sign.archived}
    for name, original in originals.items():
        setattr(sign, original.__name__, _timed(laps, name, original))

    def seal() -> bytes:
        return asyncio.run(sign.seal(complete, "seal", one.authority, one.tsa, seal_png(), "cd" * 32, leaves))

    whole = b""
    one.clock.pass_(seconds=2)
    for _ in range(ROUNDS // 3):
        with laps.lap("all"):
            whole = seal()
    for original in originals.values():
        setattr(sign, original.__name__, original)
    return {"ms": laps.medians(), "dominated_by": profile(seal)}, whole


def _timed(laps: Laps, name: str, original: Any) -> Any:
    def timed(*arguments: Any, **named: Any) -> Any:
        with laps.lap(name):
            return original(*arguments, **named)

    return timed


def judging(bench: Bench, whole: bytes) -> dict[str, Any]:
    """(c) The verdict on a file with four signatures (three persons, the seal), certified and time-stamped."""
    root, at = bench.ceremony.authority.root_der, bench.ceremony.clock()
    laps = Laps()
    for _ in range(VERDICTS):
        with laps.lap("ours"):
            report = verify(whole, (root,), at)
        with laps.lap("pyhanko"):
            other = peers.judge(whole, root, at)
    if report.verdict != "valid" or set(other.values()) != {"OK"}:
        raise AssertionError((report, other))
    return {
        "file_bytes": len(whole),
        "ms": laps.medians(1),
        "ours_to_pyhanko": laps.ratio("ours", "pyhanko"),
        "dominated_by": profile(lambda: verify(whole, (root,), at), 3, 8),
        "pyhanko_dominated_by": profile(lambda: peers.judge(whole, root, at), 2),
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        bench = Bench.make(Path(place))
        signed = signing(bench)
        finished, whole = finishing(bench)
        judged = judging(bench, whole)
        server = asyncio.run(turns_of_the_server(peer(bench)))
    # Prepare, check, token, assemble, and the transaction that keeps the signatures, its full sync included: all inside
    # the server, in turns with the peer, not in an earlier, perhaps quieter, minute. The whole turn beside it also has
    # the lease's transaction and the readings.
    signed["server"] = server
    signed["with_commit_ms"] = server["prepare_to_commit_per_signature_ms"]
    signed["with_commit_to_raw"] = round(signed["with_commit_ms"] / signed["ms"]["raw"], 1)
    signed["with_commit_to_pyhanko"] = server["prepare_to_commit_to_pyhanko"]
    figures = {
        "signature": signed,
        "finishing": finished,
        "verdict": judged,
        "targets": {
            "prepare to commit, at most a fifth of pyHanko": signed["with_commit_to_pyhanko"] <= 0.2,
            "the whole turn per signature, at most a fifth of pyHanko": server["per_signature_to_pyhanko"] <= 0.2,
            "verdict, at most a third of pyHanko": judged["ours_to_pyhanko"] <= 1 / 3,
        },
    }
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    print(json.dumps(figures, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
