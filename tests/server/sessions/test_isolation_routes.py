"""The proof of isolation as a mediator shows it: what the journal counted, for who leads, and nothing that was said."""

import json
import threading

import pytest

from server.sessions import casting, store
from server.sessions.listener import ATTENDANCE
from server.store import journal
from tests.conftest import Cast, Office
from tests.server.table.conftest import leads_beside


async def a_meeting(office: Office, cast: Cast) -> dict[str, str]:
    """One private talk between two epochs of all together; ids by role."""
    heard, room = office.app[ATTENDANCE], cast.session
    ids = {"gu": cast.mediator_id, "lin": cast.person("applicant"), "chen": cast.person("respondent")}
    gu, lin, chen = ids.values()
    await heard.on_attendance(room, gu, "present", "joint", office.clock())
    for epoch, people, forwarded, received in (
        (0, {"joint": (gu, lin, chen)}, {gu: {lin: 100, chen: 90}, chen: {lin: 101}}, {gu: {lin: (60, 40)}}),
        (1, {"caucus_applicant": (gu, lin), "joint": (chen,)}, {gu: {lin: 56}, lin: {gu: 57}}, {lin: {gu: (57, 12)}}),
    ):
        office.clock.forward(seconds=60)
        await heard.on_counts(room, epoch, people, forwarded, received, office.clock())  # type: ignore[arg-type]
    return ids


async def test_each_epoch_with_its_places_and_both_counts(office: Office, cast: Cast) -> None:
    ids = await a_meeting(office, cast)
    answer = await cast.mediator.get(f"/api/sessions/{cast.session}/isolation")
    assert answer.status == 200, answer.json
    view = answer.json
    assert {one["id"]: one["role"] for one in view["people"]} == {
        ids["gu"]: "mediator", ids["lin"]: "applicant", ids["chen"]: "respondent"
    }  # fmt: skip
    assert all(one["name"] for one in view["people"]) and view["whole"] and not view["apart"]
    together, apart = view["epochs"]
    assert [one["chamber"] for one in together["chambers"]] == ["joint"]
    assert together["ended"] == apart["began"]
    assert {one["chamber"]: set(one["people"]) for one in apart["chambers"]} == {
        "caucus_applicant": {ids["gu"], ids["lin"]}, "joint": {ids["chen"]}
    }  # fmt: skip
    assert sorted(apart["legs"], key=lambda leg: leg["forwarded"]) == [
        {"source": ids["lin"], "receiver": ids["gu"], "forwarded": 56, "sound": None, "pictures": None},
        {"source": ids["gu"], "receiver": ids["lin"], "forwarded": 57, "sound": 57, "pictures": 12},
    ]
    async with office.db.reading() as tx:
        entries = await journal.read(tx, cast.case)
    assert view["head"] == entries[-1].hash and entries[apart["entry"] - 1].kind == "room.counted"


async def test_what_was_received_without_being_forwarded_is_told(office: Office, cast: Cast) -> None:
    """A leak the server does not know of still shows: the receiver counted it."""
    ids = await a_meeting(office, cast)
    people = {"caucus_applicant": (ids["gu"], ids["lin"]), "joint": (ids["chen"],)}
    heard = office.app[ATTENDANCE]
    received = {ids["chen"]: {ids["lin"]: (3, 0)}}
    await heard.on_counts(cast.session, 2, people, {}, received, office.clock())  # type: ignore[arg-type]
    last = (await cast.mediator.get(f"/api/sessions/{cast.session}/isolation")).json["epochs"][-1]
    leak = {"source": ids["lin"], "receiver": ids["chen"], "forwarded": 0, "sound": 3, "pictures": 0}
    assert last["legs"] == [leak]


async def a_killed_talk(office: Office, cast: Cast) -> dict[str, str]:
    """All together, then a private talk in which the process was killed, with somebody at the applicant's device."""
    heard, room = office.app[ATTENDANCE], cast.session
    ids = {"gu": cast.mediator_id, "lin": cast.person("applicant"), "chen": cast.person("respondent")}
    ids["beside"] = "beside"
    gu, lin, chen, beside = ids.values()
    await heard.on_note(room, "opened", "", {}, office.clock())
    for person in (gu, lin, chen):
        await heard.on_attendance(room, person, "present", "joint", office.clock())
    await heard.on_note(room, "at_device", lin, {"beside": (beside,)}, office.clock())
    office.clock.forward(seconds=60)
    await heard.on_counts(room, 0, {"joint": (gu, lin, beside, chen)}, {gu: {lin: 100}}, {}, office.clock())
    await heard.on_move(room, 1, (gu, lin), "caucus_applicant", office.clock())
    return ids


