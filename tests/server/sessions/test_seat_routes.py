"""The party's way: link, consent, code, devices, ticket; and every way it can go wrong."""

import asyncio

import pytest
import socketio

from server.sessions import texts
from server.store import journal
from server.web import keys
from signaling import check
from tests.conftest import Cast, Office


async def entries(office: Office, case: str) -> list[journal.Entry]:
    async with office.db.reading() as tx:
        return await journal.read(tx, case)


async def test_a_link_leads_step_by_step_into_the_room(office: Office, cast: Cast) -> None:
    browser = await cast.seat("applicant")
    steps = [(await browser.get("/api/seat")).json["step"]]
    for path, body in (("identify", {"is_me": True}), ("consents", {"online": True, "esign": False})):
        steps.append((await browser.post(f"/api/seat/{path}", body)).json["step"])
    sent = await browser.post("/api/seat/code")
    assert sent.json == {"sent_to": "199****0002", "resend_after": 60}
    code = await office.code(cast.person("applicant"))
    answer = await browser.post("/api/seat/code/check", {"code": code})
    assert answer.json["assurance"] == "code" and answer.json["code"]["verified"]
    steps.append(answer.json["step"])
    devices = {"camera": False, "microphone": True, "result": {"anything": [1]}}
    steps.append((await browser.post("/api/seat/devices", devices)).json["step"])
    assert steps == ["identify", "consent", "code", "devices", "room"]

    minted = (await browser.post("/api/seat/ticket")).json
    ticket = check(office.app[keys.SECRET], minted["ticket"], office.clock().timestamp())
    assert (ticket.room, ticket.person, ticket.role) == (cast.session, cast.person("applicant"), "applicant")
    assert minted["url"] == ""


async def test_no_step_can_be_skipped(cast: Cast) -> None:
    browser = await cast.seat("applicant")
    for path, body in (
        ("consents", {"online": True, "esign": True}),
        ("code", {}),
        ("code/check", {"code": "000000"}),
        ("devices", {"camera": True, "microphone": True, "result": {}}),
        ("ticket", {}),
    ):
        answer = await browser.post(f"/api/seat/{path}", body)
        assert (answer.status, answer.code, answer.data) == (409, "not_ready", {"step": "identify"}), path


async def test_who_does_not_agree_to_meet_online_goes_no_further(cast: Cast) -> None:
    browser = await cast.seat("applicant")
    await browser.post("/api/seat/identify", {"is_me": True})
    answer = await browser.post("/api/seat/consents", {"online": False, "esign": True})
    assert answer.json["step"] == "consent"
    assert (await browser.post("/api/seat/code")).code == "not_ready"


async def test_the_staff_reads_who_declined_until_they_ask_for_the_telephone(cast: Cast) -> None:
    async def declined() -> list[str]:
        found: list[str] = (await cast.mediator.get(f"/api/sessions/{cast.session}")).json["declined"]
        return found

    browser = await cast.seat("applicant")
    await browser.post("/api/seat/identify", {"is_me": True})
    assert await declined() == []
    await browser.post("/api/seat/consents", {"online": False, "esign": True})
    assert await declined() == [cast.person("applicant")]
    await browser.post("/api/seat/telephone", {"wanted": True, "number": ""})
    assert await declined() == []


async def test_consent_is_kept_with_the_hash_of_the_very_words(office: Office, cast: Cast) -> None:
    browser = await cast.ready("applicant")
    body = next(e.body for e in await entries(office, cast.case) if e.kind == "seat.consented") or ""
    assert texts.text_hash(texts.ZH.esign) in body and texts.VERSION in body
    later = await browser.post("/api/seat/consents?lang=en", {"online": True, "esign": False})
    assert later.json["consents"]["esign"] is False, "consent is revocable"
    assert later.json["texts"]["esign"].startswith("All parties agree")


async def test_a_party_answers_both_choices(cast: Cast) -> None:
    browser = await cast.seat("applicant")
    await browser.post("/api/seat/identify", {"is_me": True})
    answer = await browser.post("/api/seat/consents", {"online": True})
    assert (answer.status, answer.code) == (422, "invalid")


