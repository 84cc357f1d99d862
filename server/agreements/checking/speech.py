"""A clause taken apart: sentences, phrases, and who in each of them is to do what. Pure.

Chinese names the one who acts once and leaves it out afterwards, so a phrase without a subject takes the last one of
its clause. All patterns are bounded: a long text must not hold up the server.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

LABEL = r"[甲乙丙丁戊己庚辛壬癸]方[一二三四五六七八九十]?"
ROLES = (
    "双方", "各方", "三方", "四方", "两方", "任何一方", "任意一方", "任一方", "一方", "另一方", "对方", "守约方",
    "违约方",
    "当事人", "申请人", "被申请人", "债权人", "债务人", "出借人", "借款人", "用人单位", "劳动者", "出租人", "承租人",
    "付款人", "收款人", "付款方", "收款方", "义务人", "权利人", "本人",
)  # fmt: skip
"""Words for those at the table."""
PARTY = rf"(?:{LABEL}|{'|'.join(ROLES)})"
DAY = r"(?:\d{4}年)?\d{1,2}月\d{1,2}[日号]|\d{4}年\d{1,2}月(?!\d)"
COUNT = r"(?:\d{1,4}|[一二两三四五六七八九十百半]{1,4})"
TERM = rf"{COUNT}个?(?:小时|分钟|工作日|自然日|日历日|日|天|周|星期|月|年)(?:之?内|以内|后|期满)"
EVERY = r"每(?:个?月|季度?|年|周|期|日|天|半年)|逐月|按月|按季|按年|次月|当月"
AT_ONCE = (
    r"现场|当面|马上|现付|即付|到手|天黑|当晚|今日|今天|明天|当场|当天|当日|当庭|即时|即日|立即|同时|签(?:订|署|"
    r"字)(?:本协议)?(?:时|后即|当)|生效(?:之日|后|时|起)|生效.{0,4}起"
)
SEASON = r"(?:年|月|季|周|春节|国庆|元旦|学期|合同期|租期|到期)(?:底|末|内|前|满)|今后|永久|长期|期间|此后"
WHEN = re.compile(
    rf"(?:{DAY})|{TERM}|{EVERY}|{AT_ONCE}|{SEASON}|之日起|起至|直至|期限|到期|到账|届满|\d{{1,2}}[:：时点]|"
    rf"\d{{4}}[-./]\d{{1,2}}|[一二三四五六七八九十]{{1,3}}月|腊月|正月|农历|星期|周[一二三四五六日末]|签完字|"
    rf"(?<![今以售日])后(?!续|果|期|来|面|院|门)|时(?=支付|付|交|退)"
)
"""Any expression that says when."""
FIGURE = r"\d[\d,，]{0,18}(?:\.\d{1,6})?"
MONEY = re.compile(
    rf"(?:人民币|共计|合计|计)?\s*(?:{FIGURE}\s*(?:[万千百亿]?元|[万亿](?!年|份|平|[%％]))|"
    r"[一二两三四五六七八九十百千万零〇]{1,9}(?:元|块)|[壹贰叁肆伍陆柒捌玖拾佰仟万零]{2,20}[元圆])"
)
PAY = (
    r"(?:支付|赔偿|赔付|补偿|退还|返还|偿还|归还|给付|付清|还清|缴纳|交纳|补足|补发|付给|赔给|退回|付款|还款|"
    r"清偿|结清|支付给)"
)
DO = (
    r"(?:维修|修复|修好|修缮|修理|拆除|搬离|搬出|迁出|腾退|腾空|清理|清除|清运|交付|移交|交还|办理|过户|删除|"
    r"恢复|整改|更换|"
    r"安装|重做|返工|移除|移走|移栽|加固|封堵|疏通|道歉|开具|撤回|撤销|停止|清退|拆走|协助|配合)"
)
MODAL = r"(?:应当|应该|应|须|必须|需|负责|保证|承诺|自愿|同意|愿意|不得|不能|有义务|务必|负有|继续)"
LONGEST = 400
"""Characters of a sentence that is looked at again for each of its phrases."""
IF = re.compile(
    r"^(?:但|并且|且|同时|此外|其中)?(?:如果|如|若|倘|假如|一旦|因|若因|除|凡|任[何意]?一[方期]|逾期|到期(?:未|"
    r"不)|未(?:按|能|在|及|于)|发生|出现|当)"
)
UNLESS = re.compile(r"(?:的|时|的情况下|的情形|之外)$")
BREAK = re.compile(rf"{PARTY}.{{0,6}}(?:未|逾期|拒[绝不]|不(?:按|履行|支付|能))|逾期|未(?:按|能|在|足额|付)")
LEAD = re.compile(
    r"^(?:[一二三四五六七八九十]{1,2}、|[（(][一二三四五六七八九十\d]{1,2}[)）]|"
    r"第[一二三四五六七八九十]{1,2}[条项期][，：:]?|"
    r"\d{1,2}[.、．]|并且|并|且|而|同时|另外|另|其中|此外|但|现|[^，。：:]{1,16}[：:]|经调解|经协商|鉴于|其余|"
    r"剩余款项|再|还|均|仍|随后|然后|此后|之后|[：: 　])+"
)
TIMES = re.compile(
    rf"^(?:自|从|在|于|至|由)?(?:{DAY}|(?:下个?月|本月|月|年|\d{{1,2}}月)底|本协议[^，]{{0,14}}?(?:后|起|时|内)|"
    rf"{TERM}|{EVERY})"
    r"[^，甲乙丙丁]{0,10}?(?:之?前|之?后|之?内|以?前|起|时|止|日)?(?:（[^）]{0,8}）)?[，,]?"
)


@dataclass(frozen=True)
class Phrase:
    """What stands between two commas."""

    text: str
    """Without what is in brackets."""
    sentence: str
    """The whole sentence it stands in, brackets kept; of a sentence past LONGEST, the phrase alone."""
    subject: str
    """The party that acts, here or before in the clause; "" where none is named."""
    own: bool
    """The subject stands in this very phrase."""
    conditional: bool
    """It states a condition, or follows one in its sentence."""


def bare(text: str) -> str:
    """`text` without what is in brackets."""
    return re.sub(r"[（(][^（）()]{0,120}[)）]", "", text)


def sentences(text: str) -> tuple[str, ...]:
    """Whole sentences, marks at their ends left out."""
    return tuple(one for part in re.split(r"[。；;！？\n]", text) if (one := part.strip()))


def phrases(text: str, names: Collection[str]) -> tuple[Phrase, ...]:
    """All phrases of a clause in order; `names` are those of the parties and of who acts for them."""
    return tuple(_phrases(text, party_pattern(names)))


def party_pattern(names: Collection[str]) -> re.Pattern[str]:
    """Somebody at the table: a label, a role, or a name."""
    known = "|".join(re.escape(one) for one in sorted(names, key=len, reverse=True) if len(one) > 1)
    return re.compile(rf"(?:{known}|{PARTY})" if known else PARTY)


def _phrases(text: str, party: re.Pattern[str]) -> Iterator[Phrase]:
    subject = ""
    for sentence in sentences(text):
        conditional = False
        for part in re.split(r"[，,]", bare(sentence)):
            plain = part.strip()
            if not plain:
                continue
            found = acting(plain, party)
            subject = found or subject
            conditional = conditional or is_condition(plain)
            whole = sentence if len(sentence) <= LONGEST else plain
            yield Phrase(plain, whole, subject, bool(found), conditional)


def is_condition(text: str) -> bool:
    """如…, …的, 逾期…: what follows is owed only then."""
    return bool(IF.search(text) or (UNLESS.search(text) and len(text) > 4) or BREAK.search(text))


def opened(text: str) -> str:
    """The phrase from its subject on: numbering, connectives and a time in front left out."""
    for _ in range(3):
        shorter = TIMES.sub("", LEAD.sub("", text))
        if shorter == text:
            break
        text = shorter
    return text


def acting(text: str, party: re.Pattern[str]) -> str:
    """The party that acts in a phrase, as written: at its head, or after 由; "" where none does."""
    head = party.match(opened(text))
    if head:
        return head.group()
    by = re.search(rf"由(?:{party.pattern})", text)
    return by.group()[1:] if by else ""
