"""The shapes of agreements on the wire, and the way from a body to clean terms. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from server.agreements import rules
from server.agreements.around import Around
from server.agreements.checking import Finding, Level
from server.agreements.composition import Worded
from server.agreements.model import (
    ByDate,
    ByDays,
    Clause,
    ClauseFields,
    Dispute,
    Fen,
    Instalment,
    Item,
    Kind,
    Matter,
    Minutes,
    Paragraph,
    Stance,
    State,
    Terms,
)
from server.errors import Invalid
from server.law.sources import spelled
from server.web.call import Body, View
from server.web.routes import field_of

S = TypeVar("S", bound=msgspec.Struct)
Text = Annotated[str, msgspec.Meta(max_length=4000)] | None
SaveId = Annotated[str, msgspec.Meta(max_length=40)]


class NewAgreement(Body):
    """Which rule type the agreement follows."""

    template: Literal["", "people", "court_invited", "labour", "medical", "commercial"] = ""
    """Empty: the rule type that fits the kind of dispute."""
    proposal: Annotated[str, msgspec.Meta(max_length=24)] = ""
    """A settled proposal of the case, whose terms become the first clauses."""


class FieldsIn(msgspec.Struct, frozen=True):
    """Fields as sent: null and "" both mean not given; amount_words is ignored."""

    obligor: Text = None
    obligee: Text = None
    amount_fen: Fen | None = None
    amount_words: Text = None
    due: ByDate | ByDays | None = None
    account: Text = None
    manner: Text = None
    act: Text = None
    breach: Text = None
    text: Text = None
    instalments: Annotated[tuple[Instalment, ...], msgspec.Meta(max_length=60)] | None = None
    items: Annotated[tuple[Item, ...], msgspec.Meta(max_length=30)] | None = None
    place: Text = None
    condition: Text = None


class ClauseIn(msgspec.Struct, frozen=True):
    """A clause as sent; without an id it is new."""

    kind: Kind
    fields: FieldsIn
    id: Text = None


class Written(Body, kw_only=True):
    """`chamber` is the private talk in which this was written, "" outside of one: the request may land after a move.
    `reveal` says that what only one side saw may go to the other."""

    chamber: Annotated[str, msgspec.Meta(max_length=40)] = ""
    reveal: bool = False


class TermsIn(Written):
    """A save: `version` is the one it was made from, or `since` the caller's own save it was made from, where that was
    merged with others'. `save` names it, so that it may be repeated. `read` is a newer version that the caller knows:
    with `reveal` its words may be shown, too."""

    version: int
    dispute: Dispute
    clauses: Annotated[tuple[ClauseIn, ...], msgspec.Meta(max_length=60)]
    minutes: Minutes | Annotated[tuple[Paragraph, ...], msgspec.Meta(max_length=200)] = Minutes()
    save: SaveId = ""
    since: SaveId = ""
    read: int = 0


class ActIn(Body):
    """An act of the mediator. `version`: the one that show, submit, freeze and print mean; Stale when another is the
    newest."""

    act: Literal["submit", "edit", "freeze", "reopen", "abandon", "show", "print"]
    version: int | None = None


class StanceIn(Body):
    """Agreeing to a clause, or asking about it (`agree` false), in exactly the wording of `hash`. `clause` may also be
    the id of what stands around the clauses."""

    clause: str
    hash: str
    agree: bool


class PartyRef(View):
    """A party, as clauses name it."""

    id: str
    label: str
    name: str


class RequiredView(View):
    """Somebody who must confirm every clause."""

    person: str
    name: str
    role: str
    label: str


class CanView(View):
    """What the caller may do now."""

    edit: bool
    confirm: bool
    freeze: bool
    sign: bool
    print: bool = False
    file: bool = False


class ClauseView(View):
    """A clause with its words, and who said what about them."""

    id: str
    kind: Kind
    number: int
    text: str
    hash: str
    fields: ClauseFields
    confirmed: list[str]
    questioned: list[str]


class AroundView(View):
    """What is printed around the clauses, read aloud and answered like one, and who said what about it."""

    id: str
    text: str
    hash: str
    confirmed: list[str]
    questioned: list[str]


class CheckView(View):
    """Advice on the draft; for staff only."""

    clause: str | None
    code: str
    detail: str
    article: str
    """In words: 《…》第461条；《…》第358条."""
    level: Level


class FileView(View):
    """A file of the set; the hash is F's until the complete file is released. `copy` is the door of its flat filing
    copy."""

    id: str
    title: str
    pages: int
    sha256: str
    download: str | None = None
    copy: str | None = None


class RemarkView(View):
    """A reviewer's remark on a clause; `changed` since then."""

    clause: str
    text: str
    changed: bool


