"""Plain-text clauses: a duty whose debtor, sum or time is nowhere said. Pure."""

import re
from collections.abc import Iterator

from server.agreements.checking.reading import Hit, Reading
from server.agreements.checking.speech import MODAL, MONEY, PAY, WHEN, Phrase, bare, opened

OWED = re.compile(rf"{PAY}|付(?:给|清|与)?|赔(?:给)?(?!偿责任)|还(?:给|清)?(?=[甲乙丙丁]方|\d|人民币)|结给")
BACK = re.compile(
    r"上述|前述|前款|该(?:款|笔|项|费用)|以上|余款|剩余|剩下|尾款|本条|本款|"
    r"第[一二三四五六七八九十\d]{1,3}[条项款]|此款|各期|每期|其中"
)
"""It speaks of a sum said before."""
SAYS_NOT = re.compile(
    r"不(?:再|得|予|需|必|用|要求|另)|无需|无须|放弃|免除|承担.{0,8}(?:责任|费用|损失|债务|义务|税费)|(?:税费|费|"
    r"损失|贷款)[^，]{0,14}由|"
    r"抵|扣|有权|可以?|应[得收付](?!清)|共计|合计|其中|每|按|以上|包括|包含|计算"
)
"""Waivers, shares of cost, set-offs, and reckonings: no payment that needs a day of its own."""
BEFORE_NOW = re.compile(r"已(?:经|于|向|支|付|赔|垫|收|将|交|还|领|当)|曾|此前|先前|垫付|截至|截止")
UNPAID = re.compile(
    r"(?:支付|赔偿|补偿|退还|返还|偿还|给付|归还|付给)[^，。]{0,16}(?:损失|费用|医药费|医疗费|误工费|补偿款|"
    r"赔偿款|补偿金|赔偿金|欠款|工资|货款|租金|借款|补偿|赔偿)"
)
MEASURED = re.compile(
    r"\d|[一二三四五六七八九十百]成|凭.{0,6}(?:票|发票|单据)|票据|标准|差额|同等|对半|一半|等额|折价款|实际损失|"
    r"比例|分之|同型号|押金|余额|上述|前述|修理|恢复原状"
)
LATER_FOUND = re.compile(r"(?:待|等|根据|按|依)[^，。]{0,8}(?:评残|伤残等级|定损|核算|评定)[^，。]{0,6}(?:后|再|结果)")
ACTS = re.compile(
    r"维修|修复|修好|修缮|拆除|搬离|搬出|迁出|腾退|腾空|交付|移交|交还|返还|归还|办理[^，。]{0,20}(?:登记|过户|"
    r"手续)|恢复原状|重做|返工|移除|移走|移栽"
)
LASTING = re.compile(
    r"继续|今后|以后|不得|不再|停止|保持|免费|期间|每|次|定期|随时|永久|日常|共同|使用|协助|配合|保密|管理|遵守|"
    r"尊重|各自|自行|时|由甲方和乙方|如|收件|通知"
)
RECEIVER = re.compile(r"(?:向|给|付|与|和|至|到|入|赔|还|交|退|偿|补)$")
NAMELESS = re.compile(
    rf"^(?:{MODAL}|一次性|分期|分次|共计?|再|先|另|仍|直接|以?(?:现金|转账)(?:方式)?){{0,3}}(?:{PAY}|付|赔|退)|"
    r"^(?:补偿|赔偿|欠|货|工程|借|租|房|剩余)?(?:款|金|费)[^，。甲乙丙丁]{0,24}(?:支付|付清|付|结清|退还)"
)

SOMEONE = re.compile(
    rf"(?:^|由|，)(?:(?<![任另何意违守同])一方|责任方|过错方|肇事方|侵权方|(?:相关|有关|责任|负责)(?:人员|人|方|"
    rf"单位|部门))[^，。；]{{0,12}}(?:{PAY}|负责|承担)"
)
"""Whoever is responsible: nobody by name."""


def check(reading: Reading) -> Iterator[Hit]:
    """Faults of a clause in plain words; a structured clause is judged by its parts."""
    if not reading.free:
        return
    timed = bool(WHEN.search(reading.text)) or _timed_elsewhere(reading)
    for one in reading.phrases:
        if one.conditional or BEFORE_NOW.search(one.text):
            continue
        if code := _fault(one, reading, timed):
            yield code, one.text[:30]
            return


def _fault(one: Phrase, reading: Reading, timed: bool) -> str:
    if SOMEONE.search(one.text):
        return "obligor_missing"
    pays = bool(OWED.search(one.text) and MONEY.search(one.text))
    if (
        pays
        and not BACK.search(one.sentence)
        and NAMELESS.search(opened(re.sub(r"^(?:应当?|须)", "", opened(one.text))))
        and not _named(reading)
    ):
        return "obligor_missing"
    if pays and not timed and not SAYS_NOT.search(one.text) and not BACK.search(one.text):
        return "due_missing"
    if _without_sum(one, reading):
        return "amount_missing"
    return "due_missing" if not timed and _without_time(one) else ""


def _named(reading: Reading) -> bool:
    """Whether somebody at the table stands in the clause as more than the one who receives."""
    text = bare(reading.text)
    for match in reading.party.finditer(text):
        after = text[match.end() : match.end() + 4]
        if not RECEIVER.search(text[: match.start()][-1:]) and not re.match(r"的?(?:本人)?账", after):
            return True
    return False


def _timed_elsewhere(reading: Reading) -> bool:
    """Another clause says when what is owed here is due."""
    return bool(
        re.search(r"(?:上述|前述|以上|第[一二三四五六七八九十]{1,3}[条项]).{0,30}(?:前|内|日起|付清)", reading.rest)
    )


def _without_sum(one: Phrase, reading: Reading) -> bool:
    text = re.sub(r"\d{1,4}[年月日号](?!利)", "", one.text)
    if (
        not one.subject
        or BACK.search(text)
        or re.search(r"不(?:再|得|予|需|用|承担)|无需|放弃|免除|有权|自行|各自|互不", text)
    ):
        return False
    if MONEY.search(reading.text) or re.search(r"[%％]", reading.text):
        return False
    if LATER_FOUND.search(reading.text) and re.search(rf"{PAY}|赔|付", reading.text):
        return True
    return bool(UNPAID.search(text)) and not MEASURED.search(text)


def _without_time(one: Phrase) -> bool:
    """A single act, promised outright by somebody."""
    if not one.own or LASTING.search(one.text) or SAYS_NOT.search(one.text) or BACK.search(one.text):
        return False
    found = ACTS.search(one.text)
    return found is not None and bool(re.search(MODAL, one.text[: found.start()]))
