"""The list of versions, what one says, redline and going back, each only for whoever may see it."""

from server.agreements import store
from server.agreements.model import Version
from tests.conftest import Cast
from tests.server.agreements.signer import act, clauses, draft, party, save


async def test_a_party_sees_the_versions_shown_to_them_and_what_changed_since_the_last(cast: Cast) -> None:
    view = await draft(cast)
    door = f"/api/agreements/{view['id']}"
    lin = await party(cast, "applicant")
    assert (await lin.get(f"{door}/versions")).code == "not_found"
    await act(cast, view["id"], "show")
    sent = clauses(cast)
    for one, was in zip(sent, view["clauses"], strict=True):
        one["id"] = was["id"]
    sent[1]["fields"]["amount_fen"] = 900_000
    hidden = await save(cast, view, sent)
    last = await save(cast, hidden, [sent[1], sent[0], {"kind": "free", "fields": {"text": "各自承担费用。"}}])
    listed = (await cast.mediator.get(f"{door}/versions")).json
    assert [one["number"] for one in listed["versions"]] == [4, 3, 2, 1]
    assert not listed["more"]
    newest = listed["versions"][0]
    assert (newest["by"], newest["since"], newest["shown_to"], newest["credits"]) == ("顾明华", 3, [], [])
    assert newest["changes"] == {"added": 1, "removed": 1, "changed": 0, "moved": 1, "other": 0}
    assert [one["number"] for one in (await lin.get(f"{door}/versions")).json["versions"]] == [2]
    for path in ("versions/3", "redline?from=2&to=3", "redline?from=3&to=2", "versions/9"):
        assert (await lin.get(f"{door}/{path}")).code == "not_found", path
    await act(cast, view["id"], "show")
    listed = (await lin.get(f"{door}/versions")).json["versions"]
    assert [(one["number"], one["since"], one["shown_to"], one["to_all"]) for one in listed] == [
        (4, 2, ["甲方", "乙方"], True),
        (2, None, ["甲方", "乙方"], True),
    ]
    red = (await lin.get(f"{door}/redline?from=2&to=4")).json
    assert [(one["change"], one["was"], one["now"]) for one in red["clauses"]] == [
        ("changed", 2, 1),
        ("removed", 3, None),
        ("same", 1, 2),
        ("added", None, 3),
    ]
    texts = {span["op"]: span["text"] for span in red["clauses"][0]["spans"] if span["op"] != "="}
    assert texts == {"-": "人民币8500元（大写：捌仟伍佰元整）", "+": "人民币9000元（大写：玖仟元整）"}
    assert last["version"] == 4


async def test_older_versions_come_by_the_hundred(cast: Cast) -> None:
    view = await draft(cast)
    async with cast.office.db.transaction() as tx:
        terms = await store.terms_of(tx, view["id"], 2)
        for n in range(3, 104):
            one = Version(n, "", frozenset({cast.mediator_id}), cast.mediator_id, cast.office.clock())
            await store.add_version(tx, view["id"], one, terms)
    door = f"/api/agreements/{view['id']}/versions"
    first = (await cast.mediator.get(door)).json
    assert [first["versions"][0]["number"], first["versions"][-1]["number"], first["more"]] == [103, 4, True]
    assert first["versions"][-1]["since"] == 3
    rest = (await cast.mediator.get(f"{door}?before=4")).json
    assert ([one["number"] for one in rest["versions"]], rest["more"]) == ([3, 2, 1], False)
    for bad in ("before=x", "before=-1", "before=１"):
        assert (await cast.mediator.get(f"{door}?{bad}")).status == 422, bad


async def test_an_old_version_comes_back_as_a_new_one(cast: Cast) -> None:
    view = await draft(cast)
    door = f"/api/agreements/{view['id']}"
    await save(cast, view, [])
    lin = await party(cast, "applicant")
    assert (await lin.post(f"{door}/versions/2/restore", {})).code == "not_found"
    back = (await cast.mediator.post(f"{door}/versions/2/restore", {})).json
    assert (back["version"], back["clauses"]) == (4, view["clauses"])
    assert (await cast.mediator.post(f"{door}/versions/2/restore", {})).json["version"] == 4
    old = (await cast.mediator.get(f"{door}/versions/3")).json
    assert (old["number"], old["clauses"], old["facts"]) == (3, [], view["dispute"]["facts"])
    await act(cast, view["id"], "show")
    assert (await lin.post(f"{door}/versions/2/restore", {})).code == "not_found", "that version was never shown"
    assert (await lin.post(f"{door}/versions/4/restore", {})).code == "not_permitted"
