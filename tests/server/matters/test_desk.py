"""The intake desk and a mediator's day over real sockets: from the window to a case and to the archive."""

import asyncio
from typing import Any

import pytest

from server.cases import store as cases
from server.cases.model import CaseAct, CaseState
from server.matters import asking, telling
from server.matters import store as matters
from server.matters.model import MatterState, Needs
from server.people.model import StaffRole
from server.sessions import store as sessions
from tests.server.matters.conftest import Desks

AGREE = {"agrees": True, "conflict": "none"}


async def test_from_the_window_to_a_case_with_its_people_and_to_the_archive(desks: Desks) -> None:
    own = await desks.bring(needs=Needs(interpreter="手语", apart=True))
    queue = (await desks.intake.get("/api/matters")).json
    assert [one["id"] for one in queue["rows"]] == [own] and queue["counts"] == {"received": 1}
    assert "林秀珍" not in str(queue) and "199" not in str(queue["rows"][0]["title"])
    matter = f"/api/matters/{own}"
    await desks.done(f"{matter}/accept", {"category": "neighbour", "complexity": "simple"})
    await desks.done(f"{matter}/route", {"organisation": desks.units["town"]})
    fits = (await desks.intake.get(f"{matter}/mediators")).json["mediators"]
    assert [one["id"] for one in fits] == sorted((desks.staff["fang"], desks.staff["gu"]), key=[
        one["id"] for one in fits].index)  # fmt: skip
    asked = await desks.done(f"{matter}/appoint", {"mediator": desks.staff["gu"]})
    assert asked["state"] == "appointed" and asked["ask"]["mediator"] == "顾明华"
    (task,) = (await desks.gu.get("/api/tasks")).json["asked"]
    assert task["row"]["id"] == own and (await desks.gu.get(matter)).json["needs"]["apart"]
    wrong = await desks.gu.post(f"{matter}/answer", {"agrees": True, "conflict": "known"})
    assert wrong.status == 422
    (held,) = (await desks.done(f"{matter}/answer", AGREE, desks.gu))["held"]
    view = (await desks.gu.get(f"/api/cases/{held['case_id']}")).json
    assert view["number"] == "(2026)嘉南人调受字第0103号" and view["kind"] == "neighbour"
    assert [(one["name"], one["label"], one["filed"]["phone_masked"]) for one in view["parties"]] == [
        ("林秀珍", "甲方", "199****0001"), ("陈国栋", "乙方", "199****0002")
    ]  # fmt: skip
    async with desks.office.db.transaction() as tx:
        assert len(await sessions.pairs_of(tx, held["case_id"])) == 1  # who must not meet does not
        case = await cases.load(tx, held["case_id"])
        case = await cases.advance(tx, case, CaseAct.open, "server", desks.office.clock())
        await cases.advance(tx, case, CaseAct.fail, case.mediator_id, desks.office.clock())
    assert (await desks.intake.get(matter)).json["missing"] == ["told"]
    assert (await desks.done(f"{matter}/archive"))["state"] == "archived"
    told = [one.text.split("）")[1][:6] for one in await desks.office.outbox() if one.person == own]
    assert (
        told == ["已经受理，正", "已经交给青禾", "已经有调解员", "没有谈成。您"]
        and await telling.tell(desks.office.app) == 0
    )
    kinds = await desks.kinds(own)
    assert [one for one in kinds if one != "seen"] == [
        "received", "accept", "route", "appoint", "agree", "fail", "archive"
    ]  # fmt: skip


async def test_of_many_who_claim_at_once_one_has_it_and_there_is_one_case(desks: Desks) -> None:
    own = await desks.routed()
    crowd = [await desks.hire(f"claimer{n}", StaffRole.mediator, "town") for n in range(6)]
    said = await asyncio.gather(
        *(one.post(f"/api/matters/{own}/claim", {"conflict": "none"}) for one in (*crowd, desks.gu, desks.fang))
    )
    assert sorted(one.status for one in said) == [200] + [404] * 7
    async with desks.office.db.reading() as tx:
        matter = await matters.load(tx, own)
        assert matter.state is MatterState.mediating and matter.case_id is not None
        assert (await cases.load(tx, matter.case_id)).mediator_id == matter.mediator_id
    assert (await desks.kinds(own)).count("claim") == 1


