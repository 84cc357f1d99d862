"""The summary beside the text: everything structured once, nothing invented, free words quoted whole."""

import re
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from server.agreements.composition import Worded, worded
from server.agreements.model import ByDate, ByDays, Clause, ClauseFields, Instalment, Item, Terms
from server.agreements.plain import Language
from server.agreements.summary import Line, Summary, summary
from tests.conftest import Cast
from tests.server.agreements.matter import ACCESS, CHEN, LATER, LIN, MATTER, PAYMENT, REPAIR, TERMS
from tests.server.agreements.room import joined
from tests.server.agreements.signer import act, draft, party, save

NAMES = {LIN: "林秀珍", CHEN: "陈国栋"}
CLAUSES = worded(TERMS, MATTER)


def told(clauses: tuple[Worded, ...], language: Language = "zh-CN", mine: str = LIN) -> Summary:
    return summary(clauses, NAMES, [mine] if mine else list(NAMES), language, mine)


def test_the_sample_case_in_both_languages() -> None:
    (lin,) = told(CLAUSES).sides
    assert [(one.number, one.text) for one in lin.do] == [
        (1, "您要做这件事，最晚2026年12月5日，当天也算。"),
        (2, "您要付给陈国栋8500元，协议生效之后7天内。"),
    ]
    assert [(one.number, one.text) for one in lin.get] == [(3, "陈国栋要做这件事，最晚2026年12月1日，当天也算。")]
    assert lin.do[0].quotes[0].words == REPAIR.fields.act
    (chen,) = told(CLAUSES, "en", CHEN).sides
    assert chen.get[1].text == "林秀珍 must pay you 8500 yuan, within 7 days after the agreement takes effect."
    assert [one.text for one in told(CLAUSES, "en").dates] == [
        "By 1 December 2026, that day included: 陈国栋 must do this.",
        "By 5 December 2026, that day included: you must do this.",
        "Within 7 days after the agreement takes effect: you must pay 陈国栋 8500 yuan.",
    ]


def test_free_words_are_quoted_whole_and_what_gives_something_up_under_its_own_heading() -> None:
    waiver = Clause(id="c5", kind="free", fields=ClauseFields(text="乙方放弃其他赔偿请求，双方再无其他争议"))
    made = told(worded(Terms(clauses=(*TERMS.clauses, waiver)), MATTER))
    assert [(one.number, one.text, one.quotes[0].words) for one in made.as_written] == [(4, "", LATER.fields.text)]
    assert [one.quotes[0].words for one in made.given_up] == ["乙方放弃其他赔偿请求，双方再无其他争议。"]


def test_monthly_instalments_are_told_as_one_step() -> None:
    months = [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]
    parts = tuple(Instalment(amount_fen=100000, due=ByDate(day)) for day in months)
    fields = ClauseFields(obligor=LIN, obligee=CHEN, amount_fen=400000, instalments=parts, manner="分期转账")
    (line,) = told(worded(Terms(clauses=(Clause(id="c", kind="payment", fields=fields),)), MATTER)).sides[0].do
    assert line.text == "您要付给陈国栋4000元。"
    assert line.steps == ("从2027年1月起，每月最后一天前付1000元，一共4期，当天也算",)


FEN = st.integers(1, 10**9)
DUE = st.one_of(
    st.none(),
    st.builds(ByDate, st.dates(date(2026, 1, 1), date(2040, 12, 31))),
    st.builds(ByDays, st.integers(1, 400), st.booleans(), st.sampled_from(("", "收到齐全理赔材料"))),
)
FREE = st.sampled_from(("", "漏水损失", "双方不再追究", "医疗费按3次结清"))


@st.composite
def monthly(draw: st.DrawFn) -> tuple[Instalment, ...]:
    """Mostly even monthly parts, as people agree on them."""
    first, count, fen = draw(st.dates(date(2026, 1, 1), date(2030, 1, 1))), draw(st.integers(1, 8)), draw(FEN)
    months = [first.replace(day=min(first.day, 28)) + timedelta(days=31 * n) for n in range(count)]
    return tuple(Instalment(amount_fen=fen, due=ByDate(one.replace(day=min(first.day, 28)))) for one in months)


PARTS = st.one_of(
    st.just(()), monthly(), st.lists(st.builds(Instalment, amount_fen=FEN, due=DUE), max_size=4).map(tuple)
)
FIELDS = st.builds(
    ClauseFields,
    obligor=st.sampled_from(("", LIN, CHEN)), obligee=st.sampled_from(("", LIN, CHEN)),
    amount_fen=st.one_of(st.none(), FEN), due=DUE, account=st.sampled_from(("", "户名陈国栋，账号6200********0002")),
    manner=st.sampled_from(("", "一次性转账", "分期转账")), act=st.sampled_from(("", "支付", "赔偿", "修好502室防水")),
    breach=st.sampled_from(("", "逾期按每日万分之5加付")), text=FREE, instalments=PARTS,
    items=st.lists(st.builds(Item, label=st.sampled_from(("医疗费", "车损")), amount_fen=FEN), max_size=3).map(tuple),
    place=st.sampled_from(("", "青禾路88号")), condition=st.sampled_from(("", "如2027年3月前验收合格")),
)  # fmt: skip
TEXTS = st.lists(st.tuples(st.sampled_from(("payment", "act", "free")), FIELDS), max_size=3).map(
    lambda found: worded(
        Terms(clauses=tuple(Clause(id=f"c{n}", kind=kind, fields=one) for n, (kind, one) in enumerate(found))),  # type: ignore[arg-type]
        MATTER,
    )
)
LANGUAGES = st.sampled_from(("zh-CN", "en"))


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:\.\d+)?", text))


