"""The seal: tried again with a named cause, given up in time, cleaned up after, and taken up again at start."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from server.agreements.ceremony import sealing, store
from server.agreements.store import numbers
from server.settings import Settings
from server.store import anchors, journal
from server.store.db import Database
from server.web import keys
from tests.actors import START, Hands
from tests.conftest import Office
from tests.server.agreements.conftest import STAMPS, Stamps, switched
from tests.server.agreements.scenes import Scene, copy_data, enter, open_office, people_of
from tests.server.agreements.signer import Signer, look, looking, until

pytestmark = pytest.mark.timeout(60)
"""The first test of a run plays the scenes; whole ceremonies seal and judge two files."""


def sealed_files(office: Office) -> list[Path]:
    """PDFs among the blobs."""
    blobs = [path for path in office.app[keys.BLOBS].directory.rglob("*") if path.is_file()]
    return [path for path in blobs if path.read_bytes().startswith(b"%PDF")]


async def sign_all(ready: dict[str, Signer], stamps: Stamps) -> Signer:
    """Everybody signs; with the last signature the time-stamps run out."""
    lin, chen, gu = ready.values()
    await lin.take_and_sign()
    await chen.take_and_sign()
    stamps.left = 2
    await gu.take_and_sign()
    return gu


async def signed_by_all(ready: dict[str, Signer]) -> Signer:
    for one in ready.values():
        await one.take_and_sign()
    return list(ready.values())[-1]


async def test_sealing_is_tried_again_and_names_the_cause(ready: dict[str, Signer], stamps: Stamps) -> None:
    gu = await sign_all(ready, stamps)
    view = await looking(gu, lambda view: view["sealing"]["state"] == "retrying")
    assert (view["state"], view["sealing"]["detail"]) == ("sealing", "timestamp_unavailable")
    assert all(file["download"] is None for file in view["files"])
    assert sealed_files(gu.cast.office) == []
    stamps.left = None
    view = await until(gu, "complete")
    assert view["sealing"]["state"] == "done"
    assert view["sealing"]["attempts"] > 1
    assert len(sealed_files(gu.cast.office)) == 2
    async with gu.cast.office.db.reading() as tx:
        assert list(await tx.execute(store.revisions.select())) == []
        assert {row.drawing for row in await tx.execute(store.enrolments.select())} == {None}


async def test_the_journal_is_anchored_as_soon_as_it_is_complete(ready: dict[str, Signer]) -> None:
    gu = await signed_by_all(ready)
    await until(gu, "complete")
    office = gu.cast.office
    async with office.db.reading() as tx:
        end = [one.seq for one in await journal.read(tx, gu.cast.case) if one.kind == "agreement.complete"]
    async with asyncio.timeout(10):
        while True:
            async with office.db.reading() as tx:
                if any(one.seq >= end[0] for each in await anchors.of_case(tx, gu.cast.case) for one in each.heads):
                    return
            await asyncio.sleep(0.02)


async def test_a_seal_that_comes_too_late_voids_the_ceremony(ready: dict[str, Signer], stamps: Stamps) -> None:
    gu = await sign_all(ready, stamps)
    await looking(gu, lambda view: view["sealing"]["state"] == "retrying")
    office = gu.cast.office
    ceremony_id = gu.path.rsplit("/", 1)[-1]
    async with office.db.reading() as tx:
        ceremony = await store.load(tx, ceremony_id)
    assert ceremony is not None
    office.clock.now = ceremony.deadline + timedelta(hours=23)
    await sealing.sweep(office.app)
    async with office.db.reading() as tx:
        still = await store.load(tx, ceremony_id)
    assert still is not None and still.state == "sealing", "the deadline is for signing"
    office.clock.now = ceremony.deadline + timedelta(hours=24)
    await sealing.sweep(office.app)
    async with office.db.reading() as tx:
        over = await store.load(tx, ceremony_id)
    assert over is not None and (over.state, over.void_reason) == ("void", "sealing_too_late")
    assert sealed_files(office) == []


async def test_a_file_sealed_while_the_ceremony_became_void_does_not_stay(
    ready: dict[str, Signer], stamps: Stamps
) -> None:
    gu = await sign_all(ready, stamps)
    await looking(gu, lambda view: view["sealing"]["state"] == "retrying")
    office = gu.cast.office
    ceremony_id = gu.path.rsplit("/", 1)[-1]
    office.clock.now = START + timedelta(days=7)
    wholes = {"agreement": b"%PDF one", "minutes": b"%PDF two"}
    assert not await sealing._release(office.app, ceremony_id, wholes, None)
    assert sealed_files(office) == []


async def test_what_a_crash_left_behind_is_put_right_at_start(
    ready_scene: Scene, settings: Settings, clock: Hands, stack: AsyncExitStack
) -> None:
    copy_data(ready_scene, settings.data)
    cut_off = {
        "series": "嘉南人调字", "year": 2026, "seq": 77, "number": "(2026)嘉南人调字第0077号",
        "agreement_id": "agr_gone", "ceremony": "cer_never", "taken_at": START,
    }  # fmt: skip
    db = Database(settings.database)
    async with db.transaction() as tx:
        await tx.execute(numbers.insert().values(**cut_off))
    await db.close()
    cast = await enter(ready_scene, await open_office(settings, clock, stack, switched))
    async with cast.office.db.reading() as tx:
        rows = list(await tx.execute(numbers.select().order_by(numbers.c.seq)))
    assert [(row.seq, row.void_at is None) for row in rows] == [(1, True), (77, False)]


async def test_a_ceremony_that_waits_for_its_seal_is_sealed_by_the_next_process(
    ready_scene: Scene, settings: Settings, clock: Hands
) -> None:
    copy_data(ready_scene, settings.data)
    async with AsyncExitStack() as first:
        cast = await enter(ready_scene, await open_office(settings, clock, first, switched))
        await sign_all(people_of(ready_scene, cast), cast.office.app[STAMPS])
    async with AsyncExitStack() as second:
        cast = await enter(ready_scene, await open_office(settings, clock, second, switched))
        gu = people_of(ready_scene, cast)["mediator"]
        assert (await until(gu, "complete"))["sealing"]["state"] == "done"
        assert (await look(gu))["files"][0]["download"]
