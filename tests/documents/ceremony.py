"""A ceremony in small: a printed file that obeys the contract, browsers played by keys in this process, a fixed clock.
Used by the tests of documents and by tests/data/make_ceremony.py."""

from __future__ import annotations

import base64
import io
import subprocess
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pikepdf
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import UNSET
from PIL import Image, ImageDraw
from reportlab.pdfgen import canvas

from documents import cms, persons, revisions, sign
from documents.agreement import ClauseText, DocumentText, PartyText, Section, Signatory, canonical, text_hash
from documents.authority import Authority, EventSubject
from documents.fields import CERTIFICATION
from documents.issuer import EventIssuer
from documents.manifest import (
    CLERK,
    MANIFEST_VERSION,
    Chain,
    Clerk,
    Frozen,
    Manifest,
    ManifestFile,
    ManifestSignatory,
    ManifestSlot,
    Original,
)
from documents.timestamp import TimestampAuthority

FREEZE = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
NUMBER = "(2026)嘉南人调字第0102号"
SIGNATORIES = (
    Signatory("party-1", "林秀珍", "applicant", "甲方（签名）", 1, "person"),
    Signatory("party-2", "陈国栋", "respondent", "乙方（签名）", 1, "person"),
    Signatory("mediator", "顾明华", "mediator", "调解员（签名）", 3, "person"),
    Signatory("seal", "青禾街道人民调解委员会", "committee", "（盖章）", 9, "seal"),
)
TEXT = DocumentText(
    kind="agreement",
    number=NUMBER,
    title="人民调解协议书",
    committee="青禾街道人民调解委员会",
    place="嘉南市青禾街道",
    parties=(PartyText("甲方", "林秀珍，女，1971年生"), PartyText("乙方", "陈国栋，男，1985年生")),
    before=(Section("纠纷主要事实", ("乙方住房漏水，浸湿甲方住房。",)),),
    clauses=(ClauseText(1, "乙方赔偿甲方人民币8600元。"),),
    after=(),
    closing=("本协议经全部签名并盖章后生效。",),
    signatories=SIGNATORIES,
    verify_url="https://hejie.example/verify",
    demo=True,
    journal_head="ab" * 32,
)
RECTS = {
    "party-1": (72, 560, 240, 613),
    "party-2": (300, 560, 468, 613),
    "party-2-rep": (300, 560, 468, 613),
    "party-2-seal": (480, 530, 576, 626),
    "witness-1": (72, 360, 240, 413),
    "mediator": (72, 460, 240, 513),
}
SEAL_RECT = (300, 420, 420, 540)


class Clock:
    """Time that stands still until told."""

    def __init__(self, now: datetime = FREEZE) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **delta: float) -> None:
        self.now += timedelta(**delta)


def printed(text: DocumentText = TEXT, *, tagged: bool = False) -> bytes:
    """R0 of one page: predeclared fields, SigFlags, attached agreement.json, classic xref table; `tagged`, its widgets
    have keys of a parent tree."""
    page = io.BytesIO()
    paper = canvas.Canvas(page, pagesize=(595, 842), invariant=1, pageCompression=0)
    paper.drawString(72, 760, "Agreement 0102: the respondent pays 8600 yuan.")
    paper.showPage()
    paper.save()
    pdf = pikepdf.open(io.BytesIO(page.getvalue()))
    leaf = pdf.pages[0].obj
    people = {person.slot: RECTS[person.slot] for person in text.people}
    places = {**people, "seal": SEAL_RECT, CERTIFICATION: (0, 0, 0, 0)}
    fields = [
        pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Sig,
                T=pikepdf.String(slot),
                F=132,
                Rect=pikepdf.Array(rect),
                P=leaf,
            )
        )
        for slot, rect in places.items()
    ]
    if tagged:
        for key, widget in enumerate(fields[:-1], start=1):
            widget.StructParent = key
    lock = pikepdf.Dictionary(Type=pikepdf.Name.SigFieldLock, Action=pikepdf.Name.All)
    fields[list(places).index("seal")].Lock = lock
    leaf.Annots = pdf.make_indirect(pikepdf.Array(fields))
    pdf.Root.AcroForm = pdf.make_indirect(pikepdf.Dictionary(Fields=pikepdf.Array(fields), SigFlags=3))
    attached = pikepdf.AttachedFileSpec(pdf, canonical(text), filename="agreement.json", mime_type="application/json")
    pdf.attachments["agreement.json"] = attached
    output = io.BytesIO()
    pdf.save(
        output,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        compress_streams=False,
        min_version="1.7",
    )
    return output.getvalue()