async def test_nobody_of_another_organisation_sees_or_does_anything(desks: Desks) -> None:
    own = await desks.routed()
    matter, units = f"/api/matters/{own}", desks.units
    strangers = [
        await desks.hire(f"{unit}{role}", role, unit)
        for unit in ("other", "department", "stranger")
        for role in (StaffRole.intake, StaffRole.supervisor, StaffRole.mediator)
    ]
    doors: list[tuple[str, str, Any]] = [
        ("GET", matter, None), ("GET", f"{matter}/mediators", None),
        ("POST", f"{matter}/withdraw", {"reason": "x"}), ("POST", f"{matter}/send_back", {"reason": "x"}),
        ("POST", f"{matter}/refer", {"to": "court", "reason": "x"}),
        ("POST", f"{matter}/appoint", {"mediator": desks.staff["gu"]}), ("POST", f"{matter}/archive", {}),
        ("PUT", f"{matter}/claimable", {"claimable": False}), ("POST", f"{matter}/claim", {"conflict": "none"}),
        ("POST", f"{matter}/answer", AGREE), ("POST", f"{matter}/recuse", {"reason": "x"}),
        ("POST", f"{matter}/calls", {"kind": "assist", "organisation": units["other"], "words": "x"}),
    ]  # fmt: skip
    for who in strangers:
        for method, path, body in doors:
            assert (await who.send(method, path, body)).status in (403, 404), path
        listed = [await who.get("/api/matters"), await who.get("/api/tasks")]
        assert own not in "".join(one.body.decode() for one in listed)
    assert (await desks.gu.get(matter)).status == 404  # free to be claimed, and not theirs yet
    seen = (await desks.supervisor.get(matter)).json
    assert seen["people"][0]["phone"] == "199****0001" and seen["acts"] == []
    assert (await desks.intake.get(matter)).json["people"][0]["phone"] == "19900000001"
    assert "330402197103150026" not in (await desks.intake.get(matter)).body.decode()
    assert "seen" in await desks.kinds(own) and (await desks.kinds(own)).count("seen") == 2
    desks.office.clock.forward(hours=1, seconds=1)
    await desks.intake.get(matter)
    await desks.intake.get(matter)
    assert (await desks.kinds(own)).count("seen") == 3
    assert (await desks.intake.post(f"{matter}/route", {"organisation": units["stranger"]})).status == 422


async def test_who_does_not_answer_in_time_is_no_longer_asked_exactly_once(desks: Desks) -> None:
    own = await desks.routed()
    await desks.done(f"/api/matters/{own}/appoint", {"mediator": desks.staff["gu"]})
    desks.office.clock.forward(hours=23, minutes=59)
    assert await asking.expire(desks.office.app) == 0
    desks.office.clock.forward(minutes=1)
    late = await desks.gu.post(f"/api/matters/{own}/answer", AGREE)
    assert late.status in (401, 409)  # also before the round comes
    assert sum(await asyncio.gather(*(asking.expire(desks.office.app) for _ in range(4)))) == 1
    assert (await desks.kinds(own)).count("expire") == 1
    async with desks.office.db.reading() as tx:
        matter = await matters.load(tx, own)
    assert (matter.state, matter.mediator_id) == (MatterState.routed, None)


async def test_a_mediator_steps_back_and_the_case_goes_on_with_another(desks: Desks) -> None:
    own = await desks.routed()
    path = f"/api/matters/{own}"
    await desks.done(f"{path}/claim", {"conflict": "none"}, desks.gu)
    async with desks.office.db.reading() as tx:
        case = (await matters.load(tx, own)).case_id
    await desks.done(f"{path}/recuse", {"reason": "我和被申请人是同学"}, desks.gu)
    assert (await desks.gu.get(f"/api/cases/{case}")).status == 404 and (await desks.gu.get(path)).status == 404
    seen = (await desks.intake.get(path)).json
    assert seen["state"] == "routed" and "同学" in str(seen["history"])
    fits = (await desks.intake.get(f"{path}/mediators")).json["mediators"]
    assert [one["id"] for one in fits][-1] == desks.staff["gu"] and fits[-1]["reasons"][-1]["code"] == "stepped_back"
    await desks.done(f"{path}/appoint", {"mediator": desks.staff["fang"]})
    assert "同学" not in (await desks.fang.get(path)).body.decode()
    (held,) = (await desks.done(f"{path}/answer", AGREE, desks.fang))["held"]
    assert held["case_id"] == case
    view = (await desks.fang.get(f"/api/cases/{case}")).json
    assert view["state"] == "assigned" and view["mediator"]["name"] == "方静"


