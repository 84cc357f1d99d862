"""Lines of random contract text at 100 to 420 points, ours and reportlab's `wordWrap="CJK"` beside each other: what a
reader of an official document would object to, counted by rules that know nothing of the breaker's own.

Run: python -m tests.documents.lines [LINES]; 10,000 lines of ours unless told. Ends with 1 if ours have a fault."""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import partial

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph

from documents.fonts import Typefaces, load
from documents.linebreak import break_lines
from tests.documents.texts import CLAUSES, FONTS, case_two

SIZE = 10.0
CUT = 200
CLOSING = frozenset("、。，．：；！？）〉》」』】〕〗’”…～％‰℃㎡,.:;!?)]}%")
OPENING = frozenset("（〈《「『【〔〖‘“([{￥¥$第")
CAPITALS = "零壹贰叁肆伍陆柒捌玖拾佰仟万亿元圆角分整"
THINGS = re.compile(
    rf"""
    [A-Za-z0-9][A-Za-z0-9._-]*@[A-Za-z0-9.-]+[A-Za-z]        # an address of mail
  | https?://[!-~]+                                         # of the net
  | \d{{4}}年\d{{1,2}}月(?:\d{{1,2}}日)?                       # a date
  | [〇零一二三四五六七八九十]{{4}}年[一二三四五六七八九十]{{1,2}}月[一二三四五六七八九十]{{1,3}}日
  | (?<!\d)\d{{4}}\*+\d{{4}}(?!\d)                          # an account, masked
  | (?<!\d)\d{{4}}(?:\ \d{{3,4}})+(?!\d)                     # or in groups
  | 第[〇零一二三四五六七八九十百千]+[条款项]                 # an article of law
  | [（(]\d{{4}}[）)][\u4e00-\u9fff\d]{{1,12}}?第?\d+号         # the number of a case
  | \d{{17}}[\dX]                                           # an identity number
  | [￥¥$]?\d+(?:[,.:]\d+)*(?:[万亿]?元|[年月日%㎡号]|个月|工作日|小时)?
  | [{CAPITALS}]{{2,}}
  | [A-Za-z]+(?:['-][A-Za-z]+)*                              # a Latin word
    """,
    re.VERBOSE,
)
"""What a reader takes for one thing."""
NAMES = ("林秀珍", "陈国栋", "Zhang Wei-Ming", "司马欧阳·买买提江", "安和财产保险股份有限公司嘉南中心支公司", "吴㐀")
SENTENCES = (
    "{name}于{date}前（含当日）向{other}支付人民币{sum}元（大写：{words}），",
    "汇入{other}账户（户名：{other}；开户行：××银行嘉南支行；账号：{account}）。",
    "逾期的，自逾期之日起按同期LPR的{rate}倍计付利息；《中华人民共和国民法典》第{article}条、第五百七十七条另有规定的除外。",
    "“{case}”一案的诉讼费￥{sum}元由{name}负担——双方确认无误……",
    "联系电话{phone}，电子邮箱{mail}，材料见https://hejie.example.cn/files/{number}/annex-a.pdf?v={number}。",
    "身份证号{id}，住嘉南区青禾路{number}号{small}幢502室；{dozen}个工作日内（{date}至{date}）办理《房屋交接单》。",
    "合计{sum}元＝{number}㎡×1.8元×33个月，减免10%；付款分{small}期：①{date}付{sum}元；②二〇二七年三月十五日前付清。",
    "{name}自愿放弃其余请求，{other}表示接受！甲乙双方再无其他争议？（以笔录为准）",
)


def contract(chance: random.Random, length: int) -> str:
    """At least `length` characters of clauses, with values drawn by `chance`."""
    written = "".join([*CLAUSES, *(clause.text for clause in case_two().clauses)])
    parts: list[str] = []
    while sum(map(len, parts)) < length:
        if chance.random() < 0.15:
            at = chance.randrange(len(written) - 120)
            parts.append(written[at : at + 120])
        parts.append(chance.choice(SENTENCES).format(**_values(chance)))
    return "".join(parts)


