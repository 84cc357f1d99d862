"""A matter from receipt to archive: kept as given, every step in the journal, and never a word of it there."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.cases.model import Facts, Side
from server.errors import IllegalAct
from server.ids import MatterId, new
from server.matters import store
from server.matters.model import Filer, Matter, MatterAct, MatterState, Needs, Source
from server.people import organisations
from server.people.model import OrganisationKind
from server.store import journal
from server.store.db import Database
from tests.conftest import both

NOW = datetime(2026, 11, 26, 16, 30, tzinfo=UTC)  # half past midnight of the 27th at the centre


@both
async def test_a_matter_is_kept_as_given_and_its_journal_holds_none_of_its_words(place: Path | str) -> None:
    db = Database(place)
    async with db.transaction() as tx:
        top = await organisations.add(tx, "嘉南区矛调中心", OrganisationKind.district)
        town = await organisations.add(tx, "青禾街道", OrganisationKind.town, top)
        assert await organisations.tree(tx, top) == [top, town] and town.within(top) and not top.within(town)
        people = (Filer(Side.applicant, "林秀珍", "19900000001"), Filer(Side.respondent, "陈国栋"))
        matter = Matter(
            MatterId(new("mat")), await store.next_number(tx, NOW), MatterState.received, Source.citizen, "", "",
            top.id, "楼上漏水", Facts("九月", "青禾路88号", "楼上楼下", "天花板渗水", "水管老化"), "赔偿八千五百元",
            people, Needs(interpreter="手语", apart=True), NOW,
        )  # fmt: skip
        await store.add(tx, matter, "citizen")
        assert matter.number == "20261127-0001" and await store.next_number(tx, NOW) == "20261127-0002"
        assert await store.load(tx, matter.id) == matter
        accepted = await store.advance(tx, matter, MatterAct.accept, "acc_x", NOW, category="neighbours")
        routed = await store.advance(tx, accepted, MatterAct.route, "acc_x", NOW, organisation_id=town.id, title="新题")
        assert await store.load(tx, matter.id) == routed and routed.organisation_id == town.id
        with pytest.raises(IllegalAct):
            await store.advance(tx, routed, MatterAct.settle, "acc_x", NOW)
        entries = await journal.read(tx, matter.id)
    assert [one.kind for one in entries] == ["matter.received", "matter.accept", "matter.route"]
    told = "".join(str(one) for one in entries)
    assert not [word for word in ("林", "漏水", "赔偿", "新题", "手语") if word in told]
    await db.close()
