"""HTTP doors of suggestions: the tree of kinds, and what a text is probably about. The text is kept nowhere."""

import asyncio
from typing import Annotated

import msgspec

from server.law.disputes import DISPUTES
from server.law.sources import spelled
from server.suggesting.model import Proposed, Reason
from server.suggesting.rules import suggest
from server.web.call import Body, Call, View, staff
from server.web.limits import Rate
from server.web.rights import right
from server.web.routes import Routes

routes = Routes("suggesting")
ASKED = Rate("suggestion", 120, 60)


class KindView(View):
    """One kind of dispute. `paper`: its agreements are signed by hand."""

    code: str
    name: str
    en: str
    parent: str
    paper: bool


class KindsView(View):
    """All kinds, a parent before its children."""

    kinds: list[KindView]


class TextIn(Body):
    """What was told, as typed."""

    text: Annotated[str, msgspec.Meta(max_length=4000)]


class ReasonView(View):
    """Why: a code, words of the text, the article in words."""

    code: str
    found: list[str]
    article: str


class ProposedView(View):
    """One value, "" for no suggestion, and its reasons."""

    value: str
    reasons: list[ReasonView]


class SuggestionView(View):
    """What a person may take, change or leave; nothing is decided by it."""

    category: ProposedView
    complexity: ProposedView
    route: ProposedView
    others: list[str]
    danger: list[ReasonView]
    notes: list[ReasonView]


@routes.route("GET", "/api/kinds", response=KindsView, permit=staff)
async def kinds(call: Call[None]) -> KindsView:
    """The taxonomy of disputes."""
    return KindsView(
        [KindView(one.code, one.name, one.en, one.parent, one.excluded is not None) for one in DISPUTES.values()]
    )


@routes.route(
    "POST", "/api/suggestions", request=TextIn, response=SuggestionView, permit=right("matters.file"), rate=ASKED
)
async def suggestion(call: Call[TextIn]) -> SuggestionView:
    """Suggested kind, complexity and route of a text with their reasons, and signs of danger in it."""
    made = await asyncio.to_thread(suggest, call.body.text)
    return SuggestionView(
        _proposed(made.category), _proposed(made.complexity), _proposed(made.route), [*made.others],
        [_reason(one) for one in made.danger], [_reason(one) for one in made.notes],
    )  # fmt: skip


def _proposed(one: Proposed) -> ProposedView:
    return ProposedView(one.value, [_reason(each) for each in one.reasons])


def _reason(one: Reason) -> ReasonView:
    return ReasonView(one.code, [*one.found], spelled(one.article))
