"""Sums whose figures and capital numerals differ, and reckonings in words that come to something else. Pure.

What stands in fields, shares, products and deductions is `arithmetic`'s; here are lists, people, periods and units.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from server.agreements.arithmetic import alike, arithmetic, fen, yuan
from server.agreements.checking.burdens import number
from server.agreements.checking.reading import Hit, Reading
from server.agreements.checking.speech import LABEL, bare, sentences
from server.law import money

NUMBER = r"\d[\d,]{0,19}(?:\.\d{1,9})?"
CAPITALS = "零〇壹贰叁肆伍陆柒捌玖拾佰仟万亿元圆角分整正"
SUM = re.compile(
    rf"(?<![\d,])({NUMBER})\s*(万?)元(?:整)?\s*[（(](?:大写|人民币|[：:]){{0,3}}+([^（）():：,，；;、\s]{{2,60}})(?=[）):：,，；;、])"
)
TURNED = re.compile(
    rf"([{CAPITALS}]{{3,40}})\s*[（(](?:小写|人民币|￥|¥|RMB|[：:]){{0,4}}\s*({NUMBER})\s*(万?)(?:元)?[）)]"
)
ADDITION = re.compile(
    rf"(?<![\d,])((?:{NUMBER}\s*(?:元\s*)?[+＋][^\d+＋=＝]{{0,12}}?){{1,60}}{NUMBER}(?:\s*元)?)\s*[=＝]\s*({NUMBER})"
)
"""Bounded, and with one way only to read each character: a text of many sums must not hold up the server."""
COUNT = r"(?:\d{1,4}(?:\.\d{1,2})?|[一二两三四五六七八九十]{1,3})"
MONEY = re.compile(rf"(?<![\d,.])({NUMBER})(万?)元")
TOTAL = re.compile(rf"(?:共计|合计|总计|一共|总共|共)(?:人民币|为|是)?\s*({NUMBER})(万?)元")
LESSENED = re.compile(r"减|扣|抵|免|优惠|折|已付|已支付|垫付|退还|退回|余|其中|[×*+＋=＝%％]|每|各|占|成")
PERIODS = re.compile(
    rf"({NUMBER})(万?)元[^。；元]{{0,24}}?分({COUNT})(?:期|次|个月)[^。；元]{{0,24}}?(?:每期|每月|每次|"
    rf"各)[^。；元]{{0,16}}?({NUMBER})(万?)元"
)
HEADS = re.compile(
    rf"(?:(?P<n>{COUNT})(?:人|户|家|方|兄弟|姐妹|兄妹|姐弟|个?子女|名)(?!代表)|"
    rf"兄弟(?P<m>[二三四五六])人)[^。；]{{0,16}}?(?:平摊|均摊|平均|分摊|平分|均分|"
    rf"分担)[^。；\d]{{0,16}}?(?P<whole>{NUMBER})(?P<w>万?)元[^。；]{{0,12}}?(?:每人|每户|每家|"
    rf"各自?)[^。；\d]{{0,8}}?(?P<each>{NUMBER})(?P<e>万?)元"
)
UNITS = re.compile(
    rf"(?P<n>{COUNT})(?P<unit>节|次|天|日|个?月|棵|亩|桌|吨|台|件|只|袋|斤|箱|张|套|株|头|平方米|平米|㎡|小时|"
    rf"课时|晚|车|根|块|米|方)[^。；]{{0,12}}?每(?:个)?(?P=unit)(?:按)?(?P<each>{NUMBER})元"
)
PRODUCT = re.compile(
    rf"({NUMBER}[^\d。；，=＝×*]{{0,8}}(?:[×*]{NUMBER}[^\d。；，=＝×*]{{0,8}}){{1,6}})，?(?:计算)?，?(?:为|共|"
    rf"共计|合计|计)({NUMBER})元"
)
EACH_FIRST = re.compile(
    rf"(?:每个?(?P<unit>月|天|日|年|次|节|人|户|亩|台|件|吨|平方米)|(?P<of>月|日|天|年)(?:租金?|工资|薪|生活费|"
    rf"服务费|管理费|供))[^。；\d]{{0,6}}(?P<each>{NUMBER})元[^。；\d]{{0,8}}(?P<n>{COUNT})个?(?:月|天|日|年|次|"
    rf"节|人|户|亩|台|件|吨|平方米)(?!前|内|后|底|\d)"
)
STAGES = re.compile(rf"第[一二三四五六七八九十\d]{{1,2}}(?:期|次|笔)[^。；]{{0,30}}?({NUMBER})(万?)元")
STAGED = re.compile(rf"({NUMBER})(万?)元[^。]{{0,40}}?分({COUNT})(?:期|次|笔)")
LABELLED = re.compile(
    rf"(?P<who>{LABEL})(?:应)?(?:承担|支付|出|付|负担|分得|得|出资|分担)?(?:人民币)?(?P<sum>{NUMBER})(?P<w>万?)元"
)
SHARED = re.compile(
    rf"({NUMBER})(万?)元[^。；\d]{{0,20}}(?:分担|分摊|分配|平分|共同承担|按比例)|(?:分担|分摊|共同承担|"
    rf"分配)[^。；\d]{{0,12}}({NUMBER})(万?)元"
)
RESULT = re.compile(rf"(?:共计|合计|总计|一共|总共|应退|应付|应补|计|共|即)(?:人民币|款)?\s*({NUMBER})(万?)元")
SPLIT = re.compile(
    rf"({NUMBER})(万?)元[^。；\d]{{0,14}}(?:，|,)?(?:即|分别为|其中|由)(?:：|"
    rf":)?((?:[^。；，、\d]{{1,12}}{NUMBER}万?元[、，,和]?){{2,12}})"
)


def check(reading: Reading) -> Iterator[Hit]:
    """Every sum of a clause that does not hold."""
    text = reading.text
    yield from (("words_mismatch", detail) for detail in wrong_words(text))
    yield from (("sum_mismatch", detail) for detail in wrong_additions(text))
    yield from arithmetic(reading.clause)
    for one in sentences(bare(text)):
        yield from (("sum_mismatch", detail) for detail in (*_periods(one), *_heads(one), *_units(one)))
        yield from (("sum_mismatch", detail) for detail in (*_totals(one), *_split(one), *_labelled(one)))
    for one in bare(text).split("。"):
        yield from (("sum_mismatch", detail) for detail in _stages(one))


def wrong_words(text: str) -> Iterator[str]:
    """Sums whose figures and capital numerals differ, or whose numerals are none."""
    found = [(figures, wan, words, "大写" in text) for figures, wan, words in SUM.findall(text)]
    for figures, wan, words, named in found + [(f, wan, words, False) for words, f, wan in TURNED.findall(text)]:
        plain = words.strip().removeprefix("人民币")
        if not named and any(sign not in CAPITALS for sign in plain):
            continue
        try:
            right = money.from_words(plain) == fen(figures, wan)
        except ValueError:
            right = False
        if not right:
            yield f"{figures}{wan}元（大写：{words}）"


def wrong_additions(text: str) -> Iterator[str]:
    """Additions written out (医疗费21480+营养费3000=24480) whose result is wrong."""
    for match in ADDITION.finditer(text):
        parts, total = match.groups()
        if not alike(sum(fen(part) for part in re.findall(NUMBER, parts)), fen(total)):
            yield match.group()


def _totals(text: str) -> Iterator[str]:
    """A list of sums and the total that ends it."""
    for match in TOTAL.finditer(text):
        before = text[: match.start()]
        if LESSENED.search(before) or TOTAL.search(before):
            continue
        parts = [fen(figures, wan) for figures, wan in MONEY.findall(before)]
        whole = fen(match[1], match[2])
        if len(parts) > 1 and not any(alike(sum(parts[first:]), whole) for first in range(len(parts))):
            yield f"{yuan(sum(parts))} ≠ {yuan(whole)}"


def _split(text: str) -> Iterator[str]:
    """9000元，即甲方4000元、乙方3000元."""
    for figures, wan, listed in SPLIT.findall(text):
        parts, whole = sum(fen(*one) for one in MONEY.findall(listed)), fen(figures, wan)
        if not alike(parts, whole) and not re.search(r"余|其他|首", listed):
            yield f"{yuan(parts)} ≠ {yuan(whole)}"


def _labelled(text: str) -> Iterator[str]:
    """10000元按六比四分担，甲方6000元，乙方4500元."""
    shared = SHARED.search(text)
    parts = {match["who"]: fen(match["sum"], match["w"]) for match in LABELLED.finditer(text)}
    if shared is None or len(parts) < 2 or re.search(r"另|余|扣|减|已|超|除", text):
        return
    whole = fen(shared[1] or shared[3], shared[2] or shared[4] or "")
    if not any(alike(whole, one) for one in (sum(parts.values()), *parts.values())):
        yield f"{yuan(sum(parts.values()))} ≠ {yuan(whole)}"


def _stages(text: str) -> Iterator[str]:
    """分三期：第一期500元；第二期400元."""
    whole, parts = STAGED.search(text), STAGES.findall(text)
    if whole and len(parts) == number(whole[3]) and not alike(sum(fen(*one) for one in parts), fen(whole[1], whole[2])):
        yield f"{yuan(sum(fen(*one) for one in parts))} ≠ {whole[1]}{whole[2]}"


def _periods(text: str) -> Iterator[str]:
    for whole, wan, count, each, each_wan in PERIODS.findall(text):
        total = number(count) * fen(each, each_wan)
        if not alike(total, fen(whole, wan)) and not re.search(r"最后一期|末期|尾期|余额|首期|第[一二1-9]", text):
            yield f"{count}×{each} ≠ {whole}{wan}"


def _heads(text: str) -> Iterator[str]:
    for match in HEADS.finditer(text):
        count, each, whole = number(match["n"] or match["m"]), fen(match["each"], match["e"]), match["whole"]
        if abs(count * each - fen(whole, match["w"])) > 100 * count:
            yield f"{match['n'] or match['m']}×{match['each']} ≠ {whole}"


def _units(text: str) -> Iterator[str]:
    """28节，每节80元，应退2240元; several kinds add up."""
    found = list(UNITS.finditer(text)) or list(EACH_FIRST.finditer(text))
    result = RESULT.search(text, found[-1].end()) if found else None
    for factors, product in PRODUCT.findall(text):
        value = Decimal(100)
        for figures in re.findall(NUMBER, factors):
            value *= Decimal(figures.replace(",", ""))
        if abs(value - fen(product)) > 100:
            yield f"{factors}={yuan(round(value))}"
    if result is None or re.search(r"减|扣|折|优惠|%|％|抹", text):
        return
    products = [number(match["n"]) * fen(match["each"]) for match in found]
    whole = fen(result[1], result[2])
    if not any(alike(whole, one) for one in (sum(products), *products)):
        yield f"{yuan(sum(products))} ≠ {yuan(whole)}"
