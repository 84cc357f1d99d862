"""Days that do not exist, are gone, or come before the agreement takes effect. Pure."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from server.agreements.checking.reading import Hit, Reading
from server.agreements.checking.speech import DO, MODAL, PAY, Phrase
from server.agreements.model import ByDate

FULL = re.compile(r"(?<!\d)((?:19|20)\d{2})年(\d{1,2})月(\d{1,3})[日号]")
MONTH = re.compile(r"(?<!\d)((?:19|20)\d{2})年(\d{1,2})月(?:底|末|内|底前|份)(?:之?前|内)?")
SHORT = re.compile(r"(?<![\d年])(\d{1,2})月(\d{1,3})[日号]")
RANGE = re.compile(
    r"((?:19|20)\d{2})年(\d{1,2})月(\d{1,2})日(?:起)?(?:至|到|—|-|起至)((?:19|20)\d{2})?年?(\d{1,2})月(\d{1,2})日"
)
CLOCK = re.compile(r"(?:上午|下午|晚上?)?(2[5-9]|[3-9]\d)[:：点时](?:\d{2})?分?(?:前|整|许)")
LIMIT = re.compile(r"^(?:之?前|以前|内|当日|（|\(|止|付|起?支付|起?一次|向|将|到)")
"""What follows a day by which something is to be done."""
TOLD = re.compile(
    r"已(?!到期)|曾|签订|发生|入职|离职|受伤|借|出具|购买|成立|截至|截止|登记|判决|作出|形成|所欠|拖欠|产生|期间|"
    r"以来|至今|起至|交付的|鉴定|达成的"
)
"""Words of a story, not of a promise."""
EFFECT = re.compile(
    r"(?:本协议|协议)(?:自|于|从)((?:19|20)\d{2})年(\d{1,2})月(\d{1,2})日(?:起)?(?:生效|发生效力|开始生效)"
)
OWES = re.compile(rf"{PAY}|{DO}|{MODAL}|付|还|完成|履行|搬|交")


def check(reading: Reading) -> Iterator[Hit]:
    """Each code at most once for a clause."""
    if wrong := _impossible(reading.text):
        yield "date_impossible", wrong
    fields = reading.clause.fields
    dues = [one.due for one in fields.instalments] or [fields.due]
    if any(dues):
        gone = [due.date for due in dues if isinstance(due, ByDate) and due.date < reading.today]
        yield from (("due_past", day.isoformat()) for day in gone)
        return
    effect = _effect(reading.text + reading.rest)
    for one in reading.phrases:
        for day, written in _limits(one):
            if day < reading.today:
                yield "due_past", written
                return
            if effect and day < effect:
                yield "due_before_effect", written
                return


def _impossible(text: str) -> str:
    for match in FULL.finditer(text):
        if _day(*match.groups()) is None:
            return match.group()
    for match in SHORT.finditer(text):
        if _day("2028", *match.groups()) is None:
            return match.group()
    for match in RANGE.finditer(text):
        first, last = _day(*match.groups()[:3]), _day(match[4] or match[1], match[5], match[6])
        if first and last and last < first:
            return match.group()
    hour = CLOCK.search(text)
    return hour.group() if hour else ""


def _limits(one: Phrase) -> Iterator[tuple[date, str]]:
    if TOLD.search(one.text) or not OWES.search(one.sentence):
        return
    for match in MONTH.finditer(one.text):
        year, month = int(match[1]), int(match[2])
        if 1 <= month <= 12:
            yield date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1), match.group()
    for match in FULL.finditer(one.text):
        day = _day(*match.groups())
        if day is not None and LIMIT.match(one.text[match.end() :]):
            yield day, match.group()


def _effect(text: str) -> date | None:
    match = EFFECT.search(text)
    return _day(*match.groups()) if match else None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
