"""Advice on a draft before it is read: what a court would find unclear, what cannot be right. Blocks nothing. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from server.agreements.arithmetic import arithmetic
from server.agreements.composition import Worded, blanks
from server.agreements.model import ByDate, Matter, Terms
from server.law import money

VAGUE = ("尽快", "协商解决", "及时", "适当", "酌情", "近期", "视情况", "有关费用", "相关费用", "等费用", "合理期限")
"""Words that leave open what is owed or when; unclear content is a ground of refusal [JS 358]."""
STATUS = ("解除婚姻", "解除收养", "收养关系", "婚姻无效", "亲子关系", "监护权归")
"""Personal status: neither electronic signature [ESL 3] nor confirmation [JS 355] fits."""
TITLE = re.compile(r"(所有权|产权|专利权|商标权|著作权)归.{0,12}(所有|享有)?")
"""Deciding a title is no matter for confirmation [JS 355(5)]; an obligation to transfer it is."""
CONFUSED = ("订金",)
"""订金 is not 定金 (deposit with penalty); a court asks which was meant."""
IN_PERSON = ("现金", "当面", "当场", "原路")
NUMBER = r"\d[\d,]{0,19}(?:\.\d{1,9})?"
SUM = re.compile(rf"(?<![\d,])({NUMBER})\s*元\s*（大写[：:]([^（）]+)）")
ADDITION = re.compile(
    rf"(?<![\d,])((?:{NUMBER}\s*(?:元\s*)?[+＋][^\d+＋=＝]{{0,12}}?){{1,60}}{NUMBER}(?:\s*元)?)\s*[=＝]\s*({NUMBER})"
)
"""Bounded, and with one way only to read each character: a text of many sums must not hold up the server."""


@dataclass(frozen=True)
class Finding:
    """One piece of advice. `clause` is a clause id or None for the whole; `detail` is the word or figure meant."""

    clause: str | None
    code: str
    detail: str


def advise(terms: Terms, clauses: Sequence[Worded], matter: Matter, today: date) -> tuple[Finding, ...]:
    """All findings in the order of the text; `today` is the legal day."""
    found = [finding for clause in clauses for finding in _clause(clause, today)]
    return (*_whole(terms, clauses, matter), *found)


def _whole(terms: Terms, clauses: Sequence[Worded], matter: Matter) -> Iterator[Finding]:
    if not clauses:
        yield Finding(None, "no_clauses", "")
    if not terms.dispute.facts.strip():
        yield Finding(None, "facts_missing", "")
    if not any(paragraph.strip() for paragraph in terms.minutes.paragraphs):
        yield Finding(None, "minutes_missing", "")
    for party in matter.parties:
        if not party.description.strip():
            yield Finding(None, "party_description_missing", party.label)


def _clause(clause: Worded, today: date) -> Iterator[Finding]:
    def finding(code: str, detail: str = "") -> Finding:
        return Finding(clause.id, code, detail)

    if clause.kind == "free":
        if not clause.fields.text.strip():
            yield finding("text_missing")
    else:
        yield from (finding(code, detail) for code, detail in _obligation(clause, today))
    if clause.kind == "payment":
        yield from (finding(code, detail) for code, detail in _payment(clause))
    yield from (finding("vague_words", word) for word in VAGUE if word in clause.text)
    yield from (finding("personal_status", word) for word in STATUS if word in clause.text)
    yield from (finding("confused_word", word) for word in CONFUSED if word in clause.text)
    if title := TITLE.search(clause.text):
        yield finding("title_decision", title.group())
    yield from (finding("words_mismatch", detail) for detail in wrong_words(clause.text))
    yield from (finding("sum_mismatch", detail) for detail in wrong_additions(clause.text))
    yield from (finding(code, detail) for code, detail in arithmetic(clause))
    yield from (finding("blank_left", place) for place in blanks(clause.text))


def _obligation(clause: Worded, today: date) -> Iterator[tuple[str, str]]:
    fields = clause.fields
    if not fields.obligor:
        yield "obligor_missing", ""
    if clause.kind == "act" and not fields.act.strip():
        yield "act_missing", ""
    dues = [one.due for one in fields.instalments] or [fields.due]
    if None in dues:
        yield "due_missing", ""
    for due in dues:
        if isinstance(due, ByDate) and due.date < today:
            yield "due_past", due.date.isoformat()


def _payment(clause: Worded) -> Iterator[tuple[str, str]]:
    fields = clause.fields
    if not fields.obligee:
        yield "obligee_missing", ""
    if fields.obligee and fields.obligee == fields.obligor:
        yield "same_party", ""
    if not fields.amount_fen:
        yield "amount_zero", ""
    if not fields.account.strip() and not any(word in fields.manner for word in IN_PERSON):
        yield "account_missing", ""
    if not fields.breach.strip():
        yield "breach_missing", ""


def wrong_words(text: str) -> Iterator[str]:
    """Sums whose figures and capital numerals differ, or whose numerals are none."""
    for figures, words in SUM.findall(text):
        try:
            right = money.from_words(words.strip()) == _fen(figures)
        except (ValueError, InvalidOperation):
            right = False
        if not right:
            yield f"{figures}元（大写：{words}）"


def wrong_additions(text: str) -> Iterator[str]:
    """Additions written out (医疗费21480+营养费3000=24480) whose result is wrong."""
    for match in ADDITION.finditer(text):
        parts, total = match.groups()
        if sum((_fen(part) for part in re.findall(NUMBER, parts)), 0) != _fen(total):
            yield match.group()


def _fen(figures: str) -> int:
    value = Decimal(figures.replace(",", "")) * 100
    if value != value.to_integral_value():
        raise InvalidOperation
    return int(value)
