"""The strict verdict: bytes, anchors and a time in, Report out. Own reading of form, grammar and signatures first,
pyHanko's AdES judgement beside it; what either refuses is refused. No network, and no exception for a bad document."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from asn1crypto import x509 as asn1_x509

from documents import facts, grammar, report, structure, trust
from documents.errors import UnreadablePdf
from documents.facts import Fact
from documents.report import Reason, Report
from documents.trust import Anchors, Failure, Judged, Store

log = logging.getLogger(__name__)

MARKS = (b"(certification)", b"agreement.json", grammar.JOURNAL_KEY.encode())
"""Any of these in the bytes: the file is, or was, one of ours; then damage means `invalid`, not `cannot_tell`."""


def verify(pdf: bytes, trust: Sequence[bytes] = (), at: datetime | None = None, status: Sequence[bytes] = ()) -> Report:
    """Judge a file. `trust`: root certificates (PEM bundles or DER), `status`: newer OCSP answers or revocation lists,
    which may also stand in the bundles. `at`: the moment of judging, now if not given.

    CPU work of 0.2-0.5 s: not for the event loop, and in a child process for files of strangers.
    Raises UnreadablePdf if this is no PDF at all, ValueError if `trust` or `status` hold something else."""
    return _Judgement(pdf, _load(trust, status), at or datetime.now(UTC)).run()


def _load(trusted: Sequence[bytes], status: Sequence[bytes]) -> Anchors:
    given, known = trust.load(trusted), trust.load(status)
    return Anchors(given.certificates, given.ocsps + known.ocsps, given.crls + known.crls)


@dataclass
class _Judgement:
    """One file on its way to a report; `reasons` grows, nothing is ever taken back."""

    pdf: bytes
    anchors: Anchors
    now: datetime
    reasons: list[Reason] = field(default_factory=list)
    reading: grammar.Reading | None = None
    store: Store = field(default_factory=Store)
    found: list[Fact] = field(default_factory=list)
    judged: dict[str, Judged | Failure] = field(default_factory=dict)
    root: report.Root | None = None
    given: bool = False
    """The signatures were judged with anchors the verifier brought, not with the root from the file."""

    def run(self) -> Report:
        ours = any(mark in self.pdf for mark in MARKS)
        if b"%PDF-" not in self.pdf[:1024] and not ours:
            raise UnreadablePdf("no_header")
        try:
            self._inside(self._outer_form(ours))
        except Exception as error:
            # Damage that no part foresaw: the promise is a verdict for every file, and this one is not good.
            log.warning("verify.damaged", extra={"cause": type(error).__name__})
            self._add("structure" if ours else "not_ours", type(error).__name__)
        return self._written()

    def _inside(self, sound: bytes) -> None:
        if self.reading is not None and self.reading.signed:
            self._signatures(sound, self.reading)
            self._people(self.reading)
            self._complete(self.reading)
            self._trust_and_time(sound)

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

    def _signatures(self, sound: bytes, reading: grammar.Reading) -> None:
        """Own check of each value, then the certificates and status that lie in the file."""
        self.found = [facts.of(sound, signed) for signed in reading.signed]
        for fact in self.found:
            for code in fact.reasons:
                self._add(code, fact.signed.slot)
        if reading.status:
            try:
                self.store = trust.store_of(sound)
            except ValueError:
                self._add("structure", "DSS")
        self.store.certificates += trust.certificates(der for fact in self.found for der in fact.certificates)
        for fact in self.found:
            if facts.unissued(fact, self.store, self.anchors):
                self._add("certificate_invalid", fact.signed.slot)

    def _people(self, reading: grammar.Reading) -> None:
        """Certificates and text name the same people, for one ceremony, by one CA."""
        people = [fact for fact in self.found if fact.signed.kind == "person"]
        for fact in people:
            signatory = reading.text.signatory(fact.signed.slot)
            if fact.certificate is None:
                continue
            if signatory is None or (fact.name, fact.role, fact.slot) != (
                signatory.name,
                signatory.role,
                signatory.slot,
            ):
                self._add("certificate_subject", fact.signed.slot)
            hashes = {other.manifest_hash for other in people if other.certificate is not None}
            if fact.manifest_hash is None or len(hashes) > 1:
                self._add("certificate_manifest", fact.signed.slot)
        for fact in self.found:  # a person's certificate must not stand for the centre
            if fact.signed.kind != "person" and (fact.slot or fact.manifest_hash is not None):
                self._add("certificate_subject", fact.signed.slot)
        issuers = {fact.issuer for fact in self.found if fact.issuer and fact.signed.kind != "document_timestamp"}
        if len(issuers) > 1:
            self._add("certificate_issuer")

    def _complete(self, reading: grammar.Reading) -> None:
        if reading.departure is not None or any(report.BREAKS[each.code][1] == "invalid" for each in self.reasons):
            return  # what is missing from a damaged file says nothing
        there = {signed.slot for signed in reading.signed}
        for signatory in reading.text.signatories:
            if signatory.slot not in there:
                self._add("missing_seal" if signatory.kind == "seal" else "missing_signature", signatory.slot)
        if not any(each.code == "missing_seal" for each in self.reasons):
            if not reading.status:
                self._add("missing_status")
            last = reading.last
            if last is None or last.kind != "document_timestamp" or last.revision.end != len(self.pdf):
                self._add("missing_timestamp")

    def _trust_and_time(self, sound: bytes) -> None:
        """Whose root it is, whether the newest time-stamp can be believed now, and all signatures as of then."""
        own_root = trust.root_of(self.store)
        inside = {each.sha256 for each in self.store.certificates}
        chosen = [each for each in self.anchors.certificates if each.sha256 in inside]
        if own_root is not None:
            given = any(each.sha256 == own_root.sha256 for each in chosen)
            name = facts.common_name(own_root)
            self.root = report.Root(name, own_root.sha256.hex(), given or bool(chosen))
        if not self.anchors.certificates:
            self._add("no_trust")
        elif not chosen and self._without_root():
            chosen = list(self.anchors.certificates)
        elif not chosen:
            self._add("other_root")
        self.given = bool(chosen)
        anchors = chosen or ([own_root] if own_root is not None else [])
        if any(report.BREAKS[reason.code][1] == "invalid" for reason in self.reasons):
            return  # nothing can make it better, and pyHanko's judgement costs a hundred times as much
        newest = next((fact for fact in reversed(self.found) if fact.signed.kind == "document_timestamp"), None)
        if newest is None or newest.at is None or not anchors:
            last = max((fact.at for fact in self.found if fact.at), default=self.now)
            self.judged = trust.judge(sound, anchors, self.store, self.anchors, last, hard=False) if anchors else {}
        else:
            self._long_term(sound, anchors, newest, newest.at)
        if (
            self.given
            and newest is None
            and not any(isinstance(each, Judged) and each.passed for each in self.judged.values())
        ):
            self._add("other_root")

    def _without_root(self) -> bool:
        """A file before its seal holds no root; then a given anchor may have issued the issuing CA."""
        return not self.store.ocsps

    def _long_term(
        self, sound: bytes, anchors: Sequence[asn1_x509.Certificate], newest: Fact, sealed_at: datetime
    ) -> None:
        self.judged = trust.judge(sound, anchors, self.store, self.anchors, self.now, hard=True)
        stamp = self.judged.get(newest.signed.slot)
        if not isinstance(stamp, Judged) or not (stamp.intact and stamp.valid):
            if newest.intact or not self.reasons:  # else the bytes were changed, not the time-stamp
                self._add("timestamp_broken", newest.signed.slot)
            return
        if not stamp.passed:
            revoked = facts.revoked_at(newest, self.store, self.anchors)
            if revoked is not None and revoked <= sealed_at:
                self._add("timestamp_revoked", newest.signed.slot)
            else:
                self._add("timestamp_expired" if self.now > newest.not_after else "status_unknown", newest.signed.slot)
            self.judged = trust.judge(sound, anchors, self.store, Anchors(), sealed_at, hard=True)
        for fact in self.found:
            slot = fact.signed.slot
            judged = self.judged.get(slot)
            if facts.revoked_at(fact, self.store, self.anchors) is not None and fact is not newest:
                self._add("revoked", slot)
            if not facts.status_in_time(fact, self.store, newest):
                self._add("status_time", slot)
            if not isinstance(judged, Judged):
                self._add("signature_broken", slot)
            elif not (judged.intact and judged.valid):
                self._add("signature_broken", slot)
            elif not judged.permitted:
                self._add("changed_after", slot)
            elif not judged.passed and fact.signed.kind != "document_timestamp":
                self._add("certificate_invalid", f"{slot}: {judged.indication}")

    def _written(self) -> Report:
        reading = self.reading
        order = {verdict: rank for rank, verdict in enumerate(report.ORDER)}
        reasons = tuple(sorted(self.reasons, key=lambda each: order[report.BREAKS[each.code][1]]))
        seal = next((fact for fact in self.found if fact.signed.kind == "seal"), None)
        stamps = [fact for fact in self.found if fact.signed.kind == "document_timestamp" and fact.at]
        verdict = report.verdict_of(reasons)
        text = reading.text if reading and reading.text.v else None
        broken = bool(reading and reading.departure) or len(self.pdf) != (reading.revisions[-1].end if reading else 0)
        return Report(
            verdict=verdict,
            reasons=reasons,
            sha256=sha256(self.pdf).hexdigest(),
            length=len(self.pdf),
            pages=reading.pages if reading else None,
            number=text.number if text else None,
            title=text.title if text else None,
            effective_at=facts.written(seal.at) if seal and verdict not in ("invalid", "incomplete") else None,
            text_hash=reading.text_hash if reading else None,
            root=self.root,
            self_issued=not any(fact.assurance == "licensed" for fact in self.found),
            timestamp=report.Timestamp(facts.written(stamps[-1].at) or "", stamps[-1].name) if stamps else None,
            signatures=tuple(self._signature(fact, broken) for fact in self.found),
            checks=report.checks_of(reasons, self._unasked(verdict, bool(stamps))),
            status=facts.written(trust.status_until(self.store, self.anchors)) if stamps else None,
        )

    def _unasked(self, verdict: report.Verdict, stamped: bool) -> frozenset[report.CheckCode]:
        """What is left open: all for a file that is not ours, completeness of a damaged one, the time without stamp."""
        if self.reading is None or not self.reading.signed:
            return frozenset(report.CHECKS)
        found: set[report.CheckCode] = set()
        if verdict == "invalid":
            found.add("complete")
        if not stamped:
            found.add("time")
        if not self.judged:
            found.add("certificates")
        return frozenset(found)

    def _signature(self, fact: Fact, broken: bool) -> report.SignatureReport:
        judged = self.judged.get(fact.signed.slot)
        good = isinstance(judged, Judged)
        signatory = self.reading.text.signatory(fact.signed.slot) if self.reading else None
        role = fact.role or (signatory.role if signatory else "")
        return report.SignatureReport(
            slot=fact.signed.slot,
            kind=fact.signed.kind,
            name=fact.name,
            role=role,
            assurance=fact.assurance,
            at=facts.written(fact.at),
            intact=fact.intact,
            valid=fact.valid and (not good or judged.valid),  # type: ignore[union-attr]
            trusted=good and judged.passed and self.given,  # type: ignore[union-attr]
            revision=fact.signed.revision.index,
            covers="whole_file" if fact.signed.revision.end == len(self.pdf) and fact.intact else "revision",
            changed_after=broken,
            certificate=fact.certificate,
            reasons=tuple(each.code for each in self.reasons if (each.detail or "").split(":")[0] == fact.signed.slot),
        )
