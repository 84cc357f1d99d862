"""Sums of money as Chinese documents write them: figures and capital numerals (大写). Knows whole fen only.

Rule followed: 正确填写票据和结算凭证的基本规定 (支付结算办法, annex 1), articles 1-3.
"""

DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")
LARGEST_FEN = 10**14 - 1
"""999,999,999,999.99 yuan: the largest sum that needs no unit above 亿."""


def in_words(fen: int) -> str:
    """Write `fen` in capital numerals: 850000 -> 捌仟伍佰元整. Raises ValueError outside 0..LARGEST_FEN.

    整 follows 元 and 角, never 分; one 零 stands for any run of zeros between written digits.
    """
    if not 0 <= fen <= LARGEST_FEN:
        raise ValueError("sum out of range")
    yuan, cents = divmod(fen, 100)
    jiao, rest = divmod(cents, 10)
    if fen == 0:
        return "零元整"
    words = f"{_whole(yuan)}元" if yuan else ""
    if jiao:
        words += f"{DIGITS[jiao]}角"
    if rest:
        gap = "零" if yuan and not jiao else ""
        return f"{words}{gap}{DIGITS[rest]}分"
    return f"{words}整"


def from_words(words: str) -> int:
    """Read capital numerals back to fen; 圆 and 正 are read like 元 and 整. Raises ValueError for anything else.

    Only the form `in_words` writes and the variants the annex permits (a 零 after 元 or 万 that may be left out)
    are accepted, so two readers never disagree.
    """
    plain = words.replace("圆", "元").replace("正", "整")
    fen = _sum_of(plain)
    if not 0 <= fen <= LARGEST_FEN or plain not in _permitted(fen):
        raise ValueError("not a sum in words")
    return fen


def in_figures(fen: int) -> str:
    """Write `fen` in figures without a unit: 850000 -> 8500, 703890 -> 7038.90."""
    yuan, cents = divmod(fen, 100)
    return f"{yuan}.{cents:02}" if cents else str(yuan)


def spelled(fen: int) -> str:
    """Both forms as a clause states them: 人民币8500元（大写：捌仟伍佰元整）."""
    return f"人民币{in_figures(fen)}元（大写：{in_words(fen)}）"


def _whole(yuan: int) -> str:
    words = ""
    gap = False
    for power in (2, 1, 0):
        part = yuan // 10 ** (4 * power) % 10_000
        if part == 0:
            gap = bool(words)
            continue
        if words and (gap or part < 1000):
            words += "零"
        words += _group(part) + _GROUPS[power]
        gap = False
    return words


def _group(part: int) -> str:
    words = ""
    gap = False
    for place in (3, 2, 1, 0):
        digit = part // 10**place % 10
        if digit == 0:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + DIGITS[digit] + _PLACES[place]
        gap = False
    return words


def _sum_of(words: str) -> int:
    units = {"分": 1, "角": 10, "元": 100, "拾": 10, "佰": 100, "仟": 1000, "万": 10**4, "亿": 10**8}
    total = group = digit = 0
    whole = 0
    for sign in words.removesuffix("整"):
        if sign in DIGITS:
            digit = DIGITS.index(sign)
        elif sign in "拾佰仟":
            group, digit = group + digit * units[sign], 0
        elif sign in "万亿":
            whole, group, digit = whole + (group + digit) * units[sign], 0, 0
        elif sign in "元角分":
            total += (whole + group + digit) * units[sign]
            whole = group = digit = 0
        else:
            raise ValueError("not a sum in words")
    if digit or group or whole:
        raise ValueError("sum without a unit")
    return total


def _permitted(fen: int) -> set[str]:
    """All ways the annex permits to write `fen`: it leaves some zeros, and 整 after 角, to the writer."""
    forms = {in_words(fen)}
    yuan, cents = divmod(fen, 100)
    if yuan and yuan % 10 == 0 and cents >= 10:
        forms |= {form.replace("元", "元零") for form in forms}
    if yuan // 10_000 % 10 == 0 and yuan // 1000 % 10:
        forms |= {form.replace("万", "万零") for form in forms}
    return forms | {form.removesuffix("整") for form in forms if form.endswith("角整")}
