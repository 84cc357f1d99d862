"""Who may ask for a suggestion, what they are told, and that the text stays nowhere."""

from server.law.disputes import DISPUTES
from tests.actors import Browser
from tests.conftest import Office

TEXT = "楼上卫生间漏水，吊顶都塌了，我去讲他就说要拿刀砍我"


async def enter(browser: Browser, role: str) -> None:
    """By the demo's door."""
    await browser.get(f"/demo/enter/{role}")
    browser.tokens[""] = (await browser.get("/api/me")).json["csrf"]


async def test_the_intake_desk_gets_a_suggestion_and_the_mediators_others_do_not(office: Office) -> None:
    desk = await office.browser()
    assert (await desk.post("/api/suggestions", {"text": TEXT})).status in {401, 403}
    await enter(desk, "intake")
    answer = await desk.post("/api/suggestions", {"text": TEXT})
    assert answer.status == 200, answer.json
    made = answer.json
    assert made["category"]["value"] == "neighbour" and "漏水" in made["category"]["reasons"][0]["found"]
    assert made["route"] == {
        "value": "police",
        "reasons": [{"code": "grave", "found": ["拿刀", "砍我"], "article": "《中华人民共和国人民调解法》第25条"}],
    }
    assert made["complexity"]["value"] == "complex"
    assert [one["code"] for one in made["danger"]] == ["violence"]
    tree = (await desk.get("/api/kinds")).json["kinds"]
    assert [one["code"] for one in tree] == list(DISPUTES)
    assert {one["name"] for one in tree if one["paper"]} >= {"婚姻关系", "继承纠纷"}
    assert (await desk.post("/api/suggestions", {"text": "长" * 4001})).status == 422
    other = await office.browser()
    await enter(other, "supervisor")
    assert (await other.post("/api/suggestions", {"text": TEXT})).status == 403
