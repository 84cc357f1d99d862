"""What may enter a packet, and where it stands: files of a ceremony by their ids, and nothing beside the list."""

import pytest

from documents import COURT_SLOTS
from server.packets import checklist, places
from server.packets.model import Attachment, Kind
from tests.actors import START

IDS = ("application", "agreement", "undertaking", "service-1", "service-2", "proof", "minutes")
PATHS = [
    "01_司法确认申请书.pdf", "02_调解协议书.pdf", "03_调解组织主持调解证明.pdf", "07_承诺书.pdf",
    "08_送达地址确认书/01.pdf", "08_送达地址确认书/02.pdf", "09_调解笔录.pdf",
]  # fmt: skip


def attachment(kind: Kind, title: str, slot: str = "其他材料") -> Attachment:
    return Attachment("att", kind, slot, title, "", "0" * 64, "image/png", 1, "acc", START)


def test_each_file_of_a_ceremony_has_its_path_and_slot() -> None:
    found = places.signed((one, f"标题{one}", "0" * 64) for one in IDS)
    assert sorted(one.path for one in found) == PATHS
    assert all(one.signed and one.slot in COURT_SLOTS and one.title.startswith("标题") for one in found)


@pytest.mark.parametrize("file", ["notes", "offers", "caucus-minutes", "service-", "service-x", "service-1-draft", ""])
def test_another_file_is_not_taken(file: str) -> None:
    assert places.signed([(file, "标题", "0" * 64)]) == []


def test_attachments_are_numbered_in_their_folder_as_they_were_filed() -> None:
    found = places.attached(
        [attachment(Kind.identity, "乙"), attachment(Kind.other, "信"), attachment(Kind.identity, "甲")]
    )
    assert [one.path for one in found] == ["04_身份证明/01_乙.png", "14_其他材料/01_信.png", "04_身份证明/02_甲.png"]
    assert not any(one.signed for one in found)


def test_a_paper_attached_in_the_slot_of_a_signed_one_counts_for_it() -> None:
    scans = [attachment(Kind.other, "申请书扫描件", "司法确认申请书")]
    items = {one.code: one for one in checklist._signed([], scans, by_hand=False)}
    assert not items["application"].missing and items["service"].missing
    assert [one.code for one in checklist._signed([], scans, by_hand=True)] == ["application"]
