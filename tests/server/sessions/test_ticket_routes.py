"""Several people at one device of the centre: each proved there, of one side, one seat in the room with all names."""

from typing import Any

from server.store import journal
from server.web import keys
from signaling import check
from tests.actors import Answer
from tests.conftest import Cast, Office


async def sit(cast: Cast, role: str, *, consent: bool = True) -> dict[str, Any]:
    """By the code on their own phone, at the mediator's browser."""
    path, person = f"/api/sessions/{cast.session}/kiosk", cast.person(role)
    assert (await cast.mediator.post(f"{path}/code", {"person": person})).status == 200
    seated = await cast.mediator.post(f"{path}/sit", {"person": person, "code": await cast.office.code(person)})
    assert seated.status == 200, seated.json
    if consent:
        body = {"online": True, "esign": True}
        answer = await as_seat(cast, seated.json, "/api/seat/consents", body)
        assert answer.json["step"] == "room", answer.json
    view: dict[str, Any] = seated.json
    return view


async def as_seat(cast: Cast, view: dict[str, Any], path: str, body: object) -> Answer:
    """The page of the kiosk speaks for the seat that sits there."""
    browser = cast.mediator
    browser.seat, browser.tokens[view["slug"]] = view["slug"], view["csrf"]
    try:
        return await browser.post(path, body)
    finally:
        browser.seat = None


async def enter(cast: Cast, *roles: str) -> Answer:
    body = {"people": [cast.person(role) for role in roles]}
    return await cast.mediator.post(f"/api/sessions/{cast.session}/kiosk/ticket", body)


async def test_people_of_one_side_are_one_seat_with_all_their_names(office: Office) -> None:
    cast = await office.cast("hospital")
    for role in ("applicant", "interpreter"):
        await sit(cast, role)
    answer = await enter(cast, "applicant", "interpreter")
    ticket = check(office.app[keys.SECRET], answer.json["ticket"], office.clock().timestamp())
    assert (ticket.person, ticket.role) == (cast.person("applicant"), "applicant")
    (other,) = ticket.device_people
    assert (other.person, other.name) == (cast.person("interpreter"), cast.links["interpreter"]["name"])
    assert (other.role, other.tied_to, other.login != ticket.login) == ("interpreter", ticket.person, True)
    async with office.db.reading() as tx:
        entry = (await journal.read(tx, cast.case))[-1]
    assert entry.kind == "seat.together"
    assert all(cast.person(role) in (entry.body or "") for role in ("applicant", "interpreter"))


async def test_one_person_alone_is_nobodys_company(office: Office, cast: Cast) -> None:
    await sit(cast, "applicant")
    answer = await enter(cast, "applicant")
    ticket = check(office.app[keys.SECRET], answer.json["ticket"], office.clock().timestamp())
    assert ticket.device_people == ()


async def test_the_two_sides_share_no_device(cast: Cast) -> None:
    await sit(cast, "applicant")
    await sit(cast, "respondent")
    answer = await enter(cast, "applicant", "respondent")
    assert (answer.status, answer.code) == (409, "not_together")


async def test_who_has_not_proved_themself_at_this_kiosk_does_not_enter_from_it(office: Office, cast: Cast) -> None:
    assert (await enter(cast, "applicant")).code == "not_seated"
    await cast.ready("applicant")
    assert (await enter(cast, "applicant")).code == "not_seated", "at a device of their own"
    office.clock.forward(minutes=2)
    view = await sit(cast, "applicant", consent=False)
    assert (await enter(cast, "applicant")).status == 200
    await as_seat(cast, view, "/api/logout", {})
    assert (await enter(cast, "applicant")).code == "not_seated", "left the kiosk"


async def test_consent_comes_before_the_room_at_a_kiosk_too(cast: Cast) -> None:
    await sit(cast, "applicant", consent=False)
    answer = await enter(cast, "applicant")
    assert (answer.status, answer.code, answer.data) == (409, "not_ready", {"step": "consent"})


async def test_who_goes_on_elsewhere_is_no_longer_at_the_kiosk(office: Office, cast: Cast) -> None:
    await sit(cast, "applicant")
    own = await office.browser()
    assert (await own.open(cast.links["applicant"]["url"], takeover=True)).status == 200
    assert (await enter(cast, "applicant")).code == "not_seated"


async def test_sitting_down_at_the_centre_ends_the_telephone(cast: Cast) -> None:
    browser = await cast.seat("applicant")
    await browser.post("/api/seat/identify", {"is_me": True})
    await browser.post("/api/seat/telephone", {"wanted": True})
    await sit(cast, "applicant")
    day = (await cast.mediator.get("/api/day")).json["sessions"][0]["parties"][0]
    assert day["telephone"] is None


async def test_a_kiosk_of_another_clerk_or_no_clerk_opens_nothing(office: Office, cast: Cast) -> None:
    await sit(cast, "applicant")
    path, body = f"/api/sessions/{cast.session}/kiosk/ticket", {"people": [cast.person("applicant")]}
    assert (await (await office.browser()).post(path, body)).status == 401
    assert (await (await cast.ready("respondent")).post(path, body)).status == 403
    assert (await (await office.cast()).mediator.post(path, body)).status == 404
    twice = {"people": body["people"] * 2}
    assert (await cast.mediator.post(path, twice)).code == "invalid"
