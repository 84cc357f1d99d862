"""The report in plain words for a terminal or a printed page, Chinese or English. The browser has its own words, by
code."""

from __future__ import annotations

from typing import Literal

from documents.report import BREAKS, Check, Reason, Report, SignatureReport

Language = Literal["zh-CN", "en"]
PASSED = "TOTAL-PASSED"

VERDICTS = {
    "valid": ("有效", "Valid"),
    "invalid": ("无效：文件或签名与签署时不一致", "Not valid: the file or a signature is not what was signed"),
    "incomplete": (
        "不完整：尚未生效，缺少签名、印章或时间戳",
        "Incomplete: signatures, seal or time-stamp missing",
    ),
    "unknown_issuer": (
        "无法判断：没有可信的根证书，请向调解中心核对下列指纹",
        "Cannot be judged: the root is not trusted yet; compare its fingerprint with the one the centre publishes",
    ),
    "cannot_tell": ("无法判断：缺少判断所需的材料", "Cannot be judged: something needed for it is missing"),
}
REASONS = {
    "changed_content": ("签署后有内容被改动", "content was altered after signing"),
    "changed_after": ("签署后追加了不允许的内容", "something was added after signing that is not permitted"),
    "trailing_bytes": ("文件末尾有多余的数据", "there is data behind the end of the file"),
    "truncated": ("文件被截断", "the file is cut off"),
    "structure": ("文件结构被破坏", "the structure of the file is damaged"),
    "fields_changed": ("签名栏与文件正文不符", "the signature fields do not fit the text"),
    "active_content": ("文件中有可执行或可变的内容", "the file has active content"),
    "page_differs": ("页面内容与签署时不同", "a page is not as it was when signed"),
    "signature_range": ("签名没有覆盖其应覆盖的范围", "a signature does not cover what it should"),
    "text_differs": (
        "另一种阅读程序读出的文字与签署的文字不同",
        "another reader reads other words on a page than were signed",
    ),
    "not_certified": ("文件没有调解中心的首个认证签名", "the centre's first, certifying signature is missing"),
    "signature_broken": ("签名值不正确", "a signature value is wrong"),
    "signature_encoding": ("签名数据无法识别", "a signature cannot be read"),
    "certificate_subject": ("证书与文件中的签署人不符", "a certificate names another person than the text"),
    "certificate_manifest": ("证书不是为本次签署签发的", "a certificate was issued for another ceremony"),
    "certificate_issuer": ("证书不是由同一机构签发的", "the certificates are not from one issuer"),
    "certificate_paper": (
        "纸上签名的扫描件与签署的书记员不符",
        "a signature on paper and the clerk who signed for it do not belong together",
    ),
    "certificate_invalid": ("签署时证书无效", "a certificate was not good at the time of signing"),
    "revoked": ("证书已被吊销", "a certificate was revoked"),
    "timestamp_broken": ("时间戳不正确", "a time-stamp is wrong"),
    "timestamp_revoked": (
        "时间戳机构的证书在盖时间戳前已被吊销",
        "the time-stamp's certificate was revoked before it",
    ),
    "status_time": ("证书状态的时间与签署时间不符", "the status of a certificate is of another time"),
    "missing_signature": ("缺少签名", "a signature is missing"),
    "missing_seal": ("缺少印章", "the seal is missing"),
    "missing_status": ("缺少证书状态数据", "the certificates' status is missing"),
    "missing_timestamp": ("缺少文件时间戳", "the time-stamp over the whole file is missing"),
    "no_trust": ("没有提供根证书", "no root certificate was given"),
    "other_root": ("签名不是由所提供的根证书签发的", "the signatures do not lead to the root that was given"),
    "tsa_unknown": (
        "时间戳机构的根证书不在所提供的根证书之中",
        "the time-stamp authority does not lead to a root that was given",
    ),
    "no_proof": (
        "已无法证明签署时间：时间戳没有在失效前续期",
        "can no longer be proven: a time-stamp was not renewed while it was good",
    ),
    "time_ahead": (
        "文件中的时间晚于核验时间，请核对时钟",
        "the file's time lies after the moment of judging; compare the clocks",
    ),
    "status_unknown": (
        "时间戳机构当前的证书状态未知，请提供状态文件",
        "the present status of the time-stamp authority is not known; bring a status file",
    ),
    "timestamp_expired": (
        "已无法证明：时间戳证书已过期且文件没有续期",
        "can no longer be proven: the newest time-stamp's certificate has run out and the file was not renewed",
    ),
    "not_ours": ("不是本系统签署的文件", "this is not a file of this system"),
    "no_signatures": ("文件中没有签名", "the file has no signatures"),
    "filing_copy": (
        "这是提交副本，没有签名；请与摘要如下的原件一起核验",
        "this is a filing copy without signatures; judge it together with the original that has this hash",
    ),
    "copy_of_other": (
        "这份提交副本属于另一份原件",
        "the filing copy is of another original",
    ),
    "copy_differs": ("提交副本与原件不一致", "the filing copy shows something else than the original"),
}
CHECKS = {
    "unchanged": ("内容未被改动", "content unchanged"),
    "signatures": ("签名正确", "signatures correct"),
    "certificates": ("证书可信", "certificates trusted"),
    "time": ("时间可证", "time proven"),
    "complete": ("签署齐备", "signing complete"),
}
KINDS = {
    "certification": ("文书认证", "certification"),
    "person": ("签名", "signature"),
    "organisation": ("单位签章", "organisation's seal"),
    "seal": ("印章", "seal"),
    "document_timestamp": ("文件时间戳", "document time-stamp"),
}
EFFECT = {
    "parties": ("各方签名", "the parties’ signatures"),
    "mediator": ("调解员签名", "the mediator’s signature"),
    "committee": ("调解组织盖章", "the committee’s seal"),
}
LABELS = {
    "verdict": ("结论", "Verdict"),
    "number": ("编号", "Number"),
    "title": ("文书", "Title"),
    "effective_at": ("生效时间", "In effect since"),
    "effect": ("生效须有", "Takes effect with"),
    "demo": ("！演示文件，没有法律效力", "! A demonstration without legal effect"),
    "sha256": ("文件摘要（SHA-256）", "SHA-256"),
    "root": ("根证书", "Root certificate"),
    "print": ("指纹", "Fingerprint"),
    "given": ("已信任", "trusted"),
    "unknown": ("未信任", "not trusted"),
    "own": (
        "证书由调解中心自建的认证机构签发，不是依法设立的电子认证服务机构。",
        "The certificates come from the centre's own authority, not from a licensed one.",
    ),
    "licensed": (
        "文件称证书由依法设立的电子认证服务机构{}签发；请核对该机构的电子认证服务许可。",
        "The file says its certificates come from a licensed authority, {}: check that authority's licence.",
    ),
    "unknown_kind": (
        "不能确定证书由哪一类机构签发。",
        "What kind of authority issued the certificates is not known.",
    ),
    "acts_for": ("代{}", "for {}"),
    "paper": (
        "纸上签名，扫描件由{}核对并签署，扫描件摘要 {}",
        "signed on paper; {} signed here for the scan, SHA-256 {}",
    ),
    "status": ("时间戳机构状态可依据至", "Status of the time-stamp authority relied on until"),
    "page": ("第{}页", "page {}"),
    "copy_same": (
        "提交副本与原件 {} 一致，原件有效。",
        "The filing copy shows what the original {} shows, and the original is valid.",
    ),
    "copy_unasked": (
        "原件本身不是有效文件，提交副本没有比对。",
        "The original itself is not valid, so the filing copy was not compared.",
    ),
}
MARKS = {True: "✓", False: "✗", None: "?"}


