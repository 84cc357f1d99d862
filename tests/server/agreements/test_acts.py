"""Acts of the mediator are about the version they saw, and only they are offered them."""

import pytest

from tests.conftest import Cast, Office
from tests.server.agreements.drafting.scribe import staffed
from tests.server.agreements.room import joined
from tests.server.agreements.signer import act, clauses, confirm_all, draft, party, save

OFFER = "若一次付清，乙方愿少收一千元整"


async def test_what_was_saved_in_another_private_talk_is_not_shown_with_what_was_read(office: Office) -> None:
    people = await staffed(office)
    cast = people.cast
    async with joined(cast) as room:
        read = await draft(cast)
        door = f"/api/agreements/{read['id']}"
        mediator, inside = room["mediator"], room["respondent"]
        await mediator.move([mediator.id, inside.id], "caucus_respondent", also=inside)
        await save(cast, read, [*clauses(cast), {"kind": "free", "fields": {"text": OFFER}}])
        await mediator.move([mediator.id, inside.id], "joint", also=inside)
        refused = await cast.mediator.post(f"{door}/acts", {"act": "show", "version": read["version"]})
        assert (refused.status, refused.code, refused.data["version"]) == (409, "stale", read["version"] + 1)
        refused = await cast.mediator.post(f"{door}/acts", {"act": "show"})
        assert (refused.status, refused.json["error"]["fields"]) == (422, {"version": "required"})
        assert OFFER not in (await (await party(cast, "applicant")).get(door)).body.decode()


@pytest.mark.parametrize("name", ["freeze", "print"])
async def test_what_was_read_is_frozen_not_what_came_after(cast: Cast, name: str) -> None:
    for role in ("applicant", "respondent"):
        await cast.ready(role)
        await cast.seen(role)
    read = await act(cast, (await draft(cast))["id"], "show", "submit")
    await confirm_all(cast, read)
    minutes = {"paragraphs": ["各方到场。"]}
    later = await save(
        cast, read, [{k: one[k] for k in ("id", "kind", "fields")} for one in read["clauses"]], minutes=minutes
    )
    acts = f"/api/agreements/{read['id']}/acts"
    await act(cast, read["id"], "show")
    refused = await cast.mediator.post(acts, {"act": "submit", "version": read["version"]})
    assert refused.code == "stale"
    await act(cast, read["id"], "submit")
    refused = await cast.mediator.post(acts, {"act": name, "version": read["version"]})
    assert (refused.code, refused.data["version"]) == ("stale", later["version"])
    assert (await cast.mediator.post(acts, {"act": name, "version": later["version"]})).status == 200


async def test_only_who_leads_the_case_is_told_so(office: Office) -> None:
    people = await staffed(office)
    door = f"/api/sessions/{people.cast.session}"
    told = [
        (await browser.get(door)).json["case"]["leads"]
        for browser in (people.cast.mediator, people.beside, people.recorder)
    ]
    assert told == [True, False, False]
