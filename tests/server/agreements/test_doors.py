"""Every door of a draft, asked by every kind of person of a case: who may see none of it finds none of it."""

import msgspec
import pytest

from server.agreements import store
from server.store import journal
from tests.conftest import Office
from tests.server.agreements.doors import doors
from tests.server.room.everybody import WHO, Everybody

pytestmark = pytest.mark.timeout(120)
MARK = "底线是七千元"
GUESTS = {"expert", "observer"}
"""See no draft, ever; an interpreter reads it to the person they go with, a witness attests it."""


@pytest.fixture
async def everybody(office: Office) -> Everybody:
    return await Everybody.of(office)


async def drafted(everybody: Everybody) -> dict[str, object]:
    """By the mediator, with nobody beside."""
    mediator = everybody.staff["mediator"]
    view = (await mediator.post(f"/api/cases/{everybody.cast.case}/agreements", {"template": "medical"})).json
    words = {name: view[name] for name in ("version", "dispute", "minutes")}
    clauses = [{"kind": "free", "fields": {"text": MARK}}]
    saved = await mediator.put(f"/api/agreements/{view['id']}/terms", words | {"clauses": clauses})
    assert saved.status == 200, saved.json
    found: dict[str, object] = saved.json
    return found


async def refused(everybody: Everybody, view: dict[str, object], role: str) -> None:
    """By every door alike, and nothing of it is said."""
    for door in doors(everybody.office, everybody.cast.case, view):
        if "/api/cases" in door.path and role not in GUESTS:
            continue
        answer = await door.knock(everybody.browsers[role])
        assert answer.status == (403 if door.staff else 404), (role, door, answer.body)
        text = answer.body.decode()
        names = [link["name"] for one, link in everybody.cast.links.items() if one != role]
        assert not [word for word in (MARK, *names) if word in text], (role, door)
    assert (await everybody.browsers[role].get("/api/seat")).json["agreements"] == [], role


async def kept(everybody: Everybody) -> list[str]:
    async with everybody.office.db.reading() as tx:
        return [one.kind for one in await journal.read(tx, everybody.cast.case)]


async def test_a_draft_shown_to_nobody_is_found_by_no_door(everybody: Everybody) -> None:
    view = await drafted(everybody)
    before = await kept(everybody)
    for role in WHO:
        await refused(everybody, view, role)
    assert await kept(everybody) == before


async def test_an_expert_and_an_observer_find_nothing_that_is_agreed_also_where_a_row_of_old_names_them(
    everybody: Everybody, office: Office
) -> None:
    view = await drafted(everybody)
    mediator, case, ids = everybody.staff["mediator"], everybody.cast.case, everybody.ids
    shown = await mediator.post(f"/api/agreements/{view['id']}/acts", {"act": "show", "version": view["version"]})
    assert shown.status == 200, shown.json
    async with office.db.transaction() as tx:
        for one in await store.versions_of(tx, str(view["id"])):
            await store.widen(tx, str(view["id"]), one.number, one.audience | {ids[role] for role in WHO})
    before = await kept(everybody)
    for role in WHO:
        if role in GUESTS:
            await refused(everybody, view, role)
            continue
        for door in doors(office, case, view):
            if door.method == "GET" and not door.staff and "/files" not in door.path and "/paper" not in door.path:
                answer = await door.knock(everybody.browsers[role])
                later = any(
                    each in door.path for each in ("/confirmation", "/application", "/performance", "/enforcement")
                )
                assert answer.status == (404 if later else 200), (role, door, answer.json)
    assert await kept(everybody) == before


async def test_an_expert_and_an_observer_beside_the_mediator_are_not_even_told_of_a_draft(everybody: Everybody) -> None:
    async with everybody.meeting("mediator", "applicant", "respondent", *sorted(GUESTS)) as people:
        view = await drafted(everybody)
        assert (await everybody.browsers["applicant"].get(f"/api/agreements/{view['id']}")).status == 200
        for role in sorted(GUESTS):
            await refused(everybody, view, role)
        mediator = everybody.staff["mediator"]
        for act in ("show", "abandon"):
            assert (
                await mediator.post(f"/api/agreements/{view['id']}/acts", {"act": act, "version": view["version"]})
            ).status == 200
        await people["applicant"].until(lambda: str(view["id"]) in str(people["applicant"].heard))
        for role in sorted(GUESTS):
            assert str(view["id"]).encode() not in msgspec.json.encode(people[role].heard), role
