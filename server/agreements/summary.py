"""What the clauses mean for one party, in everyday sentences beside the text and never instead of it. Pure.

Only structured fields are retold. Whatever is free words, or lacks a part, is quoted whole; nothing is interpreted."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from server.agreements.composition import Worded
from server.agreements.model import ByDate, ByDays, ClauseFields, Instalment
from server.agreements.plain import Due, Language, Words, words_of
from server.agreements.schedule import Run, gathered
from server.law import money

GIVEN_UP = re.compile("放弃|不再|再无|无其他|了结|互不追究|不得再|免除|自行承担")
"""Words by which people give something up; a clause with one is put under that heading, in its own words."""
PLAIN_VERBS = ("", "支付", "付")


@dataclass(frozen=True)
class Quote:
    """Words of the clause itself; `term` is a code for what they are (i18n summary.term.*)."""

    term: str
    words: str


@dataclass(frozen=True)
class Line:
    """One sentence and the clause it comes from. `text` is empty where the clause is only quoted."""

    clause: str
    number: int
    text: str
    steps: tuple[str, ...] = ()
    """Instalments, one each."""
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True)
class Side:
    """What one party must do and will get; `others` is between other people."""

    party: str
    do: tuple[Line, ...]
    get: tuple[Line, ...]
    others: tuple[Line, ...]


@dataclass(frozen=True)
class Summary:
    """The whole, for one reader."""

    sides: tuple[Side, ...]
    dates: tuple[Line, ...]
    """Everything that has a time: days of the calendar in order, then what counts from the effect, then from events."""
    unless: tuple[Line, ...]
    """What happens if somebody does not, in the text's words."""
    given_up: tuple[Line, ...]
    as_written: tuple[Line, ...]


def summary(
    clauses: Sequence[Worded], names: Mapping[str, str], you: Sequence[str], language: Language, mine: str = ""
) -> Summary:
    """The summary for somebody addressed as the party `mine` ("" = a third person), of the sides `you`.

    `names`: name of every party id as this reader may know it."""
    words = words_of(language)
    teller = _Teller(words, {**names, mine: words.you} if mine else names)
    told = [one for one in clauses if _whole(one)]
    rest = [one for one in clauses if not _whole(one)]
    return Summary(
        sides=tuple(teller.side(party, told, tuple(names)) for party in you),
        dates=tuple(line for _, line in sorted(teller.dated(told), key=lambda found: found[0])),
        unless=tuple(
            Line(one.id, one.number, "", quotes=(Quote("as_written", one.fields.breach.strip()),))
            for one in clauses
            if one.fields.breach.strip()
        ),
        given_up=tuple(_quoted(one) for one in rest if GIVEN_UP.search(one.text)),
        as_written=tuple(_quoted(one) for one in rest if not GIVEN_UP.search(one.text)),
    )


def _whole(clause: Worded) -> bool:
    """Whether all that a sentence needs is there: who, to whom, what."""
    fields = clause.fields
    match clause.kind:
        case "payment":
            return bool(fields.obligor and fields.obligee and fields.amount_fen) and fields.obligor != fields.obligee
        case "act":
            return bool(fields.obligor and fields.act.strip()) and fields.obligor != fields.obligee
        case _:
            return False


def _quoted(clause: Worded) -> Line:
    return Line(clause.id, clause.number, "", quotes=(Quote("as_written", clause.text),))


@dataclass(frozen=True)
class _Teller:
    words: Words
    names: Mapping[str, str]

    def side(self, party: str, clauses: Sequence[Worded], parties: Sequence[str]) -> Side:
        """Each clause once: what the party owes, what is owed to it, what is between others."""
        do = [one for one in clauses if one.fields.obligor == party]
        get = [one for one in clauses if one.fields.obligor != party and _owed(one.fields, parties) == party]
        others = [one for one in clauses if one not in do and one not in get]
        return Side(party, *(tuple(map(self.line, found)) for found in (do, get, others)))

    def line(self, clause: Worded) -> Line:
        fields = clause.fields
        times = [self._step(one) for one in gathered(fields.instalments)] if clause.kind == "payment" else []
        when = "" if times else self.words.when(fields.due)
        text = self.words.sentence(self._what(clause), when)
        return Line(clause.id, clause.number, text, tuple(times), tuple(_quotes(clause)))

    def dated(self, clauses: Sequence[Worded]) -> Iterator[tuple[tuple[int, str, int], Line]]:
        """Each time with its place in the order."""
        for clause in clauses:
            fields = clause.fields
            for one in gathered(fields.instalments) if clause.kind == "payment" else ():
                first = ByDate(one.first) if isinstance(one, Run) else one.due
                if first is not None:
                    text = self.words.dated(self._who(fields), self._step(one))
                    yield _place(first, clause), Line(clause.id, clause.number, text)
            if fields.due is not None and not (clause.kind == "payment" and fields.instalments):
                text = self.words.dated(self.words.when(fields.due), self._what(clause))
                quotes = (Quote("what", fields.act.strip()),) if clause.kind == "act" else ()
                yield _place(fields.due, clause), Line(clause.id, clause.number, text, quotes=quotes)

    def _what(self, clause: Worded) -> str:
        fields = clause.fields
        if clause.kind == "payment":
            return self.words.pays(self.names[fields.obligor], self.names[fields.obligee], fields.amount_fen or 0)
        return self.words.does(self.names[fields.obligor])

    def _who(self, fields: ClauseFields) -> str:
        return self.words.gives(self.names[fields.obligor], self.names[fields.obligee])

    def _step(self, one: Instalment | Run) -> str:
        return self.words.monthly(one) if isinstance(one, Run) else self.words.part(one)


def _owed(fields: ClauseFields, parties: Sequence[str]) -> str:
    """To whom a clause is owed. An act that names nobody is owed to the other one where there are two parties; among
    more, nobody is guessed."""
    if fields.obligee or len(parties) != 2:
        return fields.obligee
    return next(one for one in parties if one != fields.obligor)


def _quotes(clause: Worded) -> Iterator[Quote]:
    """The words of the clause that a sentence of ours would only make longer or wrong."""
    fields = clause.fields
    if clause.kind == "act":
        yield Quote("what", fields.act.strip())
    named = [f"{one.label}{money.in_figures(one.amount_fen)}元" for one in fields.items if one.amount_fen]
    paid = clause.kind == "payment"
    for term, words in (
        ("condition", fields.condition),
        ("verb", fields.act if paid and fields.act.strip() not in PLAIN_VERBS else ""),
        ("purpose" if paid else "more", fields.text),
        ("items", "、".join(named) if paid else ""),
        ("manner", fields.manner),
        ("place", fields.place),
        ("account", fields.account if paid else ""),
    ):
        if words.strip():
            yield Quote(term, words.strip())


def _place(due: Due, clause: Worded) -> tuple[int, str, int]:
    """Sorts days of the calendar first, then days after the effect, then days after events."""
    match due:
        case ByDate(date=day):
            return 0, day.isoformat(), clause.number
        case ByDays(days=days, event=event):
            return (2 if event else 1), f"{days:05}", clause.number
        case _:
            return 3, date.max.isoformat(), clause.number
