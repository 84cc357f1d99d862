"""The papers for a court, chosen by the mediator and filled in party by party."""

from typing import Any

from tests.conftest import Cast

PHONE, ADDRESS = "1880000{:04d}", "嘉南区收件路{}号"
"""Of the nth party: nothing of it stands in the case."""


def given(n: int, **changes: Any) -> dict[str, Any]:
    """What the nth party writes down; the first one agrees to electronic service."""
    electronic = (
        {"electronic": True, "electronic_address": f"party{n}@example.com"} if n == 1 else {"electronic": False}
    )
    return {"phone": PHONE.format(n), "address": ADDRESS.format(n), **electronic, **changes}


async def choose(cast: Cast, view: dict[str, Any]) -> dict[str, Any]:
    """The mediator takes the first court the law leads to. Returns CompanionsView."""
    door = f"/api/agreements/{view['id']}/companions"
    offered = (await cast.mediator.get(door)).json
    court = offered["courts"][0]["court"] if offered["courts"] else "嘉南市嘉南区人民法院"
    chosen = await cast.mediator.put(door, {"wanted": True, "court": court})
    assert chosen.status == 200, chosen.json
    answer: dict[str, Any] = chosen.json
    return answer


async def choose_and_give(cast: Cast, view: dict[str, Any]) -> dict[str, Any]:
    """Each party gives its address on its own page, where one of its people is online, else the mediator writes it
    down. Returns CompanionsView."""
    door = f"/api/agreements/{view['id']}/companions"
    for n, party in enumerate((await choose(cast, view))["parties"], 1):
        answer = None
        for browser in cast.seats.values():
            answer = await browser.put(f"{door}/services/{party['party']}", given(n))
            if answer.status == 200:
                break
        else:
            answer = await cast.mediator.put(f"{door}/services/{party['party']}", given(n))
        assert answer.status == 200, answer.json
    shown: dict[str, Any] = (await cast.mediator.get(door)).json
    return shown
