"""A film that is open is seen only as long as its viewer may see it, also in the middle of an answer."""

import importlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest

from server.recordings import store, viewings
from server.recordings.viewings import VIEWINGS
from server.store import logins
from server.web.call import Call, Caller
from tests.actors import Browser
from tests.server.recordings.recorded import Meeting

ROUTES = importlib.import_module("server.recordings.routes")
"""The module: the package calls its table by the same name."""


@pytest.fixture
async def lin(meeting: Meeting) -> Browser:
    """The applicant, let in to the recording there is for five minutes more."""
    row = await meeting.recorded()
    one = row.person(meeting.person("applicant"))
    assert one is not None
    async with meeting.office.db.transaction() as tx:
        await store.save_person(tx, replace(one, open_until=meeting.office.clock() + timedelta(minutes=5)))
    return await meeting.cast.seat("applicant")


async def opened(browser: Browser, meeting: Meeting) -> dict[str, str]:
    """Addresses of the films, by whose they are."""
    [row] = await meeting.rows()
    answer = await browser.post(f"/api/recordings/{row.id}/viewings")
    assert answer.status == 200, answer.json
    return {film["person"]: film["url"] for film in answer.json["films"]}


async def test_a_film_ends_with_the_permission_it_was_opened_by(meeting: Meeting, lin: Browser) -> None:
    [row] = await meeting.rows()
    answer = await lin.post(f"/api/recordings/{row.id}/viewings")
    ends = meeting.office.clock() + timedelta(minutes=5)
    assert datetime.fromisoformat(answer.json["until"]) == ends
    url = answer.json["films"][0]["url"]
    meeting.office.clock.forward(seconds=299)
    assert (await lin.get(url)).status == 200
    meeting.office.clock.forward(seconds=1)
    assert (await lin.get(url)).status == 404


async def test_a_permission_taken_back_without_a_word_counts_at_the_next_range(meeting: Meeting, lin: Browser) -> None:
    """Whatever ended it: the film does not wait to be told."""
    [row], films = await meeting.rows(), await opened(lin, meeting)
    own = films[meeting.person("applicant")]
    assert (await lin.get(own, headers={"Range": "bytes=0-9"})).status == 206
    one = row.person(meeting.person("applicant"))
    assert one is not None
    async with meeting.office.db.transaction() as tx:
        await store.save_person(tx, replace(one, open_until=None))
    assert (await lin.get(own, headers={"Range": "bytes=10-19"})).status == 404
    assert meeting.office.app[VIEWINGS]._films == {}, "closed"


async def test_who_must_not_meet_somebody_any_more_sees_no_more_of_an_open_film(meeting: Meeting, lin: Browser) -> None:
    films, chen = await opened(lin, meeting), meeting.person("respondent")
    groups = [[meeting.person("applicant"), chen]]
    kept = await meeting.cast.mediator.put(f"/api/cases/{meeting.cast.case}/apart", {"groups": groups})
    assert kept.status == 200, kept.json
    assert {person: (await lin.get(url)).status for person, url in films.items()} == {
        person: 404 if person == chen else 200 for person in meeting.peers
    }


@pytest.mark.parametrize("how", ["permission", "login"])
async def test_an_answer_under_way_is_broken_off(
    meeting: Meeting, lin: Browser, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """A player asks once, and takes the film as it plays."""
    films, looks = await opened(lin, meeting), list[Caller]()
    url = films[meeting.person("applicant")]
    whole = (await lin.get(url)).body
    monkeypatch.setattr(viewings, "PIECE", len(whole) // 4)

    async def watched(call: Call[Any], name: str, caller: Caller, person: str) -> frozenset[str] | None:
        looks.append(caller)
        if len(looks) == 3 and how == "permission":
            meeting.office.clock.forward(seconds=300)
        if len(looks) == 3 and how == "login":
            async with meeting.office.db.transaction() as tx:
                await logins.end_all(tx, "seat", caller.seat_id)
        found: frozenset[str] | None = await still_viewable(call, name, caller, person)
        return found

    still_viewable = ROUTES.still_viewable
    monkeypatch.setattr(ROUTES, "still_viewable", watched)
    with pytest.raises(aiohttp.ClientPayloadError):
        await lin.get(url, headers={"Range": "bytes=0-"})
    assert 3 <= len(looks) <= 4 and (await lin.get(url)).status == 404


async def test_ranges_are_those_of_the_film(meeting: Meeting, lin: Browser) -> None:
    url = (await opened(lin, meeting))[meeting.person("applicant")]
    whole = (await lin.get(url)).body
    for said, part in {"5-8": whole[5:9], "7-": whole[7:], "-6": whole[-6:], f"9-{10**9}": whole[9:]}.items():
        answer = await lin.get(url, headers={"Range": f"bytes={said}"})
        assert (answer.status, answer.body) == (206, part)
        first = len(whole) - 6 if said == "-6" else int(said[0])
        assert answer.headers["Content-Range"] == f"bytes {first}-{first + len(part) - 1}/{len(whole)}"
    beyond = await lin.get(url, headers={"Range": f"bytes={len(whole)}-"})
    assert (beyond.status, beyond.headers["Content-Range"]) == (416, f"bytes */{len(whole)}")
    assert (await lin.get(url, headers={"Range": "bytes=x"})).body == whole, "none that we know"
