"""HTTP doors of the supervision board: its pages, its figures, its export; and of what waits for a member of staff."""

import csv
import io
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from server.errors import Invalid
from server.law.dates import legal_day
from server.law.disputes import DISPUTES
from server.law.terms import Terms
from server.limits import listing
from server.limits.clock import Light
from server.limits.listing import PAGE, Filter, RowView
from server.limits.routes import own_of
from server.limits.rules import ENDED
from server.limits.store import lamps, urgings, warnings
from server.matters.store import matters
from server.people import organisations
from server.people.model import Organisation
from server.store.db import Tx
from server.web.call import Call, Reply, View
from server.web.rights import right
from server.web.routes import Routes

routes = Routes("limits")
ASKED = ("light", "organisation", "kind", "figure", "month", "page")
MOST = 5000
"""Rows of one export."""
MONTHS = 6
NOTICES = 30
HEADINGS = (
    "灯", "受理号", "标题", "单位", "经办", "纠纷类型", "复杂程度", "阶段", "到期", "剩余日", "等谁",
    "最近一次督办", "督办已答复",
)  # fmt: skip
LIGHTS = {"red": "超期", "yellow": "快到期", "green": "正常", "suspended": "中止", "": "已结束"}
STAGES = {
    "answer": "答复", "routing": "分流", "assigning": "指派", "appointment": "待调解员答复", "mediation": "调解",
}  # fmt: skip
COMPLEXITIES = {"simple": "简易", "complex": "复杂"}


class Choice(View):
    """Something to filter by."""

    id: str
    name: str


class BoardView(View):
    """One page of the board. `counts` by light of what is under way."""

    at: datetime
    counts: dict[str, int]
    rows: list[RowView]
    total: int
    page: int
    pages: int
    organisations: list[Choice]
    kinds: list[Choice]
    reasons: list[Choice]


class MonthView(View):
    """Figures of a month: received, and of those mediated to an end: settled, failed, on time."""

    month: str
    received: int
    closed: int
    settled: int
    on_time: int


class FiguresView(View):
    """The newest month last."""

    months: list[MonthView]


class NoticeView(View):
    """A warning that still stands. `audience`: handler, leader, desk."""

    id: str
    number: str
    title: str
    light: str
    stage: str
    audience: str
    due: date | None
    at: datetime


class MineView(View):
    """What waits for the caller: warnings, questions of the supervision without an answer, a mediator's own matters."""

    notices: list[NoticeView]
    urgings: list[Choice]
    rows: list[RowView]


def filter_of(call: Call[Any], root: Organisation) -> Filter:
    """From the address; raises Invalid."""
    light, figure, month = call.query("light"), call.query("figure"), call.query("month")
    wrong: dict[str, str] = {}
    if light and light not in list(Light):
        wrong["light"] = "value"
    if figure and figure not in listing.FIGURES:
        wrong["figure"] = "value"
    try:
        first = date.fromisoformat(f"{month}-01") if month else legal_day(call.now()).replace(day=1)
    except ValueError:
        wrong["month"] = "format"
    if wrong:
        raise Invalid(wrong)
    chosen = Light(light) if light else None
    return Filter(root, chosen, call.query("organisation"), call.query("kind"), figure, first)


async def root_of(call: Call[Any], tx: Tx) -> Organisation:
    """What the caller supervises; nobody's account without an organisation sees anything: raises Invalid."""
    own = await own_of(tx, call.caller.id)
    if own is None:
        raise Invalid({"organisation": "required"})
    return own


