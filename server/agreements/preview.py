"""A look at the pages before they are: what the caller may see of a draft, printed and marked, never stored."""

import asyncio

from aiohttp import web

from documents import DocumentError, DocumentText, FontUnavailable, MissingGlyphs, lay_out_draft
from server.agreements import store
from server.agreements.ceremony.further import FURTHER
from server.agreements.desk import Desk, load_desk
from server.agreements.document import Frame, agreement_text, minutes_text, paper_text
from server.agreements.errors import CannotPrint, FurtherLacking
from server.agreements.model import Terms
from server.agreements.outline import OUTLINE, Outline
from server.errors import NotFound, Unavailable
from server.law import dates
from server.law.disputes import esign_excluded
from server.sessions import store as sessions
from server.store.db import Tx
from server.web import keys
from server.web.call import Call, Reply, staff
from server.web.limits import Rate
from server.web.routes import Routes

routes = Routes("agreements")
PREVIEWS = Rate("agreement.preview", 20, 60)
NUMBER = "草稿，没有编号，不能签署"
"""In the place of the number, at the foot of every page."""
FILES = ("agreement", "minutes")


@routes.route(
    "GET", "/api/agreements/{id}/preview/{file}", response=bytes, produces="application/pdf", permit=staff,
    rate=PREVIEWS, errors=(NotFound, CannotPrint, Unavailable),
)  # fmt: skip
async def preview(call: Call[None]) -> Reply:
    """The `agreement` or the `minutes` as they would print now: every page marked, no field, no number, not kept."""
    file = call.path("file")
    if file not in FILES:
        raise NotFound("file")
    app, settings, now = call.request.app, call.settings, call.now().replace(microsecond=0)
    async with call.db.reading() as tx:
        desk = await load_desk(tx, call.path("id"), call.caller, settings.centre, now)
        terms = await store.terms_of(tx, desk.agreement.id, desk.seen_by(call.caller.id).number)
        held = await sessions.of_case(tx, desk.case.id)
        further = await _further(app, tx, desk)
    when = (held[-1].starts_at if held else now).astimezone(dates.ZONE)
    issuer = app[keys.ISSUER]
    frame = Frame(
        NUMBER, f"{settings.http.origin}/verify", settings.demo, "", now,
        f"{dates.written(when.date())} {when:%H:%M}", issuer.kind, issuer.name, further,
    )  # fmt: skip
    text = _text(file, terms, desk, frame, app[OUTLINE])
    try:
        pdf = await asyncio.to_thread(lay_out_draft, text, app[keys.FONTS])
    except MissingGlyphs as error:
        raise CannotPrint(error) from error
    except (FontUnavailable, DocumentError) as error:
        raise Unavailable(error.code) from error
    return Reply(pdf, media_type="application/pdf", headers={"Cache-Control": "no-store"})


async def _further(app: web.Application, tx: Tx, desk: Desk) -> bool:
    """Whether papers for a court are signed with it, complete or not."""
    try:
        return await app[FURTHER](app, tx, desk) is not None
    except FurtherLacking:
        return True


def _text(file: str, terms: Terms, desk: Desk, frame: Frame, outline: Outline) -> DocumentText:
    """As `ceremony.opening` prints it; where only ink will do, as `by_hand`."""
    if file == "minutes":
        return minutes_text(terms, desk.matter, desk.profile, frame)
    made = paper_text if esign_excluded(desk.matter.kind) else agreement_text
    return made(terms, desk.matter, desk.profile, frame, outline)
