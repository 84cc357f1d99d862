"""One case from the first click to the court's check, played by all it needs; each step keeps what it promised."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from server.demo_cases import SAMPLES
from server.rehearse import ceremony
from server.rehearse import packet as court_packet
from server.rehearse.actor import DEADLINE, Actor, BrokenPromise

STEPS = ("arrive", "meet", "caucus", "draft", "read", "sign", "collect", "judge", "packet")
FIRST = 1
"""Number of the first of the stories played at once."""


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
        self.packet_verdicts: dict[str, str] = {}
        """Each file of the court packet -> the verdict with one byte of it changed; of the first story."""
        self.copies: dict[str, bytes] = {}
        """File name -> its flat filing copy."""
        self.people: dict[str, Actor] = {}
        self.ids: dict[str, str] = {}
        self.cast: dict[str, Any] = {}
        self.guests: dict[str, Any] = {}
        """Role (representative, representative-2 ...) -> the link they were sent."""

    async def play(self) -> None:
        """The whole story; people are sent home whatever happens."""
        try:
            for name in STEPS:
                async with self._timed(name):
                    await getattr(self, name)()
        finally:
            await asyncio.gather(*(actor.close() for actor in self.people.values()))

    async def arrive(self) -> None:
        """The mediator logs in and opens the session; all others open links, agree, prove their phone, and wait."""
        mediator = self.people["mediator"] = Actor(self.url, "mediator", hertz=440, colour=3)
        self.cast = await self._demo("POST", "/api/demo/cases", {"case": self.case})
        for n, link in enumerate(self.cast["links"]):
            same = sum(role.split("-")[0] == link["role"] for role in self.guests)
            role = f"{link['role']}-{same + 1}" if same else link["role"]
            self.guests[role] = link
            self.people[role] = Actor(self.url, role, hertz=660 + 220 * n, colour=(9 + 6 * n) % 24)
        me = await mediator.call("POST", "/api/login", self.cast["login"])
        mediator.csrf = me["csrf"]
        session = self.cast["session_id"]
        await mediator.call("POST", f"/api/sessions/{session}/acts", {"act": "open"})
        ticket = await mediator.call("POST", f"/api/sessions/{session}/ticket", {})
        await mediator.enter(ticket)
        await mediator.until("the mediator is in the room", _is_in(mediator, "present"))
        self.ids["mediator"] = mediator.view["you"]["person"]
        await asyncio.gather(*(self._arrive_guest(role) for role in self.guests))

    async def _arrive_guest(self, role: str) -> None:
        guest, link = self.people[role], self.guests[role]
        await guest.open_seat(link["url"])
        self.ids[role] = link["person"]
        await guest.call("POST", "/api/seat/identify", {"is_me": True})
        await guest.call("POST", "/api/seat/consents", {"online": True, "esign": True})
        await guest.call("POST", "/api/seat/code", {})
        seat = await guest.call("POST", "/api/seat/code/check", {"code": await self._code(link["person"])})
        if not seat["code"]["verified"]:
            raise BrokenPromise(f"{guest.name}: the right code was not accepted")
        await guest.call("POST", "/api/seat/devices", {"camera": True, "microphone": True, "result": {}})
        await guest.enter(await guest.call("POST", "/api/seat/ticket", {}))
        await guest.until("waiting in the lobby", _is_in(guest, "waiting"))

    async def meet(self) -> None:
        """Identity seen on video, admitted one by one, and everybody receives everybody."""
        mediator, session = self.people["mediator"], self.cast["session_id"]
        for role in self.guests:
            person = self.ids[role]
            seen = {"party": person, "seen": True, "document": "id_card"}
            await mediator.call("POST", f"/api/sessions/{session}/identity", seen)
            await mediator.tell("admit", {"person": person})
            await self.people[role].until("admitted", _is_in(self.people[role], "present"))
        await self._flowing("joint", {role: set(self.people) - {role} for role in self.people})

    async def caucus(self) -> None:
        """A draining move of one side into a private talk and back; nothing of it reaches those outside."""
        mediator = self.people["mediator"]
        side = ["mediator", *(role for role, link in self.guests.items() if link["side"] == "applicant")]
        outside = [self.people[role] for role in self.guests if role not in side]
        inside = [self.ids[role] for role in side]
        await mediator.tell("move", {"people": inside, "chamber": "caucus_applicant"})
        for role in side:
            actor = self.people[role]
            await actor.until("moved into the private talk", _is_in_chamber(actor, "caucus_applicant"))
        for outsider in outside:
            await outsider.until("told that a private talk goes on", _knows_of_a_private_talk(outsider))
        await mediator.tell("chat", {"text": "caucus-only", "key": "c1"})
        await self._flowing("caucus", {role: set(side) - {role} for role in side})
        names = {self.people[role].view["you"]["name"] for role in side}
        for outsider in outside:
            shown = {person["name"] for person in (outsider.view["chamber"] or {}).get("people", [])}
            if outsider.chat or shown & names:
                raise BrokenPromise("the person outside learned something of the private talk")
        for outsider in outside:  # a busy machine still decodes what came before the move
            await outsider.until("what was said before the talk is heard out", _still(outsider, set(inside)))
        before = [outsider.media.received() for outsider in outside]
        await mediator.until("the private talk went on for a while", _passed(1.0))
        for outsider, mark in zip(outside, before, strict=True):
            heard = _grown(mark, outsider.media.received(), need=any)
            if heard & set(inside):
                raise BrokenPromise(f"media of the private talk reached the person outside: {heard}")
        await mediator.tell("move", {"people": inside, "chamber": "joint"})
        for role in side:
            actor = self.people[role]
            await actor.until("back in the joint session", _is_in_chamber(actor, "joint"))
        for role in self.guests:  # closed by the room, so that nothing private slips out
            await self.people[role].tell("mute", {"kind": "audio", "muted": False})
        await self._flowing("joint again", {role: set(self.people) - {role} for role in self.people})

    async def draft(self) -> None:
        """The agreement in structured clauses, seen live by everybody."""
        mediator, sample = self.people["mediator"], SAMPLES[self.case]
        draft = await mediator.call("POST", f"/api/cases/{self.cast['case_id']}/agreements", {})
        self.cast["agreement"] = draft["id"]
        terms = {"dispute": sample.dispute, "clauses": sample.clauses, "minutes": sample.minutes}
        body = {"version": draft["version"], **terms}
        saved = await mediator.call("PUT", f"/api/agreements/{draft['id']}/terms", body)
        for role in self.guests:
            seen = await self.people[role].call("GET", f"/api/agreements/{draft['id']}")
            if [clause["text"] for clause in seen["clauses"]] != [clause["text"] for clause in saved["clauses"]]:
                raise BrokenPromise(f"{role} does not see the live draft")
        await self._act("submit")

    async def read(self) -> None:
        """Everybody who decides for a party confirms what stands around the clauses, and each of them; then the text is
        frozen, or printed where the law keeps electronic signatures out."""
        path = f"/api/agreements/{self.cast['agreement']}"
        view = await self.people["mediator"].call("GET", path)
        for clause in filter(None, (view["around"], *view["clauses"])):
            for role, actor in self.people.items():
                if any(one["person"] == self.ids[role] for one in view["required"]):
                    words = {"clause": clause["id"], "hash": clause["hash"], "agree": True}
                    await actor.call("POST", f"{path}/confirmations", words)
        if view["paper_only"]:
            freeze = {"act": "freeze", "version": view["version"]}
            await self.people["mediator"].call("POST", f"{path}/acts", freeze, refused="paper_only")
            await self._act("print")
            return
        await self._papers(path)
        await self._act("freeze")
        view = await self.people["mediator"].call("GET", path)
        self.cast["ceremony"] = view["ceremony"]

    async def _papers(self, path: str) -> None:
        """What a court asks for is signed with the agreement where the law knows confirmation; each party says where it
        is reached, the mediator for one that nobody is here for."""
        mediator, door = self.people["mediator"], f"{path}/companions"
        offered = await mediator.call("GET", door)
        if offered["hindrance"]:
            return
        self.cast["court"] = next((one["court"] for one in offered["courts"]), court_packet.COURT)
        chosen = await mediator.call("PUT", door, {"wanted": True, "court": self.cast["court"]})
        for n, party in enumerate(chosen["parties"], 1):
            own = [self.people[role] for role in self.guests if self.ids[role] == party["party"]]
            reach = {"phone": f"1870000{n:04d}", "address": f"演练路{n}号", "electronic": False}
            await (own or [mediator])[0].call("PUT", f"{door}/services/{party['party']}", reach)

    async def sign(self) -> None:
        """Everybody with a slot: consent, drawing, keys, one code; then the turns, in the server's order; nobody is
        given a half-signed file. On paper: a clerk files the scan."""
        if "ceremony" not in self.cast:
            await self._sign_by_hand()
            return
        path = f"/api/ceremonies/{self.cast['ceremony']}"
        slots = (await self.people["mediator"].call("GET", path))["slots"]
        if any(one["role"] == "recorder" for one in slots):
            recorder = self.people["recorder"] = Actor(self.url, "recorder")
            me = await recorder.call("POST", "/api/login", self.cast["recorder"])
            recorder.csrf, self.ids["recorder"] = me["csrf"], me["id"]
        signers = {one["person"] for one in slots}
        people = [role for role in self.people if self.ids.get(role) in signers]
        await asyncio.gather(
            *(
                ceremony.sign(self.people[role], path, self.ids[role], 3 * n, self._code)
                for n, role in enumerate(people)
            )
        )

    async def _sign_by_hand(self) -> None:
        """The print is signed with ink somewhere else; its scan brings the agreement into effect."""
        mediator, path = self.people["mediator"], f"/api/agreements/{self.cast['agreement']}"
        status, printed = await mediator.raw("GET", f"{path}/paper/print")
        if status != 200 or not printed.startswith(b"%PDF-"):
            raise BrokenPromise(f"the print for signing by hand answered {status}")
        today = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
        status, answer = await mediator.raw(
            "POST", f"{path}/scan?signed_on={today}", body=printed, kind="application/pdf"
        )
        if status != 200 or msgspec.json.decode(answer)["state"] != "complete":
            raise BrokenPromise(f"filing the scan answered {status}")

    async def collect(self) -> None:
        """Sealed and released: everybody downloads the same bytes of what is theirs, and nothing else."""
        if "ceremony" not in self.cast:
            return
        mediator, path = self.people["mediator"], f"/api/ceremonies/{self.cast['ceremony']}"
        end = time.monotonic() + DEADLINE
        view = await mediator.call("GET", path)
        while view["state"] != "complete":
            if time.monotonic() > end or view["state"] == "void":
                raise BrokenPromise(f"the ceremony is {view['state']}, not complete: {view.get('sealing')}")
            await asyncio.sleep(0.1)
            view = await mediator.call("GET", path)
        self.out.mkdir(parents=True, exist_ok=True)
        agreement = f"/api/agreements/{self.cast['agreement']}"
        shown = [(await actor.call("GET", agreement))["files"] for actor in self.people.values()]
        theirs = [{file["id"] for file in files} for files in shown]
        for file in view["files"]:
            door = f"{agreement}/files/{file['id']}"
            answers = await asyncio.gather(*(actor.raw("GET", door) for actor in self.people.values()))
            expected = [200 if file["id"] in own else 404 for own in theirs]
            copies = {content for status, content in answers if status == 200}
            if [status for status, _ in answers] != expected or len(copies) != 1:
                raise BrokenPromise(f"not everybody was given the same {file['id']}")
            (content,) = copies
            if hashlib.sha256(content).hexdigest() != file["sha256"]:
                raise BrokenPromise(f"{file['id']} has another hash than the one shown")
            (self.out / f"{self.number:03d}-{file['id']}.pdf").write_bytes(content)
            status, flat = await mediator.raw("GET", f"{door}/copy")
            if status != 200:
                raise BrokenPromise(f"the filing copy of {file['id']} answered {status}")
            self.copies[f"{self.number:03d}-{file['id']}.pdf"] = flat

    async def judge(self) -> None:
        """The court, without an account, drops each file in; one altered byte is found."""
        court = Actor(self.url, "court")
        self.people["court"] = court
        for path in sorted(self.out.glob(f"{self.number:03d}-*.pdf")):
            content = path.read_bytes()
            self.verdicts[path.name] = await self._verdict(court, content)
            if self.verdicts[path.name] != "valid":
                raise BrokenPromise(f"{path.name} is {self.verdicts[path.name]}, not valid")
            if self.number == FIRST:  # the door for strangers bears no more from one address
                await self._copy_judged(court, content, self.copies[path.name])
            altered = bytearray(content)
            altered[len(altered) // 2] ^= 1
            if (verdict := await self._verdict(court, bytes(altered))) != "invalid":
                raise BrokenPromise(f"{path.name} with one altered byte is {verdict}, not invalid")

    async def packet(self) -> None:
        """What goes to a court: valid, the same when asked for again, and each changed file is named."""
        court, made = (
            self.people["court"],
            await court_packet.made(
                self.people["mediator"], self.cast["agreement"], self.cast.get("court", court_packet.COURT)
            ),
        )
        self.out.mkdir(parents=True, exist_ok=True)
        (self.out / f"{self.number:03d}-packet.zip").write_bytes(made)
        await court_packet.judged(court, made)
        if self.number == FIRST:
            self.packet_verdicts = await court_packet.changed(court, made)

    async def _copy_judged(self, court: Actor, original: bytes, copy: bytes) -> None:
        """Valid beside its original, and alone where the original was released."""
        both = await self._verdict(court, original + copy, f"/copy?original={len(original)}")
        alone = await self._verdict(court, copy)
        if (both, alone) != ("valid", "valid"):
            raise BrokenPromise(f"a filing copy is {both} beside its original and {alone} alone")

    async def _verdict(self, court: Actor, content: bytes, door: str = "") -> str:
        kind = "application/octet-stream" if door else "application/pdf"
        status, answer = await court.raw("POST", f"/api/verify{door}", body=content, kind=kind)
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

    async def _act(self, act: str) -> Any:
        path = f"/api/agreements/{self.cast['agreement']}/acts"
        version = (await self.people["mediator"].call("GET", path.removesuffix("/acts")))["version"]
        return await self.people["mediator"].call("POST", path, {"act": act, "version": version})

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


def _knows_of_a_private_talk(actor: Actor) -> Callable[[], bool]:
    return lambda: bool(actor.view.get("away"))


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


def _still(actor: Actor, people: set[str], seconds: float = 0.5) -> Callable[[], bool]:
    """Nothing of these people was decoded for so long."""
    before, since = actor.media.received(), time.monotonic()

    def still() -> bool:
        nonlocal before, since
        now = actor.media.received()
        if people & _grown(before, now, need=any):
            before, since = now, time.monotonic()
        return time.monotonic() - since > seconds

    return still


def _passed(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end
