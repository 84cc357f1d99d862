"""Draft and reading through the front door: who sees what, whose word counts, what freezing needs."""

from typing import Any

import pytest

from server.agreements import store
from server.agreements.ceremony import store as ceremonies
from server.store import journal
from tests.actors import Browser
from tests.conftest import Cast, Office
from tests.server.agreements.room import joined
from tests.server.agreements.signer import act, clauses, confirm_all, draft, frozen, party, save, tried

OFFER = "若一次付清，甲方愿付九千元整"


async def see(browser: Browser, agreement: str) -> Any:
    return await browser.get(f"/api/agreements/{agreement}")


async def stance(browser: Browser, view: dict[str, Any], n: int, agree: bool) -> Any:
    clause = view["clauses"][n]
    body = {"clause": clause["id"], "hash": clause["hash"], "agree": agree}
    return await browser.post(f"/api/agreements/{view['id']}/confirmations", body)


async def test_a_draft_made_alone_is_seen_by_the_parties_only_when_shown(cast: Cast) -> None:
    lin = await party(cast, "applicant")
    view = await draft(cast)
    assert (await see(lin, view["id"])).code == "not_found"
    assert not view["shown"]
    refused = await tried(cast, view["id"], "submit")
    assert refused.code == "not_shown"
    shown = await act(cast, view["id"], "show")
    seen = (await see(lin, view["id"])).json
    assert seen["clauses"] == shown["clauses"]
    assert seen["checks"] == []
    assert [one["code"] for one in shown["checks"]] == ["account_missing", "breach_missing"]
    assert [one["level"] for one in shown["checks"]] == ["unclear", "note"]
    assert shown["checks"][0]["article"] == "《中华人民共和国民法典》第511条"
    assert not any(seen["can"].values())


async def test_the_minutes_begin_with_no_answer_of_a_party(cast: Cast) -> None:
    made = await cast.mediator.post(f"/api/cases/{cast.case}/agreements", {"template": "people"})
    told = made.json["minutes"]["paragraphs"]
    assert told
    assert not [line for line in told for word in ("表示", "没有异议", "双方") if word in line]


async def test_strangers_find_nothing(cast: Cast, office: Office) -> None:
    view = await act(cast, (await draft(cast))["id"], "show")
    assert (await see(await office.browser(), view["id"])).code == "unauthenticated"
    other = await office.cast()
    for browser in (other.mediator, await other.ready("applicant")):
        assert (await see(browser, view["id"])).code == "not_found"
        refused = await browser.put(f"/api/agreements/{view['id']}/terms", {"version": 1, "dispute": {}, "clauses": []})
        assert refused.code == "not_found"
    made = await other.mediator.post(f"/api/cases/{cast.case}/agreements", {"template": "people"})
    assert made.code == "not_found"


async def test_saving_the_same_again_is_no_new_version(cast: Cast) -> None:
    view = await draft(cast)
    sent = [{"id": one["id"], "kind": one["kind"], "fields": one["fields"]} for one in view["clauses"]]
    again = await save(cast, view, sent)
    assert again["version"] == view["version"] == 2
    assert "agreement.save" not in await chain(cast)


async def test_a_link_alone_shows_no_terms(cast: Cast) -> None:
    view = await act(cast, (await draft(cast))["id"], "show")
    opened = await cast.seat("applicant")
    refused = await see(opened, view["id"])
    assert (refused.status, refused.code, refused.data) == (409, "not_ready", {"step": "identify"})
    body = {"clause": view["clauses"][0]["id"], "hash": view["clauses"][0]["hash"], "agree": True}
    assert (await opened.post(f"/api/agreements/{view['id']}/confirmations", body)).code == "not_ready"


async def test_a_party_never_edits(cast: Cast) -> None:
    view = await act(cast, (await draft(cast))["id"], "show")
    lin = await party(cast, "applicant")
    body = {"version": view["version"], "dispute": {}, "clauses": []}
    assert (await lin.put(f"/api/agreements/{view['id']}/terms", body)).code == "not_permitted"
    assert (await lin.post(f"/api/agreements/{view['id']}/acts", {"act": "show"})).code == "not_permitted"


