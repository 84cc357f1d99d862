"""Three people write one draft over HTTP: merged, repeated, lost and found; and a private talk's words stay in it."""

from itertools import count
from random import Random
from typing import Any

from server.agreements import store
from server.agreements.drafting.store import saves
from server.agreements.model import Terms
from tests.conftest import Cast, Office
from tests.server.agreements.drafting.editors import Editor, Put, added, edited, moved, prose_of
from tests.server.agreements.drafting.scribe import Scribe, body_of, staffed, terms_in
from tests.server.agreements.room import joined
from tests.server.agreements.signer import act, clauses, draft, party, save


async def test_mediator_recorder_and_co_mediator_write_at_once_and_converge(office: Office) -> None:
    """As the model in test_merge, over real HTTP: answers and requests are lost, saves are repeated."""
    people = await staffed(office)
    view = await draft(people.cast)
    browsers = (people.cast.mediator, people.recorder, people.beside)
    scribes = [Scribe(browser, view["id"]) for browser in browsers]
    editors = [Editor.opened(name, await scribe.get()) for name, scribe in zip("abc", scribes, strict=True)]
    dice, fresh, typed = Random(7), count(0x4E00), set[str]()
    for _ in range(45):
        who = dice.randrange(3)
        one, scribe = editors[who], scribes[who]
        text = "".join(chr(next(fresh)) for _ in range(dice.randint(1, 3)))
        match dice.choice(["type", "type", "type", "add", "move", "lose", "send", "send", "deaf", "look"]):
            case "type":
                one.terms = edited(one.terms, dice.randrange(8), dice.random(), 0, text)
                typed |= set(text)
            case "add" if len(one.terms.clauses) < 10:
                name = "cla_" + "".join(dice.choices("abcdefgh234567", k=20))
                one.terms = added(one.terms, dice.randrange(8), name, text)
                typed |= set(text)
            case "move":
                one.terms = moved(one.terms, dice.randrange(8), dice.randrange(8))
            case "lose":
                one.send()
            case "look":
                one.looks(await scribe.get())
            case "send" if put := one.send():
                one.answered(put, await scribe.put(put))
            case "deaf" if put := one.send():
                await scribe.put(put)
    for _ in range(4):
        for one, scribe in zip(editors, scribes, strict=True):
            while put := one.send():
                one.answered(put, await scribe.put(put))
            one.looks(await scribe.get())
    newest = await scribes[0].get()
    assert {one.terms for one in editors} == {newest.terms}
    async with office.db.reading() as tx:
        said = [prose_of(await store.terms_of(tx, view["id"], n + 1)) for n in range(newest.version)]
    assert typed <= set("".join(said))
    listed = (await people.recorder.get(f"/api/agreements/{view['id']}/versions")).json
    assert [one["number"] for one in listed["versions"]] == [*range(newest.version, 0, -1)]


async def test_too_long_a_value_is_told_and_the_draft_can_still_be_read_and_saved(cast: Cast) -> None:
    view = await draft(cast)
    sent = clauses(cast)
    sent[1]["fields"]["account"] = 501 * "一"
    body = {"version": view["version"], "dispute": view["dispute"], "minutes": view["minutes"], "clauses": sent}
    refused = await cast.mediator.put(f"/api/agreements/{view['id']}/terms", body)
    assert (refused.status, refused.json["error"]["fields"]) == (422, {"clauses[1].fields.account": "too_long"})
    sent[1]["fields"]["account"] = "户名\t陈\u200b国栋"
    assert (await save(cast, view, sent))["clauses"][1]["fields"]["account"] == "户名 陈国栋"


async def test_a_save_repeated_after_a_lost_answer_is_one(cast: Cast) -> None:
    view = await draft(cast)
    scribe = Scribe(cast.mediator, view["id"])
    start = await scribe.get()
    put = Put("save-1", start.version, "", edited(start.terms, 0, 0, 0, "漏水。"))
    first = await scribe.put(put)
    assert (first.version, first.merged) == (3, False)
    assert await scribe.put(put) == first
    await scribe.put(Put("save-2", 3, "", edited(first.terms, 0, 0, 0, "后来。")))
    again = await scribe.put(put)
    assert (again.version, again.merged) == (4, True)


