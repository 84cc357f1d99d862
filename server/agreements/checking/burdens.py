"""Interest, deposits and penalties beyond what the law lets stand. Pure."""

import re
from collections.abc import Iterator
from decimal import Decimal

from server.agreements.checking.reading import Hit, Reading
from server.law.rates import DEPOSIT, EXCESSIVE, LENDING_CEILING

DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
NUMERAL = r"(?:\d{1,4}(?:\.\d{1,4})?|[一二两三四五六七八九十百零点半]{1,6})"
SHARE = rf"(?:(?P<percent>{NUMERAL})\s*(?:%|％)|(?P<permille>{NUMERAL})\s*‰|(?P<of>[百千万])分之(?P<parts>{NUMERAL}))"
PARTS = {"百": Decimal(1), "千": Decimal("0.1"), "万": Decimal("0.01")}
YEAR = {"年": 1, "月": 12, "日": 365, "天": 365, "周": 52}
RATED = re.compile(
    rf"(?:(?P<unit>[年月日])(?:化)?(?:利率|利息|息|费率|违约金)|(?P<each>(?:每|按)(?:逾期)?(?:一|"
    rf"1)?(?:个)?(?P<span>[年月日天周]))|(?P<bare>(?<!\d)[年月日](?=[万千百]分之)))"
    rf"(?P<gap>[^，。；%％‰\d元]{{0,24}}?|[^。；%％‰\d元]{{0,24}}?){SHARE}"
)
FEN = re.compile(
    rf"(?P<unit>[年月])(?:息|利率|利息)(?:为|按|是|以)?\s*(?P<fen>{NUMERAL})分(?P<li>[一二三四五六七八九])?(?!之)"
)
TIMES = re.compile(
    r"(?:LPR|lpr|市场报价利率|市场利率|贷款利率|基准利率)[^，。；]{0,10}?(?P<times>\d{1,2}(?:\.\d)?|"
    r"[二两三四五六七八九十]{1,2})倍"
)
PRINCIPAL = r"(?:本金|借款|借到|出借|借给[甲乙丙]方)[^，。；\d]{0,10}(?P<capital>\d[\d,]{0,12})\s*(?P<cw>万)?元"
GAIN = r"(?:付|给|支付|收|交)?利?息(?:共|为|计|合计)?(?:人民币)?(?P<interest>\d[\d,]{0,12}(?:\.\d+)?)\s*(?P<iw>万)?元"
SPAN = rf"(?P<n>{NUMERAL})?个?(?P<span>[年月])"
PRICE_OF_TIME = re.compile(rf"{PRINCIPAL}[^。；]{{0,30}}?{SPAN}(?:的|付|支付|给付|共)?{GAIN}")
PRICE_BEFORE = re.compile(rf"每?{SPAN}(?:的|付|支付|给付|共)?{GAIN}[^。；]{{0,16}}?{PRINCIPAL}")
FIXED_DAILY = re.compile(
    r"每(?:逾期|迟延|延迟|拖延|超过)?(?:一|1)?(?:日|天)[^，。；\d]{0,16}?(?P<sum>\d[\d,，]{0,12})\s*(?P<wan>万)?元"
)
PENALTY_SUM = re.compile(
    r"(?:违约金|赔偿金|罚款|罚金|"
    r"惩罚性赔偿)[^，。；\d]{0,10}?(?:人民币)?\s*(?P<sum>\d[\d,，]{0,12}(?:\.\d+)?)\s*(?P<wan>万)?元|"
    r"(?P<sum2>\d[\d,，]{0,12}(?:\.\d+)?)\s*(?P<wan2>万)?元(?:的|作为)?(?:违约金|惩罚性赔偿|罚款|罚金)"
)
MULTIPLE = re.compile(
    r"(?:按|以|支付|赔偿|返还|承担)?[^，。；]{0,20}?(?P<times>[二两双三四五六七八九十]|\d{1,2})倍(?:的)?(?:支付|"
    r"赔偿|返还|承担|偿还|金额|违约金|数额|付)|违约金[^，。；]{0,16}?(?P<times2>[二两双三四五六七八九十]|"
    r"\d{1,2})倍"
)
PENALTY = re.compile(r"违约金|滞纳金|罚息|罚金|罚款|逾期利息|惩罚|赔偿金")
DEPOSIT_PART = re.compile(rf"定金[^。；]{{0,30}}?{SHARE}|{SHARE.replace('?P<', '?P<b_')}[^。；]{{0,20}}?定金")
EARNEST = re.compile(
    r"订金[^。；]{0,24}(?:不予?退|不退|双倍|没收|违约|罚)|(?:双倍|违约|不予?退还?|没收)[^。；]{0,24}订金|"
    r"(?:应当?|须|先|再|同意)(?:向[^，。；]{1,8})?(?:支付|交付|缴纳|交|付)[^。；退已]{0,8}订金"
)
"""订金 that is to work like 定金, or is yet to be paid; paying an old one back is clear enough."""
DEPOSIT_SUM = re.compile(
    r"(?<!约)定金(?:为|共|计|人民币|：|:|是)*\s*(?:人民币)?\s*(\d[\d,，]{0,12}(?:\.\d+)?)\s*(万)?元|"
    r"(\d[\d,，]{0,12}(?:\.\d+)?)\s*(万)?元(?:作为|的)?定金"
)
PRICE_SUM = re.compile(
    r"(?:总?价款?|货款|总额|合同(?:总)?(?:价款?|金额|标的额?)|总金额|转让(?:价款?|款)|房款|租金总额|工程款|总款|"
    r"成交价)(?:为|共|共计|合计|计|人民币|总计|是)*\s*(?:人民币)?\s*(\d[\d,，]{0,12}(?:\.\d+)?)\s*(万)?元"
)
LENT = re.compile(
    r"(?:出借|借款|借出|借给)[^。；]{0,60}(?:预先|先行|提前|事先|当场|直接|预)(?:扣除|扣下|扣|收取|"
    r"支付)[^。；]{0,12}(?:利息|息)|砍头息|(?:利息|月息)[^。；]{0,16}(?:从本金中|在本金中|于出借时|"
    r"放款时)[^。；]{0,6}(?:预先|先行)?扣|预(?:先)?扣(?:除)?(?:的)?利息"
)
ORDINARY = re.compile(r"不超过|上限|以内|过高|超出|按照?法律|保护范围|不得高于|依法|调整为|降")


