"""What one party may ask a court to enforce: what is overdue to them, to the day; the statutes; and the three forms
that go with it. Pure. A form is printed and signed by hand; nothing here is signed electronically or sealed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from documents import COLUMNS, Cell, FormText, Heading, Signing, Table, Words
from server.confirmation.dues import Entry, Row
from server.confirmation.model import Application
from server.law import money
from server.law.dates import written
from server.law.sources import spelled

PERIOD, INTEREST, PLACE = "CPL 250", "CPL 264", "JS 460"
APPLICATION, STATEMENT, MATERIALS = "强制执行申请书", "履行情况和欠款计算表", "申请强制执行材料清单"
BY_HAND = "身份证号码、电话、收款账户由申请人自己用笔填写。"
SPANS = (1, 2, 2, 2, 2, 1, 2)
COLUMN_NAMES = ("条款", "最后一天", "应当履行", "已经履行", "还差", "逾期天数", "分别计算的两年")


@dataclass(frozen=True)
class Side:
    """A party as the forms name it."""

    id: str
    name: str
    label: str
    particulars: str
    address: str


@dataclass(frozen=True)
class Claim:
    """What is overdue to one party on `day`."""

    creditor: Side
    debtors: tuple[Side, ...]
    rows: tuple[Row, ...]
    day: date

    @property
    def rest_fen(self) -> int:
        """Still owed in money, without interest."""
        return sum(rest(row) for row in self.rows)

    @property
    def until(self) -> date:
        """A day by which it is not too late for any of it."""
        return min(row.enforce_until for row in self.rows if row.enforce_until)


@dataclass(frozen=True)
class About:
    """What the forms say of agreement and ruling."""

    number: str
    centre: str
    clauses: dict[str, tuple[int, str]]
    """Clause -> its number and words."""
    application: Application
    nearby: tuple[str, ...]
    """Courts at the debtors' addresses: there may be assets there."""
    demo: bool


@dataclass(frozen=True)
class Enclosed:
    """A file in the packet."""

    path: str
    title: str
    sha256: str


def rest(row: Row) -> int:
    """What is still owed of a row in fen; 0 for an act."""
    return max((row.due.fen or 0) - row.paid_fen, 0)


def claims(rows: Iterable[Row], sides: Sequence[Side], day: date) -> tuple[Claim, ...]:
    """One for each party to whom something is overdue."""
    late = [row for row in rows if row.standing == "overdue"]
    found = []
    for one in sides:
        own = tuple(row for row in late if row.due.obligee == one.id)
        debtors = {row.due.obligor for row in own}
        if own:
            found.append(Claim(one, tuple(other for other in sides if other.id in debtors), own, day))
    return tuple(found)


def application(claim: Claim, about: About, files: Sequence[Enclosed]) -> FormText:
    """强制执行申请书; room for what only the applicant knows."""
    at = about.application
    sides = [("申请执行人", claim.creditor), *(("被执行人", one) for one in claim.debtors)]
    acts = [row for row in claim.rows if row.due.fen is None]
    asked = []
    if claim.rest_fen:
        asked.append(f"{_named(claim.debtors)}向申请执行人支付{money.spelled(claim.rest_fen)}。")
        asked.append(f"{_named(claim.debtors)}加倍支付迟延履行期间的债务利息（{spelled(INTEREST)}），由人民法院计算。")
    asked += [f"履行调解协议第{about.clauses[row.due.clause][0]}条：{about.clauses[row.due.clause][1]}" for row in acts]
    ruled = f"{at.court}作出的{at.case_no}民事裁定书" if at.court else f"{at.case_no}民事裁定书"
    facts = (
        f"申请执行人与被执行人经{about.centre}主持调解达成{about.number}调解协议，{ruled}裁定该调解协议有效。",
        f"截至{written(claim.day)}，被执行人没有全部履行，逾期的内容见《{STATEMENT}》。",
        f"依照{spelled('CPL 206')}，申请强制执行。",
    )
    blocks = (
        Table(
            tuple(
                (Cell(role, 2, head=True), Cell(f"{one.particulars}\n身份证号码：\n电话：", COLUMNS - 2, lines=3))
                for role, one in sides
            )
        ),
        Heading("请求事项"),
        Words(tuple(f"{n}. {one}" for n, one in enumerate(asked, 1))),
        Heading("事实和理由"),
        Words(facts),
        Table(((Cell("收款账户", 2, head=True), Cell("户名：\n开户银行：\n账号：", COLUMNS - 2, lines=3)),)),
        Words(("此致", f"{at.court or '＿＿＿＿＿＿＿＿人民法院'}")),
        Signing(("申请执行人（签名、盖章或者按指印）：",)),
        Words(("附：" + "、".join(dict.fromkeys(one.title for one in files)) + "、身份证明复印件。", BY_HAND)),
    )
    return _form("enforcement", APPLICATION, blocks, about, claim.day)


