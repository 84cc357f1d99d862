"""Lists and search: what a caller may see and nothing else, page by page, without reading whole tables."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from server.errors import AppError
from server.ids import AccountId
from server.lifecycle import advance as next_state
from server.matters import index, listing, rules, store
from server.matters.listing import Page
from server.matters.model import Matter, MatterAct, MatterState
from server.people.model import Organisation
from server.store.db import Database
from server.store.words import words_of
from server.web.call import Caller
from tests.bench.matters import fill, generated, settle, tree
from tests.bench.plans import scans
from tests.conftest import both

ROLES = ("mediator", "intake", "supervisor", "administrator")


def test_words_are_pairs_of_han_and_whole_words_of_others_folded() -> None:
    assert words_of("陈国栋 A栋12号") == ["陈国", "国栋", "a", "栋", "12", "号"]
    assert words_of("ＷＡＮＧ １３９ wang") == ["wang", "139"]
    assert words_of("，。!—_ ") == [] and words_of("水") == ["水"]
    assert len(words_of("x" * 99)[0]) == 32


async def whole(ask: Callable[[int | None], Awaitable[Page]]) -> list[Matter]:
    """All pages."""
    page = await ask(None)
    all_ = list(page.matters)
    while page.more is not None:
        page = await ask(page.more)
        assert len(page.matters) <= listing.PAGE
        all_ += page.matters
    return all_


@both
async def test_exactly_what_a_caller_may_see_is_listed_found_and_counted(
    place: Path | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 4)
    monkeypatch.setattr(listing, "REACH", 5)
    dice, units, db = random.Random(4), tree(2, 1), Database(place)
    held: dict[str, Matter] = {}
    async with db.transaction() as tx:
        await tx.run(settle, units, 6)
        for one in generated(units, 0, 40, 6):
            same_second = replace(one, received_at=one.received_at.replace(hour=0, minute=0, second=0))
            held[one.id] = replace(same_second, organisation_id=dice.choice(units).id)
            await store.add(tx, held[one.id], "acc_0")
        for _ in range(80):
            one = dice.choice(list(held.values()))
            act, to = dice.choice(list(MatterAct)), dice.choice(units).id
            clerk = dice.choice([None, AccountId("acc_5")])
            try:
                next_state(rules.TABLE, one.state, act)
            except AppError:
                continue
            title = dice.choice([one.title, "新的题目"])
            held[one.id] = await store.advance(
                tx, one, act, "acc_0", one.received_at, organisation_id=to, title=title, clerk_id=clerk
            )
    places = {one.id: one for one in units}
    async with db.reading() as tx:
        order = {row.matter_id: row.seq for row in await tx.execute(sa.select(index.lines))}
        for role in ROLES:
            for own in (*units, None):
                caller = Caller("staff", f"acc_{dice.randrange(6)}", role=role)
                sight = rules.sight(caller, own)
                mine = [one for one in held.values() if may(one, caller, own, places[one.organisation_id])]
                mine.sort(key=lambda one: -order[one.id])
                assert await whole(lambda at, s=sight: listing.page(tx, s, after=at)) == mine
                assert await whole(lambda at, s=sight: listing.page(tx, s, after=at, oldest=True)) == mine[::-1]
                states = dice.sample(list(MatterState), 3)
                some = [one for one in mine if one.state in states]
                assert await whole(lambda at, s=sight, w=states: listing.page(tx, s, w, after=at)) == some
                text = dice.choice(["漏水", "新的题目", "赔偿 青禾路", "拖欠工资 王", "林", "没有这个词", "2025"])
                there = [one for one in mine if set(words_of(text)) <= index.words_in(one)]
                assert await whole(lambda at, s=sight, t=text: listing.search(tx, s, t, after=at)) == there
                there = [one for one in there if one.state in states]
                assert await whole(lambda at, s=sight, t=text, w=states: listing.search(tx, s, t, w, after=at)) == there
        for unit in units:
            below = [one.state for one in held.values() if places[one.organisation_id].within(unit)]
            mediated = [one.state for one in held.values() if one.mediator_id == unit.id]
            expected = {state: below.count(state) + mediated.count(state) for state in MatterState}
            assert await listing.counts(tx, unit.id) == expected
        assert await listing.search(tx, [units[0].id], "，。") == Page((), None) == await listing.page(tx, ())
    await db.close()


def may(one: Matter, caller: Caller, own: Organisation | None, holds: Organisation) -> bool:
    try:
        rules.may_see(one, caller, own, holds)
    except AppError:
        return False
    return True


def test_somebody_who_is_not_staff_reads_no_list() -> None:
    assert rules.sight(Caller("seat", "pty_x", role="intake"), tree(1, 1)[0]) == ()


@both
async def test_no_list_and_no_search_reads_a_whole_table(place: Path | str) -> None:
    db, units = Database(place), tree(3, 2)
    async with db.transaction() as tx:
        await tx.run(settle, units, 6)
        await tx.run(fill, units, 0, 2_000, 6)
        assert await tx.run(scans, [units[0].id, "acc_1"]) == []
        assert await tx.run(scans, [units[2].id]) == []
        naive = sa.select(store.matters.c.id).where(store.matters.c.title.contains("漏水"))
        assert await tx.run(scans, [units[0].id], [naive]) != []  # it would be seen
    await db.close()
