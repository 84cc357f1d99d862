"""The report on a packet in plain words for a terminal or a printed page, Chinese or English."""

from __future__ import annotations

from documents.packet_report import BREAKS, FileReport, PacketReport
from documents.report import Report
from documents.wording import MARKS, Language, as_text

VERDICTS = {
    "valid": ("有效：清单和全部材料相符", "Valid: the list and all files agree"),
    "invalid": ("无效：材料与移送时不一致", "Not valid: this is not what was sent"),
    "incomplete": ("不完整：缺少材料或者签署未完成", "Incomplete: a file or a signature is missing"),
    "unknown_issuer": (
        "无法判断：没有可信的根证书，请向调解中心核对下列指纹",
        "Cannot be judged: the root is not trusted yet; compare its fingerprint with the one the centre publishes",
    ),
    "cannot_tell": ("无法判断：缺少判断所需的材料", "Cannot be judged: something needed for it is missing"),
}
REASONS = {
    "not_a_packet": (
        "不是本系统的申请材料包，或者其中没有清单",
        "this is no packet of this system, or its list is missing",
    ),
    "packet_limits": ("材料包超出可核验的数量或大小", "the packet has more or larger files than can be judged"),
    "packet_form": ("材料包加密或者使用了不支持的压缩方式", "the packet is encrypted or packed in an unknown way"),
    "packet_damaged": ("材料包的结构被破坏", "the structure of the packet is damaged"),
    "names_unsafe": ("材料包中有不安全的文件名", "a file in the packet has a name that is not safe"),
    "list_broken": (
        "清单不是移送清单，或者没有列明必要的文件",
        "the list is no list of a packet, or lacks what it must name",
    ),
    "member_changed": ("文件与清单不符", "a file is not the one that the list names"),
    "member_extra": ("文件不在清单之列", "a file is not on the list"),
    "member_missing": ("清单所列的文件缺失", "a file of the list is missing"),
    "manifest_differs": ("机读清单与材料不符", "the manifest and the files do not agree"),
    "member_invalid": ("已签署的文件无效", "a signed file is not valid"),
    "member_incomplete": ("文件的签署没有完成", "the signing of a file was not completed"),
    "member_unknown_issuer": ("文件的签发机构尚未受信任", "the issuer of a signed file is not trusted yet"),
    "member_cannot_tell": ("文件的签名无法判断", "a signed file cannot be judged"),
}
LABELS = {
    "verdict": ("材料包结论", "Verdict on the packet"),
    "case_no": ("案号", "Case"),
    "court": ("移送法院", "Court"),
    "made_at": ("制作时间", "Made"),
    "sha256": ("材料包摘要（SHA-256）", "SHA-256 of the packet"),
    "repacked": (
        "材料包被重新压缩过；以下按其中的文件判断。",
        "The packet was packed anew by somebody; its files were judged.",
    ),
    "files": ("材料", "Files"),
    "list": ("清单", "The list"),
}


def packet_as_text(report: PacketReport, language: Language = "zh-CN") -> str:
    """The whole report: the packet, a line for each file, then the list and each file that is not valid by itself."""
    pick = 0 if language == "zh-CN" else 1
    colon = "：" if pick == 0 else ": "
    lines = [f"{LABELS['verdict'][pick]}{colon}{VERDICTS[report.verdict][pick]}"]
    for reason in report.reasons:
        where = f" ({reason.detail})" if reason.detail else ""
        lines.append(f"  - {REASONS[reason.code][pick]} [{reason.code}]{where}")
    if report.repacked:
        lines.append(LABELS["repacked"][pick])
    if (facts := report.manifest) is not None:
        told = {"case_no": facts.case_no, "court": facts.court, "made_at": facts.made_at}
        lines += [f"{LABELS[name][pick]}{colon}{value}" for name, value in told.items() if value]
    lines.append(f"{LABELS['sha256'][pick]}{colon}{report.sha256}")
    if report.files:
        lines.append(f"{LABELS['files'][pick]}{colon}")
        lines += [f"  {MARKS[_good(each)]} {each.path}  {each.title}" for each in report.files]
    text = "\n".join(lines) + "\n"
    if report.list is not None:
        text += _chapter(LABELS["list"][pick], report.list, language)
    for each in report.files:
        if each.report is not None and each.report.verdict != "valid":
            text += _chapter(each.path, each.report, language)
    return text


def _good(each: FileReport) -> bool | None:
    """All true; false; or nothing known against it, and not known to be valid."""
    if not (each.length_ok and each.sha256_ok and each.sm3_ok) or (each.signed and each.report is None):
        return False
    if each.report is None or each.report.verdict == "valid":
        return True
    return False if each.report.verdict in ("invalid", "incomplete") else None


def _chapter(title: str, report: Report, language: Language) -> str:
    return f"\n[{title}]\n{as_text(report, language)}"


if REASONS.keys() != BREAKS.keys():
    raise AssertionError("a reason without words, or words without a reason")
