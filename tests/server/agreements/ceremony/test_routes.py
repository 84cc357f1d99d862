"""The ceremony through its doors: the human steps, the turns, and everything that must be refused."""

import asyncio
from base64 import b64decode
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from documents import filing_copy, verify
from server.agreements.ceremony import sealing, store
from server.agreements.store import numbers
from server.rehearse.signing import SigningKey
from server.store import journal
from server.web import keys
from tests.conftest import Cast, Office
from tests.server.agreements.conftest import Stamps
from tests.server.agreements.signer import Signer, b64, look, until

pytestmark = pytest.mark.timeout(60)
"""The first test of a run plays the scenes; whole ceremonies seal and judge two files."""


async def kinds(cast: Cast) -> list[str]:
    async with cast.office.db.reading() as tx:
        entries = await journal.read(tx, cast.case)
    assert journal.verify(entries) == []
    return [entry.kind for entry in entries]


async def status_of(signer: Signer, certificate: bytes) -> ocsp.OCSPCertStatus:
    """What the deployment's responder says of a certificate."""
    authority = signer.cast.office.app[keys.AUTHORITY]
    issuing = x509.load_der_x509_certificate(authority.chain_der[0])
    subject = x509.load_der_x509_certificate(certificate)
    request = ocsp.OCSPRequestBuilder().add_certificate(subject, issuing, hashes.SHA256()).build()
    answer = await signer.browser.post(
        "/trust/ocsp", data=request.public_bytes(Encoding.DER), kind="application/ocsp-request"
    )
    return ocsp.load_der_ocsp_response(answer.body).certificate_status


async def test_three_people_sign_two_files_and_all_get_the_same(scene_cast: Cast, ready: dict[str, Signer]) -> None:
    for signer in ready.values():
        await signer.take_and_sign()
    view = await until(ready["mediator"], "complete")
    root = scene_cast.office.app[keys.AUTHORITY].root_der
    for file in view["files"]:
        copies = [await signer.browser.get(file["download"]) for signer in ready.values()]
        assert {copy.status for copy in copies} == {200}
        assert len({copy.body for copy in copies}) == 1
        flat = [await signer.browser.get(file["copy"]) for signer in ready.values()]
        made = await asyncio.to_thread(filing_copy, copies[0].body, scene_cast.office.app[keys.FONTS])
        assert [copy.body for copy in flat] == [made] * 3
        report = await asyncio.to_thread(verify, copies[0].body, (root,), scene_cast.office.clock.now)
        assert (report.verdict, report.sha256) == ("valid", file["sha256"])
        assert [one.slot for one in report.signatures if one.kind == "person"] == ["party-1", "party-2", "mediator"]
        assert [one.assurance for one in report.signatures if one.kind == "person"] == ["seen", "seen", "desk"]
    agreement = (await scene_cast.mediator.get(f"/api/agreements/{view['agreement']}")).json
    assert (agreement["state"], agreement["effective_at"]) == ("complete", view["effective_at"])
    assert (await scene_cast.mediator.get(f"/api/cases/{scene_cast.case}")).json["state"] == "concluded"
    found = await kinds(scene_cast)
    assert [found.count(kind) for kind in ("ceremony.confirm", "ceremony.ready", "ceremony.sign")] == [3, 3, 3]
    assert found.count("agreement.complete") == 1


async def test_a_token_opens_one_file_for_a_few_minutes(scene_office: Office, ready: dict[str, Signer]) -> None:
    for signer in ready.values():
        await signer.take_and_sign()
    view = await until(ready["mediator"], "complete")
    door = f"/api/agreements/{view['agreement']}/files"
    made = await ready["applicant"].browser.post(f"{door}/agreement/token")
    stranger = await scene_office.browser()
    opened = await stranger.get(made.json["url"])
    assert (opened.status, opened.headers["Content-Type"]) == (200, "application/pdf")
    assert "filename*=UTF-8''" in opened.headers["Content-Disposition"]
    flat = await stranger.get(made.json["copy"])
    assert (flat.status, flat.headers["Content-Type"]) == (200, "application/pdf")
    assert "agreement-copy.pdf" in flat.headers["Content-Disposition"]
    value = made.json["url"].partition("token=")[2]
    assert (await stranger.get(f"{door}/minutes?token={value}")).code == "unauthenticated"
    assert (await stranger.get(f"{door}/agreement?token={value[:-1]}x")).code == "unauthenticated"
    assert (await stranger.get(f"{door}/agreement")).code == "unauthenticated"
    assert (await stranger.get(f"{door}/agreement/copy")).code == "unauthenticated"
    scene_office.clock.forward(minutes=6)
    assert (await stranger.get(made.json["url"])).code == "unauthenticated"