@pytest.mark.parametrize(
    ("fields", "path", "reason"),
    [
        ({"obligor": "pty_somebody_else"}, "clauses[0].fields.obligor", "value"),
        ({"text": "付款\u202e元001"}, "clauses[0].fields.text", "format"),
        ({"text": "付款\u0007"}, "clauses[0].fields.text", "format"),
        ({"amount_fen": -1}, "clauses[0].fields.amount_fen", "range"),
        ({"due": {"by": "whenever"}}, "clauses[0].fields.due.by", "value"),
    ],
)
async def test_what_does_not_fit_is_named(cast: Cast, fields: dict[str, Any], path: str, reason: str) -> None:
    view = await draft(cast)
    body = {"version": 2, "dispute": {}, "clauses": [{"kind": "payment", "fields": fields}], "minutes": []}
    answer = await cast.mediator.put(f"/api/agreements/{view['id']}/terms", body)
    assert (answer.status, answer.json["error"]["fields"]) == (422, {path: reason})


async def test_labels_are_read_as_party_ids_and_known_clauses_keep_their_ids(cast: Cast) -> None:
    view = await draft(cast)
    sent = [{"kind": "act", "fields": {"obligor": "乙方", "act": "配合入户查验"}}, view["clauses"][0]]
    sent[1] = {"id": sent[1]["id"], "kind": "act", "fields": sent[1]["fields"]}
    saved = await save(cast, view, [*sent, {"id": "made-up", "kind": "free", "fields": {"text": "其他"}}])
    assert saved["clauses"][0]["fields"]["obligor"] == cast.person("respondent")
    assert saved["clauses"][1]["id"] == view["clauses"][0]["id"]
    assert saved["clauses"][1]["hash"] == view["clauses"][0]["hash"]
    assert saved["clauses"][2]["id"].startswith("cla_")


async def test_an_offer_saved_in_a_private_talk_stays_there(cast: Cast) -> None:
    async with joined(cast) as people:
        mediator, inside, outside = people["mediator"], people["applicant"], people["respondent"]
        view = await draft(cast)
        for role in ("applicant", "respondent"):
            assert (await see(await party(cast, role), view["id"])).json["version"] == 2
        await mediator.move([mediator.id, inside.id], "caucus_applicant", also=inside)
        told = len(outside.changed)
        before = await chain(cast)
        offer = await save(cast, view, [*clauses(cast), {"kind": "free", "fields": {"text": OFFER}}])
        assert OFFER in (await see(await party(cast, "applicant"), view["id"])).body.decode()
        elsewhere = await see(await party(cast, "respondent"), view["id"])
        assert elsewhere.json["version"] == 2
        assert OFFER not in elsewhere.body.decode()
        assert len(outside.changed) == told
        assert await chain(cast) == before, "an offer leaves no trace in the journal"
        refused = await tried(cast, view["id"], "show")
        assert refused.code == "in_caucus"
        refused = await tried(cast, view["id"], "submit")
        assert refused.code == "not_shown"
        await mediator.move([mediator.id, inside.id], "joint", also=inside)
        assert OFFER not in (await see(await party(cast, "respondent"), view["id"])).body.decode()
        body = {name: offer[name] for name in ("version", "dispute", "minutes")}
        body["clauses"] = [*clauses(cast), {"kind": "free", "fields": {"text": OFFER + "！"}}]
        refused = await cast.mediator.put(f"/api/agreements/{view['id']}/terms", body)
        assert refused.code == "would_reveal", "back in the joint chamber the next save would carry it over"
        assert OFFER not in (await see(await party(cast, "respondent"), view["id"])).body.decode()
        again = await save(cast, offer, clauses(cast), reveal=True)
        assert (await see(await party(cast, "respondent"), view["id"])).json["version"] == again["version"] == 4


async def test_giving_up_a_draft_only_one_side_saw_is_not_told_to_the_other(cast: Cast) -> None:
    async with joined(cast) as people:
        mediator, inside, outside = people["mediator"], people["applicant"], people["respondent"]
        await mediator.move([mediator.id, inside.id], "caucus_applicant", also=inside)
        view = await draft(cast)
        told = len(outside.changed)
        await act(cast, view["id"], "abandon")
        assert len(outside.changed) == told
        await mediator.move([mediator.id, inside.id], "joint", also=inside)


async def chain(cast: Cast) -> list[str]:
    """Kinds of all journal entries of agreements of the case."""
    async with cast.office.db.reading() as tx:
        entries = await journal.read(tx, cast.case)
    assert journal.verify(entries) == []
    return [entry.kind for entry in entries if entry.kind.startswith(("agreement.", "clause.", "ceremony."))]


