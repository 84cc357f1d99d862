"""The pure rules of the table: every state with every act, who sees what, what terms must fit."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.cases.model import Case, CaseState, Facts, Filed, Part, Party, Side
from server.errors import AppError, IllegalAct, Invalid
from server.lifecycle import advance
from server.people.model import Assurance
from server.table import rules
from server.table.errors import NotToBeTold
from server.table.model import (
    STAGES,
    Instalment,
    Note,
    NoteText,
    Offer,
    OfferAct,
    OfferState,
    OfferTerms,
    Paper,
    ProposalAct,
    ProposalState,
)

AT = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
DAY = date(2026, 11, 26)
GU, CO, SU, LIN, CHEN, WU, HAN, KID = (
    "acc_gu",
    "acc_co",
    "acc_su",
    "pty_lin",
    "pty_chen",
    "pty_wu",
    "pty_han",
    "pty_kid",
)


def person(name: str, side: Side, part: Part = Part.party, acts_for: str | None = None, born: str = "1970") -> Party:
    filed = Filed("", born, "", "", "", "", "")
    return Party(name, "cas", side, "甲方", name, filed, Assurance.code, part, acts_for=acts_for)  # type: ignore[arg-type]


CASE = Case(
    "cas", "1", "t", "other", CaseState.in_mediation, Facts("", "", "", "", ""), "", GU, SU, False, AT,  # type: ignore[arg-type]
    (
        person(LIN, Side.applicant), person(CHEN, Side.respondent),
        person(WU, Side.applicant, Part.representative, LIN), person(HAN, Side.applicant, Part.interpreter, LIN),
        person(KID, Side.respondent, born="2019"),
    ),
    guests=(person("pty_expert", Side.applicant, Part.expert), person("pty_observer", Side.respondent, Part.observer)),
    co_mediators=(CO,),  # type: ignore[arg-type]
)  # fmt: skip
EVERYBODY = (GU, CO, SU, LIN, CHEN, WU, HAN, KID, "pty_expert", "pty_observer", "pty_other", "acc_other", "")
TERMS = OfferTerms(payer=LIN, payee=CHEN, sum_fen=850_000)


def offer(giver: str = LIN, to: str = "", state: OfferState = OfferState.confided, told: bool = False) -> Offer:
    return Offer("off", "cas", giver or GU, giver, to, told, state, TERMS, None, AT, None)


@pytest.mark.parametrize(("state", "act"), list(product(OfferState, OfferAct)))
def test_every_act_in_every_state_of_an_offer(state: OfferState, act: OfferAct) -> None:
    waiting = state in (OfferState.confided, OfferState.open)
    answers = act in (OfferAct.accept, OfferAct.decline)
    inside = act in (OfferAct.allow, OfferAct.keep, OfferAct.pass_on)
    possible = waiting and (not answers or state is OfferState.open) and (not inside or state is OfferState.confided)
    if possible:
        after = advance(rules.OFFERS, state, act)
        assert after in OfferState and (after is state) == (act in (OfferAct.allow, OfferAct.keep))
    else:
        with pytest.raises(IllegalAct):
            advance(rules.OFFERS, state, act)


@pytest.mark.parametrize(("state", "act"), list(product(ProposalState, ProposalAct)))
def test_only_an_open_proposal_comes_to_an_end(state: ProposalState, act: ProposalAct) -> None:
    if state is ProposalState.open:
        assert advance(rules.PROPOSALS, state, act) is not ProposalState.open
    else:
        with pytest.raises(IllegalAct):
            advance(rules.PROPOSALS, state, act)


def test_a_confided_offer_is_seen_by_its_camp_and_the_mediators_only() -> None:
    seen = {who for who in EVERYBODY if who in rules.audience(offer(), CASE)}
    assert seen == {GU, CO, LIN, WU}
    passed = {who for who in EVERYBODY if who in rules.audience(offer(to=CHEN, state=OfferState.open), CASE)}
    assert passed == {GU, CO, LIN, WU, CHEN}, "neither the recorder nor an interpreter nor another party of that side"


@pytest.mark.parametrize("act", OfferAct)
def test_who_may_do_what_to_an_offer(act: OfferAct) -> None:
    may = {who for who in EVERYBODY if rules.may_act(offer(to=CHEN), act, who, CASE, AT)}
    giver, hosts, addressee = {LIN, WU}, {GU, CO}, {CHEN}
    expected = {
        OfferAct.pass_on: hosts,
        OfferAct.accept: addressee,
        OfferAct.decline: addressee,
        OfferAct.expire: set(),
    }
    assert may == expected.get(act, giver)
    of_mediator = {
        who for who in EVERYBODY if rules.may_act(offer(giver="", to=CHEN), OfferAct.withdraw, who, CASE, AT)
    }
    assert of_mediator == hosts


def test_an_offer_is_passed_on_with_leave_only_and_never_back() -> None:
    with pytest.raises(NotToBeTold):
        rules.after(offer(), OfferAct.pass_on, GU, CHEN, CASE, AT)
    for to in (LIN, WU, "", "pty_other"):
        with pytest.raises(Invalid):
            rules.after(offer(told=True), OfferAct.pass_on, GU, to, CASE, AT)
    passed = rules.after(offer(told=True), OfferAct.pass_on, CO, CHEN, CASE, AT)
    assert (passed.state, passed.addressee, passed.put_at) == (OfferState.open, CHEN, AT)


Step = tuple[str, OfferAct, str, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(EVERYBODY), st.sampled_from(OfferAct), st.sampled_from([LIN, CHEN, KID, ""]), st.integers(0, 40)
    ),
    max_size=30,
)


@given(told=st.booleans(), steps=STEPS)
def test_whatever_is_tried_an_offer_reaches_only_whom_its_giver_let_it_reach(told: bool, steps: list[Step]) -> None:
    """Everybody tries everything in any order: the one way to the other side is the giver's leave at that moment."""
    now, present, leave = AT, replace(offer(told=told), expires_at=AT + timedelta(hours=3)), told
    for who, act, to, minutes in steps:
        now += timedelta(minutes=minutes)
        before, promised = present, act in rules.acts(present, who, CASE, now)
        try:
            present = rules.after(before, act, who, to, CASE, now)
        except AppError as error:
            assert not promised or (act is OfferAct.pass_on and isinstance(error, Invalid)), "a button that refuses"
        if present.may_be_told != before.may_be_told:
            assert who in (LIN, WU)
            leave = present.may_be_told
        if present.addressee != before.addressee:
            assert leave and who in (GU, CO) and before.state is OfferState.confided
        if present.state in (OfferState.accepted, OfferState.declined) and present != before:
            assert who in rules.camp(CASE, present.addressee) and now < AT + timedelta(hours=3)
        if before.state not in (OfferState.confided, OfferState.open):
            assert present == before, "what is over stays over"
        assert present.terms == TERMS and present.giver == LIN
        assert rules.audience(present, CASE) == {GU, CO, LIN, WU} | rules.camp(CASE, present.addressee)