class ReviewOfAgreement(View):
    """The newest review of the draft, for the staff of the case."""

    outcome: str
    given_at: str
    decided_at: str | None
    reviewer: str
    """Name of who decided."""
    reason: str
    remarks: list[RemarkView]


class PaperOfAgreement(View):
    """An agreement signed by hand: the print, and the scan once it is filed."""

    printed_at: str
    pages: int
    print: str
    scan: str | None
    signed_on: str | None


class LackOfAgreement(View):
    """What must be put right before the text may be frozen."""

    code: str
    name: str
    article: str


class OnPaperView(View):
    """Why this agreement can only be signed by hand [ESL 3]."""

    reason: str
    article: str
    text: str


class AgreementView(View):
    """An agreement as the caller may see it."""

    id: str
    case_id: str
    number: str | None
    state: State
    version: int
    text_hash: str
    shown: bool
    can: CanView
    parties: list[PartyRef]
    dispute: Dispute
    around: AroundView | None
    """None where all that is printed around the clauses is empty."""
    clauses: list[ClauseView]
    minutes: Minutes
    title: str
    required: list[RequiredView]
    ceremony: str | None
    files: list[FileView] | None
    checks: list[CheckView]
    effective_at: str | None = None
    profile: str = "people"
    kind: str = "other"
    """Kind of dispute."""
    paper: PaperOfAgreement | None = None
    paper_only: OnPaperView | None = None
    review: ReviewOfAgreement | None = None
    reviewed: bool = False
    """A draft as it stands now goes to the reviewer before it is read."""
    lacks: list[LackOfAgreement] = []  # noqa: RUF012 (msgspec copies it)


class BothView(View):
    """What somebody else changed at the same time as the caller, whose words stand: `theirs` is what the version
    `number` says, in the form of the field. `clause` is "" for the dispute and the minutes; `field` "removed": one
    removed the clause, the other changed it, and it stays."""

    clause: str
    field: str
    theirs: Any
    by: str
    number: int


class SavedView(AgreementView):
    """The agreement after a save. `merged`: it says something else than what was sent, because others wrote as well."""

    merged: bool = False
    both_changed: list[BothView] = []  # noqa: RUF012 (msgspec copies it)


class FileTokenView(View):
    """An address that opens one file once signed in or not, for a few minutes."""

    url: str
    copy: str
    """The same for its filing copy."""


def clause_views(clauses: Iterable[Worded], stances: list[Stance]) -> list[ClauseView]:
    """Clauses with the people who confirmed and questioned exactly this wording."""
    return [
        ClauseView(
            id=one.id,
            kind=one.kind,
            number=one.number,
            text=one.text,
            hash=one.hash,
            fields=one.fields,
            confirmed=sorted(rules.agreed(stances, one)),
            questioned=sorted(rules.questioned(stances, one)),
        )
        for one in clauses
    ]


def around_view(one: Around | None, stances: list[Stance]) -> AroundView | None:
    """The same of what stands around them."""
    if one is None:
        return None
    agreed, asked = sorted(rules.agreed(stances, one)), sorted(rules.questioned(stances, one))
    return AroundView(one.id, one.text, one.hash, agreed, asked)


def check_views(findings: Iterable[Finding]) -> list[CheckView]:
    """Advice on the wire."""
    return [
        CheckView(one.clause, one.code, one.detail, "；".join(map(spelled, one.article.split("; "))), one.level)
        for one in findings
    ]


CLAUSE_ID = re.compile(r"cla_[a-z2-7]{20}")
"""A clause that was removed and put back keeps its confirmations; an invented id has none."""
ZERO_WIDTH = re.compile("[\u200b-\u200d\u2060\ufeff]")
"""Comes along with what is pasted. In Chinese nobody sees it; what would look otherwise without it is not printed."""
HIDDEN = re.compile("[\u200e\u200f\u202a-\u202e\u2061-\u2064\u2066-\u2069]")
"""Characters that change what is seen without being seen: no place in a text people sign."""


def plain(text: str, path: str) -> str:
    """A line with spaces for tabs and without what has no width; raises Invalid for control and hidden characters."""
    found = unicodedata.normalize("NFC", ZERO_WIDTH.sub("", re.sub(r"\t+", " ", text)))
    if HIDDEN.search(found) or any(unicodedata.category(one) in ("Cc", "Cs", "Co") for one in found):
        raise Invalid({path: "format"})
    return found