@routes.route(
    "GET", "/api/supervision", response=BoardView, permit=right("matters.supervise"), queries=ASKED, errors=(Invalid,)
)
async def board(call: Call[None]) -> BoardView:
    """A page of the matters below the caller's organisation, the most pressing first."""
    page = call.query("page", "1")
    if not page.isdecimal() or not 1 <= int(page) <= 100_000:
        raise Invalid({"page": "range"})
    first = (int(page) - 1) * PAGE
    async with call.db.reading() as tx:
        root = await root_of(call, tx)
        asked = filter_of(call, root)
        counted = await listing.counts(tx, asked)
        whole = await listing.total(tx, asked)
        rows = await listing.rows(tx, call.settings.calendar, asked, call.now(), first)
        units = [Choice(one.id, one.name) for one in await organisations.tree(tx, root)]
    kinds = [Choice(one.code, one.name) for one in DISPUTES.values()]
    pages = max(1, -(-whole // PAGE))
    return BoardView(call.now(), counted, rows, whole, int(page), pages, units, kinds, reasons(call.settings.terms))


def reasons(terms: Terms) -> list[Choice]:
    """Why a clock may stand."""
    return [Choice(one.code, one.name) for one in terms.stops]


@routes.route(
    "GET", "/api/supervision/export", response=bytes, produces="text/csv", permit=right("matters.supervise"),
    queries=ASKED, errors=(Invalid,),
)  # fmt: skip
async def export(call: Call[None]) -> Reply:
    """The same rows as a table for a spreadsheet (CSV, UTF-8 with a mark), at most 5000."""
    async with call.db.reading() as tx:
        asked = filter_of(call, await root_of(call, tx))
        rows = await listing.rows(tx, call.settings.calendar, asked, call.now(), 0, MOST)
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(HEADINGS)
    for one in rows:
        table.writerow([plain(cell) for cell in cells(one)])
    headers = {"Content-Disposition": f'attachment; filename="supervision-{legal_day(call.now())}.csv"'}
    return Reply(text.getvalue().encode("utf-8-sig"), headers=headers, media_type="text/csv")


def cells(one: RowView) -> list[str]:
    """A line of the export."""
    kind = DISPUTES.get(one.kind)
    last = one.urging
    return [
        LIGHTS[one.light], one.number, one.title, one.organisation, one.handler, kind.name if kind else "",
        COMPLEXITIES.get(one.complexity, ""), STAGES[one.stage] if one.light else "",
        one.due.isoformat() if one.due else "", str(one.left) if one.due else "", one.waits,
        legal_day(last.asked_at).isoformat() if last else "", ("是" if last.answered else "否") if last else "",
    ]  # fmt: skip


def plain(cell: str) -> str:
    """A cell no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not cell[1:].isdecimal() else cell


@routes.route("GET", "/api/supervision/figures", response=FiguresView, permit=right("matters.supervise"))
async def figures(call: Call[None]) -> FiguresView:
    """The figures of the last months, each of which the board lists with `figure` and `month`."""
    month, found = legal_day(call.now()).replace(day=1), list[MonthView]()
    async with call.db.reading() as tx:
        root = await root_of(call, tx)
        for _ in range(MONTHS):
            numbers = [
                await listing.total(tx, Filter(root, figure=figure, month=month))
                for figure in ("received", "closed", "settled", "on_time")
            ]
            found.append(MonthView(month.strftime("%Y-%m"), *numbers))
            month = date.fromordinal(month.toordinal() - 1).replace(day=1)
    return FiguresView(found[::-1])


@routes.route("GET", "/api/clocks", response=MineView, permit=right("matters.see"))
async def mine(call: Call[None]) -> MineView:
    """What waits for the caller: warnings that still stand, the newest first, and urgings without an answer."""
    caller = call.caller
    units = organisations.organisations
    async with call.db.reading() as tx:
        own = await own_of(tx, caller.id)
        below = units.c.path.startswith(own.path, autoescape=True) if own else sa.false()
        here = units.c.id == (own.id if own else "")
        w = warnings.c
        if caller.role == "supervisor":
            whose = sa.or_(sa.and_(w.audience == "leader", here), sa.and_(w.audience == "desk", below, ~here))
        else:
            desk = sa.and_(w.account_id.is_(None), below) if caller.role == "intake" else sa.false()
            whose = sa.and_(w.audience == "handler", sa.or_(w.account_id == caller.id, desk))
        tables = warnings.join(lamps, lamps.c.matter_id == w.matter_id).join(matters, matters.c.id == w.matter_id)
        tables = tables.join(units, units.c.id == w.organisation_id)
        stands = sa.and_(lamps.c.rank < ENDED, lamps.c.light == w.light, lamps.c.round == w.round)
        query = sa.select(
            matters.c.id, matters.c.number, matters.c.title, lamps.c.stage, w.light, w.audience, w.due, w.at
        )
        query = query.select_from(tables).where(whose, stands).order_by(w.at.desc(), w.matter_id).limit(NOTICES)
        notices = [
            NoticeView(
                row.id, row.number, row.title, row.light, row.stage, row.audience,
                date.fromisoformat(row.due) if row.due else None, row.at,
            )
            for row in await tx.execute(query)
        ]  # fmt: skip
        asked = sa.select(matters.c.id, matters.c.title).join(urgings, urgings.c.matter_id == matters.c.id)
        asked = asked.where(urgings.c.to == caller.id, urgings.c.answered_at.is_(None)).distinct()
        urged = [Choice(row.id, row.title) for row in await tx.execute(asked)]
        own_matters = Filter(None, mediator=caller.id)
        rows = await listing.rows(tx, call.settings.calendar, own_matters, call.now())
        return MineView(notices, urged, rows if caller.role == "mediator" else [])