def manifest_file(r0: bytes, f: bytes, text: DocumentText = TEXT) -> ManifestFile:
    """What M says of one file, read from F."""
    facts = revisions.frozen_facts(f)
    with pikepdf.open(io.BytesIO(r0)) as pdf:
        pages = len(pdf.pages)
        widgets = {str(each.T): each for each in pdf.Root.AcroForm.Fields}
        slots = tuple(
            ManifestSlot(
                page=widgets[person.slot].P.objgen[0],
                rank=person.rank,
                rect=tuple(int(value) for value in widgets[person.slot].Rect),
                slot=person.slot,
                widget=widgets[person.slot].objgen[0],
                kind="organisation" if person.kind == "organisation" else "person",
                struct_parent=int(each) if (each := widgets[person.slot].get("/StructParent")) is not None else UNSET,
            )
            for person in text.people
        )
    return ManifestFile(
        f=Frozen(facts.length, facts.sha256, facts.size, facts.startxref),
        id="agreement",
        id_pair=facts.id_pair,
        info=facts.info,
        pages=pages,
        r0=Original(len(r0), sha256(r0).hexdigest()),
        reserved=revisions.RESERVED,
        root=facts.root,
        slots=slots,
        text=text_hash(text),
        title=text.title,
    )


def drawing(seed: int) -> bytes:
    """A squiggle as a browser sends it."""
    image = Image.new("L", (revisions.IMAGE_WIDTH, revisions.IMAGE_HEIGHT), 255)
    line = [(20 + 10 * step, 66 + (seed * 37 * (step + 1) % 90) - 45) for step in range(38)]
    ImageDraw.Draw(image).line(line, fill=20, width=3)
    return zlib.compress(image.tobytes(), 9)