async def test_an_agreement_that_exists_only_as_an_offer_is_not_mentioned_to_the_others(cast: Cast) -> None:
    async with joined(cast) as people:
        mediator, inside = people["mediator"], people["applicant"]
        await mediator.move([mediator.id, inside.id], "caucus_applicant", also=inside)
        view = await draft(cast)
        listed = {role: (await (await party(cast, role)).get("/api/seat")).json["agreements"] for role in cast.links}
        assert [one["id"] for one in listed["applicant"]] == [view["id"]]
        assert listed["respondent"] == []
        assert (await see(await party(cast, "respondent"), view["id"])).code == "not_found"
        await mediator.move([mediator.id, inside.id], "joint", also=inside)


async def test_confirmations_fall_only_where_the_words_change(cast: Cast) -> None:
    view = await act(cast, (await draft(cast))["id"], "show", "submit")
    await confirm_all(cast, view)
    ready = (await see(cast.mediator, view["id"])).json
    assert ready["can"]["freeze"]
    changed = clauses(cast)
    for sent, was in zip(changed, view["clauses"], strict=True):
        sent["id"] = was["id"]
    changed[1]["fields"]["amount_fen"] = 900000
    edited = await save(cast, ready, changed)
    assert edited["state"] == "drafting"
    assert [len(one["confirmed"]) for one in edited["clauses"]] == [2, 0, 2]
    view = await act(cast, view["id"], "show", "submit")
    refused = await tried(cast, view["id"], "freeze")
    assert refused.code == "not_confirmed"
    for role in ("applicant", "respondent"):
        assert (await stance(await party(cast, role), view, 1, True)).status == 200
    assert (await see(cast.mediator, view["id"])).json["can"]["freeze"]


async def test_what_stands_around_the_clauses_is_read_and_confirmed_and_an_edit_restarts_it_alone(cast: Cast) -> None:
    view = await act(cast, (await draft(cast))["id"], "show", "submit")
    assert view["around"]["text"].startswith("纠纷主要事实：")
    await confirm_all(cast, view)
    ready = (await see(cast.mediator, view["id"])).json
    assert (ready["can"]["freeze"], len(ready["around"]["confirmed"])) == (True, 2)
    more = ready["dispute"] | {"responsibility": "甲方承担全部责任。", "open_points": "精神损害另议。"}
    sent = [{name: one[name] for name in ("id", "kind", "fields")} for one in ready["clauses"]]
    await save(cast, ready, sent, dispute=more)
    view = await act(cast, view["id"], "show", "submit")
    assert [len(one["confirmed"]) for one in (view["around"], *view["clauses"])] == [0, 2, 2, 2]
    assert view["around"]["text"].endswith("各方责任：甲方承担全部责任。\n未达成一致的事项：精神损害另议。")
    assert not view["can"]["freeze"]
    for name in ("freeze", "print"):
        refused = await cast.mediator.post(f"/api/agreements/{view['id']}/acts", {"act": name})
        assert refused.code == "not_confirmed"
    lin = await party(cast, "applicant")
    await confirm(lin, view, agree=False)
    assert (await stance(lin, view, 0, False)).json["around"]["questioned"] == [cast.person("applicant")]
    await stance(lin, view, 0, True)
    assert (await confirm(await party(cast, "respondent"), view, agree=True)).code == "reading_stopped"
    for role in ("applicant", "respondent"):
        assert (await confirm(await party(cast, role), view, agree=True)).status == 200
    assert (await see(cast.mediator, view["id"])).json["can"]["freeze"]


async def confirm(browser: Browser, view: dict[str, Any], agree: bool) -> Any:
    body = {"clause": "around", "hash": view["around"]["hash"], "agree": agree}
    return await browser.post(f"/api/agreements/{view['id']}/confirmations", body)


async def test_where_nothing_is_printed_around_the_clauses_nothing_of_it_is_confirmed(cast: Cast) -> None:
    view = await draft(cast)
    view = await save(cast, view, clauses(cast)[2:], dispute={})
    view = await act(cast, view["id"], "show", "submit")
    assert view["around"] is None
    await confirm_all(cast, view)
    assert (await see(cast.mediator, view["id"])).json["can"]["freeze"]


