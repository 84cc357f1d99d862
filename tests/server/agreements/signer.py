"""A signer's browser in Python: it holds the key, checks what it is given, and builds what it signs. And a whole
reading to begin with: `frozen` brings a case of the demo centre to a ceremony."""

import asyncio
import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

import msgspec

from server.rehearse.signing import SigningKey, digest_of_last_update, drawing, signed_attributes
from tests.actors import Answer, Browser
from tests.conftest import Cast

ROLES = ("applicant", "respondent", "mediator")


def b64(data: bytes) -> str:
    return b64encode(data).decode()


def clauses(cast: Cast) -> list[dict[str, Any]]:
    """The corpus case 2 as a client sends it."""
    lin, chen = cast.person("applicant"), cast.person("respondent")
    return [
        {
            "kind": "act",
            "fields": {
                "obligor": lin,
                "act": "完成502室卫生间防水维修，并由双方及物业共同做闭水试验48小时验收",
                "due": {"by": "date", "date": "2026-12-05"},
            },
        },
        {
            "kind": "payment",
            "fields": {
                "obligor": lin,
                "obligee": chen,
                "act": "赔偿",
                "text": "吊顶、墙面及家具损失",
                "amount_fen": 850000,
                "due": {"by": "days_after_effective", "days": 7},
                "manner": "一次性转账支付",
            },
        },
        {"kind": "free", "fields": {"text": "维修后两年内同一部位再次渗漏的，由甲方负责免费维修并赔偿实际损失。"}},
    ]


async def draft(cast: Cast) -> dict[str, Any]:
    """An agreement with its clauses, saved once by the mediator outside any room."""
    made = await cast.mediator.post(f"/api/cases/{cast.case}/agreements", {"template": "people"})
    assert made.status == 200, made.json
    return await save(cast, made.json, clauses(cast))


async def party(cast: Cast, role: str) -> Browser:
    """A party who agreed and proved the phone."""
    return cast.seats[role] if role in cast.seats else await cast.ready(role)


async def save(cast: Cast, view: dict[str, Any], new: list[dict[str, Any]], **other: Any) -> dict[str, Any]:
    """PUT the clauses on the version of `view`."""
    body = {
        "version": view["version"],
        "dispute": view["dispute"],
        "minutes": view["minutes"],
        "clauses": new,
        **other,
    }
    saved = await cast.mediator.put(f"/api/agreements/{view['id']}/terms", body)
    assert saved.status == 200, saved.json
    answer: dict[str, Any] = saved.json
    return answer


async def tried(cast: Cast, agreement: str, name: str) -> Answer:
    """An act of the mediator upon the version they see."""
    seen = await cast.mediator.get(f"/api/agreements/{agreement}")
    body = {"act": name, "version": seen.json["version"]}
    return await cast.mediator.post(f"/api/agreements/{agreement}/acts", body)


async def act(cast: Cast, agreement: str, *names: str) -> dict[str, Any]:
    """Acts of the mediator, each of which must work."""
    view: dict[str, Any] = {}
    for name in names:
        done = await tried(cast, agreement, name)
        assert done.status == 200, done.json
        view = done.json
    return view


def read_out(view: dict[str, Any]) -> list[dict[str, Any]]:
    """What everybody confirms, one after the other."""
    return [one for one in (view["around"], *view["clauses"]) if one]


async def confirm_all(cast: Cast, view: dict[str, Any]) -> None:
    """Both parties agree to every clause, and to what stands around them."""
    for role in ("applicant", "respondent"):
        for clause in read_out(view):
            body = {"clause": clause["id"], "hash": clause["hash"], "agree": True}
            done = await (await party(cast, role)).post(f"/api/agreements/{view['id']}/confirmations", body)
            assert done.status == 200, done.json


async def frozen(cast: Cast) -> dict[str, Any]:
    """From nothing to a ceremony: both parties known, draft shown, read, confirmed, frozen. Returns AgreementView."""
    opened = await cast.mediator.post(f"/api/sessions/{cast.session}/acts", {"act": "open"})
    assert opened.status == 200, opened.json
    for role in ("applicant", "respondent"):
        await cast.ready(role)
        await cast.seen(role)
    view = await draft(cast)
    view = await act(cast, view["id"], "show", "submit")
    await confirm_all(cast, view)
    return await act(cast, view["id"], "freeze")


