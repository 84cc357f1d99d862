"""People of a case in their joint chamber with real media: each paints a colour and hums a tone of their own."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from server.rehearse.actor import Actor
from tests.conftest import Cast

LOOKS = {"mediator": (20, 1000), "applicant": (3, 400), "respondent": (11, 700)}


def heard(actor: Actor) -> dict[str, int]:
    """Person -> packets of sound so far, of those who are heard."""
    return {p: one["audio_packets"] for p, one in actor.media.received().items() if one["audio_packets"] > 2}


@asynccontextmanager
async def talking(cast: Cast) -> AsyncIterator[dict[str, Actor]]:
    """All three, each hearing both others."""
    path = f"/api/sessions/{cast.session}"
    await cast.mediator.post(f"{path}/acts", {"act": "open"})
    async with AsyncExitStack() as stack:
        actors: dict[str, Actor] = {}
        for role, (colour, hertz) in LOOKS.items():
            actor = actors[role] = Actor(cast.office.base, role, hertz=hertz, colour=colour)
            stack.push_async_callback(actor.close)
            browser = cast.mediator if role == "mediator" else cast.seats.get(role) or await cast.ready(role)
            door = f"{path}/ticket" if role == "mediator" else "/api/seat/ticket"
            await actor.enter((await browser.post(door)).json)
            await actor.until("a view", lambda a=actor: a.view)  # type: ignore[misc]
            if role != "mediator":
                await actors["mediator"].tell("admit", {"person": cast.person(role)})
        for actor in actors.values():
            await actor.until("hears both", lambda a=actor: sum(n > 5 for n in heard(a).values()) == 2)  # type: ignore[misc]
        yield actors


async def recorded(actors: dict[str, Actor]) -> None:
    """Asked, and agreed to by all."""
    await actors["mediator"].tell("recording_ask", {"what": "all"})
    for actor in actors.values():
        await actor.tell("recording_agree", {"agree": True})
    for actor in actors.values():
        await actor.until("recording", lambda a=actor: a.view["recording"]["state"] == "on")  # type: ignore[misc]
