"""Terms to words: the sentence each clause is read aloud and printed as, and its hash. Pure, Chinese only."""

from dataclasses import dataclass

import msgspec

from server.agreements.model import Clause, ClauseFields, Item, Kind, Matter, Terms, sha256_of
from server.agreements.schedule import due_words, schedule
from server.law import money


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
    """The clause as one paragraph. What is not given is left out; `checking` names what is missing."""
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
    obligee = matter.label_of(fields.obligee)
    who = f"{matter.label_of(fields.obligor)}{fields.act or '支付'}{obligee}{fields.text}"
    money_part = "" if fields.amount_fen is None else money.spelled(fields.amount_fen)
    what = _joined(_opening(fields), who + money_part, _made_of(fields.items))
    where = f"转入{obligee}账户（{fields.account}）" if fields.account else ""
    return _ended(("；" if fields.items else "，").join(part for part in (what, _paid_when(fields, where)) if part))


def _paid_when(fields: ClauseFields, where: str) -> str:
    """By when, how and to which account; of instalments all of them."""
    if not fields.instalments:
        known = fields.due or fields.manner or fields.place
        return _joined(f"{due_words(fields.due)}{_in(fields.place)}{_paid(fields.manner)}" if known else "", where)
    verb = fields.act if fields.act.endswith("还") else "支付"
    manner = fields.manner.removeprefix("分期")
    how = _joined(_in(fields.place) + (_paid(manner) if manner else ""), where)
    each = "均" if how and len(fields.instalments) > 1 else ""
    return _joined(schedule(fields.instalments, fields.amount_fen, verb), each + how)


def _made_of(items: tuple[Item, ...]) -> str:
    """What the sum is made of: 其中：医疗费21480元、营养费3000元."""
    named = [f"{one.label}{f'{money.in_figures(one.amount_fen)}元' if one.amount_fen else ''}" for one in items]
    return f"其中：{'、'.join(one for one in named if one)}" if any(named) else ""


def _act(fields: ClauseFields, matter: Matter) -> str:
    where = _in(fields.place)
    who = f"{matter.label_of(fields.obligor)}应{due_words(fields.due)}{where}{fields.manner}{fields.act}"
    return _ended(_joined(_opening(fields), who)) + _ended(fields.text)


def _opening(fields: ClauseFields) -> str:
    return fields.condition.rstrip("，,；;。.")


def _joined(*parts: str) -> str:
    return "，".join(part for part in parts if part)


def _in(place: str) -> str:
    """在青禾路88号; nothing for nothing."""
    return place if not place or place[0] in "在到至" else f"在{place}"


def _paid(manner: str) -> str:
    """The manner of payment with a verb: 一次性转账 -> 一次性转账支付."""
    return manner if any(verb in manner for verb in "付退还交") else f"{manner}支付"


def _ended(text: str) -> str:
    """`text` as a whole sentence: with one full stop, or nothing for nothing."""
    plain = text.strip()
    return plain if not plain or plain[-1] in "。！？；" else plain.rstrip("，,.;") + "。"
