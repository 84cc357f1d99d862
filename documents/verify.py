"""The strict verdict: bytes, anchors and a time in, Report out. Form, grammar, arithmetic, text and the past of every
certificate are asked one after the other; what any of them refuses is refused. No network, and no exception for a bad
document."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from documents import facts, grammar, report, second, structure, trust
from documents.chain import certificates
from documents.errors import UnreadablePdf
from documents.facts import Fact
from documents.judgement import Judgement
from documents.library import Library
from documents.limits import TooMuch
from documents.report import Reason, Report
from documents.trust import Anchors

log = logging.getLogger(__name__)

MARKS = (b"(certification)", b"agreement.json", grammar.JOURNAL_KEY.encode())
"""Any of these in the bytes: the file is, or was, one of ours; then damage means `invalid`, not `cannot_tell`."""
PEOPLE = ("person", "organisation")
EFFECT = ("committee",)
"""Whose signature brings a text into effect that says nothing about it."""
FOR_PARTIES = ("applicant", "respondent", "representative", "organisation", "guardian")
"""Roles that sign as a party or for one."""


def verify(pdf: bytes, trust: Sequence[bytes] = (), at: datetime | None = None, status: Sequence[bytes] = ()) -> Report:
    """Judge a file. `trust`: root certificates (PEM bundles or DER), `status`: newer OCSP answers or revocation lists,
    which may also stand in the bundles. `at`: the moment of judging, now if not given.

    CPU work: not for the event loop, and in a child process for files of strangers.
    Raises UnreadablePdf if this is no PDF at all, MemoryError, ValueError if `trust` or `status` hold other things."""
    return examine(pdf, trust, at, status)[0]


def examine(
    pdf: bytes, trust: Sequence[bytes] = (), at: datetime | None = None, status: Sequence[bytes] = ()
) -> tuple[Report, bytes]:
    """The same, and the text attached, which the report vouches for if it is `valid`."""
    verdict = _Verdict(pdf, _load(trust, status), at or datetime.now(UTC))
    return verdict.run(), verdict.reading.attached if verdict.reading else b""


def _load(trusted: Sequence[bytes], status: Sequence[bytes]) -> Anchors:
    given, known = trust.load(trusted), trust.load(status)
    return Anchors(given.certificates, given.ocsps + known.ocsps, given.crls + known.crls)


@dataclass
class _Verdict:
    """One file on its way to a report; `reasons` grows, nothing is ever taken back."""

    pdf: bytes
    anchors: Anchors
    now: datetime
    reasons: list[Reason] = field(default_factory=list)
    reading: grammar.Reading | None = None
    found: list[Fact] = field(default_factory=list)
    judged: Judgement | None = None

    def run(self) -> Report:
        ours = any(mark in self.pdf for mark in MARKS)
        if b"%PDF-" not in self.pdf[:1024] and not ours:
            raise UnreadablePdf("no_header")
        try:
            self._inside(self._outer_form(ours))
            self._told_as_copy()
        except MemoryError:
            raise
        except TooMuch as error:
            self._add("structure" if ours else "not_ours", str(error))
        except Exception as error:
            # Damage that no part foresaw: the promise is a verdict for every file, and this one is not good.
            log.warning("verify.damaged", extra={"cause": type(error).__name__})
            self._add("structure" if ours else "not_ours", type(error).__name__)
        return self._written()

    def _inside(self, sound: bytes) -> None:
        if self.reading is not None and self.reading.signed:
            self.found = [facts.of(sound, signed) for signed in self.reading.signed]
            for fact in self.found:
                for code in fact.reasons:
                    self._add(code, fact.signed.slot)
            self._people(self.reading)
            self._complete(self.reading)
            self._judge(self.reading)
            if self.reading.departure is None:
                for page, part in second.differences(sound, self.reading):
                    self._add("text_differs", part, page)

    def _told_as_copy(self) -> None:
        """An unsigned file that says of itself that it is a filing copy: its original is asked for, nothing else."""
        unsigned = [reason for reason in self.reasons if reason.code == "no_signatures"]
        if unsigned and (original := second.copy_of(self.pdf)) is not None:
            self.reasons.remove(unsigned[0])
            self._add("filing_copy", original)

    def _add(self, code: str, detail: str | None = None, page: int | None = None) -> None:
        reason = Reason(code, detail or None, page)
        if reason not in self.reasons:
            self.reasons.append(reason)

    def _outer_form(self, ours: bool) -> bytes:
        """Structure and grammar. Returns the part of the file that has a sound structure (all of it, if it is good)."""
        sound = self.pdf
        try:
            revisions = structure.read(sound)
        except structure.Broken as broken:
            sound, revisions = self._damaged(broken, ours)
        if not revisions:
            return b""
        self.reading = grammar.read(sound, revisions)
        departure = self.reading.departure
        if departure is not None and (departure.code != "not_ours" or not ours):
            where = f"after {self.reading.last.slot}" if self.reading.last else ""
            code = "no_signatures" if departure.code == "not_ours" and b"/ByteRange" not in sound else departure.code
            self._add(code, f"{where}: {departure.detail}".strip(": "), departure.page)
        if ours and (place := structure.first_broken(self.pdf)) is not None:
            self._add("changed_content", self._slot_at(place))
        elif ours and (departure is not None and departure.code == "not_ours"):
            self._add("structure", departure.detail)
        elif not self.reading.signed and not self.reasons:
            self._add("no_signatures" if b"/ByteRange" not in sound else "not_certified")
        return sound

    def _damaged(self, broken: structure.Broken, ours: bool) -> tuple[bytes, tuple[structure.Revision, ...]]:
        """The longest run of revisions from the start that is sound; and why not all is."""
        for end in structure.ends(self.pdf)[:-9:-1]:  # a few are enough: the damage is near the end, or all is damaged
            if end < len(self.pdf) or broken.code == "structure":
                try:
                    revisions = structure.read(self.pdf[:end])
                except structure.Broken:
                    continue
                if ours:
                    reading = grammar.read(self.pdf[:end], revisions)
                    after = f"after {reading.last.slot}" if reading.last else f"byte {broken.offset}"
                    self._add(broken.code, f"{after}: {broken.detail}".strip(": "))
                    return self.pdf[:end], revisions
                break
        if ours:
            place = structure.first_broken(self.pdf)
            if place is not None:
                self._add("changed_content", self._slot_at(place))
            self._add("truncated" if broken.code == "no_end" else broken.code, f"byte {broken.offset}")
        else:
            self._add("not_ours" if b"/ByteRange" in self.pdf else "no_signatures")
        return b"", ()

    def _slot_at(self, place: tuple[int, int]) -> str:
        """Between which bytes the change lies, and whose signature is the first that it breaks."""
        for signed in self.reading.signed if self.reading else ():
            if signed.revision.end == place[1]:
                return f"{signed.slot}: bytes {place[0]}-{place[1]}"
        return f"bytes {place[0]}-{place[1]}"

    def _people(self, reading: grammar.Reading) -> None:
        """Certificates and text name the same people (or a clerk who holds their signature on paper), for one ceremony,
        by one CA."""
        people = [fact for fact in self.found if fact.signed.kind in PEOPLE and fact.signer is not None]
        hashes = {fact.manifest_hash for fact in people}
        for fact in people:
            signatory, slot = reading.text.signatory(fact.signed.slot), fact.signed.slot
            by_clerk = fact.role == "clerk"
            named = signatory is not None and (by_clerk or (fact.name, fact.role) == (signatory.name, signatory.role))
            if not named or fact.slot != slot:
                self._add("certificate_subject", slot)
            if by_clerk != (fact.paper is not None):
                self._add("certificate_paper", slot)
            if fact.manifest_hash is None or len(hashes) > 1:
                self._add("certificate_manifest", slot)
        for fact in self.found:  # a person's certificate must not stand for the centre
            if fact.signed.kind not in PEOPLE and (fact.slot or fact.manifest_hash or fact.paper):
                self._add("certificate_subject", fact.signed.slot)
        if len({fact.signer.issuer for fact in people if fact.signer}) > 1:
            self._add("certificate_issuer")

    def _complete(self, reading: grammar.Reading) -> None:
        if reading.departure is not None or self._broken():
            return  # what is missing from a damaged file says nothing
        there = {signed.slot for signed in reading.signed}
        for signatory in reading.text.signatories:
            if signatory.slot not in there:
                self._add("missing_seal" if signatory.kind == "seal" else "missing_signature", signatory.slot)
        if not any(each.code == "missing_seal" for each in self.reasons):
            if not reading.store:
                self._add("missing_status")
            last = reading.last
            if last is None or last.kind != "document_timestamp" or last.revision.end != len(self.pdf):
                self._add("missing_timestamp")

    def _broken(self) -> bool:
        return any(report.BREAKS[each.code][1] == "invalid" for each in self.reasons)

    def _judge(self, reading: grammar.Reading) -> None:
        """Whose roots it is, and what every certificate was worth when it was used."""
        places: dict[bytes, int] = {}
        for index, kind, der in reading.store:
            good = {"/OCSPs": trust.is_ocsp, "/CRLs": trust.is_crl}.get(kind, lambda each: bool(certificates([each])))
            if not good(der):
                self._add("structure", "DSS")
                return
            places.setdefault(der, index)
        for fact in self.found:
            for der in fact.certificates:
                places[der] = min(places.get(der, fact.signed.revision.index), fact.signed.revision.index)
        try:
            library = Library(
                certificates(places),
                [*(der for _, kind, der in reading.store if kind == "/OCSPs"), *self.anchors.ocsps],
                [*(der for _, kind, der in reading.store if kind == "/CRLs"), *self.anchors.crls],
                self.anchors.certificates,
            )
        except TooMuch as error:
            self._add("structure", str(error))
            return
        self.judged = Judgement(library, self.found, places, self.now, sealed=bool(reading.store))
        for fact in self.found:
            if code := facts.unissued(fact, library):
                self._add(code, fact.signed.slot)
        for code, detail in self.judged.reasons(damaged=self._broken()):
            self._add(code, detail)

    def _written(self) -> Report:
        reading, judged = self.reading, self.judged
        order = {verdict: rank for rank, verdict in enumerate(report.ORDER)}
        reasons = tuple(sorted(self.reasons, key=lambda each: order[report.BREAKS[each.code][1]]))
        stamps = [fact for fact in self.found if fact.signed.kind == "document_timestamp" and fact.at]
        verdict = report.verdict_of(reasons)
        text = reading.text if reading and reading.text.v else None
        broken = bool(reading and reading.departure) or len(self.pdf) != (reading.revisions[-1].end if reading else 0)
        claimed = (text.issuer_kind, text.issuer_name) if text else ("", "")
        return Report(
            verdict=verdict,
            reasons=reasons,
            sha256=sha256(self.pdf).hexdigest(),
            length=len(self.pdf),
            pages=reading.pages if reading else None,
            number=text.number if text else None,
            title=text.title if text else None,
            effective_at=facts.written(self._effective_at()) if verdict == "valid" else None,
            text_hash=reading.text_hash if reading else None,
            root=judged.root if judged else None,
            issuer=judged.issuer(*claimed) if judged else report.Issuer("unknown", ""),
            timestamp=report.Timestamp(facts.written(stamps[-1].at) or "", stamps[-1].name) if stamps else None,
            signatures=tuple(self._signature(fact, broken) for fact in self.found),
            checks=report.checks_of(reasons, self._unasked(verdict, bool(stamps))),
            status=facts.written(judged.until) if judged else None,
            effect_needs=(text.effect_needs or EFFECT) if text else (),
            demo=text.demo if text else False,
        )

    def _effective_at(self) -> datetime | None:
        """The last of the signatures that the text says are needed for its effect; the seal where it says nothing."""
        needs = (self.reading.text.effect_needs if self.reading else ()) or EFFECT
        times = []
        for fact in self.found:
            signatory = self.reading.text.signatory(fact.signed.slot) if self.reading else None
            role = "parties" if signatory and signatory.role in FOR_PARTIES else signatory.role if signatory else ""
            if role in needs and fact.at is not None:
                times.append(fact.at)
        return max(times, default=None)

    def _unasked(self, verdict: report.Verdict, stamped: bool) -> frozenset[report.CheckCode]:
        """What is left open: all for a file that is not ours, completeness of a damaged one, the time without stamp,
        the certificates of the past when the present of the time-stamp is not known."""
        if self.reading is None or not self.reading.signed:
            return frozenset(report.CHECKS)
        found: set[report.CheckCode] = set()
        if verdict == "invalid":
            found.add("complete")
        if not stamped:
            found.add("time")
        if self.judged is None or verdict == "invalid" or (stamped and not self.judged.proven):
            found.add("certificates")
        return frozenset(found)

    def _signature(self, fact: Fact, broken: bool) -> report.SignatureReport:
        slot, judged = fact.signed.slot, self.judged
        signatory = self.reading.text.signatory(slot) if self.reading else None
        paper = report.Paper(fact.paper.hex(), fact.name) if fact.paper is not None else None
        return report.SignatureReport(
            slot=slot,
            kind=fact.signed.kind,
            name=signatory.name if paper and signatory else fact.name,
            role=signatory.role if signatory and (paper or not fact.role) else fact.role,
            acts_for=signatory.acts_for if signatory else "",
            assurance=fact.assurance,
            at=facts.written(fact.at),
            intact=fact.intact,
            valid=fact.valid,
            trusted=judged is not None and judged.trusted(fact),
            indication=judged.indication(fact) if judged else "INDETERMINATE GENERIC",
            revision=fact.signed.revision.index,
            covers="whole_file" if fact.signed.revision.end == len(self.pdf) and fact.intact else "revision",
            changed_after=broken,
            certificate=fact.certificate,
            paper=paper,
            reasons=tuple(each.code for each in self.reasons if (each.detail or "").split(":")[0] == slot),
            place=report.Place(*self.reading.places[slot]) if self.reading and slot in self.reading.places else None,
        )
