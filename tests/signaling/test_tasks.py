"""Background tasks keep their reference and report their failure."""

import asyncio
import logging

import pytest

from signaling import tasks
from signaling.tasks import spawn


async def test_result_is_had_and_the_reference_let_go() -> None:
    async def answer() -> int:
        return 42

    task = spawn(answer(), name="answer")
    assert task in tasks._running
    assert await task == 42
    await asyncio.sleep(0)
    assert task not in tasks._running


async def test_failure_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise ValueError("broken")

    with caplog.at_level(logging.ERROR):
        task = spawn(fail(), name="failing")
        await asyncio.wait([task])
        await asyncio.sleep(0)
    assert [record.message for record in caplog.records] == ["task.failed"]


async def test_cancelling_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    task = spawn(asyncio.sleep(60), name="long")
    task.cancel()
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert caplog.records == []
