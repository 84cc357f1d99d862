"""Fonts: parsed once, checked before anything is built."""

from pathlib import Path

import pytest

from documents import Fonts, FontUnavailable, MissingGlyphs
from documents.fonts import load
from tests.documents.texts import FONTS


def test_fonts_are_parsed_once_a_process() -> None:
    assert load(FONTS) is load(Fonts(FONTS.regular_path, FONTS.bold_path))


def test_the_second_font_gives_single_characters_and_only_when_asked() -> None:
    faces = load(FONTS, "𠮷野家")
    assert faces.rare >= {ord("𠮷")}
    assert not faces.missing("𠮷𬱖𬭊𫍽㐀镕")
    assert [text for _, text in faces.pieces("吴𠮷与周", "bold")] == ["吴", "𠮷", "与周"]
    assert faces.width("𠮷", "regular", 14) == 14
    assert ord("吴") not in faces.rare
    assert load(FONTS, "吴与周").rare == frozenset()


def test_without_the_second_font_a_rare_character_is_refused() -> None:
    alone = Fonts(FONTS.regular_path, FONTS.bold_path, Path("nowhere"), Path("nowhere"))
    assert alone.rare is None
    assert load(alone, "𠮷").missing("𠮷野家") == {"𠮷"}


def test_chinese_is_square_and_latin_narrower() -> None:
    faces = load(FONTS)
    assert faces.width("调", "regular", 14) == 14
    assert faces.width("，", "bold", 14) == 14
    assert 0 < faces.width("8", "regular", 14) < 14


def test_rare_name_characters_are_there() -> None:
    load(FONTS).require([("names", "華機喆犇龘㐀镕垚珺")])


def test_missing_characters_are_named_once_and_sorted_with_their_places() -> None:
    with pytest.raises(MissingGlyphs) as caught:
        load(FONTS).require([("title", "好😀\t"), ("number", "好"), ("clauses.2", "甲方应将钥匙交给😀\n好")])
    assert caught.value.characters == "\t😀"
    assert caught.value.places == ("title", "clauses.2")
    assert caught.value.quotes == ("好😀\t", "应将钥匙交给😀 好")
    assert caught.value.code == "missing_glyphs"
    assert str(caught.value) == "U+0009 U+1F600 in title clauses.2"


def test_a_missing_file_is_said_by_name_only(tmp_path: Path) -> None:
    with pytest.raises(FontUnavailable) as caught:
        load(Fonts.in_directory(tmp_path))
    assert "NotoSerifSC_400Regular.ttf" in str(caught.value)


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "a.ttf"
    wrong.write_bytes(b"not a font at all")
    with pytest.raises(FontUnavailable):
        load(Fonts(wrong, wrong))
