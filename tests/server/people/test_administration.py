"""The administrator's doors: somebody starts, changes, loses a phone, leaves; the tree; the journal of the office."""

from typing import Any

import pytest

from server.people import invitations
from server.people.first import first_link
from server.store import chain, journal
from server.web import keys
from tests.actors import Browser
from tests.conftest import Office
from tests.server.people.test_factors import enrol

CHOSEN = "a long enough word"


async def administrator(office: Office) -> Browser:
    browser = await office.browser()
    await browser.login("he", "hejie-demo")
    return browser


async def started(office: Office, he: Browser, role: str = "mediator", username: str = "lin") -> tuple[Browser, str]:
    """Somebody new who has chosen a password and logged in, and their id."""
    made = (await he.post("/api/administration/people", {"username": username, "name": "林新", "role": role})).json
    browser = await office.browser()
    token = made["url"].partition("#")[2]
    assert (await browser.post("/api/welcome", {"token": token})).json == {"username": username, "name": "林新"}
    chosen = await browser.post("/api/welcome/password", {"token": token, "password": CHOSEN})
    assert chosen.status == 200, chosen.json
    assert (await browser.login(username, CHOSEN)).status == 200
    return browser, made["id"]


async def shown(he: Browser, account: str) -> dict[str, Any]:
    people = (await he.get("/api/administration")).json["people"]
    found: dict[str, Any] = next(one for one in people if one["id"] == account)
    return found


async def test_somebody_starts_with_a_link_that_fits_once(office: Office) -> None:
    he = await administrator(office)
    body = {"username": "lin", "name": "林新", "role": "intake"}
    made = (await he.post("/api/administration/people", body)).json
    assert (await he.post("/api/administration/people", body)).code == "username_taken"
    assert (await shown(he, made["id"]))["invited"]
    browser, token = await office.browser(), made["url"].partition("#")[2]
    assert (await browser.login("lin", "")).status == 422 and (await browser.login("lin", "x")).code == "login_wrong"
    async with office.db.reading() as tx:
        rows = str(list(await tx.execute(invitations.invitations.select())))
    assert token not in rows
    choice = {"token": token, "password": CHOSEN}
    assert (await browser.post("/api/welcome/password", {**choice, "password": "short"})).status == 422
    assert (await browser.post("/api/welcome/password", choice)).status == 200
    assert (await browser.post("/api/welcome/password", choice)).code == "invitation_over"
    assert (await browser.login("lin", CHOSEN)).json["role"] == "intake"
    late = (await he.post(f"/api/administration/people/{made['id']}/invite")).json["url"].partition("#")[2]
    office.clock.forward(days=3)
    assert (await browser.post("/api/welcome", {"token": late})).code == "invitation_over"


async def test_who_leaves_loses_access_at_once_and_nothing_of_theirs_is_lost(office: Office) -> None:
    he, cast = await administrator(office), await office.cast()
    lin, account = await started(office, he)
    assert (await lin.get("/api/day")).status == 200
    again = (await he.post(f"/api/administration/people/{account}/invite")).json["url"].partition("#")[2]
    assert (await he.post(f"/api/administration/people/{account}/end")).status == 200
    assert (await lin.get("/api/day")).code == "unauthenticated"
    assert (await lin.login("lin", CHOSEN)).code == "login_wrong"
    assert (await lin.post("/api/welcome/password", {"token": again, "password": CHOSEN})).code == "invitation_over"
    assert (await shown(he, account))["ended_at"] == "2026-11-26T05:50:00Z"
    assert (await he.post(f"/api/administration/people/{account}/invite")).status == 404
    assert (await he.post("/api/administration/people", {"username": "lin", "name": "x", "role": "intake"})).code == (
        "username_taken"
    )
    # Staff of practice cases are none of the administrator's, and no administrator ends themselves.
    assert (await he.post(f"/api/administration/people/{cast.mediator_id}/end")).status == 404
    own = (await he.get("/api/me")).json["id"]
    assert (await he.post(f"/api/administration/people/{own}/end")).code == "own_account"