async def test_an_expired_link_is_gone_and_renewing_sends_another(office: Office, cast: Cast) -> None:
    office.clock.forward(days=8)
    browser = await office.browser()
    old = cast.links["applicant"]["url"]
    answer = await browser.open(old)
    assert (answer.status, answer.code) == (410, "link_expired")
    assert (await browser.post("/api/links/renew", {"slug": browser.seat})).json == {"sent": True}
    fresh = await office.link(cast.person("applicant"))
    assert fresh != old
    assert (await browser.open(fresh)).status == 200


async def test_renewing_never_tells_whether_a_seat_exists(office: Office) -> None:
    browser = await office.browser()
    answer = await browser.post("/api/links/renew", {"slug": "0123456789abcdef"})
    assert (answer.status, answer.json) == (200, {"sent": True})


async def test_a_new_link_voids_the_old_one(office: Office, cast: Cast) -> None:
    old = cast.links["applicant"]["url"]
    path = f"/api/sessions/{cast.session}/links"
    answer = await cast.mediator.post(path, {"party": cast.person("applicant")})
    assert answer.json == {"sent": True}
    browser = await office.browser()
    assert (await browser.open(old)).code == "link_expired"
    assert (await browser.open(await office.link(cast.person("applicant")))).status == 200


async def test_the_secret_of_one_seat_does_not_open_another(office: Office, cast: Cast) -> None:
    other = await office.cast()
    browser = await office.browser()
    slug = other.links["applicant"]["url"].split("/r/")[1].split("#")[0]
    secret = cast.links["applicant"]["url"].split("#")[1]
    answer = await browser.post(f"/api/seats/{slug}/open", {"token": secret})
    assert (answer.status, answer.code) == (404, "link_unknown")
    answer = await browser.post("/api/seats/ffffffffffffffff/open", {"token": "guess"})
    assert (answer.status, answer.code) == (404, "link_unknown")


async def test_the_cookie_of_one_seat_does_not_open_another(cast: Cast) -> None:
    applicant, respondent = await cast.seat("applicant"), await cast.seat("respondent")
    applicant.headers["Cookie"] = f"seat_{respondent.seat}={applicant.cookies[f'seat_{applicant.seat}']}"
    applicant.seat = respondent.seat
    assert (await applicant.get("/api/seat")).status == 401


async def test_five_wrong_codes_lock_for_fifteen_minutes(office: Office, cast: Cast) -> None:
    browser = await cast.seat("applicant")
    await browser.post("/api/seat/identify", {"is_me": True})
    await browser.post("/api/seat/consents", {"online": True, "esign": True})
    await browser.post("/api/seat/code")
    right = await office.code(cast.person("applicant"))
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    left = [(await browser.post("/api/seat/code/check", {"code": wrong})) for _ in range(5)]
    assert [answer.data.get("tries_left") for answer in left] == [4, 3, 2, 1, None]
    assert (left[4].status, left[4].code, left[4].data) == (423, "code_locked", {"until": "2026-11-26T06:05:00Z"})
    assert (await browser.post("/api/seat/code/check", {"code": right})).code == "code_locked"
    assert (await browser.post("/api/seat/code")).code == "code_locked"
    view = (await browser.get("/api/seat")).json["code"]
    assert (view["tries_left"], view["locked_until"]) == (0, "2026-11-26T06:05:00Z")
    office.clock.forward(minutes=15)
    view = (await browser.get("/api/seat")).json["code"]
    assert (view["sent_at"], view["locked_until"]) == (None, None), "a new one is to be asked for"
    assert (await browser.post("/api/seat/code/check", {"code": right})).code == "code_expired"
    await browser.post("/api/seat/code")
    answer = await browser.post("/api/seat/code/check", {"code": await office.code(cast.person("applicant"))})
    assert answer.json["code"]["verified"]