def check(reading: Reading) -> Iterator[Hit]:
    """Each code at most once for a clause."""
    text = reading.text
    yield from _deposit(text)
    if (word := LENT.search(text)) and not re.search(
        r"未|没有|不(?:得|再)|扣除[^。；]{0,20}(?:后|以外)[^。；]{0,12}实际", word.group()
    ):
        yield "interest_beforehand", word.group()
    usurious = next(_rates(reading), None)
    if usurious:
        yield usurious
    elif excessive := _penalty(reading):
        yield "penalty_excessive", excessive


def number(text: str) -> Decimal:
    """24, 1.5, 二十四, 一点五, 半 as a number; 0 where it is none."""
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return Decimal(text)
    if "点" in text:
        whole, _, part = text.partition("点")
        return number(whole or "零") + Decimal("0." + ("".join(str(DIGITS.get(one, 0)) for one in part) or "0"))
    total, digit = 0, 0
    for sign in text:
        if sign in DIGITS:
            digit = DIGITS[sign]
        elif sign in "十百":
            total, digit = total + (digit or 1) * (10 if sign == "十" else 100), 0
    return Decimal(total + digit) + (Decimal("0.5") if text.endswith("半") else 0)


def percent(match: re.Match[str], prefix: str = "") -> Decimal:
    """What a share stands for, in per cent."""
    if (found := match[f"{prefix}percent"]) is not None:
        return number(found)
    if (found := match[f"{prefix}permille"]) is not None:
        return number(found) / 10
    return number(match[f"{prefix}parts"]) * PARTS[match[f"{prefix}of"]]


def _rates(reading: Reading) -> Iterator[Hit]:
    """Rates a year that a private loan, or any money debt, must not bear."""
    for match in RATED.finditer(reading.text):
        unit = match["unit"] or match["span"] or match["bare"]
        yearly = percent(match) * YEAR[unit]
        yield from _judged(yearly, match.group(), reading, match)
    for match in FEN.finditer(reading.text):
        rate = number(match["fen"]) + (Decimal(int(number(match["li"]))) / 10 if match["li"] else 0)
        yield from _judged(rate * (10 if match["unit"] == "年" else 12), match.group(), reading, match)
    for match in (*PRICE_OF_TIME.finditer(reading.text), *PRICE_BEFORE.finditer(reading.text)):
        capital, interest = _sum(match["capital"], match["cw"]), _sum(match["interest"], match["iw"])
        months = number(match["n"] or "一") * (12 if match["span"] == "年" else 1)
        if capital and months:
            yield from _judged(interest / capital * 1200 / months, match.group(), reading, match)
    for match in TIMES.finditer(reading.text):
        if number(match["times"]) > 4 and not _bounded(reading.text, match):
            yield "usury", match.group()


