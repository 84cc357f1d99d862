"""What attackers start from, and the benign twins: files our own code made, at every stage, with all the keys at hand.
Keys, serials and clock are fixed by a seed, so that a case has the same bytes in each run."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from documents import ClauseText, DocumentText, PartyText, Signatory, lay_out, structure
from documents.structure import Revision
from tests.attacks.raw import Raw
from tests.documents.ceremony import FREEZE, Ceremony, Clock
from tests.documents.texts import COMMITTEE, FONTS, LABELS, case_two, minutes

SOON = FREEZE + timedelta(hours=1)
NAMES = ("林秀珍", "陈国栋", "马建国", "周玉兰", "钱立新", "顾明华")
ROLES = ("applicant", "respondent")
P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def key_source(seed: str) -> Callable[[], ec.EllipticCurvePrivateKey]:
    """P-256 keys that are the same in each run."""
    chance = random.Random(f"key {seed}")
    return lambda: ec.derive_private_key(chance.randrange(1, P256), ec.SECP256R1())


def serial_source(seed: str) -> Callable[[], int]:
    chance = random.Random(f"serial {seed}")
    return lambda: chance.getrandbits(120) | 1 << 119


def text_for(people: int, *, clauses: int = 4, number: str = "0102") -> DocumentText:
    """An agreement that so many persons sign: parties, and from two on the mediator as the last."""
    parties = max(people - 1, 1)
    signers = [
        Signatory(f"party-{at + 1}", NAMES[at], ROLES[at % 2], f"{LABELS[at]}方（签名）", 1, "person")
        for at in range(parties)
    ]
    if people > 1:
        signers.append(Signatory("mediator", NAMES[-1], "mediator", "调解员（签名）", 7, "person"))
    base = case_two()
    return replace(
        base,
        number=f"(2026)嘉南人调字第{number}号",
        parties=tuple(PartyText(f"{LABELS[at]}方", f"{NAMES[at]}，住嘉南区青禾路{88 + at}号") for at in range(parties)),
        clauses=tuple(ClauseText(at + 1, base.clauses[at % 4].text) for at in range(clauses)),
        signatories=(*signers, Signatory("seal", COMMITTEE, "committee", "人民调解委员会（印章）", 9, "seal")),
    )


def minutes_for(people: int) -> DocumentText:
    """Minutes of the same people: a second file of the same kind without the committee's slot kept."""
    return replace(minutes(), signatories=text_for(people).signatories)


def printed(text: DocumentText) -> bytes:
    return lay_out(text, FONTS).pdf


@dataclass(frozen=True)
class Genuine:
    """One ceremony, its complete file and the moments in between."""

    ceremony: Ceremony
    pdf: bytes
    now: datetime = SOON

    @property
    def trust(self) -> list[bytes]:
        return [self.ceremony.authority.root_pem]

    @cached_property
    def raw(self) -> Raw:
        return Raw(self.pdf)

    @cached_property
    def revisions(self) -> tuple[Revision, ...]:
        """R0, F, each turn, seal, DSS, document time-stamp."""
        return structure.read(self.pdf)

    @property
    def people(self) -> int:
        return len(self.ceremony.people)

    def stage(self, name: str) -> bytes:
        """The file as it was after `r0`, `f`, `turn-1` ..., `turns`, `seal`, `status`, `complete`."""
        index = {"r0": 0, "f": 1, "turns": 1 + self.people, "seal": 2 + self.people, "status": 3 + self.people}
        if name == "complete":
            return self.pdf
        at = index[name] if name in index else 1 + int(name.removeprefix("turn-"))
        return self.pdf[: self.revisions[at].end]

    @property
    def stages(self) -> list[str]:
        return ["f", *(f"turn-{at}" for at in range(1, self.people)), "turns", "seal", "status", "complete"]

    def piece(self, name: str) -> bytes:
        """The bytes that this stage added."""
        whole = self.stage(name)
        last = next(each for each in self.revisions if each.end == len(whole))
        return whole[last.start :]


async def begun(directory: Path, seed: str, text: DocumentText, r0: bytes | None = None) -> Ceremony:
    """A ceremony whose file is certified and nobody has signed."""
    return await Ceremony.begin(
        directory / seed,
        clock=Clock(FREEZE),
        text=text,
        r0=r0 or printed(text),
        keys=key_source(seed),
        serials=serial_source(seed),
    )


async def genuine(directory: Path, seed: str, text: DocumentText, r0: bytes | None = None) -> Genuine:
    """The whole way to the complete file."""
    ceremony = await begun(directory, seed, text, r0)
    return Genuine(ceremony, await ceremony.seal(ceremony.all_turns()))
