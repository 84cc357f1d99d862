"""The figure: of whom the other side was invited, who opened, answered, agreed, came in time."""

from datetime import timedelta

from server.sessions.coming import Course, Figure, figure
from server.store import journal
from tests.actors import START
from tests.conftest import Cast

DAY = timedelta(days=1)


def test_counted_in_time_and_by_side() -> None:
    silent = Course(START)
    late = Course(START, START + DAY, START + DAY, True, START + 15 * DAY)
    refused = Course(START, START + DAY, START + DAY, False)
    helper = Course(START + DAY, START + 2 * DAY, START + 2 * DAY, True, START + 3 * DAY)
    both = refused.with_(helper)
    assert (both.invited_at, both.opened_at, both.agreed, both.came_at) == (START, START + DAY, True, START + 3 * DAY)
    assert figure([silent, late, both], 14 * DAY, START + 20 * DAY) == Figure(3, 2, 2, 2, 1, 0)
    assert figure([silent, refused], 14 * DAY, START + 5 * DAY) == Figure(2, 1, 1, 0, 0, 2)
    assert figure([], 14 * DAY, START) == Figure(0, 0, 0, 0, 0, 0)


async def test_from_the_invitation_to_the_meeting(cast: Cast) -> None:
    async def row() -> list[int]:
        (found,) = (await cast.mediator.get("/api/coming")).json["rows"]
        return [found[name] for name in ("invited", "opened", "answered", "agreed", "came", "open")]

    assert await row() == [1, 0, 0, 0, 0, 1]
    await cast.ready("applicant")
    assert await row() == [1, 0, 0, 0, 0, 1]  # the side that asked is not in the figure
    await cast.ready("respondent")
    assert await row() == [1, 1, 1, 1, 0, 1]
    body = {"session": cast.session, "person": cast.person("respondent"), "state": "present", "chamber": "joint"}
    async with cast.office.db.transaction() as tx:
        await journal.append(tx, cast.case, "room.attendance", cast.person("respondent"), body, cast.office.clock())
    assert await row() == [1, 1, 1, 1, 1, 0]
    assert (await cast.mediator.get("/api/coming?days=0")).code == "invalid"
    supervisor = await cast.office.browser()
    await supervisor.get("/demo/enter/supervisor")
    assert (await supervisor.get("/api/coming")).json["rows"][0]["organisation"] == "青禾街道人民调解委员会"
