"""All signatures of one file against the anchors: long-term validation after ETSI EN 319 102-1, 5.6.3. Document
time-stamps newest to oldest, then each signature's own time-stamp, then the signature; and what that means in our
reason codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from documents import facts, report
from documents.certificates import OWN_CA
from documents.chain import Cert
from documents.facts import Fact
from documents.library import Library
from documents.past import NO_CHAIN, Outcome, Past

SKEW = timedelta(minutes=1)
"""How far the clock of a time-stamp authority may be ahead of the judge's."""
REVOKED = ("REVOKED_NO_POE", "REVOKED_CA_NO_POE")
PEOPLE = ("person", "organisation")
_DEFECTS = ("CHAIN_CONSTRAINTS_FAILURE", "CRYPTO_CONSTRAINTS_FAILURE", "NOT_YET_VALID", "TIMESTAMP_ORDER_FAILURE")
_FORMAT = Outcome("TOTAL-FAILED FORMAT_FAILURE")
_HASH = Outcome("TOTAL-FAILED HASH_FAILURE")
_VALUE = Outcome("TOTAL-FAILED SIG_CRYPTO_FAILURE")
_ORDER = Outcome("INDETERMINATE TIMESTAMP_ORDER_FAILURE")


class Judgement:
    """`outcomes` is keyed by slot; `tokens` holds those of the time-stamps inside signatures. `sealed`: the file has
    validation data, so every certificate must have a status."""

    def __init__(
        self, library: Library, found: list[Fact], places: Mapping[bytes, int], now: datetime, *, sealed: bool
    ) -> None:
        self.library, self.found, self.places, self.sealed = library, found, places, sealed
        self.stamps = [fact for fact in found if fact.signed.kind == "document_timestamp"]
        self.signatures = [fact for fact in found if fact.signed.kind != "document_timestamp"]
        self.asked = bool(library.anchors)
        signers = [fact.signer for fact in self.signatures if fact.signer]
        self.given = any(True for signer in signers for _ in library.paths(signer))
        self.own_root = next((root for signer in signers[:1] if (root := self._top(signer))), None)
        if not self.given:  # judged all the same, under the root it names, so that each fact can be shown
            library.trust([self.own_root] if self.own_root else [])
        ahead = max((fact.at for fact in found if fact.at), default=now)
        self.now = ahead if now < ahead <= now + SKEW else now
        self.outcomes: dict[str, Outcome] = {}
        self.tokens: dict[str, Outcome] = {}
        self._run(Past(library, self.now, places, sealed), assumed=None)
        self.supposed = self
        first = self.stamps[0] if self.stamps else None
        if first is not None and first.at is not None and not all(self.outcomes[each].passed for each in self._names()):
            self.supposed = self._as_of(first, first.at)

    def _names(self) -> list[str]:
        return [fact.signed.slot for fact in self.stamps]

    def _as_of(self, first: Fact, at: datetime) -> Judgement:
        """The same file at the moment of its completion, as if the first time-stamp could be believed: what fails then,
        fails by itself and not for want of proof."""
        other = object.__new__(Judgement)
        other.__dict__.update(self.__dict__, outcomes={}, tokens={}, now=at)
        other._run(Past(self.library, at, self.places, self.sealed), assumed=first)
        return other

    def _run(self, past: Past, assumed: Fact | None) -> None:
        for fact in reversed(self.stamps):
            index = fact.signed.revision.index
            outcome = self._stamp(past, fact, past.proven(index))
            self.outcomes[fact.signed.slot] = outcome
            if fact.at is not None and (outcome.passed or fact is assumed):
                past.stamps.append((index, fact.at))
        for fact in self.signatures:
            proven = past.proven(fact.signed.revision.index)
            token = self.tokens[fact.signed.slot] = self._stamp(past, fact, proven)
            best = fact.at if fact.at is not None and token.passed else proven
            outcome = past.judge(fact.signer, "signature", best) if fact.signer else _FORMAT
            self.outcomes[fact.signed.slot] = _arithmetic(fact) or outcome

    def _stamp(self, past: Past, fact: Fact, proven: datetime) -> Outcome:
        """A time-stamp, of a document or inside a signature, that is proven to exist at `proven`."""
        if fact.signed.kind == "document_timestamp" and (broken := _arithmetic(fact)) is not None:
            return broken
        if fact.stamper is None or fact.at is None:
            return _FORMAT
        if fact.at > proven or fact.at < fact.stamper.not_before:
            return _ORDER
        return past.judge(fact.stamper, "timestamp", proven)

    def _top(self, signer: Cert) -> Cert | None:
        """The self-issued certificate its chain leads to: a name to ask about, never a reason to trust."""
        seen = [signer]
        while len(seen) < 8:
            above = [each for each in self.library.issuers(seen[-1]) if each not in seen]
            if not above:
                break
            seen.append(next((each for each in above if each.self_issued), above[0]))
        return seen[-1] if seen[-1].self_issued and seen[-1].is_ca else None

    @property
    def root(self) -> report.Root | None:
        found = self.own_root
        return report.Root(facts.common_name(found.subject), found.fingerprint, self.given) if found else None

    @property
    def proven(self) -> bool:
        """The newest document time-stamp can be believed now."""
        return bool(self.stamps) and self.outcomes[self.stamps[-1].signed.slot].passed

    @property
    def until(self) -> datetime | None:
        """Until when the status of the newest time-stamp's authority speaks."""
        return self.outcomes[self.stamps[-1].signed.slot].until if self.stamps else None

    def indication(self, fact: Fact) -> str:
        found = self.outcomes[fact.signed.slot]
        return NO_CHAIN.indication if found.passed and not self.given else found.indication

    def trusted(self, fact: Fact) -> bool:
        slot = fact.signed.slot
        return self.given and self.outcomes[slot].passed and self.tokens.get(slot, self.outcomes[slot]).passed

    def issuer(self, claimed: str, name: str) -> report.Issuer:
        """Own is what a certificate says of itself or of its CA; licensed is only what the file says."""
        people = [fact.signer for fact in self.signatures if fact.signed.kind in PEOPLE and fact.signer]
        people = people or [fact.signer for fact in self.signatures if fact.signer]
        own = [
            each
            for each in people
            if any(OWN_CA in cert.policies() for cert in (each, *self.library.issuers(each)) if not cert.self_issued)
        ]
        called = facts.common_name((own or people)[0].issuer) if people else ""
        if own:
            return report.Issuer("own", called)
        return report.Issuer("licensed", name or called) if claimed == "licensed" else report.Issuer("unknown", called)

    def reasons(self, *, damaged: bool) -> Iterator[tuple[str, str | None]]:
        """Reason codes with their slots. Of a damaged file only whose it is: what follows from damage says nothing."""
        if not self.asked:
            yield "no_trust", None
        elif not self.given:
            yield "other_root", None
        if damaged:
            return
        for fact in self.stamps:
            if code := self._stamp_code(fact, self.outcomes[fact.signed.slot]):
                yield code, fact.signed.slot
        for fact in self.signatures:
            yield from self.supposed._signature_codes(fact)

    def _stamp_code(self, fact: Fact, outcome: Outcome) -> str | None:
        last = fact is self.stamps[-1] if self.stamps else True
        if outcome.passed:
            return None
        if outcome is NO_CHAIN:
            return "tsa_unknown"
        if outcome.is_(*REVOKED):
            before = outcome.revoked_at is not None and fact.at is not None and outcome.revoked_at <= fact.at
            return "timestamp_revoked" if before else "no_proof"
        if fact.at is not None and fact.at > self.now:
            return "time_ahead"
        if outcome.is_(*_DEFECTS) or outcome.indication.startswith("TOTAL-FAILED"):
            return "timestamp_broken"
        if not last or fact.stamper is None:
            return "no_proof"
        return "timestamp_expired" if self.now > fact.stamper.not_after else "status_unknown"

    def _signature_codes(self, fact: Fact) -> Iterator[tuple[str, str | None]]:
        slot = fact.signed.slot
        outcome, token = self.outcomes[slot], self.tokens[slot]
        first = self.stamps[0] if self.stamps else None
        sealed_at = first.at if first is not None and first.at is not None else self.now
        if (outcome.revoked_at is not None and outcome.revoked_at <= sealed_at) or outcome.is_(*REVOKED):
            yield "revoked", slot
        elif outcome is NO_CHAIN:
            if self.given:
                yield "other_root", slot
        elif not outcome.passed and (first is not None or outcome.is_(*_DEFECTS)):
            yield "certificate_invalid", f"{slot}: {outcome.indication.rpartition(' ')[2]}"
        if first is None:
            return
        if token is NO_CHAIN:
            yield "tsa_unknown", slot
        elif not token.passed:
            yield self._stamp_code(fact, token) or "no_proof", slot
        if not facts.status_in_time(fact, self.library, first):
            yield "status_time", slot


def _arithmetic(fact: Fact) -> Outcome | None:
    """What the bytes of the signature alone decide (5.1.3: format, hash, cryptographic failure)."""
    if "signature_encoding" in fact.reasons or fact.signer is None:
        return _FORMAT
    if not fact.intact:
        return _HASH
    return None if fact.valid else _VALUE
