"""A report as a printed page in both languages: for a file at court, and for who has no screen. It proves nothing by
itself; what counts is judging the file of the same hash again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from documents.fonts import load
from documents.form import Block, Cell, Filled, FormText, Heading, Table, Words
from documents.layout_form import lay_out_form
from documents.options import Fonts
from documents.packet_report import PacketReport
from documents.packet_wording import LABELS as PACKET_LABELS
from documents.packet_wording import REASONS as PACKET_REASONS
from documents.packet_wording import VERDICTS as PACKET_VERDICTS
from documents.report import Report, SignatureReport
from documents.wording import CHECKS, EFFECT, KINDS, LABELS, REASONS, VERDICTS, grouped

TITLE, FORM = "核验报告 Verification report", "verification"
LONGEST, MOST = 300, 60
"""Characters of one statement, and rows of one kind: what a stranger's file says of itself has no other bounds."""
UNKNOWN = "〓"
"""Printed for a character that no face has."""
ANSWERS = {True: "通过 passed", False: "没通过 not passed", None: "不能确定 unclear"}
FACTS = {True: "是 yes", False: "否 no"}
NOTE = (
    "本报告只说明核验时的结论，自身没有签名。以摘要相同的文件重新核验的结论为准。",
    "This report tells what was found when it was made and is not signed itself. What counts is verifying the file "
    "with the same hash again.",
)
Row = tuple[str, str]


def report_pdf(report: Report | PacketReport, at: datetime, fonts: Fonts) -> bytes:
    """The report made `at` that moment; the same bytes each time. Raises FontUnavailable. CPU work of about 0.2 s: not
    for the loop."""
    made = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    packet = isinstance(report, PacketReport)
    blocks = tuple(_packet(report, made)) if isinstance(report, PacketReport) else tuple(_file(report, made))
    number = (report.list.number if report.list else None) if isinstance(report, PacketReport) else report.number
    text = FormText(
        form=FORM,
        title=TITLE,
        number=_bounded(number or ""),
        centre="",
        blocks=(*blocks, Words(NOTE, indent=False)),
        fields=(
            Filled("form", "form", "packet" if packet else "file"),
            Filled("verdict", "verdict", report.verdict),
            Filled("sha256", "sha256", report.sha256),
        ),
        made_on=made[:10],
    )
    return lay_out_form(_printable(text, fonts), fonts)[0]


def _file(report: Report, made: str) -> Iterator[Block]:
    verdict = _two(VERDICTS[report.verdict])
    head: list[Row] = [(_label("verdict"), verdict)]
    head += [("！", _two(LABELS["demo"]))] if report.demo else []
    for reason in report.reasons[:MOST]:
        where = [f"p. {reason.page}"] if reason.page else []
        head.append((reason.code, "\n".join([_two(REASONS[reason.code]), *where, reason.detail or ""])))
    if report.copy is not None and report.copy.same is not False:
        words = LABELS["copy_same" if report.copy.same else "copy_unasked"]
        head.append(("提交副本 Filing copy", "\n".join(one.format(report.number) for one in words)))
    needs = [_two(EFFECT[need]).replace("\n", " ") for need in report.effect_needs if need in EFFECT]
    head += [
        ("核验时间 Verified", made),
        (_label("title"), report.title or ""),
        (_label("number"), report.number or ""),
        (_label("effective_at"), report.effective_at or ""),
        (_label("effect"), "\n".join(needs)),
        (_label("sha256"), grouped(report.sha256)),
        ("提交副本摘要 SHA-256 of the copy", grouped(report.copy.sha256) if report.copy else ""),
        ("文本摘要 Text hash", grouped(report.text_hash or "")),
    ]
    yield _table(head)
    yield Heading("五项依据 Five checks")
    yield _table([(_two(CHECKS[each.code]), ANSWERS[each.ok]) for each in report.checks])
    if report.signatures:
        yield Heading("签名 Signatures")
    for each in report.signatures[:MOST]:
        yield _table(_signature(each))
    if report.root is not None:
        yield Heading(_label("root"))
        known = _two(LABELS["given" if report.root.given else "unknown"])
        kind = report.issuer.kind if report.issuer.kind != "unknown" else "unknown_kind"
        about = "\n".join(one.format(report.issuer.name) for one in LABELS[kind])
        yield _table(
            [
                (_label("root"), f"{report.root.subject}\n{known}"),
                (_label("print"), grouped(report.root.sha256)),
                ("签发机构 Issuer", about),
                (_label("status"), report.status or ""),
            ]
        )


