"""The composed pages: what a clerk expects of the form, whatever the number of parties and clauses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import ClauseText, DocumentText, PartyText, Section, Signatory
from documents.compose import BOTTOM, LEFT, RIGHT, TOP, TURN_OVER, Plan, chinese_number, compose
from documents.paging import Face, PagePlan, Place
from tests.documents.texts import CLAUSES, LONG_NAMES, case_two, long_case, minutes


def width(character: str, face: Face, size: float) -> float:
    return size * (0.557 if ord(character) < 0x250 else 1.0)


def planned(text: DocumentText) -> Plan:
    return compose(text, width)


def words(plan: Plan, page: PagePlan, tag: str = "") -> list[str]:
    """The text of each mark on a page, optionally of one structure type."""
    return [
        "".join(run.text for run in mark.runs) for mark in page.marks if not tag or plan.elements[mark.element] == tag
    ]


def everything(plan: Plan) -> str:
    return "".join(word for page in plan.pages for word in words(plan, page))


def places(plan: Plan) -> list[Place]:
    return [place for page in plan.pages for place in page.places]


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (21, "二十一"), (100, "一百"), (105, "一百零五"),
        (110, "一百一十"), (999, "九百九十九"), (1001, "一千零一"), (1010, "一千零一十"), (9999, "九千九百九十九"),
    ],
)  # fmt: skip
def test_clause_numbers_are_written_in_chinese(number: int, written: str) -> None:
    assert chinese_number(number) == written


def test_clause_numbers_that_cannot_be_written_are_refused() -> None:
    with pytest.raises(ValueError, match="between 1 and 9999"):
        chinese_number(0)


def test_the_agreement_follows_the_form() -> None:
    text = case_two()
    shown = everything(planned(text))
    order = [
        "人民调解协议书", text.number, "当事人", "甲方：林秀珍", "乙方：陈国栋", "纠纷主要事实、争议事项",
        "经调解，各方自愿达成如下协议：", "一、甲方于", "二、甲方赔偿", "四、维修后", "协议的生效", "电子签名约定",
        "签名和印章", "全部签名和印章齐备时，本文件才生效", "签订地点：", "甲方（签名）：林秀珍",
        "调解员（签名）：顾明华", text.committee, "文本确定日期：2026年11月26日",
    ]  # fmt: skip
    at = [shown.index(part) for part in order[:-2]]
    assert at == sorted(at)
    assert shown.rindex(text.committee) > at[-1]
    assert shown.endswith(order[-1])


def test_the_lead_in_is_not_said_twice() -> None:
    text = case_two(before=(Section("协议内容", ("经调解，双方自愿达成如下协议：",)),))
    assert everything(planned(text)).count("达成如下协议") == 1


def test_minutes_have_no_lead_in_and_claim_no_effect() -> None:
    shown = everything(planned(minutes()))
    assert "达成如下协议" not in shown
    assert "生效" not in shown
    assert "全部签名齐备时，本文件才完成" in shown
    assert shown.index("调解地点：") < shown.index("当事人")


def test_all_words_of_the_text_are_on_the_pages() -> None:
    text = long_case()
    shown = everything(planned(text)).replace(" ", "")
    for _, sentence in text.printed():
        if sentence != text.verify_url:
            assert sentence.replace(" ", "") in shown


def test_every_slot_is_placed_once_with_the_aspect_of_the_drawing() -> None:
    text = long_case()
    found = places(planned(text))
    assert [place.slot for place in found] == [signatory.slot for signatory in text.signatories]
    for place in found:
        x0, y0, x1, y1 = place.rect
        assert (x1 - x0, y1 - y0) == ((120, 120) if place.slot == "seal" else (140, 44))


def test_a_signature_field_is_on_the_page_of_its_label_directly_below_it() -> None:
    plan = planned(long_case())
    for page in plan.pages:
        labels = {
            run.text: run for mark in page.marks for run in mark.runs if run.face == "bold" and "（签名" in run.text
        }
        for place in page.places:
            if place.slot == "seal":
                continue
            above = [run for run in labels.values() if run.x - 8 < place.rect[0] + 8 and run.y > place.rect[3]]
            assert above, place.slot
            assert min(run.y - place.rect[3] for run in above) < 80


def test_some_text_stands_above_the_signatures_on_their_page() -> None:
    for text in (case_two(), long_case(), minutes()):
        plan = planned(text)
        page = next(page for page in plan.pages if "签名和印章" in words(plan, page, "H2"))
        assert words(plan, page)[0] != "签名和印章"


def test_a_heading_is_never_the_last_thing_on_a_page() -> None:
    for count in range(1, 40):
        plan = planned(long_case(parties=2, clauses=count))
        for page in plan.pages:
            last = [mark for mark in page.marks if "".join(run.text for run in mark.runs) != TURN_OVER][-1]
            assert plan.elements[last.element] != "H2"


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 8), st.integers(0, 40), st.lists(st.sampled_from(LONG_NAMES), min_size=8, max_size=8))
def test_nothing_leaves_the_column_for_any_number_of_parties_and_clauses(
    parties: int, clauses: int, names: list[str]
) -> None:
    people = tuple(
        Signatory(f"party-{at + 1}", names[at], "applicant", f"第{at + 1}方委托诉讼代理人（签名）", 1, "person")
        for at in range(parties)
    )
    text = case_two(
        parties=tuple(PartyText(f"第{at + 1}方", names[at]) for at in range(parties)),
        clauses=tuple(ClauseText(at + 1, CLAUSES[at % len(CLAUSES)]) for at in range(clauses)),
        signatories=(*people, *case_two().signatories[2:]),
    )
    plan = planned(text)
    assert len(places(plan)) == len(text.signatories)
    for page in plan.pages:
        assert page.left_over >= 0
        for mark in page.marks:
            for run in mark.runs:
                assert LEFT - 0.01 <= run.x
                wide = sum(width(character, run.face, run.size) for character in run.text)
                assert run.x + wide + run.space * (len(run.text) - 1) <= RIGHT + run.size / 2 + 0.01
                assert BOTTOM <= run.y <= TOP
        for place in page.places:
            assert place.rect[0] >= LEFT
            assert place.rect[2] <= RIGHT
            assert place.rect[1] >= BOTTOM - 1


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 30))
def test_paragraphs_leave_no_single_line_behind_or_ahead(clauses: int) -> None:
    plan = planned(long_case(parties=2, clauses=clauses))
    lines: dict[int, list[tuple[int, int]]] = {}
    for number, page in enumerate(plan.pages):
        for mark in page.marks:
            rows = len({round(run.y, 2) for run in mark.runs})
            lines.setdefault(mark.element, []).append((number, rows))
    for parts in lines.values():
        assert len(parts) == 1 or all(rows >= 2 for _, rows in parts)


def test_a_long_label_stands_on_a_line_of_its_own() -> None:
    text = case_two(parties=(PartyText("申请人暨反请求被申请人（甲方）", "林秀珍，女"),))
    plan = planned(text)
    mark = next(mark for mark in plan.pages[0].marks if mark.runs[0].text.startswith("申请人暨"))
    assert mark.runs[0].y > mark.runs[-1].y


def test_line_feeds_divide_a_clause_into_paragraphs() -> None:
    plan = planned(case_two(clauses=(ClauseText(1, "第一款。\n第二款。\n"),)))
    shown = [word for page in plan.pages for word in words(plan, page)]
    assert "一、第一款。" in shown
    assert "第二款。" in shown


def test_a_short_page_says_that_the_text_goes_on() -> None:
    found = set()
    for clauses in range(1, 30):
        plan = planned(long_case(parties=2, clauses=clauses))
        for page in plan.pages[:-1]:
            short = page.left_over >= 5 * 24
            assert (TURN_OVER in words(plan, page)) == short
            found.add(short)
    assert found == {True, False}


def test_several_seals_are_all_placed() -> None:
    seals = tuple(
        Signatory(slot, LONG_NAMES[0], "committee", "（印章）", 8, "seal") for slot in ("seal-1", "seal-2", "seal")
    )
    text = case_two(signatories=(*case_two().people, *seals))
    assert [place.slot for place in places(planned(text))][-3:] == ["seal-1", "seal-2", "seal"]


def test_an_empty_document_still_has_a_page() -> None:
    empty = case_two(parties=(), before=(), clauses=(), after=(), closing=(), signatories=())
    assert len(planned(empty).pages) == 1


def test_an_organisations_seal_is_a_square_beside_the_person_who_signs_for_it() -> None:
    one, _, mediator, seal = case_two().signatories
    signer = Signatory("party-2-rep", "钱立新", "representative", "乙方法定代表人（签名）", 1, "person", "禾达公司")
    stamp = Signatory("party-2-seal", "禾达公司", "organisation", "乙方（单位盖章）", 2, "organisation")
    found = {
        place.slot: place.rect for place in places(planned(case_two(signatories=(one, signer, stamp, mediator, seal))))
    }
    x0, y0, x1, y1 = found["party-2-seal"]
    assert (x1 - x0, y1 - y0) == (96, 96)
    assert found["party-2-rep"][3] == y1
    assert x0 > found["party-2-rep"][2]
    assert {found["party-1"][0], found["mediator"][0]} == {found["party-2-rep"][0]}


def test_the_note_above_the_signatures_can_be_given() -> None:
    shown = everything(planned(case_two(note="各方签名齐备之日生效。")))
    assert "各方签名齐备之日生效。" in shown
    assert "本文件才生效" not in shown