async def test_a_department_is_called_and_answers_without_seeing_the_matter(desks: Desks) -> None:
    own = await desks.routed()
    clerk = await desks.hire("wan", StaffRole.intake, "department")
    whistle = {"kind": "whistle", "organisation": desks.units["department"], "words": "工人聚集，请马上来人"}
    view = await desks.done(f"/api/matters/{own}/calls", whistle)
    assert view["missing"] == ["over", "calls"]
    (called,) = (await clerk.get("/api/calls")).json["calls"]
    assert called["words"] == "工人聚集，请马上来人" and "林秀珍" not in str(called)
    assert (await desks.gu.post(f"/api/calls/{called['id']}/answer", {"words": "x"})).status == 404
    assert (await desks.done(f"/api/calls/{called['id']}/answer", {"words": "已到场"}, clerk))["calls"] == []
    assert (await clerk.post(f"/api/calls/{called['id']}/answer", {"words": "again"})).status == 409
    assert (await desks.intake.get(f"/api/matters/{own}")).json["calls"][0]["answer"] == "已到场"


async def test_a_queue_is_paged_without_a_gap_and_a_twin(desks: Desks) -> None:
    brought = [await desks.bring() for _ in range(120)]
    seen: list[str] = []
    after, pages = "", 0
    while after or not pages:
        page = (await desks.intake.get(f"/api/matters?after={after}")).json
        seen += [one["id"] for one in page["rows"]]
        after, pages = page["next"], pages + 1
    assert pages == 3 and sorted(seen) == sorted(brought) and page["counts"] == {"received": 120}
    assert (await desks.intake.get("/api/matters?state=mediating")).json["rows"] == []
    for wrong in ("state=lost", "after=nonsense", "source=12345"):
        assert (await desks.intake.get(f"/api/matters?{wrong}")).status == 422


@pytest.mark.parametrize("act", ["decline", "refer", "withdraw"])
async def test_what_ends_at_the_desk_ends_with_its_reason_told(desks: Desks, act: str) -> None:
    own = await desks.bring()
    bodies = {
        "decline": {"reason": "已由法院受理", "article": "《人民调解法》第22条"},
        "refer": {"reason": "要求劳动仲裁", "to": "arbitration"}, "withdraw": {"reason": "自己谈好了"},
    }  # fmt: skip
    assert (await desks.intake.post(f"/api/matters/{own}/{act}", {})).status == 422
    view = await desks.done(f"/api/matters/{own}/{act}", bodies[act])
    assert view["acts"] == ["archive"] and bodies[act]["reason"] in str(view["history"])
    (told,) = [one.text for one in await desks.office.outbox() if one.person == own]
    assert {"decline": "已由法院受理", "refer": "仲裁机构", "withdraw": "已经撤回"}[act] in told
    await desks.done(f"/api/matters/{own}/archive")


async def test_the_parties_may_ask_once_for_another_mediator_and_rate_after_the_end(desks: Desks) -> None:
    own = await desks.routed()
    await desks.done(f"/api/matters/{own}/claim", {"conflict": "none"}, desks.gu)
    async with desks.office.db.reading() as tx:
        case_id = (await matters.load(tx, own)).case_id or ""
    starts = "2026-11-27T06:00:00Z"
    made = await desks.gu.post(f"/api/cases/{case_id}/sessions", {"starts_at": starts, "minutes": 60})
    assert made.status == 200, made.json
    consent = [one["consent"] for one in (await desks.intake.get(f"/api/matters/{own}")).json["people"]]
    assert consent == ["asked", "asked"]
    async with desks.office.db.reading() as tx:
        party = (await cases.load(tx, case_id)).parties[1].id
    seat = await desks.office.browser()
    assert (await seat.open(await desks.office.link(party))).status == 200
    early = await seat.post("/api/seat/rating", {"score": 5})
    assert early.code == "matter_not_over"
    assert (await seat.post("/api/seat/mediator", {"reason": "想换一位"})).status == 200
    assert (await desks.gu.get(f"/api/cases/{case_id}")).status == 404
    await desks.done(f"/api/matters/{own}/appoint", {"mediator": desks.staff["fang"]})
    await desks.done(f"/api/matters/{own}/answer", AGREE, desks.fang)
    assert (await seat.post("/api/seat/mediator", {"reason": "还想换"})).code == "mediator_changed_once"
    async with desks.office.db.transaction() as tx:
        case = await cases.load(tx, case_id)
        assert case.state is CaseState.assigned
        await cases.advance(tx, case, CaseAct.withdraw, "server", desks.office.clock())
    assert (await seat.post("/api/seat/rating", {"score": 4, "words": "耐心"})).status == 200
    assert (await desks.intake.get(f"/api/matters/{own}")).json["ratings"][0]["score"] == 4
    assert (await desks.fang.get(f"/api/matters/{own}")).json["ratings"] == []
