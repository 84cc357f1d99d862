"""The kiosk: staff open it, the person proves themself, and nobody else's seat opens with it."""

from server.ids import AccountId
from server.people import store as accounts
from server.people.rules import hash_password
from tests.conftest import Cast

PASSWORD = "a clerk's own"


async def know_password(cast: Cast) -> None:
    """The mediator of a rehearsal has a random one."""
    async with cast.office.db.transaction() as tx:
        await accounts.set_password(tx, AccountId(cast.mediator_id), hash_password(PASSWORD))


async def test_a_code_on_their_own_phone_seats_a_person(cast: Cast) -> None:
    asked = await cast.mediator.post(f"/api/sessions/{cast.session}/kiosk/code", {"person": cast.person("applicant")})
    assert asked.status == 200 and "****" in asked.json["sent_to"]
    code = await cast.office.code(cast.person("applicant"))
    wrong = await cast.mediator.post(
        f"/api/sessions/{cast.session}/kiosk/sit", {"person": cast.person("respondent"), "code": code}
    )
    assert wrong.code in ("code_expired", "code_wrong")
    seated = await cast.mediator.post(
        f"/api/sessions/{cast.session}/kiosk/sit", {"person": cast.person("applicant"), "code": code}
    )
    assert (seated.status, seated.json["me"]["id"]) == (200, cast.person("applicant"))
    assert (seated.json["assurance"], seated.json["step"]) == ("code", "consent")


async def test_the_former_browser_of_a_person_loses_the_seat(cast: Cast) -> None:
    lin = await cast.ready("applicant")
    assert (await lin.get("/api/seat")).status == 200
    await cast.mediator.post(f"/api/sessions/{cast.session}/kiosk/code", {"person": cast.person("applicant")})
    code = await cast.office.code(cast.person("applicant"))
    body = {"person": cast.person("applicant"), "code": code}
    seated = await cast.mediator.post(f"/api/sessions/{cast.session}/kiosk/sit", body)
    assert seated.json["step"] == "room"
    assert (await lin.get("/api/seat")).code == "unauthenticated"


async def test_a_clerk_who_vouches_enters_the_password_again(cast: Cast) -> None:
    await know_password(cast)
    door = f"/api/sessions/{cast.session}/kiosk/sit"
    body = {"person": cast.person("applicant")}
    assert (await cast.mediator.post(door, body)).code == "login_wrong"
    assert (await cast.mediator.post(door, {**body, "password": "guessed"})).code == "login_wrong"
    seated = await cast.mediator.post(door, {**body, "password": PASSWORD})
    assert (seated.status, seated.json["assurance"]) == (200, "desk")


async def test_nobody_but_staff_opens_a_kiosk(cast: Cast) -> None:
    await know_password(cast)
    lin = await cast.ready("applicant")
    body = {"person": cast.person("respondent")}
    assert (await lin.post(f"/api/sessions/{cast.session}/kiosk/code", body)).status == 403
    assert (await lin.post(f"/api/sessions/{cast.session}/kiosk/sit", {**body, "password": PASSWORD})).status == 403
    unknown = {"person": "pty_unknown", "password": PASSWORD}
    assert (await cast.mediator.post(f"/api/sessions/{cast.session}/kiosk/sit", unknown)).status == 404
