"""A judged disclosure in plain words for a terminal or a printed page, Chinese or English."""

from __future__ import annotations

import json

from documents.disclosed import STEPS, Finding, Proven
from documents.wording import VERDICTS, Language, grouped

HEADS = {
    "valid": (
        "成立：下列记录自所示时间起就在案件的存证日志中",
        "Proven: these entries stood in the journal of the case since the times shown",
    ),
    "invalid": (
        "不成立：文件被改动过，或与时间戳不符",
        "Not proven: the file was altered, or does not fit its time-stamps",
    ),
    "unknown_issuer": VERDICTS["unknown_issuer"],
    "cannot_tell": VERDICTS["cannot_tell"],
}
REASONS = {
    "altered": ("文件在传送中被改动或截断", "the file was altered or cut off on its way"),
    "structure": ("文件的结构不对", "the file is not of the right form"),
    "entry": ("记录不在盖过时间戳的日志中", "the entry is not in the journal that was time-stamped"),
    "history": (
        "记录不在最后的日志中：有两份不同的历史",
        "the entry is not in the last journal: there are two histories",
    ),
    "head": ("签署文件中的日志值不在这份历史中", "the head in a signed file is not of this history"),
    "anchor": ("时间戳盖的不是这份日志", "the time-stamp is not over this journal"),
    "timestamp_broken": ("时间戳不正确", "a time-stamp is wrong"),
    "timestamp_revoked": ("时间戳机构的证书在盖时间戳前已被吊销", "the time-stamp's certificate was revoked before it"),
    "entry_time": ("记录的时间晚于它的时间戳", "the entry is dated after its time-stamp"),
    "no_trust": ("没有提供根证书", "no root certificate was given"),
    "tsa_unknown": (
        "时间戳机构的根证书不在所提供的根证书之中",
        "the time-stamp authority does not lead to a root that was given",
    ),
    "time_ahead": (
        "时间戳晚于核验时间，请核对时钟",
        "the time-stamp lies after the moment of judging; compare the clocks",
    ),
    "timestamp_expired": ("时间戳证书已过期", "the time-stamp's certificate has run out"),
    "status_unknown": (
        "时间戳机构当前的证书状态未知，请提供状态文件",
        "the present status of the time-stamp authority is not known; bring a status file",
    ),
    "no_proof": (
        "时间戳机构的证书后来被吊销，已无法证明",
        "can no longer be proven: the time-stamp's certificate was revoked later",
    ),
    "other_file": (
        "所附的签署文件不属于这份历史，或未列入",
        "the signed file brought along is not of this history, or not named in it",
    ),
}
KINDS = {
    "session.open": ("会议开始", "session opened"),
    "session.adjourn": ("会议延期", "session adjourned"),
    "session.close": ("会议结束", "session closed"),
    "room.attendance": ("到场情况", "attendance"),
    "seat.identified": ("本人确认身份", "confirmed who they are"),
    "party.identified": ("身份核验", "identity checked"),
    "kiosk.sat": ("现场签署台就座", "sat down at the centre's device"),
    "ceremony.vouched": ("工作人员现场作证", "vouched for by staff"),
    "seat.consented": ("同意的选择", "chose what to agree to"),
    "ceremony.separate": ("同意分别签署", "agreed to sign at separate times"),
    "agreement.show": ("协议文本向各方出示", "text shown to all parties"),
    "clause.confirm": ("逐条确认", "confirmed a clause"),
    "agreement.number_taken": ("编号", "number taken"),
    "agreement.freeze": ("定稿", "text frozen"),
    "ceremony.confirm": ("确认看过的文件", "confirmed the files they read"),
    "ceremony.enrol": ("登记签名密钥", "enrolled a signing key"),
    "ceremony.ready": ("取得证书", "was certified"),
    "ceremony.paper": ("纸质签名", "signed on paper"),
    "ceremony.sign": ("签署", "signed"),
    "ceremony.all_signed": ("全部签署完毕", "all have signed"),
    "agreement.complete": ("协议签署完成", "agreement complete"),
    "agreement.file": ("纸面协议归档", "agreement on paper filed"),
    "journal.erased": ("按规则删除的记录", "erased by rule"),
}
LABELS = {
    "case": ("案件", "Case"),
    "anchored": ("时间戳", "Time-stamped"),
    "entries": ("条记录", "entries"),
    "since": ("至迟", "by"),
    "hidden": ("其余内容未公开", "the rest is closed"),
    "closed": ("内容已按规则删除", "its content was erased by rule"),
    "root": ("根证书指纹", "Root certificate's fingerprint"),
    "head": ("签署文件中的日志值是第{}条", "the head in the signed file is entry {}"),
}


def disclosure_as_text(found: Finding, language: Language = "zh-CN") -> str:
    """One fact a line, ending with a line feed. Entries are listed also where they are not proven."""
    pick = 0 if language == "zh-CN" else 1
    colon = "：" if pick == 0 else ": "
    lines = [HEADS[found.verdict][pick]]
    for reason in found.reasons:
        place = f" ({reason.detail})" if reason.detail else ""
        lines.append(f"  - {REASONS[reason.code][pick]} [{reason.code}]{place}")
    if found.case:
        lines.append(f"{LABELS['case'][pick]}{colon}{found.case}")
    lines += [_entry(one, pick) for one in found.entries]
    for one in found.anchors:
        mark = "✓" if one.good else "?"
        lines.append(
            f"  {mark} {LABELS['anchored'][pick]} {one.at or '-'}  {one.by}  {one.seq} {LABELS['entries'][pick]}"
        )
    lines += [f"  {LABELS['head'][pick].format(seq)}  {hash_}" for hash_, seq in found.heads.items()]
    if found.root:
        lines.append(f"{LABELS['root'][pick]}{colon}{grouped(found.root)}")
    return "\n".join(lines) + "\n"


def _entry(one: Proven, pick: int) -> str:
    words = KINDS.get(one.kind, (one.kind, one.kind))[pick]
    fields = "  ".join(
        f"{name}={json.dumps(value, ensure_ascii=False, separators=(',', ':'))}" for name, value in one.fields.items()
    )
    rest = {"by_field": LABELS["hidden"][pick] if one.hidden > 1 else "", "closed": LABELS["closed"][pick]}
    parts = [f"{one.seq}", one.at, words, one.actor, fields, rest.get(one.kept, "")]
    since = f"[{LABELS['since'][pick]} {one.since}]" if one.since else ""
    return "  " + "  ".join(part for part in (*parts, since) if part)


if REASONS.keys() != STEPS.keys():
    raise AssertionError("a step without words, or words without a step")
