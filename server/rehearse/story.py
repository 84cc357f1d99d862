"""One case from the first click to the court's check, played by three people; each step keeps what it promised."""

import asyncio
import hashlib
import time
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from server.rehearse.actor import DEADLINE, Actor, BrokenPromise
from server.rehearse.signing import SigningKey, digest_of_last_update, drawing, signed_attributes

COLOURS = {"mediator": 3, "applicant": 9, "respondent": 15}
TONES = {"mediator": 440, "applicant": 660, "respondent": 880}

# Domain case "leak": who owes what to whom; the server writes the sentences.
TERMS: dict[str, Any] = {
    "dispute": {
        "facts": "2026年9月起，嘉南区青禾路88号2幢502室卫生间防水层老化，致402室吊顶、墙面、衣柜受损。",
        "issues": "双方就维修责任和赔偿数额发生争议。",
        "responsibility": "甲方承担渗漏维修及赔偿责任。",
    },
    "minutes": ["调解员告知双方权利义务，双方均无回避申请。", "双方陈述后，经调解自愿达成一致。"],
}


class Story:
    """Plays one case. `seconds` and `packets` hold what was measured; any broken promise raises BrokenPromise."""

    def __init__(self, url: str, case: str, out: Path, number: int, token: str) -> None:
        self.url = url.rstrip("/")
        self.case = case
        self.out = out
        self.number = number
        self.token = token
        self.seconds: dict[str, float] = {}
        self.packets: dict[str, Any] = {}
        self.verdicts: dict[str, str] = {}
        self.people: dict[str, Actor] = {}
        self.ids: dict[str, str] = {}
        self.cast: dict[str, Any] = {}

    async def play(self) -> None:
        """The whole story; people are sent home whatever happens."""
        try:
            for step in (
                self.arrive,
                self.meet,
                self.caucus,
                self.draft,
                self.read,
                self.sign,
                self.collect,
                self.judge,
            ):
                async with self._timed(step.__name__):
                    await step()
        finally:
            await asyncio.gather(*(actor.close() for actor in self.people.values()))

    async def arrive(self) -> None:
        """The mediator logs in and opens the session; both parties open links, agree, prove their phone, and wait."""
        for role in TONES:
            self.people[role] = Actor(self.url, role, hertz=TONES[role], colour=COLOURS[role])
        mediator = self.people["mediator"]
        self.cast = await self._demo("POST", "/api/demo/cases", {"case": self.case})
        me = await mediator.call("POST", "/api/login", self.cast["login"])
        mediator.csrf = me["csrf"]
        session = self.cast["session_id"]
        await mediator.call("POST", f"/api/sessions/{session}/acts", {"act": "open"})
        ticket = await mediator.call("POST", f"/api/sessions/{session}/ticket", {})
        await mediator.enter(ticket)
        await mediator.until("the mediator is in the room", _is_in(mediator, "present"))
        self.ids["mediator"] = mediator.view["you"]["person"]
        await asyncio.gather(*(self._arrive_party(link) for link in self.cast["links"]))

    async def _arrive_party(self, link: dict[str, Any]) -> None:
        party = self.people[link["role"]]
        await party.open_seat(link["url"])
        self.ids[link["role"]] = link["person"]
        await party.call("POST", "/api/seat/identify", {"is_me": True})
        await party.call("POST", "/api/seat/consents", {"online": True, "esign": True})
        await party.call("POST", "/api/seat/code", {})
        seat = await party.call("POST", "/api/seat/code/check", {"code": await self._code(link["person"])})
        if not seat["code"]["verified"]:
            raise BrokenPromise(f"{party.name}: the right code was not accepted")
        await party.call("POST", "/api/seat/devices", {"camera": True, "microphone": True, "result": {}})
        await party.enter(await party.call("POST", "/api/seat/ticket", {}))
        await party.until("waiting in the lobby", _is_in(party, "waiting"))

    async def meet(self) -> None:
        """Identity seen on video, admitted one by one, and everybody receives everybody."""
        mediator, session = self.people["mediator"], self.cast["session_id"]
        for role in ("applicant", "respondent"):
            person = self.ids[role]
            seen = {"party": person, "seen": True, "document": "id_card"}
            await mediator.call("POST", f"/api/sessions/{session}/identity", seen)
            await mediator.tell("admit", {"person": person})
            await self.people[role].until("admitted", _is_in(self.people[role], "present"))
        await self._flowing("joint", {role: set(TONES) - {role} for role in TONES})

    async def caucus(self) -> None:
        """A draining move into a private talk and back; nothing of it reaches the one outside."""
        mediator, outsider = self.people["mediator"], self.people["respondent"]
        inside = [self.ids["mediator"], self.ids["applicant"]]
        await mediator.tell("move", {"people": inside, "chamber": "caucus"})
        for role in ("mediator", "applicant"):
            actor = self.people[role]
            await actor.until("moved into the private talk", _is_in_chamber(actor, "caucus"))
        await outsider.until("told that a private talk goes on", lambda: bool(outsider.view.get("away")))
        await mediator.tell("chat", {"text": "caucus-only", "key": "c1"})
        await self._flowing("caucus", {"mediator": {"applicant"}, "applicant": {"mediator"}})
        names = {self.people["applicant"].view["you"]["name"], mediator.view["you"]["name"]}
        shown = {person["name"] for person in (outsider.view["chamber"] or {}).get("people", [])}
        if outsider.chat or shown & names:
            raise BrokenPromise("the person outside learned something of the private talk")
        before = outsider.media.received()
        await mediator.until("the private talk went on for a while", _passed(1.0))
        heard = _grown(before, outsider.media.received(), need=any)
        if heard:
            raise BrokenPromise(f"media of the private talk reached the person outside: {heard}")
        await mediator.tell("move", {"people": inside, "chamber": "joint"})
        for role in ("mediator", "applicant"):
            actor = self.people[role]
            await actor.until("back in the joint session", _is_in_chamber(actor, "joint"))
        for role in ("applicant", "respondent"):  # closed by the room, so that nothing private slips out
            await self.people[role].tell("mute", {"kind": "audio", "muted": False})
        await self._flowing("joint again", {role: set(TONES) - {role} for role in TONES})

    async def draft(self) -> None:
        """The agreement in structured clauses, seen live by everybody."""
        mediator = self.people["mediator"]
        draft = await mediator.call("POST", f"/api/cases/{self.cast['case_id']}/agreements", {"template": "people"})
        self.cast["agreement"] = draft["id"]
        terms = {**TERMS, "version": draft["version"], "clauses": self._clauses()}
        saved = await mediator.call("PUT", f"/api/agreements/{draft['id']}/terms", terms)
        for role in ("applicant", "respondent"):
            seen = await self.people[role].call("GET", f"/api/agreements/{draft['id']}")
            if [clause["text"] for clause in seen["clauses"]] != [clause["text"] for clause in saved["clauses"]]:
                raise BrokenPromise(f"{role} does not see the live draft")
        await self._act("submit")

    async def read(self) -> None:
        """Clause by clause every required person confirms; then the text is frozen."""
        path = f"/api/agreements/{self.cast['agreement']}"
        view = await self.people["mediator"].call("GET", path)
        for clause in view["clauses"]:
            for role, actor in self.people.items():
                if any(one["person"] == self.ids[role] for one in view["required"]):
                    words = {"clause": clause["id"], "hash": clause["hash"], "agree": True}
                    await actor.call("POST", f"{path}/confirmations", words)
        await self._act("freeze")
        view = await self.people["mediator"].call("GET", path)
        self.cast["ceremony"] = view["ceremony"]

    async def sign(self) -> None:
        """Consent, drawing, key, code; then the turns, in the server's order; nobody is given a half-signed file."""
        await asyncio.gather(*(self._sign_one(role) for role in TONES))

    async def _sign_one(self, role: str) -> None:
        actor, path = self.people[role], f"/api/ceremonies/{self.cast['ceremony']}"
        manifest_bytes = (await actor.raw("GET", f"{path}/manifest"))[1]
        manifest, digest = msgspec.json.decode(manifest_bytes), hashlib.sha256(manifest_bytes).hexdigest()
        frozen: dict[str, bytes] = {}
        for file in manifest["files"]:
            frozen[file["id"]] = (await actor.raw("GET", f"{path}/files/{file['id']}/frozen"))[1]
            if hashlib.sha256(frozen[file["id"]]).hexdigest() != file["f"]["sha256"]:
                raise BrokenPromise(f"{role}: the frozen file is not the one of the manifest")
        await actor.call("POST", f"{path}/confirm", {"manifest": digest})
        key, name = SigningKey(), drawing(list(TONES).index(role))
        slot = next(one["slot"] for one in manifest["signatories"] if one["person"] == self.ids[role])
        enrolment = await actor.call(
            "POST",
            f"{path}/enrolments",
            {"manifest": digest, "spki": _b64(key.spki), "drawing": _b64(name), "consent": True},
        )
        proof = key.prove(enrolment["nonce"], slot, digest)
        answer = {"code": await self._code(self.ids[role]), "proof": _b64(proof)}
        issued = await actor.call("POST", f"{path}/enrolments/{enrolment['enrolment']}/check", answer)
        certificate = b64decode(issued["certificate"])
        turn = await self._turn(actor, path, digest, slot)
        files = []
        for file in turn["files"]:
            whole = frozen[file["id"]] + b64decode(file["tail"])
            if name not in whole:
                raise BrokenPromise(f"{role}: the file to sign does not carry the drawing")
            attributes = signed_attributes(digest_of_last_update(whole), certificate)
            files.append({"id": file["id"], "signed_attrs": _b64(attributes), "signature": _b64(key.sign(attributes))})
        await actor.call("POST", f"{path}/turns/{turn['lease']}", {"fence": turn["fence"], "files": files})

    async def _turn(self, actor: Actor, path: str, digest: str, slot: str) -> Any:
        """Wait for the server to call this person's turn, then take its lease."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            body = msgspec.json.encode({"manifest": digest})
            status, content = await actor.raw("POST", f"{path}/turn", body=body, kind="application/json")
            answer = msgspec.json.decode(content)
            if status == 200:
                return answer
            if answer["error"]["code"] != "not_your_turn":
                raise BrokenPromise(f"{actor.name}: asking for the turn of {slot} answered {answer['error']}")
            await asyncio.sleep(0.1)
        raise BrokenPromise(f"{actor.name}: the turn of {slot} never came")

    async def collect(self) -> None:
        """Sealed and released: everybody downloads the same bytes."""
        mediator, path = self.people["mediator"], f"/api/ceremonies/{self.cast['ceremony']}"
        end = time.monotonic() + DEADLINE
        view = await mediator.call("GET", path)
        while view["state"] != "complete":
            if time.monotonic() > end or view["state"] == "void":
                raise BrokenPromise(f"the ceremony is {view['state']}, not complete: {view.get('sealing')}")
            await asyncio.sleep(0.1)
            view = await mediator.call("GET", path)
        self.out.mkdir(parents=True, exist_ok=True)
        for file in view["files"]:
            door = f"/api/agreements/{self.cast['agreement']}/files/{file['id']}"
            copies = await asyncio.gather(*(actor.raw("GET", door) for actor in self.people.values()))
            if {status for status, _ in copies} != {200} or len({content for _, content in copies}) != 1:
                raise BrokenPromise(f"not everybody was given the same {file['id']}")
            content = copies[0][1]
            if hashlib.sha256(content).hexdigest() != file["sha256"]:
                raise BrokenPromise(f"{file['id']} has another hash than the one shown")
            (self.out / f"{self.number:03d}-{file['id']}.pdf").write_bytes(content)

    async def judge(self) -> None:
        """The court, without an account, drops each file in; one altered byte is found."""
        court = Actor(self.url, "court")
        self.people["court"] = court
        for path in sorted(self.out.glob(f"{self.number:03d}-*.pdf")):
            content = path.read_bytes()
            self.verdicts[path.name] = await self._verdict(court, content)
            if self.verdicts[path.name] != "valid":
                raise BrokenPromise(f"{path.name} is {self.verdicts[path.name]}, not valid")
            altered = bytearray(content)
            altered[len(altered) // 2] ^= 1
            if (verdict := await self._verdict(court, bytes(altered))) != "invalid":
                raise BrokenPromise(f"{path.name} with one altered byte is {verdict}, not invalid")

    async def _verdict(self, court: Actor, content: bytes) -> str:
        status, answer = await court.raw("POST", "/api/verify", body=content, kind="application/pdf")
        if status != 200:
            raise BrokenPromise(f"the verification page answered {status}")
        return str(msgspec.json.decode(answer)["verdict"])

    async def _flowing(self, when: str, expected: dict[str, set[str]]) -> None:
        """Each person receives new audio packets and video frames of each expected person; counts are kept."""
        marks = {role: self.people[role].media.received() for role in expected}
        for role, sources in expected.items():
            people = {self.ids[source] for source in sources}
            actor, mark = self.people[role], marks[role]
            await actor.until(
                f"media of {sorted(sources)} ({when})",
                _receives(actor, mark, people),
            )
        self.packets[when] = {role: self._named(self.people[role].media.received()) for role in expected}

    def _named(self, received: Mapping[str, Any]) -> dict[str, Any]:
        roles = {person: role for role, person in self.ids.items()}
        return {roles.get(person, person): counts for person, counts in received.items()}

    def _clauses(self) -> list[dict[str, Any]]:
        applicant, respondent = self.ids["applicant"], self.ids["respondent"]
        work = "完成502室卫生间防水维修，并由双方及物业共同做闭水试验48小时验收"
        repair = {"obligor": applicant, "obligee": respondent, "act": work, "due": {"by": "date", "date": "2026-12-05"}}
        payment = {
            "obligor": applicant,
            "obligee": respondent,
            "amount_fen": 850000,
            "due": {"by": "days_after_effective", "days": 7},
            "account": "户名陈国栋，账号6200********0002",
            "manner": "一次性转账",
            "breach": "逾期未付的，乙方可以申请人民法院强制执行",
        }
        later = {"text": "维修后两年内同一部位再次渗漏的，由甲方负责免费维修并赔偿实际损失。"}
        return [
            {"kind": "act", "fields": repair},
            {"kind": "payment", "fields": payment},
            {"kind": "free", "fields": later},
        ]

    async def _act(self, act: str) -> Any:
        path = f"/api/agreements/{self.cast['agreement']}/acts"
        return await self.people["mediator"].call("POST", path, {"act": act})

    async def _demo(self, method: str, path: str, body: object = None) -> Any:
        mediator = self.people["mediator"]
        data = msgspec.json.encode(body) if body is not None else None
        status, content = await mediator.raw(method, path, body=data, kind="application/json" if data else "")
        if status >= 400:
            raise BrokenPromise(f"{path} answered {status}: is the server in demo mode, or the token wrong?")
        return msgspec.json.decode(content)

    async def _code(self, person: str) -> str:
        """The newest one-time code delivered to this person."""
        for message in reversed((await self._demo("GET", "/api/demo"))["outbox"]):
            if message.get("person") == person and message.get("code"):
                return str(message["code"])
        raise BrokenPromise(f"no code was delivered for {person}")

    @asynccontextmanager
    async def _timed(self, step: str) -> AsyncIterator[None]:
        start = time.monotonic()
        yield
        self.seconds[step] = round(time.monotonic() - start, 3)


def _is_in(actor: Actor, state: str) -> Callable[[], bool]:
    return lambda: (actor.view.get("you") or {}).get("state") == state


def _is_in_chamber(actor: Actor, chamber: str) -> Callable[[], bool]:
    return lambda: (actor.view.get("chamber") or {}).get("id") == chamber


def _receives(actor: Actor, before: Mapping[str, Any], people: set[str]) -> Callable[[], bool]:
    return lambda: people <= _grown(before, actor.media.received())


def _grown(before: Mapping[str, Any], now: Mapping[str, Any], need: Callable[[Iterable[bool]], bool] = all) -> set[str]:
    """People of whom more came than before: of sound and picture (`all`), or of either (`any`)."""
    kinds = ("audio_packets", "video_frames")
    return {
        person
        for person, counts in now.items()
        if need(counts[kind] > before.get(person, {}).get(kind, 0) for kind in kinds)
    }


def _passed(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def _b64(data: bytes) -> str:
    return b64encode(data).decode()