def everything(made: Summary) -> list[Line]:
    sides = [line for side in made.sides for part in (side.do, side.get, side.others) for line in part]
    return [*sides, *made.dates, *made.unless, *made.given_up, *made.as_written]


@settings(max_examples=60, deadline=None)
@given(TEXTS, LANGUAGES, st.sampled_from((LIN, CHEN, "")))
def test_every_number_told_stands_in_its_clause_and_every_quote_is_the_clauses_own(
    clauses: tuple[Worded, ...], language: Language, mine: str
) -> None:
    by_id = {one.id: one for one in clauses}
    for line in everything(told(clauses, language, mine)):
        clause = by_id[line.clause]
        assert clause.number == line.number
        said = "".join((line.text, *line.steps, *(one.words for one in line.quotes)))
        assert numbers(said) <= numbers(clause.text), (said, clause.text)
        kept = "".join(str(one) for one in (clause.text, clause.fields.account))
        for quote in line.quotes:
            for part in quote.words.split("、") if quote.term == "items" else [quote.words]:
                assert part.rstrip("。，") in kept, (quote, clause.text)


@settings(max_examples=60, deadline=None)
@given(TEXTS, LANGUAGES)
def test_every_obligation_stands_exactly_once_on_each_side_and_no_clause_is_left_out(
    clauses: tuple[Worded, ...], language: Language
) -> None:
    made = told(clauses, language, "")
    for side in made.sides:
        here = [line.clause for part in (side.do, side.get, side.others) for line in part]
        quoted = [line.clause for line in (*made.given_up, *made.as_written)]
        assert sorted(here + quoted) == sorted(one.id for one in clauses)
    for clause in clauses:
        if any(clause.id == line.clause for line in made.sides[0].do + made.sides[0].get):
            doing = [side.party for side in made.sides for line in side.do if line.clause == clause.id]
            getting = [side.party for side in made.sides for line in side.get if line.clause == clause.id]
            assert doing == [clause.fields.obligor]
            assert getting in ([clause.fields.obligee], [other for other in NAMES if other not in doing])
    assert {line.clause for line in made.unless} == {one.id for one in clauses if one.fields.breach}


@settings(max_examples=40, deadline=None)
@given(TEXTS)
def test_times_are_told_in_order_and_each_once(clauses: tuple[Worded, ...]) -> None:
    made = told(clauses)
    days = [re.search(r"最晚(\d+)年(\d+)月(\d+)日", line.text) for line in made.dates]
    dated = [tuple(map(int, one.groups())) for one in days if one]
    first = [re.search(r"从(\d+)年(\d+)月起", line.text) for line in made.dates]
    if not any(first):
        assert dated == sorted(dated)
    quoted = {line.clause for line in (*made.given_up, *made.as_written)}
    timed = {one.id for one in clauses if one.fields.due or any(part.due for part in one.fields.instalments)}
    acts = {one.id for one in clauses if one.kind == "act" and one.fields.due is None}
    assert {line.clause for line in made.dates} <= timed - quoted - acts


def test_among_three_nobody_is_guessed_to_be_the_one_an_act_is_owed_to() -> None:
    names = NAMES | {"pty_wu": "吴越"}
    made = summary(CLAUSES, names, list(names), "zh-CN")
    assert [[line.number for line in side.get] for side in made.sides] == [[], [2], []]
    assert [line.number for line in made.sides[2].others] == [1, 2, 3]
    assert PAYMENT.fields.obligee == CHEN and not ACCESS.fields.obligee


async def test_a_party_reads_the_summary_of_the_version_they_may_see(cast: Cast) -> None:
    view = await draft(cast)
    async with joined(cast) as people:
        lin = await party(cast, "applicant")
        door = f"/api/agreements/{view['id']}/summary"
        assert (await lin.get(door)).code == "not_found"
        view = await act(cast, view["id"], "show")
        mediator, inside = people["mediator"], people["respondent"]
        await mediator.move([mediator.id, inside.id], "caucus_respondent", also=inside)
        secret = [{"kind": "free", "fields": {"text": "若一次付清，愿付九千元整"}}]
        await save(cast, view, secret, reveal=True)
        seen = (await lin.get(door)).json
        assert (seen["version"], seen["mine"]) == (view["version"], cast.person("applicant"))
        assert "九千" not in str(seen)
        assert [one["number"] for one in seen["sides"][0]["do"]] == [1, 2]
        whole = (await cast.mediator.get(f"{door}?lang=en")).json
        assert (whole["mine"], len(whole["sides"])) == (None, 2)
        assert "九千" in str(whole["as_written"])
        assert (await lin.get(f"{door}?lang=fr")).code == "invalid"
