"""Which courts may be asked, by table: each reason, short and full addresses, and when people must be asked instead."""

from pathlib import Path

import pytest

from server.law import courts
from server.law.courts import BadCourts, Choice, Spot, Unsettled
from server.law.sources import known

LIST = courts.read(courts.BUNDLED) + courts.parse(
    "more.toml",
    "\n".join(
        f'[[court]]\nname = "{name}"\nlevel = "basic"\ndivisions = ["{of}"]\nsource = "x"\nchecked_on = 2026-01-01'
        for name, of in (
            ("工业园法院", "嘉南省 嘉南市 嘉南区 工业园"),
            ("东市鼓楼区法院", "东省 东市 鼓楼区"),
            ("西市鼓楼区法院", "西省 西市 鼓楼区"),
        )
    ).encode(),
)
HOME, NORTH, PARK = "嘉南市嘉南区人民法院", "嘉南市城北区人民法院", "工业园法院"


@pytest.mark.parametrize(
    ("address", "names", "sure"),
    [
        ("嘉南省嘉南市嘉南区青禾路6号", [HOME], True),
        ("嘉南市嘉南区青禾路6号", [HOME], True),
        ("嘉南区青禾路6号", [HOME], False),
        (" 嘉南省 嘉南市　城北区北苑12号", [NORTH], True),
        ("嘉南省嘉南市嘉南区工业园3号", [PARK], True),
        ("嘉南区工业园3号", [PARK], True),
        ("工业园3号", [PARK], False),
        ("鼓楼区中山路1号", ["东市鼓楼区法院", "西市鼓楼区法院"], False),
        ("西市鼓楼区中山路1号", ["西市鼓楼区法院"], True),
        ("南市鼓楼区中山路1号", [], False),
        ("嘉南省鼓楼区", [], False),
        ("青禾路6号", [], False),
    ],
)  # fmt: skip
def test_an_address_belongs_to_the_longest_division_it_begins_with(address: str, names: list[str], sure: bool) -> None:
    found, whole = courts.at(LIST, address, "basic")
    assert ([one.name for one in found], whole) == (names, sure)


def test_each_place_gives_its_court_and_places_of_one_court_are_one_choice() -> None:
    wu, zheng = Spot("domicile", "嘉南市嘉南区青禾路6号", "pty_1"), Spot("domicile", "嘉南市城北区北苑12号", "pty_2")
    here = Spot("organisation", "嘉南区青禾路1号")
    found = courts.choose(LIST, [wu, zheng, here])
    assert found.found == (
        Choice(HOME, "basic", (wu, here), "CPL 205(2)", True),
        Choice(NORTH, "basic", (zheng,), "CPL 205(2)", True),
    )
    assert found.unsettled == ()


def test_the_court_that_invited_is_the_only_one_listed_or_not() -> None:
    spots = [Spot("domicile", "嘉南市城北区北苑12号", "pty_2")]
    (one,) = courts.choose(LIST, spots, invited=HOME).found
    assert (one.court, one.article, one.listed, one.spots[0].reason) == (HOME, "CPL 205(1)", True, "invited")
    (other,) = courts.choose(LIST, spots, invited="远方法院").found
    assert (other.court, other.listed) == ("远方法院", False)


def test_disputes_of_intermediate_courts_go_to_the_corresponding_one() -> None:
    spots = [Spot("domicile", "嘉南市城北区北苑12号", "pty_2"), Spot("organisation", "嘉南市嘉南区青禾路1号")]
    (one,) = courts.choose(LIST, spots, level="intermediate").found
    assert (one.court, one.level, one.spots) == ("嘉南市中级人民法院", "intermediate", tuple(spots))


def test_no_court_is_guessed() -> None:
    spots = [Spot("domicile", "鼓楼区1号", "a"), Spot("domicile", "海外", "b"), Spot("subject", "  ")]
    found = courts.choose(LIST, spots)
    assert found.found == ()
    assert found.unsettled == (
        Unsettled(spots[0], "ambiguous", ("东市鼓楼区法院", "西市鼓楼区法院")),
        Unsettled(spots[1], "unknown"),
        Unsettled(spots[2], "empty"),
    )
    assert known("CPL 205(1)") and known("CPL 205(2)")


GOOD = '[[court]]\nname = "甲"\nlevel = "basic"\ndivisions = ["省 市"]\nsource = "x"\nchecked_on = 2026-01-01\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("court = 3", "Expected `array`"),
        ("[[court", "courts.toml"),
        (GOOD.replace("basic", "supreme"), "Invalid enum value"),
        (GOOD.replace('"省 市"', ""), "length"),
        (GOOD.replace("省 市", " "), "empty division"),
        (GOOD + 'secret = "x"', "unknown field"),
        (GOOD + GOOD, "stands there twice"),
    ],
)
def test_a_list_that_cannot_be_right_says_where(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "courts.toml").write_text(text)
    with pytest.raises(BadCourts, match=said):
        courts.read(tmp_path)


def test_a_directory_without_a_list_is_said_too(tmp_path: Path) -> None:
    with pytest.raises(BadCourts, match="no file"):
        courts.read(tmp_path)
    with pytest.raises(BadCourts, match="No such file"):
        courts.read(tmp_path / "nowhere")
    (tmp_path / "courts.toml").write_bytes(b"#" * (courts.LARGEST + 1))
    with pytest.raises(BadCourts, match="at most"):
        courts.read(tmp_path)