async def test_what_both_changed_is_named_with_the_others_words_also_when_asked_again(cast: Cast) -> None:
    view = await draft(cast)
    scribe = Scribe(cast.mediator, view["id"])
    start = await scribe.get()
    theirs = edited(start.terms, 4, 1, 0, "另付利息")
    mine = edited(start.terms, 4, 1, 0, "不付利息")
    await scribe.put(Put("one", start.version, "", theirs))
    door = f"/api/agreements/{view['id']}/terms"
    for _ in range(2):
        answer = (await cast.mediator.put(door, body_of(Put("two", start.version, "", mine)))).json
        assert not answer["merged"]
        [both] = answer["both_changed"]
        assert both == {
            "clause": start.terms.clauses[2].id, "field": "text", "by": "顾明华", "number": 3,
            "theirs": theirs.clauses[2].fields.text,
        }  # fmt: skip
        assert terms_in(answer) == mine


async def test_more_clauses_than_a_draft_may_have_are_refused_and_nothing_is_changed(cast: Cast) -> None:
    view = await draft(cast)
    scribe = Scribe(cast.mediator, view["id"])
    start = await scribe.get()
    for name in "ab":
        terms = start.terms
        for n in range(40):
            terms = added(terms, 99, f"cla_{name}{n // 10 + 2}{n % 6 + 2}{'abcdefghij'[n % 10]}{'a' * 16}", "条")
        body = body_of(Put(name, start.version, "", terms))
        answer = await cast.mediator.put(f"/api/agreements/{view['id']}/terms", body)
        if name == "b":
            assert (answer.status, answer.json["error"]["fields"]) == (422, {"clauses": "too_long"})
    assert (await scribe.get()).version == 3


async def test_a_save_begins_from_what_the_caller_may_see(office: Office) -> None:
    people = await staffed(office)
    cast = people.cast
    async with joined(cast) as room:
        view = await draft(cast)
        mediator, inside = room["mediator"], room["applicant"]
        await mediator.move([mediator.id, inside.id], "caucus_applicant", also=inside)
        offer = await save(cast, view, [*clauses(cast), {"kind": "free", "fields": {"text": "可以再让"}}])
        await mediator.move([mediator.id, inside.id], "joint", also=inside)
        door = f"/api/agreements/{view['id']}"
        for browser in (people.recorder, people.beside):
            seen = (await browser.get(door)).json
            assert (seen["version"], seen["can"]["edit"]) == (2, False)
            body = {name: seen[name] for name in ("dispute", "minutes")} | {"clauses": [], "version": offer["version"]}
            assert (await browser.put(f"{door}/terms", body)).code == "not_permitted"
        await save(cast, offer, clauses(cast), reveal=True)
        for browser in (people.recorder, people.beside):
            seen = (await browser.get(door)).json
            assert seen["can"]["edit"]
            body = {name: seen[name] for name in ("dispute", "minutes")} | {"clauses": [], "version": offer["version"]}
            assert (await browser.put(f"{door}/terms", body)).code == "not_found"


SECRET = "底线是七千元"


