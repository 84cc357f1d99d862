import io
import random
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography import x509

from documents import der, sign
from documents.authority import EventSubject
from documents.certificates import Leaf
from documents.errors import UnreadablePdf
from documents.evidence import Evidence
from documents.report import Report
from documents.revisions import BYTE_RANGE
from documents.verify import verify
from tests import profiles
from tests.documents import attacks
from tests.documents.ceremony import FREEZE, NUMBER, Ceremony
from tests.documents.conftest import SOON, Sealed


def codes(report: Report) -> set[str]:
    return {reason.code for reason in report.reasons}


def test_a_complete_file_is_valid(sealed: Sealed) -> None:
    report = verify(sealed.pdf, sealed.trust, SOON)
    assert (report.verdict, report.reasons) == ("valid", ())
    assert (report.number, report.title, report.pages) == (NUMBER, "人民调解协议书", 1)
    assert report.effective_at == "2026-11-20T08:00:08Z"
    assert report.text_hash == sealed.ceremony.file.text
    assert report.root is not None and report.root.given and report.issuer.kind == "own"
    assert report.timestamp is not None and report.timestamp.by.endswith("时间戳")
    assert report.status == "2027-11-21T08:00:00Z"
    assert [(each.kind, each.slot, each.name) for each in report.signatures][1:5] == [
        ("person", "party-1", "林秀珍"),
        ("person", "party-2", "陈国栋"),
        ("person", "mediator", "顾明华"),
        ("seal", "seal", "青禾街道人民调解委员会"),
    ]
    for each in report.signatures:
        assert each.indication == "TOTAL-PASSED"
        assert each.intact and each.valid and each.trusted and not each.changed_after and each.reasons == ()
    laid = {slot.slot: slot.rect for slot in sealed.ceremony.file.slots}
    seen = {each.slot: each.place for each in report.signatures if each.place}
    assert {slot: (place.page, place.rect) for slot, place in seen.items() if slot != "seal"} == {
        slot: (1, rect) for slot, rect in laid.items()
    }
    assert "seal" in seen and "certification" not in seen
    assert [each.covers for each in report.signatures] == ["revision"] * 5 + ["whole_file"]
    assert {each.assurance for each in report.signatures if each.kind == "person"} == {"seen"}
    assert all(check.ok is True for check in report.checks)


def test_without_trust_the_issuer_is_unknown_and_its_fingerprint_named(sealed: Sealed) -> None:
    report = verify(sealed.pdf, (), SOON)
    assert (report.verdict, codes(report)) == ("unknown_issuer", {"no_trust"})
    assert report.root is not None and not report.root.given
    assert report.root.sha256 == sha256(sealed.ceremony.authority.root_der).hexdigest()
    assert not any(each.trusted for each in report.signatures)
    assert {check.code: check.ok for check in report.checks} == {
        "unchanged": True,
        "signatures": True,
        "certificates": None,
        "time": True,
        "complete": True,
    }


