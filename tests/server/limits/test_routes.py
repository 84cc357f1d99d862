"""The doors of time limits on a real server: a mediator stops and extends, supervision urges, the board sorts, warnings
come once, and who must not see sees nothing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from server.ids import MatterId
from server.limits.watching import watch
from server.matters import store as matters
from server.matters.model import Matter, MatterAct
from server.people import organisations
from server.people import store as people
from server.store import journal
from tests.actors import Browser
from tests.conftest import Office
from tests.server.limits.filing import file, mediating

PASSWORD = "hejie-demo"


@dataclass
class House:
    """The demo's staff and one matter in mediation, complex, since Thursday the 26th."""

    office: Office
    gu: Browser
    du: Browser
    qian: Browser
    fang: Browser
    matter: Matter

    async def clock(self, who: Browser) -> dict[str, object]:
        found: dict[str, object] = (await who.get(f"/api/matters/{self.matter.id}/clock")).json
        return found

    async def move(self, day: str) -> None:
        """To ten o'clock of that day at the centre; logins have ended meanwhile."""
        self.office.clock.now = datetime.fromisoformat(f"{day}T02:00:00+00:00").astimezone(UTC)
        for name, browser in (("gu", self.gu), ("du", self.du), ("qian", self.qian), ("fang", self.fang)):
            assert (await browser.login(name, PASSWORD)).status == 200

    async def act(self, who: Browser, act: str, body: object = None) -> tuple[int, dict[str, object]]:
        answer = await who.post(f"/api/matters/{self.matter.id}/{act}", body)
        return answer.status, answer.json


@pytest.fixture
async def house(office: Office) -> AsyncIterator[House]:
    browsers = []
    for name in ("gu", "du", "qian", "fang"):
        browser = await office.browser()
        assert (await browser.login(name, PASSWORD)).status == 200
        browsers.append(browser)
    async with office.db.transaction() as tx:
        gu = await people.account_named(tx, "gu")
        assert gu.organisation_id
        matter = await file(tx, gu.organisation_id, office.clock(), category="neighbour", complexity="complex")
        matter = await mediating(tx, matter, gu.id, office.clock())
    await watch(office.app)
    yield House(office, *browsers, matter)


async def test_a_clock_is_stopped_extended_and_read_by_those_it_concerns(house: House) -> None:
    shown = await house.clock(house.gu)
    assert (shown["light"], shown["due"], shown["left"]) == ("green", "2026-12-24", 20)
    assert shown["acts"] == ["suspend", "extend"] and not shown["urges"]
    assert (await house.clock(house.du))["acts"] == [] and (await house.clock(house.du))["urges"]
    assert (await house.fang.get(f"/api/matters/{house.matter.id}/clock")).status == 404
    body = {"reason": "appraisal", "note": "等医学会鉴定"}
    assert (await house.act(house.fang, "clock/suspend", body))[0] == 404
    assert (await house.act(house.du, "clock/suspend", body))[0] == 403
    assert (await house.act(house.gu, "clock/suspend", body | {"reason": "mood"}))[0] == 422
    await house.move("2026-11-30")
    status, shown = await house.act(house.gu, "clock/suspend", body)
    assert status == 200 and (shown["light"], shown["due"], shown["left"]) == ("suspended", None, 19)
    assert (await house.act(house.gu, "clock/suspend", body))[0] == 409
    await house.move("2026-12-10")
    row = (await house.du.get("/api/supervision?light=suspended")).json["rows"][0]
    assert (row["stood"], row["reason"], row["waits"]) == (10, "appraisal", "等医学会鉴定")
    status, shown = await house.act(house.gu, "clock/resume")
    assert status == 200 and shown["due"] == "2027-01-07" and shown["announced"] is False
    await house.move("2026-12-11")
    longer = {"until": "2027-01-20", "note": "双方都同意", "agreed": True}
    assert (await house.act(house.gu, "clock/extend", longer | {"agreed": False}))[0] == 422
    assert (await house.act(house.gu, "clock/extend", longer | {"until": "2027-01-07"}))[0] == 422
    status, shown = await house.act(house.gu, "clock/extend", longer)
    assert status == 200 and shown["due"] == "2027-01-20" and shown["acts"] == ["suspend"]
    assert (await house.act(house.gu, "clock/extend", longer))[1]["error"]["code"] == "limit_changed"  # type: ignore[index]
    async with house.office.db.reading() as tx:
        entries = await journal.read(tx, house.matter.id)
    told = [one.kind for one in entries if one.kind.startswith("limit.")]
    assert told == ["limit.suspend", "limit.resume", "limit.extend"]
    assert "医学会" not in "".join(str(one) for one in entries)