@dataclass
class Signer:
    """One person in a ceremony."""

    cast: Cast
    browser: Browser
    person: str
    path: str
    key: SigningKey = field(default_factory=SigningKey)
    name: bytes = b""
    manifest: dict[str, Any] = field(default_factory=dict)
    digest: str = ""
    frozen: dict[str, bytes] = field(default_factory=dict)
    certificate: bytes = b""
    enrolment: dict[str, Any] = field(default_factory=dict)
    paper: str = ""
    """The slot this person signs in as a clerk."""

    @property
    def slot(self) -> str:
        if self.paper:
            return self.paper
        return str(next(one["slot"] for one in self.manifest["signatories"] if one["person"] == self.person))

    async def post(self, door: str, body: object) -> Answer:
        return await self.browser.post(f"{self.path}{door}{f'?slot={self.paper}' if self.paper else ''}", body)

    async def look(self) -> None:
        """Fetch manifest and the files to sign, compare every hash, confirm."""
        answer = await self.browser.get(f"{self.path}/manifest")
        self.manifest, self.digest = msgspec.json.decode(answer.body), hashlib.sha256(answer.body).hexdigest()
        self.name = drawing(len(self.person) + sum(self.person.encode()))
        for file in self.manifest["files"]:
            if all(place["slot"] != self.slot for place in file["slots"]):
                continue
            content = (await self.browser.get(f"{self.path}/files/{file['id']}/frozen")).body
            assert hashlib.sha256(content).hexdigest() == file["f"]["sha256"]
            self.frozen[file["id"]] = content
        done = await self.post("/confirm", {"manifest": self.digest})
        assert done.status == 200, done.json

    async def enrol(self, **changes: Any) -> Answer:
        """Send key and drawing; `changes` replace parts of the body."""
        body = {
            "manifest": self.digest,
            "spki": b64(self.key.spki),
            "drawing": b64(self.name),
            "consent": True,
            **changes,
        }
        answer = await self.post("/enrolments", body)
        if answer.status == 200:
            self.enrolment = answer.json
        return answer

    def proof(self) -> str:
        return b64(self.key.prove(self.enrolment["nonce"], self.slot, self.digest))

    async def check(self, code: str | None = None, proof: str | None = None) -> Answer:
        """Answer code and proof; the newest code by default."""
        code = code if code is not None else await self.cast.office.code(self.person)
        answer = await self.post(
            f"/enrolments/{self.enrolment['enrolment']}/check", {"code": code, "proof": proof or self.proof()}
        )
        if answer.status == 200:
            self.certificate = b64decode(answer.json["certificate"])
        return answer

    async def get_ready(self) -> None:
        """All human steps."""
        await self.look()
        assert (enrolled := await self.enrol()).status == 200, enrolled.json
        assert (checked := await self.check()).status == 200, checked.json

    async def turn(self) -> Answer:
        return await self.post("/turn", {"manifest": self.digest})

    def sign(self, turn: dict[str, Any]) -> dict[str, Any]:
        """Signatures over the bytes of a turn, as the body of its answer."""
        files = []
        for file in turn["files"]:
            whole = self.frozen[file["id"]] + b64decode(file["tail"])
            assert self.name in whole
            attributes = signed_attributes(digest_of_last_update(whole), self.certificate)
            files.append(
                {"id": file["id"], "signed_attrs": b64(attributes), "signature": b64(self.key.sign(attributes))}
            )
        return {"fence": turn["fence"], "files": files}

    async def hand_in(self, turn: dict[str, Any], body: dict[str, Any] | None = None) -> Answer:
        return await self.post(f"/turns/{turn['lease']}", body or self.sign(turn))

    async def take_and_sign(self) -> None:
        """The machine turn; it must be this person's."""
        turn = await self.turn()
        assert turn.status == 200, turn.json
        done = await self.hand_in(turn.json)
        assert done.status == 200, done.json


async def signers(cast: Cast, ceremony: str) -> dict[str, Signer]:
    """Everybody who signs, by role."""
    path = f"/api/ceremonies/{ceremony}"
    found = {role: Signer(cast, await cast.seat(role), cast.person(role), path) for role in ROLES[:2]}
    return {**found, "mediator": Signer(cast, cast.mediator, cast.mediator_id, path)}


async def look(signer: Signer) -> dict[str, Any]:
    """The ceremony as this person sees it."""
    answer = await signer.browser.get(signer.path)
    assert answer.status == 200, answer.json
    view: dict[str, Any] = answer.json
    return view


async def until(signer: Signer, state: str) -> dict[str, Any]:
    """Wait for the ceremony to reach a state."""
    return await looking(signer, lambda view: view["state"] == state)


async def looking(signer: Signer, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Look again until something holds, for at most 15 s."""
    end = asyncio.get_running_loop().time() + 15
    for pause in repeat(0.02):
        view = await look(signer)
        if holds(view):
            return view
        assert asyncio.get_running_loop().time() < end, view
        await asyncio.sleep(pause)
    raise AssertionError
