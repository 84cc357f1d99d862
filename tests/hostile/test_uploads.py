"""The short version of `make uploads`: each kind of hostile upload gets its answer within bounds, good files keep
theirs meanwhile, and everybody else is served as before."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

import pytest

from server.court.routes import BENCH
from tests.actors import Browser
from tests.attacks.hostile import changed
from tests.attacks.uploads import Scene, quick, thousands
from tests.conftest import Office
from tests.documents.packing import AGREEMENT
from tests.hostile.uploads import answer, bench_for


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    yield Scene.make(tmp_path_factory.mktemp("scene"))


@pytest.mark.timeout(120)
async def test_hostile_uploads_get_their_answer_and_good_files_keep_theirs(scene: Scene, tmp_path: Path) -> None:
    bench = bench_for(scene, tmp_path)

    async def strangers() -> list[str]:
        faults = []
        for upload in quick(scene):
            found = await answer(bench, await asyncio.to_thread(upload.content), "stranger")
            if wrong := found.wrong(upload):
                faults.append(f"{upload.name}: {wrong}")
        return faults

    async def court() -> list[str]:
        good = {"packet": scene.good.zip, "file": scene.good.members[AGREEMENT]}
        said = []
        while not all_judged.is_set():
            for name, content in good.items():
                found = await answer(bench, content, "court")
                said.append(f"{name} {found.said}")
            await asyncio.sleep(3)
        return said

    all_judged = asyncio.Event()

    async def then() -> list[str]:
        try:
            return await strangers()
        finally:
            all_judged.set()

    faults, said = await asyncio.gather(then(), court())
    await bench.close()
    assert faults == []
    assert set(said) == {"packet valid", "file valid"}


@pytest.mark.timeout(60)
async def test_others_are_served_while_slow_files_are_judged(office: Office, scene: Scene) -> None:
    """Files that take the judge seconds come through the door, two at a time."""
    slow = await asyncio.to_thread(changed, thousands(4500))
    browser, other = await office.browser(), await office.browser()
    calm = await paces(other, 20)

    async def hand_in() -> set[int]:
        return {(await browser.post("/api/verify", data=slow, kind="application/pdf")).status for _ in range(2)}

    storm = asyncio.gather(hand_in(), hand_in())
    busy = await paces(other, 60)
    assert await storm == [{200}, {200}]
    p95 = {name: quantiles(found, n=20)[-1] for name, found in {"calm": calm, "busy": busy}.items()}
    print(f"p95 of other requests: {p95['calm'] * 1000:.0f} ms calm, {p95['busy'] * 1000:.0f} ms with hostile uploads")
    assert p95["busy"] < 0.5 and office.app[BENCH].waiting == 0


async def paces(browser: Browser, count: int) -> list[float]:
    found = []
    for _ in range(count):
        start = time.perf_counter()
        assert (await browser.get("/api/me")).status == 200
        found.append(time.perf_counter() - start)
        await asyncio.sleep(0.05)
    return found
