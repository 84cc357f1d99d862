"""HTTP doors of recordings: what there is, seeing one, asking for it, letting somebody see, asking for its end. Every
viewing stands in the journal before anything of it is sent."""

import asyncio
import os
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, cast

from aiohttp import web

from server.cases import rules as case_rules
from server.cases import store as cases
from server.cases.model import Case
from server.errors import AppError, NotFound, NotPermitted, Unavailable
from server.recordings import films, rules, store
from server.recordings.films import MAKING
from server.recordings.lifetime import SHELF
from server.recordings.model import (
    FilmView,
    Recorded,
    Recording,
    RecordingClosed,
    RecordingDamaged,
    RecordingDestroyed,
    RecordingList,
    RecordingState,
    RecordingUnderWay,
    RecordingView,
    ViewingView,
)
from server.recordings.viewings import VIEWINGS, Film, send
from server.sessions import seat_routes
from server.sessions import store as sessions
from server.sessions.naming import names_of
from server.store import logins
from server.store.db import Tx
from server.web import keys, push
from server.web.call import Body, Call, Caller, anyone, known, mediator
from server.web.limits import Rate
from server.web.routes import Routes
from signaling.media.recording import Exported

routes = Routes("recordings")
VIEW = Rate("recordings.view", 30, 60)


class Viewing(Body):
    """Whose films to open; empty: everybody's."""

    person: str = ""


class Decision(Body):
    """Whether a person may see it."""

    person: str
    may_view: bool


class Wish(Body):
    """Whether the caller wants it destroyed; can be taken back until everybody does."""

    destroy: bool


async def loaded(tx: Tx, call: Call[object]) -> tuple[Recording, Case]:
    """The recording of the path and its case, if the caller may know of it; raises NotFound."""
    recording = await store.load(tx, call.path("id"))
    case = await cases.load(tx, recording.case_id)
    rules.may_know(case, recording, call.caller)
    return recording, case


def own(recording: Recording, call: Call[object]) -> Recorded:
    """The caller's own place in it; raises NotPermitted."""
    if (one := recording.person(call.caller.id)) is None:
        raise NotPermitted("not in this recording")
    return one


@routes.route("GET", "/api/cases/{id}/recordings", response=RecordingList, permit=known, errors=(NotFound,))
async def of_case(call: Call[None]) -> RecordingList:
    """Those of the case the caller may know of."""
    async with call.db.reading() as tx:
        case = await cases.load(tx, call.path("id"))
        case_rules.may_see(case, call.caller)
        views = []
        for one in await store.of_case(tx, case.id):
            try:
                rules.may_know(case, one, call.caller)
            except NotFound:
                continue
            views.append(await view_of(tx, case, one, call))
    return RecordingList(views)


async def view_of(tx: Tx, case: Case, recording: Recording, call: Call[Any]) -> RecordingView:
    """As the caller may know it, with the names of who is in it for who may read them."""
    ids = [one.person for one in recording.people] if rules.leads(case, call.caller) else []
    return rules.view(case, recording, call.caller, call.now(), await names_of(tx, case, ids))


@routes.route(
    "POST", "/api/recordings/{id}/viewings", request=Viewing, response=ViewingView, permit=known, rate=VIEW,
    errors=(NotFound, RecordingUnderWay, RecordingDestroyed, RecordingClosed, RecordingDamaged, Unavailable),
)  # fmt: skip
async def viewing(call: Call[Viewing]) -> ViewingView:
    """Open films for the caller alone, for two hours at most. In the journal: who, when, of whom. Making them takes a
    while, so whether they may be seen is asked again when they are there."""
    now, caller, wanted = call.now(), call.caller, call.body.person
    async with call.db.transaction() as tx:
        recording, case, people = await viewable(tx, call.path("id"), caller, now, wanted)
        names = await names_of(tx, case, [one.person for one in recording.people])
        await store.note(tx, recording, "viewed", caller.id, {"person": wanted}, now)
    call.request.app[VIEWINGS].tidy(now)
    until = rules.open_until(case, recording, caller, now)
    try:
        opened = await open_films(call, recording, people, until)
    finally:
        people = await still_viewable(call, recording.id, caller, wanted)
    seat = f"?seat={caller.slug}" if caller.kind == "seat" else ""
    shown = [
        FilmView(
            f"/api/recordings/films/{name}{seat}", one.person, names.get(one.person, ""),
            cast(Literal["camera", "screen"], one.what), one.begins, one.ends,
        )
        for name, one in opened
        if people is None or one.person in people
    ]  # fmt: skip
    return ViewingView(until, shown)


async def viewable(
    tx: Tx, name: str, caller: Caller, now: datetime, person: str
) -> tuple[Recording, Case, frozenset[str] | None]:
    """The recording of that name, its case, and whose films the caller may see now, of `person` alone unless that is
    empty; raises as `may_view`."""
    recording = await store.load(tx, name)
    case = await cases.load(tx, recording.case_id)
    rules.may_view(case, recording, caller, now)
    limits = await sessions.limits_of(tx, case.id)
    return recording, case, rules.shown_to(case, limits.pairs, recording, caller, person)


async def still_viewable(call: Call[Any], name: str, caller: Caller, person: str) -> frozenset[str] | None:
    """As `viewable`, of films that are open. Raises after they are withdrawn from who may not see them any more; who
    forbids it later finds them open, and withdraws them."""
    try:
        async with call.db.reading() as tx:
            _, _, people = await viewable(tx, name, caller, call.now(), person)
    except AppError:
        call.request.app[VIEWINGS].withdraw(name, caller.id)
        raise
    return people


