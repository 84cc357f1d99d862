"""Fuzzing of all that a stranger's or a participant's bytes reach in the media plane: `make fuzz-media`.

First each reader by itself, then peers without sockets, then a real plane through its socket: strangers and a
participant with keys of their own on one side, two people on the other whose talk must go on. Nothing may raise, no
table may grow, and memory must not. Figures go to build/fuzz/media.json."""

import argparse
import asyncio
import json
import random
import struct
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from signaling.media import MediaOptions, MediaPlane
from tests.hostile import golden, readers
from tests.hostile.caller import Caller, talk

OUTPUT = Path(__file__).parents[2] / "build" / "fuzz"
LONG = {
    "rtp.scan": 1_500_000, "rtp.vp8": 1_000_000, "rtp.unwrap_rtx": 500_000, "red.primary": 300_000,
    "rtcp.walk": 1_000_000, "sdp.parse_answer": 60_000, "stun": 200_000, "dtls": 40_000,
    "peer rtp": 1_000_000, "peer rtcp": 500_000,
    "plane strangers": 150_000, "plane rtp": 150_000, "plane rtcp": 100_000,
}  # fmt: skip
"""Inputs of each reader in the long run."""
SHORT = {name: max(200, count // 400) for name, count in LONG.items()}
BURST = 200
"""Datagrams the offender sends before the two others' talk is looked at."""
WARM = 0.2
"""Share of the inputs after which memory is first looked at."""
GROWTH = 24.0
"""Megabytes the process may have grown since: what the allocator keeps of what was freed."""


@dataclass
class Outcome:
    """What a run came to."""

    inputs: Counter[str] = field(default_factory=Counter)
    verdicts: dict[str, Counter[str]] = field(default_factory=dict)
    crashes: list[str] = field(default_factory=list)
    memory: dict[str, float] = field(default_factory=dict)
    """Reader -> megabytes gained between the first fifth and the end."""
    rounds: int = 0
    """Times the two others heard each other meanwhile."""

    def note(self, reader: str, verdict: str) -> None:
        self.inputs[reader] += 1
        self.verdicts.setdefault(reader, Counter())[verdict] += 1

    def crash(self, reader: str, error: object, case: object) -> None:
        self.crashes.append(f"{reader}: {error!r}: {case!r}"[:3000])

    @property
    def good(self) -> bool:
        return not self.crashes and all(gained < GROWTH for gained in self.memory.values())


def resident() -> float:
    """Megabytes of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def drive(outcome: Outcome, name: str, count: int, read: Callable[[Any], str], make: Callable[[], Any]) -> None:
    """Give `count` inputs to one reader."""
    warm, before = int(count * WARM), 0.0
    for n in range(count):
        if n == warm:
            before = resident()
        case = make()
        try:
            outcome.note(name, read(case))
        except Exception as error:  # whatever it is, it is a finding
            outcome.crash(name, error, case)
    outcome.memory[name] = round(resident() - before, 1)


def alone(outcome: Outcome, counts: dict[str, int], seed: int) -> None:
    """The readers by themselves."""
    chance = random.Random(seed)
    packets, reports = golden.rtp_packets(), golden.rtcp_packets([5, 7, 9])
    stun, shakes = readers.Stun(), readers.Handshakes()
    payloads = [data[12:] for data in packets]
    voices = [bytes([0x80 | 111, 0, 0, 20, 111]) + bytes(60), bytes([111, 1]), bytes([0xEF, 0, 0, 9] * 2 + [111] * 40)]
    for name, read, good in (
        ("rtp.scan", readers.scan, packets),
        ("rtp.vp8", readers.vp8, payloads),
        ("rtp.unwrap_rtx", readers.unwrap, packets),
        ("red.primary", readers.redundant, voices),
        ("rtcp.walk", readers.walk, reports),
        ("dtls", shakes.read, shakes.good),
    ):
        drive(outcome, name, counts[name], read, _spoiler(chance, good))
    ufrag, password = stun.agent.local.ufrag, stun.agent.local.password

    def message() -> bytes:
        return golden.forged(chance, ufrag, password) if chance.random() < 0.7 else golden.spoilt(chance, stun.good)

    drive(outcome, "stun", counts["stun"], stun.read, message)


def _spoiler(chance: random.Random, good: Sequence[bytes]) -> Callable[[], bytes]:
    return lambda: golden.spoilt(chance, good)


async def behind_the_keys(outcome: Outcome, counts: dict[str, int], seed: int) -> None:
    """Answers, and three peers without sockets; the two others speak between the offender's packets."""
    chance, room = random.Random(seed + 1), await readers.Room().open()
    good = golden.answers(room.offer())
    name = "sdp.parse_answer"
    drive(outcome, name, counts[name], readers.answer, lambda: golden.spoilt_answer(chance, good))
    packets, publisher = golden.rtp_packets(), room.peers[0].publisher
    drive(outcome, "peer rtp", counts["peer rtp"], room.rtp, lambda: golden.plausible(chance, packets, publisher))
    drive(outcome, "peer rtcp", counts["peer rtcp"], room.rtcp, _spoiler(chance, golden.rtcp_packets(room.heard)))


async def through_the_socket(outcome: Outcome, counts: dict[str, int], seed: int) -> None:
    """A real plane. Whatever its loop's handlers raise is a crash."""
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, said: outcome.crash("plane", said.get("exception"), said["message"]))
    plane = await MediaPlane.open(MediaOptions())
    bad = await Caller(plane, "bad").connect()
    two = await talk(plane, bad)
    heard, publisher = list(bad.peer.subscriptions._by_ssrc), bad.peer.publisher
    packets, reports = golden.rtp_packets(), golden.rtcp_packets(heard)
    foreign = [*golden.stun_messages("guessed8", "x" * 24, "remo"), *packets, *reports, b"", bytes([22, 254, 253])]
    stranger = Caller(plane, "nobody yet")
    chance = random.Random(seed + 2)
    for name, good, send in (
        ("plane strangers", foreign, stranger.send),
        ("plane rtp", packets, bad.send_rtp),
        ("plane rtcp", reports, bad.send_rtcp),
        ("plane rtp", foreign, bad.send),
    ):
        count = counts[name] // 2 if send == bad.send else counts[name]
        warm, before = int(count * WARM), 0.0
        for n in range(count):
            if n == warm:
                before = resident()
            case = golden.plausible(chance, good, publisher) if send == bad.send_rtp else golden.spoilt(chance, good)
            outcome.note(name, "unprotectable" if send(case) is False else "sent")
            if n % BURST == BURST - 1:
                await two.flows(1)
                outcome.rounds += 1
                for who, size, limit in readers.tables(bad.peer):
                    if size > limit:
                        outcome.crash(name, f"{who} grew to {size}", n)
                for person in (bad, two.one, two.other):
                    person.rtp.clear()
                    person.rtcp.clear()
        outcome.memory[name] = max(outcome.memory.get(name, 0.0), round(resident() - before, 1))
    if len(plane._mux.owners) > 3 * 8 or len(plane._mux.agents) > 2 * 4:
        outcome.crash("plane", "tables grew", (len(plane._mux.owners), len(plane._mux.agents)))
    for person in (stranger, bad, two.one, two.other):
        await person.leave()
    await plane.close()
    if plane._mux.owners or plane._mux.agents or plane._mux.proofs:
        outcome.crash("plane", "something is left", plane._mux.owners)


def run(counts: dict[str, int], seed: int) -> Outcome:
    outcome = Outcome()
    alone(outcome, counts, seed)
    asyncio.run(behind_the_keys(outcome, counts, seed))
    asyncio.run(through_the_socket(outcome, counts, seed))
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=struct.unpack("!L", random.randbytes(4))[0])
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--scale", type=float, default=1.0)
    given = parser.parse_args()
    counts = SHORT if given.short else {name: int(count * given.scale) for name, count in LONG.items()}
    start = time.perf_counter()
    print(f"seed {given.seed}", flush=True)
    outcome = run(counts, given.seed)
    facts = {
        "seed": given.seed,
        "seconds": round(time.perf_counter() - start),
        "inputs": outcome.inputs.total(),
        "by_reader": dict(outcome.inputs),
        "verdicts": {name: dict(found.most_common()) for name, found in outcome.verdicts.items()},
        "megabytes_gained": outcome.memory,
        "resident_megabytes": round(resident(), 1),
        "rounds_of_the_two_others": outcome.rounds,
        "crashes": len(outcome.crashes),
        "first": outcome.crashes[:40],
    }
    OUTPUT.mkdir(parents=True, exist_ok=True)
    (OUTPUT / "media.json").write_text(json.dumps(facts, ensure_ascii=True, indent=1) + "\n", encoding="utf-8")
    for name, found in outcome.verdicts.items():
        common = ", ".join(f"{verdict} {count}" for verdict, count in found.most_common(5))
        print(f"{name:18}{outcome.inputs[name]:>9}  {outcome.memory[name]:+6.1f} MB  {common}")
    for line in outcome.crashes[:10]:
        print(line[:400].encode("ascii", "backslashreplace").decode())
    print(f"{facts['inputs']} inputs, {len(outcome.crashes)} crashes, the two others heard each other "
          f"{outcome.rounds} times meanwhile, {facts['resident_megabytes']} MB, {facts['seconds']} s")  # fmt: skip
    return 0 if outcome.good else 1


if __name__ == "__main__":
    sys.exit(main())