async def test_a_resend_waits_a_minute_voids_the_old_code_and_keeps_the_wrong_tries(office: Office, cast: Cast) -> None:
    browser = await cast.seat("applicant")
    await browser.post("/api/seat/identify", {"is_me": True})
    await browser.post("/api/seat/consents", {"online": True, "esign": True})
    await browser.post("/api/seat/code")
    first = await office.code(cast.person("applicant"))
    await browser.post("/api/seat/code/check", {"code": "x"})
    early = await browser.post("/api/seat/code")
    assert (early.status, early.headers["Retry-After"]) == (429, "60")
    office.clock.forward(seconds=60)
    await browser.post("/api/seat/code")
    assert (await browser.get("/api/seat")).json["code"]["sent_at"] == "2026-11-26T05:51:00Z"
    second = await office.code(cast.person("applicant"))
    if first != second:
        answer = await browser.post("/api/seat/code/check", {"code": first})
        assert (answer.code, answer.data) == ("code_wrong", {"tries_left": 3})
    office.clock.forward(minutes=10)
    assert (await browser.get("/api/seat")).json["code"]["sent_at"] is None
    assert (await browser.post("/api/seat/code/check", {"code": second})).code == "code_expired"


async def test_a_second_browser_is_asked_and_takes_over_without_what_the_first_proved(
    office: Office, cast: Cast
) -> None:
    first = await cast.ready("applicant")
    await cast.seen("applicant")
    second = await office.browser()
    answer = await second.open(cast.links["applicant"]["url"])
    assert (answer.status, answer.code) == (409, "seat_taken")
    answer = await second.open(cast.links["applicant"]["url"], takeover=True)
    assert (answer.status, answer.json["step"], answer.json["assurance"]) == (200, "code", "none")
    assert answer.json["code"]["sent_at"] is None, "the first browser used its code up"
    assert (await first.get("/api/seat")).status == 401
    kinds = [entry.kind for entry in await entries(office, cast.case)]
    assert "seat.taken_over" in kinds


async def test_a_link_opened_after_the_login_ran_out_inherits_nothing(office: Office, cast: Cast) -> None:
    await cast.ready("applicant")
    await cast.seen("applicant")
    office.clock.forward(hours=13)
    answer = await (await office.browser()).open(cast.links["applicant"]["url"])
    assert (answer.status, answer.json["step"], answer.json["assurance"]) == (200, "code", "none")


async def test_a_new_link_after_it_is_not_me_inherits_nothing(office: Office, cast: Cast) -> None:
    browser = await cast.ready("applicant")
    await cast.seen("applicant")
    await browser.post("/api/seat/identify", {"is_me": False})
    assert (await browser.post("/api/links/renew", {"slug": browser.seat})).status == 200
    answer = await (await office.browser()).open(await office.link(cast.person("applicant")))
    assert (answer.json["step"], answer.json["assurance"]) == ("identify", "none")


async def connected(office: Office, ticket: str, told: list[str]) -> socketio.AsyncClient:
    """A socket in the room that notes that it was taken over and is gone."""
    client = socketio.AsyncClient(reconnection=False)
    client.on("taken_over", lambda _: told.append("taken_over"), namespace="/room")
    client.on("disconnect", lambda *_: told.append("gone"), namespace="/room")
    auth = {"ticket": ticket, "device": "device-of-the-test"}
    await client.connect(office.base, transports=["websocket"], namespaces=["/room"], auth=auth)
    return client


async def test_a_takeover_ends_the_place_in_the_room_and_every_ticket(office: Office, cast: Cast) -> None:
    first = await cast.ready("applicant")
    used, spare = [(await first.post("/api/seat/ticket")).json["ticket"] for _ in range(2)]
    told: list[str] = []
    client = await connected(office, used, told)
    second = await office.browser()
    assert (await second.open(cast.links["applicant"]["url"], takeover=True)).status == 200
    await asyncio.wait_for(client.wait(), 8)
    assert told == ["taken_over", "gone"]
    for ticket in (used, spare):
        with pytest.raises(socketio.exceptions.ConnectionError):
            await connected(office, ticket, told)


