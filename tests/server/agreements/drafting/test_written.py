"""What was written in a private talk stays there also when the request lands after the move."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec

from server.agreements.wire import Written
from server.web import keys
from signaling.tasks import spawn
from tests.conftest import Cast, Office
from tests.server.agreements.doors import Door, doors
from tests.server.agreements.drafting.test_remarks import listed, say
from tests.server.agreements.room import joined
from tests.server.agreements.signer import act, clauses, draft, party
from tests.server.room.everybody import Everybody

SECRET = "底线是七千元"
TALK = "caucus_applicant"


def asking(office: Office) -> set[tuple[str, str]]:
    """Method and last word of the doors by which words go before whoever is there."""
    found = set()
    for table in office.app[keys.TABLES]:
        for route in table:
            if isinstance(route.request, type) and issubclass(route.request, msgspec.Struct):
                fields = set(route.request.__struct_fields__)
                assert ("reveal" in fields) == issubclass(route.request, Written), route.path
                if "reveal" in fields:
                    found.add((route.method, route.path.rsplit("/", 1)[-1]))
    return found


async def test_no_door_takes_words_of_a_private_talk_elsewhere_unasked(cast: Cast, office: Office) -> None:
    async with joined(cast):
        view = await act(cast, (await draft(cast))["id"], "show")
        chen = await party(cast, "respondent")
        assert (await say(chen, view, 2, text="太短")).status == 200
        [remark] = await listed(cast.mediator, view)
        before = (await chen.get(f"/api/agreements/{view['id']}")).json
        asked = set()
        for door in doors(office, cast.case, view, remark["id"]):
            end = (door.method, door.path.rsplit("/", 1)[-1])
            if end not in asking(office) or door.path.endswith((f"{view['id']}/acts", "/application/acts")):
                continue
            asked.add(end)
            body = sent(door)
            for chamber in (TALK, "caucus_respondent", "unknown"):
                answer = await cast.mediator.send(door.method, door.path, body | {"chamber": chamber})
                assert answer.code == "would_reveal", (door, chamber, answer.body)
        assert asked == asking(office)
        assert (await chen.get(f"/api/agreements/{view['id']}")).json == before
        assert await listed(chen, view) == [remark | {"mine": True, "acts": ["withdraw"]}]
        body = {"clause": remark["clause"], "hash": view["clauses"][2]["hash"], "text": SECRET, "chamber": TALK}
        for more in ({"confided": True}, {"reveal": True}):
            answer = await cast.mediator.post(f"/api/agreements/{view['id']}/remarks", body | more)
            assert answer.status == 200, answer.json
        assert len(await listed(chen, view)) == 2, "what is confided is nobody else's, wherever it was written"


def sent(door: Door) -> dict[str, Any]:
    body = door.body if isinstance(door.body, dict) else {}
    return {"act": "decline", "reason": SECRET} if door.path.endswith("/acts") else body


async def test_a_save_begun_in_a_private_talk_and_ended_after_it_shows_nothing(cast: Cast) -> None:
    async with joined(cast) as room:
        mediator, inside, outside = room["mediator"], room["applicant"], room["respondent"]
        view = await act(cast, (await draft(cast))["id"], "show")
        door = f"/api/agreements/{view['id']}"
        await mediator.move([mediator.id, inside.id], TALK, also=inside)
        talk = mediator.view["chamber"]["talk"]
        body = {name: view[name] for name in ("version", "dispute", "minutes")} | {"chamber": talk}
        whole = msgspec.json.encode({**body, "clauses": [*clauses(cast), {"kind": "free", "fields": {"text": SECRET}}]})
        moved = asyncio.Event()

        async def slowly() -> AsyncIterator[bytes]:
            yield whole[:10]
            await moved.wait()
            yield whole[10:]

        saving = spawn(cast.mediator.send("PUT", f"{door}/terms", data=slowly()), name="save")  # type: ignore[arg-type]
        await mediator.move([mediator.id, inside.id], "joint", also=inside)
        told = len(outside.changed)
        moved.set()
        assert (await saving).code == "would_reveal"
        seen = await (await party(cast, "respondent")).get(door)
        assert SECRET not in seen.body.decode() and len(outside.changed) == told
        await mediator.move([mediator.id, inside.id], TALK, also=inside)
        assert mediator.view["chamber"]["talk"] == inside.view["chamber"]["talk"] == talk
        assert (await cast.mediator.send("PUT", f"{door}/terms", data=whole)).status == 200
        assert SECRET in (await (await party(cast, "applicant")).get(door)).body.decode()


async def test_a_talk_of_the_same_side_with_others_is_another_one(office: Office) -> None:
    """Words typed before one and not saved there are asked about when the next one is in."""
    everybody = await Everybody.of(office)
    cast = everybody.cast
    made = await cast.mediator.post(f"/api/cases/{cast.case}/agreements", {"template": "people"})
    view = await act(cast, made.json["id"], "show")
    door = f"/api/agreements/{view['id']}"
    async with everybody.meeting("mediator", "applicant", "representative") as people:
        talks = []
        for inside in ("applicant", "representative"):
            await everybody.move(people, [inside], TALK)
            talks.append(people[inside].view["chamber"]["talk"])
            assert people["mediator"].view["chamber"]["talk"] == talks[-1]
            if inside == "applicant":
                await everybody.move(people, [inside], "joint")
        body = {name: view[name] for name in ("version", "dispute", "minutes")} | {"chamber": talks[0]}
        body["clauses"] = [{"kind": "free", "fields": {"text": SECRET}}]
        assert (await cast.mediator.put(f"{door}/terms", body)).code == "would_reveal"
        assert SECRET not in (await everybody.browsers["representative"].get(door)).body.decode()
        saved = await cast.mediator.put(f"{door}/terms", body | {"chamber": talks[1]})
        assert saved.status == 200, saved.json
