"""Where each file stands in a packet, in which slot of a court and under which title. Pure; what is not named here does
not enter."""

from collections.abc import Iterable, Mapping, Sequence

from documents import COURT_SLOTS, listed
from server.agreements.typed import clean
from server.errors import Invalid
from server.packets.model import Attachment, Kind, Source

AGREEMENT, MINUTES, FORMS, OTHER = "调解协议书", "调解笔录", "司法确认申请书", "其他材料"
SERVICE = "送达地址确认书"
SIGNED: Mapping[str, tuple[str, str]] = {
    "application": ("01_司法确认申请书.pdf", FORMS),
    "agreement": ("02_调解协议书.pdf", AGREEMENT),
    "proof": ("03_调解组织主持调解证明.pdf", OTHER),
    "undertaking": ("07_承诺书.pdf", OTHER),
    "minutes": ("09_调解笔录.pdf", MINUTES),
}
"""File of a ceremony -> path and slot; `service-1` and so on go into a folder of their own."""
SERVICES = "08_送达地址确认书"
FOLDERS: Mapping[Kind, str] = {
    Kind.identity: "04_身份证明",
    Kind.authority: "05_授权委托书",
    Kind.property: "06_财产权利证明",
    Kind.performance: "10_履行凭证",
    Kind.other: "14_其他材料",
}
REPORTS = "11_签名验证报告"
VERIFIER, DISCLOSURE = "12_离线核验.html", "13_存证日志摘录.json"
VERIFIER_TITLE, DISCLOSURE_TITLE = "离线核验页面（用浏览器打开）", "调解过程存证日志摘录"
REPORT_TITLE, DATA_TITLE, MANIFEST_TITLE = "签名验证报告：{}", "签名验证报告（机读）：{}", "机读清单"
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
TITLE = 60
"""Characters of an attachment's title, at most."""
MOST, BYTES = 60, 90 * 1024 * 1024
"""Attachments of a packet, and their bytes: with the signed files they stay below what a packet may hold."""


def signed(files: Iterable[tuple[str, str, str]]) -> list[Source]:
    """Of (id, title, sha256) of a ceremony's released files those that a court gets."""
    found = []
    for file, title, sha256 in files:
        if file in SIGNED:
            path, slot = SIGNED[file]
            found.append(Source(path, slot, title, sha256, signed=True))
        elif (number := file.removeprefix("service-")) != file and number.isdecimal():
            found.append(Source(f"{SERVICES}/{int(number):02}.pdf", SERVICE, title, sha256, signed=True))
    return found


def scan(sha256: str, media_type: str, title: str) -> Source:
    """The agreement signed by hand."""
    path, slot = SIGNED["agreement"]
    return Source(f"{path.removesuffix('pdf')}{ENDINGS[media_type]}", slot, title, sha256)


def attached(attachments: Sequence[Attachment]) -> list[Source]:
    """Each in its folder, numbered there as they were filed."""
    counts = dict.fromkeys(FOLDERS, 0)
    found = []
    for one in attachments:
        counts[one.kind] += 1
        path = path_of(one.kind, counts[one.kind], one.title, one.media_type)
        found.append(Source(path, one.slot, one.title, one.sha256))
    return found


def path_of(kind: Kind, number: int, title: str, media_type: str) -> str:
    """04_身份证明/01_甲方身份证.jpg"""
    return f"{FOLDERS[kind]}/{number:02}_{title}.{ENDINGS[media_type]}"


def title_of(text: str, slot: str, kind: Kind) -> str:
    """The title clean; raises Invalid for one that no file can be named after, or a slot that no court has."""
    title = clean(text, "title")
    if not title:
        raise Invalid({"title": "required"})
    if len(title) > TITLE:
        raise Invalid({"title": "too_long"})
    if slot not in COURT_SLOTS:
        raise Invalid({"slot": "value"})
    try:
        listed(path_of(kind, 1, title, "application/pdf"), slot, title, b"", signed=False)
    except ValueError:
        raise Invalid({"title": "format"}) from None
    return title


def reports(source: Source) -> tuple[str, str]:
    """Paths of the report on a signed file: the printed one, and the one for machines."""
    name = source.path.replace("/", "_").removesuffix(".pdf")
    return f"{REPORTS}/{name}.pdf", f"{REPORTS}/{name}.json"
