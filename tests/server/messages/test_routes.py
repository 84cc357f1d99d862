"""Who sees how messages stand, and who may try one again."""

from datetime import timedelta
from typing import Any

from server.messages import store
from server.messages.model import Content, State, Way
from server.web import keys
from tests.actors import Browser
from tests.conftest import Cast, Office


async def stuck(office: Office, cast: Cast, key: str, *, valid: int = 0) -> str:
    """A text message of the case that a gateway refused."""
    now = office.clock()
    until = now + timedelta(minutes=valid) if valid else None
    one = store.New(key, cast.case, cast.person("respondent"), Way.sms, "invitation", now, until, True)
    async with office.db.transaction() as tx:
        assert await store.put(tx, office.app[keys.VAULT], one, Content("19900000002", "the words", {}))
    (parcel,) = await store.claim(office.db, office.app[keys.VAULT], now, 5)
    async with office.db.transaction() as tx:
        assert await store.not_taken(tx, parcel.id, "status 400", now, forever=True) is State.given_up
    return parcel.id


async def entered(office: Office, role: str) -> Browser:
    browser = await office.browser()
    assert (await browser.get(f"/demo/enter/{role}")).status == 303
    browser.tokens[""] = (await browser.get("/api/me")).json["csrf"]
    return browser


async def test_a_mediator_sees_those_of_their_cases_and_tries_again(office: Office, cast: Cast) -> None:
    stranger = await office.cast()
    own = await stuck(office, cast, "a")
    rows: list[dict[str, Any]] = (await cast.mediator.get("/api/messages")).json["messages"]
    assert (rows[0]["id"], rows[0]["state"], rows[0]["again"], rows[0]["to"]) == (own, "given_up", True, "199****0002")
    assert {row["topic"] for row in rows} == {"invitation"} and len(rows) == 1 + len(cast.links)
    body = (await cast.mediator.get("/api/messages")).body
    assert b"the words" not in body and b"19900000002" not in body
    assert own not in [row["id"] for row in (await stranger.mediator.get("/api/messages")).json["messages"]]
    assert (await stranger.mediator.post(f"/api/messages/{own}/again")).status == 404
    again = await cast.mediator.post(f"/api/messages/{own}/again")
    assert (again.status, again.json["state"], again.json["attempts"]) == (200, "waiting", 0)
    async with office.db.transaction() as tx:
        await store.taken(tx, own, "ref", office.clock())
    assert (await cast.mediator.post(f"/api/messages/{own}/again")).code == "illegal_act"


async def test_what_opens_nothing_any_more_is_not_tried_again(office: Office, cast: Cast) -> None:
    own = await stuck(office, cast, "a", valid=10)
    office.clock.forward(minutes=11)
    assert (await cast.mediator.post(f"/api/messages/{own}/again")).code == "illegal_act"


async def test_an_administrator_sees_counts_alone(office: Office, cast: Cast) -> None:
    await stuck(office, cast, "a")
    counts = (await cast.mediator.get("/api/messages/counts")).json
    assert (counts["given_up"], counts["sent"], counts["ways"]) == (1, len(cast.links), ["demo"])
    administrator = await entered(office, "administrator")
    seen = await administrator.get("/api/messages/counts")
    assert (seen.status, seen.json["given_up"]) == (200, 0)  # practice is never counted
    assert (await administrator.get("/api/messages")).status == 403
    assert (await (await entered(office, "intake")).get("/api/messages/counts")).status == 403
    assert (await (await cast.seat("respondent")).get("/api/messages")).status == 403
