"""Terms to words: the sentence each clause is read aloud and printed as, and its hash. Pure, Chinese only."""

from dataclasses import dataclass

import msgspec

from server.agreements.model import ByDate, ByDays, Clause, ClauseFields, Kind, Matter, Terms, sha256_of
from server.law import dates, money


@dataclass(frozen=True)
class Worded:
    """A clause with its number (from 1), its words and the hash a confirmation names."""

    id: str
    kind: Kind
    number: int
    text: str
    hash: str
    fields: ClauseFields


def worded(terms: Terms, matter: Matter) -> tuple[Worded, ...]:
    """All clauses of `terms` in words, in order."""
    return tuple(_worded(clause, number, matter) for number, clause in enumerate(terms.clauses, 1))


def _worded(clause: Clause, number: int, matter: Matter) -> Worded:
    text = sentence(clause, matter)
    fields = with_words(clause.fields)
    return Worded(clause.id, clause.kind, number, text, clause_hash(clause.kind, fields, text), fields)


def clause_hash(kind: str, fields: ClauseFields, text: str) -> str:
    """Hash of one wording. The number is left out: moving a clause changes nothing that was promised."""
    return sha256_of({"kind": kind, "fields": fields, "text": text})


def with_words(fields: ClauseFields) -> ClauseFields:
    """The fields with the sum's capital numerals written anew."""
    words = "" if fields.amount_fen is None else money.in_words(fields.amount_fen)
    return msgspec.structs.replace(fields, amount_words=words)


def sentence(clause: Clause, matter: Matter) -> str:
    """The clause as one paragraph. What is not given is left out; `checks` names what is missing."""
    fields = clause.fields
    match clause.kind:
        case "payment":
            body = _payment(fields, matter)
        case "act":
            body = _act(fields, matter)
        case "free":
            body = _ended(fields.text)
    return body + _ended(fields.breach)


def _payment(fields: ClauseFields, matter: Matter) -> str:
    who = f"{matter.label_of(fields.obligor)}{fields.act or '支付'}{matter.label_of(fields.obligee)}{fields.text}"
    money_part = "" if fields.amount_fen is None else money.spelled(fields.amount_fen)
    how = f"{_due(fields)}{_paid(fields.manner)}" if fields.due or fields.manner else ""
    where = f"转入{matter.label_of(fields.obligee)}账户（{fields.account}）" if fields.account else ""
    return _ended("，".join(part for part in (who + money_part, how, where) if part))


def _act(fields: ClauseFields, matter: Matter) -> str:
    who = f"{matter.label_of(fields.obligor)}应{_due(fields)}{fields.manner}{fields.act}"
    return _ended(who) + _ended(fields.text)


def _due(fields: ClauseFields) -> str:
    match fields.due:
        case ByDate(date=day):
            return f"于{dates.until(day)}"
        case ByDays(days=days):
            return f"于{dates.within(days)}"
        case _:
            return ""


def _paid(manner: str) -> str:
    """The manner of payment with a verb: 一次性转账 -> 一次性转账支付."""
    return manner if any(verb in manner for verb in "付退还交") else f"{manner}支付"


def _ended(text: str) -> str:
    """`text` as a whole sentence: with one full stop, or nothing for nothing."""
    plain = text.strip()
    return plain if not plain or plain[-1] in "。！？；" else plain.rstrip("，,.;") + "。"