@dataclass
class Browser:
    """A person with a key of their own, building signed attributes over the bytes they checked."""

    slot: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    certificate: bytes = b""

    @property
    def spki(self) -> bytes:
        return self.key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, file: bytes) -> tuple[bytes, bytes]:
        attributes = cms.signed_attributes(revisions.digest_ranges(file), self.certificate)
        return attributes, self.key.sign(attributes, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


@dataclass(frozen=True)
class Paper:
    """A slot signed on paper: who signs for it here, and the hash of the scan."""

    clerk: str
    scan: bytes


@dataclass
class Ceremony:
    """All that one run needs; `turn` plays one person, `seal` completes the file."""

    authority: Authority
    tsa: TimestampAuthority
    clock: Clock
    r0: bytes
    f: bytes
    manifest: Manifest
    people: dict[str, Browser]
    text: DocumentText = TEXT

    @classmethod
    async def begin(
        cls,
        directory: Path,
        *,
        clock: Clock | None = None,
        r0: bytes | None = None,
        text: DocumentText = TEXT,
        authority: Authority | None = None,
        keys: Callable[[], ec.EllipticCurvePrivateKey] | None = None,
        serials: Callable[[], int] | None = None,
        persons: Mapping[str, str] | None = None,
        papers: Mapping[str, Paper] | None = None,
        issuer: EventIssuer | None = None,
    ) -> Ceremony:
        """`issuer` certifies the people instead of the authority.

        `persons` maps slots to the person who holds them (default: one each), `papers` those signed on paper."""
        clock = clock or Clock()
        if authority is None:
            given = {"keys": keys, "serials": serials}
            authority = Authority.create(
                directory / "pki",
                "青禾街道人民调解委员会",
                clock,
                base_url="https://hejie.example",
                **{name: value for name, value in given.items() if value is not None},
            )
        tsa = TimestampAuthority(authority.tsa.signer, **({"serials": serials} if serials else {}))
        r0 = r0 or printed(text)
        f = await sign.certify(r0, authority, tsa)
        deadline = clock() + timedelta(hours=2)
        manifest = Manifest(
            build="",
            ca=Chain(*(base64.b64encode(one).decode() for one in (issuer or authority).chain_der)),
            ceremony="cer_aaaaaaaaaaaaaaaaaaaa",
            deadline=deadline.strftime("%Y-%m-%dT%H:%M:%SZ"),
            files=(manifest_file(r0, f, text),),
            number=text.number,
            signatories=tuple(
                ManifestSignatory(
                    person.name,
                    (persons or {}).get(person.slot, f"pty_{index:020d}"),
                    person.rank,
                    person.role,  # type: ignore[arg-type]
                    person.slot,
                )
                for index, person in enumerate(text.people)
            ),
            v=MANIFEST_VERSION,
            version=1,
            clerks=tuple(Clerk(paper.clerk, "acc_clerk") for paper in (papers or {}).values()),
        )
        people = {}
        for person in text.people:
            browser = Browser(person.slot, keys()) if keys else Browser(person.slot)
            paper = (papers or {}).get(person.slot)
            subject = EventSubject(
                name=paper.clerk if paper else person.name,
                role=CLERK if paper else person.role,
                slot=person.slot,
                manifest_hash=manifest.hash,
                assurance="seen",
                not_before=clock() - timedelta(minutes=5),
                not_after=deadline + timedelta(hours=24),
                paper=paper.scan if paper else None,
            )
            browser.certificate = (issuer or authority).issue_event(browser.spki, subject)
            people[person.slot] = browser
        return cls(authority, tsa, clock, r0, f, manifest, people, text)

    @property
    def file(self) -> ManifestFile:
        return self.manifest.files[0]

    def prepare(self, base: bytes, slot: str) -> bytes:
        return revisions.prepare_turn(base, self.file, slot, drawing(len(slot) + ord(slot[-1])), self.clock())

    def turn(self, base: bytes, slot: str) -> bytes:
        self.clock.pass_(seconds=2)
        update = self.prepare(base, slot)
        browser = self.people[slot]
        attributes, signature = browser.sign(base + update)
        issuing = self.manifest.issuing
        persons.accept_turn(base, update, attributes, signature, browser.certificate, issuing)
        token = self.tsa.token(sha256(signature).digest(), self.clock())
        return revisions.assemble(base, update, attributes, signature, browser.certificate, issuing, token)

    def all_turns(self) -> bytes:
        file = self.f
        for slot in self.people:
            file = self.turn(file, slot)
        return file

    async def seal(self, base: bytes) -> bytes:
        self.clock.pass_(seconds=2)
        certificates = [browser.certificate for browser in self.people.values()]
        return await sign.seal(base, "seal", self.authority, self.tsa, seal_png(), "cd" * 32, certificates)


def seal_png() -> bytes:
    """A red ring on transparent paper."""
    image = Image.new("RGBA", (240, 240), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((10, 10, 230, 230), outline=(200, 0, 0, 255), width=8)
    output = io.BytesIO()
    image.save(output, "PNG")
    return output.getvalue()


def valid_for_poppler(pdf: bytes, directory: Path) -> int:
    """How many signatures pdfsig calls valid; of document time-stamps it says nothing."""
    path = directory / "judged.pdf"
    path.write_bytes(pdf)
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True).stdout
    return said.count("Signature is Valid.")
