"""What a check of the journals found, in words for a clerk: Chinese or English. Pure."""

from typing import Literal

from server.journal.examining import CaseState, Examined
from server.store.chain import Fault

Language = Literal["zh-CN", "en"]
KINDS = {
    "edit": ("被改动过", "was altered"),
    "reorder": ("不在原来的位置", "is not where it was written"),
    "drop": ("不见了", "is gone"),
    "fork": ("起与当时盖过时间戳的不是同一份记录", "and what follows is not what was time-stamped then"),
    "truncation": ("起的记录不见了", "and what followed is gone"),
    "body": ("的内容不见了，也没有删除记录", "has lost its content, and no entry says that it was erased"),
}
PARTS = {
    "entry": ("这一条本身", "the entry itself"),
    "body": ("内容", "its content"),
    "written anew": ("哈希值重新算过", "its hash was made anew"),
    "inserted": ("插进了一条", "an entry was put in"),
    "elsewhere": ("与另存的锚定文件不符", "beside the anchors kept elsewhere"),
    "was": ("原在第{}条", "it was number {}"),
    "anchor": ("与锚定{}不符", "beside anchor {}"),
    "file": ("与已签署的文件{}不符", "beside the signed file {}"),
}
"""By the first word of what was found, or all of it."""
ANCHORS = {
    "altered": ("锚定的内容被改动过", "what was anchored was altered"),
    "gone": ("另存的锚定在数据库里不见了", "an anchor that was kept elsewhere is gone from the database"),
    "other_question": ("时间戳盖的不是这份内容", "the time-stamp is about something else"),
    "tsa_unknown": ("时间戳不是已知机构盖的", "the time-stamp is of an authority nobody knows here"),
}


def told(found: Examined, language: Language) -> list[str]:
    """Line by line: what is wrong, then how many are whole."""
    at = 0 if language == "zh-CN" else 1
    lines = []
    for case in found.cases:
        if case.faults:
            first, *rest = case.faults
            more = ("", "") if not rest else (f"（另有{len(rest)}处）", f" ({len(rest)} more)")
            lines.append(f"{case.case}{('：', ': ')[at]}{fault(first, language)}{more[at]}")
    for name, cause in found.anchors.items():
        words = ANCHORS.get(cause.removeprefix("elsewhere: "), (f"时间戳不成立（{cause}）", f"is not sound ({cause})"))
        lines.append(f"{name}{('：', ': ')[at]}{words[at]}")
    whole = [one for one in found.cases if not one.faults]
    return [*lines, _whole(whole, found.stamps)[at]]


def _whole(whole: list[CaseState], stamps: int) -> tuple[str, str]:
    entries, anchored = sum(one.entries for one in whole), sum(min(one.anchored, one.entries) for one in whole)
    return (
        f"完整的存证日志{len(whole)}份，共{entries}条，其中{anchored}条已有时间戳（时间戳{stamps}个）",
        f"{len(whole)} journals whole, {entries} entries, {anchored} of them under {stamps} time-stamps",
    )


def fault(one: Fault, language: Language) -> str:
    """One sentence."""
    at = 0 if language == "zh-CN" else 1
    reaching = one.kind in ("fork", "truncation")
    upto = "" if one.seq == one.upto else (f"（至迟第{one.upto}条）", f" ({one.upto} at the latest)")[at]
    place = f"{one.seq}" if reaching or not upto else f"{one.seq}–{one.upto}"
    part = _part(one.what)[at]
    if at == 0:
        return f"第{place}条{upto if reaching else ''}{KINDS[one.kind][0]}" + (f"（{part}）" if part else "")
    return f"entry {place}{upto if reaching else ''} {KINDS[one.kind][1]}" + (f" ({part})" if part else "")


def _part(what: str) -> tuple[str, str]:
    first, _, rest = what.partition(" ")
    words = PARTS.get(what) or PARTS.get(first) or ("", "")
    return words[0].format(rest), words[1].format(rest)
