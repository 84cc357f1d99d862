"""A disclosure as the office makes it: of the agreement asked for, proven now, never of a journal not whole."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta

import pytest

from documents import TimestampUnavailable, heads_in, judge_disclosure
from server.agreements.ceremony.released import released_files
from server.errors import Invalid, NotFound
from server.journal.assembling import NotWhole
from server.journal.disclosing import NothingToShow, Tools, disclose, for_signers, tools_of
from server.journal.erasing import NotErasable, erase
from server.settings import Settings
from server.store import journal
from server.web import keys
from tests.actors import Hands
from tests.conftest import Office
from tests.server.agreements.scenes import open_office
from tests.server.journal.test_lifetime import Away

pytestmark = pytest.mark.timeout(90)
"""The first test of a run plays a whole ceremony."""


@pytest.fixture
async def office(signed: Settings, clock: Hands) -> AsyncIterator[Office]:
    async with AsyncExitStack() as stack:
        yield await open_office(signed, clock, stack)


@pytest.fixture
def tools(office: Office) -> Tools:
    return tools_of(office.app)


async def signed_case(tools: Tools) -> tuple[str, str, list[str]]:
    """Case, agreement, and the hashes of its files."""
    async with tools.db.reading() as tx:
        files = await released_files(tx)
        entries = await journal.read(tx, files[0][2])
    (complete,) = [json.loads(one.body or "") for one in entries if one.kind == "agreement.complete"]
    return files[0][2], complete["agreement"], [row[3] for row in files]


async def test_a_case_is_disclosed_for_its_signers_and_of_one_history_with_its_files(tools: Tools) -> None:
    case, agreement, files = await signed_case(tools)
    async with tools.db.reading() as tx:
        signers = {one.actor for one in await journal.read(tx, case) if one.kind == "ceremony.sign"}
    made = await for_signers(tools, case, agreement)
    heads = [head for one in files for head in heads_in(await tools.blobs.get(one))]
    found = judge_disclosure(made, tools.anchors, tools.clock() + timedelta(minutes=1), heads=heads)
    assert (found.verdict, len(heads), len(found.heads)) == ("valid", 4, 2)
    assert {one.actor for one in found.entries if one.kind == "ceremony.sign"} == signers
    assert {one.actor for one in found.entries} == {*signers, "server"}
    assert found.entries[-1].kind == "agreement.complete"
    for kind in ("clause.confirm", "seat.consented", "party.identified", "ceremony.confirm"):
        assert [one for one in found.entries if one.kind == kind], kind
    async with tools.db.transaction() as tx:
        await journal.append(
            tx, case, "session.close", "acc_a", {"session": "s", "from": "open", "to": "c"}, tools.clock()
        )
    later = await disclose(tools, case, kinds=["session.close"])
    assert judge_disclosure(later, tools.anchors, tools.clock()).entries[-1].fields["to"] == "c", "anchored for it"


async def test_what_may_not_be_shown_or_is_not_there_is_refused(tools: Tools) -> None:
    case, _, _ = await signed_case(tools)
    with pytest.raises(Invalid):
        await disclose(tools, case, kinds=["room.moved"])
    with pytest.raises(NothingToShow):
        await disclose(tools, case, about=["pty_nobody"])
    with pytest.raises(NothingToShow):
        await disclose(tools, case, kinds=["clause.confirm"], agreement="agr_other")
    with pytest.raises(NothingToShow):
        await for_signers(tools, case, "agr_other")
    with pytest.raises(NotFound):
        await disclose(tools, "cas_nobody")


async def test_without_a_time_stamp_what_is_anchored_is_disclosed_and_what_is_new_waits(tools: Tools) -> None:
    case, _, _ = await signed_case(tools)
    dead = replace(tools, tsa=Away())
    assert await disclose(dead, case, kinds=["clause.confirm"])
    async with tools.db.transaction() as tx:
        await journal.append(tx, case, "session.close", "acc_a", {}, tools.clock())
    assert await disclose(dead, case, kinds=["clause.confirm"])
    with pytest.raises(TimestampUnavailable):
        await disclose(dead, case)


async def test_a_journal_that_was_changed_proves_nothing(tools: Tools) -> None:
    case, _, _ = await signed_case(tools)
    async with tools.db.transaction() as tx:
        where = (journal.bodies.c.case_id == case) & (journal.bodies.c.seq == 3)
        await tx.execute(journal.bodies.delete().where(where))
    with pytest.raises(NotWhole, match=r"3: body"):
        await disclose(tools, case)


async def test_an_erased_entry_is_disclosed_by_its_head_and_erased_once(office: Office, tools: Tools) -> None:
    case, _, _ = await signed_case(tools)
    async with tools.db.reading() as tx:
        entries = await journal.read(tx, case)
    seq = next(one.seq for one in entries if one.kind == "party.identified")
    assert await erase(tools.db, case, seq, "retention-5y", "operator", tools.clock())
    for again in (seq, len(entries) + 1):
        with pytest.raises(NotErasable):
            await erase(tools.db, case, again, "retention-5y", "operator", tools.clock())
    with pytest.raises(NotFound):
        await erase(tools.db, case, 9999, "retention-5y", "operator", tools.clock())
    found = judge_disclosure(await disclose(tools, case), tools.anchors, tools.clock())
    (gone,) = [one for one in found.entries if one.seq == seq]
    (stone,) = [one for one in found.entries if one.kind == "journal.erased"]
    assert (found.verdict, gone.kept, gone.fields) == ("valid", "closed", {})
    assert stone.fields == {"seq": seq, "rule": "retention-5y"}
    assert office.app[keys.DB] is tools.db


async def test_the_open_door_judges_an_extract_and_prints_none(office: Office, tools: Tools) -> None:
    case, agreement, _ = await signed_case(tools)
    made = await for_signers(tools, case, agreement)
    browser = await office.browser()
    answer = await browser.post("/api/verify", data=made, kind="application/json")
    assert (answer.status, answer.json["form"], answer.json["case"]) == (200, "disclosure", case)
    assert len(answer.json["entries"]) == len(json.loads(made)["entries"])
    assert answer.json["verdict"] in ("valid", "cannot_tell"), "the tests' clock is ahead of the judge's"
    bad = await browser.post(
        "/api/verify", data=made.replace(b"ceremony.sign", b"ceremony.sigm", 1), kind="application/pdf"
    )
    assert (bad.json["verdict"], bad.json["reasons"][0]["code"], bad.json["entries"]) == ("invalid", "altered", [])
    assert (await browser.post("/api/verify/report", data=made, kind="application/pdf")).code == "unreadable_pdf"
    assert (await browser.post("/api/verify", data=b'{"form": "x"}', kind="application/json")).code == "unreadable_pdf"