async def test_no_revision_is_given_out_before_complete(scene_cast: Cast, ready: dict[str, Signer]) -> None:
    for role in ("applicant", "respondent"):
        await ready[role].take_and_sign()
        for signer in ready.values():
            view = await look(signer)
            assert all(file["download"] is None for file in view["files"])
            door = f"/api/agreements/{view['agreement']}/files/agreement"
            assert (await signer.browser.get(door)).code == "not_found"
            assert (await signer.browser.get(f"{door}/copy")).code == "not_found"
            assert (await signer.browser.post(f"{door}/token")).code == "not_found"
            again = await signer.browser.get(f"{signer.path}/files/agreement/frozen")
            assert again.body == signer.frozen["agreement"]
    kept = [path.read_bytes() for path in scene_cast.office.app[keys.BLOBS].directory.rglob("*") if path.is_file()]
    assert not any(content.startswith(b"%PDF") for content in kept)


async def test_turns_wait_for_everyone_and_then_keep_their_order(people: dict[str, Signer]) -> None:
    lin, chen, gu = people["applicant"], people["respondent"], people["mediator"]
    await chen.get_ready()
    early = await chen.turn()
    assert (early.code, early.data["state"], sorted(early.data["waiting_for"])) == (
        "not_your_turn", "ready", sorted(["林秀珍", "顾明华"]),
    )  # fmt: skip
    lin.cast.office.clock.forward(seconds=1)
    await gu.get_ready()
    lin.cast.office.clock.forward(seconds=1)
    await lin.get_ready()
    for signer, names in ((gu, ["陈国栋", "林秀珍"]), (lin, ["陈国栋"])):
        refused = await signer.turn()
        assert (refused.code, refused.data["waiting_for"]) == ("not_your_turn", names)
    turn = await chen.turn()
    assert turn.status == 200
    assert [one["state"] for one in (await look(gu))["slots"]] == ["ready", "turn", "ready"]
    assert (await lin.turn()).code == "not_your_turn"
    assert (await chen.hand_in(turn.json)).status == 200
    await lin.take_and_sign()
    await gu.take_and_sign()
    await until(gu, "complete")


async def test_the_same_lease_again_gets_the_same_answer(ready: dict[str, Signer]) -> None:
    lin = ready["applicant"]
    turn = (await lin.turn()).json
    body = lin.sign(turn)
    first, second = await lin.hand_in(turn, body), await lin.hand_in(turn, body)
    assert first.status == second.status == 200
    assert first.json == second.json
    assert (await kinds(lin.cast)).count("ceremony.sign") == 1
    assert (await lin.turn()).data["state"] == "signed"


async def test_two_copies_of_one_answer_sent_at_once_are_stored_once(ready: dict[str, Signer]) -> None:
    lin = ready["applicant"]
    turn = (await lin.turn()).json
    body = lin.sign(turn)
    answers = await asyncio.gather(*(lin.hand_in(turn, body) for _ in range(4)))
    assert {answer.status for answer in answers} == {200}
    assert (await kinds(lin.cast)).count("ceremony.sign") == 1


async def test_a_newer_fence_kills_the_older_lease(ready: dict[str, Signer]) -> None:
    lin = ready["applicant"]
    old, new = (await lin.turn()).json, (await lin.turn()).json
    assert new["fence"] == old["fence"] + 1
    stale = await lin.hand_in(old)
    assert (stale.code, stale.data) == ("stale_lease", {"reason": "fence"})
    forged = {**lin.sign(new), "fence": old["fence"]}
    assert (await lin.hand_in(new, forged)).data == {"reason": "fence"}
    assert (await lin.hand_in(new)).status == 200