async def test_another_role_ends_the_logins_and_a_lost_phone_is_forgotten(office: Office) -> None:
    he = await administrator(office)
    lin, account = await started(office, he)
    await enrol(lin, office.clock, CHOSEN)
    assert (await shown(he, account))["factors"] == ["totp"]
    assert (await he.post(f"/api/administration/people/{account}/reset")).status == 200
    assert (await lin.get("/api/me")).json["kind"] == "nobody"
    assert (await lin.login("lin", CHOSEN)).status == 200
    body = {"name": "林新", "role": "administrator", "organisation": ""}
    assert (await he.put(f"/api/administration/people/{account}", body)).status == 200
    assert (await lin.get("/api/me")).json["kind"] == "nobody"
    own = (await he.get("/api/me")).json["id"]
    demoted = {"name": "何敏", "role": "mediator", "organisation": ""}
    assert (await he.put(f"/api/administration/people/{own}", demoted)).code == "own_account"


async def test_organisations_move_with_all_below_them_and_never_into_themselves(office: Office) -> None:
    he = await administrator(office)
    units = (await he.get("/api/administration")).json["organisations"]
    root, town = units[0]["id"], next(one["id"] for one in units if "青禾" in one["name"])
    village = {"name": "荷塘村", "kind": "village", "parent": town, "presence": ""}
    made = (await he.post("/api/administration/organisations", village)).json
    grid = {"name": "第一网格", "kind": "grid", "parent": made["id"], "presence": ""}
    below = (await he.post("/api/administration/organisations", grid)).json
    door = f"/api/administration/organisations/{made['id']}"
    into_itself = await he.put(door, {"name": "荷塘村", "parent": below["id"], "presence": ""})
    assert (into_itself.status, into_itself.json["error"]["fields"]) == (422, {"parent": "value"})
    assert (await he.put(door, {"name": "荷塘社区", "parent": root, "presence": "rotating"})).status == 200
    units = (await he.get("/api/administration")).json["organisations"]
    order = [one["id"] for one in units]
    assert order.index(root) < order.index(made["id"]) < order.index(below["id"])
    assert {"id": made["id"], "parent": root, "kind": "village", "name": "荷塘社区", "presence": "rotating"} in units


async def test_every_act_stands_in_the_journal_of_the_office_by_ids_alone(office: Office) -> None:
    he = await administrator(office)
    lin, account = await started(office, he)
    await he.post(f"/api/administration/people/{account}/end")
    acts = (await he.get("/api/administration/journal")).json["acts"]
    assert [one["kind"] for one in acts] == [
        "account.ended", "account.password_set", "account.invited", "account.added"
    ]  # fmt: skip
    assert (acts[0]["by"], acts[0]["on"]) == ("何敏", "林新")
    async with office.db.reading() as tx:
        entries = await journal.read(tx, "office")
    assert chain.verify(entries) == [] and "林新" not in str(entries)
    assert (await lin.get("/api/administration")).code == "unauthenticated"
    gu = await office.browser()
    await gu.login("gu", "hejie-demo")
    assert [
        (await gu.get("/api/administration")).status,
        (await gu.post("/api/administration/people", {"username": "x1", "name": "x", "role": "intake"})).status,
        (await gu.post(f"/api/administration/people/{account}/end")).status,
    ] == [403] * 3


async def test_the_first_administrator_gets_a_link_on_the_machine_itself(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = office.app[keys.SETTINGS]
    assert await first_link(settings, "boss", "包思") == 0
    token = capsys.readouterr().out.strip().partition("/welcome#")[2]
    assert await first_link(settings, "gu", "顾明华") == 1  # a mediator
    boss = await office.browser()
    chosen = await boss.post("/api/welcome/password", {"token": token, "password": CHOSEN})
    assert chosen.status == 200, chosen.json
    assert (await boss.login("boss", CHOSEN)).json["role"] == "administrator"
    assert (await boss.get("/api/administration")).status == 200
    assert (await boss.get("/api/day")).code == "not_permitted"
