"""People who are no party: they can neither be bound nor lose a right here, nor sign as guarantor by being named. Pure.

Naming them is no fault. A finding needs a phrase whose subject is an outsider and whose verb is a duty or a loss.
"""

import re
from collections.abc import Iterator

from server.agreements.checking.reading import Hit, Reading
from server.agreements.checking.speech import LABEL, Phrase, opened
from server.agreements.checking.strangers import (
    FIRM,
    KIN,
    NAME,
    NOT_HEAD,
    RELATED,
    SOMEBODY,
    STRANGER,
    TOOK,
    WEAK,
    at_table,
    named,
)  # fmt: skip

BETWEEN = (
    r"(?:也|均|亦|都|则|一并|共同|今后|以后|对此|对[^，。；]{1,16}|在[^，。；]{1,14}|于[^，。；]{1,24}|"
    r"自[^，。；]{1,20}|每(?:年|月)[^，。；]{0,8}|向[^，。；]{1,10}|为[^，。；]{1,10}|作为[^，。；]{1,10}|"
    r"(?:一次性|连带|无条件|全额))"
)
STRAIGHT = re.compile(
    rf"{BETWEEN}{{0,3}}(?P<verb>{FIRM}|{WEAK}(?![^，。；]{{0,12}}(?:后|时|的|之日|之前|与|金额|标准|比例|认定|"
    rf"票据|款项|范围)))"
)
TASK = re.compile(
    r"(?:[^，。；]{0,16})?(?:鉴定|评估|检测|验收|见证|确认|认定|登记|审核|审批|出具|开具|监督|划转|扣划|查询|"
    r"回访|留存|保存|受理|裁定|判决|裁决|备案|核定|代扣|通知|告知|盖章|签字|签名|组织|主持|测量|勘验|转账|转交|"
    r"代为|代领|代收|代签|陪同|在场|复核|作证|到场)"
)
"""What outsiders do for a settlement without being bound by it."""
PROPERTY = r"(?:房|车|地|铺|屋|财产|设备|股权|股份|股金|存款|份额|果园|鱼塘|机器|家具|车位|物品|债权)"
YIELD = re.compile(
    rf"(?P<who>{RELATED}{KIN}(?:{NAME})?|{STRANGER}(?:{NAME})?|{SOMEBODY}|合伙人[小老]?[\u4e00-\u9fff]{{1,2}}|(?:邻居|"
    rf"隔壁|楼上|楼下)(?:{NAME})?家?)"
    rf"(?:名下|所有|所属|享有|持有|共有|承包|承租|个人|"
    rf"家)?的[^，。；]{{0,16}}?{PROPERTY}[^，。；]{{0,24}}?(?:过户|转让|转移|抵偿|抵押|质押|出售|变卖|归{LABEL}|"
    rf"交付|抵债|抵给|处分|折抵|平分|拆除|拆掉|占用)"
)
UNDER = re.compile(
    rf"(?P<who>{RELATED}{KIN}(?:{NAME})?|{STRANGER}|(?<![\u4e00-\u9fff]){NAME}|(?<=在){NAME}|(?<=将){NAME}|"
    rf"[\u4e00-\u9fff]{{2,16}}公司)名下[^，。；]{{0,30}}?(?:过户|转让|转移|抵偿|抵押|质押|出售|变卖|归{LABEL}|"
    rf"交付|抵债|抵给|处分|折抵|平分|扣划|支付|划转)"
)
WAIVED = re.compile(
    rf"(?P<who>{RELATED}{KIN}(?:{NAME})?|{STRANGER}(?:{NAME})?|{SOMEBODY}|全体业主|(?:未到场|未到|缺席|不在场|"
    rf"在国外|在外地|在外|外地|失踪|失联)的[^，。；]{{1,8}}|其余[^，。；]{{1,6}})"
    r"(?:(?!有权)[^，。；]){0,12}?(?:放弃|丧失|不再享有|不得(?:再)?(?:主张|要求|继承|使用|起诉|追究|提出|追要|"
    r"追讨|向|分)|不(?:再)?(?:分|参与分配|继承|享有)|无权|没有?份)"
)
SHARED = re.compile(
    rf"(?:公共|公用|共用|全体业主|小区|楼道|消防通道|绿地|公摊|集体)[^，。；]{{0,14}}?(?:归|由|给|"
    rf"划给){LABEL}[^，。；]{{0,4}}?(?:占用|专用|独占|所有|独用|独家|圈)|"
    r"(?:无需|不经|未经|不必|不需|不用|无须)[^，。；]{0,12}(?:共有人|抵押权人|承租人|其他继承人|配偶|股东|债权人|"
    r"业主|村民)[^，。；]{0,8}(?:同意|通知|知|决定|表决)"
)
GUARANTEE = re.compile(
    r"连带(?:清偿)?(?:保证)?责任|保证责任|一般保证|担保责任|(?:作为|担任|系|为)(?:连带)?(?:保证人|担保人)|作保|"
    r"提供(?:连带)?(?:责任)?(?:保证|担保)|保证担保|担保人"
)
TERMLESS = re.compile(
    r"(?:保证|担保)[^，。；]{0,16}?(?:直?至|到)[^，。；]{0,30}?(?:还清|清偿|付清|履行完毕|偿清|结清|消灭)|"
    r"(?:保证|担保)(?:期间|期限)[^，。；]{0,8}(?:长期|永久|终身|无限|不限|不定)|(?:长期|永久|终身|"
    r"无限期)[^，。；]{0,6}(?:保证|担保)"
)
TERM = re.compile(r"(?:保证|担保)(?:责任)?(?:的)?(?:期间|期限|期)")


