"""HTTP doors of forms: the list, what is filled in, the printed file. For the staff of a case only."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from aiohttp import web

from documents import FontUnavailable, FormText, MissingGlyphs, lay_out_form
from server.agreements import store as agreements
from server.agreements.composition import worded
from server.agreements.desk import matter_of
from server.agreements.model import State
from server.agreements.outline import OUTLINE
from server.agreements.typed import plain
from server.cases import rules as case_rules
from server.cases import store as cases
from server.cases.model import Case
from server.errors import Invalid, NotFound, Stale, Unavailable
from server.forms import sample, store
from server.forms.errors import FormUnprintable
from server.forms.filling import fill, value_from
from server.forms.model import Template
from server.forms.rules import fault
from server.forms.shelf import SHELF, shelf
from server.forms.sources import Known, Settled, known
from server.forms.wire import Candidate, FieldView, FormRow, FormsView, FormView, ProblemView, ValuesIn
from server.law import dates
from server.law.disputes import profile_for
from server.law.sources import spelled
from server.people import store as people
from server.sessions import store as sessions
from server.sessions.model import SessionState
from server.store.db import Tx
from server.web import keys
from server.web.call import Call, Reply, staff
from server.web.routes import Routes

log = logging.getLogger(__name__)
routes = Routes("forms")
HEARD = frozenset({State.FROZEN, State.SIGNING, State.EFFECTIVE, State.COMPLETE, State.ON_PAPER})
"""An agreement that everybody has heard to the end; a draft may hold what only one side was told."""
HELD = frozenset({SessionState.open, SessionState.paused, SessionState.closed})
LIMIT = 256 * 1024


async def lifetime(app: web.Application) -> AsyncIterator[None]:
    """Cleanup context: the templates are read once. A bad file of the centre stops nothing."""
    found = app[SHELF] = await asyncio.to_thread(shelf, app[keys.SETTINGS].forms)
    app[OUTLINE] = found.outline
    for problem in found.problems:
        log.warning("forms.problem", extra={"problem": str(problem)})
    yield


@routes.route("GET", "/api/forms", response=FormsView, permit=staff)
async def forms(call: Call[None]) -> FormsView:
    """All forms of the volume, which are the centre's own, and what is wrong with its files."""
    found = call.request.app[SHELF]
    problems = [ProblemView(one.file, one.place, one.reason, [*one.allowed]) for one in found.problems]
    rows = [_row(call, one) for one in found.templates]
    return FormsView(rows, problems, call.settings.forms is not None)


@routes.route(
    "GET", "/api/forms/{form}/preview", response=bytes, produces="application/pdf", permit=staff,
    errors=(NotFound, FormUnprintable, Unavailable),
)  # fmt: skip
async def preview(call: Call[None]) -> Reply:
    """A form filled in for an invented case (PDF)."""
    template, centre = _template(call), call.settings.centre
    filled = fill(
        template, sample.sample(centre), sample.typed(template), day=sample.DAY, centre=centre.name, demo=True
    )  # fmt: skip
    return await _printed(call, filled.text)


@routes.route("GET", "/api/cases/{id}/forms", response=FormsView, permit=staff, errors=(NotFound,))
async def of_case(call: Call[None]) -> FormsView:
    """The forms of one case: what is still missing in each, and when somebody last typed into it."""
    found = call.request.app[SHELF]
    async with call.db.reading() as tx:
        case = await _case(call, tx)
        about = await _known(call, tx, case)
        typed = await store.of_case(tx, case.id)
    profile, rows = profile_for(case.kind), []
    for template in found.templates:
        if template.profiles and profile not in template.profiles:
            continue
        kept = typed.get(template.id, store.Typed())
        filled = fill(
            template, about, kept.values, day=dates.legal_day(call.now()), centre=call.settings.centre.name, demo=False
        )
        rows.append(_row(call, template, len(filled.missing), kept.saved_at))
    problems = [ProblemView(one.file, one.place, one.reason, [*one.allowed]) for one in found.problems]
    return FormsView(rows, problems, call.settings.forms is not None)


@routes.route("GET", "/api/cases/{id}/forms/{form}/values", response=FormView, permit=staff, errors=(NotFound,))
async def values(call: Call[None]) -> FormView:
    """The fields of a form: what the case says, what was typed, what is missing."""
    template = _template(call)
    async with call.db.reading() as tx:
        case = await _case(call, tx)
        return await _view(call, tx, template, case, await store.load(tx, case.id, template.id))


@routes.route(
    "PUT", "/api/cases/{id}/forms/{form}/values", request=ValuesIn, response=FormView, permit=staff, limit=LIMIT,
    errors=(NotFound, Stale, Invalid),
)  # fmt: skip
async def save(call: Call[ValuesIn]) -> FormView:
    """Keep what was typed into a form of the case."""
    template = _template(call)
    async with call.db.transaction() as tx:
        case = await _case(call, tx)
        said = call.body.values.items()
        typed = {name: _plain(name, value) if value.strip() else "" for name, value in said}
        if faults := _faults(template, await _known(call, tx, case), typed):
            raise Invalid(faults)
        kept = await store.save(tx, case.id, template.id, call.body.version, typed, call.caller.id, call.now())
        return await _view(call, tx, template, case, kept)