def test_who_speaks_for_a_party() -> None:
    assert {who for who in EVERYBODY if rules.speaks(CASE, who, DAY)} == {LIN, WU, CHEN}, "a child of seven listens"
    assert [rules.party_of(CASE, who) for who in (LIN, WU, CHEN, HAN, GU)] == [LIN, LIN, CHEN, "", ""]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, {}),
        ({"sum_fen": None, "payer": "", "payee": "", "deeds": "修好防水"}, {}),
        ({"sum_fen": None}, {"sum_fen": "required"}),
        ({"payer": ""}, {"payer": "required"}),
        ({"payee": WU}, {"payee": "value"}),
        ({"payee": LIN}, {"payee": "value"}),
        ({"instalments": (Instalment(1, DAY),)}, {"instalments": "sum"}),
        ({"instalments": (Instalment(800_000, DAY), Instalment(50_000, date(2026, 11, 1)))}, {"instalments": "order"}),
        ({"instalments": (Instalment(800_000, DAY), Instalment(50_000, date(2026, 12, 1)))}, {}),
    ],
)
def test_terms_have_one_who_pays_and_sums_that_add_up(changes: dict[str, object], wrong: dict[str, str]) -> None:
    values = {"payer": LIN, "payee": CHEN, "sum_fen": 850_000} | changes
    found: dict[str, str] = {}
    try:
        rules.fits_terms(OfferTerms(**values), CASE)  # type: ignore[arg-type]
    except Invalid as error:
        found = error.fields
    assert found == wrong


@given(st.dictionaries(st.sampled_from([LIN, CHEN, KID, "pty_other"]), st.booleans()))
def test_a_proposal_is_settled_when_all_accepted_and_silence_is_a_refusal(answers: dict[str, bool]) -> None:
    parties = (LIN, CHEN, KID)
    settled = rules.outcome(parties, answers) is ProposalAct.settle
    assert settled == all(answers.get(party) is True for party in parties)


def test_notes_are_their_authors_and_shared_ones_the_mediators() -> None:
    for shared, author in product((False, True), (GU, CO)):
        note = Note("not", "cas", author, 1, shared, NoteText(), AT)
        expected = {GU, CO} if shared else {author}
        assert {who for who in EVERYBODY if rules.sees_note(note, who, CASE)} == expected
    former = Note("not", "cas", "acc_other", 1, False, NoteText(), AT)
    assert not rules.sees_note(former, "acc_other", CASE), "who leads no more reads no more"


def test_a_paper_is_kept_by_the_mediators_and_who_brought_it() -> None:
    for owner in ("", LIN):
        paper = Paper("pap", "cas", owner, "x", "application/pdf", 1, "0" * 64, AT)
        keeps = {who for who in EVERYBODY if rules.keeps_paper(paper, who, CASE)}
        assert keeps == {GU, CO} | ({LIN} if owner else set())


def test_the_agenda_names_each_item_once_and_knows_whom_it_asks() -> None:
    assert len(rules.ITEMS) == sum(len(stage.items) for stage in STAGES)
    assert max(len(name) for name in rules.ITEMS) <= 60, "as wide as the column"
    assert rules.fits_item(CASE, "opening.rights", "", True).code == "rights"
    assert rules.fits_item(CASE, "opening.objection", LIN, False).asks
    for item, who, answer in (
        ("opening.rights", "", False), ("opening.rights", LIN, True), ("opening.objection", "", True),
        ("opening.objection", "pty_other", True), ("opening.none", "", True), ("", "", True),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            rules.fits_item(CASE, item, who, answer)
