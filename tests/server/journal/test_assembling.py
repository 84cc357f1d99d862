"""A disclosure proves what it says, holds nothing else, and nothing in it can be changed or guessed."""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents import (
    BY_FIELD,
    WHOLE,
    Abroad,
    Evidence,
    NotADisclosure,
    body_hash,
    commitments,
    field_salt,
    judge_disclosure,
    status_of_stamps,
)
from documents.entries import commitment
from documents.merkle import leaf
from server.journal.assembling import Assembly, NotAnchored
from server.journal.choosing import Choice
from server.store.chain import Entry
from tests.actors import START
from tests.server.journal.conftest import CASE, HOUR, Notary, Told, chain_of, erased, nowhere

TOLD: list[Told] = [
    ("case.added", "acc_guguguguguguguguguga", {"parties": ["pty_linlinlinlinlinlinli"], "state": "submitted"}),
    ("room.attendance", "pty_linlinlinlinlinlinli", {
        "session": "ses_s", "person": "pty_linlinlinlinlinlinli", "state": "present", "chamber": "joint"}),
    ("room.moved", "server", {"session": "ses_s", "epoch": 3, "people": ["pty_x"], "chamber": "caucus_applicant"}),
    ("room.attendance", "pty_linlinlinlinlinlinli", {
        "session": "ses_s", "person": "pty_linlinlinlinlinlinli", "state": "lost", "chamber": "caucus_applicant"}),
    ("table.offer_passed_on", "pty_chenchenchenchenchen", {"offer": "off_x"}),
    ("party.identified", "acc_guguguguguguguguguga", {"party": "pty_linlinlinlinlinlinli", "assurance": "seen"}),
    ("remark.made", "pty_chenchenchenchenchen", {"agreement": "agr_hidden", "clause": "c7"}),
    ("clause.confirm", "pty_linlinlinlinlinlinli", {"agreement": "agr_a", "clause": "c1", "hash": "12" * 32}),
    ("agreement.complete", "server", {"agreement": "agr_a", "ceremony": "cer_a", "number": "第1号"}),
]  # fmt: skip
LENGTHS = (3, 6, 9)
CHOSEN = {2: {"session", "person", "state"}, 4: {"session", "state"}, 6: {"party"}, 8: {"clause", "hash"}}


def choices(chain: list[Entry]) -> list[Choice]:
    return [Choice(chain[seq - 1], frozenset(fields)) for seq, fields in CHOSEN.items()]


@pytest.fixture(scope="module")
def chain() -> list[Entry]:
    return chain_of(TOLD)


@pytest.fixture(scope="module")
def made(notary: Notary, chain: list[Entry]) -> bytes:
    return notary.disclosure(chain, choices(chain), LENGTHS, [9])


def test_it_proves_who_what_and_since_when_by_whose_time_stamp(notary: Notary, made: bytes, chain: list[Entry]) -> None:
    found = notary.judge(made, heads=[chain[8].hash])
    assert (found.verdict, found.reasons, found.case) == ("valid", [], CASE)
    assert {one.seq: set(one.fields) for one in found.entries} == CHOSEN
    assert all(one.fields.items() <= json.loads(chain[one.seq - 1].body or "").items() for one in found.entries)
    stamps = [f"{START + hour * HOUR:%Y-%m-%dT%H:%M:%SZ}" for hour in (1, 2, 3)]
    assert [one.since for one in found.entries] == [stamps[0], stamps[1], stamps[1], stamps[2]]
    assert [(one.seq, one.at, one.good) for one in found.anchors] == [
        (3, stamps[0], True),
        (6, stamps[1], True),
        (9, stamps[2], True),
    ]
    assert found.heads == {chain[8].hash: 9} and {one.by for one in found.entries} == {found.anchors[0].by}
    assert len(found.root) == 64 and [one.hidden for one in found.entries] == [2, 3, 2, 2]


def test_a_head_of_another_file_is_not_of_this_history(notary: Notary, made: bytes) -> None:
    found = notary.judge(made, heads=["55" * 32])
    assert (found.verdict, [one.code for one in found.reasons]) == ("cannot_tell", ["other_file"])


