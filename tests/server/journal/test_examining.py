"""Whatever was done to a journal, its anchors or both is found beside what was kept, and where it begins."""

import json
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.journal.examining import Examined, Trust, examine
from server.journal.exporting import BadExport, Export, read_export, write_export
from server.journal.words import told
from server.store.anchors import Anchor
from server.store.chain import Entry
from tests.server.journal.conftest import CASE, Notary, Told, chain_of, erased
from tests.server.store.test_chain import linked, written_anew

TOLD: list[Told] = [("session.open", f"pty_{n}", {"n": n}) for n in range(12)]
LENGTHS = (4, 8, 11)


@pytest.fixture(scope="module")
def chain() -> list[Entry]:
    return chain_of(TOLD)


@pytest.fixture(scope="module")
def anchors(notary: Notary, chain: list[Entry]) -> list[Anchor]:
    return notary.anchors(chain, *LENGTHS, beside=False)


@pytest.fixture(scope="module")
def trust(notary: Notary) -> Trust:
    return Trust((notary.authority.root_der,), (notary.authority.issuing.der,))


@pytest.fixture(scope="module")
def data(anchors: list[Anchor], chain: list[Entry]) -> bytes:
    return write_export(anchors[::-1], {CASE: [one.hash for one in chain], "cas_never_anchored": ["00" * 32]})


@pytest.fixture(scope="module")
def export(data: bytes) -> Export:
    return read_export(data)


@dataclass(frozen=True, repr=False)
class Kept:
    """All of it in one argument that hypothesis need not print."""

    chain: list[Entry]
    anchors: list[Anchor]
    trust: Trust
    export: Export


@pytest.fixture(scope="module")
def kept(chain: list[Entry], anchors: list[Anchor], trust: Trust, export: Export) -> Kept:
    return Kept(chain, anchors, trust, export)


def first(found: Examined) -> tuple[int, int, str]:
    """Of the one case: where it begins, the last that may be meant, what it is."""
    (case,) = found.cases
    fault = case.faults[0]
    return fault.seq, fault.upto, fault.kind


def test_what_was_not_touched_is_whole(chain: list[Entry], anchors: list[Anchor], trust: Trust, export: Export) -> None:
    found = examine([(CASE, chain)], anchors, trust, export, {CASE: {"f": [chain[3].hash]}})
    assert found.whole and (found.cases[0].entries, found.cases[0].anchored) == (12, 11)
    assert told(found, "zh-CN") == ["完整的存证日志1份，共12条，其中11条已有时间戳（时间戳3个）"]
    assert [*export.hashes] == [CASE] and len(export.hashes[CASE]) == 11


@settings(deadline=None)
@given(data=st.data())
def test_a_history_written_anew_is_found_where_it_begins(kept: Kept, data: st.DataObject) -> None:
    """By who owns the database: edited, reordered, dropped or cut, and every hash made again."""
    chain, anchors, trust, export = kept.chain, kept.anchors, kept.trust, kept.export
    at = data.draw(st.integers(0, 9))
    changed = [*chain]
    match data.draw(st.sampled_from(["edit", "swap", "drop", "put in", "cut"])):
        case "edit":
            changed[at] = replace(changed[at], actor="pty_forged")
        case "swap":
            changed[at], changed[at + 1] = changed[at + 1], changed[at]
        case "drop":
            del changed[at]
        case "put in":
            changed.insert(at, replace(changed[at], actor="pty_forged"))
        case "cut":
            del changed[at:]
    cut = len(changed) == at
    anew = written_anew(changed)
    seq, upto, kind = first(examine([(CASE, anew)], anchors, trust))
    assert kind == ("truncation" if cut else "fork") and seq <= at + 1 <= upto and (cut or upto - seq < 4)
    stolen = examine([(CASE, anew)], [], trust, export)
    assert first(stolen)[::2] == (at + 1, kind) and set(stolen.anchors.values()) == {"gone"}
    if not cut:
        assert first(examine([(CASE, anew)], [], trust, None, {CASE: {"f": [chain[-1].hash]}}))[2] == "fork"


ACTS = ("edit", "hash", "edit and hash", "swap", "drop", "repeat", "number", "body", "erase", "write anew")


@settings(max_examples=300, deadline=None)
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 10), st.integers(0, 10)), min_size=1, max_size=3))
def test_any_mixture_is_found_at_the_first_entry_that_differs(kept: Kept, acts: list[tuple[str, int, int]]) -> None:
    whole = changed = kept.chain[: len(kept.export.hashes[CASE])]
    for act, one, other in acts:
        changed = tampered(changed, act, one % len(changed), other % len(changed)) if changed else changed
    if changed[: len(whole)] == whole:
        return  # nothing was done, or something added at the end, as everybody may
    place = next((n for n, pair in enumerate(zip(changed, whole, strict=False), 1) if pair[0] != pair[1]), None)
    found = examine([(CASE, changed)], [], Trust(), kept.export)
    assert first(found)[0] == (place or len(changed) + 1)


