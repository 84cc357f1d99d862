"""Private notes: their author's, saved as typed, sealed at rest."""

import sqlalchemy as sa

from server.table.store import notes
from tests.conftest import Office
from tests.server.table.conftest import Table


def content(text: str, **more: object) -> dict[str, object]:
    return {"content": {"text": text, **more}}


async def test_a_note_is_saved_as_typed_and_says_when_somebody_was_faster(office: Office, table: Table) -> None:
    made = (await table.send("mediator", "notes", content("林愿意付6000"))).json
    assert (made["version"], made["author"], made["shared"]) == (1, table.cast.mediator_id, False)
    path = f"{table.case}/notes/{made['id']}"
    mediator = table.seats["mediator"]
    body = {"version": 1, **content("林愿意付6000，可以告诉对方", may_be_told=True, about=table.party("applicant"))}
    assert (await mediator.put(path, body)).json["version"] == 2
    assert (await mediator.put(path, body)).json["version"] == 2, "sent twice, saved once"
    late = await mediator.put(path, {"version": 1, **content("older page")})
    assert (late.code, late.data) == ("stale", {"version": 2})
    (note,) = await table.get("mediator", "notes")
    assert note["content"] == body["content"]
    async with office.db.reading() as tx:
        (sealed,) = await tx.scalars(sa.select(notes.c.sealed))
    assert b"6000" not in sealed


async def test_a_note_is_its_authors_and_a_shared_one_can_be_read_not_written(table: Table) -> None:
    own = (await table.send("mediator", "notes", content("只有我看"))).json
    shared = (await table.send("mediator", "notes", content("一起看") | {"shared": True})).json
    assert [one["id"] for one in await table.get("co", "notes")] == [shared["id"]]
    co = table.seats["co"]
    hidden = await co.put(f"{table.case}/notes/{own['id']}", {"version": 1, **content("x")})
    missing = await co.put(f"{table.case}/notes/not_nothing", {"version": 1, **content("x")})
    assert (hidden.status, hidden.code, hidden.json["error"]["detail"]) == (
        missing.status, missing.code, missing.json["error"]["detail"],
    ) == (404, "not_found", "note")  # fmt: skip
    assert (await co.put(f"{table.case}/notes/{shared['id']}", {"version": 1, **content("x")})).status == 403
    assert (await co.send("DELETE", f"{table.case}/notes/{shared['id']}")).status == 403
    back = {"version": 1, **content("一起看"), "shared": False}
    assert (await table.seats["mediator"].put(f"{table.case}/notes/{shared['id']}", back)).status == 200
    assert await table.get("co", "notes") == []


async def test_nobody_else_comes_near_the_notes(office: Office, table: Table) -> None:
    note = (await table.send("mediator", "notes", content("秘密"))).json
    stranger = (await office.cast()).mediator
    for browser, status in (
        (table.seats["applicant"], 403), (table.seats["respondent"], 403), (stranger, 404),
        (await office.browser(), 401),
    ):  # fmt: skip
        for method, path, body in (
            ("GET", "notes", None), ("POST", "notes", content("x")),
            ("PUT", f"notes/{note['id']}", {"version": 1, **content("x")}), ("DELETE", f"notes/{note['id']}", None),
        ):  # fmt: skip
            answer = await browser.send(method, f"{table.case}/{path}", body)
            assert answer.status == status, (method, path, answer.json)
            assert "秘密" not in answer.body.decode()


async def test_an_erased_note_is_gone(office: Office, table: Table) -> None:
    note = (await table.send("mediator", "notes", content("记一下"))).json
    answer = await table.seats["mediator"].send("DELETE", f"{table.case}/notes/{note['id']}")
    assert (answer.status, answer.json["notes"]) == (200, [])
    async with office.db.reading() as tx:
        assert await tx.scalars(sa.select(notes.c.id)) == []


async def test_what_a_note_is_about_is_a_party_of_the_case(table: Table) -> None:
    answer = await table.send("mediator", "notes", content("x", about="pty_other"))
    assert answer.json["error"]["fields"] == {"content.about": "value"}
