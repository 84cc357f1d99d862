"""What the court does through its link: by the one state table, told to staff as done by the court."""

from server.store import journal
from tests.server.agreements.test_by_hand import PDF
from tests.server.docket.conftest import COURT, Bench


async def test_from_a_correction_to_the_ruling(bench: Bench) -> None:
    judge, staff = await bench.judge(), bench.cast.mediator
    first = (await judge.get("/api/docket")).json
    assert (first["state"], first["acts"]) == ("submitted", ["ask_correction", "docket", "refuse", "withdraw"])
    early = await judge.post("/api/docket/acts", {"act": "confirm"})
    assert (early.status, early.data["allowed"]) == (409, ["ask_correction", "docket", "refuse", "withdraw"])
    lacking = await judge.post("/api/docket/acts", {"act": "ask_correction"})
    assert lacking.json["error"]["fields"] == {"deadline": "required", "note": "required"}
    asked = {"act": "ask_correction", "deadline": "2026-12-03", "note": "补交身份证复印件"}
    assert (await judge.post("/api/docket/acts", asked)).json["state"] == "correcting"
    seen = (await staff.get(f"{bench.door}/application")).json
    assert (seen["events"][-1]["by_court"], seen["events"][-1]["note"]) == ("陈法官", "补交身份证复印件")
    assert seen["events"][0]["by_court"] == ""
    (news,) = (await staff.get("/api/court_news")).json["items"]
    assert (news["kind"], news["by"], news["deadline"]) == ("ask_correction", "陈法官", "2026-12-03")
    for act in ("resubmit", "submit", "lapse"):
        assert (await judge.post("/api/docket/acts", {"act": act})).status == 409, act
    await staff.post(f"{bench.door}/application/acts", {"act": "resubmit", "on": "2026-11-26"})
    docketed = await judge.post("/api/docket/acts", {"act": "docket", "case_no": "(2026)嘉0402诉前调确1号"})
    assert docketed.json["acts"] == ["confirm", "dismiss", "withdraw", "absent"]
    query = "case_no=(2026)嘉0402诉前调确1号&on=2026-11-26"
    filed = await judge.post(f"/api/docket/ruling?{query}", data=PDF, kind="application/pdf")
    assert filed.json["ruling"]["checked"] == "unsigned"
    assert (await judge.get("/api/docket/ruling")).body == PDF
    dismissed = await judge.post("/api/docket/acts", {"act": "dismiss", "reason": "unclear"})
    assert (dismissed.json["state"], dismissed.json["acts"]) == ("dismissed", [])
    assert "第358条" in dismissed.json["reason_article"]
    after = (await staff.get(f"{bench.door}/application")).json
    assert [one["by_court"] for one in after["events"]] == ["", "陈法官", "", "陈法官", "陈法官", "陈法官"]
    async with bench.office.db.reading() as tx:
        bodies = [one.body or "" for one in await journal.read(tx, bench.cast.case)]
    assert not any(word in body for body in bodies for word in ("陈法官", COURT, "身份证复印件"))


async def test_the_docket_is_one_application_and_a_new_one_has_another_link(bench: Bench) -> None:
    judge, staff = await bench.judge(), bench.cast.mediator
    refused = await judge.post("/api/docket/acts", {"act": "refuse", "reason": "other_court"})
    assert refused.json["state"] == "refused"
    again = {"act": "submit", "on": "2026-11-26", "court": "嘉南市城北区人民法院"}
    assert (await staff.post(f"{bench.door}/application/acts", again)).json["state"] == "submitted"
    still = (await judge.get("/api/docket")).json
    assert (still["state"], still["acts"], still["court"]) == ("refused", [], COURT)