def tampered(entries: list[Entry], act: str, one: int, other: int) -> list[Entry]:
    """By somebody who holds the database, whose keys stay unique and in order."""
    made, entry = [*entries], entries[one]
    match act:
        case "edit":
            made[one] = replace(entry, actor="acc_forged")
        case "hash":
            made[one] = replace(entry, hash="0" * 64)
        case "edit and hash":
            made[one] = linked(replace(entry, actor="acc_forged"), entry.previous)
        case "swap":
            made[one], made[other] = replace(made[other], seq=entry.seq), replace(entry, seq=made[other].seq)
        case "drop":
            del made[one]
        case "repeat":
            made = [*made[: one + 1], *(replace(each, seq=each.seq + 1) for each in made[one:])]
        case "number":
            made = [replace(each, seq=seq) for seq, each in enumerate(made, 1)]
        case "body":
            made[one] = replace(entry, body='{"n":99}')
        case "erase":
            made[one] = erased(entry)
        case "write anew":
            made = [
                *made[:one],
                *written_anew([*made[:one], replace(entry, kind="session.close"), *made[one + 1 :]])[one:],
            ]
    return made


@settings(deadline=None)
@given(st.sampled_from(["at", "kind", "actor", "body", "hash", "previous", "body_hash"]), st.integers(0, 11))
def test_one_entry_altered_is_named_whatever_else_is_kept(kept: Kept, field: str, at: int) -> None:
    changed = [*kept.chain]
    old = getattr(changed[at], field)
    new = old.replace(year=2020) if field == "at" else old[:-1] + ("0" if old[-1] != "0" else "1")
    changed[at] = replace(changed[at], **{field: new})
    found = examine([(CASE, changed)], kept.anchors, kept.trust, kept.export)
    assert first(found) == (at + 1, at + 1, "edit")
    assert told(found, "zh-CN")[0].startswith(f"{CASE}：第{at + 1}条被改动过")


def test_a_journal_that_is_gone_whole_is_missed(
    chain: list[Entry], anchors: list[Anchor], trust: Trust, export: Export
) -> None:
    for found in (examine([], anchors, trust), examine([], [], trust, export)):
        assert first(found) == (1, 4 if found.stamps else 11, "truncation")


def test_anchors_are_what_was_stamped_by_somebody_known(
    notary: Notary, chain: list[Entry], anchors: list[Anchor], trust: Trust
) -> None:
    one, other = anchors[:2]
    forged = written_anew([replace(chain[0], actor="pty_forged"), *chain[1:]])
    later = notary.anchors(forged, 4, beside=False)[0]
    cases = {
        "altered": replace(one, heads=later.heads),
        "other_question": replace(other, token=one.token),
        "unreadable": replace(one, token=one.token[:-9]),
    }
    for cause, bad in cases.items():
        assert examine([(CASE, chain)], [bad], trust).anchors == {bad.id: cause}
        assert len(told(examine([(CASE, chain)], [bad], trust), "en")) == 2 + (cause == "altered")
    older = [replace(one, token=other.token), other]
    assert [*examine([(CASE, chain)], older, trust).anchors] == [one.id]
    assert examine([(CASE, chain)], older, trust, newest=1).whole
    assert examine([(CASE, chain)], [one], Trust()).whole, "nobody said whose time-stamps count"
    assert examine([(CASE, chain)], [one], Trust((notary.authority.seal.der,))).anchors == {one.id: "tsa_unknown"}


def test_a_body_that_is_gone_does_not_hide_another_fault(
    chain: list[Entry], anchors: list[Anchor], trust: Trust
) -> None:
    changed = written_anew([*chain[:8], replace(chain[8], actor="pty_forged"), *chain[9:]])
    found = examine([(CASE, [changed[0], erased(changed[1]), *changed[2:]])], anchors, trust)
    assert [(one.seq, one.kind) for one in found.cases[0].faults] == [(2, "body"), (9, "fork")]
    found = examine([(CASE, [*changed[:9], erased(changed[9]), *changed[10:]])], anchors, trust)
    assert [(one.seq, one.kind) for one in found.cases[0].faults] == [(9, "fork"), (10, "body")]


def test_an_export_must_agree_with_itself(data: bytes) -> None:
    whole = json.loads(data)
    for change in (
        whole | {"hashes": {}},
        whole | {"hashes": {CASE: whole["hashes"][CASE][:-8]}},
        whole | {"form": "other"},
        whole | {"anchors": [whole["anchors"][0] | {"root": "00" * 32}]},
        whole | {"more": 1},
    ):
        with pytest.raises(BadExport):
            read_export(json.dumps(change).encode())
    for junk in (b"", b"[]", data[:-1], b"\xff"):
        with pytest.raises(BadExport):
            read_export(junk)


def test_words_name_the_place_in_both_languages(chain: list[Entry], anchors: list[Anchor], trust: Trust) -> None:
    swapped = [replace(chain[1], seq=1), replace(chain[0], seq=2), *chain[2:]]
    cases = {
        "entry 1 is not where it was written (it was number 2)": swapped,
        "entry 3–4 is gone": [*chain[:2], *chain[4:]],
        f"entry 5 (8 at the latest) and what followed is gone (beside anchor {anchors[1].id})": chain[:4],
        "entry 2 has lost its content, and no entry says that it was erased": [chain[0], erased(chain[1]), *chain[2:]],
    }
    for words, changed in cases.items():
        line = told(examine([(CASE, changed)], anchors, trust), "en")[0]
        assert line.removesuffix(" (1 more)") == f"{CASE}: {words}"
    assert told(examine([(CASE, chain[:4])], anchors, trust), "zh-CN")[0] == (
        f"{CASE}：第5条（至迟第8条）起的记录不见了（与锚定{anchors[1].id}不符）"
    )
