"""Each rule on clauses of our own: the fault is named, good clauses in the same words are left alone, all at once."""

import json
from pathlib import Path

import pytest

from server.agreements import checking
from server.agreements.checking import CHECKS, RULES, Finding
from server.law import sources
from tests.server.agreements.checking.examples import FAULTY, GOOD
from tests.server.agreements.checking.table import judge

WORDS = Path("static/src/i18n")
WHOLE = {"no_clauses", "facts_missing", "minutes_missing", "party_description_missing"}


def advice(text: str) -> tuple[Finding, ...]:
    return judge({"id": "c", "text": text, "label": "", "codes": [], "kind": "other"}).findings


@pytest.mark.parametrize(("text", "code"), FAULTY)
def test_a_fault_is_named(text: str, code: str) -> None:
    assert code in {one.code for one in advice(text)}


@pytest.mark.parametrize("text", GOOD)
def test_a_good_clause_is_left_alone(text: str) -> None:
    assert [one for one in advice(text) if one.level != "note"] == []


def test_every_rule_has_a_known_article_and_a_file_of_its_family() -> None:
    files = {check.__module__.removeprefix("server.agreements.checking.") for check in CHECKS}
    assert {rule.family for rule in RULES.values()} | {"duties"} == files
    for code, rule in RULES.items():
        assert rule.articles, code
        for article in rule.articles:
            assert sources.CITE.fullmatch(article) and sources.known(article), (code, article)


def test_every_rule_is_written_somewhere_and_tried_here() -> None:
    folder = Path(checking.__file__).parent
    written = "".join(
        path.read_text(encoding="utf-8") for path in (*folder.glob("*.py"), folder.parent / "arithmetic.py")
    )
    for code in RULES:
        assert written.count(f'"{code}"') >= 2, code
    structured = {"text_missing", "obligee_missing", "same_party", "act_missing", "account_missing", "breach_missing"}
    of_case = {"representative_missing", "guarantee_term_missing", "due_ambiguous"}
    figures = {"instalments_mismatch", "items_mismatch", "share_mismatch"}
    assert {code for _, code in FAULTY} | WHOLE | structured | of_case | figures == set(RULES)


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_every_rule_has_words_in_both_languages(locale: str) -> None:
    words = json.loads((WORDS / locale / "checking.json").read_text(encoding="utf-8"))["rule"]
    assert set(words) == set(RULES)
    assert all(one["wrong"] and one["mend"] for one in words.values())


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "part",
    [
        "甲", "1", "由", "乙方的", "1元", "第一期1元", "每1", "王某", "甲方应", "不得", "第1条，", "（", "2026年1月1日",
        "保证", "归还", "按1%", "的房屋", "等乙方的公司", "法院", "不", "，", "甲方1元、", "今后", "定金1%", "借款1元",
    ],
)  # fmt: skip
def test_a_long_text_is_judged_at_once(part: str) -> None:
    """Nobody may hold up the server with a clause that almost matches; 4000 characters are the most a clause holds."""
    text = (part * 4000)[:4000]
    assert isinstance(advice(text), tuple)
