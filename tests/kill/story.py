"""A ceremony as its people live it: every act may be repeated, and is, until it is done."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path
from typing import Any

from tests.conftest import Cast
from tests.kill.house import Nursery, Prepared, Remote, copy, enter, opened
from tests.server.agreements.signer import Signer, act, confirm_all, draft, signers

LOST = ("stale_lease", "not_your_turn")


async def prepare(nursery: Nursery, data: Path) -> Prepared:
    """Play up to the moment before the freeze, once."""
    async with opened(nursery, data, []) as office:
        cast = await office.cast()
        opening = await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "open"})
        assert opening.status == 200, opening.json
        for role in ("applicant", "respondent"):
            await cast.ready(role)
            await cast.seen(role)
        view = await draft(cast)
        view = await act(cast, view["id"], "show", "submit")
        await confirm_all(cast, view)
        facts = {name: getattr(cast, name) for name in ("mediator_id", "case", "session", "links")}
        browsers = {"mediator": cast.mediator, **cast.seats}
        logins = {role: (one.seat, dict(one.tokens), dict(one.cookies)) for role, one in browsers.items()}
        await office.house.stop()
    return Prepared(data, facts, logins, str(view["id"]))


@dataclass
class Outcome:
    """What the people know at the end."""

    ceremony: str
    view: dict[str, Any]
    receipts: dict[str, dict[str, str]] = field(default_factory=dict)
    """Slot -> file -> hash of the revision, as it was answered."""
    files: dict[str, bytes] = field(default_factory=dict)
    root: bytes = b""


async def play(prepared: Prepared, office: Remote) -> Outcome:
    """From the freeze to the files."""
    cast = await enter(prepared, office)
    ceremony = await freeze(prepared, cast)
    people = (await signers(cast, ceremony)).values()
    for signer in people:
        await signer.get_ready()
    outcome = Outcome(ceremony, {})
    for signer in people:
        outcome.receipts[signer.slot] = await sign(signer)
    outcome.view = await sealed(signer)
    outcome.root = (await (await office.browser()).get("/trust/root.pem")).body
    for file in outcome.view["files"]:
        outcome.files[file["id"]] = (await signer.browser.get(file["download"])).body
    return outcome


async def play_refused(prepared: Prepared, office: Remote) -> str:
    """One signs, another refuses; returns the ceremony that is void."""
    cast = await enter(prepared, office)
    ceremony = await freeze(prepared, cast)
    lin, chen, gu = (await signers(cast, ceremony)).values()
    for signer in (lin, chen, gu):
        await signer.get_ready()
    await sign(lin)
    done = await chen.post("/refuse", {"reason": "重新考虑"})
    assert done.status == 200 or done.code == "ceremony_over", done.json
    late = await gu.turn()
    assert late.code == "ceremony_over", late.json
    return ceremony


async def freeze(prepared: Prepared, cast: Cast) -> str:
    """Id of the ceremony."""
    view = await act(cast, prepared.agreement, "freeze")
    return str(view["ceremony"])


async def sign(signer: Signer) -> dict[str, str]:
    """The turn; a lease that was lost on the way is taken anew."""
    while True:
        turn = await signer.turn()
        assert turn.status == 200, turn.json
        done = await signer.hand_in(turn.json)
        if done.status == 200:
            return {one["file"]: one["sha256"] for one in done.json["receipts"]}
        assert done.code in LOST, done.json


async def sealed(signer: Signer) -> dict[str, Any]:
    """Look until the files are there."""
    for pause in repeat(0.05):
        view: dict[str, Any] = (await signer.browser.get(signer.path)).json
        if view["state"] == "complete":
            return view
        assert view["state"] == "sealing", view
        await asyncio.sleep(pause)
    raise AssertionError


def fresh(prepared: Prepared, place: Path) -> Path:
    """A copy of the prepared data of its own."""
    data = place / "var"
    place.mkdir(exist_ok=True)
    copy(prepared, data)
    return data
