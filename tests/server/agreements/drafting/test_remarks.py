"""Remarks and suggestions: who sees them, what is confided stays confided and sealed, what is taken up is credited."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.agreements.drafting import remarks_routes
from server.agreements.drafting import remarks_rules as rules
from server.agreements.drafting.remarks_model import Remark, RemarkAct, RemarkState, Said
from server.agreements.drafting.remarks_store import remarks
from server.agreements.model import State
from server.store import journal
from tests.actors import Answer, Browser
from tests.conftest import Cast, Office
from tests.server.agreements.drafting.scribe import staffed
from tests.server.agreements.matter import AT, CHEN, GU, LIN, MATTER, SU, version
from tests.server.agreements.room import joined
from tests.server.agreements.signer import act, clauses, draft, party, save

SECRET = "底线是七千元"
PEOPLE = st.frozensets(st.sampled_from([LIN, CHEN, GU, SU]))


@given(PEOPLE, PEOPLE, st.sampled_from([LIN, CHEN]), st.booleans(), st.booleans())
def test_nobody_sees_a_remark_who_could_not_see_what_it_is_about(
    seen: frozenset[str], mates: frozenset[str], author: str, private: bool, confided: bool
) -> None:
    beside = replace(MATTER, co_mediators=("acc_co",))
    people = rules.audience(version(1, {*seen, author}), author, beside, mates, private=private, confided=confided)
    assert {author, GU} <= people <= {*seen, author, GU}
    if confided:
        assert people == {author, GU}
    elif private:
        assert people <= {*mates, author, GU}


@pytest.mark.parametrize("state", RemarkState)
def test_only_an_open_remark_is_dealt_with_by_who_may_edit(state: RemarkState) -> None:
    people = frozenset({LIN, CHEN, GU, SU})
    one = Remark("rmk", "agr", LIN, 1, "c4", "h", False, people, state, Said("说", "改", "原"), "", AT)
    versions = [version(1, set(people))]

    def acts(remark: Remark, person: str, at: State = State.DRAFTING) -> set[RemarkAct]:
        return set(rules.acts(remark, person, MATTER, at, versions))

    opened = state is RemarkState.open
    assert acts(one, LIN) == ({RemarkAct.withdraw} if opened else set())
    assert acts(one, CHEN) == set()
    assert acts(one, SU) == acts(one, GU) == ({RemarkAct.accept, RemarkAct.decline} if opened else set())
    assert acts(replace(one, said=Said("说")), GU) == ({RemarkAct.resolve, RemarkAct.decline} if opened else set())
    assert acts(replace(one, audience=people - {SU}), SU) == set()
    assert acts(one, GU, State.FROZEN) == set()


async def shown(cast: Cast) -> tuple[dict[str, Any], Browser, Browser]:
    lin, chen = await party(cast, "applicant"), await party(cast, "respondent")
    return await act(cast, (await draft(cast))["id"], "show"), lin, chen


async def say(browser: Browser, view: dict[str, Any], n: int, **said: Any) -> Answer:
    clause = view["clauses"][n]
    body = {"clause": clause["id"], "hash": clause["hash"], **said}
    return await browser.post(f"/api/agreements/{view['id']}/remarks", body)


async def listed(browser: Browser, view: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await browser.get(f"/api/agreements/{view['id']}/remarks")
    assert answer.status == 200, answer.json
    found: list[dict[str, Any]] = answer.json["remarks"]
    return found


async def deal(browser: Browser, view: dict[str, Any], remark: str, name: str, **more: Any) -> Answer:
    return await browser.post(f"/api/agreements/{view['id']}/remarks/{remark}/acts", {"act": name, **more})


async def kinds(cast: Cast) -> list[str]:
    async with cast.office.db.reading() as tx:
        entries = await journal.read(tx, cast.case)
    assert journal.verify(entries) == []
    assert not [one for one in entries if SECRET in (one.body or "")]
    return [one.kind for one in entries if one.kind.startswith("remark.")]


async def test_a_suggestion_is_seen_taken_up_and_credited(cast: Cast) -> None:
    view, lin, chen = await shown(cast)
    words = "维修后三年内同一部位再次渗漏的，由甲方负责免费维修。"
    made = await say(chen, view, 2, text="两年太短", words=words)
    assert made.status == 200, made.json
    [one] = await listed(lin, view)
    assert (one["by"], one["label"], one["mine"], one["acts"], one["state"]) == ("陈国栋", "乙方", False, [], "open")
    assert {"op": "-", "text": "两年"} in one["spans"] or any(s["op"] == "-" for s in one["spans"])
    assert (await deal(lin, view, one["id"], "accept")).code == "not_permitted"
    for _ in range(2):
        done = await deal(cast.mediator, view, one["id"], "accept")
        assert done.status == 200, done.json
    [one] = await listed(cast.mediator, view)
    assert (one["state"], one["taken_in"], one["clause_now"]) == ("accepted", 3, "changed")
    now = (await cast.mediator.get(f"/api/agreements/{view['id']}")).json
    assert (now["version"], now["clauses"][2]["text"]) == (3, words)
    newest = (await cast.mediator.get(f"/api/agreements/{view['id']}/versions")).json["versions"][0]
    assert (newest["number"], newest["credits"]) == (3, ["乙方"])
    assert await kinds(cast) == ["remark.make", "remark.accept"]


async def test_a_suggestion_joins_what_was_written_since_and_clashes_with_nothing_unseen(cast: Cast) -> None:
    view, _, chen = await shown(cast)
    for words in ("三年", "五年"):
        assert (await say(chen, view, 2, words=view["clauses"][2]["text"].replace("两年", words))).status == 200
    made = {one["words"]: one["id"] for one in await listed(cast.mediator, view)}
    three, five = (next(id_ for said, id_ in made.items() if words in said) for words in ("三年", "五年"))
    sent = [{name: clause[name] for name in ("id", "kind", "fields")} for clause in view["clauses"]]
    sent[2]["fields"]["text"] += "维修费用由甲方承担。"
    await save(cast, view, sent)
    assert (await deal(cast.mediator, view, three, "accept")).status == 200
    joined = view["clauses"][2]["text"].replace("两年", "三年") + "维修费用由甲方承担。"
    assert (await deal(cast.mediator, view, five, "accept")).code == "suggestion_outdated"
    now = (await cast.mediator.get(f"/api/agreements/{view['id']}")).json
    assert (now["version"], now["clauses"][2]["text"]) == (4, joined)
    await save(cast, now, sent[:2])
    assert (await deal(cast.mediator, view, five, "accept")).code == "suggestion_outdated"


async def test_a_price_with_parts_of_a_fen_is_taken_up_read_and_saved(cast: Cast) -> None:
    view, _, chen = await shown(cast)
    words = "乙方用水20吨，每吨3.125元，共计62.5元，由甲方于2026年12月1日前付清。"
    assert (await say(chen, view, 2, words=words)).status == 200
    [one] = await listed(cast.mediator, view)
    assert (await deal(cast.mediator, view, one["id"], "accept")).status == 200
    now = await cast.mediator.get(f"/api/agreements/{view['id']}")
    assert (now.status, now.json["clauses"][2]["text"]) == (200, words)
    sent = [{name: clause[name] for name in ("id", "kind", "fields")} for clause in now.json["clauses"]]
    assert (await save(cast, now.json, sent))["clauses"][2]["text"] == words


async def test_a_clause_in_parts_is_edited_by_a_person_before_its_suggestion_counts_as_taken_up(cast: Cast) -> None:
    view, lin, _ = await shown(cast)
    await say(lin, view, 1, words="甲方赔偿乙方八千元。")
    [one] = await listed(cast.mediator, view)
    assert (await deal(cast.mediator, view, one["id"], "accept")).code == "clause_unchanged"
    sent = [{name: clause[name] for name in ("id", "kind", "fields")} for clause in view["clauses"]]
    sent[1]["fields"]["amount_fen"] = 800_000
    await save(cast, view, sent)
    assert (await deal(cast.mediator, view, one["id"], "accept")).json["remarks"][0]["taken_in"] == 3


async def test_declined_with_a_reason_resolved_and_taken_back(cast: Cast) -> None:
    view, lin, chen = await shown(cast)
    for text in ("太贵", "看不懂", "算了"):
        assert (await say(lin, view, 0, text=text)).status == 200
    first, second, third = [one["id"] for one in await listed(cast.mediator, view)]
    assert (await deal(cast.mediator, view, first, "decline")).json["error"]["fields"] == {"reason": "required"}
    assert (await deal(cast.mediator, view, first, "decline", reason="与票据相符")).status == 200
    assert (await deal(cast.mediator, view, second, "resolve")).status == 200
    assert (await deal(lin, view, third, "withdraw")).status == 200
    assert (await deal(cast.mediator, view, third, "resolve")).code == "illegal_act"
    seen = await listed(chen, view)
    assert [(one["state"], one["reason"]) for one in seen] == [
        ("declined", "与票据相符"),
        ("resolved", ""),
        ("withdrawn", ""),
    ]


async def test_what_was_taken_back_is_compared_with_nothing(cast: Cast) -> None:
    view, lin, _ = await shown(cast)
    for _ in range(2):
        assert (await say(lin, view, 2, words="一" * 4000)).status == 200
    kept, gone = await listed(lin, view)
    assert kept["spans"] and gone["spans"]
    done = await deal(lin, view, gone["id"], "withdraw")
    assert [bool(one["spans"]) for one in done.json["remarks"]] == [True, False]
    assert [one["spans"] for one in await listed(cast.mediator, view)] == [kept["spans"], []]


async def test_one_person_makes_so_many_remarks_and_no_more(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remarks_routes, "MOST", 2)
    view, lin, chen = await shown(cast)
    for _ in range(2):
        made = await say(lin, view, 0, text="太贵")
        assert (await deal(lin, view, made.json["remarks"][-1]["id"], "withdraw")).status == 200
    refused = await say(lin, view, 0, text="太贵")
    assert (refused.status, refused.code) == (409, "too_many_remarks")
    assert (await say(chen, view, 0, text="太便宜")).status == 200


async def test_what_is_confided_reaches_the_mediators_only_and_rests_sealed(office: Office) -> None:
    people = await staffed(office)
    cast = people.cast
    view, lin, chen = await shown(cast)
    assert (await say(lin, view, 1, text=SECRET, words=f"{SECRET}。", confided=True)).status == 200
    for browser, sees in ((lin, 1), (cast.mediator, 1), (people.beside, 1), (people.recorder, 0), (chen, 0)):
        assert len(await listed(browser, view)) == sees
        for path in ("", "/remarks", "/versions"):
            text = (await browser.get(f"/api/agreements/{view['id']}{path}")).body.decode()
            assert (SECRET in text) == (bool(sees) and path == "/remarks"), path
    [one] = await listed(lin, view)
    for browser in (chen, people.recorder):
        assert (await deal(browser, view, one["id"], "withdraw")).code == "not_found"
    async with office.db.reading() as tx:
        [row] = list(await tx.execute(remarks.select()))
    assert SECRET.encode() not in b"".join(value for value in row if isinstance(value, bytes))
    assert await kinds(cast) == []


async def test_taking_up_what_was_confided_asks_before_others_read_it(cast: Cast) -> None:
    async with joined(cast):
        view, lin, chen = await shown(cast)
        assert (await say(lin, view, 2, words=f"{SECRET}。", confided=True)).status == 200
        [one] = await listed(cast.mediator, view)
        assert (await deal(cast.mediator, view, one["id"], "accept")).code == "would_reveal"
        assert SECRET not in (await chen.get(f"/api/agreements/{view['id']}")).body.decode()
        kept = [{key: clause[key] for key in ("id", "kind", "fields")} for clause in view["clauses"]]
        assert (await save(cast, view, kept, minutes={"paragraphs": ["又记了一段。"]}))["version"] == 3
        read = {"reveal": True, "version": view["version"]}
        assert (await deal(cast.mediator, view, one["id"], "accept", **read)).code == "stale"
        assert SECRET not in (await chen.get(f"/api/agreements/{view['id']}")).body.decode()
        assert (await cast.mediator.get(f"/api/agreements/{view['id']}/remarks")).json["version"] == 3
        read["version"] = 3
        assert (await deal(cast.mediator, view, one["id"], "accept", **read)).status == 200
        newest = (await chen.get(f"/api/agreements/{view['id']}/versions")).json["versions"][0]
        assert newest["credits"] == [], "whose words they were stays between them"


async def test_a_remark_made_in_a_private_talk_stays_there_and_leaves_no_trace(cast: Cast) -> None:
    async with joined(cast) as room:
        view, lin, chen = await shown(cast)
        mediator, inside, outside = room["mediator"], room["applicant"], room["respondent"]
        await mediator.move([mediator.id, inside.id], "caucus_applicant", also=inside)
        told = len(outside.changed)
        assert (await say(lin, view, 2, text=SECRET)).status == 200
        assert len(await listed(cast.mediator, view)) == 1
        assert await listed(chen, view) == []
        assert (len(outside.changed), await kinds(cast)) == (told, [])
        await mediator.move([mediator.id, inside.id], "joint", also=inside)
        assert await listed(chen, view) == []


async def test_what_both_sides_read_is_not_dealt_with_in_a_private_talk_where_one_of_them_would_hear_of_it(
    cast: Cast,
) -> None:
    async with joined(cast) as room:
        view, lin, chen = await shown(cast)
        mediator, inside, outside = room["mediator"], room["applicant"], room["respondent"]
        for said in ({"words": "三年。"}, {"text": "太短"}):
            assert (await say(chen, view, 2, **said)).status == 200
            cast.office.clock.forward(seconds=1)
        await mediator.move([mediator.id, inside.id], "caucus_applicant", also=inside)
        assert (await say(lin, view, 2, text=SECRET)).status == 200
        wanted, remarked, within = await listed(cast.mediator, view)
        assert [(one["acts"], one["later"]) for one in (wanted, remarked, within)] == [
            ([], True), ([], True), (["resolve", "decline"], False),
        ]  # fmt: skip
        before, told = await listed(chen, view), len(outside.changed)
        for one, name in ((wanted, "accept"), (wanted, "decline"), (remarked, "resolve"), (remarked, "decline")):
            answer = await deal(cast.mediator, view, one["id"], name, reason="不合适", reveal=True)
            assert answer.code == "in_caucus", name
        assert (await deal(cast.mediator, view, within["id"], "resolve")).status == 200
        assert (await listed(chen, view), len(outside.changed)) == (before, told)
        assert await kinds(cast) == ["remark.make", "remark.make"]
        await mediator.move([mediator.id, inside.id], "joint", also=inside)
        assert (await listed(cast.mediator, view))[0]["acts"] == ["accept", "decline"]
        assert (await deal(cast.mediator, view, wanted["id"], "accept")).status == 200
        assert (await listed(chen, view))[0]["state"] == "accepted"


async def test_a_remark_needs_a_clause_as_it_reads_now_words_and_measure(cast: Cast, office: Office) -> None:
    view, lin, _ = await shown(cast)
    assert (await say(lin, view, 0)).json["error"]["fields"] == {"text": "required"}
    wrong = {"clause": view["clauses"][0]["id"], "hash": view["clauses"][1]["hash"], "text": "不对"}
    door = f"/api/agreements/{view['id']}/remarks"
    assert (await lin.post(door, wrong)).code == "wording_changed"
    assert (await say(lin, view, 0, text="字" * 2001)).status == 422
    assert (await say(lin, view, 0, words="付\u202e款")).json["error"]["fields"] == {"words": "format"}
    assert (await say(lin, view, 0, words="\u0958" * 4000)).json["error"]["fields"] == {"words": "too_long"}
    pasted = await say(lin, view, 0, words="材料费\t500\u200b元")
    assert [one["words"] for one in pasted.json["remarks"]] == ["材料费 500元"]
    other = await office.cast()
    for browser in (other.mediator, await other.ready("applicant")):
        assert (await browser.get(door)).code == "not_found"
        assert (await say(browser, view, 0, text="外人")).code == "not_found"
    codes = [(await say(lin, view, 0, text="一样")).code for _ in range(12)]
    assert "too_many" in codes
    await save(cast, view, clauses(cast)[:1])
    [first, *_] = await listed(cast.mediator, view)
    assert first["clause_now"] == "gone", "saved without ids the clauses are others"