def _signature(each: SignatureReport) -> list[Row]:
    rows: list[Row] = [
        (_two(KINDS[each.kind]), each.name),
        ("身份 Role", " ".join([each.role, *([f"({each.acts_for})"] if each.acts_for else [])])),
        ("身份核对 Identity check", each.assurance or ""),
        ("时间 Time", each.at or ""),
        ("内容没变 Intact", FACTS[each.intact]),
        ("签名正确 Correct", FACTS[each.valid]),
        ("证书可信 Trusted", FACTS[each.trusted]),
        ("签后改动 Changed after", FACTS[each.changed_after]),
        ("ETSI EN 319 102-1", each.indication),
        ("位置 Place", f"{each.slot}　p. {each.place.page}" if each.place else each.slot),
    ]
    if each.paper is not None:
        rows.append(("纸上签名 On paper", "\n".join(one.format(*_paper(each)) for one in LABELS["paper"])))
    if each.certificate is not None:
        one = each.certificate
        rows += [
            ("证书 Certificate", f"{one.issuer}\n{one.serial}\n{one.not_before} – {one.not_after}"),
            (_label("print"), grouped(one.sha256)),
        ]
    return rows


def _paper(each: SignatureReport) -> tuple[str, str]:
    return (each.paper.clerk, each.paper.sha256) if each.paper else ("", "")


def _packet(report: PacketReport, made: str) -> Iterator[Block]:
    head: list[Row] = [(_two(PACKET_LABELS["verdict"]), _two(PACKET_VERDICTS[report.verdict]))]
    head += [
        (each.code, "\n".join([_two(PACKET_REASONS[each.code]), each.detail or ""])) for each in report.reasons[:MOST]
    ]
    head += [("！", _two(PACKET_LABELS["repacked"]))] if report.repacked else []
    if report.manifest is not None:
        told = {name: getattr(report.manifest, name) for name in ("case_no", "court", "made_at")}
        head += [(_two(PACKET_LABELS[name]), value) for name, value in told.items()]
    head += [("核验时间 Verified", made), (_two(PACKET_LABELS["sha256"]), grouped(report.sha256))]
    yield _table(head)
    if report.files:
        yield Heading(_two(PACKET_LABELS["files"]).replace("\n", " "))
    for each in report.files[:MOST]:
        same = bool(each.length_ok and each.sha256_ok and each.sm3_ok)
        rows = [
            (each.slot, f"{each.title}\n{each.path}"),
            ("和清单一样 As listed", FACTS[same] if each.length_ok is not None else "缺少 missing"),
            ("SHA-256", grouped(each.sha256)),
            ("SM3", grouped(each.sm3)),
        ]
        if each.report is not None:
            rows.append(("自身结论 Its own verdict", _two(VERDICTS[each.report.verdict])))
        yield _table(rows)
    for title, one in (
        (_two(PACKET_LABELS["list"]).replace("\n", " "), report.list),
        *((each.path, each.report) for each in report.files[:MOST]),
    ):
        if one is not None:
            yield Heading(_bounded(title))
            yield from _file(one, made)


def _two(words: tuple[str, str]) -> str:
    return "\n".join(words)


def _label(name: str) -> str:
    return " ".join(dict.fromkeys(LABELS[name]))


def _table(rows: list[Row]) -> Table:
    said = [(term, _bounded(value)) for term, value in rows if value.strip()]
    return Table(tuple((Cell(_bounded(term), 4, head=True), Cell(value, 8)) for term, value in said))


def _bounded(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"


def _printable(text: FormText, fonts: Fonts) -> FormText:
    """With a mark for each character that no face has: names are a stranger's."""
    said = "".join(text.strings())
    lacking = load(fonts, said).missing(said) | {one for one in said if ord(one) < 32 and one != "\n"}
    table = str.maketrans(dict.fromkeys(lacking, UNKNOWN))

    def block(one: Block) -> Block:
        if isinstance(one, Table):
            return Table(
                tuple(tuple(replace(cell, text=cell.text.translate(table)) for cell in row) for row in one.rows)
            )
        return Heading(one.text.translate(table)) if isinstance(one, Heading) else one

    return replace(text, number=text.number.translate(table), blocks=tuple(map(block, text.blocks)))
