"""Finished files of every rule type, made without HTTP: composition, freeze, turns with local keys, seal. For judges
and benches: `finished("medical", directory)` gives the bytes of each file of the set."""

import asyncio
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image, ImageDraw

from documents import (
    Authority,
    DocumentText,
    EventSubject,
    Fonts,
    Manifest,
    TimestampAuthority,
    assemble,
    digest_ranges,
    prepare_turn,
    seal,
)
from documents.cms import signed_attributes
from server.agreements.ceremony.freeze import FrozenSet, Occasion, freeze
from server.agreements.ceremony.stamp import draw
from server.agreements.desk import matter
from server.agreements.document import Frame, agreement_text, minutes_text, person_of
from server.agreements.model import Matter, Terms
from server.agreements.typed import terms_of
from server.agreements.wire import TermsIn
from server.cases.model import Case, CaseState
from server.demo import cast
from server.demo_cases import SAMPLES
from server.ids import AccountId, CaseId, new
from server.law import dates
from server.law.disputes import profile_for
from server.law.profiles import PROFILES, Profile, signing_deadline
from server.law.roles import Staff
from tests.documents.ceremony import Browser, Clock

FONTS = Fonts.in_directory(Path(__file__).parents[1] / "build" / "fonts")
FREEZE = datetime(2026, 11, 26, 8, 30, tzinfo=UTC)
COMMITTEE = "嘉南区青禾街道人民调解委员会"
STAFF = Staff("acc_gu", "顾明华", "acc_su", "苏婉", COMMITTEE)
CASES = {
    "people": "traffic",
    "court_invited": "fitness",
    "labour": "wages",
    "medical": "hospital",
    "commercial": "supply",
}
"""The sample case that stands for each rule type; other names of SAMPLES may be given as well."""


def case_of(sample: str) -> tuple[Case, Matter, Terms, Profile]:
    """A sample case as the server would have it at freeze."""
    data, case_id = SAMPLES[sample], CaseId("cas_sample")
    case = Case(
        case_id, "(2026)嘉南人调受字第0102号", data.title, data.kind, CaseState.in_mediation, data.facts, data.claims,
        AccountId(STAFF.mediator_id), AccountId(STAFF.recorder_id), True, FREEZE, tuple(cast(data, case_id)),
    )  # fmt: skip
    known = matter(case, STAFF, "嘉南区青禾路1号", dates.legal_day(FREEZE))
    body: dict[str, Any] = {
        "version": 1, "dispute": data.dispute, "clauses": list(data.clauses), "minutes": {"paragraphs": data.minutes}
    }  # fmt: skip
    terms = terms_of(msgspec.convert(body, TermsIn, strict=False), known, lambda: new("cla"))
    return case, known, terms, PROFILES[profile_for(data.kind)]


def texts(sample: str) -> list[tuple[str, DocumentText]]:
    """Agreement and minutes of a sample."""
    _, known, terms, profile = case_of(sample)
    frame = Frame(
        "(2026)嘉南人调字第0102号", "https://hejie.example.cn/verify", True, "00" * 32, FREEZE, "2026年11月26日 15:00"
    )
    return [
        ("agreement", agreement_text(terms, known, profile, frame)),
        ("minutes", minutes_text(terms, known, profile, frame)),
    ]


def picture(kind: str, seed: int) -> bytes:
    """A drawn name, or an organisation's round seal, as grey pixels."""
    width, height = 420, 132  # stretched into the square of an organisation's slot
    image = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(image)
    if kind == "organisation":
        pen.ellipse((12, 4, width - 12, height - 4), outline=0, width=5)
    else:
        pen.line([(20 + 10 * n, 66 + (seed * 37 * (n + 1) % 90) - 45) for n in range(38)], fill=20, width=3)
    return zlib.compress(image.tobytes(), 9)


@dataclass
class Finished:
    """A finished set with all that a judge may ask for."""

    files: dict[str, bytes]
    frozen: dict[str, bytes]
    manifest: Manifest
    authority: Authority
    clock: Clock


def ceremony(sample: str, directory: Path, house: type[Authority] = Authority) -> Finished:
    """Play a sample to its end; keys and CA lie in `directory`."""
    return asyncio.run(_ceremony(sample, directory, house))


def finished(profile: str, directory: Path) -> dict[str, bytes]:
    """File id -> bytes of the finished set of a rule type (or of a sample case by its name)."""
    return ceremony(CASES.get(profile, profile), directory).files


async def _ceremony(sample: str, directory: Path, house: type[Authority]) -> Finished:
    clock = Clock(FREEZE)
    authority = house.create(directory / "pki", COMMITTEE, clock, base_url="https://hejie.example", demo=True)
    tsa = TimestampAuthority(authority.tsa.signer)
    _, known, _, profile = case_of(sample)
    printed = texts(sample)
    people = {one.slot: person_of(one.slot, known, profile) for one in printed[0][1].people}
    deadline = signing_deadline(profile, FREEZE)
    occasion = Occasion("cer_sample", printed[0][1].number, deadline, "", people)
    made: FrozenSet = await asyncio.to_thread(freeze, printed, occasion, authority, tsa, FONTS)
    manifest = Manifest.parse(made.manifest)
    files = {file.id: file.frozen for file in made.files}
    frozen = dict(files)
    leaves = []
    for n, one in enumerate(printed[0][1].turns):
        clock.pass_(seconds=2)
        browser = Browser(one.slot)
        subject = EventSubject(
            name=one.name, role=one.role, slot=one.slot, manifest_hash=manifest.hash, assurance="seen",
            not_before=clock() - timedelta(minutes=5), not_after=deadline + timedelta(hours=24),
        )  # fmt: skip
        browser.certificate = authority.issue_event(browser.spki, subject)
        leaves.append(browser.certificate)
        for file in manifest.files:
            base = files[file.id]
            update = prepare_turn(base, file, one.slot, picture(one.kind, n), clock())
            attributes = signed_attributes(digest_ranges(base + update), browser.certificate)
            signature = browser.sign(base + update)[1]
            token = tsa.token(sha256(signature).digest(), clock())
            issuing = authority.issuing.der
            files[file.id] = assemble(base, update, attributes, signature, browser.certificate, issuing, token)
    clock.pass_(seconds=2)
    image = draw(COMMITTEE, True, FONTS.regular_path)
    for name, base in files.items():
        files[name] = await seal(base, "seal", authority, tsa, image, "cd" * 32, leaves)
    return Finished(files, frozen, manifest, authority, clock)
