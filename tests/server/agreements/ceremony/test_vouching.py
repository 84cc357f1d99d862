"""A clerk in place of the message: for somebody identified at the desk, and for the keys they have just enrolled."""

from server.ids import AccountId
from server.people import store as accounts
from server.people.model import Assurance
from server.people.rules import hash_password
from tests.conftest import Cast
from tests.server.agreements.signer import Signer, look

PASSWORD = "a clerk's own"


async def know_password(cast: Cast) -> None:
    """The mediator of a rehearsal has a random one."""
    async with cast.office.db.transaction() as tx:
        await accounts.set_password(tx, AccountId(cast.mediator_id), hash_password(PASSWORD))


async def test_a_person_without_a_phone_signs_with_the_clerks_word(people: dict[str, Signer]) -> None:
    lin, gu = people["applicant"], people["mediator"]
    await know_password(gu.cast)
    door = f"{lin.path}/vouch"
    await lin.look()
    assert (await lin.enrol()).status == 200
    early = await gu.browser.post(door, {"person": lin.person, "password": PASSWORD})
    assert (early.code, early.data["present"]) == ("assurance_low", Assurance.seen.value)
    vouched = await gu.browser.post(
        f"/api/sessions/{gu.cast.session}/kiosk/sit", {"person": lin.person, "password": PASSWORD}
    )
    assert vouched.json["assurance"] == "desk"
    assert (await gu.browser.post(door, {"person": lin.person, "password": "guessed"})).code == "login_wrong"
    code = (await gu.browser.post(door, {"person": lin.person, "password": PASSWORD})).json["code"]
    slug = vouched.json["slug"]
    checked = await gu.browser.send(
        "POST",
        f"{lin.path}/enrolments/{lin.enrolment['enrolment']}/check",
        {"code": code, "proof": lin.proof()},
        headers={"X-Hejie-Seat": slug, "X-CSRF-Token": vouched.json["csrf"]},
    )
    assert checked.status == 200, checked.json
    assert (await look(gu))["slots"][0]["state"] == "ready"


async def test_there_is_nothing_to_vouch_for_before_a_key_is_enrolled(people: dict[str, Signer]) -> None:
    chen, gu = people["respondent"], people["mediator"]
    await know_password(gu.cast)
    await gu.browser.post(f"/api/sessions/{gu.cast.session}/kiosk/sit", {"person": chen.person, "password": PASSWORD})
    refused = await gu.browser.post(f"{gu.path}/vouch", {"person": chen.person, "password": PASSWORD})
    assert refused.code == "not_permitted"
