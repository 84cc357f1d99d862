"""The disk is full for all that the server writes: recording, journal and log. The process may not make any file
longer, which is what a full disk is to it (`RLIMIT_FSIZE`: EFBIG in place of ENOSPC); later there is room again."""

import os
import resource

import pytest

from signaling.media.recording import inspect
from tests.conftest import Cast
from tests.kill.house import Remote
from tests.server.room.films import hejie
from tests.server.room.voices import heard, recorded, talking
from tests.signaling.media.waiting import until

pytestmark = pytest.mark.timeout(600)
WAIT = 120.0


def room_on_disk(pid: int, room: int) -> None:
    """Bytes a file of that process may have."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))


async def test_a_full_disk_raises_the_alarm_and_the_session_goes_on(mortal: Remote) -> None:
    cast: Cast = await mortal.cast()
    data, pid = mortal.house.data, mortal.house.pid
    async with talking(cast) as people:
        host, lin, chen = people["mediator"], people["applicant"], people["respondent"]
        await recorded(people)
        await until(lambda: list((data / "recordings").glob("*.sealed")), WAIT)
        [first] = (data / "recordings").glob("*.sealed")
        await until(lambda: first.stat().st_size > 20_000, WAIT)
        room_on_disk(pid, 0)
        await host.until("the alarm", lambda: host.view["recording"]["reason"] == "failed")
        for actor in (lin, chen):
            await actor.until("it is said to all", lambda a=actor: a.view["recording"]["state"] == "stopped")  # type: ignore[misc]
        before = heard(lin)
        await lin.until("the talk goes on", lambda: all(heard(lin)[p] > n + 50 for p, n in before.items()))
        await chen.tell("chat", {"text": "还在吗", "key": "1"})
        await lin.until("words too", lambda: [line["text"] for line in lin.chat] == ["还在吗"])
        await host.tell("move", {"people": [cast.person("applicant")], "chamber": "caucus_applicant"})
        await lin.until("moves too", lambda: (lin.view["chamber"] or {}).get("id") == "caucus_applicant")
        os.kill(pid, 0)
        whole = inspect(first).head
        room_on_disk(pid, resource.RLIM_INFINITY)
        name = first.name.removesuffix(".sealed")
        said = ""
        while "disk_full" not in said:
            said = await hejie(data, "list")
        assert await hejie(data, "verify", name) == f"{name}: whole, {whole.chunks} chunks\n"