def _judged(yearly: Decimal, words: str, reading: Reading, match: re.Match[str]) -> Iterator[Hit]:
    if _bounded(reading.text, match):
        return
    if reading.lending and yearly > LENDING_CEILING:
        yield "usury", words
    elif yearly > DAILY_PENALTY and PENALTY.search(reading.text):
        yield "penalty_excessive", words
    elif yearly > DAILY_PENALTY and "利" in words:
        yield "usury", words


DAILY_PENALTY = Decimal("36.5")
"""Per cent a year: a penalty for late money that runs above it costs more than the harm can be [CC23 65]."""
SMALL = 5000
"""Yuan: below it a fixed penalty is left to the parties."""


def _bounded(text: str, match: re.Match[str]) -> bool:
    around = text[max(0, match.start() - 14) : match.end() + 14]
    return bool(ORDINARY.search(around))


def _penalty(reading: Reading) -> str:
    """A penalty of fixed size beside the sum it secures."""
    text = reading.text
    if not re.search(r"违约|逾期|未按|不履行|迟延|反悔|违反|拖延", text):
        return ""
    for match in re.finditer(
        rf"{SHARE}[^，。；]{{0,12}}(?:违约金|赔偿金)|(?:违约金|"
        rf"赔偿金)[^，。；]{{0,24}}?{SHARE.replace('?P<', '?P<b_')}",
        text,
    ):
        prefix = "" if any(match[one] for one in ("percent", "permille", "parts")) else "b_"
        if percent(match, prefix) > EXCESSIVE and "每" not in text[max(0, match.start() - 12) : match.start()]:
            return match.group()
    for match in MULTIPLE.finditer(text):
        if not re.search(r"利率|LPR|双倍工资|二倍工资|迟延履行期间", text):
            return match.group()
    base = max((one for one in _principals(text)), default=Decimal(0)) or _principal_of_rest(reading)
    for match in FIXED_DAILY.finditer(text):
        daily = _sum(match["sum"], match["wan"])
        if base and daily * 50 > base:
            return match.group()
    for match in PENALTY_SUM.finditer(text):
        penalty = _sum(match["sum"] or match["sum2"], match["wan"] or match["wan2"])
        if base and penalty * 2 > base and penalty >= SMALL and penalty != base:
            return match.group()
        if base and penalty == base and text.count(match["sum"] or match["sum2"]) > 1:
            return match.group()
    return ""


def _principals(text: str) -> Iterator[Decimal]:
    """Sums of a clause that are no penalty."""
    rest = FIXED_DAILY.sub("", PENALTY_SUM.sub("", text))
    for match in re.finditer(r"(\d[\d,，]{0,12}(?:\.\d+)?)\s*(万)?元", rest):
        yield _sum(match[1], match[2])


def _principal_of_rest(reading: Reading) -> Decimal:
    return max((one for one in _principals(reading.rest)), default=Decimal(0))


def _sum(figures: str, wan: str | None) -> Decimal:
    return Decimal(figures.replace(",", "").replace("，", "") or "0") * (10_000 if wan else 1)


def _deposit(text: str) -> Iterator[Hit]:
    if word := EARNEST.search(text):
        if not re.search(r"不(?:再)?(?:主张|要求|适用|追究)|放弃|不具有|不视为|按预付款", text):
            yield "deposit_word", word.group()
    elif word := re.search(
        r"(?:定金|押金|保证金)(?:\(|（)?(?:即|或者?|/|、|兼作)(?:预付款|订金|押金|诚意金|定金)|(?:预付款|诚意金|"
        r"押金|留置金|保证金|担保金|订约金)[^。；]{0,60}双倍返还",
        text,
    ):
        yield "deposit_word", word.group()
    if not re.search(r"双倍|不予?退|没收|罚则|违约|应当?(?:再|先|另)?(?:支付|交付)|须", text):
        return
    for match in DEPOSIT_PART.finditer(text):
        prefix = "" if any(match[one] for one in ("percent", "permille", "parts")) else "b_"
        if (
            percent(match, prefix) > DEPOSIT
            and re.search(r"价|合同|标的|总额|货款", match.group())
            and not _bounded(text, match)
        ):
            yield "deposit_over", match.group()
            return
    deposit, price = DEPOSIT_SUM.search(text), PRICE_SUM.search(text)
    if deposit and price:
        held = _sum(deposit[1] or deposit[3], deposit[2] or deposit[4])
        if held * 100 > _sum(price[1], price[2]) * DEPOSIT:
            yield "deposit_over", deposit.group()
