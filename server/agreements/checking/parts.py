"""What a structured clause lacks: who, to whom, what, how much, by when, into which account, and else what. Pure."""

import re
from collections.abc import Iterator

from server.agreements.checking.reading import Hit, Reading

IN_PERSON = ("现金", "当面", "当场", "原路", "抵扣", "代扣", "微信", "支付宝")
BLANK = re.compile(r"【[^【】]{0,60}】|[_＿]{2,}|[×xX＊*]{2,}(?=元|年|月|日|支行)")
"""What somebody still fills in."""
BREACH = re.compile(r"逾期|未按|不(?:按|履行)|违约|没有?按时|强制执行|未(?:履行|付|能)|提前到期")
"""A word on what follows when somebody does not perform."""


def check(reading: Reading) -> Iterator[Hit]:
    """Empty parts of one clause; whatever its words say stands for a part left empty."""
    clause = reading.clause
    yield from (("blank_left", match.group()) for match in BLANK.finditer(reading.text))
    if clause.kind == "free":
        if not clause.fields.text.strip():
            yield "text_missing", ""
        return
    yield from _obligation(reading)
    if clause.kind == "payment":
        yield from _payment(reading)


def _obligation(reading: Reading) -> Iterator[Hit]:
    kind, fields = reading.clause.kind, reading.clause.fields
    if not fields.obligor:
        yield "obligor_missing", ""
    if kind == "act" and not fields.act.strip():
        yield "act_missing", ""
    if None in ([one.due for one in fields.instalments] or [fields.due]):
        yield "due_missing", ""


def _payment(reading: Reading) -> Iterator[Hit]:
    fields = reading.clause.fields
    if not fields.obligee:
        yield "obligee_missing", ""
    elif fields.obligee == fields.obligor:
        yield "same_party", ""
    if not fields.amount_fen:
        yield "amount_missing", ""
    if not fields.account.strip() and not any(word in fields.manner for word in IN_PERSON):
        if "账户" not in reading.rest and "账号" not in reading.rest:
            yield "account_missing", ""
    if not fields.breach.strip() and not BREACH.search(reading.text + reading.rest):
        yield "breach_missing", ""