async def test_logging_out_ends_the_tickets_too(office: Office, cast: Cast) -> None:
    browser = await cast.ready("applicant")
    ticket = (await browser.post("/api/seat/ticket")).json["ticket"]
    await browser.post("/api/logout")
    with pytest.raises(socketio.exceptions.ConnectionError):
        await connected(office, ticket, [])


async def test_reloading_the_link_in_the_same_browser_is_no_takeover(cast: Cast) -> None:
    browser = await cast.ready("applicant")
    again = await browser.open(cast.links["applicant"]["url"])
    assert (again.status, again.json["step"]) == (200, "room")
    browser.tokens.clear()  # the page was reloaded: no token yet, and it did not say which seat it is
    slug, browser.seat = browser.seat, None
    secret = cast.links["applicant"]["url"].split("#")[1]
    assert (await browser.post(f"/api/seats/{slug}/open", {"token": secret})).json["step"] == "room"


async def test_two_browsers_at_once_do_not_both_get_the_seat(office: Office, cast: Cast) -> None:
    browsers = [await office.browser() for _ in range(4)]
    answers = await asyncio.gather(*(browser.open(cast.links["applicant"]["url"]) for browser in browsers))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]


async def test_it_is_not_me_voids_the_link_and_forgets_the_browser(office: Office, cast: Cast) -> None:
    browser = await cast.seat("applicant")
    answer = await browser.post("/api/seat/identify", {"is_me": False})
    assert answer.status == 200
    assert (await browser.get("/api/seat")).status == 401
    assert (await (await office.browser()).open(cast.links["applicant"]["url"])).code == "link_expired"


async def test_a_seat_sees_its_own_phone_masked_and_the_others_by_name_only(cast: Cast) -> None:
    view = (await (await cast.ready("respondent")).get("/api/seat")).json
    assert view["me"]["phone_masked"] == "199****0003" and view["others"] == [{"name": "林秀珍", "label": "甲方"}]
    assert "19900000002" not in str(view) and "330402" not in str(view)


async def test_who_has_only_a_link_reads_nobody_elses_name_before_their_own_yes(office: Office) -> None:
    browser = await office.browser()
    made = (await browser.post("/api/demo/cases", {"case": "schoolyard"})).json
    names = {"罗小满", "沈静", "丁晨", "丁海", "方静"}
    for link in made["links"]:
        at = await office.browser()
        opened = (await at.open(link["url"])).body.decode()
        assert {name for name in names if name in opened} == {link["name"]}
        await at.post("/api/seat/identify", {"is_me": True})
        view = (await at.post("/api/seat/consents", {"online": False, "esign": False})).json
        assert (view["others"], view["guests"], view["waiting"]["company"]) == ([], [], [])
        view = (await at.post("/api/seat/consents", {"online": True, "esign": False})).json
        assert {one["name"] for one in view["others"]} == names - {link["name"]}


async def test_a_closed_session_opens_no_door(office: Office, cast: Cast) -> None:
    browser = await cast.ready("applicant")
    for act in ("open", "close"):
        assert (await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": act})).status == 200
    assert (await browser.post("/api/seat/ticket")).code == "session_over"
    late = await office.browser()
    assert (await late.open(cast.links["respondent"]["url"])).code == "session_over"


@pytest.mark.parametrize("language, word", [("en", "Mediation is free"), ("zh-CN", "人民调解不收费")])
async def test_texts_come_in_the_language_asked_for(cast: Cast, language: str, word: str) -> None:
    view = (await (await cast.seat("applicant")).get(f"/api/seat?lang={language}")).json
    assert word in view["texts"]["rights"]


async def test_the_whole_way_leaves_a_whole_chain_without_names(office: Office, cast: Cast) -> None:
    await cast.ready("applicant")
    chain = await entries(office, cast.case)
    assert journal.verify(chain) == []
    text = "".join((entry.body or "") + entry.actor + entry.kind for entry in chain)
    for secret in ("林秀珍", "陈国栋", "19900000002", cast.links["applicant"]["url"].split("#")[1]):
        assert secret not in text
