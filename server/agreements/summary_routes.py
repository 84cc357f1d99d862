"""The HTTP door of the plain-language summary: of the version the caller may see, in their language."""

from collections import Counter
from typing import cast

import msgspec

from server.agreements import store
from server.agreements.composition import worded
from server.agreements.desk import Desk, load_desk
from server.agreements.plain import Language
from server.agreements.summary import Line, Summary, summary
from server.agreements.view import unnamed
from server.errors import Invalid, NotFound
from server.web.call import Call, Caller, View, known
from server.web.routes import Routes

routes = Routes("agreements")


class QuoteView(View):
    """Words of the clause; `term` says what they are."""

    term: str
    words: str


class LineView(View):
    """A sentence, the clause it comes from, and that clause's own words where they say it best."""

    clause: str
    number: int
    text: str
    steps: list[str]
    quotes: list[QuoteView]


class SideView(View):
    """One party's part."""

    party: str
    label: str
    name: str
    do: list[LineView]
    get: list[LineView]
    others: list[LineView]


class SummaryView(View):
    """A help to understand the text, which alone counts."""

    version: int
    mine: str | None
    """The party the caller belongs to, addressed as you; null for staff and witnesses, who read every side."""
    sides: list[SideView]
    dates: list[LineView]
    unless: list[LineView]
    given_up: list[LineView]
    as_written: list[LineView]
    open_points: str | None


@routes.route(
    "GET", "/api/agreements/{id}/summary", response=SummaryView, permit=known, queries=("lang",),
    errors=(NotFound, Invalid),
)  # fmt: skip
async def show(call: Call[None]) -> SummaryView:
    """What the text means for the caller, in everyday words (`lang`: zh-CN or en)."""
    language = call.query("lang", "zh-CN")
    if language not in ("zh-CN", "en"):
        raise Invalid({"lang": "value"})
    async with call.db.reading() as tx:
        desk = await load_desk(tx, call.path("id"), call.caller, call.settings.centre, call.now())
        version = desk.seen_by(call.caller.id)
        terms = await store.terms_of(tx, desk.agreement.id, version.number)
        hidden = await unnamed(tx, desk, call.caller)
    names = _names(desk, hidden)
    mine = _party_of(desk, call.caller)
    sides = [mine] if mine else list(names)
    made = summary(worded(terms, desk.matter), names, sides, cast(Language, language), mine)
    return _view(made, desk, names, mine, version.number, terms.dispute.open_points)


def _names(desk: Desk, hidden: frozenset[str]) -> dict[str, str]:
    """Parties by name; by label too where two have the same, by label alone whom the caller must not meet."""
    parties = desk.matter.parties
    count = Counter(one.name for one in parties)
    return {
        one.id: one.label if one.id in hidden else one.name + (f"（{one.label}）" if count[one.name] > 1 else "")
        for one in parties
    }


def _party_of(desk: Desk, caller: Caller) -> str:
    """The party on whose side a seat is; "" for everybody else."""
    if caller.kind != "seat":
        return ""
    camps = zip(desk.matter.parties, desk.matter.camps(), strict=True)
    return next((party.id for party, camp in camps if caller.id in camp), "")


def _view(
    made: Summary, desk: Desk, names: dict[str, str], mine: str, version: int, open_points: str | None
) -> SummaryView:
    return SummaryView(
        version=version,
        mine=mine or None,
        sides=[
            SideView(
                one.party, desk.matter.label_of(one.party), names[one.party],
                _lines(one.do), _lines(one.get), _lines(one.others),
            )
            for one in made.sides
        ],
        dates=_lines(made.dates),
        unless=_lines(made.unless),
        given_up=_lines(made.given_up),
        as_written=_lines(made.as_written),
        open_points=open_points,
    )  # fmt: skip


def _lines(lines: tuple[Line, ...]) -> list[LineView]:
    return [msgspec.convert(one, LineView, from_attributes=True) for one in lines]