def as_text(report: Report, language: Language = "zh-CN") -> str:
    """The whole report, one fact a line, ending with a line feed."""
    pick = 0 if language == "zh-CN" else 1
    colon = "：" if pick == 0 else ": "

    def line(label: str, value: str | None) -> list[str]:
        return [f"{LABELS[label][pick]}{colon}{value}"] if value else []

    lines = [f"{LABELS['verdict'][pick]}{colon}{VERDICTS[report.verdict][pick]}"]
    lines += [LABELS["demo"][pick]] if report.demo else []
    lines += [_reason(reason, pick) for reason in report.reasons]
    if report.copy is not None and report.copy.same is not False:
        lines.append(LABELS["copy_same" if report.copy.same else "copy_unasked"][pick].format(report.number))
    lines += line("title", report.title) + line("number", report.number) + line("effective_at", report.effective_at)
    lines += line(
        "effect", ("、", ", ")[pick].join(EFFECT[need][pick] for need in report.effect_needs if need in EFFECT)
    )
    lines += line("sha256", report.sha256)
    lines += [_check(check, pick) for check in report.checks]
    lines += [_signature(signature, pick) for signature in report.signatures]
    if report.root is not None:
        known = LABELS["given" if report.root.given else "unknown"][pick]
        lines += line("root", f"{report.root.subject} ({known})") + line("print", grouped(report.root.sha256))
        label = report.issuer.kind if report.issuer.kind != "unknown" else "unknown_kind"
        lines.append(LABELS[label][pick].format(report.issuer.name))
    lines += line("status", report.status)
    return "\n".join(lines) + "\n"


def grouped(fingerprint: str) -> str:
    """Hex in groups of four, as people compare it."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4)).upper()


def _reason(reason: Reason, pick: int) -> str:
    where = [LABELS["page"][pick].format(reason.page)] if reason.page else []
    where += [reason.detail] if reason.detail else []
    return f"  - {REASONS[reason.code][pick]} [{reason.code}]" + (f" ({', '.join(where)})" if where else "")


def _check(check: Check, pick: int) -> str:
    return f"  {MARKS[check.ok]} {CHECKS[check.code][pick]}"


def _signature(signature: SignatureReport, pick: int) -> str:
    """Mark, kind, name, whom it acts for, time, the standard's indication unless all is well, the paper."""
    good = signature.intact and signature.valid and not signature.changed_after
    mark = MARKS[False if not good else True if signature.trusted else None]
    words = [signature.name]
    if signature.acts_for:
        words.append(LABELS["acts_for"][pick].format(signature.acts_for))
    words.append(signature.at or "")
    if signature.indication != PASSED:
        words.append(f"[{signature.indication}]")
    if signature.paper is not None:
        words.append(LABELS["paper"][pick].format(signature.paper.clerk, signature.paper.sha256))
    return f"  {mark} {KINDS[signature.kind][pick]}  {'  '.join(word for word in words if word)}".rstrip()


if REASONS.keys() != BREAKS.keys():
    raise AssertionError("a reason without words, or words without a reason")