async def test_a_question_stops_the_reading_until_it_is_answered(cast: Cast) -> None:
    view = await act(cast, (await draft(cast))["id"], "show", "submit")
    lin, chen = await party(cast, "applicant"), await party(cast, "respondent")
    asked = await stance(lin, view, 1, False)
    assert asked.json["clauses"][1]["questioned"] == [cast.person("applicant")]
    stopped = await stance(chen, view, 0, True)
    assert (stopped.code, stopped.data) == ("reading_stopped", {"by": [cast.person("applicant")]})
    assert not (await see(chen, view["id"])).json["can"]["confirm"]
    assert (await stance(lin, view, 1, True)).status == 200
    assert (await stance(chen, view, 0, True)).status == 200
    assert "clause.question" in await chain(cast)


async def test_a_clause_is_confirmed_in_its_present_words_only(cast: Cast) -> None:
    view = await act(cast, (await draft(cast))["id"], "show", "submit")
    lin = await party(cast, "applicant")
    body = {"clause": view["clauses"][0]["id"], "hash": view["clauses"][1]["hash"], "agree": True}
    assert (await lin.post(f"/api/agreements/{view['id']}/confirmations", body)).code == "clause_changed"
    await act(cast, view["id"], "edit")
    assert (await stance(lin, view, 0, True)).code == "illegal_act"


async def test_saying_the_same_twice_is_one_entry(cast: Cast) -> None:
    view = await act(cast, (await draft(cast))["id"], "show", "submit", "submit")
    lin = await party(cast, "applicant")
    for _ in range(2):
        assert (await stance(lin, view, 0, True)).status == 200
    kinds = await chain(cast)
    assert (kinds.count("clause.confirm"), kinds.count("agreement.submit")) == (1, 1)


async def test_freezing_takes_a_number_and_again_answers_the_same(cast: Cast) -> None:
    view = await frozen(cast)
    assert (view["state"], view["number"]) == ("frozen", "(2026)嘉南人调字第0001号")
    assert [file["id"] for file in view["files"]] == ["agreement", "minutes"]
    assert all(file["download"] is None for file in view["files"])
    again = await act(cast, view["id"], "freeze")
    assert (again["number"], again["ceremony"]) == (view["number"], view["ceremony"])
    edit = {"version": view["version"], "dispute": {}, "clauses": []}
    assert (await cast.mediator.put(f"/api/agreements/{view['id']}/terms", edit)).code == "illegal_act"


async def test_reopening_burns_the_number(cast: Cast) -> None:
    view = await frozen(cast)
    opened = await act(cast, view["id"], "reopen")
    assert (opened["state"], opened["number"], opened["ceremony"]) == ("drafting", None, None)
    former = (await cast.mediator.get(f"/api/ceremonies/{view['ceremony']}")).json
    assert (former["state"], former["void_reason"]) == ("void", "reopened")
    await act(cast, view["id"], "submit")
    await confirm_all(cast, opened)
    again = await act(cast, view["id"], "freeze")
    assert again["number"] == "(2026)嘉南人调字第0002号"
    async with cast.office.db.reading() as tx:
        rows = list(await tx.execute(store.numbers.select().order_by(store.numbers.c.seq)))
        assert await ceremonies.frozen(tx, view["ceremony"], "agreement") is None
    assert [row.void_at is None for row in rows] == [False, True]


async def test_a_character_no_font_has_stops_the_freeze_and_nothing_else(cast: Cast) -> None:
    for role in ("applicant", "respondent"):
        await party(cast, role)
    view = await draft(cast)
    view = await save(cast, view, [{"kind": "free", "fields": {"text": "甲方交付😀字匾一块。"}}])
    view = await act(cast, view["id"], "show", "submit")
    await confirm_all(cast, view)
    refused = await tried(cast, view["id"], "freeze")
    assert (refused.status, refused.code) == (422, "cannot_print")
    assert refused.json["error"]["detail"].startswith("U+1F600 in clauses.1")
    assert refused.json["error"]["data"]["quotes"][0].endswith("交付😀字匾一块。")
    assert (await see(cast.mediator, view["id"])).json["state"] == "reading"


async def test_abandoned_is_void_for_good(cast: Cast) -> None:
    view = await act(cast, (await draft(cast))["id"], "show", "abandon", "abandon")
    assert view["state"] == "void"
    refused = await tried(cast, view["id"], "submit")
    assert (refused.code, refused.data["allowed"]) == ("illegal_act", [])


async def test_the_case_lists_its_agreements(cast: Cast) -> None:
    view = await frozen(cast)
    case = (await cast.mediator.get(f"/api/cases/{cast.case}")).json
    assert case["agreements"] == [{"id": view["id"], "state": "frozen", "number": view["number"], "partial": False}]
