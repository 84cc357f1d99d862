"""What a sample case is made of, and the short words its files are written in."""

from dataclasses import dataclass, field
from typing import Any

from server.cases.model import Authority, Facts, Filed, Part, Side

A, R = Side.applicant, Side.respondent
NO_AUTHORITY = Authority()


@dataclass(frozen=True)
class Role:
    """Somebody of a sample case; `acts_for` names a label or a name of the same cast."""

    name: str
    side: Side
    label: str
    filed: Filed
    part: Part = Part.party
    organisation: bool = False
    acts_for: str = ""
    authority: Authority = NO_AUTHORITY
    absent: bool = False
    """Not sent a link: a small child, or somebody who is wholly represented."""


@dataclass(frozen=True)
class Sample:
    """A case ready to be made, and the terms its people agree on; labels (甲方) stand for parties."""

    title: str
    kind: str
    facts: Facts
    claims: str
    cast: tuple[Role, ...]
    dispute: dict[str, str]
    clauses: tuple[dict[str, Any], ...]
    minutes: tuple[str, ...] = field(
        default=("调解员告知各方权利义务，各方均无回避申请。", "各方陈述后，经调解自愿达成一致。")
    )


def person(sex: str, born: str, work: str, lives: str, id_no: str, phone: int, **more: str) -> Filed:
    """A natural person; the phone's last four digits."""
    return Filed(sex, born, "汉族", work, lives, id_no, f"1990000{phone:04d}", **more)


def company(code: str, head: str, position: str, address: str) -> Filed:
    """An organisation with a seal drawn from its name."""
    return Filed("", "", "", "", address, "", "", code=code, head=head, position=position, seal="plain")


def pay(who: str, whom: str, yuan: int, what: str, due: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    """A clause of payment, by default at once by transfer."""
    fields = {"obligor": who, "obligee": whom, "amount_fen": yuan * 100, "text": what, "due": due}
    breach = {"breach": "逾期未付的，收款方可以就未付款项申请人民法院强制执行"}
    return {"kind": "payment", "fields": fields | {"manner": "一次性转账"} | breach | more}


def do(who: str, act: str, due: dict[str, Any] | None = None, text: str = "") -> dict[str, Any]:
    """A clause of an act."""
    return {"kind": "act", "fields": {"obligor": who, "act": act, "due": due, "text": text}}


def free(text: str) -> dict[str, Any]:
    """A clause in free words."""
    return {"kind": "free", "fields": {"text": text}}


def on(day: str) -> dict[str, Any]:
    """Due on a day."""
    return {"by": "date", "date": day}


def within(days: int, **more: Any) -> dict[str, Any]:
    """Due so many days after effect, or after another event; `working` days or calendar days."""
    return {"by": "days_after_effective", "days": days, **more}


def part(yuan: int, day: str) -> dict[str, Any]:
    """One instalment."""
    return {"amount_fen": yuan * 100, "due": on(day)}


def made_of(**yuan: int) -> list[dict[str, Any]]:
    """What a sum is made of."""
    return [{"label": label, "amount_fen": sum_ * 100} for label, sum_ in yuan.items()]


def legal(position: str) -> Authority:
    """法定代表人."""
    return Authority("legal_representative", "", position, "法定代表人身份证明书")


def special(relation: str) -> Authority:
    """委托代理人 with special authority [CPL 62(2)]."""
    return Authority("attorney", "special", relation, "2026年11月18日授权委托书")
