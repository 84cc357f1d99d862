"""What judging a file found: separate facts for each signature, five checks, and one verdict that is their conjunction.
The conjunction is made here and nowhere else. Pure; the wording of the command line is in wording.py."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

Verdict = Literal["valid", "invalid", "incomplete", "unknown_issuer", "cannot_tell"]
CheckCode = Literal["unchanged", "signatures", "certificates", "time", "complete"]

CHECKS: tuple[CheckCode, ...] = ("unchanged", "signatures", "certificates", "time", "complete")

BREAKS: dict[str, tuple[CheckCode, Verdict]] = {
    # the bytes
    "changed_content": ("unchanged", "invalid"),
    "changed_after": ("unchanged", "invalid"),
    "trailing_bytes": ("unchanged", "invalid"),
    "truncated": ("unchanged", "invalid"),
    "structure": ("unchanged", "invalid"),
    "fields_changed": ("unchanged", "invalid"),
    "active_content": ("unchanged", "invalid"),
    "page_differs": ("unchanged", "invalid"),
    "signature_range": ("unchanged", "invalid"),
    "text_differs": ("unchanged", "invalid"),
    # the signatures
    "not_certified": ("signatures", "invalid"),
    "signature_broken": ("signatures", "invalid"),
    "signature_encoding": ("signatures", "invalid"),
    # the certificates
    "certificate_subject": ("certificates", "invalid"),
    "certificate_manifest": ("certificates", "invalid"),
    "certificate_issuer": ("certificates", "invalid"),
    "certificate_paper": ("certificates", "invalid"),
    "certificate_invalid": ("certificates", "invalid"),
    "revoked": ("certificates", "invalid"),
    # the time
    "timestamp_broken": ("time", "invalid"),
    "timestamp_revoked": ("time", "invalid"),
    "status_time": ("time", "invalid"),
    # what is missing
    "missing_signature": ("complete", "incomplete"),
    "missing_seal": ("complete", "incomplete"),
    "missing_status": ("complete", "incomplete"),
    "missing_timestamp": ("complete", "incomplete"),
    # whom to believe
    "no_trust": ("certificates", "unknown_issuer"),
    "other_root": ("certificates", "unknown_issuer"),
    "tsa_unknown": ("time", "unknown_issuer"),
    # what cannot be known
    "status_unknown": ("time", "cannot_tell"),
    "timestamp_expired": ("time", "cannot_tell"),
    "no_proof": ("time", "cannot_tell"),
    "time_ahead": ("time", "cannot_tell"),
    "not_ours": ("complete", "cannot_tell"),
    "no_signatures": ("complete", "cannot_tell"),
    # a filing copy: alone, beside an original it does not name, beside its own but showing something else
    "filing_copy": ("complete", "cannot_tell"),
    "copy_of_other": ("unchanged", "invalid"),
    "copy_differs": ("unchanged", "invalid"),
}
"""Every reason there is: which of the five checks it fails, and what it makes of the file."""

ORDER: tuple[Verdict, ...] = ("invalid", "incomplete", "unknown_issuer", "cannot_tell")
"""Which verdict wins when reasons of several kinds are there."""

UNDECIDED: frozenset[str] = frozenset(
    code for code, (_, verdict) in BREAKS.items() if verdict in ("unknown_issuer", "cannot_tell")
)
"""Reasons that leave a check open (null) instead of failing it."""


class Reason(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why the verdict is not `valid`. `detail` is a slot, a place or a number, never text of the agreement."""

    code: str
    detail: str | None = None
    page: int | None = None
    """Page counted from 1, where one is concerned."""


class Root(msgspec.Struct, frozen=True):
    """The root the signatures lead to. `given`: it is among the anchors the verifier brought."""

    subject: str
    sha256: str
    given: bool


class Issuer(msgspec.Struct, frozen=True):
    """What kind of authority issued the people's certificates: `own` is what the certificates say of themselves,
    `licensed` is only what the file says (the name is to be looked up), else `unknown`."""

    kind: Literal["own", "licensed", "unknown"]
    name: str


class Paper(msgspec.Struct, frozen=True):
    """Signed on paper: the SHA-256 of the scan, and the clerk who signed for it here."""

    sha256: str
    clerk: str


class Timestamp(msgspec.Struct, frozen=True):
    """The newest document time-stamp."""

    at: str
    by: str


class Certificate(msgspec.Struct, frozen=True):
    """The signing certificate; times are RFC 3339 UTC, `serial` is hex."""

    issuer: str
    serial: str
    not_before: str
    not_after: str
    sha256: str


