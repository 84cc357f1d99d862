"""Several agreements in one case: each with its own number and ceremony, a partial one names what stays open and closes
nothing; an edit restarts the reading of what it touches and of nothing else."""

from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from server.agreements import rules, store
from server.agreements.composition import worded
from server.agreements.desk import conclude
from server.agreements.model import ByDate, Clause, ClauseFields, Stance, State, Terms, sha256_of, terms_hash
from server.cases import store as cases
from tests.conftest import Cast
from tests.server.agreements.matter import AT, CHEN, LIN, MATTER, TERMS
from tests.server.agreements.signer import act, clauses, confirm_all, draft, frozen, party, save, tried


async def partial(cast: Cast, words: str) -> dict[str, Any]:
    view = await draft(cast)
    return await save(cast, view, clauses(cast), dispute=view["dispute"] | {"open_points": words})


async def test_a_second_agreement_is_drafted_while_the_first_is_signed_and_has_a_number_of_its_own(cast: Cast) -> None:
    first = await frozen(cast)
    cast.office.clock.forward(seconds=1)
    second = await partial(cast, "家具折旧的数额。")
    lin = await party(cast, "applicant")
    assert [one["id"] for one in (await lin.get("/api/seat")).json["agreements"]] == [first["id"]]
    second = await act(cast, second["id"], "show", "submit")
    await confirm_all(cast, second)
    second = await act(cast, second["id"], "freeze")
    assert first["number"] != second["number"] is not None
    listed = (await lin.get("/api/seat")).json["agreements"]
    assert [(one["number"], one["partial"], one["state"]) for one in listed] == [
        (first["number"], False, "frozen"), (second["number"], True, "frozen")
    ]  # fmt: skip
    case = (await cast.mediator.get(f"/api/cases/{cast.case}")).json
    assert case["agreements"] == listed
    assert (await act(cast, first["id"], "reopen"))["state"] == "drafting"
    assert (await cast.mediator.get(f"/api/agreements/{second['id']}")).json["state"] == "frozen"


async def test_a_partial_agreement_must_name_what_stays_open(cast: Cast) -> None:
    view = await partial(cast, " \n ")
    await act(cast, view["id"], "show")
    refused = await tried(cast, view["id"], "submit")
    assert (refused.code, refused.json["error"]["fields"]) == ("invalid", {"dispute.open_points": "required"})
    view = await save(cast, view, clauses(cast), dispute=view["dispute"] | {"open_points": "家具折旧的数额。"})
    assert (await act(cast, view["id"], "show", "submit"))["state"] == "reading"


async def test_what_is_left_open_in_a_draft_of_a_private_talk_is_told_to_nobody(cast: Cast) -> None:
    await partial(cast, "家具折旧的数额。")
    assert (await cast.mediator.get(f"/api/cases/{cast.case}")).json["agreements"][0]["partial"] is False


async def test_only_an_agreement_that_leaves_nothing_open_closes_the_case(cast: Cast) -> None:
    await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "open"})
    for words, state in (("家具折旧的数额。", "in_mediation"), (None, "concluded")):
        view = await draft(cast)
        if words:
            view = await save(cast, view, clauses(cast), dispute=view["dispute"] | {"open_points": words})
        async with cast.office.db.transaction() as tx:
            agreement = await store.load(tx, view["id"])
            assert agreement is not None
            await store.save(tx, replace(agreement, state=State.COMPLETE))
            await conclude(tx, await cases.load(tx, cast.case), "server", cast.office.clock())
            assert (await cases.load(tx, cast.case)).state == state


async def test_a_case_with_an_agreement_in_force_is_over_with_the_last_draft_given_up(cast: Cast) -> None:
    await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "open"})
    first, second = await draft(cast), await draft(cast)
    async with cast.office.db.transaction() as tx:
        agreement = await store.load(tx, first["id"])
        assert agreement is not None
        await store.save(tx, replace(agreement, state=State.COMPLETE))
    assert (await cast.mediator.get(f"/api/cases/{cast.case}")).json["state"] == "in_mediation"
    await act(cast, second["id"], "abandon")
    assert (await cast.mediator.get(f"/api/cases/{cast.case}")).json["state"] == "concluded"


def left_open(terms: Terms, words: str) -> Terms:
    return msgspec.structs.replace(terms, dispute=msgspec.structs.replace(terms.dispute, open_points=words))


def test_terms_that_leave_nothing_open_hash_as_they_did_before_there_were_partial_ones() -> None:
    plain = msgspec.to_builtins(TERMS)
    assert plain["dispute"].pop("open_points") is None
    assert sha256_of(plain) == terms_hash(TERMS)
    assert terms_hash(left_open(TERMS, "")) != terms_hash(TERMS)


FIELDS = st.builds(
    ClauseFields, obligor=st.sampled_from((LIN, CHEN)), obligee=st.sampled_from(("", LIN, CHEN)),
    amount_fen=st.integers(1, 99_999), act=st.sampled_from(("", "修好防水")), text=st.text("防水维修一二", max_size=5),
    due=st.one_of(st.none(), st.just(ByDate(date(2026, 12, 5)))), breach=st.sampled_from(("", "照付利息")),
)  # fmt: skip
CLAUSES = st.lists(st.tuples(st.sampled_from(("payment", "act", "free")), FIELDS), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(CLAUSES, st.data())
def test_an_edit_restarts_the_reading_of_what_it_touches_and_of_nothing_else(
    found: list[tuple[Any, ClauseFields]], data: st.DataObject
) -> None:
    terms = Terms(clauses=tuple(Clause(id=f"c{n}", kind=kind, fields=one) for n, (kind, one) in enumerate(found)))
    before = worded(terms, MATTER)
    stances = [Stance(who, one.id, one.hash, True, AT) for one in before for who in (LIN, CHEN)]
    assert rules.complete((LIN, CHEN), before, stances)
    at = data.draw(st.integers(0, len(found) - 1))
    edited = msgspec.structs.replace(terms.clauses[at], fields=data.draw(FIELDS))
    changed = data.draw(st.permutations([*terms.clauses[:at], edited, *terms.clauses[at + 1 :]]))
    after = worded(left_open(msgspec.structs.replace(terms, clauses=tuple(changed)), "其余"), MATTER)
    words = {one.id: one.text for one in before}
    for one in after:
        kept = rules.agreed(stances, one) == {LIN, CHEN}
        assert kept or one.id == edited.id, "what was not touched stays confirmed, wherever it moved"
        if one.text != words[one.id]:
            assert not rules.agreed(stances, one), "nobody has confirmed words they never read"
