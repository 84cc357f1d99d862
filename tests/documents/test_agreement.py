"""The text model: one canonical form, one hash, and names that fit between the parentheses of a PDF string."""

import hashlib
import json
from dataclasses import replace

import pytest

from documents import Signatory, canonical, text_hash
from tests.documents.texts import case_two


def test_canonical_form_is_sorted_json_without_spaces_and_names_its_version() -> None:
    data = canonical(case_two())
    value = json.loads(data)
    assert value["v"] == 1
    assert value["clauses"][1]["number"] == 2
    assert list(value) == sorted(value)
    assert data == json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def test_hash_is_sha256_of_the_canonical_form_and_changes_with_every_field() -> None:
    text = case_two()
    assert text_hash(text) == hashlib.sha256(canonical(text)).hexdigest()
    others = [
        replace(text, number="x"),
        replace(text, demo=not text.demo),
        replace(text, journal_head="11" * 32),
        replace(text, frozen_at=""),
        replace(text, clauses=text.clauses[:-1]),
        replace(text, signatories=text.signatories[::-1]),
    ]
    assert len({text_hash(each) for each in (text, *others)}) == len(others) + 1


def test_who_signs_in_turns_and_the_seal_are_told_apart() -> None:
    text = case_two()
    assert [person.slot for person in text.people] == ["party-1", "party-2", "mediator"]
    assert [seal.slot for seal in text.seals] == ["seal"]


@pytest.mark.parametrize("slot", ["", "甲方", "Party", "a(b", "a b", "certification", "x" * 40])
def test_slot_names_that_need_escaping_or_are_reserved_are_refused(slot: str) -> None:
    with pytest.raises(ValueError, match="slot name"):
        case_two(signatories=(Signatory(slot, "林秀珍", "applicant", "甲方（签名）", 1, "person"),))


def test_two_slots_of_one_name_are_refused() -> None:
    person = case_two().signatories[0]
    with pytest.raises(ValueError, match="differ"):
        case_two(signatories=(person, person))


@pytest.mark.parametrize("instant", ["2026-11-26", "2026-11-26T08:30:00+08:00", "now"])
def test_a_freeze_time_without_utc_is_refused(instant: str) -> None:
    with pytest.raises(ValueError, match="frozen_at"):
        case_two(frozen_at=instant)


def test_turns_go_by_rank_and_keep_the_printed_order_within_it() -> None:
    one, two, mediator, seal = case_two().signatories
    guardian = Signatory("party-1-guardian", "林母", "guardian", "甲方法定代理人（签名）", 3, "person", "林秀珍")
    text = case_two(signatories=(one, guardian, two, mediator, seal))
    assert [each.slot for each in text.people] == ["party-1", "party-1-guardian", "party-2", "mediator"]
    assert [each.slot for each in text.turns] == ["party-1", "party-2", "party-1-guardian", "mediator"]