def test_whom_to_believe_is_never_taken_from_it(notary: Notary, made: bytes) -> None:
    found = judge_disclosure(made, [], START + 11 * HOUR)
    assert (found.verdict, [one.code for one in found.reasons]) == ("unknown_issuer", ["no_trust"])
    assert {one.since for one in found.entries} == {None}
    late = notary.judge(made, START + timedelta(days=400))
    assert (late.verdict, [one.code for one in late.reasons]) == ("cannot_tell", ["status_unknown"])
    early = notary.judge(made, START)
    assert (early.verdict, [one.code for one in early.reasons]) == ("cannot_tell", ["time_ahead"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_byte_changed_is_told(notary: Notary, made: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(made) - 1))
    other = data.draw(st.integers(1, 255))
    assert refused(notary, made[:at] + bytes([made[at] ^ other]) + made[at + 1 :])
    assert refused(notary, made[:at]) and refused(notary, made + b" ")


def refused(notary: Notary, data: bytes) -> bool:
    try:
        return notary.judge(data).verdict == "invalid"
    except NotADisclosure:
        return True


def test_any_part_changed_by_somebody_who_knows_how_is_told(notary: Notary, made: bytes) -> None:
    """Each value is another, also with a right checksum: everything but the status is under the time-stamp."""
    whole = json.loads(made)
    del whole["sha256"]
    places = [place for place in leaves(whole) if place[0] not in ("certificates", "answers", "lists")]
    assert len(places) > 60
    for place in places:
        changed = json.loads(json.dumps(whole))
        put(changed, place)
        assert refused(notary, summed(changed)), place
    for list_of in ("entries", "anchors", "heads"):
        assert notary.judge(summed(whole | {list_of: whole[list_of][::-1]})).verdict == "invalid" or list_of == "heads"
    assert notary.judge(summed(whole | {"more": 1})).verdict == "invalid"
    for part in ("certificates", "answers"):
        assert notary.judge(summed(whole | {part: []})).verdict in ("cannot_tell", "unknown_issuer")


def leaves(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [leaf for name, part in inside for leaf in leaves(part, (*place, name))]
    yield from found if isinstance(value, dict | list) else [place]


def put(whole: Any, place: tuple[Any, ...]) -> None:
    for name in place[:-1]:
        whole = whole[name]
    old = whole[place[-1]]
    if isinstance(old, str):
        at = len(old) // 2
        whole[place[-1]] = old[:at] + ("1" if old[at] != "1" else "2") + old[at + 1 :]
    else:
        whole[place[-1]] = old + 1


def summed(changed: dict[str, Any]) -> bytes:
    return rfc8785.dumps(changed | {"sha256": hashlib.sha256(rfc8785.dumps(changed)).hexdigest()})


def test_no_string_of_another_entry_or_field_is_in_it(made: bytes, chain: list[Entry]) -> None:
    shown = [(chain[seq - 1], fields) for seq, fields in CHOSEN.items()]
    told = [[one.kind, one.actor, {name: json.loads(one.body or "")[name] for name in names}] for one, names in shown]
    words = words_of(TOLD) - words_of(told)
    assert {b"caucus_applicant", b"table.offer_passed_on", b"off_x", b"agr_a", b"pty_chenchenchenchenchen"} <= words
    assert [word for word in words if word in made] == []
    assert not any((one.salt or "").encode() in made for one in chain), "the salt of an entry opens every field"


def words_of(told: Any) -> set[bytes]:
    return set(re.findall(rb"[\w.]{3,}", json.dumps(told).encode()))


def test_nothing_that_is_closed_can_be_guessed(made: bytes, chain: list[Entry]) -> None:
    """Who knows everything but the salts tries all kinds, all people, all seconds of a day, all values; and would find
    it at once if there were no salts."""
    targets = set(re.findall(rb'"([0-9a-f]{64})"', made))
    salts = {one["salt"] for entry in json.loads(made)["entries"] for one in entry["body"]["fields"].values()}
    gone = chain[4]
    unsalted = {
        *(body_hash(WHOLE, salt, gone.body or "") for salt in ("", *salts)),
        *(body_hash(BY_FIELD, salt, gone.body or "") for salt in ("", *salts)),
    }
    kinds, people = sorted({kind for kind, *_ in TOLD}), sorted({actor for _, actor, _ in TOLD})
    for body in sorted(unsalted):
        assert not any(found(targets, gone, kind, actor, body, 30) for kind in kinds for actor in people)
    assert not any(found(targets, gone, gone.kind, actor, min(unsalted), 86_400) for actor in people)
    assert found(targets, gone, gone.kind, gone.actor, gone.body_hash, 86_400), "the search does find what is there"
    private = json.loads(chain[3].body or "")
    for name, values in (("chamber", ("joint", "caucus_applicant", "caucus_respondent", None)), ("person", people)):
        for value in values:
            for salt in salts:
                guesses = {commitments(salt, {name: value})[name], commitment(salt, name, value)}
                assert not {one.encode() for one in guesses} & targets
    assert commitments(chain[3].salt or "", private)["chamber"].encode() in targets
    assert field_salt(chain[3].salt or "", "chamber") not in salts


def found(targets: set[bytes], gone: Entry, kind: str, actor: str, body: str, seconds: int) -> bool:
    """Whether an entry in this place, of any of these seconds around its own, leaves its hash in the file."""
    day = gone.at - timedelta(seconds=seconds // 2)
    head = f'{{"actor":"{actor}","at":"'.encode()
    tail = f'","body":"{body}","case":"{CASE}","kind":"{kind}","previous":"{gone.previous}","seq":{gone.seq}}}'.encode()
    for second in range(seconds + 1):
        at = (day + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
        own = hashlib.sha256(head + at + tail).digest()
        if own.hex().encode() in targets or leaf(own).hex().encode() in targets:
            return True
    return False


def test_an_entry_of_before_is_shown_whole_and_an_erased_one_by_its_head(notary: Notary) -> None:
    old = chain_of(TOLD, WHOLE)
    chain = [*old[:5], erased(old[5]), *old[6:]]
    data = notary.disclosure(chain, [Choice(chain[1], None), Choice(chain[5], frozenset())], LENGTHS)
    whole, gone = notary.judge(data).entries
    assert (whole.kept, whole.fields) == ("whole", TOLD[1][2])
    assert (gone.kept, gone.fields, gone.kind) == ("closed", {}, "party.identified")
    assert notary.judge(data).verdict == "valid"


def test_when_the_authority_has_ended_it_cannot_be_told_any_more(notary: Notary, chain: list[Entry]) -> None:
    ended = notary.authority.tsa.certificate.not_valid_after_utc + HOUR
    made = Assembly(chain, notary.anchors(chain, *LENGTHS), choices(chain), [9])
    data = made.written(status_of_stamps(made.tokens, notary.authority, Abroad(nowhere), ended))
    found = notary.judge(data, ended)
    assert (found.verdict, [one.code for one in found.reasons]) == ("cannot_tell", ["timestamp_expired"])


def test_two_histories_never_make_one_disclosure(notary: Notary, chain: list[Entry]) -> None:
    """What was anchored first is proven within the last tree, too: the earlier stamp of another history is no help."""
    other = chain_of([*TOLD[:3], ("room.attendance", "pty_forged", TOLD[3][2]), *TOLD[4:]])
    mixed = [*notary.anchors(other, 6), *notary.anchors(chain, 3, 9)[1:]]
    made = Assembly(chain, mixed, choices(chain)[:2], [9])
    found = notary.judge(made.written(Evidence()))
    assert found.verdict == "invalid" and found.reasons[0].code == "entry"


def test_what_is_in_no_anchor_is_not_disclosed(notary: Notary, chain: list[Entry]) -> None:
    with pytest.raises(NotAnchored, match="8"):
        notary.disclosure(chain, choices(chain), (3, 6))
