"""Was this certificate good when it was used? Past certificate validation after ETSI EN 319 102-1 (5.6.2.1, 5.6.2.2):
what is proven to have existed when, and a control time that slides back along the path. No network, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Literal

from documents.chain import Cert
from documents.library import Answer, Library

Use = Literal["signature", "timestamp"]
PASSED = "TOTAL-PASSED"
FRESH = timedelta(minutes=30)
"""How long an answer without nextUpdate speaks."""
_ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Outcome:
    """The standard's indication and sub-indication in one word or two, and what they rest on."""

    indication: str
    anchor: Cert | None = None
    revoked_at: datetime | None = None
    """The earliest revocation anybody who may say so has reported of a certificate of the path."""
    until: datetime | None = None
    """Until when the newest status of every certificate of the path speaks."""

    @property
    def passed(self) -> bool:
        return self.indication == PASSED

    def is_(self, *subs: str) -> bool:
        return self.indication.rpartition(" ")[2] in subs


NO_CHAIN = Outcome("INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND")


@dataclass
class Past:
    """What can be proven now. `places`: in which revision each certificate and answer first lies; what is in none was
    brought along and exists since now. `asks`: False for a file that is not sealed and so has no status yet."""

    library: Library
    now: datetime
    places: Mapping[bytes, int]
    asks: bool = True
    stamps: list[tuple[int, datetime]] = field(default_factory=list)
    """Revision and time of each document time-stamp found good so far, newest first."""

    def proven(self, revision: int) -> datetime:
        """Since when all of a revision is proven to exist: the oldest good time-stamp behind it, else now."""
        return min((at for index, at in self.stamps if index > revision), default=self.now)

    def _exists(self, der: bytes) -> datetime:
        if der in self.library.anchors:
            return _ALWAYS
        return self.proven(self.places[der]) if der in self.places else self.now

    def judge(self, leaf: Cert, use: Use, at: datetime) -> Outcome:
        """Whether what `leaf` signed, proven to exist at `at`, was signed while the certificate was good."""
        first = None
        for path in self.library.paths(leaf):
            found = self._along(path, use, at)
            if found.passed:
                return found
            first = first or found
        return first or NO_CHAIN

    def _along(self, path: tuple[Cert, ...], use: Use, at: datetime) -> Outcome:
        anchor = path[-1]
        if (broken := constraint(path, use)) is not None:
            return Outcome(f"INDETERMINATE {broken}", anchor)
        control, cause = self.now, ""
        revoked: datetime | None = None
        until: datetime | None = None
        for subject, issuer in reversed([*pairwise(path)]):
            answers = self.library.answers(subject, issuer)
            newest = self._newest(answers, control)
            if self._exists(subject.der) > control:
                return Outcome(f"INDETERMINATE {cause or 'NO_POE'}", anchor, revoked, until)
            # A revocation counts whenever it became known: nobody needs to prove that bad news are old.
            bad = [each.revoked_at for each in answers if each.revoked_at and each.revoked_at <= self.now]
            if bad:
                revoked = min([*bad, *([revoked] if revoked else [])])
                if min(bad) < control:
                    control, cause = min(bad), "REVOKED_NO_POE" if subject is path[0] else "REVOKED_CA_NO_POE"
            elif newest is not None:
                last = newest.next_update or newest.this_update + FRESH
                until = min(last, until or last)
                # The standard says thisUpdate here. No status inside a file could then speak for the time-stamp that
                # covers it, so, as pyHanko does: the last moment at which the answer was fresh.
                if last < control and self.asks:
                    control, cause = last, "TRY_LATER" if use == "timestamp" and not self.stamps else "NO_POE"
            elif self.asks:
                return Outcome(f"INDETERMINATE {'NO_POE' if answers else 'TRY_LATER'}", anchor, revoked, until)
            if subject.not_after < control:
                control, cause = subject.not_after, "OUT_OF_BOUNDS_NO_POE"
        if at > control:
            return Outcome(f"INDETERMINATE {cause}", anchor, revoked, until)
        if at < max(each.not_before for each in path[:-1]):
            return Outcome("TOTAL-FAILED NOT_YET_VALID", anchor, revoked, until)
        return Outcome(PASSED, anchor, revoked, until)

    def _newest(self, answers: list[Answer], control: datetime) -> Answer | None:
        """The latest answer from before the control time that is proven to be from before it."""
        usable = [each for each in answers if each.this_update <= control and self._exists(each.source) <= control]
        return max(usable, key=lambda each: each.this_update, default=None)


def constraint(path: tuple[Cert, ...], use: Use) -> str | None:
    """What RFC 5280 6.1 without the times holds against a path, as the standard's sub-indication."""
    leaf, *above = path
    if not (leaf.may_sign() if use == "signature" else leaf.may_stamp()):
        return "CHAIN_CONSTRAINTS_FAILURE"
    if any(each.key is None for each in path):
        return "CRYPTO_CONSTRAINTS_FAILURE"
    if not all(each.understood() for each in path[:-1]):
        return "CHAIN_CONSTRAINTS_FAILURE"
    below = 0
    for each in above:
        if not each.may_issue(below):
            return "CHAIN_CONSTRAINTS_FAILURE"
        below += not each.self_issued
    return None
