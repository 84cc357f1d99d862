"""The second factor at the login, what it costs to guess, and who leaves."""

from base64 import b32decode

import sqlalchemy as sa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from server.people import factors, factors_store
from server.settings import LoginOptions
from tests.actors import Browser, Hands
from tests.conftest import MakeOffice, Office

PASSWORD = "hejie-demo"


def code_of(secret: str, clock: Hands, steps: int = 0) -> str:
    """What an authenticator app shows."""
    app = TOTP(b32decode(secret), 6, SHA1(), 30)  # noqa: S303
    return app.generate(int(clock().timestamp()) + 30 * steps).decode()


async def enrol(browser: Browser, clock: Hands, proof: str = PASSWORD) -> tuple[str, list[str]]:
    """The secret and the recovery codes of who is logged in."""
    made = await browser.post("/api/account/totp", {"proof": proof})
    assert made.status == 200, made.json
    done = await browser.post("/api/account/totp/accept", {"code": code_of(made.json["secret"], clock)})
    assert done.status == 200, done.json
    clock.forward(seconds=30)
    return made.json["secret"], done.json["codes"]


async def log_in(browser: Browser, code: str, password: str = PASSWORD) -> str | None:
    """The error's code, None when it went well."""
    answer = await browser.post("/api/login", {"username": "gu", "password": password, "code": code})
    if answer.status == 200:
        browser.tokens[""] = answer.json["csrf"]
    return answer.code


def test_codes_are_those_of_rfc_6238() -> None:
    secret, now = b"12345678901234567890", Hands().now.fromtimestamp(1111111109, Hands().now.tzinfo)
    assert factors.fitting_step(secret, "081804", now, 0) == 1111111109 // 30
    assert factors.fitting_step(secret, "081804", now, 1111111109 // 30) is None
    assert factors.fitting_step(secret, "٠٨١٨٠٤", now, 0) is None


async def test_a_second_factor_is_asked_for_after_the_password_and_each_code_fits_once(office: Office) -> None:
    gu, other = await office.browser(), await office.browser()
    await other.login("gu", PASSWORD)
    await gu.login("gu", PASSWORD)
    assert (await gu.post("/api/account/totp", {"proof": "guessed"})).code == "login_wrong"
    secret, sheet = await enrol(gu, office.clock)
    assert (await other.get("/api/me")).json["kind"] == "nobody"
    asked = await other.login("gu", PASSWORD)
    assert (asked.status, asked.code, asked.data) == (401, "second_factor_needed", {"factors": ["totp"]})
    assert (await other.login("gu", "guessed")).code == "login_wrong"  # tells nothing of the second factor
    code = code_of(secret, office.clock)
    assert await log_in(other, code, "guessed") == "login_wrong"
    assert await log_in(other, code) is None
    assert await log_in(await office.browser(), code) == "login_wrong"
    assert await log_in(await office.browser(), code_of(secret, office.clock, -1)) == "login_wrong"
    assert await log_in(await office.browser(), code_of(secret, office.clock, 1)) is None
    assert await log_in(await office.browser(), sheet[3].upper()) is None
    assert await log_in(await office.browser(), sheet[3]) == "login_wrong"
    assert (await other.get("/api/account")).json == {"username": "gu", "factors": ["totp"], "recovery": 9}


async def test_wrong_codes_count_as_wrong_passwords(office: Office) -> None:
    gu = await office.browser()
    await gu.login("gu", PASSWORD)
    secret, _ = await enrol(gu, office.clock)
    thief = await office.browser()
    assert [await log_in(thief, "000000") for _ in range(6)] == ["login_wrong"] * 5 + ["login_locked"]
    assert await log_in(thief, code_of(secret, office.clock)) == "login_locked"


async def test_what_lies_in_the_database_opens_nothing(office: Office) -> None:
    gu = await office.browser()
    await gu.login("gu", PASSWORD)
    secret, sheet = await enrol(gu, office.clock)
    async with office.db.reading() as tx:
        rows = [
            str(list(await tx.execute(sa.select(table))))
            for table in (factors_store.authenticators, factors_store.recovery_codes)
        ]
    assert repr(b32decode(secret))[2:-1] not in rows[0] and not any(code.replace("-", "") in rows[1] for code in sheet)


async def test_where_a_second_factor_is_required_nothing_opens_before_it_is_set_up(make_office: MakeOffice) -> None:
    office = await make_office(login=LoginOptions(second_factor=True))
    gu, thief = await office.browser(), await office.browser()
    assert (await gu.login("gu", PASSWORD)).json["kind"] == "enrolling"
    assert (await gu.get("/api/day")).code == "enrolment_needed"
    secret, _ = await enrol(gu, office.clock, proof="")
    assert (await gu.get("/api/me")).json["kind"] == "staff"
    assert (await gu.get("/api/day")).status == 200
    assert (await thief.login("gu", PASSWORD)).code == "second_factor_needed"
    assert await log_in(thief, code_of(secret, office.clock)) is None
    assert (await thief.get("/api/me")).json["kind"] == "staff"
    practice = await office.cast()
    assert (await practice.mediator.get("/api/day")).status == 200
