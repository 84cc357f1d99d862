"""The product's own pages in real Chromium on a bad line; the long version with figures is `make bench-network`."""

import asyncio
import time

import pytest

from tests.net.lab import Lab
from tests.net.pipe import Shape

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


async def test_a_party_keeps_sound_and_picture_through_loss_and_an_outage() -> None:
    async with Lab() as lab:
        room = await lab.room("applicant")
        mediator, lin = room.people["mediator"], room.people["applicant"]
        loads = lin.loads

        bad = Shape(loss=0.1, delay=0.02)
        lin.host.shape(up=bad, down=bad, seed=1)
        start = time.time()
        await asyncio.sleep(6)
        end = time.time()
        counts = lab.network.counts()["hosts"][lin.host.name]
        assert counts["up_lost"] > 10 and counts["down_lost"] > 10, "the line was bad"
        seen = {"down": (await lin.rows()).quality(mediator.name, start, end)}
        seen["up"] = (await mediator.rows()).quality(lin.name, start, end)
        for side, quality in seen.items():
            assert quality["frames_s"] > 5 and quality["still_s_min"] < 30, (
                f"{side}: lost pictures come again, {quality}"
            )
            assert quality["concealed"] < 0.3, f"{side}: {quality}"
        lin.host.shape(up=Shape(), down=Shape())

        lin.host.cut()
        await asyncio.sleep(5)
        during = (await lin.rows()).gaps(mediator.name, "video")
        assert during and during[-1][1] is None, "nothing comes through a cut line"
        lin.host.cut(False)
        back = time.time()
        await lin.until_received(mediator, back)
        await mediator.until_received(lin, back)

        assert lin.loads == loads, "nobody reloads"


async def test_a_party_who_changes_networks_is_bound_to_none() -> None:
    """Their browser offers no address of theirs (room/roaming.ts), and what it sends goes by the new network."""
    async with Lab() as lab:
        room = await lab.room("applicant")
        mediator, lin = room.people["mediator"], room.people["applicant"]
        offered = await lin.page.evaluate("window.__lab.connections.at(-1).localDescription.sdp")
        assert ".local " in offered and lin.host.address not in offered
        loads = lin.loads
        await asyncio.to_thread(lin.host.move)
        since = time.time()
        await lin.until_received(mediator, since)
        await mediator.until_received(lin, since)
        assert lin.loads == loads, "nobody reloads"