async def test_supervision_urges_and_an_answer_that_is_late_shows(house: House) -> None:
    assert (await house.act(house.gu, "urgings", {"words": "?", "days": 2}))[0] == 403
    status, shown = await house.act(house.du, "urgings", {"words": "请说明进展", "days": 2})
    assert status == 200 and shown["urgings"][0]["answer_due"] == "2026-11-30"  # type: ignore[index]
    assert [one["id"] for one in (await house.gu.get("/api/clocks")).json["urgings"]] == [house.matter.id]
    await house.move("2026-12-01")
    row = (await house.du.get("/api/supervision")).json["rows"][0]
    assert row["urging"]["overdue"] and not row["urging"]["answered"]
    urging = (await house.clock(house.gu))["urgings"][0]["id"]  # type: ignore[index]
    assert (await house.fang.post(f"/api/urgings/{urging}/answer", {"words": "我来"})).status == 404
    answer = await house.gu.post(f"/api/urgings/{urging}/answer", {"words": "已约周三"})
    assert answer.status == 200 and answer.json["urgings"][0]["overdue"] is True
    assert (await house.gu.post(f"/api/urgings/{urging}/answer", {"words": "再说一次"})).status == 409
    assert (await house.gu.get("/api/clocks")).json["urgings"] == []


async def test_warnings_come_once_to_whom_they_concern(house: House) -> None:
    async def notices(who: Browser) -> list[tuple[str, str]]:
        return [(one["light"], one["audience"]) for one in (await who.get("/api/clocks")).json["notices"]]

    await house.move("2026-12-16")
    for _ in range(3):
        await watch(house.office.app)
    assert (await notices(house.gu), await notices(house.du)) == ([("yellow", "handler")], [])
    await house.move("2026-12-25")
    for _ in range(3):
        await watch(house.office.app)
    assert (await notices(house.gu), await notices(house.du)) == ([("red", "handler")], [("red", "desk")])
    assert await notices(house.fang) == [] == await notices(house.qian)
    async with house.office.db.transaction() as tx:  # a leader of the organisation that has it
        await people.move(tx, (await people.account_named(tx, "du")).id, house.matter.organisation_id)
    assert await notices(house.du) == [("red", "leader")]
    async with house.office.db.reading() as tx:
        entries = await journal.read(tx, house.matter.id)
        assert [one.kind for one in entries].count("limit.warn") == 2


async def test_the_board_sorts_filters_counts_and_hands_out_a_table(house: House) -> None:
    office, gu = house.office, house.matter.mediator_id
    assert gu
    async with office.db.transaction() as tx:
        units = await organisations.tree(tx)
        top, other = units[0], next(one for one in units[1:] if one.id != house.matter.organisation_id)
        simple = await file(tx, other.id, office.clock(), "=SUM(1)", category="loan", complexity="simple")
        simple = await mediating(tx, simple, gu, office.clock())
        await file(tx, top.id, office.clock() + timedelta(hours=1), "刚收到")
        done = await file(tx, top.id, office.clock(), "已了结", complexity="simple")
        done = await mediating(tx, done, gu, office.clock())
        await matters.advance(tx, done, MatterAct.settle, "acc_x", office.clock())
    await house.move("2026-12-02")
    await watch(office.app)
    board = (await house.du.get("/api/supervision")).json
    assert board["counts"] == {"red": 2, "yellow": 0, "green": 1, "suspended": 0} and board["total"] == 3
    assert [one["light"] for one in board["rows"]] == ["red", "red", "green"]
    assert [one["left"] for one in board["rows"]] == [-1, -1, 16] and board["rows"][0]["due"] == "2026-12-01"
    only = (await house.du.get(f"/api/supervision?light=red&organisation={other.id}&kind=loan")).json
    assert [one["title"] for one in only["rows"]] == ["=SUM(1)"] and only["counts"]["red"] == 1
    figures = (await house.du.get("/api/supervision/figures")).json["months"]
    assert [one["month"] for one in figures][-2:] == ["2026-11", "2026-12"]
    assert figures[-2] == {"month": "2026-11", "received": 4, "closed": 1, "settled": 1, "on_time": 1}
    listed = (await house.du.get("/api/supervision?figure=on_time&month=2026-11")).json["rows"]
    assert [one["title"] for one in listed] == ["已了结"]
    table = (await house.du.get("/api/supervision/export")).body.decode("utf-8-sig").splitlines()
    assert len(table) == 4 and table[0].startswith("灯,受理号") and "'=SUM(1)" in "".join(table)
    for bad in ("light=blue", "month=x", "page=0", "figure=all"):
        assert (await house.du.get(f"/api/supervision?{bad}")).status == 422, bad
    assert (await house.gu.get("/api/supervision")).status == 403
    async with office.db.transaction() as tx:  # who works in one unit sees that unit
        await people.move(tx, (await people.account_named(tx, "du")).id, other.id)
    assert [one["title"] for one in (await house.du.get("/api/supervision")).json["rows"]] == ["=SUM(1)"]
    assert (await house.du.get(f"/api/matters/{MatterId(house.matter.id)}/clock")).status == 404
