"""A slot signed on paper: the clerk files the scan and signs for it; nobody else may, and the person may come back."""

from base64 import b64decode
from hashlib import sha256

from documents import verify
from documents.event import read
from server.web import keys
from tests.server.agreements.signer import Signer, look, until

SCAN = b"%PDF-1.7 page signed by hand"
RAW = "application/octet-stream"


async def file_scan(clerk: Signer, slot: str, scan: bytes = SCAN) -> int:
    """Take a slot; the status of the answer."""
    return (await clerk.browser.send("POST", f"{clerk.path}/slots/{slot}/paper", data=scan, kind=RAW)).status


def clerk_for(gu: Signer, slot: str) -> Signer:
    """The mediator as the clerk of a slot."""
    return Signer(gu.cast, gu.browser, gu.person, gu.path, paper=slot)


async def test_a_clerk_signs_for_somebody_who_signed_on_paper(people: dict[str, Signer]) -> None:
    lin, chen, gu = people["applicant"], people["respondent"], people["mediator"]
    assert await file_scan(gu, "party-2") == 200
    view = await look(chen)
    assert (view["mine"], view["own"]) == (None, [])
    taken = next(one for one in view["slots"] if one["slot"] == "party-2")
    assert (taken["clerk"], taken["paper"]) == ("顾明华", sha256(SCAN).hexdigest())
    clerk = clerk_for(gu, "party-2")
    for one in (lin, clerk, gu):
        await one.get_ready()
    facts = read(clerk.certificate)
    assert (facts.name, facts.role, facts.slot) == ("顾明华", "clerk", "party-2")
    assert facts.paper == sha256(SCAN).digest()
    for one in (lin, clerk, gu):
        await one.take_and_sign()
    done = await until(gu, "complete")
    whole = (await lin.browser.get(done["files"][0]["download"])).body
    authority = gu.cast.office.app[keys.AUTHORITY]
    report = verify(whole, (authority.root_der,), authority.clock())
    assert report.verdict == "valid", report
    shown = await lin.browser.get(f"{lin.path}/slots/party-2/paper")
    assert (shown.status, shown.body) == (200, SCAN)


async def test_only_a_clerk_of_the_manifest_takes_a_slot_and_never_their_own(people: dict[str, Signer]) -> None:
    lin, gu = people["applicant"], people["mediator"]
    assert await file_scan(lin, "party-2") == 403
    assert await file_scan(gu, "mediator") == 403
    assert await file_scan(gu, "party-9") == 404
    assert await file_scan(gu, "party-2", b"#!/bin/sh") == 422


async def test_a_person_may_take_the_slot_back_by_the_clerk_giving_it(people: dict[str, Signer]) -> None:
    chen, gu = people["respondent"], people["mediator"]
    await chen.get_ready()
    assert await file_scan(gu, "party-2") == 200
    assert (await chen.turn()).code == "not_permitted"
    clerk = clerk_for(gu, "party-2")
    await clerk.get_ready()
    assert (await gu.browser.post(f"{gu.path}/slots/party-2/release")).status == 200
    assert (await clerk.turn()).code == "not_permitted"
    assert (await look(chen))["mine"] == "party-2"
    assert (await gu.browser.get(f"{gu.path}/slots/party-2/paper")).status == 404
    await chen.look()
    assert b64decode((await chen.enrol()).json["nonce"] + "==")