async def test_a_lease_ends_after_fifteen_seconds_and_nothing_is_lost(ready: dict[str, Signer]) -> None:
    lin = ready["applicant"]
    turn = (await lin.turn()).json
    lin.cast.office.clock.forward(seconds=15)
    assert (await look(lin))["slots"][0]["state"] == "ready"
    assert (await lin.hand_in(turn)).data == {"reason": "expired"}
    await lin.take_and_sign()


async def test_nobody_hands_in_for_another(ready: dict[str, Signer]) -> None:
    lin, chen = ready["applicant"], ready["respondent"]
    turn = (await lin.turn()).json
    assert (await chen.post(f"/turns/{turn['lease']}", lin.sign(turn))).code == "not_found"
    outsider = await (await lin.cast.office.cast()).seat("applicant")
    for door in ("", "/manifest", "/files/agreement/frozen"):
        assert (await outsider.get(f"{lin.path}{door}")).code == "not_found"
    assert (await outsider.post(f"{lin.path}/turn", {"manifest": lin.digest})).code == "not_found"


async def test_signatures_that_do_not_fit_are_refused_and_the_turn_goes_on(ready: dict[str, Signer]) -> None:
    lin, chen = ready["applicant"], ready["respondent"]
    turn = (await lin.turn()).json
    good = lin.sign(turn)
    other_key = SigningKey()
    first = good["files"][0]
    wrong = b64(other_key.sign(b64decode(first["signed_attrs"])))
    cases = [
        ({**first, "signature": wrong}, "cms_signature"),
        ({**first, "signed_attrs": good["files"][1]["signed_attrs"]}, "cms_digest"),
        ({**first, "signed_attrs": b64(b"\x31\x00")}, "cms_attributes"),
    ]
    for changed, reason in cases:
        refused = await lin.hand_in(turn, {**good, "files": [changed, good["files"][1]]})
        assert (refused.code, refused.data) == ("signature_rejected", {"reason": reason})
    assert (await lin.hand_in(turn, {**good, "files": good["files"][:1]})).code == "invalid"
    assert (await look(chen))["slots"][0]["state"] == "turn"
    assert (await lin.hand_in(turn, good)).status == 200


async def test_wrong_codes_are_counted_and_lock(people: dict[str, Signer]) -> None:
    lin = people["applicant"]
    await lin.look()
    assert (await lin.enrol()).status == 200
    right = await lin.cast.office.code(lin.person)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for left in (4, 3, 2, 1):
        refused = await lin.check(wrong)
        assert (refused.code, refused.data) == ("code_wrong", {"tries_left": left})
    assert (await lin.check(wrong)).code == "code_locked"
    assert (await lin.check(right)).code == "code_locked"
    assert (await lin.enrol()).code == "code_locked"
    lin.cast.office.clock.forward(minutes=16)
    assert (await lin.enrol()).status == 200
    assert (await lin.check()).status == 200


async def test_a_code_works_for_its_key_only_and_once(people: dict[str, Signer]) -> None:
    lin = people["applicant"]
    await lin.look()
    assert (await lin.enrol()).status == 200
    first_code, first = await lin.cast.office.code(lin.person), lin.enrolment
    assert (await lin.enrol()).code == "too_many"
    lin.cast.office.clock.forward(seconds=61)
    lin.key = SigningKey()
    assert (await lin.enrol()).status == 200
    assert (await lin.check(first_code)).code == "code_wrong"
    former = await lin.post(f"/enrolments/{first['enrolment']}/check", {"code": first_code, "proof": lin.proof()})
    assert former.code == "not_found"
    done = await lin.check()
    assert done.status == 200
    again = await lin.check()
    assert (again.status, again.json) == (200, done.json), "a lost answer may be fetched again"
    late = await lin.check("000000", b64(SigningKey().prove(lin.enrolment["nonce"], lin.slot, lin.digest)))
    assert late.code == "proof_wrong"