def clean(text: str | None, path: str) -> str:
    """A plain line without odd spaces; line feeds join what they part."""
    lines = re.split(r"[\r\n]+", text or "")
    return plain("".join(line.strip(" \t\u3000") for line in lines).strip(), path).strip()


def clean_lines(text: str | None, path: str) -> list[str]:
    """The non-empty lines of a longer text, each clean."""
    lines = [clean(line, path) for line in re.split(r"[\r\n]+", text or "")]
    return [line for line in lines if line]


def terms_of(body: TermsIn, matter: Matter, fresh: Callable[[], str]) -> Terms:
    """Clean terms: party ids checked, clause ids of our form kept, others new; raises Invalid with the path."""
    clauses = [_clause(one, f"clauses[{n}]", matter, fresh) for n, one in enumerate(body.clauses)]
    if len({one.id for one in clauses}) != len(clauses):
        raise Invalid({"clauses": "repeated"})
    spoken = body.minutes.paragraphs if isinstance(body.minutes, Minutes) else body.minutes
    paragraphs = [line for n, text in enumerate(spoken) for line in clean_lines(text, f"minutes.paragraphs[{n}]")]
    left = body.dispute.open_points
    dispute = Dispute(
        facts="\n".join(clean_lines(body.dispute.facts, "dispute.facts")),
        issues="\n".join(clean_lines(body.dispute.issues, "dispute.issues")),
        responsibility="\n".join(clean_lines(body.dispute.responsibility, "dispute.responsibility")),
        open_points=None if left is None else "\n".join(clean_lines(left, "dispute.open_points")),
    )
    return fitting(Terms(dispute=dispute, clauses=tuple(clauses), minutes=Minutes(paragraphs=tuple(paragraphs))))


def fitting(made: S) -> S:
    """The same, once it is known that it can be read back: a tidied text may be longer than what was sent, and a field
    shorter than what may be sent. Raises Invalid with the path."""
    try:
        return msgspec.convert(msgspec.to_builtins(made), type(made))
    except msgspec.ValidationError as error:
        raise Invalid(dict([field_of(str(error))])) from None


def _clause(one: ClauseIn, path: str, matter: Matter, fresh: Callable[[], str]) -> Clause:
    sent, here = one.fields, f"{path}.fields"
    paid = one.kind == "payment"
    parts = (sent.instalments or ()) if paid else ()
    fields = ClauseFields(
        obligor=_party(sent.obligor, f"{here}.obligor", matter),
        obligee=_party(sent.obligee, f"{here}.obligee", matter),
        amount_fen=sent.amount_fen if paid else None,
        due=_due(sent.due, f"{here}.due") if one.kind != "free" and not parts else None,
        account=clean(sent.account, f"{here}.account"),
        manner=clean(sent.manner, f"{here}.manner"),
        act=clean(sent.act, f"{here}.act"),
        breach=clean(sent.breach, f"{here}.breach"),
        text=clean(sent.text, f"{here}.text"),
        instalments=tuple(
            Instalment(amount_fen=each.amount_fen, due=_due(each.due, f"{here}.instalments[{n}].due"))
            for n, each in enumerate(parts)
        ),
        items=tuple(
            Item(label=clean(each.label, f"{here}.items[{n}].label"), amount_fen=each.amount_fen)
            for n, each in enumerate((sent.items or ()) if paid else ())
        ),
        place=clean(sent.place, f"{here}.place") if one.kind != "free" else "",
        condition=clean(sent.condition, f"{here}.condition") if one.kind != "free" else "",
    )
    kept = one.id if one.id and CLAUSE_ID.fullmatch(one.id) else fresh()
    return Clause(id=kept, kind=one.kind, fields=fields)


def _due(due: ByDate | ByDays | None, path: str) -> ByDate | ByDays | None:
    """The limit with its event clean: 收到材料之日起 is read as 收到材料."""
    if not isinstance(due, ByDays):
        return due
    event = clean(due.event, f"{path}.event")
    return msgspec.structs.replace(due, event=event.removesuffix("起").removesuffix("之日"))


def _party(value: str | None, path: str, matter: Matter) -> str:
    """The party id meant; a label (甲方) is read too."""
    if not value:
        return ""
    for party in matter.parties:
        if value in (party.id, party.label):
            return party.id
    raise Invalid({path: "value"})
