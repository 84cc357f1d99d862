"""Taking somebody out of a case: only who left nothing behind, and then nothing of them opens any more."""

from typing import Any

import pytest

from server.store import journal
from tests.conftest import Cast, Office


async def added(cast: Cast, part: str = "observer", **more: str) -> dict[str, Any]:
    body = {"part": part, "name": "错寄的人", "phone": "19900000099", **more}
    people = (await cast.mediator.post(f"/api/cases/{cast.case}/people", body)).json["parties"]
    person = next(one for one in people if one["name"] == "错寄的人")
    sent = await cast.mediator.post(f"/api/sessions/{cast.session}/links", {"party": person["id"]})
    assert sent.status == 200, sent.json
    return dict(person)


async def test_who_left_nothing_behind_is_taken_out_and_their_link_is_dead(office: Office, cast: Cast) -> None:
    person = (await added(cast))["id"]
    door, stranger = f"/api/cases/{cast.case}/people/{person}", await office.browser()
    link = await office.link(person)
    assert (await stranger.open(link)).status == 200
    await stranger.post("/api/seat/identify", {"is_me": True})
    lin = cast.person("applicant")
    await cast.mediator.put(f"/api/cases/{cast.case}/apart", {"groups": [sorted([person, lin])]})
    answer = await cast.mediator.send("DELETE", door)
    assert answer.status == 200, answer.json
    assert person not in {one["id"] for one in answer.json["parties"]}
    assert (await stranger.get("/api/seat")).status == 401
    assert (await (await office.browser()).open(link)).code == "link_unknown"
    assert (await cast.mediator.send("DELETE", door)).code == "not_found"
    assert (await cast.mediator.get(f"/api/cases/{cast.case}/cast")).json["pairs"] == []
    async with office.db.reading() as tx:
        chain = await journal.read(tx, cast.case)
    assert chain[-1].kind == "person.removed" and person in (chain[-1].body or "") and journal.verify(chain) == []


@pytest.mark.parametrize("online", [True, False])
async def test_who_has_answered_anything_stays(office: Office, cast: Cast, online: bool) -> None:
    person = (await added(cast))["id"]
    browser = await office.browser()
    await browser.open(await office.link(person))
    await browser.post("/api/seat/identify", {"is_me": True})
    assert (await browser.post("/api/seat/consents", {"online": online})).status == 200
    refused = await cast.mediator.send("DELETE", f"/api/cases/{cast.case}/people/{person}")
    assert (refused.status, refused.code) == (409, "not_removable")
    assert (await browser.get("/api/seat")).status == 200


async def test_for_whom_somebody_acts_or_whom_an_agreement_names_stays(cast: Cast) -> None:
    lin, chen = cast.person("applicant"), cast.person("respondent")
    door = f"/api/cases/{cast.case}/people"
    helper = (await added(cast, "interpreter", acts_for=lin))["id"]
    assert (await cast.mediator.send("DELETE", f"{door}/{lin}")).code == "not_removable"
    assert (await cast.mediator.send("DELETE", f"{door}/{helper}")).status == 200
    await cast.mediator.post(f"/api/cases/{cast.case}/agreements", {})
    assert (await cast.mediator.send("DELETE", f"{door}/{chen}")).code == "not_removable"


async def test_only_the_mediator_of_the_case_takes_somebody_out(office: Office, cast: Cast) -> None:
    door = f"/api/cases/{cast.case}/people/{(await added(cast))['id']}"
    assert (await (await office.cast()).mediator.send("DELETE", door)).code == "not_found"
    assert (await (await cast.seat("applicant")).send("DELETE", door)).status == 403