async def test_a_merge_carries_no_words_of_a_private_talk_out_of_it(cast: Cast) -> None:
    """Markers: whatever version a save begins from, whoever saved, the other side reads nothing unasked."""
    async with joined(cast) as room:
        mediator, inside = room["mediator"], room["applicant"]
        view = await draft(cast)
        chen = await party(cast, "respondent")
        door = f"/api/agreements/{view['id']}"

        async def read_by_the_other() -> str:
            texts = [(await chen.get(door)).body.decode(), (await chen.get(f"{door}/versions")).body.decode()]
            texts += [(await chen.get(f"{door}/versions/{n}")).body.decode() for n in range(1, 12)]
            texts += [(await chen.get(f"{door}/redline?from=2&to={n}")).body.decode() for n in range(1, 12)]
            return "".join(texts)

        async def put(view: dict[str, Any], text: str, **other: Any) -> Any:
            body = {name: view[name] for name in ("version", "dispute", "minutes")} | other
            last = view["clauses"][-1]
            new = [{name: one[name] for name in ("id", "kind", "fields")} for one in view["clauses"]]
            new[-1] = {"id": last["id"], "kind": "free", "fields": {"text": text}}
            return await cast.mediator.put(f"{door}/terms", {**body, "clauses": new})

        await mediator.move([mediator.id, inside.id], "caucus_applicant", also=inside)
        offer = (await put(view, f"付款。{SECRET}。", save="secret")).json
        assert SECRET in (await (await party(cast, "applicant")).get(door)).body.decode()
        await mediator.move([mediator.id, inside.id], "joint", also=inside)
        for start in (view, offer, {**view, "version": 1}):
            refused = await put(start, "付款，另加利息。")
            assert refused.code == "would_reveal", "the newest version is an offer, whatever one began from"
        refused = await put(offer, f"付款。{SECRET}，另。", since="secret")
        assert refused.code == "would_reveal"
        assert (await cast.mediator.post(f"{door}/versions/3/restore", {})).code == "would_reveal"
        cleaned = (await put(offer, "付款。", reveal=True)).json
        assert cleaned["version"] == 4
        for other in ({}, {"since": "secret"}):
            refused = await put(offer, f"付款。{SECRET}，并道歉。", **other)
            assert refused.code == "would_reveal", "an editor that still holds the offer does not bring it back unasked"
        assert (await cast.mediator.post(f"{door}/versions/3/restore", {})).code == "would_reveal"
        assert SECRET not in await read_by_the_other()
        assert (await put(cleaned, "付款。道歉。")).json["version"] == 5
        assert SECRET not in await read_by_the_other()
        seen = [one["number"] for one in (await chen.get(f"{door}/versions")).json["versions"]]
        assert seen == [5, 4, 2, 1]


async def test_what_was_merged_in_unread_is_not_shown_with_what_was_typed(cast: Cast) -> None:
    """A page that holds words of its own has not taken in what was saved meanwhile, and shows only what it has."""
    async with joined(cast) as room:
        mediator, inside = room["mediator"], room["applicant"]
        view = await act(cast, (await draft(cast))["id"], "show")
        chen = await party(cast, "respondent")
        scribe = Scribe(cast.mediator, view["id"])
        start = await scribe.get()
        door = f"/api/agreements/{view['id']}"

        async def shows(terms: Terms, **other: Any) -> Any:
            body = body_of(Put("", start.version, "", terms)) | {"reveal": True} | other
            return await cast.mediator.put(f"{door}/terms", body)

        await mediator.move([mediator.id, inside.id], "caucus_applicant", also=inside)
        await scribe.put(Put("secret", start.version, "", edited(start.terms, 0, 0, 0, SECRET)))
        typed = edited(start.terms, 4, 0, 0, "另。")
        merged = await scribe.put(Put("mine", start.version, "", typed))
        await mediator.move([mediator.id, inside.id], "joint", also=inside)
        more = edited(typed, 4, 0, 0, "还有。")
        for other in ({}, {"read": 3}, {"since": "mine"}, {"since": "mine", "read": 3}):
            refused = await shows(more, **other)
            assert (refused.code, refused.json["error"]["data"]) == ("stale", {"version": 4}), other
            assert SECRET not in (await chen.get(door)).body.decode()
        assert (await scribe.get()).version == merged.version == 4
        known = await shows(more, since="mine", read=4)
        assert (known.status, known.json["merged"]) == (200, True)
        assert SECRET in (await chen.get(door)).body.decode()
        await scribe.put(Put("for all", 5, "", edited(terms_in(known.json), 1, 1, 0, "丙。")))
        assert (await shows(edited(more, 4, 0, 0, "丁。"), since="")).status == 200, "all have seen what is merged in"


async def test_what_was_sent_is_kept_only_where_it_was_merged(cast: Cast) -> None:
    view = await draft(cast)
    scribe = Scribe(cast.mediator, view["id"])
    start = await scribe.get()
    await scribe.put(Put("one", start.version, "", edited(start.terms, 0, 0, 0, "甲。")))
    await scribe.put(Put("two", start.version, "", edited(start.terms, 1, 1, 0, "乙。")))
    async with cast.office.db.reading() as tx:
        rows = {row.save: row.sent is not None for row in await tx.execute(saves.select())}
    assert rows == {"one": False, "two": True}