def check(reading: Reading) -> Iterator[Hit]:
    """Each code at most once for a clause."""
    hits = list(guaranteed(reading))
    yield from hits
    bound = "" if hits else next((word for one in reading.phrases if (word := _bound(one, reading))), "")
    if bound:
        yield "third_party_duty", bound
    elif lost := _lost(reading):
        yield "third_party_right", lost


def _bound(one: Phrase, reading: Reading) -> str:
    """The outsider who is to do something in this phrase."""
    if TOOK.search(one.text):
        return ""
    by = re.search(r"(?<![理自事来缘])由(?P<rest>[^，。；]{2,50})", one.text)
    start = by["rest"] if by else opened(one.text)
    if not by and NOT_HEAD.match(start):
        return ""
    for who in named(start):
        after = start[len(who) :]
        verb = None if TASK.match(after) else STRAIGHT.match(after)
        if (
            verb is None
            or at_table(who, reading)
            or (one.conditional and not by and not re.fullmatch(FIRM, verb["verb"]))
        ):
            continue
        return who + after[: verb.end()]
    return ""


def _lost(reading: Reading) -> str:
    """What is taken from somebody who is not there, or from all."""
    for pattern in (YIELD, UNDER, WAIVED):
        for match in pattern.finditer(reading.text):
            if not at_table(match["who"], reading):
                return match.group()
    shared = SHARED.search(reading.text)
    return shared.group() if shared else ""


def guaranteed(reading: Reading) -> Iterator[Hit]:
    """A guarantor who does not sign, and how long the guarantee runs."""
    for one in reading.phrases:
        word = GUARANTEE.search(one.text)
        if word is None or re.search(r"不(?:再)?承担|免除|解除|保证质量|保证金|保全", one.text):
            continue
        by = re.search(r"由([^，。；]{2,40})", one.text)
        text = by[1] if by else opened(one.text)
        stranger = next((who for who in named(text) if not at_table(who, reading)), "")
        if stranger and not NOT_HEAD.match(text):
            yield "guarantor_absent", stranger + word.group()
        if TERMLESS.search(reading.text):
            yield "guarantee_term", word.group()
        elif "连带责任" not in word.group() and not TERM.search(reading.text + reading.rest):
            yield "guarantee_term_missing", word.group()
        return