def _values(chance: random.Random) -> dict[str, object]:
    name, other = chance.sample(NAMES, 2)
    number = chance.randrange(10, 99_999_999)
    return {
        "name": name,
        "other": other,
        "date": f"{chance.randrange(2024, 2031)}年{chance.randrange(1, 13)}月{chance.randrange(1, 29)}日",
        "sum": chance.choice([f"{number}", f"{number:,}", f"{number:,}.00", f"{number / 10_000:.2f}万"]),
        "words": "".join(
            chance.choice("壹贰叁肆伍陆柒捌玖") + unit for unit in chance.choice(["万仟佰", "拾", "佰拾万仟"])
        )
        + "元整",
        "account": chance.choice([f"6200********{number % 10_000:04}", "6200 1234 5678 9012 345"]),
        "rate": chance.choice(["1.5", "4", "0.95"]),
        "article": chance.choice(["一百零八", "一千一百六十五", "二十", "五百零九"]),
        "case": f"（{chance.randrange(2019, 2027)}）嘉南人调字第{number % 10_000:04}号",
        "phone": chance.choice(["19900000201", "0573-8200 1234"]),
        "mail": chance.choice(["gu.minghua@example.org", "zhou_dayong@mediation.jianan.example.cn"]),
        "number": number % 1000,
        "small": chance.randrange(2, 9),
        "dozen": chance.randrange(2, 60),
        "id": f"3399001971010{number % 100_000:05}"[:17] + chance.choice("0123456789X"),
    }


@dataclass
class Count:
    """What was found in the lines of one breaker."""

    lines: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    """Texts whose lines do not join to the text again."""
    too_wide: int = 0
    """Things wider than the whole column, broken because they must be: no fault."""
    seen: list[str] = field(default_factory=list)

    def look(self, text: str, lines: list[str], room: float, faces: Typefaces) -> None:
        self.lines += len(lines)
        self.lost += "".join("".join(lines).split()) != "".join(text.split())
        borders, at = set(), 0
        for line in lines[:-1]:
            at = text.index(line, at) + len(line)
            borders.add(at + len(text[at:]) - len(text[at:].lstrip(" ")))
        wide = partial(faces.width, face="regular", size=SIZE)
        for border in sorted(borders):
            before, after = text[:border].rstrip(" ")[-1:], text[border : border + 1]
            thing = next((one for one in THINGS.finditer(text) if one.start() < border < one.end()), None)
            if thing is not None and sum(map(wide, thing.group())) > room - 2 * SIZE:
                self.too_wide += 1  # with the marks that must stand beside it
                continue
            if after in CLOSING:
                self._fault("begins with a closing mark", text, border)
            if before in OPENING:
                self._fault("ends with an opening mark", text, border)
            if thing is not None:
                self._fault("cuts a thing in two", text, border)

    def _fault(self, kind: str, text: str, border: int) -> None:
        self.faults[kind] += 1
        self.seen.append(f"{kind}: {text[border - 12 : border]}|{text[border : border + 12]}")


def peer_lines(text: str, room: float, face: str) -> list[str]:
    """The lines reportlab breaks the same text into."""
    style = ParagraphStyle("peer", fontName=face, fontSize=SIZE, leading=12, wordWrap="CJK")
    paragraph = Paragraph(text.replace("&", "&amp;").replace("<", "&lt;"), style)
    paragraph.wrap(room, 10_000)
    return ["".join(line[1]) for line in paragraph.blPara.lines]


def compare(lines: int, seed: int) -> tuple[Count, Count]:
    """Our count and reportlab's, over as many cuts as give us `lines` lines."""
    chance = random.Random(seed)
    faces = load(FONTS)
    text = contract(chance, 40 * CUT)
    ours, theirs = Count(), Count()
    while ours.lines < lines:
        start, room = chance.randrange(len(text) - 2 * CUT), chance.uniform(100, 420)
        start = next(at + 1 for at in range(start, len(text)) if text[at] in "，。；")  # not inside of a thing
        cut = text[start : start + CUT].strip()
        broken = break_lines(cut, lambda c: faces.width(c, "regular", SIZE), SIZE, room, room)
        ours.look(cut, [line.text for line in broken], room, faces)
        theirs.look(cut, peer_lines(cut, room, faces.names["regular"][0]), room, faces)
    return ours, theirs


def main(arguments: list[str]) -> int:
    ours, theirs = compare(int(arguments[0]) if arguments else 10_000, seed=1)
    for name, count in (("ours", ours), ("reportlab wordWrap=CJK", theirs)):
        print(f"{name}: {count.lines} lines, faults {dict(count.faults) or 0}, wider than the column {count.too_wide}")
    for fault in ours.seen[:20]:
        print(fault)
    return 1 if ours.faults or ours.lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