async def open_films(
    call: Call[Viewing], recording: Recording, people: frozenset[str] | None, until: datetime
) -> list[tuple[str, Exported]]:
    """Made and opened, by the names they are had by. Raises RecordingDamaged, Unavailable."""
    app, viewer = call.request.app, call.caller
    try:
        async with app[MAKING]:
            with tempfile.TemporaryDirectory(dir=app[keys.SETTINGS].films) as made_in:
                directory = Path(made_in)
                made = await films.made(app[SHELF], recording, directory, people)
                viewings = app[VIEWINGS]
                return [
                    (viewings.open(directory / one.file, recording.id, one.person, viewer, until), one) for one in made
                ]
    except OSError as error:
        raise Unavailable(os.strerror(error.errno or 0)) from None


@routes.route(
    "GET", "/api/recordings/films/{name}", response=bytes, produces="video/webm", permit=anyone, queries=("seat",),
    errors=(NotFound,),
)  # fmt: skip
async def film(call: Call[None]) -> web.StreamResponse:
    """One opened film for the login that opened it, also in ranges (RFC 9110 14): a player jumps about in it, and
    cannot say by a header which seat it plays for. Whether it may still be seen is asked all the while."""
    slug = call.query("seat")
    caller = await seat_routes.identify(call.request, slug) if slug else call.caller
    return await send(call.request, await open_to(call, caller), lambda: open_to(call, caller))


async def open_to(call: Call[None], caller: Caller) -> Film:
    """The film of the path, while the caller is logged in and may see it; else NotFound."""
    film = call.request.app[VIEWINGS].film(call.path("name"), caller.login, call.now())
    try:
        async with call.db.reading() as tx:
            if not await logins.exists(tx, caller.login):
                raise NotFound("viewing")
        people = await still_viewable(call, film.recording, caller, film.person)
    except AppError:
        raise NotFound("viewing") from None
    if people is not None and film.person not in people:
        raise NotFound("viewing")
    return film


@routes.route("POST", "/api/recordings/{id}/requests", response=RecordingView, permit=known, errors=(NotFound,))
async def ask(call: Call[None]) -> RecordingView:
    """Ask the mediator to be let in. Asking again answers with the present state."""
    async with call.db.transaction() as tx:
        recording, case = await loaded(tx, call)
        one = own(recording, call)
        if one.asked_at is None:
            await store.save_person(tx, replace(one, asked_at=call.now(), refused_at=None))
            await store.note(tx, recording, "asked", call.caller.id, {}, call.now())
        recording = await store.load(tx, recording.id)
        view = await view_of(tx, case, recording, call)
    await push.changed(call.request.app, recording.session_id, "recordings", {case.mediator_id or ""})
    return view


@routes.route(
    "POST", "/api/recordings/{id}/decisions", request=Decision, response=RecordingView, permit=mediator,
    errors=(NotFound, NotPermitted),
)  # fmt: skip
async def decide(call: Call[Decision]) -> RecordingView:
    """Let somebody who is in it see it for a week, or no longer."""
    now, may = call.now(), call.body.may_view
    async with call.db.transaction() as tx:
        recording, case = await loaded(tx, call)
        case_rules.may_lead(case, call.caller)
        if (one := recording.person(call.body.person)) is None:
            raise NotFound("person")
        until = now + rules.OPEN_FOR if may else None
        await store.save_person(tx, replace(one, asked_at=None, refused_at=None if may else now, open_until=until))
        what = "opened" if may else "closed"
        await store.note(tx, recording, what, call.caller.id, {"person": one.person}, now)
        recording = await store.load(tx, recording.id)
        view = await view_of(tx, case, recording, call)
    if not may:
        call.request.app[VIEWINGS].withdraw(recording.id, one.person)
    await push.changed(call.request.app, recording.session_id, "recordings", {one.person})
    return view


@routes.route(
    "POST", "/api/recordings/{id}/deletion", request=Wish, response=RecordingView, permit=known,
    errors=(NotFound, NotPermitted, RecordingUnderWay),
)  # fmt: skip
async def deletion(call: Call[Wish]) -> RecordingView:
    """Want it destroyed, or no longer. When everybody who is in it wants that, key and file are destroyed at once."""
    now = call.now()
    async with call.db.transaction() as tx:
        recording, case = await loaded(tx, call)
        one = own(recording, call)
        if recording.state is RecordingState.on:
            raise RecordingUnderWay
        if recording.state is RecordingState.ended and (one.delete_at is not None) != call.body.destroy:
            await store.save_person(tx, replace(one, delete_at=now if call.body.destroy else None))
            what = "deletion_asked" if call.body.destroy else "deletion_withdrawn"
            await store.note(tx, recording, what, call.caller.id, {}, now)
            recording = await store.load(tx, recording.id)
            if rules.all_ask(recording):
                recording = await store.destroy(tx, recording, "all_asked", now)
        view = await view_of(tx, case, recording, call)
    if recording.state is RecordingState.destroyed:
        call.request.app[VIEWINGS].withdraw(recording.id)
        await asyncio.to_thread(call.request.app[SHELF].remove, recording.id)
        await call.db.forget()
    return view
