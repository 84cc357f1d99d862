"""How hard a dispute is and where it goes, by rules with their reasons. Pure."""

import re
from collections.abc import Iterator

from server.law.disputes import DISPUTES
from server.suggesting.model import Proposed, Reason

LARGE = 80_000
"""Yuan; HOUSE: more is rarely settled within three days."""
CROWD = 6
"""People or households of one dispute; HOUSE."""
NUMERAL = "零一二三四五六七八九"
# Bounded: it is tried at each place of a long text.
FIGURE = r"\d{1,12}(?:\.\d{1,6})?|[一二两三四五六七八九十百几]{1,6}"
WAN = re.compile(rf"(?P<n>{FIGURE})[多余几来]?万")
YUAN = re.compile(r"(?P<n>\d{4,9})[多余]?[元块]")
PEOPLE = re.compile(rf"(?P<n>{FIGURE})[多余几来]?[个口号家]?(?:户|人(?!民)|名|位|员工|商户|业主|家长|兄弟姐妹|家墙)")
CRIME = re.compile(r"骗子|诈骗|见面都没见过|敲诈|盗窃|偷了|非法拘禁|贩卖|吸毒|强奸|猥亵|软暴力|泼油漆|堵在店|动我小孩")
GRAVE = re.compile(
    r"家暴|按在墙|掐\S{0,3}脖子|砍(?:死|伤|人|我|他|她)|捅(?:死|伤|人|我|他|她)|持刀|拿刀|弄死|硫酸|泼了?汽油|枪|钢管|啤酒瓶砸|淤青|打小孩|锁在家|锁在出租屋|不敢回家|跟踪|扬言"
)
COMPLEX: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("grave", GRAVE),
    (
        "injury",
        re.compile(
            r"骨折|骨裂|重症|颅脑|手术切|切了|摔断|压断|撞死|淹死|猝死|溺水|截肢|烧伤|砸伤|昏迷|未醒|伤残|癌|抢救|植皮|去世|人没了|"
            r"脾脏|癫痫"
        ),
    ),
    (
        "minors",
        re.compile(r"抚养权|监护|亲子鉴定|孩子归谁|变更抚养|孩子不肯|自己不肯|欺凌|扇耳光|未婚先孕|带着女儿去|保护费"),
    ),
    ("heirs", re.compile(r"遗嘱|遗赠|析产|放弃继承|兄弟姐妹|几个侄子|四个姐妹|私生子|份额|继母|怎么分|拆迁|赔偿款")),
    (
        "experts",
        re.compile(
            r"鉴定|检测|化验|重金属|林权|四至|界桩|确权|测绘|误诊|绝收|减产|打除草剂|霉变|种子|楼板裂|家家墙裂|房子裂|油罐"
        ),
    ),
    ("title", re.compile(r"名下|抵押|一房二卖|拿去抵|股东|公章|合伙|加盟|挂靠|审计|转包|收归|收回|集体")),
    (
        "stuck",
        re.compile(r"起诉|判过|没判离|调过|二十年|十几年|三年了|僵|堵门|堵在|拉横幅|聚集|打了起来|打过一架|群架"),
    ),
)
"""Reason -> words that make a dispute complex. HOUSE, read off what committees call 疑难复杂."""
COURT = re.compile(r"没判离|判不离|撤销\S{0,12}离婚协议|一房二卖|骗婚|已经准备起诉|不像\S{0,4}写的")
BOUNDARY = re.compile(r"界|四至|林权|确权|测绘|收回|祖坟|坟|证上|后挪|滴水|收归|占用")
HOUSEHOLD = re.compile(r"保姆|钟点工|月嫂|家政")
TAKEN = re.compile(r"征收|征地|拆迁补偿|拆迁款(?!.{0,20}(?:离婚|兄弟|姐妹|男方|女方))")
OVER_A_YEAR = re.compile(r"[1-9一二两三四五六七八九]年(?:了|前|多)")
OLD = re.compile(r"[四五六七八九十]年(?:了|前|多)|几十年|十几年|20(?:0\d|1\d|2[012])年|19\d\d年")


def complexity(text: str) -> Proposed:
    """complex with every reason found, or simple because there is none."""
    found = tuple(_hard(text))
    return Proposed("complex", found) if found else Proposed("simple", (Reason("nothing_hard"),))


def route(text: str, category: str) -> Proposed:
    """Where it goes: what a grave word or the law says, else where its kind usually goes; `category` may be ""."""
    for code, pattern, goes, article in (
        ("grave", GRAVE, "police", "RMTJ 25"),
        ("crime", CRIME, "police", "RMTJ 25"),
        ("court_only", COURT, "court", "MJ75 22"),
        ("land_taken", TAKEN, "office", "MJ75 22"),
    ):
        if hits := _hits(pattern, text):
            return Proposed(goes, (Reason(code, hits, article),))
    if category == "land" and (hits := _hits(BOUNDARY, text)):
        return Proposed("office", (Reason("land_title", hits, "LAND 14"),))
    if category == "labour" and (hits := _hits(HOUSEHOLD, text)):
        return Proposed("committee", (Reason("household", hits, "LD 2"),))
    if not category:
        return Proposed("", ())
    kind = DISPUTES[category]
    return Proposed(kind.route, (Reason("usual", (kind.name,), kind.article),))


def notes(text: str, category: str) -> tuple[Reason, ...]:
    """Limitation periods that may have run out: one year in labour disputes [LD 27], three otherwise [CIV 188]."""
    if category == "labour":
        hits = _hits(OVER_A_YEAR, text)
        return (Reason("one_year", hits, "LD 27"),) if hits else ()
    hits = _hits(OLD, text)
    return (Reason("three_years", hits, "CIV 188"),) if hits else ()


def _hard(text: str) -> Iterator[Reason]:
    sums = [one[0] for one in WAN.finditer(text) if _number(one["n"]) * 10_000 >= LARGE]
    sums += [one[0] for one in YUAN.finditer(text) if _number(one["n"]) >= LARGE]
    if sums:
        yield Reason("amount", tuple(sums[:3]))
    crowd = tuple(one[0] for one in PEOPLE.finditer(text) if _number(one["n"]) >= CROWD)
    if crowd:
        yield Reason("people", crowd[:3])
    for code, pattern in COMPLEX:
        if hits := _hits(pattern, text):
            yield Reason(code, hits)


def _hits(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one[0] for one in pattern.finditer(text)))[:3]


def _number(words: str) -> float:
    """A figure, or a Chinese numeral below a thousand; 几 counts as three."""
    if words[0].isdigit():
        return float(words)
    total = digit = 0
    for sign in words.replace("两", "二").replace("几", "三"):
        if sign in "十百":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        else:
            digit = NUMERAL.index(sign)
    return total + digit
