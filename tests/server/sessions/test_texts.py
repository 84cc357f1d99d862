"""The words people agree to: complete in both languages, with what the law asks for."""

import hashlib

import msgspec
import pytest

from server.cases.model import Part
from server.sessions import texts
from server.sessions.model import Texts


@pytest.mark.parametrize("each", [texts.ZH, texts.EN])
def test_no_text_is_missing_and_both_languages_have_one_version(each: Texts) -> None:
    assert all(value.strip() for value in msgspec.structs.astuple(each))
    assert each.version == texts.VERSION


def test_the_chinese_texts_say_what_the_rules_demand() -> None:
    assert "纸质签署" in texts.ZH.esign and "可靠条件" in texts.ZH.esign  # ESL 3, 13(2)
    assert "哈希校验" in texts.ZH.esign  # EV19 94(5): how it is kept
    assert "虚假调解" in texts.ZH.warning and "刑事责任" in texts.ZH.warning  # ZXTJ 17, 23
    assert "无争议事实" in texts.ZH.concessions  # ZXTJ 18
    assert "随时退出" in texts.ZH.online and "不使用人脸识别" in texts.ZH.online
    assert "不是依法设立的电子认证服务" in texts.ZH.esign  # a private CA is called one


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_guest_reads_their_undertaking_and_nothing_of_the_parties(language: str) -> None:
    shown = texts.in_language(language, guest=True)
    assert any(word in shown.online for word in ("保密", "confidential"))
    assert (shown.esign, shown.warning, shown.rights, shown.concessions) == ("", "", "", "")


@pytest.mark.parametrize("asked, given", [("en", texts.EN), ("en-GB", texts.EN), ("zh-CN", texts.ZH), ("fr", texts.ZH)])
def test_whoever_does_not_ask_for_english_gets_the_binding_text(asked: str, given: Texts) -> None:
    assert texts.in_language(asked) is given


def test_the_hash_is_of_the_very_words() -> None:
    assert texts.text_hash("同意") == hashlib.sha256("同意".encode()).hexdigest()


def test_messages_ask_for_nothing_and_name_whom_to_call() -> None:
    link = texts.link_message("委员会", "0571-1", "漏水赔偿", "11月26日14:00", "https://x/r/a#b", Part.party)
    assert "不收费" in link and "0571-1" in link and "https://x/r/a#b" in link
    code = texts.code_message("委员会", "012345", 10)
    assert "012345" in code and "不要告诉别人" in code


@pytest.mark.parametrize("part, words", [
    (Part.expert, "14:00以专家身份参加"), (Part.observer, "14:00以旁听身份参加"), (Part.guardian, "14:00参加"),
])  # fmt: skip
def test_a_guest_reads_in_the_message_as_what_they_are_invited(part: Part, words: str) -> None:
    assert words in texts.link_message("委员会", "0571-1", "漏水赔偿", "11月26日14:00", "https://x/r/a#b", part)