async def test_another_root_does_not_help(sealed: Sealed, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = await Ceremony.begin(tmp_path_factory.mktemp("other"))
    report = verify(sealed.pdf, [other.authority.root_pem], SOON)
    assert (report.verdict, codes(report)) == ("unknown_issuer", {"other_root"})


def test_an_issuing_ca_may_be_the_anchor(sealed: Sealed) -> None:
    assert verify(sealed.pdf, [sealed.ceremony.authority.issuing.der], SOON).verdict == "valid"


@pytest.mark.parametrize("days", [0.05, 3, 8, 365])
def test_a_file_stays_valid_offline_for_a_year(sealed: Sealed, days: float) -> None:
    assert verify(sealed.pdf, sealed.trust, FREEZE + timedelta(days=days)).verdict == "valid"


@pytest.mark.parametrize("years", [1.1, 9])
async def test_later_the_status_of_the_time_stamps_must_be_brought(tmp_path: Path, years: float) -> None:
    ceremony = await Ceremony.begin(tmp_path)
    authority, clock = ceremony.authority, ceremony.clock
    pdf = await ceremony.seal(ceremony.all_turns())
    clock.pass_(days=365 * years)
    report = verify(pdf, [authority.root_pem], clock())
    assert (report.verdict, codes(report)) == ("cannot_tell", {"status_unknown"})
    assert all(each.intact and each.valid and not each.trusted for each in report.signatures)
    assert {each.indication for each in report.signatures} == {"INDETERMINATE NO_POE", "INDETERMINATE TRY_LATER"}
    assert {check.code: check.ok for check in report.checks}["certificates"] is None
    if authority.ending(timedelta()):
        authority.renew("ocsp")
    status = [authority.ocsp(authority.tsa.der, clock() - timedelta(hours=1)), authority.root_crl()]
    assert verify(pdf, [authority.root_pem], clock(), status).verdict == "valid"


def test_after_the_end_of_the_time_stamp_authority_nothing_can_be_said(sealed: Sealed) -> None:
    report = verify(sealed.pdf, sealed.trust, FREEZE + timedelta(days=12 * 365))
    assert (report.verdict, codes(report)) == ("cannot_tell", {"timestamp_expired"})


@pytest.mark.parametrize("name", attacks.UPDATES)
def test_a_change_after_the_seal_is_invalid(sealed: Sealed, name: str) -> None:
    changed = attacks.UPDATES[name](sealed.pdf)
    assert changed != sealed.pdf
    report = verify(changed, sealed.trust, SOON)
    assert report.verdict == "invalid", report.reasons
    assert report.effective_at is None


@pytest.mark.parametrize("name", ["free_text", "field_over_text", "page_appended", "content_replaced"])
def test_the_reason_says_after_whose_signature_and_on_which_page(sealed: Sealed, name: str) -> None:
    reason = verify(attacks.UPDATES[name](sealed.pdf), sealed.trust, SOON).reasons[0]
    assert reason.code == "changed_after"
    assert reason.detail is not None and reason.detail.startswith("after archive1")
    assert reason.page == (2 if name == "page_appended" else 1)


@pytest.mark.parametrize("name", ["free_text", "field_over_text", "opens_with_script", "signature_moved", "rewritten"])
@pytest.mark.parametrize("stage", ["f", "turns"])
def test_a_change_between_signatures_is_invalid(sealed: Sealed, name: str, stage: str) -> None:
    base = sealed.ceremony.f if stage == "f" else sealed.turns
    report = verify(attacks.UPDATES[name](base), sealed.trust, SOON)
    assert report.verdict == "invalid"


def test_an_altered_byte_is_located(sealed: Sealed) -> None:
    at = sealed.pdf.index(b"8600")
    report = verify(sealed.pdf[:at] + b"9" + sealed.pdf[at + 1 :], sealed.trust, SOON)
    assert report.verdict == "invalid"
    assert report.reasons[0].code == "changed_content"
    assert report.reasons[0].detail is not None and report.reasons[0].detail.startswith("certification: bytes 0-")
    assert not any(each.intact for each in report.signatures)


def test_any_flipped_byte_is_invalid(sealed: Sealed) -> None:
    chance = random.Random(20261120)
    for _ in range(60):
        at = chance.randrange(len(sealed.pdf))
        changed = sealed.pdf[:at] + bytes([sealed.pdf[at] ^ (1 << chance.randrange(8))]) + sealed.pdf[at + 1 :]
        assert verify(changed, sealed.trust, SOON).verdict == "invalid", at


@pytest.mark.parametrize(("stage", "trusted"), [("f", False), ("f", True), ("turns", False), ("pdf", True)])
def test_no_byte_of_the_newest_signature_value_is_free(sealed: Sealed, stage: str, trusted: bool) -> None:
    """Nothing later covers it: certificates inside CMS and token, unsigned parts, padding and spelling all count."""
    pdf = {"f": sealed.ceremony.f, "turns": sealed.turns, "pdf": sealed.pdf}[stage]
    gap = [(int(found[1]), int(found[2])) for found in BYTE_RANGE.finditer(pdf)][-1]
    chance = random.Random(stage)
    for at in range(gap[0], gap[1], 173):
        changed = pdf[:at] + bytes([pdf[at] ^ (1 << chance.randrange(8))]) + pdf[at + 1 :]
        assert verify(changed, sealed.trust if trusted else (), SOON).verdict == "invalid", at


def test_any_cut_is_invalid_or_incomplete(sealed: Sealed) -> None:
    whole = {len(sealed.ceremony.f), len(sealed.turns)}
    chance = random.Random(20261121)
    for _ in range(30):
        end = chance.randrange(200, len(sealed.pdf))
        report = verify(sealed.pdf[:end], sealed.trust, SOON)
        assert report.verdict == ("incomplete" if end in whole else "invalid"), end


def test_revisions_on_the_way_are_incomplete(sealed: Sealed) -> None:
    stages = {
        "f": (sealed.ceremony.f, {"missing_signature", "missing_seal"}),
        "turns": (sealed.turns, {"missing_seal"}),
    }
    for stage, (pdf, expected) in stages.items():
        report = verify(pdf, sealed.trust, SOON)
        assert (report.verdict, codes(report)) == ("incomplete", expected), stage
        assert report.effective_at is None
        assert all(each.intact and each.valid and each.trusted for each in report.signatures)


@pytest.mark.parametrize("dropped", [1, 2])
def test_a_seal_without_status_and_time_stamp_is_incomplete(sealed: Sealed, dropped: int) -> None:
    from documents import structure

    revisions = structure.read(sealed.pdf)
    report = verify(sealed.pdf[: revisions[-1 - dropped].end], sealed.trust, SOON)
    assert report.verdict == "incomplete"
    assert "missing_timestamp" in codes(report)


def test_swapped_turns_are_invalid(sealed: Sealed) -> None:
    from documents import revisions

    first, second, third = revisions.split(sealed.turns, sealed.ceremony.file)
    pdf = sealed.pdf
    swapped = pdf[: first.start] + pdf[second.start : second.end] + pdf[first.start : first.end] + pdf[third.start :]
    assert len(swapped) == len(pdf)
    assert verify(swapped, sealed.trust, SOON).verdict == "invalid"


@pytest.mark.parametrize("junk", [b"", b"hello", b"PK\x03\x04", b"<html></html>", bytes(5000)])
def test_what_is_no_pdf_raises(junk: bytes) -> None:
    with pytest.raises(UnreadablePdf):
        verify(junk)


def test_pdfs_of_others_cannot_be_judged(sealed: Sealed) -> None:
    plain = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(plain)
    for other in (plain.getvalue(), b"%PDF-1.7\nnothing", b"%PDF-1.7\nstartxref\n9\n%%EOF\n"):
        report = verify(other, sealed.trust, SOON)
        assert (report.verdict, codes(report)) == ("cannot_tell", {"no_signatures"})
        assert all(check.ok is None for check in report.checks)


def test_trust_that_cannot_be_read_is_an_error_of_the_caller(sealed: Sealed) -> None:
    with pytest.raises(ValueError, match="neither"):
        verify(sealed.pdf, [b"no certificate"], SOON)


async def test_verifying_inside_a_running_loop_works(sealed: Sealed) -> None:
    assert verify(sealed.pdf, sealed.trust, SOON).verdict == "valid"


async def test_a_persons_certificate_cannot_seal(tmp_path: Path) -> None:
    ceremony = await Ceremony.begin(tmp_path)
    person = ceremony.people["party-1"]
    ceremony.authority.seal = Leaf(x509.load_der_x509_certificate(person.certificate), person.key)
    report = verify(await ceremony.seal(ceremony.all_turns()), [ceremony.authority.root_pem], SOON)
    assert report.verdict == "invalid"
    assert ("certificate_subject", "seal") in {(each.code, each.detail) for each in report.reasons}


async def test_a_signature_under_another_name_than_the_text_is_invalid(tmp_path: Path) -> None:
    ceremony = await Ceremony.begin(tmp_path)
    person = ceremony.people["party-1"]
    subject = EventSubject(
        name="林秀珠",
        role="applicant",
        slot="party-1",
        manifest_hash=ceremony.manifest.hash,
        assurance="seen",
        not_before=FREEZE,
        not_after=FREEZE + timedelta(hours=26),
    )
    person.certificate = ceremony.authority.issue_event(person.spki, subject)
    report = verify(await ceremony.seal(ceremony.all_turns()), [ceremony.authority.root_pem], SOON)
    assert report.verdict == "invalid"
    assert [(each.code, each.detail) for each in report.reasons] == [("certificate_subject", "party-1")]


async def test_a_forgers_own_authority_does_not_become_known_by_quoting_the_real_root(
    sealed: Sealed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The forger puts the true root's certificate beside its own into the file."""
    ceremony = await Ceremony.begin(tmp_path)
    true_root = sealed.ceremony.authority.root_der
    archived = sign.archived

    def quoting(pdf: bytes, found: Evidence, *rest: Any) -> bytes:
        return archived(pdf, found + Evidence((true_root,)), *rest)

    monkeypatch.setattr(sign, "archived", quoting)
    pdf = await ceremony.seal(ceremony.all_turns())
    report = verify(pdf, sealed.trust, SOON)
    assert report.verdict in ("invalid", "unknown_issuer")
    assert not any(each.trusted for each in report.signatures)


class Revoking:
    """A time-stamper that has a certificate revoked while it is asked: after the last moment the seal looks."""

    name = "revoking"

    def __init__(self, ceremony: Ceremony, serial: int, before: timedelta) -> None:
        self.ceremony, self.serial, self.before = ceremony, serial, before

    def token(self, digest: bytes, at: datetime) -> bytes:
        self.ceremony.authority.revoke(self.serial, self.ceremony.clock() - self.before)
        return self.ceremony.tsa.token(digest, at)


@pytest.mark.parametrize(("whose", "days"), [("party-2", 0.05), ("party-2", 5), ("seal", 300), ("service", 0.05)])
async def test_a_revoked_signer_is_invalid_at_all_times(
    tmp_path_factory: pytest.TempPathFactory, whose: str, days: float
) -> None:
    ceremony = await Ceremony.begin(tmp_path_factory.mktemp("revoked"))
    turns = ceremony.all_turns()
    ceremony.clock.pass_(seconds=5)
    authority = ceremony.authority
    certificate = {
        "party-2": ceremony.people["party-2"].certificate,
        "seal": authority.seal.der,
        "service": authority.service.der,
    }[whose]
    serial = int.from_bytes(der.read_item(certificate)[0].items()[0].items()[1].content, "big")
    tsa = Revoking(ceremony, serial, timedelta(seconds=10))
    leaves = [person.certificate for person in ceremony.people.values()]
    pdf = await sign.seal(turns, "seal", authority, tsa, None, "", leaves)
    report = verify(pdf, [authority.root_pem], FREEZE + timedelta(days=days))
    assert report.verdict == "invalid"
    slot = {"service": "certification"}.get(whose, whose)
    assert ("revoked", slot) in {(each.code, each.detail) for each in report.reasons}


@pytest.mark.parametrize(
    ("role", "paper", "expected"),
    [
        ("clerk", b"\x07" * 32, set()),
        ("clerk", None, {"certificate_paper"}),
        ("applicant", b"\x07" * 32, {"certificate_paper"}),
    ],
)
async def test_a_slot_signed_on_paper_is_signed_for_by_a_clerk_with_the_scan(
    tmp_path_factory: pytest.TempPathFactory, role: str, paper: bytes | None, expected: set[str]
) -> None:
    ceremony = await Ceremony.begin(tmp_path_factory.mktemp("paper"))
    person = ceremony.people["party-1"]
    subject = EventSubject(
        name="苏婉" if role == "clerk" else "林秀珍",
        role=role,
        slot="party-1",
        manifest_hash=ceremony.manifest.hash,
        assurance="desk",
        not_before=FREEZE,
        not_after=FREEZE + timedelta(hours=26),
        paper=paper,
    )
    person.certificate = ceremony.authority.issue_event(person.spki, subject)
    report = verify(await ceremony.seal(ceremony.all_turns()), [ceremony.authority.root_pem], SOON)
    assert codes(report) == expected
    signature = report.signatures[1]
    assert (signature.name, signature.role) == ("林秀珍", "applicant") or paper is None
    if role == "clerk" and paper:
        assert report.verdict == "valid"
        assert signature.paper is not None and (signature.paper.clerk, signature.paper.sha256) == ("苏婉", "07" * 32)


@pytest.mark.parametrize(
    ("sample", "kinds"),
    [
        ("supply", {"person", "organisation", "seal"}),
        ("schoolyard", {"person", "seal"}),
        ("fitness", {"person", "seal"}),
    ],
)
def test_what_the_office_prints_and_everybody_signs_is_valid(sample: str, kinds: set[str], tmp_path: Path) -> None:
    """Organisations, representatives, guardians and witnesses, on the pages as they are laid out."""
    done = profiles.ceremony(sample, tmp_path)
    for name, pdf in done.files.items():
        report = verify(pdf, [done.authority.root_pem], done.clock() + timedelta(minutes=1))
        assert (report.verdict, report.reasons) == ("valid", ()), name
        assert kinds <= {each.kind for each in report.signatures}
        assert any(each.acts_for for each in report.signatures)
        times = {each.slot: each.at for each in report.signatures}
        assert report.effective_at in times.values()