@routes.route(
    "GET", "/api/cases/{id}/forms/{form}", response=bytes, produces="application/pdf", permit=staff,
    errors=(NotFound, FormUnprintable, Unavailable),
)  # fmt: skip
async def printed(call: Call[None]) -> Reply:
    """The form of a case (PDF/A-3 with what was filled in attached), to be printed and signed by hand."""
    template = _template(call)
    async with call.db.reading() as tx:
        case = await _case(call, tx)
        about = await _known(call, tx, case)
        typed = await store.load(tx, case.id, template.id)
    settings = call.settings
    filled = fill(
        template, about, typed.values, day=dates.legal_day(call.now()), centre=settings.centre.name,
        demo=settings.demo or case.rehearsal,
    )  # fmt: skip
    return await _printed(call, filled.text)


def _template(call: Call[Any]) -> Template:
    """The form named; the agreement is no form, its text comes from the draft."""
    template = call.request.app[SHELF].template(call.path("form"))
    if template is None or template.sections:
        raise NotFound("form")
    return template


async def _case(call: Call[Any], tx: Tx) -> Case:
    case = await cases.load(tx, call.path("id"))
    case_rules.may_see(case, call.caller)
    return case


async def _known(call: Call[Any], tx: Tx, case: Case) -> Known:
    mediator = await people.account(tx, case.mediator_id)
    recorder = (await people.account(tx, case.recorder_id)).name if case.recorder_id else ""
    held = [one.starts_at for one in await sessions.of_case(tx, case.id) if one.state in HELD and not one.application]
    settled = await _settled(call, tx, case)
    return known(case, mediator.name, recorder, held, settled, call.settings.centre, dates.legal_day(call.now()))


async def _settled(call: Call[Any], tx: Tx, case: Case) -> Settled:
    """The newest agreement that everybody has heard."""
    heard = [one for one in await agreements.all_of_case(tx, case.id) if one.state in HEARD]
    if not heard:
        return Settled()
    agreement = heard[-1]
    versions = await agreements.versions_of(tx, agreement.id)
    terms = await agreements.terms_of(tx, agreement.id, versions[-1].number)
    matter = await matter_of(tx, case, call.settings.centre, call.now())
    effective = dates.legal_day(agreement.effective_at) if agreement.effective_at else None
    clauses = tuple(one.text for one in worded(terms, matter))
    return Settled(agreement.number or "", effective, clauses, terms.minutes.paragraphs)


def _plain(name: str, value: str) -> str:
    """Line by line as in a draft; blanks stay as typed."""
    return "\n".join(plain(line, f"values.{name}") for line in value.replace("\r\n", "\n").split("\n"))


def _faults(template: Template, about: Known, typed: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for name, value in typed.items():
        field = template.field(name)
        candidates = [one.id for one in about.people.get(field.people, ())] if field else []
        reason = fault(field, value, candidates) if field else "unknown"
        if reason:
            found[f"values.{name}"] = reason
    return found


async def _view(call: Call[Any], tx: Tx, template: Template, case: Case, kept: store.Typed) -> FormView:
    about = await _known(call, tx, case)
    filled = fill(
        template, about, kept.values, day=dates.legal_day(call.now()), centre=call.settings.centre.name, demo=False
    )
    fields = [
        FieldView(
            field.id, field.label, field.kind, field.required, field.fixed, field.several, [*field.options],
            [Candidate(one.id, one["name"], one["label"]) for one in about.people.get(field.people, ())],
            value_from(template, field, about, kept.values), kept.values.get(field.id),
        )
        for field in template.fields
        if field.kind != "sign"
    ]  # fmt: skip
    by = (await people.account(tx, kept.saved_by)).name if kept.saved_by else ""
    return FormView(
        template.id, template.title, filled.text.number, template.need, spelled(template.follows), fields,
        [*filled.missing], kept.version, by, kept.saved_at,
    )  # fmt: skip


def _row(call: Call[Any], template: Template, missing: int = 0, saved_at: datetime | None = None) -> FormRow:
    return FormRow(
        template.id, template.title, template.order, template.need, template.id in call.request.app[SHELF].own,
        spelled(template.follows), "draft" if template.sections else "case", missing, saved_at,
    )  # fmt: skip


async def _printed(call: Call[Any], text: FormText) -> Reply:
    try:
        pdf, _ = await asyncio.to_thread(lay_out_form, text, call.request.app[keys.FONTS])
    except MissingGlyphs as error:
        raise FormUnprintable(error) from error
    except FontUnavailable as error:
        raise Unavailable(error.code) from error
    name = quote(f"{text.title}.pdf")
    headers = {"Content-Disposition": f"inline; filename=\"{text.form}.pdf\"; filename*=UTF-8''{name}"}
    return Reply(pdf, headers=headers, media_type="application/pdf")
