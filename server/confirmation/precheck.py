"""What a court will ask, held against what the case says and what people answered. Pure; advice, nothing is blocked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from server.agreements.checking import Finding
from server.confirmation.dues import Row
from server.law.confirmation import Way
from server.law.courts import Spot
from server.law.roles import Lack

Status = Literal["ok", "missing", "ask", "warning"]
Field = Literal[
    "joint", "invited", "invited_by", "intermediate", "subject_place", "identity", "organisation_proof", "property",
    "property_proof", "address_confirmation", "undertaking", "pending", "others_interest", "performed",
]  # fmt: skip
"""What the system cannot know and asks; the answer is a word of CHOICES, or a text."""
FIELDS: tuple[str, ...] = get_args(Field)
TEXTS = frozenset({"invited_by", "subject_place"})
YES_NO = ("", "yes", "no")
CHOICES = {field: YES_NO for field in FIELDS if field not in TEXTS} | {"performed": ("", "none", "part", "all")}
SOON = 7
"""Days left from which on it is time to hurry."""
AUTHORITY = frozenset({
    "representative_missing", "guardian_missing", "authority_only_full", "authority_missing", "authority_not_special",
    "relation_missing", "acts_for_missing",
})  # fmt: skip
"""Lacks that leave open whether somebody could settle for another."""


@dataclass(frozen=True)
class Item:
    """One line of the list (words: i18n confirmation.item.*). `field`: the question it hangs on; `detail`: the code of
    a lack or of a rule of the checker, with the `word` and the clause it means."""

    code: str
    status: Status
    article: str
    people: tuple[str, ...] = ()
    field: Field | None = None
    detail: str = ""
    word: str = ""
    clause: str = ""


@dataclass(frozen=True)
class Facts:
    """What the case says: labels of the people it is about, never their particulars."""

    left: int
    complete: bool
    """Every signature and the seal are there."""
    lacks: Sequence[Lack]
    labels: Mapping[str, str]
    """Person -> how the list names them."""
    without_identity: tuple[str, ...]
    without_address: tuple[str, ...]
    without_authority_paper: tuple[str, ...]
    status_matter: bool
    """Marriage, adoption and the like."""
    findings: Sequence[Finding]


@dataclass(frozen=True)
class Advised:
    """Another way, and why it would fit better: `over`, `performed`, `wages`, or "" where it is only possible."""

    way: Way
    why: Literal["", "over", "performed", "wages"]


def items(facts: Facts, answers: Mapping[str, str]) -> tuple[Item, ...]:
    """The whole list in the order a court asks."""
    return (
        *_time(facts),
        *_joint(answers),
        *_authority(facts),
        *_where(answers),
        *_papers(facts, answers),
        *_grounds(facts, answers),
    )


def _time(facts: Facts) -> Iterator[Item]:
    status: Status = "ok" if facts.left > SOON else "warning"
    yield Item("over" if facts.left < 0 else "days", status, "CPL 205; CPL 85", detail=str(facts.left))
    yield Item("signed", "ok" if facts.complete else "missing", "RMTJ 29")


def _joint(answers: Mapping[str, str]) -> Iterator[Item]:
    yield _asked("joint", answers, "yes", "warning", "CPL 205; JS 351")


def _authority(facts: Facts) -> Iterator[Item]:
    found = [one for one in facts.lacks if one.code in AUTHORITY]
    for one in found:
        yield Item("lack", "missing", one.article, (facts.labels.get(one.person, ""),), detail=one.code)
    if not found:
        yield Item("authority", "ok", "CPL 62")
    paper = facts.without_authority_paper
    yield Item("authority_paper", "missing" if paper else "ok", "CPL 62; JS 89", paper)


def _where(answers: Mapping[str, str]) -> Iterator[Item]:
    invited = answers.get("invited", "")
    yield Item("invited", "ok" if invited else "ask", "CPL 205", field="invited")
    if invited == "yes":
        yield Item("invited_by", "ok" if answers.get("invited_by") else "ask", "CPL 205", field="invited_by")
    else:
        level = answers.get("intermediate", "")
        yield Item("intermediate", "ok" if level else "ask", "CPL 205", field="intermediate")


def _papers(facts: Facts, answers: Mapping[str, str]) -> Iterator[Item]:
    if facts.without_identity:
        there = answers.get("identity", "")
        status: Status = "ok" if there == "yes" else "missing" if there else "ask"
        yield Item("identity", status, "JS 354", facts.without_identity, "identity")
    else:
        yield Item("identity", "ok", "JS 354")
    address = facts.without_address
    yield Item("address", "missing" if address else "ok", "JS 354", address)
    yield _asked("organisation_proof", answers, "yes", "missing", "JS 354")
    owned = answers.get("property", "")
    yield Item("property", "ok" if owned else "ask", "JS 354", field="property")
    if owned == "yes":
        yield _asked("property_proof", answers, "yes", "missing", "JS 354")
        yield Item("subject_place", "ok" if answers.get("subject_place") else "ask", "CPL 205", field="subject_place")
    yield _asked("address_confirmation", answers, "yes", "missing", "ZXTJ 17")
    yield _asked("undertaking", answers, "yes", "missing", "HOUSE")


def _grounds(facts: Facts, answers: Mapping[str, str]) -> Iterator[Item]:
    if facts.status_matter:
        yield Item("status_matter", "warning", "JS 355(3)")
    yield _asked("pending", answers, "no", "warning", "HOUSE")
    yield _asked("others_interest", answers, "no", "warning", "JS 358(2)")
    performed = answers.get("performed", "")
    status: Status = "ask" if not performed else "warning" if performed == "all" else "ok"
    yield Item("performed", status, "CPL 206", field="performed")
    for one in facts.findings:
        if one.level != "note":
            yield Item(
                "finding", "warning", one.article, detail=one.code, word=one.detail, clause=one.clause or ""
            )  # fmt: skip


def _asked(field: Field, answers: Mapping[str, str], good: str, bad: Status, article: str) -> Item:
    given = answers.get(field, "")
    return Item(field, "ask" if not given else "ok" if given == good else bad, article, field=field)


def from_ledger(rows: Sequence[Row]) -> dict[str, str]:
    """What was written down of performance answers for people, until they answer themselves."""
    if not any(row.paid_fen or row.standing == "performed" for row in rows):
        return {}
    return {"performed": "all" if all(row.standing == "performed" for row in rows) else "part"}


def from_companions(court: str, *, invited: bool) -> dict[str, str]:
    """What was signed with the agreement for a court answers for people, too."""
    signed = dict.fromkeys(("joint", "organisation_proof", "address_confirmation", "undertaking"), "yes")
    return signed | ({"invited": "yes", "invited_by": court} if invited else {})


def spots(domiciles: Iterable[tuple[str, str]], answers: Mapping[str, str], organisation: str) -> list[Spot]:
    """Every place that gives a court jurisdiction [CPL 205(2)]; `domiciles` as (party, address)."""
    subject = answers.get("subject_place", "") if answers.get("property") == "yes" else ""
    return [
        *(Spot("domicile", address, party) for party, address in domiciles),
        *([Spot("subject", subject)] if subject else ()),
        Spot("organisation", organisation),
    ]


def advised(ways: Iterable[Way], facts: Facts, answers: Mapping[str, str], profile: str) -> tuple[Advised, ...]:
    """The other ways, each with what speaks for it; those that fit better first."""
    done = answers.get("performed") == "all"

    def why(way: Way) -> Literal["", "over", "performed", "wages"]:
        if done:
            return "performed" if way.code == "perform" else ""
        if facts.left < 0:
            return "over"
        return "wages" if way.code == "payment_order" and profile == "labour" else ""

    return tuple(sorted((Advised(way, why(way)) for way in ways), key=lambda one: not one.why))
