"""Beside the usual way to the room: a trial run days ahead, the telephone, the host's word to who waits."""

import pytest

from server.store import journal
from tests.actors import Browser
from tests.conftest import Cast, Office

TRIED = {"camera": True, "microphone": True, "speaker": "heard", "line": "fair"}


async def arrived(cast: Cast, role: str = "applicant") -> Browser:
    """Link opened, and said who they are."""
    browser = await cast.seat(role)
    assert (await browser.post("/api/seat/identify", {"is_me": True})).status == 200
    return browser


async def of_day(cast: Cast, browser: Browser, role: str = "applicant") -> dict[str, object]:
    row = (await browser.get("/api/day")).json["sessions"][0]
    found: dict[str, object] = next(one for one in row["parties"] if one["id"] == cast.person(role))
    return found


async def test_a_trial_run_is_told_to_the_mediators_day_and_starts_nothing(office: Office, cast: Cast) -> None:
    office.clock.forward(days=-3)
    browser = await arrived(cast)
    before = (await browser.get("/api/seat")).json
    assert (before["early"], before["trial"], before["step"]) == (True, None, "consent")
    answer = await browser.post("/api/seat/trial", TRIED)
    assert answer.json["trial"] == {**TRIED, "at": "2026-11-23T05:50:00Z"}
    assert answer.json["step"] == "consent", "nothing of the session is done by it"
    assert (await browser.post("/api/seat/ticket")).code == "not_ready"
    seen = await of_day(cast, cast.mediator)
    assert seen["trial"] == answer.json["trial"]
    assert seen["progress"] == "opened"
    session = await cast.mediator.get(f"/api/sessions/{cast.session}")
    assert session.json["state"] == "scheduled"


@pytest.mark.parametrize("hours, early", [(2, True), (1, False), (0, False)])
async def test_the_last_hour_is_not_early(office: Office, cast: Cast, hours: int, early: bool) -> None:
    office.clock.forward(hours=-hours, minutes=10)  # the session of a sample begins ten minutes after it was made
    assert (await (await arrived(cast)).get("/api/seat")).json["early"] is early


async def test_a_session_opened_before_its_time_is_not_early(office: Office, cast: Cast) -> None:
    office.clock.forward(days=-1)
    browser = await arrived(cast)
    await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "open"})
    assert (await browser.get("/api/seat")).json["early"] is False


async def test_a_trial_needs_a_person_who_said_who_they_are(cast: Cast) -> None:
    browser = await cast.seat("applicant")
    answer = await browser.post("/api/seat/trial", TRIED)
    assert (answer.status, answer.code, answer.data) == (409, "not_ready", {"step": "identify"})


async def test_the_telephone_is_asked_for_at_the_door_and_the_number_stands_in_the_day(cast: Cast) -> None:
    browser = await arrived(cast)
    answer = await browser.post("/api/seat/telephone", {"wanted": True})
    assert answer.json["step"] == "telephone"
    assert answer.json["telephone"]["number"] == "199****0002"
    assert (await browser.post("/api/seat/ticket")).data == {"step": "telephone"}
    assert (await browser.post("/api/seat/consents", {"online": True, "esign": True})).code == "not_ready"
    shown = (await of_day(cast, cast.mediator))["telephone"]
    assert isinstance(shown, dict) and shown["number"] == "19900000002"
    at_room = (await cast.mediator.get(f"/api/sessions/{cast.session}")).json["telephones"]
    assert at_room == {cast.person("applicant"): shown}, "the host in the room dials it too"
    answer = await browser.post("/api/seat/telephone", {"wanted": False})
    assert (answer.json["step"], answer.json["telephone"]) == ("consent", None)
    assert (await of_day(cast, cast.mediator))["telephone"] is None


async def test_the_number_is_whole_only_for_who_dials_it_and_in_no_journal(office: Office, cast: Cast) -> None:
    number = "0571-8765 4321"
    browser = await arrived(cast)
    answer = await browser.post("/api/seat/telephone", {"wanted": True, "number": number})
    assert answer.status == 200 and number not in answer.body.decode()
    other = await cast.ready("respondent")
    assert "4321" not in (await other.get("/api/seat")).body.decode()
    async with office.db.reading() as tx:
        chain = await journal.read(tx, cast.case)
    assert chain[-1].kind != "" and "seat.telephone" in [entry.kind for entry in chain]
    assert "4321" not in "".join(entry.body or "" for entry in chain)


@pytest.mark.parametrize("number", ["none", "12", "0571-", "+", "1 2 3", "199'); --", "9" * 24])
async def test_what_cannot_be_dialled_is_no_number(cast: Cast, number: str) -> None:
    answer = await (await arrived(cast)).post("/api/seat/telephone", {"wanted": True, "number": number})
    assert (answer.status, answer.code) == (422, "invalid")


async def test_a_word_to_who_waits_is_the_same_for_everybody_and_ends_with_the_state(cast: Cast) -> None:
    path = f"/api/sessions/{cast.session}"
    seats = [await arrived(cast, role) for role in ("applicant", "respondent")]
    await cast.mediator.post(f"{path}/acts", {"act": "open"})
    assert (await cast.mediator.post(f"{path}/wait", {"minutes": 15})).json["wait"] == 15
    told = [(await seat.get("/api/seat")).json["waiting"] for seat in seats]
    assert [one["minutes"] for one in told] == [15, 15]
    assert told[0] == {
        "company": [], "since": "2026-11-26T05:50:00Z", "minutes": 15, "said_at": "2026-11-26T05:50:00Z",
    }  # fmt: skip
    await cast.mediator.post(f"{path}/wait", {"minutes": None})
    assert (await seats[0].get("/api/seat")).json["waiting"]["minutes"] is None
    await cast.mediator.post(f"{path}/wait", {"minutes": 10})
    await cast.mediator.post(f"{path}/acts", {"act": "pause"})
    assert (await seats[0].get("/api/seat")).json["waiting"]["minutes"] is None, "said of another situation"


@pytest.mark.parametrize("minutes", [0, -5, 181, 1.5, "soon"])
async def test_a_wait_is_a_number_of_minutes(cast: Cast, minutes: object) -> None:
    answer = await cast.mediator.post(f"/api/sessions/{cast.session}/wait", {"minutes": minutes})
    assert (answer.status, answer.code) == (422, "invalid")


async def test_only_who_leads_says_how_long(office: Office, cast: Cast) -> None:
    path = f"/api/sessions/{cast.session}/wait"
    assert (await (await cast.ready("applicant")).post(path, {"minutes": 5})).status == 403
    assert (await (await office.cast()).mediator.post(path, {"minutes": 5})).status == 404
