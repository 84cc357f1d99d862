"""The clause library: every built-in clause reads well and, once filled in, draws no advice; a centre's own files are
read or refused with their place."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec
import pytest

from server.agreements.checking import advise
from server.agreements.composition import BLANK, sentence, worded
from server.agreements.library import Entry, LibraryRefused, open_library
from server.agreements.library.model import GAP, LABELLED, preview
from server.agreements.model import ByDate, Clause, ClauseFields, Dispute, Instalment, Minutes, Terms
from server.law.disputes import DISPUTES
from server.settings import Settings
from tests.conftest import MakeOffice

BUILT_IN = open_library(None).entries
DAY = date(2027, 1, 20)
FILLED = {"10": "10", "70": "70", "12": "12", "五": "五", "两": "两", "三": "三", "22时": "22时", "6时": "6时"}
OWN = """
kinds = ["labour"]

[[clause]]
id = "wages-once"
title = "付清工资"
kind = "payment"
obligor = "乙方"
obligee = "甲方"
text = "【月份】工资"
due = "date"
"""


def filled(entry: Entry) -> Clause:
    """The clause as somebody careful would fill it in: parts add up, the day is to come."""

    def text(value: str) -> str:
        value = value.replace("（大写：【大写】）", "（大写：捌仟伍佰元整）").replace(
            "【数额】元（大写", "8500元（大写"
        )
        value = value.replace(
            "【数额】元由甲方按【70】%承担人民币【数额】元，扣除已垫付人民币【数额】元", "1000元由甲方按70%承担700元"
        )
        value = value.replace("【合计】", "6").replace("【数额】", "1")
        return BLANK.sub(lambda blank: FILLED.get(blank[0][1:-1], "某某"), value)

    fields = entry.fields
    changes: dict[str, object] = {
        name: text(getattr(fields, name))
        for name in ("condition", "act", "text", "place", "manner", "account", "breach")
    }
    if entry.kind == "payment":
        parts = len(fields.instalments) * len(fields.items) or len(fields.instalments) or len(fields.items) or 1
        changes["amount_fen"] = total = 70000 * parts
        changes["items"] = tuple(
            msgspec.structs.replace(one, amount_fen=total // len(fields.items)) for one in fields.items
        )
        changes["instalments"] = tuple(
            Instalment(amount_fen=total // len(fields.instalments), due=ByDate(DAY)) for _ in fields.instalments
        )
    if entry.on_a_day:
        changes["due"] = ByDate(DAY)
    return Clause(id=entry.id, kind=entry.kind, fields=msgspec.structs.replace(fields, **changes))


@pytest.mark.parametrize("entry", BUILT_IN, ids=lambda one: one.id)
def test_a_built_in_clause_filled_in_draws_no_advice(entry: Entry) -> None:
    terms = Terms(
        dispute=Dispute(facts="事实。"), clauses=(filled(entry),), minutes=Minutes(paragraphs=("自愿达成协议。",))
    )
    told = replace(LABELLED, parties=tuple(replace(one, description="某某") for one in LABELLED.parties))
    assert [(one.code, one.detail) for one in advise(terms, worded(terms, told), told, date(2026, 11, 26))] == []


@pytest.mark.parametrize("entry", BUILT_IN, ids=lambda one: one.id)
def test_a_preview_shows_every_gap_and_nothing_that_stands_for_one(entry: Entry) -> None:
    words = preview(entry)
    assert words.endswith("。") and not re.search("9999|98765|[。，；]{2}|，。", words)
    assert (GAP in words) == any(name in ("amount_fen", "due", "instalments", "items") for name in entry.open)
    for name in entry.open:
        assert name in words or not name.startswith("【")
    if not entry.open:
        assert words == sentence(Clause(id="", kind=entry.kind, fields=entry.fields), LABELLED)


def test_the_usual_cases_are_covered_and_every_kind_gets_something() -> None:
    library = open_library(None)
    assert {kind for one in BUILT_IN for kind in one.kinds} >= {
        "labour", "neighbour", "traffic", "consumer", "loan", "property_fee", "divorce_property", "medical",
    }  # fmt: skip
    for kind in DISPUTES:
        found = library.fitting(kind)
        assert found and all(not one.kinds or kind in one.kinds for one in found)
        assert [bool(one.kinds) for one in found] == sorted((bool(one.kinds) for one in found), reverse=True)
    assert len({one.id for one in BUILT_IN}) == len(BUILT_IN)


def test_a_centre_adds_and_replaces_without_code(tmp_path: Path) -> None:
    (tmp_path / "工资.toml").write_text(OWN, encoding="utf-8")
    (tmp_path / "readme.txt").write_text("not a clause")
    library = open_library(tmp_path)
    assert library.entries[0].own and library.entries[0].title == "付清工资"
    assert [one.title for one in library.entries if one.id == "wages-once"] == ["付清工资"]
    assert preview(library.entries[0]) == (
        f"乙方支付甲方【月份】工资人民币{GAP}元（大写：{GAP}），于{GAP}年{GAP}月{GAP}日前（含当日）支付。"
    )
    assert library.entries[0].open == ("amount_fen", "due", "【月份】")


def broken() -> Iterator[tuple[str, str]]:
    """Files that are wrong in one way, and what is said of them."""
    free = 'kinds = []\n\n[[clause]]\nid = "a"\ntitle = "一"\nkind = "free"\n'
    yield "kinds = []\nx = = 1\n", "own.toml: .*line 2"
    yield 'kinds = ["tax"]\n[[clause]]\n', "own.toml: kinds: expected a list of neighbour"
    yield "[[clause]]\n", "own.toml: kinds"
    yield 'kinds = []\nclauses = "x"\n', "own.toml: expected kinds and"
    yield free, "own.toml, line 3: text: required"
    yield free + 'text = "一"\nobligor = "甲方"\n', "own.toml, line 3: obligor: not for a clause of kind free"
    yield free + 'text = "一【二"\n', "own.toml, line 3: text: a blank is written"
    yield free + 'text = "一\u202e二"\n', "own.toml, line 3: text: control or invisible"
    yield free + 'text = """一\n二"""\n', "own.toml, line 3: text: expected one line"
    yield free + 'text = "一"\n' + free[12:] + 'text = "二"\n', "own.toml, line 8: id 'a' is also at .*line 3"
    yield OWN.replace("甲方", "买方"), "own.toml, line 4: .*买方.*obligee"
    yield OWN.replace('"date"', "7"), "own.toml, line 4: .*due"
    yield OWN.replace('"date"', "{ days = 0 }"), "own.toml, line 4: .*due.days"
    yield OWN.replace('"date"', '"date"\ninstalments = 2'), "own.toml, line 4: due: instalments have days"
    yield OWN.replace("obligee", "oblige"), "own.toml, line 4: .*unknown field `oblige`"
    yield OWN.replace("wages-once", "工资"), "own.toml, line 4: .*id"
    yield OWN.replace('"payment"', '"act"'), "own.toml, line 4: obligee: not for a clause of kind act"


@pytest.mark.parametrize(("text", "said"), list(broken()))
def test_what_is_wrong_with_a_file_is_told_with_its_place(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(LibraryRefused) as refused:
        open_library(tmp_path)
    (problem,) = refused.value.problems
    assert re.search(said, problem), problem


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xff")
    (tmp_path / "b.toml").write_text("kinds = [", encoding="utf-8")
    (tmp_path / "c.toml").write_bytes(b"#" * (256 * 1024 + 1))
    with pytest.raises(LibraryRefused) as refused:
        open_library(tmp_path)
    assert [Path(problem.split(":")[0]).name for problem in refused.value.problems] == ["a.toml", "b.toml", "c.toml"]
    with pytest.raises(LibraryRefused, match="nowhere"):
        open_library(tmp_path / "nowhere")


async def test_the_library_is_for_staff(make_office: MakeOffice, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    office = await make_office(clauses=tmp_path)
    cast = await office.cast()
    found = (await cast.mediator.get("/api/clauses?kind=labour")).json["clauses"]
    assert (found[0]["title"], found[0]["own"], found[0]["open"]) == (
        "付清工资",
        True,
        ["amount_fen", "due", "【月份】"],
    )
    assert found[0]["fields"]["obligor"] == "乙方" and {kind for one in found for kind in one["kinds"]} == {"labour"}
    everything = (await cast.mediator.get("/api/clauses")).json["clauses"]
    assert len(everything) == len(BUILT_IN) and msgspec.convert(everything[5]["fields"], ClauseFields)
    party = await cast.seat("applicant")
    assert (await party.get("/api/clauses")).status == 403
    assert (await (await office.browser()).get("/api/clauses")).status == 401