async def test_the_code_is_delivered_with_number_and_digits(people: dict[str, Signer]) -> None:
    lin = people["applicant"]
    await lin.look()
    answer = (await lin.enrol()).json
    message = (await lin.cast.office.outbox())[-1]
    assert answer["digits"] == lin.digest[:6]
    assert lin.digest[:6] in message.text and lin.manifest["number"] in message.text
    assert answer["sent_to"] == "199****0002"
    assert message.slot == "party-1"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"consent": False}, "consent_missing"),
        ({"manifest": "0" * 64}, "manifest_differs"),
        ({"spki": b64(b"0" * 91)}, "invalid"),
        ({"drawing": b64(b"no zlib")}, "invalid"),
    ],
)
async def test_an_enrolment_that_does_not_fit_is_refused(
    people: dict[str, Signer], change: dict[str, Any], code: str
) -> None:
    lin = people["applicant"]
    await lin.look()
    assert (await lin.enrol(**change)).code == code
    assert (await look(lin))["slots"][0]["state"] == "confirmed"


async def test_nobody_enrols_before_looking(people: dict[str, Signer]) -> None:
    lin = people["applicant"]
    await lin.look()
    chen = people["respondent"]
    chen.manifest, chen.digest, chen.name = lin.manifest, lin.digest, lin.name
    assert (await chen.enrol()).code == "illegal_act"


async def test_a_party_seen_by_nobody_cannot_enrol(people: dict[str, Signer]) -> None:
    from server.cases import store as cases
    from server.people.model import Assurance

    cast = people["mediator"].cast
    async with cast.office.db.transaction() as tx:
        case = await cases.load(tx, cast.case)
        await cases.set_assurance(
            tx, case, cast.person("applicant"), Assurance.code, "server", cast.office.clock.now, how="test"
        )
    lin = people["applicant"]
    await lin.look()
    refused = await lin.enrol()
    assert (refused.code, refused.data) == ("assurance_low", {"needed": "seen", "present": "code"})


async def test_a_lost_key_is_replaced_and_its_certificate_revoked(ready: dict[str, Signer]) -> None:
    lin = ready["applicant"]
    lost, old_turn, old_key = lin.certificate, (await lin.turn()).json, lin.key
    old_answer = lin.sign(old_turn)
    assert await status_of(lin, lost) is ocsp.OCSPCertStatus.GOOD
    lin.cast.office.clock.forward(seconds=1)
    lin.key = SigningKey()
    assert (await lin.enrol()).status == 200
    assert await status_of(lin, lost) is ocsp.OCSPCertStatus.GOOD, "only a proven key replaces the former"
    assert (await lin.check()).status == 200
    assert await status_of(lin, lost) is ocsp.OCSPCertStatus.REVOKED
    assert await status_of(lin, lin.certificate) is ocsp.OCSPCertStatus.GOOD
    assert (await lin.hand_in(old_turn, old_answer)).code == "stale_lease"
    chen = ready["respondent"]
    await chen.take_and_sign()
    turn = (await lin.turn()).json
    new_key, lin.key = lin.key, old_key
    assert (await lin.hand_in(turn)).code == "signature_rejected"
    lin.key = new_key
    assert (await lin.hand_in(turn)).status == 200
    await ready["mediator"].take_and_sign()
    view = await until(lin, "complete")
    assert view["state"] == "complete"


async def test_refusing_voids_all(ready: dict[str, Signer]) -> None:
    lin, chen, gu = ready.values()
    await lin.take_and_sign()
    refused = await chen.post("/refuse", {"reason": "想再考虑一下"})
    assert (refused.json["state"], refused.json["void_reason"], refused.json["refusal"]) == ("void", "refused", None)
    assert (await look(gu))["refusal"] == {"person": chen.person, "reason": "想再考虑一下"}
    await nothing_left(lin)
    assert (await gu.turn()).code == "ceremony_over"
    assert (await lin.post("/confirm", {"manifest": lin.digest})).code == "ceremony_over"


