"""Kinds of dispute: their tree and names, the profile that fits, where they usually go, and where the law keeps
electronic signatures out [ESL 3]."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROUTES = ("committee", "specialist", "arbitration", "office", "court", "police")
"""Where a dispute may be taken: 人民调解委员会, 专业性行业性调解组织, 劳动人事争议调解仲裁, 主管部门, 人民法院,
公安机关."""


@dataclass(frozen=True)
class Exclusion:
    """Why a document of this kind is signed on paper. `reason` is a code (words: i18n case.paper_reason.*)."""

    reason: str
    article: str
    text: str
    """The rule in the statute's words."""


@dataclass(frozen=True)
class Dispute:
    """One kind of dispute; as in kinds.toml."""

    code: str
    name: str
    en: str
    parent: str = ""
    """Code of the kind above; "" for the upper level."""
    profile: str = "people"
    route: str = "committee"
    """One of ROUTES: where it usually goes."""
    article: str = ""
    """What that route follows, abbreviated; "" where it is custom."""
    excluded: Exclusion | None = None
    words: tuple[str, ...] = ()
    """What such disputes are called."""


RELATIONS = Exclusion(
    "personal_relations", "ESL 3(3)(1)", "涉及婚姻、收养、继承等人身关系的文书，不适用电子签名、数据电文"
)
UTILITIES = Exclusion(
    "utilities", "ESL 3(3)(2)", "涉及停止供水、供热、供气等公用事业服务的文书，不适用电子签名、数据电文"
)
PAPER = {"relations": RELATIONS, "utilities": UTILITIES}


def _read(path: Path) -> dict[str, Dispute]:
    found = {}
    for row in tomllib.loads(path.read_text(encoding="utf-8"))["kind"]:
        paper, words = row.pop("paper", None), tuple(row.pop("words", ()))
        found[row["code"]] = Dispute(**row, words=words, excluded=PAPER[paper] if paper else None)
    return found


DISPUTES = _read(Path(__file__).with_name("kinds.toml"))
"""Code -> kind, a parent before its children."""


def esign_excluded(kind: str) -> Exclusion | None:
    """Why a dispute of this kind must be settled on paper; None where electronic signatures are permitted."""
    dispute = DISPUTES.get(kind)
    return dispute.excluded if dispute else None


def profile_for(kind: str) -> str:
    """The rule type that usually fits."""
    dispute = DISPUTES.get(kind)
    return dispute.profile if dispute else "people"
