"""`make soak`: four people in one room for SOAK_MINUTES (30), a sample every 10 s; figures to build/bench/soak.json.

Exit status 1 when memory grows by more than 1 MB/h, lips and voice drift apart by 80 ms, or something of
the meeting is left after everybody has gone.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.browser import steps
from tests.browser.conftest import DESKTOP, FLAGS, PHONE, People
from tests.running import ROOT, Server, free_port
from tests.soak.slope import slope

OUTPUT = ROOT / "build" / "bench" / "soak.json"
MINUTES = float(os.environ.get("SOAK_MINUTES", "30"))
EVERY = 10.0
WARM_UP = 300.0
"""Seconds that are sampled but not in the slope: caches fill and the browsers find their rates."""
CASE = "traffic"
SLOPE_LIMIT, DRIFT_LIMIT = 1.0, 80.0
"""MB per hour; milliseconds between the playing of sound and of picture captured together."""
EMPTY = {"peer.Peer", "leg.Leg", "forward.Leg", "link.SecureLink", "ice.Agent", "dtls.Dtls", "publish.Publisher"}

ONCE = {"AsyncServer._service_task": 1, "Event.wait": 1}
"""Engine.IO's housekeeping, begun by the first socket of the process, whoever's it is."""

DRIFT = """async () => {
  const found = [];
  for (const peer of window.__peers) {
    if (peer.connectionState !== 'connected') continue;
    const streams = {};
    let mid = null;
    for (const line of peer.remoteDescription.sdp.split('\\r\\n')) {
      if (line.startsWith('a=mid:')) mid = line.slice(6);
      else if (line.startsWith('a=msid:')) streams[mid] = line.slice(7).split(' ')[0];
    }
    const playing = {};
    for (const one of (await peer.getStats()).values())
      if (one.type === 'inbound-rtp' && one.estimatedPlayoutTimestamp && streams[one.mid])
        (playing[streams[one.mid]] ??= {})[one.kind] = one.estimatedPlayoutTimestamp;
    for (const one of Object.values(playing)) if (one.audio && one.video) found.push(one.video - one.audio);
  }
  return found;
}"""


class Soak:
    """The meeting, its server, and what was seen of both."""

    def __init__(self, server: Server, people: People, report: Path) -> None:
        self.server, self.people, self.report = server, people, report
        self.pages: list[Page] = []
        self.memory: list[tuple[float, float]] = []
        self.drifts: list[float] = []

    def gather(self) -> None:
        """The mediator hosts, three others come in."""
        case = self.server.case(CASE)
        mediator = self.people.page("mediator", DESKTOP)
        steps.host(mediator, case)
        self.pages = [mediator]
        for role, link in zip(("applicant", "respondent", "respondent"), case["links"], strict=True):
            page = self.people.page(role, PHONE)
            steps.arrive(page, link, self.server)
            mediator.locator(f"[data-admit='{link['person']}']").click()
            page.locator("[data-room=party][data-chamber=joint]").wait_for()
            self.pages.append(page)

    def census(self) -> dict[str, Any]:
        """What the server holds now."""
        self.report.unlink(missing_ok=True)
        os.kill(self.server.pid, signal.SIGUSR2)
        end = time.monotonic() + 10
        while not self.report.exists():
            if time.monotonic() > end:
                raise RuntimeError("the server does not count")
            time.sleep(0.05)
        found: dict[str, Any] = json.loads(self.report.read_text())
        return found

    def resident(self) -> float:
        """Anonymous memory of the server, MB."""
        for line in Path(f"/proc/{self.server.pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("no RssAnon")

    def watch(self) -> None:
        """A sample every ten seconds until the time is over."""
        begun = time.monotonic()
        while (at := time.monotonic() - begun) < MINUTES * 60:
            self.memory.append((at / 3600, self.resident()))
            drifts = [drift for page in self.pages for drift in page.evaluate(DRIFT)]
            self.drifts += drifts
            widest = max(map(abs, drifts), default=0.0)
            print(f"{at / 60:5.1f} min  {self.memory[-1][1]:7.1f} MB  lips {widest:5.0f} ms", flush=True)
            self.pages[0].wait_for_timeout(max(0.0, EVERY - (time.monotonic() - begun - at)) * 1000)

    def leave(self) -> None:
        """Everybody closes their browser; seats are kept two minutes, the host's ten."""
        for page in self.pages:
            page.context.close()


def left_over(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What of the meeting is still there, in words; empty when nothing is."""
    found = [f"{name}: {n}" for name, n in after["objects"].items() if name in EMPTY]
    found += [f"seat: {seat}" for seat in after["seats"]]
    found += [
        f"task {name}: {n}"
        for name, n in after["tasks"].items()
        if n > before["tasks"].get(name, 0) + ONCE.get(name, 0)
    ]
    if after["sockets"] > before["sockets"]:
        found.append(f"sockets: {after['sockets']}, before {before['sockets']}")
    return found


def wait_until_empty(soak: Soak, before: dict[str, Any]) -> list[str]:
    """Up to the time a host's seat is kept, and a minute."""
    end = time.monotonic() + 660
    while (left := left_over(before, soak.census())) and time.monotonic() < end:
        time.sleep(15)
    return left


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="hejie-soak-") as name, sync_playwright() as play:
        report = Path(name) / "census.json"
        server = Server(Path(name) / "var", free_port(), extra={"SOAK_CENSUS": str(report)}, module="tests.soak.inside")
        server.start()
        try:
            chromium = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            soak = Soak(server, People(chromium, server), report)
            before = soak.census()
            soak.gather()
            during = soak.census()
            soak.watch()
            soak.leave()
            chromium.close()
            left = wait_until_empty(soak, before)
        finally:
            server.stop()
    kept = [point for point in soak.memory if point[0] * 3600 >= min(WARM_UP, MINUTES * 20)]
    found, low, high = slope(kept)
    drifts = sorted(map(abs, soak.drifts))
    figures = {
        "minutes": MINUTES,
        "samples": len(soak.memory),
        "memory_mb": {"first": round(soak.memory[0][1], 1), "last": round(soak.memory[-1][1], 1)},
        "slope_mb_per_hour": {"found": round(found, 2), "from": round(low, 2), "to": round(high, 2)},
        "lips_ms": {
            "samples": len(drifts),
            "p50": round(statistics.median(drifts), 1) if drifts else None,
            "p95": round(drifts[int(0.95 * len(drifts))], 1) if drifts else None,
            "max": round(drifts[-1], 1) if drifts else None,
        },
        "during": during,
        "left_over": left,
        "held": bool(drifts) and found <= SLOPE_LIMIT and drifts[int(0.95 * len(drifts))] < DRIFT_LIMIT and not left,
    }
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text(json.dumps(figures | {"memory": soak.memory}, indent=1) + "\n")
    print(json.dumps(figures, indent=1))
    return 0 if figures["held"] else 1


if __name__ == "__main__":
    sys.exit(main())