async def nothing_left(signer: Signer) -> None:
    """Void: certificates revoked, bytes erased, number listed, hashes in the journal, agreement void."""
    assert await status_of(signer, signer.certificate) is ocsp.OCSPCertStatus.REVOKED
    view = await look(signer)
    assert (await signer.browser.get(f"{signer.path}/files/agreement/frozen")).code == "not_found"
    assert (await signer.browser.get(f"/api/agreements/{view['agreement']}")).json["state"] == "void"
    async with signer.cast.office.db.reading() as tx:
        for table, column in ((store.revisions, None), (store.lease_files, None)):
            assert list(await tx.execute(table.select())) == [], column
        assert {row.drawing for row in await tx.execute(store.enrolments.select())} == {None}
        assert [row.void_at is not None for row in await tx.execute(numbers.select())] == [True]
        entries = await journal.read(tx, signer.cast.case)
    last = next(entry for entry in reversed(entries) if entry.kind == "ceremony.void")
    assert last.body is not None and signer.digest in last.body


async def test_whoever_signed_cannot_refuse_any_more(ready: dict[str, Signer]) -> None:
    lin = ready["applicant"]
    await lin.take_and_sign()
    assert (await lin.post("/refuse", {"reason": ""})).code == "not_permitted"


async def test_a_deadline_that_passed_voids_all(ready: dict[str, Signer]) -> None:
    lin = ready["applicant"]
    await lin.take_and_sign()
    lin.cast.office.clock.forward(days=6)
    await sealing.sweep(lin.cast.office.app)
    async with lin.cast.office.db.reading() as tx:
        found = await store.load(tx, lin.path.rsplit("/", 1)[-1])
        assert found is not None and (found.state, found.void_reason) == ("void", "deadline")
        assert list(await tx.execute(store.revisions.select())) == []
    assert await status_of(lin, lin.certificate) is ocsp.OCSPCertStatus.REVOKED


async def test_a_request_after_the_deadline_meets_a_void_ceremony(people: dict[str, Signer]) -> None:
    gu = people["mediator"]
    await gu.look()
    deadline = (await look(gu))["deadline"]
    assert deadline == "2026-12-01T16:00:00Z"
    clock = gu.cast.office.clock
    clock.now = clock.now.replace(month=12, day=1, hour=16, minute=0)
    assert (await gu.cast.mediator.login(**await login(gu.cast))).status == 200
    assert (await gu.enrol()).code == "ceremony_over"
    assert (await look(gu))["void_reason"] == "deadline"


async def login(cast: Cast) -> dict[str, str]:
    """The mediator's own name and a new password: staff logins do not last five days."""
    from server.people import rules as people_rules
    from server.people import store as accounts

    async with cast.office.db.transaction() as tx:
        account = await accounts.account(tx, cast.mediator_id)
        await tx.execute(accounts.accounts.update().values(password=people_rules.hash_password("five days later")))
    return {"username": account.username, "password": "five days later"}


async def test_without_a_time_stamp_the_turn_ends_and_nothing_is_lost(ready: dict[str, Signer], stamps: Stamps) -> None:
    lin = ready["applicant"]
    turn = (await lin.turn()).json
    stamps.left = 0
    failed = await lin.hand_in(turn)
    assert (failed.status, failed.code, failed.json["error"]["detail"]) == (503, "unavailable", "timestamp_unavailable")
    assert (await look(lin))["slots"][0]["state"] == "ready"
    stamps.left = None
    await lin.take_and_sign()


async def test_no_private_key_ever_reaches_the_server(scene_cast: Cast, ready: dict[str, Signer]) -> None:
    for signer in ready.values():
        await signer.take_and_sign()
    await until(ready["mediator"], "complete")
    secrets = [signer.key._key.private_numbers().private_value for signer in ready.values()]
    needles = [number.to_bytes(32, "big") for number in secrets]
    needles += [needle.hex().encode() for needle in needles] + [str(number).encode() for number in secrets]
    data = scene_cast.office.app[keys.SETTINGS].data
    searched = [path for path in data.rglob("*") if path.is_file()]
    assert any(path.name.startswith("hejie.sqlite3") for path in searched)
    for path in searched:
        content = path.read_bytes()
        assert not any(needle in content for needle in needles), path
        if path.parent.name != "pki" and path.parent.name != "root":
            assert b"PRIVATE KEY" not in content, path
