"""HTTP doors of the mediators' private notes. They are their author's; nobody else learns that there are any."""

from datetime import datetime
from typing import Any

from server.cases import rules as case_rules
from server.cases.model import Case
from server.errors import Invalid, NotFound, NotPermitted, Stale
from server.ids import new
from server.store.db import Tx
from server.table import rules, store
from server.table.model import Note, NoteText
from server.table.place import announce, case_at
from server.web import keys
from server.web.call import Body, Call, View, staff
from server.web.routes import Routes

routes = Routes("table")
NOTE_LIMIT = 128 * 1024
MOST = 500
"""Notes of one author in one case."""


class NoteIn(Body):
    """A note as typed."""

    content: NoteText
    shared: bool = False


class NoteChange(Body):
    """`version` is the one it was made from."""

    version: int
    content: NoteText
    shared: bool = False


class NoteView(View):
    """One note; only its author changes it."""

    id: str
    author: str
    version: int
    shared: bool
    content: NoteText
    at: datetime


class NotesView(View):
    """One's own, and those shared with one."""

    notes: list[NoteView]


@routes.route("GET", "/api/cases/{id}/notes", response=NotesView, permit=staff, errors=(NotFound, NotPermitted))
async def show(call: Call[None]) -> NotesView:
    """What the caller may read, oldest change first."""
    async with call.db.reading() as tx:
        case = await _hosted(tx, call)
        found = await store.notes_of(tx, call.request.app[keys.VAULT], case.id)
    return NotesView([_view(one) for one in found if rules.sees_note(one, call.caller.id, case)])


@routes.route(
    "POST", "/api/cases/{id}/notes", request=NoteIn, response=NoteView, permit=staff, limit=NOTE_LIMIT,
    errors=(NotFound, NotPermitted, Invalid),
)  # fmt: skip
async def write(call: Call[NoteIn]) -> NoteView:
    """A new note."""
    body, vault = call.body, call.request.app[keys.VAULT]
    async with call.db.transaction() as tx:
        case = await _hosted(tx, call)
        _fits(body.content, case)
        if await store.count(tx, store.notes, case.id, call.caller.id) >= MOST:
            raise Invalid({"notes": "too_long"})
        note = Note(new("not"), case.id, call.caller.id, 1, body.shared, body.content, call.now())
        await store.put_note(tx, vault, note)
    await _tell(call, case, note, was_shared=False)
    return _view(note)


@routes.route(
    "PUT", "/api/cases/{id}/notes/{note}", request=NoteChange, response=NoteView, permit=staff, limit=NOTE_LIMIT,
    errors=(NotFound, NotPermitted, Invalid, Stale),
)  # fmt: skip
async def rewrite(call: Call[NoteChange]) -> NoteView:
    """Save what was typed. The same content again, after an answer that was lost, is no error."""
    body, vault = call.body, call.request.app[keys.VAULT]
    async with call.db.transaction() as tx:
        case = await _hosted(tx, call)
        before = await _own(tx, call, case)
        if (before.content, before.shared) == (body.content, body.shared):
            return _view(before)
        if before.version != body.version:
            raise Stale(before.version)
        _fits(body.content, case)
        note = Note(
            before.id, case.id, before.author, before.version + 1, body.shared, body.content, call.now()
        )  # fmt: skip
        await store.put_note(tx, vault, note)
    await _tell(call, case, note, was_shared=before.shared)
    return _view(note)


@routes.route(
    "DELETE", "/api/cases/{id}/notes/{note}", response=NotesView, permit=staff, errors=(NotFound, NotPermitted)
)
async def erase(call: Call[None]) -> NotesView:
    """Erase one's own note."""
    vault = call.request.app[keys.VAULT]
    async with call.db.transaction() as tx:
        case = await _hosted(tx, call)
        note = await _own(tx, call, case)
        await store.drop_note(tx, note)
        left = await store.notes_of(tx, vault, case.id)
    await _tell(call, case, note, was_shared=note.shared)
    return NotesView([_view(one) for one in left if rules.sees_note(one, call.caller.id, case)])


async def _hosted(tx: Tx, call: Call[Any]) -> Case:
    case = await case_at(tx, call)
    case_rules.may_host(case, call.caller)
    return case


async def _own(tx: Tx, call: Call[Any], case: Case) -> Note:
    """The note of the path, if the caller wrote it; a shared one can be read only, another does not exist."""
    note = await store.note(tx, call.request.app[keys.VAULT], case.id, call.path("note"))
    if not rules.sees_note(note, call.caller.id, case):
        raise NotFound("note")
    if note.author != call.caller.id:
        raise NotPermitted("author of the note")
    return note


def _fits(content: NoteText, case: Case) -> None:
    if content.about and content.about not in {party.id for party in case.parties}:
        raise Invalid({"content.about": "value"})


async def _tell(call: Call[Any], case: Case, note: Note, *, was_shared: bool) -> None:
    people = case.hosts if note.shared or was_shared else {note.author}
    await announce(call.request.app, case.id, "notes", people)


def _view(note: Note) -> NoteView:
    return NoteView(note.id, note.author, note.version, note.shared, note.content, note.at)
