"""What a court may see of a journal: a list, and of what was given up nothing, not even a hash to try sums on."""

from typing import Any

import pytest

from documents import WHOLE
from server.journal.choosing import FIELDS, InForce, body_of, choose
from server.store.chain import TOMBSTONE, Entry
from tests.server.journal.conftest import Told, chain_of, erased

LIN, CHEN, GU = "pty_lin", "pty_chen", "acc_gu"
IN_FORCE = frozenset({("agr_a", "c1", "final")})
SECRET = "secret"
"""In every field that nobody may see."""


def frozen(agreement: str, ceremony: str, number: str, version: int) -> list[Told]:
    return [
        ("agreement.number_taken", GU, {"agreement": agreement, "number": number, "terms": SECRET}),
        ("agreement.freeze", GU, {
            "agreement": agreement, "ceremony": ceremony, "number": number, "version": version, "text": number}),
        ("ceremony.confirm", LIN, {"ceremony": ceremony, "slot": "applicant", "manifest": number}),
    ]  # fmt: skip


TOLD: list[Told] = [
    ("agreement.show", GU, {"agreement": "agr_a", "version": 1, "terms": SECRET}),
    ("clause.confirm", LIN, {"agreement": "agr_a", "clause": "c1", "hash": "given up"}),
    *frozen("agr_a", "cer_void", "第1号", 1),
    ("ceremony.void", GU, {"ceremony": "cer_void", "reason": SECRET}),
    ("agreement.show", GU, {"agreement": "agr_a", "version": 4, "terms": SECRET}),
    ("clause.confirm", LIN, {"agreement": "agr_a", "clause": "c1", "hash": "final"}),
    ("clause.question", CHEN, {"agreement": "agr_a", "clause": "c1", "hash": "final"}),
    ("ceremony.separate", CHEN, {"agreement": "agr_a", "agree": False, "terms": SECRET}),
    *frozen("agr_a", "cer_a", "第2号", 4),
    ("agreement.complete", "server", {"agreement": "agr_a", "ceremony": "cer_a", "number": "第2号"}),
    *frozen("agr_b", "cer_b", "第3号", 9),
    ("room.attendance", LIN, {"session": "s", "person": LIN, "state": "present", "chamber": "caucus_applicant"}),
    ("room.moved", "server", {"session": "s", "epoch": 1, "people": [LIN], "chamber": "caucus_applicant"}),
    ("party.identified", GU, {"party": CHEN, "assurance": "seen", "how": "id_card"}),
    ("table.offer_passed_on", LIN, {"offer": SECRET}),
    ("seat.kept_apart", GU, {"pairs": 1}),
]  # fmt: skip


def shown(chain: list[Entry], **given: Any) -> dict[int, dict[str, Any] | None]:
    """Number -> what is shown; None: all of it."""
    force = InForce.of(chain, given.pop("only", None))
    force.wordings = IN_FORCE
    found = choose(chain, force, **given)
    return {
        one.entry.seq: None if one.fields is None else {name: body_of(one.entry)[name] for name in sorted(one.fields)}
        for one in found
    }


def test_only_what_came_into_force_is_shown_of_drafts_readings_and_ceremonies() -> None:
    found = shown(chain_of(TOLD))
    assert [*found] == [7, 8, 11, 12, 13, 14, 18, 20]
    assert found[7] == {"agreement": "agr_a", "version": 4}, "no hash of a draft"
    assert found[8] == {"agreement": "agr_a", "clause": "c1", "hash": "final"}
    assert found[11] == {"agreement": "agr_a", "number": "第2号"}
    assert found[18] == {"person": LIN, "session": "s", "state": "present"}, "where somebody was stays closed"
    assert SECRET not in str(found) and "given up" not in str(found) and "caucus" not in str(found)


def test_the_versions_in_force_are_those_frozen_or_printed_last() -> None:
    chain = chain_of(TOLD)
    assert InForce.of(chain).versions == {("agr_a", 4)}, "what was frozen and voided was given up"
    by_hand: list[Told] = [
        ("agreement.print", GU, {"agreement": "agr_h", "number": "第8号", "version": 2}),
        ("agreement.print", GU, {"agreement": "agr_h", "number": "第9号", "version": 5}),
        ("agreement.print", GU, {"agreement": "agr_i", "number": "第9号", "version": 1}),
        ("agreement.file", GU, {"agreement": "agr_h", "number": "第9号", "scan": "s"}),
    ]
    found = InForce.of(chain_of(by_hand))
    assert (found.versions, found.numbers, found.ceremonies) == ({("agr_h", 5)}, {"第9号"}, set())
    assert InForce.of(chain_of(by_hand), "agr_i").agreements == set()


def test_about_somebody_and_of_some_kinds() -> None:
    chain = chain_of(TOLD)
    assert [*shown(chain, about=[CHEN])] == [20]
    assert [*shown(chain, about=[LIN])] == [8, 13, 18]
    assert [*shown(chain, kinds=["agreement.freeze", "room.attendance"])] == [12, 18]
    assert shown(chain, kinds=["room.moved", "table.offer_passed_on", "case.added"]) == {}
    assert [*shown(chain, only="agr_b")] == [18, 20], "agreement b is not in force"


def test_an_entry_of_before_is_shown_whole_where_all_of_it_may_be_seen() -> None:
    joint = ("room.attendance", CHEN, {"session": "s", "person": CHEN, "state": "present", "chamber": "joint"})
    chain = chain_of([*TOLD, joint], WHOLE)
    found = shown(chain)
    assert found == dict.fromkeys([8, 12, 13, 14, 20, 23]), "no draft's hash, nobody's place in a private talk"


def test_what_was_erased_is_shown_by_its_head_and_its_tombstone() -> None:
    told: list[Told] = [
        ("room.attendance", LIN, {"session": "s", "person": LIN, "state": "present", "chamber": "joint"}),
        ("table.offer_passed_on", LIN, {"offer": SECRET}),
    ]
    hashes = [one.body_hash for one in chain_of(told)]
    told += [(TOMBSTONE, "operator", {"seq": n, "body_hash": hashes[n - 1], "class": "c", "rule": "r"}) for n in (1, 2)]
    chain = chain_of(told)
    assert shown([erased(chain[0]), erased(chain[1]), *chain[2:]]) == {1: {}, 3: {"rule": "r", "seq": 1}}
    assert shown([erased(chain[0]), erased(chain[1]), *chain[2:]], about=[CHEN]) == {}
    whole = chain_of(TOLD)
    gone = [erased(one) if one.kind.startswith("agreement.") else one for one in whole]
    assert [*shown(gone)] == [18, 20], "what is in force is not known any more"


@pytest.mark.parametrize("kind", sorted(FIELDS))
def test_no_kind_shows_a_place_a_draft_or_what_was_said(kind: str) -> None:
    assert not FIELDS[kind] & {
        "chamber", "terms", "content", "reason", "offer", "proposal", "phone", "name", "pairs", "remark", "people",
        "body_hash", "class", "enrolment", "parties", "epoch",
    }  # fmt: skip
    assert kind.split(".")[0] not in ("table", "remark", "recording", "case", "link", "code", "person")
