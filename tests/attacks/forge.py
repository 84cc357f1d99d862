"""Inputs for fuzzing, all made from the golden ceremony and its fixed keys: mutants that stay broken, and forgeries
that are signed again after the change, so that readers get behind the first check."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from documents import cms, der, revisions
from documents.authority import EventSubject
from documents.der import BIT_STRING, BadDer, integer, sequence, tlv
from documents.manifest import Manifest
from tests.attacks.lab import finish
from tests.attacks.mutate import Edit, byte_edit, der_mutant, json_mutant, token_edit
from tests.data.make_ceremony import HOLDERS, PAPERS, PEOPLE, key_source, serial_source
from tests.documents.ceremony import FREEZE, Ceremony, Clock

GOLDEN = Path(__file__).parents[1] / "data" / "ceremony"
P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ROLES = ("applicant", "respondent", "mediator", "clerk", "organisation", "witness", "", "Applicant")


@dataclass(frozen=True)
class Input:
    """One input of a reader both languages have: `edits` of a golden file, or the bytes themselves."""

    kind: str
    group: str
    edits: tuple[Edit, ...]
    on: str = ""
    own: str = ""

    def line(self) -> str:
        """As twin.mjs reads it."""
        edits = [[at, taken, base64.b64encode(put).decode()] for at, taken, put in self.edits]
        facts: dict[str, object] = {"kind": self.kind, "edits": edits, "on": self.on}
        return json.dumps(facts | ({"own": self.own} if self.own else {}))


def applied(data: bytes, edits: tuple[Edit, ...]) -> bytes:
    """Edits in order, none overlapping."""
    out, position = [], 0
    for at, taken, put in edits:
        out += [data[position:at], put]
        position = at + taken
    return b"".join((*out, data[position:]))


def in_order(edits: list[Edit]) -> tuple[Edit, ...]:
    """Sorted, those that overlap an earlier one left out."""
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda each: each[:2]):
        if not kept or edit[0] >= kept[-1][0] + max(kept[-1][1], 1):
            kept.append(edit)
    return tuple(kept)


class Bench:
    """The golden ceremony with its keys, and a complete file of it."""

    def __init__(self, directory: Path) -> None:
        facts = json.loads((GOLDEN / "turns.json").read_bytes())
        self.f = (GOLDEN / "F.pdf").read_bytes()
        self.turns = facts["turns"]
        self.files = {
            name: self.f + (GOLDEN / name).read_bytes()
            for turn in self.turns
            for name in (turn["unsigned"], turn["signed"])
        }
        self.files["manifest.json"] = (GOLDEN / "manifest.json").read_bytes()
        self.manifest = Manifest.parse(self.files["manifest.json"])
        self.drawings = {turn["slot"]: base64.b64decode(turn["drawing"]) for turn in self.turns}
        self.ceremony, self.complete_file = finish(self._again(directory))
        self.ceremony.f, self.ceremony.manifest = self.f, self.manifest  # should the recipe be newer than its files
        for turn in self.turns:
            self.ceremony.people[turn["slot"]].certificate = base64.b64decode(turn["certificate"])

    async def _again(self, directory: Path) -> tuple[Ceremony, bytes]:
        ceremony = await Ceremony.begin(
            directory, clock=Clock(FREEZE), r0=(GOLDEN / "R0.pdf").read_bytes(), text=PEOPLE, persons=HOLDERS,
            papers=PAPERS, keys=key_source("key"), serials=serial_source("serial"),
        )  # fmt: skip
        return ceremony, await ceremony.seal(ceremony.all_turns())

    @property
    def trust(self) -> list[bytes]:
        return [self.ceremony.authority.root_pem]

    @property
    def now(self) -> datetime:
        return FREEZE + timedelta(hours=1)

    def bytes_of(self, case: Input) -> bytes:
        return applied(self.files[case.on] if case.on else b"", case.edits)

    def inputs(self, kind: str, count: int, seed: int) -> Iterator[Input]:
        made = {
            "file": self._file,
            "signed": self._signed,
            "manifest": self._manifest,
            "certificate": self._certificate,
            "der": self._der,
        }[kind]
        for number in range(count):
            yield made(random.Random(f"{seed} {kind} {number}"))

    def _file(self, chance: random.Random) -> Input:
        """Bytes and tokens behind F, seldom in it; whole updates moved."""
        turn = chance.choice(self.turns[: chance.choice((1, 2, len(self.turns)))])
        on = turn[chance.choice(("unsigned", "signed"))]
        data = self.files[on]
        low = 0 if chance.randrange(12) == 0 else len(self.f)
        edit = chance.choice((byte_edit, token_edit))
        edits = [edit(chance, data, low) for _ in range(chance.choice((1, 1, 1, 2, 3)))]
        if chance.randrange(20) == 0:
            at = chance.choice((len(self.f), len(data)))
            edits = [(at, 0, data[len(self.f) : chance.randrange(len(self.f), len(data))])]
        return Input("file", "file", in_order(edits), on, turn["slot"] if on == turn["unsigned"] else "")

    def _signed(self, chance: random.Random) -> Input:
        """Another CMS object in a turn of the golden file, most of them signed with the right keys."""
        turn = self.turns[0] if chance.randrange(3) else chance.choice(self.turns)
        data = self.files[turn["signed"]]
        read = revisions.split(data, self.manifest.files[0])[-1]
        try:
            value = self._cms(chance, turn, read.contents)
        except BadDer:
            value = der_mutant(chance, cms.padded(read.contents))
        spelled = value.hex().encode()
        room = read.gap[1] - read.gap[0] - 2
        put = spelled.ljust(room, b"0")[:room]
        if chance.randrange(40) == 0:
            put = put[:-1] + b"1"
        return Input("file", "signed", ((read.gap[0] + 1, room, put),), turn["signed"])

    def _cms(self, chance: random.Random, turn: dict[str, str], contents: bytes) -> bytes:
        good = cms.parse(cms.padded(contents))
        signer = self.ceremony.people[turn["slot"]]
        certificate, issuing, token = good.signer, self.ceremony.authority.issuing.der, good.token
        kind = chance.randrange(8)
        if kind == 0:
            return der_mutant(chance, cms.padded(contents), chance.choice((1, 1, 2)))
        if kind in (1, 2, 3):
            certificate = self._issued(chance, certificate) if kind < 3 else self._subject(chance, turn["slot"])
        attributes = cms.signed_attributes(bytes.fromhex(turn["ranges_sha256"]), certificate)
        if kind == 4:
            attributes = der_mutant(chance, attributes)
        signature = signer.key.sign(attributes, ec.ECDSA(hashes.SHA256()))
        if kind == 5:
            signature = self._numbers(chance, signature)
        token = self.ceremony.tsa.token(sha256(signature).digest(), self.ceremony.clock())
        if kind == 6:
            token = der_mutant(chance, token)
        if kind == 7:
            issuing = chance.choice(
                (certificate, self.ceremony.authority.root_der, self._issued(chance, issuing), issuing)
            )
        return cms.build((certificate, issuing), attributes, signature, token)

    def _issued(self, chance: random.Random, certificate: bytes) -> bytes:
        """A certificate with something in it changed, issued again."""
        tbs, algorithm, _ = der.read_item(certificate)[0].items()
        changed = der_mutant(chance, tbs.whole, chance.choice((1, 1, 2)))
        signature = self.ceremony.authority.issuing.signer.sign(changed)
        return sequence(changed, algorithm.whole, tlv(BIT_STRING, b"\0", signature))

    def _subject(self, chance: random.Random, slot: str) -> bytes:
        """A certificate our own code issued, about somebody else or for another time."""
        person = self.manifest.signatory(slot)
        assert person is not None
        subject = EventSubject(
            name=chance.choice((person.name, person.name + " ", "沈嘉", "A", "é")),
            role=chance.choice((person.role, *ROLES[:6])),
            slot=chance.choice((slot, "party-1", "mediator", "nobody")),
            manifest_hash=chance.choice((self.manifest.hash, self.manifest.hash, bytes(32))),
            assurance=chance.choice(("code", "seen", "desk", "licensed")),
            not_before=FREEZE + timedelta(seconds=chance.choice((-300, 0, 1, 2, 3))),
            not_after=FREEZE + timedelta(seconds=chance.choice((4, 5, 90, 90000))),
            paper=chance.choice((None, bytes(32))),
        )
        return self.ceremony.authority.issue_event(self.ceremony.people[slot].spki, subject)

    def _numbers(self, chance: random.Random, signature: bytes) -> bytes:
        """r and s in spellings and ranges that libraries take differently."""
        r, s = decode_dss_signature(signature)
        good, mirrored = sequence(integer(r), integer(s)), sequence(integer(r), integer(P256 - s))
        zero = der.tlv(der.INTEGER, b"\0" + integer(r)[2:])
        return chance.choice(
            (
                mirrored, sequence(integer(0), integer(s)), sequence(integer(r + P256), integer(s)),
                sequence(integer(r), integer(s + P256)), sequence(zero, integer(s)), good + b"\0", sequence(good),
                sequence(integer(r), integer(s), integer(1)), sequence(integer(r)), der_mutant(chance, good), b"",
                sequence(der.tlv(der.INTEGER, r.to_bytes(32, "big")), integer(s)), integer(r), good[:-1],
            )
        )  # fmt: skip

    def _manifest(self, chance: random.Random) -> Input:
        data = self.files["manifest.json"]
        if chance.randrange(4) == 0:
            return Input("manifest", "manifest", in_order([byte_edit(chance, data)]), "manifest.json")
        return Input("manifest", "manifest", ((0, 0, json_mutant(chance, data)),))

    def _certificate(self, chance: random.Random) -> Input:
        data = base64.b64decode(chance.choice(self.turns)["certificate"])
        data = chance.choice((data, self.ceremony.authority.issuing.der, self.ceremony.authority.root_der))
        made = applied(data, (byte_edit(chance, data),)) if chance.randrange(4) == 0 else der_mutant(chance, data)
        return Input("certificate", "certificate", ((0, 0, made),))

    def _der(self, chance: random.Random) -> Input:
        turn = chance.choice(self.turns)
        data = base64.b64decode(turn[chance.choice(("token", "signed_attrs", "certificate"))])
        made = applied(data, (byte_edit(chance, data),)) if chance.randrange(2) else der_mutant(chance, data, 3)
        return Input("der", "der", ((0, 0, made),))

    def alone(self, count: int, seed: int) -> Iterator[tuple[str, bytes]]:
        """Inputs of the readers that only Python has."""
        turn = self.turns[0]
        token, certificate = base64.b64decode(turn["token"]), base64.b64decode(turn["certificate"])
        contents = cms.padded(revisions.split(self.files[turn["signed"]], self.manifest.files[0])[0].contents)
        authority = self.ceremony.authority
        trusted = (
            authority.ocsp(certificate, FREEZE),
            authority.root_crl(),
            authority.root_der,
            authority.root_pem,
            certificate,
        )
        small = {
            "cms.parse": (contents,),
            "cms.parse_token": (token,),
            "cms.gen_time": (token,),
            "tokens.check": (token,),
            "trust.load": trusted,
        }
        plain = (b"<< /Type /Page /Parent 7 0 R /MediaBox [ 0 0 595 842 ] /Annots [ 10 0 R ] /A (x\\051) /B <feff> >>",)
        large = (self.complete_file, self.files[turn["signed"]])
        names = [*small, "accept_turn", "spelling.is_plain", "structure and grammar", "structure.first_broken"]
        for number in range(count):
            chance = random.Random(f"{seed} alone {number}")
            name = names[number % len(names)]
            if name == "accept_turn":
                which = chance.randrange(3)
                good = base64.b64decode(turn[("signed_attrs", "signature", "certificate")[which]])
                made = chance.choice((der_mutant(chance, good), applied(good, (byte_edit(chance, good),))))
                if which == 2 and chance.randrange(2):
                    made = self._issued(chance, good)
                yield name, bytes([which]) + made
                continue
            data = chance.choice({**small, "spelling.is_plain": plain}.get(name, large))
            if name in small and not data.startswith(b"-") and chance.randrange(3):
                yield name, der_mutant(chance, data, chance.choice((1, 2, 4)))
            else:
                edit = chance.choice((byte_edit, token_edit))
                yield name, applied(data, in_order([edit(chance, data) for _ in range(chance.choice((1, 2)))]))

    def complete(self, count: int, seed: int) -> Iterator[bytes]:
        """The complete file with a change somewhere, never the same file."""
        for number in range(count):
            chance = random.Random(f"{seed} complete {number}")
            edit = chance.choice((byte_edit, token_edit))
            made = applied(self.complete_file, in_order([edit(chance, self.complete_file)]))
            if made != self.complete_file:
                yield made
