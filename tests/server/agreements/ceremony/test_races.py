"""Two browsers that race for one slot, and a lease that ends while its holder's answer is being worked on: whatever the
order, one live certificate and one signature."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from documents import TimeStamper
from server.agreements.ceremony import store
from server.rehearse.signing import SigningKey
from server.store import journal
from tests.conftest import Office
from tests.server.agreements.conftest import Stamps
from tests.server.agreements.signer import Signer, until


@dataclass
class Slow:
    """Between the signature and its time-stamp something happens, once."""

    real: TimeStamper
    meanwhile: Callable[[], Coroutine[Any, Any, None]]
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    done: bool = False

    @property
    def name(self) -> str:
        return "slow"

    def token(self, digest: bytes, at: datetime) -> bytes:
        if not self.done:
            self.done = True
            waiting: Future[None] = asyncio.run_coroutine_threadsafe(self.meanwhile(), self.loop)
            waiting.result(15)
        return self.real.token(digest, at)


def beside(signer: Signer) -> Signer:
    """The same person in another browser: another key, nothing enrolled."""
    other = copy(signer)
    other.key, other.certificate, other.enrolment = SigningKey(), b"", {}
    return other


async def certify_anew(signer: Signer) -> None:
    signer.cast.office.clock.forward(seconds=61)
    assert (enrolled := await signer.enrol()).status == 200, enrolled.json
    assert (checked := await signer.check()).status == 200, checked.json


async def signed_by(office: Office, signer: Signer) -> list[dict[str, Any]]:
    """What the journal says of this slot's signatures, and that every file has as many revisions."""
    async with office.db.reading() as tx:
        entries = await journal.read(tx, signer.cast.case)
        hashes = await store.revision_hashes(tx, signer.path.rsplit("/", 1)[1])
    assert journal.verify(entries) == []
    signs = [decoded(entry) for entry in entries if entry.kind == "ceremony.sign"]
    stored = {(file, sha256) for file, _, sha256 in hashes}
    assert stored == {(file, sha256) for one in signs for file, sha256 in one["files"].items()}
    return [one for one in signs if one["slot"] == signer.slot]


def decoded(entry: journal.Entry) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(entry.body or "{}")
    return found


async def finish(people: dict[str, Signer], *left: str) -> None:
    for role in left:
        await people[role].take_and_sign()
    await until(people["mediator"], "complete")


async def test_of_two_browsers_that_prove_a_key_at_once_one_has_the_slot(
    scene_office: Office, ready: dict[str, Signer]
) -> None:
    lin = ready["applicant"]
    for _ in range(3):
        one, two = beside(lin), beside(lin)
        for browser in (one, two):
            lin.cast.office.clock.forward(seconds=61)
            assert (await browser.enrol()).status == 200
        codes = [await scene_office.code(lin.person)] * 2
        await asyncio.gather(*(browser.check(code) for browser, code in zip((one, two), codes, strict=True)))
        async with scene_office.db.reading() as tx:
            live = await store.certificates(tx, lin.path.rsplit("/", 1)[1])
        holders = [browser for browser in (lin, one, two) if browser.certificate in live.values()]
        assert len(live) == 3 and len(holders) == 1
        lin = holders[0]
    await ready["respondent"].take_and_sign()  # whoever was ready again later comes later
    turns = await asyncio.gather(*(beside(lin).turn() for _ in range(4)))
    answers = await asyncio.gather(*(lin.hand_in(turn.json) for turn in turns))
    assert sorted(one.status for one in answers) == [200, 409, 409, 409]
    assert len(await signed_by(scene_office, lin)) == 1
    await finish(ready, "mediator")


async def test_two_signatures_handed_in_for_one_lease_are_one(scene_office: Office, ready: dict[str, Signer]) -> None:
    lin = ready["applicant"]
    turn = (await lin.turn()).json
    answers = await asyncio.gather(*(lin.hand_in(turn, lin.sign(turn)) for _ in range(4)))  # ECDSA: no two alike
    again = await lin.hand_in(turn, lin.sign(turn))
    assert {one.status for one in (*answers, again)} == {200}
    assert all(one.json == again.json for one in answers)
    assert len(await signed_by(scene_office, lin)) == 1
    await finish(ready, "respondent", "mediator")


async def test_a_key_replaced_while_its_signature_was_time_stamped_signs_nothing(
    scene_office: Office, ready: dict[str, Signer], stamps: Stamps
) -> None:
    lin = ready["applicant"]
    other = beside(lin)
    stamps.real = Slow(stamps.real, lambda: certify_anew(other))
    turn = (await lin.turn()).json
    late = await lin.hand_in(turn)
    assert (late.status, late.code) == (409, "stale_lease")
    assert await signed_by(scene_office, lin) == []
    await ready["respondent"].take_and_sign()  # whoever was ready again later comes later
    await other.take_and_sign()
    assert len(await signed_by(scene_office, lin)) == 1
    await finish(ready, "mediator")


async def test_a_lease_that_ends_while_its_answer_is_time_stamped_and_is_taken_anew_counts_once(
    scene_office: Office, ready: dict[str, Signer], stamps: Stamps
) -> None:
    lin = ready["applicant"]

    async def other_tab() -> None:
        scene_office.clock.forward(seconds=16)
        await lin.take_and_sign()

    stamps.real = Slow(stamps.real, other_tab)
    turn = (await lin.turn()).json
    late = await lin.hand_in(turn)
    assert (late.status, late.code, late.data) == (409, "stale_lease", {"reason": "fence"})
    assert len(await signed_by(scene_office, lin)) == 1
    await finish(ready, "respondent", "mediator")


async def test_a_lease_that_ends_while_its_answer_is_time_stamped_and_is_taken_by_nobody_still_counts(
    scene_office: Office, ready: dict[str, Signer], stamps: Stamps
) -> None:
    lin = ready["applicant"]

    async def time_passes() -> None:
        scene_office.clock.forward(seconds=16)

    stamps.real = Slow(stamps.real, time_passes)
    turn = (await lin.turn()).json
    done = await lin.hand_in(turn)
    assert (done.status, (await lin.hand_in(turn)).json) == (200, done.json)
    assert len(await signed_by(scene_office, lin)) == 1
    await finish(ready, "respondent", "mediator")
