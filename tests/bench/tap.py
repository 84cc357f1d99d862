"""From the tap on "sign" to "accepted" in real Chromium, against a real server behind 50 ms each way, four files.

Three pages run the app's own ceremony; two people have decided, then the last party taps. Run: python -m
tests.bench.tap; figures go to build/bench/tap.json.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import tempfile
from base64 import b64encode
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, Route, async_playwright

from server.rehearse.signing import drawing
from tests.bench.link import Link
from tests.conftest import Cast
from tests.kill.house import Nursery, Remote, opened
from tests.running import ROOT
from tests.server.agreements.signer import frozen

OUTPUT = ROOT / "build" / "bench" / "tap.json"
DELAY = 0.05
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "16"))
TARGET = 1500
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-features=LocalNetworkAccessChecks"]  # the page is not from a port
PAGE = "<!doctype html><meta charset=utf-8><title>bench</title><script type=module src=/bench.js></script>"


def bundle(place: Path) -> bytes:
    """The page's code, by the app's own bundler."""
    made = place / "tap.js"
    command = [
        "node_modules/.bin/rolldown",
        "bench/tap.ts",
        "--format",
        "esm",
        "--file",
        str(made),
        "--log-level",
        "silent",
    ]
    subprocess.run(command, cwd=ROOT / "static", check=True, stdout=subprocess.DEVNULL)
    return made.read_bytes()


async def page_of(chromium: Browser, base: str, code: bytes, cookies: dict[str, str]) -> Page:
    """A fresh browser with somebody's login."""
    context: BrowserContext = await chromium.new_context(base_url=base)
    await context.add_cookies([{"name": name, "value": value, "url": base} for name, value in cookies.items()])

    async def answer(route: Route) -> None:
        script = route.request.url.endswith(".js")
        kind = "text/javascript" if script else "text/html"
        await route.fulfill(body=code if script else PAGE.encode(), content_type=kind)

    await context.route("**/bench*", answer)
    page = await context.new_page()
    page.set_default_timeout(20_000)
    await page.goto("/bench")
    await page.wait_for_function("window.bench")
    return page


async def one_round(office: Remote, chromium: Browser, base: str, code: bytes, last: str) -> dict[str, float]:
    """One ceremony; what the last one to tap went through, in milliseconds."""
    cast: Cast = await office.cast()
    view = await frozen(cast)
    people = {"mediator": cast.mediator_id, **{role: cast.person(role) for role in ("applicant", "respondent")}}
    logins = {"mediator": cast.mediator, **cast.seats}
    pages = {role: await page_of(chromium, base, code, logins[role].cookies) for role in people}
    try:
        for role, page in pages.items():
            await page.evaluate("([seat, session]) => bench.enter(seat, session)", [logins[role].seat, cast.session])
            if role != "mediator":
                await pages["mediator"].evaluate("(person) => bench.admit(person)", people[role])
        for role, page in pages.items():
            await page.evaluate("([ceremony, me]) => bench.open(ceremony, me)", [view["ceremony"], people[role]])
            await page.evaluate("(name) => bench.enrol(name)", b64encode(drawing(len(role))).decode())
        for role in sorted(pages, key=lambda role: role == last):
            await pages[role].evaluate("(code) => bench.tap(code)", await office.code(people[role]))
        marks = await pages[last].evaluate("bench.accepted()")
        await pages["mediator"].evaluate("bench.accepted()")
        return parts(marks)
    finally:
        for page in pages.values():
            await page.context.close()


def parts(marks: list[dict[str, Any]]) -> dict[str, float]:
    """The stretches between tap and answer, in their order. `others` is the turns of those before."""

    def first(name: str) -> dict[str, Any]:
        return next(mark for mark in marks if mark["name"] == name)

    tap, check, turn, post = first("tap"), first("check"), first("turn"), first("sign")
    signing, accepted = first("step sign"), first("accepted")
    return {
        "certificate": check["to"] - tap["from"],
        "others": turn["from"] - check["to"],
        "turn_fetch": turn["to"] - turn["from"],
        "check_and_hash": signing["from"] - turn["to"],
        "sign": post["from"] - signing["from"],
        "post": post["to"] - post["from"],
        "to_screen": accepted["to"] - post["to"],
        "tap_to_accepted": accepted["to"] - tap["from"],
        "own": accepted["to"] - tap["from"] - (turn["from"] - check["to"]),
    }


async def measure() -> dict[str, Any]:
    nursery = Nursery()
    with tempfile.TemporaryDirectory(prefix="hejie-tap-") as name:
        place = Path(name)
        code = bundle(place)
        link = Link(DELAY)
        await link.open()
        base = f"http://127.0.0.1:{link.port}"
        env = {"BENCH_LAPS": str(place / "laps.json"), "HEJIE_ORIGIN": base}
        async with opened(nursery, place / "var", [], prepare="tests.bench.setting:prepare", env=env) as office:
            link.target = office.house.port
            rounds = []
            async with async_playwright() as play:
                chromium = await play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
                for number in range(ROUNDS + 1):
                    last = ("applicant", "respondent")[number % 2]
                    rounds.append(await one_round(office, chromium, base, code, last))
                    print(f"{number}: {rounds[-1]['tap_to_accepted']:.0f} ms", flush=True)
                await chromium.close()
            await link.close()
            await office.house.stop()
        laps = json.loads((place / "laps.json").read_text())
    nursery.close()
    rounds = rounds[1:]  # the first warms everything up
    return {
        "n": len(rounds),
        "files": 4,
        "delay_each_way_ms": DELAY * 1000,
        "ms": {name: figures([one[name] for one in rounds]) for name in rounds[0]},
        "server_ms_per_turn": {name: figures(found) for name, found in laps.items()},
        "target_p50_ms": TARGET,
        "held": statistics.median(one["tap_to_accepted"] for one in rounds) <= TARGET,
    }


def figures(values: list[float]) -> dict[str, float]:
    values = sorted(values)
    return {
        "p50": round(statistics.median(values), 1),
        "p95": round(values[min(len(values) - 1, int(0.95 * len(values)))], 1),
        "max": round(values[-1], 1),
    }


def main() -> None:
    found = asyncio.run(measure())
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
