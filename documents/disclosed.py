"""Judges a disclosure: which entries are proven, of which field what, and by whose time-stamp since when; or which step
fails. Trust comes from outside, as for a signed file; so can newer status. No network, no exception for a bad file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from itertools import chain
from typing import Any

import msgspec

from documents import facts, tokens, trust
from documents.chain import UNREADABLE, Cert
from documents.disclosure import ByField, Closed, Disclosure, Shown, Stamped, Whole, read_disclosure, unpacked
from documents.entries import anchored
from documents.evidence import SKEW
from documents.library import Library
from documents.limits import TooMuch
from documents.merkle import led_to
from documents.past import NO_CHAIN, Outcome, Past
from documents.report import ORDER, Reason, Verdict

STEPS: dict[str, Verdict] = {
    "altered": "invalid",
    "structure": "invalid",
    "entry": "invalid",
    "history": "invalid",
    "head": "invalid",
    "anchor": "invalid",
    "timestamp_broken": "invalid",
    "timestamp_revoked": "invalid",
    "entry_time": "invalid",
    "no_trust": "unknown_issuer",
    "tsa_unknown": "unknown_issuer",
    "time_ahead": "cannot_tell",
    "timestamp_expired": "cannot_tell",
    "status_unknown": "cannot_tell",
    "no_proof": "cannot_tell",
    "other_file": "cannot_tell",
}
"""Every step that can fail, in order, and what that makes of the disclosure."""


class Proven(msgspec.Struct, frozen=True):
    """One entry. `kept`: by_field, whole, or closed (erased by rule). `hidden`: fields not shown, one of them none.
    `since`: the time-stamp that proves it; None unless the disclosure is valid."""

    seq: int
    at: str
    kind: str
    actor: str
    kept: str
    fields: dict[str, Any]
    hidden: int
    since: str | None
    by: str


class Seen(msgspec.Struct, frozen=True):
    """One time-stamp over the journal, `seq` entries long. `good`: it can be believed now."""

    seq: int
    at: str | None
    by: str
    good: bool


class Finding(msgspec.Struct, frozen=True, tag_field="form", tag="disclosure"):
    """The judgement. Nothing is proven unless the verdict is `valid`; `heads` are those in signed files."""

    verdict: Verdict
    reasons: list[Reason]
    case: str
    entries: list[Proven]
    anchors: list[Seen]
    heads: dict[str, int]
    root: str


def judge_disclosure(
    data: bytes,
    trusted: Sequence[bytes] = (),
    at: datetime | None = None,
    status: Sequence[bytes] = (),
    heads: Sequence[str] = (),
) -> Finding:
    """`trusted` and `status` as for `verify`; `heads`: what stands in a signed file, which must be of this history.

    Raises NotADisclosure, and ValueError where `trusted` or `status` hold other things."""
    given, known = trust.load(trusted), trust.load(status)
    found, wrong = read_disclosure(data)
    if found is None or wrong:
        return Finding("invalid", [Reason(wrong)], "", [], [], {}, "")
    brought = trust.Anchors(given.certificates, given.ocsps + known.ocsps, given.crls + known.crls)
    try:
        return _Judge(found, brought, at or datetime.now(UTC)).finding(heads)
    except (*UNREADABLE, TooMuch) as error:
        return Finding("invalid", [Reason("structure", type(error).__name__)], "", [], [], {}, "")


class _Judge:
    """At one disclosure of sound form."""

    def __init__(self, found: Disclosure, brought: trust.Anchors, now: datetime) -> None:
        self.found, self.brought, self.now = found, brought, now
        self.reasons: list[Reason] = []
        self.tokens = [self._token(one) for one in found.anchors]

    def _add(self, code: str, detail: str = "") -> None:
        self.reasons.append(Reason(code, detail or None))

    def _token(self, one: Stamped) -> tokens.Token | None:
        """Over the root that the case's leaf leads to, and sound by itself."""
        leaf = anchored(self.found.case, one.seq, one.head, one.tree)
        path = [bytes.fromhex(each) for each in one.path]
        root = led_to(leaf, one.index, one.size, path)
        if root is None:
            self._add("anchor", str(one.seq))
            return None
        try:
            return tokens.check(unpacked(one.token), root)
        except tokens.BadToken as error:
            self._add("anchor" if str(error) == "other_question" else "timestamp_broken", str(one.seq))
            return None

    def finding(self, heads: Sequence[str]) -> Finding:
        hashes = [one.hash(self.found.case) for one in self.found.entries]
        for shown, own in zip(self.found.entries, hashes, strict=True):
            self._placed(shown, own)
        final = self.found.anchors[-1]
        for head in self.found.heads:
            if not _inside(head.hash, head.seq, final, head.path):
                self._add("head", str(head.seq))
        outcomes = [self._outcome(token) for token in self.tokens]
        if not self.reasons and outcomes[-1]:
            self._add(outcomes[-1])
        here = {one.hash: one.seq for one in self.found.heads} | dict(
            zip(hashes, (one.seq for one in self.found.entries), strict=True)
        )
        if any(one not in here for one in heads):
            self._add("other_file")
        verdicts = {STEPS[one.code] for one in self.reasons}
        verdict: Verdict = next((one for one in ORDER if one in verdicts), "valid")
        return Finding(
            verdict,
            sorted(self.reasons, key=lambda one: [*STEPS].index(one.code)),
            self.found.case,
            [self._proven(one, outcomes, verdict == "valid") for one in self.found.entries],
            [
                Seen(one.seq, facts.written(token.at) if token else None, _name(token), not outcome)
                for one, token, outcome in zip(self.found.anchors, self.tokens, outcomes, strict=True)
            ],
            {one.hash: one.seq for one in self.found.heads},
            self.root,
        )

    def _placed(self, shown: Shown, own: str) -> None:
        """In its first tree and in the last, and not from later than the time-stamp that saw it."""
        first, final = self.found.anchors[shown.anchor], self.found.anchors[-1]
        if not _inside(own, shown.seq, first, shown.path):
            self._add("entry", str(shown.seq))
        elif first is not final and not _inside(own, shown.seq, final, shown.last):
            self._add("history", str(shown.seq))
        token = self.tokens[shown.anchor]
        if token is not None and datetime.fromisoformat(shown.at) > token.at + SKEW:
            self._add("entry_time", str(shown.seq))

    def _proven(self, shown: Shown, outcomes: Sequence[str], valid: bool) -> Proven:
        """By its first time-stamp; by the last where that one can no longer be believed."""
        number = shown.anchor if not outcomes[shown.anchor] else -1
        token = self.tokens[number]
        since = facts.written(token.at) if valid and token else None
        head = (shown.seq, shown.at, shown.kind, shown.actor)
        match shown.body:
            case ByField(fields, closed):
                opened = {name: one.value for name, one in fields.items()}
                return Proven(*head, "by_field", opened, len(closed), since, _name(token))
            case Whole(_, body):
                return Proven(*head, "whole", body, 0, since, _name(token))
            case Closed():
                return Proven(*head, "closed", {}, 0, since, _name(token))

    @cached_property
    def _library(self) -> Library:
        found = self.found
        inside = [unpacked(one) for one in found.certificates]
        answers, lists = ([unpacked(one) for one in part] for part in (found.answers, found.lists))
        if not all(map(trust.is_ocsp, answers)) or not all(map(trust.is_crl, lists)):
            raise ValueError("status")
        stamping = chain.from_iterable(token.certificates for token in self.tokens if token)
        return Library(
            map(Cert, dict.fromkeys([*inside, *stamping])),
            [*answers, *self.brought.ocsps],
            [*lists, *self.brought.crls],
            self.brought.certificates,
        )

    @property
    def root(self) -> str:
        """Fingerprint of the given root the last time-stamp leads to."""
        token = self.tokens[-1]
        paths = self._library.paths(Cert(token.signer)) if token else iter(())
        return next((path[-1].fingerprint for path in paths), "")

    def _outcome(self, token: tokens.Token | None) -> str:
        """Why a sound time-stamp cannot be believed now; empty when it can."""
        if token is None:
            return "timestamp_broken"
        signer, library = Cert(token.signer), self._library
        if not library.anchors:
            return "no_trust"
        if token.at > self.now + SKEW:
            return "time_ahead"
        outcome = Past(library, max(self.now, token.at), {}).judge(signer, "timestamp", max(self.now, token.at))
        return _code(outcome, token, signer, self.now)


def _code(outcome: Outcome, token: tokens.Token, signer: Cert, now: datetime) -> str:
    if outcome.passed:
        return ""
    if outcome is NO_CHAIN:
        return "tsa_unknown"
    if outcome.is_("REVOKED_NO_POE", "REVOKED_CA_NO_POE"):
        before = outcome.revoked_at is not None and outcome.revoked_at <= token.at
        return "timestamp_revoked" if before else "no_proof"
    if outcome.is_("CHAIN_CONSTRAINTS_FAILURE", "CRYPTO_CONSTRAINTS_FAILURE", "NOT_YET_VALID"):
        return "timestamp_broken"
    return "timestamp_expired" if now > signer.not_after else "status_unknown"


def _inside(own: str, seq: int, tree: Stamped, path: Sequence[str]) -> bool:
    found = led_to(bytes.fromhex(own), seq - 1, tree.seq, [bytes.fromhex(one) for one in path])
    return found is not None and found.hex() == tree.tree


def _name(token: tokens.Token | None) -> str:
    return facts.common_name(Cert(token.signer).subject) if token else ""
