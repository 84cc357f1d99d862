"""The same dispute is recognised by people, place, time and words, shown with reasons, and merged by a person only."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from server.cases.model import Facts, Side
from server.channels import alike, keyed, reading, rules
from server.channels.alike import Kind, Reason, compare, id_of, name_of, phone_of
from server.channels.model import Channel
from server.ids import ChannelId, MatterId, OrganisationId
from server.matters import store as matters
from server.matters.model import Filer, MatterAct, MatterState
from tests.actors import START
from tests.conftest import Office
from tests.server.channels.test_doors import LEAK, act, channel

OWN = Channel(ChannelId("chn_x"), "12345", OrganisationId("org_x"), START)
MATTER = rules.matter(reading.record_of(LEAK, rules.Record), OWN, "1", MatterId("mat_1"), "20261126-0001", START)
OTHER = replace(
    MATTER, id=MatterId("mat_2"), channel="chn_y",
    facts=Facts("", "青禾路88号", "", "家里天花板渗水，是楼上卫生间漏水造成的", ""), claims="要求赔偿",
    people=(Filer(Side.applicant, "林 秀珍", "+86 199-0000-0001"), Filer(Side.respondent, "陳國棟")),
)  # fmt: skip


def test_names_telephones_and_numbers_are_compared_however_they_are_written() -> None:
    assert name_of("陳國強") == name_of(" 陈 国强 ") and name_of("吐尔逊·买买提") == name_of("吐尔逊•买买提")
    assert name_of("ＡＢＣ（中国）有限公司") == name_of("abc(中国)有限公司")
    assert phone_of("+86 199-0000-0001") == phone_of("008619900000001") == "19900000001" and phone_of("110") == ""
    assert id_of(" 33040119700101123x") == id_of("３３０４０１19700101123X")


def test_the_same_dispute_through_another_channel_is_a_probable_duplicate_with_its_reasons() -> None:
    found = compare(MATTER, OTHER)
    assert found is not None and found.kind is Kind.duplicate
    assert {reason for reason, _ in found.reasons} >= {Reason.same_phone, Reason.same_place, Reason.same_text}
    swapped = replace(OTHER, people=tuple(
        replace(one, side=Side.respondent if one.side is Side.applicant else Side.applicant) for one in OTHER.people
    ))  # fmt: skip
    assert compare(MATTER, swapped) == found
    over = compare(MATTER, replace(OTHER, state=MatterState.settled))
    assert over is not None and over.kind is Kind.repeat


def test_strangers_namesakes_and_one_persons_other_disputes_are_not_brought_up() -> None:
    elsewhere = Facts("", "滨禾镇12号", "", "拖欠工资三个月", "")
    one_of_many = replace(OTHER, facts=elsewhere, people=(OTHER.people[0], Filer(Side.respondent, "某某公司")))
    assert compare(MATTER, replace(one_of_many, received_at=START - timedelta(days=90), claims="")) is None
    namesakes = tuple(replace(one, phone="13800000000", id_no="") for one in MATTER.people[:1])
    assert compare(MATTER, replace(OTHER, facts=elsewhere, people=namesakes, claims="")) is None
    assert compare(MATTER, replace(OTHER, people=(Filer(Side.applicant, "王芳"),))) is None


PEOPLE = st.lists(
    st.builds(Filer, st.sampled_from(Side), st.text("林陳陈 ·a", max_size=4), st.text("0189+- ", max_size=14),
              st.text("0123X", max_size=18)),
    max_size=4,
)  # fmt: skip


@given(PEOPLE, PEOPLE, st.text(max_size=20), st.text(max_size=20))
def test_likeness_is_the_same_from_both_sides_in_people_and_never_without_a_shared_key(
    some: list[Filer], others: list[Filer], here: str, there: str
) -> None:
    one = replace(MATTER, people=tuple(some), facts=replace(MATTER.facts, event=here))
    other = replace(MATTER, id=MatterId("mat_2"), people=tuple(others), facts=replace(MATTER.facts, event=there))
    found = compare(one, other)
    if found:
        assert found.reasons and alike.keys_of(one) & alike.keys_of(other)  # what is shown, the index finds


async def test_two_channels_send_the_same_dispute_a_clerk_joins_them_and_both_sources_hear(office: Office) -> None:
    one, _, _ = await channel(office)
    other, _, _ = await channel(office, "信访")
    first = (await one.put("/api/channels/records/A", LEAK)).json
    second = (await other.put("/api/channels/records/B", {
        **LEAK, "event": "家里天花板渗水，是楼上卫生间漏水造成的",
        "people": [{"side": "applicant", "name": "林秀珍", "phone": "+86 199-0000-0001"}],
    })).json  # fmt: skip
    assert second["outcome"] == "created", "never merged by itself"
    ids = await by_number(office)
    clerk = await office.browser()
    await clerk.login("qian", "hejie-demo")
    path = f"/api/matters/{ids[second['number']]}"
    seen = (await clerk.get(f"{path}/alike")).json
    assert [(one["number"], one["kind"], one["channel"], one["mergeable"]) for one in seen["alike"]] == [
        (first["number"], "duplicate", "12345热线", True)
    ]
    assert "same_phone" in {one["reason"] for one in seen["alike"][0]["reasons"]}
    joined = (await clerk.post(f"{path}/merge", {"into": ids[first["number"]]})).json
    assert joined["into"]["number"] == first["number"] and not joined["alike"]
    both = (await clerk.get(f"/api/matters/{ids[first['number']]}/alike")).json
    assert {(one["channel"], one["ref"]) for one in both["sources"]} == {("12345热线", "A"), ("信访", "B")}
    start = (await other.get("/api/channels/changes")).json
    await act(office, first["number"], MatterAct.accept)
    heard = (await other.get(f"/api/channels/changes?since={start['next']}")).json["records"]
    assert [(one["ref"], one["number"], one["state"]) for one in heard] == [("B", second["number"], "accepted")]
    assert (await clerk.post(f"{path}/unmerge")).code == "merge_moved_on"
    update = (await other.put("/api/channels/records/B", {**LEAK, "version": 2, "event": "又漏了"})).json
    assert update["outcome"] == "noted"
    both = (await clerk.get(f"/api/matters/{ids[first['number']]}/alike")).json
    assert [(one["channel"], one["event"]) for one in both["notes"]] == [("信访", "又漏了")]


async def test_a_merge_is_undone_while_nothing_has_moved_and_an_earlier_dispute_is_history(office: Office) -> None:
    program, _, _ = await channel(office)
    numbers = [(await program.put(f"/api/channels/records/{ref}", LEAK)).json["number"] for ref in "abc"]
    ids = await by_number(office)
    await act(office, numbers[0], MatterAct.decline)
    clerk = await office.browser()
    await clerk.login("qian", "hejie-demo")
    seen = (await clerk.get(f"/api/matters/{ids[numbers[2]]}/alike")).json["alike"]
    assert {(one["number"], one["kind"], one["mergeable"]) for one in seen} == {
        (numbers[0], "repeat", False), (numbers[1], "duplicate", True),
    }  # fmt: skip
    path = f"/api/matters/{ids[numbers[2]]}"
    assert (await clerk.post(f"{path}/merge", {"into": ids[numbers[0]]})).code == "not_mergeable"
    assert (await clerk.post(f"{path}/merge", {"into": ids[numbers[1]]})).status == 200
    assert (await program.get("/api/channels/records/c")).json["state"] == "received"
    assert (await clerk.post(f"{path}/merge", {"into": ids[numbers[1]]})).code == "not_mergeable"
    assert (await clerk.post(f"{path}/unmerge")).json["into"] is None
    supervisor = await office.browser()
    await supervisor.login("du", "hejie-demo")
    assert (await supervisor.post(f"{path}/merge", {"into": ids[numbers[1]]})).code == "not_permitted"
    administrator = await office.browser()
    await administrator.login("he", "hejie-demo")
    assert (await administrator.get(f"{path}/alike")).code == "not_permitted"


async def test_the_index_holds_no_name_and_is_searched_by_key(office: Office) -> None:
    program, _, _ = await channel(office)
    await program.put("/api/channels/records/a", LEAK)
    clerk = await office.browser()
    await clerk.login("qian", "hejie-demo")
    [own] = (await by_number(office)).values()
    await clerk.get(f"/api/matters/{own}/alike")
    async with office.db.reading() as tx:
        rows = [str(row) for row in await tx.execute(sa.select(keyed.keyed))]
        assert len(rows) == 4 and not [row for row in rows if "林" in row or "1990" in row]
        query = sa.select(keyed.keyed.c.matter_id).where(keyed.keyed.c.hash == "x").order_by(keyed.keyed.c.at.desc())
        plan = await tx.execute(sa.text(f"EXPLAIN QUERY PLAN {query.compile(compile_kwargs={'literal_binds': True})}"))
    assert {row.detail.split(" USING ")[0] for row in plan} == {"SEARCH matter_keys"}


async def by_number(office: Office) -> dict[str, str]:
    async with office.db.reading() as tx:
        return {row.number: row.id for row in await tx.execute(sa.select(matters.matters))}