class Place(msgspec.Struct, frozen=True):
    """Where it is seen: page from 1, points from the lower left corner (x0, y0, x1, y1)."""

    page: int
    rect: tuple[float, float, float, float]


class SignatureReport(msgspec.Struct, frozen=True):
    """One signature, each fact apart. None of them alone is the verdict."""

    slot: str
    kind: Literal["certification", "person", "organisation", "seal", "document_timestamp"]
    name: str
    role: str
    acts_for: str
    """Whom a representative, guardian or interpreter acts for; empty for the others."""
    assurance: str | None
    """How identity was checked: code, seen, desk, licensed; None where no person signs."""
    at: str | None
    """Time of its time-stamp."""
    intact: bool
    """The bytes it covers are the bytes that were signed."""
    valid: bool
    """Its value fits the certificate's key."""
    trusted: bool
    """The certificate leads to a given anchor and is proven to have been good when the signature was made."""
    indication: str
    """ETSI EN 319 102-1, 5.1.3: TOTAL-PASSED, or INDETERMINATE or TOTAL-FAILED and the sub-indication."""
    revision: int
    covers: Literal["whole_file", "revision", "unclear"]
    changed_after: bool
    """Something was added later that the ceremony does not allow."""
    certificate: Certificate | None
    paper: Paper | None
    reasons: tuple[str, ...]
    place: Place | None = None
    """None: it is not seen on a page."""


class Check(msgspec.Struct, frozen=True):
    """One of the five questions people ask. `ok` None: could not be answered."""

    code: CheckCode
    ok: bool | None
    detail: str


class CopyReport(msgspec.Struct, frozen=True):
    """A filing copy that was laid beside its original."""

    sha256: str
    of: str | None
    """The hash of the original that it names."""
    same: bool | None
    """It is the copy of this original, page for page; None: not asked, since the original itself is not valid."""
    page: int | None
    """The first page, from 1, that shows something else; 0: it is altered elsewhere."""


class Report(msgspec.Struct, frozen=True, tag_field="form", tag="file"):
    """The whole judgement; JSON of it is the answer of POST /api/verify and of `verify --json`."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    """Empty iff the verdict is `valid`."""
    sha256: str
    length: int
    pages: int | None
    number: str | None
    title: str | None
    effective_at: str | None
    """Time of the last signature that the text needs for its effect; None unless the verdict is `valid`."""
    text_hash: str | None
    root: Root | None
    issuer: Issuer
    timestamp: Timestamp | None
    signatures: tuple[SignatureReport, ...]
    checks: tuple[Check, ...]
    status: str | None = None
    """Until when the status of the newest time-stamp authority can be relied on (RFC 3339), if it is known."""
    copy: CopyReport | None = None
    """Of the file that was brought with it as its filing copy. The verdict is on both together."""
    effect_needs: tuple[str, ...] = ()
    """Whose signatures the text needs for its effect: parties, mediator, committee; empty where no text was found."""
    demo: bool = False
    """The text says of itself that it is a demonstration without legal effect."""


def verdict_of(reasons: Iterable[Reason]) -> Verdict:
    """The one conjunction: `valid` only without any reason, else the gravest."""
    found = {BREAKS[reason.code][1] for reason in reasons}
    return next((verdict for verdict in ORDER if verdict in found), "valid")


def checks_of(reasons: Iterable[Reason], unasked: frozenset[CheckCode]) -> tuple[Check, ...]:
    """The five checks. `unasked`: those that could not even be tried, because the file did not let it come to that."""
    by_check: dict[str, list[Reason]] = {}
    for reason in reasons:
        by_check.setdefault(BREAKS[reason.code][0], []).append(reason)
    checks = []
    for code in CHECKS:
        here = by_check.get(code, [])
        failed = [reason.code for reason in here if reason.code not in UNDECIDED]
        ok = False if failed else None if here or code in unasked else True
        checks.append(Check(code, ok, " ".join(dict.fromkeys(reason.code for reason in here))))
    return tuple(checks)


def with_copy(report: Report, copy: CopyReport) -> Report:
    """The report on an original and its copy: not valid where the copy is of another file, or shows something else."""
    if copy.same is not False:
        return msgspec.structs.replace(report, copy=copy)
    reason = (
        Reason("copy_differs", None, copy.page or None)
        if copy.of == report.sha256
        else Reason("copy_of_other", copy.of)
    )
    reasons = (*report.reasons, reason)
    return msgspec.structs.replace(
        report,
        copy=copy,
        reasons=reasons,
        verdict=verdict_of(reasons),
        checks=checks_of(reasons, frozenset()),
        effective_at=None,
    )
