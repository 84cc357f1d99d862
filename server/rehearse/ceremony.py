"""One person's part in the signing ceremony, as their browser plays it: one look, one code, one drawing for all their
slots; a key, a certificate and a turn for each."""

import hashlib
import time
from asyncio import sleep
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from server.rehearse.actor import DEADLINE, Actor, BrokenPromise
from server.rehearse.signing import SigningKey, digest_of_last_update, drawing, signed_attributes

Code = Callable[[str], Awaitable[str]]
"""Person id -> the newest code delivered to them."""


@dataclass
class Own:
    """One slot of this person: its key, its drawing, its certificate."""

    slot: str
    name: bytes
    key: SigningKey = field(default_factory=SigningKey)
    certificate: bytes = b""


async def sign(actor: Actor, path: str, person: str, seed: int, code: Code) -> None:
    """Check the files this person signs against the manifest, enrol, prove, and sign in each of their slots when it is
    called."""
    manifest_bytes = (await actor.raw("GET", f"{path}/manifest"))[1]
    manifest, digest = msgspec.json.decode(manifest_bytes), hashlib.sha256(manifest_bytes).hexdigest()
    slots = [one["slot"] for one in manifest["signatories"] if one["person"] == person]
    if not slots:
        raise BrokenPromise(f"{actor.name} has no slot")
    frozen: dict[str, bytes] = {}
    for file in manifest["files"]:
        if not any(place["slot"] in slots for place in file["slots"]):
            continue
        frozen[file["id"]] = (await actor.raw("GET", f"{path}/files/{file['id']}/frozen"))[1]
        if hashlib.sha256(frozen[file["id"]]).hexdigest() != file["f"]["sha256"]:
            raise BrokenPromise(f"{actor.name}: the frozen file is not the one of the manifest")
    await actor.call("POST", f"{path}/confirm", {"manifest": digest})
    owned = {slot: Own(slot, drawing(seed + n)) for n, slot in enumerate(slots)}
    await _enrol(actor, path, digest, list(owned.values()), person, code)
    for _ in slots:
        turn = await _turn(actor, path, digest)
        await _answer(actor, path, turn, owned[turn["slot"]], frozen)


async def _enrol(actor: Actor, path: str, digest: str, owned: list[Own], person: str, code: Code) -> None:
    first, *rest = owned
    body: dict[str, Any] = {
        "manifest": digest,
        "spki": b64(first.key.spki),
        "drawing": b64(first.name),
        "consent": True,
    }
    if rest:
        body["beside"] = [{"slot": one.slot, "spki": b64(one.key.spki), "drawing": b64(one.name)} for one in rest]
    noted = await actor.call("POST", f"{path}/enrolments", body)
    proof = b64(first.key.prove(noted["nonce"], first.slot, digest))
    answer: dict[str, Any] = {"code": await code(person), "proof": proof}
    nonces = {one["slot"]: one for one in noted.get("beside", ())}
    if rest:
        answer["beside"] = [
            {
                "enrolment": nonces[one.slot]["enrolment"],
                "proof": b64(one.key.prove(nonces[one.slot]["nonce"], one.slot, digest)),
            }
            for one in rest
        ]
    issued = await actor.call("POST", f"{path}/enrolments/{noted['enrolment']}/check", answer)
    first.certificate = b64decode(issued["certificate"])
    others = {one["slot"]: b64decode(one["certificate"]) for one in issued.get("beside", ())}
    for one in rest:
        one.certificate = others[one.slot]


async def _answer(actor: Actor, path: str, turn: Any, own: Own, frozen: dict[str, bytes]) -> None:
    files = []
    for file in turn["files"]:
        whole = frozen[file["id"]] + b64decode(file["tail"])
        if own.name not in whole:
            raise BrokenPromise(f"{actor.name}: the file to sign does not carry the drawing")
        attributes = signed_attributes(digest_of_last_update(whole), own.certificate)
        files.append({"id": file["id"], "signed_attrs": b64(attributes), "signature": b64(own.key.sign(attributes))})
    await actor.call("POST", f"{path}/turns/{turn['lease']}", {"fence": turn["fence"], "files": files})


async def _turn(actor: Actor, path: str, digest: str) -> Any:
    """Wait for the server to call this person's turn, then take its lease."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        body = msgspec.json.encode({"manifest": digest})
        status, content = await actor.raw("POST", f"{path}/turn", body=body, kind="application/json")
        answer = msgspec.json.decode(content)
        if status == 200:
            return answer
        if answer["error"]["code"] != "not_your_turn":
            raise BrokenPromise(f"{actor.name}: asking for the turn answered {answer['error']}")
        await sleep(0.1)
    raise BrokenPromise(f"{actor.name}: the turn never came")


def b64(data: bytes) -> str:
    """Base64 as JSON carries bytes."""
    return b64encode(data).decode()