def statement(claim: Claim, about: About, entries: Iterable[Entry]) -> FormText:
    """What was owed, paid and when, to the day; the sums are of what is overdue."""
    keys = {row.due.key for row in claim.rows}
    written_down = [one for one in entries if (one.clause, one.part) in keys and not one.struck]
    paid = [one for one in written_down if one.counts]
    said = [one for one in written_down if not one.counts]
    blocks = [
        Words(
            (f"申请执行人：{_side(claim.creditor)}。被执行人：{_named(claim.debtors)}。计算到{written(claim.day)}。",)
        ),
        Table((_heads(), *(_row(row, about, claim.day) for row in claim.rows)), columns=True),
        Words((f"逾期未付合计{money.spelled(claim.rest_fen)}，不含利息。",) if claim.rest_fen else ()),
        Heading("已经确认的履行"),
        Words(tuple(_said(one, about) for one in paid) or ("没有。",)),
        *(
            (Heading("被执行人说已经履行、没有得到确认的"), Words(tuple(_said(one, about) for one in said)))
            if said
            else ()
        ),
        Heading("说明"),
        Words(
            (
                f"申请执行的期间为二年，从履行期间的最后一日起计算，分期履行的从最后一期届满之日起计算（{spelled(PERIOD)}）。"
                f"表中各期分别计算，不会比法律规定的晚；请不要晚于{written(claim.until)}申请。",
                f"迟延履行金钱义务的，应当加倍支付迟延履行期间的债务利息（{spelled(INTEREST)}）；本表没有计算，由人民法院计算。",
                "本表按调解组织登记的履行记录制作，未经法院核实，以人民法院查明的为准。",
            )
        ),
    ]
    shown = tuple(one for one in blocks if not isinstance(one, Words) or one.paragraphs)
    return _form("enforcement_statement", STATEMENT, shown, about, claim.day)


def materials(claim: Claim, about: About, files: Sequence[Enclosed]) -> FormText:
    """What is in the packet with each file's hash, what is still to be brought, where to and until when."""
    spans = (1, 4, 7)
    heads = tuple(
        Cell(one, span, head=True) for one, span in zip(("序号", "材料", "文件名和SHA-256"), spans, strict=True)
    )
    rows = tuple(
        (Cell(str(n), 1, align="centre"), Cell(one.title, 4), Cell(f"{one.path}\n{_grouped(one.sha256)}", 7))
        for n, one in enumerate(files, 1)
    )
    at = about.application
    missing = () if at.ruling else ("民事裁定书（送达的原件或者复印件；本材料包里没有）",)
    bring = (
        *missing,
        "申请执行人的身份证明原件和复印件",
        "被执行人的财产线索（知道的话）",
        "由他人代办的：授权委托书和代理人的身份证明",
    )
    where = [f"作出裁定的{at.court or '人民法院'}，或者与它同级的被执行财产所在地的人民法院（{spelled(PLACE)}）。"]
    if about.nearby:
        where.append(f"被执行人住所地的法院：{'、'.join(about.nearby)}；那里有财产的，也可以向它申请。")
    blocks = (
        Table((heads, *rows), columns=True),
        Heading("还要带上"),
        Words(bring),
        Heading("向哪个法院申请"),
        Words(tuple(where)),
        Heading("期限"),
        Words((f"请不要晚于{written(claim.until)}申请（{spelled(PERIOD)}）。",)),
        Words(("强制执行申请书打印后用笔签名才有效。清单上的摘要用来核对文件是否被改动，不是签名。",)),
    )
    return _form("enforcement_materials", MATERIALS, blocks, about, claim.day)


def _form(
    name: str, title: str, blocks: Iterable[Table | Heading | Words | Signing], about: About, day: date
) -> FormText:
    return FormText(name, title, about.number, "", tuple(blocks), (), day.isoformat(), about.demo)


def _side(one: Side) -> str:
    return f"{one.name}（{one.label}）"


def _named(sides: Iterable[Side]) -> str:
    return "、".join(_side(one) for one in sides)


def _heads() -> tuple[Cell, ...]:
    return tuple(Cell(name, span, head=True) for name, span in zip(COLUMN_NAMES, SPANS, strict=True))


def _row(row: Row, about: About, day: date) -> tuple[Cell, ...]:
    due = row.due
    late = (day - due.day).days if due.day else 0
    sums = tuple(map(_sum, (due.fen, row.paid_fen, rest(row)))) if due.fen is not None else ("—", "—", "没有履行")
    number = str(about.clauses[due.clause][0])
    texts = (number, _iso(due.day), *sums, str(late), _iso(row.enforce_until))
    return tuple(Cell(text, span, align="centre") for text, span in zip(texts, SPANS, strict=True))


def _said(one: Entry, about: About) -> str:
    what = _sum(one.fen) if one.fen else "已履行"
    by = {"obligee": "申请执行人确认", "staff": "调解组织看过凭证", "denied": "申请执行人说没有收到", "": "还没有回答"}
    return f"{written(one.on)}，第{about.clauses[one.clause][0]}条，{what}（{by[one.confirmed]}）。"


def _sum(fen: int) -> str:
    return f"{money.in_figures(fen)}元"


def _iso(day: date | None) -> str:
    return day.isoformat() if day else "—"


def _grouped(digest: str) -> str:
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
