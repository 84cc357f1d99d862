"""What was done to a chain is found, and where: by itself, beside anchors, beside hashes kept elsewhere."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from documents import BY_FIELD, WHOLE, Tree, body_hash
from server.store.chain import GENESIS, TOMBSTONE, Entry, Fault, Head, beside, departs, entry_hash, verify
from tests.actors import START

CASE = "cas_aaaaaaaaaaaaaaaaaaaa"
FIELDS = ("case_id", "seq", "at", "kind", "actor", "body_hash", "previous", "hash", "salt", "body", "form")


def made(bodies: Sequence[Mapping[str, Any]], kinds: Mapping[int, str] = {}) -> list[Entry]:
    """A whole chain made by hand; half of it from before the second form of bodies."""
    found: list[Entry] = []
    for seq, body in enumerate(bodies, 1):
        at, salt, text = START + timedelta(seconds=seq), f"{seq:032x}", rfc8785.dumps(dict(body)).decode()
        form = WHOLE if seq <= len(bodies) // 2 else BY_FIELD
        hashed = body_hash(form, salt, text)
        entry = Entry(CASE, seq, at, kinds.get(seq, "session.open"), "acc_x", hashed, "", "", salt, text, form)
        found.append(linked(entry, found[-1].hash if found else GENESIS))
    return found


def chain(length: int) -> list[Entry]:
    return made([{"n": n, "who": "pty_a"} for n in range(length)])


def linked(entry: Entry, previous: str) -> Entry:
    """Hashed as it stands, behind that one."""
    own = entry_hash(entry.case_id, entry.seq, entry.at, entry.kind, entry.actor, entry.body_hash, previous)
    return replace(entry, previous=previous, hash=own)


def written_anew(entries: Sequence[Entry]) -> list[Entry]:
    """By somebody who knows how: numbers, links and hashes from the first to the last."""
    found: list[Entry] = []
    for seq, entry in enumerate(entries, 1):
        found.append(linked(replace(entry, seq=seq), found[-1].hash if found else GENESIS))
    return found


def anchors(entries: Sequence[Entry], *lengths: int) -> list[Head]:
    return [Head(n, entries[n - 1].hash, Tree(leaves(entries[:n])).root.hex(), f"at {n}") for n in lengths]


def leaves(entries: Sequence[Entry]) -> list[bytes]:
    return [bytes.fromhex(one.hash) for one in entries]


def against(entries: Sequence[Entry], heads: Sequence[Head]) -> list[Fault]:
    roots = {n: Tree(leaves(entries[:n])).root.hex() for n in range(1, len(entries) + 1)}
    return beside(entries, roots, heads, 10**6)


def first(entries: Sequence[Entry]) -> tuple[int, str]:
    """The first fault: where, and what kind."""
    fault = min(verify(entries), key=lambda one: one.seq)
    return fault.seq, fault.kind


def test_a_chain_as_written_is_whole() -> None:
    entries = chain(9)
    assert verify(entries) == [] and verify([]) == []
    assert against(entries, anchors(entries, 1, 4, 9)) == []
    assert departs(entries, [one.hash for one in entries], "export") == []


@given(st.data())
def test_any_altered_field_is_found_at_its_entry(data: st.DataObject) -> None:
    entries = chain(6)
    at = data.draw(st.integers(0, 5))
    field = data.draw(st.sampled_from(FIELDS))
    old = getattr(entries[at], field)
    new = old + timedelta(seconds=1) if field == "at" else old + 1 if isinstance(old, int) else altered(data, old)
    entries[at] = replace(entries[at], **{field: new})
    assert first(entries) == (at + 1, "drop" if field == "seq" else "edit")


def altered(data: st.DataObject, text: str) -> str:
    """One character is another."""
    at = data.draw(st.integers(0, len(text) - 1))
    return text[:at] + ("~" if text[at] != "~" else "-") + text[at + 1 :]


@pytest.mark.parametrize("text", ['{"n":5,"who":"pty_a" }', '{"n":1,"n":5,"who":"pty_a"}', "[]", "", "{", "NaN"])
def test_a_body_that_only_reads_the_same_is_not_the_same(text: str) -> None:
    entries = chain(6)
    entries[5] = replace(entries[5], body=text)
    assert first(entries) == (6, "edit")


@given(st.integers(0, 5), st.integers(0, 5))
def test_entries_that_changed_places_are_both_named(one: int, other: int) -> None:
    if one == other:
        return
    entries = chain(6)
    entries[one], entries[other] = (
        replace(entries[other], seq=one + 1), replace(entries[one], seq=other + 1),
    )  # fmt: skip
    assert {(fault.seq, fault.kind) for fault in verify(entries)} == {(one + 1, "reorder"), (other + 1, "reorder")}


@given(st.integers(0, 6), st.integers(1, 3))
def test_what_was_taken_out_is_missed_also_where_the_rest_was_numbered_anew(at: int, count: int) -> None:
    entries = chain(10)
    left = entries[:at] + entries[at + count :]
    renumbered = [replace(entry, seq=seq) for seq, entry in enumerate(left, 1)]
    for found in (left, renumbered):
        assert [str(one) for one in verify(found)] == [str(Fault(at + 1, "drop", at + count))]


def test_an_entry_put_in_is_a_second_history() -> None:
    entries = chain(6)
    put = linked(replace(entries[2], actor="acc_put_in"), entries[1].hash)
    found = [*entries[:2], put, *(replace(one, seq=one.seq + 1) for one in entries[2:])]
    assert first(found) == (3, "fork")


def test_an_entry_hashed_anew_after_a_change_is_told_by_the_next() -> None:
    entries = chain(3)
    entries[1] = linked(replace(entries[1], actor="acc_forged"), entries[0].hash)
    assert [str(one) for one in verify(entries)] == ["2: edit (written anew)"]


@given(st.data())
def test_a_chain_written_anew_is_told_by_an_anchor_and_placed_by_the_hashes(data: st.DataObject) -> None:
    """Edited, swapped or shortened, and every hash made again: only what was kept elsewhere tells."""
    entries = chain(12)
    at = data.draw(st.integers(0, 10))
    how = data.draw(st.sampled_from(["edit", "swap", "drop", "insert"]))
    changed = [*entries]
    match how:
        case "edit":
            changed[at] = replace(changed[at], actor="acc_forged")
        case "swap":
            changed[at], changed[at + 1] = changed[at + 1], changed[at]
        case "drop":
            del changed[at]
        case "insert":
            changed.insert(at, replace(changed[at], actor="acc_forged"))
    found = written_anew(changed)
    assert verify(found) == []
    (fault,) = against(found, anchors(entries, 4, 8, 11))
    assert fault.kind == "fork" and fault.seq <= at + 1 <= fault.upto and fault.upto - fault.seq < 4
    (fault,) = departs(found, [one.hash for one in entries], "export")
    assert (fault.seq, fault.kind) == (at + 1, "fork")


@given(st.integers(0, 11))
def test_an_end_that_is_gone_is_told_by_an_anchor(length: int) -> None:
    entries = chain(12)
    assert verify(entries[:length]) == []
    (fault,) = against(entries[:length], anchors(entries, 3, 12))
    assert (fault.seq, fault.kind) == (length + 1, "truncation")
    assert departs(entries[:length], [one.hash for one in entries], "export")[0] == replace(
        fault, upto=12, what="export"
    )


def test_a_body_may_be_gone_where_a_later_entry_says_so() -> None:
    bodies: list[dict[str, Any]] = [{"n": n} for n in range(6)]
    whole = made(bodies)
    bodies[4] = {"seq": 2, "body_hash": whole[1].body_hash, "rule": "r"}
    entries = made(bodies, {5: TOMBSTONE})
    erased = replace(entries[1], salt=None, body=None, form=None)
    assert verify([entries[0], erased, *entries[2:]]) == []
    other = replace(entries[2], salt=None, body=None, form=None)
    assert [str(one) for one in verify([entries[0], erased, other, *entries[3:]])] == ["3: body (missing)"]
    lying = replace(entries[4], body=json.dumps(bodies[4] | {"seq": 3}))
    assert first([entries[0], erased, *entries[2:4], lying, entries[5]]) == (2, "body")