@pytest.mark.parametrize("again", [False, True])
async def test_who_was_there_when_the_process_was_killed_is_named_without_counts(
    office: Office, cast: Cast, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    """Whether the room was opened again or not. Who came later in the same epoch is in it too."""
    ids, heard = await a_killed_talk(office, cast), office.app[ATTENDANCE]
    office.clock.forward(seconds=60)
    await heard.on_attendance(cast.session, "late", "present", "joint", office.clock())
    path = f"/api/sessions/{cast.session}/isolation"
    assert len((await cast.mediator.get(path)).json["epochs"]) == 1, "as long as it goes on it will be counted"
    monkeypatch.setattr(heard, "_seats", {})
    if again:
        office.clock.forward(seconds=60)
        await heard.on_note(cast.session, "opened", "", {}, office.clock())
        await heard.on_attendance(cast.session, ids["gu"], "present", "joint", office.clock())
    counted, killed = (await cast.mediator.get(path)).json["epochs"]
    assert (counted["counted"], killed["counted"], killed["legs"], killed["epoch"]) == (True, False, [], 1)
    assert {one["chamber"]: set(one["people"]) for one in killed["chambers"]} == {
        "caucus_applicant": {ids["gu"], ids["lin"], ids["beside"]}, "joint": {ids["chen"], "late"}
    }  # fmt: skip
    assert killed["began"] == counted["ended"] < killed["ended"]


async def test_after_an_end_or_an_orderly_stop_nothing_is_missing(office: Office, cast: Cast) -> None:
    ids, heard, room = await a_killed_talk(office, cast), office.app[ATTENDANCE], cast.session
    people = {"caucus_applicant": (ids["gu"], ids["lin"]), "joint": (ids["chen"],)}
    await heard.on_counts(room, 1, people, {}, {}, office.clock())  # type: ignore[arg-type]
    await heard.on_note(room, "stopped", "", {}, office.clock())
    await heard.on_note(room, "opened", "", {}, office.clock())
    await heard.on_attendance(room, ids["gu"], "present", "joint", office.clock())
    await heard.on_attendance(room, ids["gu"], "out", None, office.clock())
    await heard.on_counts(room, 0, {"joint": (ids["gu"],)}, {}, {}, office.clock())
    await heard.on_note(room, "opened", "", {}, office.clock())
    epochs = (await cast.mediator.get(f"/api/sessions/{room}/isolation")).json["epochs"]
    assert [one["counted"] for one in epochs] == [True, True, True]


async def test_a_journal_that_was_touched_is_not_whole(office: Office, cast: Cast) -> None:
    await a_meeting(office, cast)
    async with office.db.transaction() as tx:
        entries = await journal.read(tx, cast.case)
        [*_, last] = [one for one in entries if one.kind == "room.counted"]
        body = json.loads(last.body or "")
        body["forwarded"] = {}
        where = (journal.bodies.c.case_id == cast.case) & (journal.bodies.c.seq == last.seq)
        await tx.execute(journal.bodies.update().where(where).values(body=json.dumps(body)))
    assert not (await cast.mediator.get(f"/api/sessions/{cast.session}/isolation")).json["whole"]


async def test_a_long_journal_is_read_and_verified_beside_the_meetings(
    office: Office, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every entry is hashed: whoever is in a room would wait for it."""
    await a_meeting(office, cast)
    threads: list[int] = []

    def watched(entries: list[journal.Entry]) -> list[str]:
        threads.append(threading.get_ident())
        return verify(entries)

    verify = journal.verify
    monkeypatch.setattr(journal, "verify", watched)
    assert (await cast.mediator.get(f"/api/sessions/{cast.session}/isolation")).json["whole"]
    assert threads and threading.get_ident() not in threads


async def test_only_who_leads_sees_it(office: Office, cast: Cast) -> None:
    path = f"/api/sessions/{cast.session}/isolation"
    for role in ("applicant", "respondent"):
        assert (await (await cast.ready(role)).get(path)).status == 403
    assert (await (await office.cast()).mediator.get(path)).status == 404
    assert (await (await leads_beside(cast, await office.cast())).get(path)).status == 200
    assert (await (await office.browser()).get(path)).status == 401


async def test_where_some_must_not_meet_the_page_begins_without_names(office: Office, cast: Cast) -> None:
    await a_meeting(office, cast)
    async with office.db.transaction() as tx:
        session = await store.load(tx, cast.session)
        lin, chen = cast.person("applicant"), cast.person("respondent")
        pair = casting.pair(lin, chen)  # type: ignore[arg-type]
        await store.set_pairs(tx, session.case_id, {pair}, cast.mediator_id, office.clock())
    assert (await cast.mediator.get(f"/api/sessions/{cast.session}/isolation")).json["apart"]
