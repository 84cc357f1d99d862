"""The second past-validator: pyHanko's AdES judgement of the same files, with four of its internals mended. It decides
nothing in the product; years and verdicts are compared with it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed, AdESSubIndic
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY
from pyhanko.sign.validation import DocumentSecurityStore, EmbeddedPdfSignature, ades
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.status import DocumentTimestampStatus, SignatureCoverageLevel
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.poe import POEManager
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import NO_REVOCATION, CertRevTrustPolicy, RevocationCheckingPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo import validate_ocsp
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

judged_at: ContextVar[datetime | None] = ContextVar("judged_at", default=None)
"""The moment of judging: pyHanko's past validation would read the machine's clock whatever it is told."""


@cache
def patch_pyhanko() -> None:
    """Mend pyHanko's internals, once per process; versions are pinned exactly in pyproject.toml.

    1 It rewrites the XMP packet at each update, after which the file is PDF/A no longer: the bytes of XMP must not
    change. 2 An OCSP answer about another certificate of the same CA counts as a failure of this one and hides past
    validation. 3 Past validation starts at the machine's clock instead of the time of judging, and 4 so does what is
    known to exist. Its loggers are silenced: they print the names of signers."""
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)

    def keep_meta(self: IncrementalPdfFileWriter) -> None:
        return None

    IncrementalPdfFileWriter._update_meta = keep_meta  # type: ignore[method-assign, assignment]
    match_certid = validate_ocsp._match_ocsp_certid

    def match(cert: Any, issuer: Any, ocsp_response: Any, errs: Any) -> bool:
        if match_certid(cert, issuer=issuer, ocsp_response=ocsp_response, errs=validate_ocsp._OCSPErrs()):
            return True
        errs.mismatch_failures += 1
        return False

    validate_ocsp._match_ocsp_certid = match
    past_validate = ades.past_validate  # type: ignore[attr-defined]

    async def past_validate_at(*args: Any, **named: Any) -> datetime:
        named["init_control_time"] = named.get("init_control_time") or judged_at.get()
        return await past_validate(*args, **named)

    ades.past_validate = past_validate_at  # type: ignore[attr-defined]
    init_poes = POEManager.__init__

    def init_poes_at(self: POEManager, current_dt_override: datetime | None = None) -> None:
        init_poes(self, current_dt_override or judged_at.get())

    POEManager.__init__ = init_poes_at  # type: ignore[method-assign]


@dataclass(frozen=True)
class Anchors:
    """What the verifier brought."""

    certificates: tuple[asn1_x509.Certificate, ...] = ()
    ocsps: tuple[asn1_ocsp.OCSPResponse, ...] = ()
    crls: tuple[asn1_crl.CertificateList, ...] = ()


def brought(trusted: Sequence[bytes], status: Sequence[bytes] = ()) -> Anchors:
    """The same bytes as verify() is given, as asn1crypto reads them."""
    from documents import trust

    given, known = trust.load(trusted), trust.load(status)
    return Anchors(
        tuple(asn1_x509.Certificate.load(each.der) for each in given.certificates),
        tuple(asn1_ocsp.OCSPResponse.load(each) for each in (*given.ocsps, *known.ocsps)),
        tuple(asn1_crl.CertificateList.load(each) for each in (*given.crls, *known.crls)),
    )


def opinion(
    pdf: bytes, trusted: Sequence[bytes], at: datetime, status: Sequence[bytes] = ()
) -> dict[str, Judged | Failure]:
    """AdES-LTA validation of every signature of a sealed file, as of `at`."""
    anchors = brought(trusted, status)
    return judge(pdf, anchors.certificates, store_of(pdf), Anchors((), anchors.ocsps, anchors.crls), at, hard=True)


def _parsed(kind: Any, der: bytes) -> Any:
    """The object if it is one to its last field, else None: asn1crypto parses lazily, so it is made to look."""
    try:
        found = kind.load(der, strict=True)
        _ = found.native
    except (ValueError, TypeError, KeyError):
        return None
    return found


@dataclass
class Store:
    """The validation data found in one file (its DSS), and certificates inside its signatures."""

    certificates: list[asn1_x509.Certificate] = field(default_factory=list)
    ocsps: list[asn1_ocsp.OCSPResponse] = field(default_factory=list)
    crls: list[asn1_crl.CertificateList] = field(default_factory=list)


def _certificates(ders: Iterable[bytes]) -> list[asn1_x509.Certificate]:
    """Those that can be read to their last field."""
    return [found for der in ders if (found := _parsed(asn1_x509.Certificate, der)) is not None]


def store_of(pdf: bytes) -> Store:
    """The DSS of the last revision. Raises ValueError when something in it is not what it should be."""
    try:
        found = DocumentSecurityStore.read_dss(PdfFileReader(BytesIO(pdf)))
        store = Store(
            _certificates(each.dump() for each in found.load_certs()),
            [_parsed(asn1_ocsp.OCSPResponse, _stream(each)) for each in found.ocsps],
            [_parsed(asn1_crl.CertificateList, _stream(each)) for each in found.crls],
        )
    except BAD as error:
        raise ValueError(type(error).__name__) from None
    if None in store.ocsps or None in store.crls or len(store.certificates) != len(found.certs):
        raise ValueError("validation data")
    return store


def _stream(reference: Any) -> bytes:
    data: bytes = reference.get_object().data
    return data


@dataclass(frozen=True)
class Judged:
    """pyHanko's view of one signature. `indication` is the AdES sub-indication's standard name."""

    indication: str
    passed: bool
    intact: bool
    valid: bool
    permitted: bool
    """Later changes are within what the certification allows."""


@dataclass(frozen=True)
class Failure:
    """pyHanko could not read the signature at all."""

    cause: str


def judge(
    pdf: bytes, anchors: Sequence[asn1_x509.Certificate], store: Store, status: Anchors, at: datetime, hard: bool
) -> dict[str, Judged | Failure]:
    """AdES-LTA validation of every signature, as of `at`, without network. `hard`: a certificate without status fails;
    else status is not asked for (files not sealed yet have none). Keyed by field name."""
    patch_pyhanko()

    async def run() -> dict[str, Judged | Failure]:
        judged_at.set(at)
        spec = _spec(anchors, store, status, hard)
        try:
            embedded = list(PdfFileReader(BytesIO(pdf)).embedded_signatures)
        except BAD as error:
            return {"": Failure(type(error).__name__)}
        return {str(each.field_name): await _judge_one(each, spec, at, _permitted(each), hard) for each in embedded}

    return _wait(run)


BAD = (
    PdfError,
    SignatureValidationError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    NotImplementedError,
    RecursionError,
    AssertionError,
    Warning,
)
"""What pyHanko and asn1crypto are known to raise on damaged input: then the signature is not good, and that is all."""


def _permitted(embedded: EmbeddedPdfSignature) -> bool:
    """pyHanko's own difference analysis, asked once, for the certification: all that came later has to please it.

    It is the dearest part of all, and the grammar is stricter; the other signatures are asked for their coverage."""
    try:
        first = embedded.docmdp_level is not None
        embedded.compute_integrity_info(  # type: ignore[no-untyped-call]
            diff_policy=DEFAULT_DIFF_POLICY if first else None, skip_diff=not first
        )
        if embedded.coverage == SignatureCoverageLevel.ENTIRE_FILE:
            return True
        allowed = not first or bool(embedded.summarise_integrity_info()["docmdp_ok"])
        return embedded.coverage == SignatureCoverageLevel.ENTIRE_REVISION and allowed
    except BAD:
        return False


async def _judge_one(
    embedded: EmbeddedPdfSignature, spec: PdfSignatureValidationSpec, at: datetime, permitted: bool, hard: bool
) -> Judged | Failure:
    timing = ValidationTimingInfo(validation_time=at, best_signature_time=at, point_in_time_validation=False)
    try:
        if embedded.sig_object_type == "/DocTimeStamp":
            result: Any = await ades.ades_timestamp_validation(
                embedded.signed_data,
                spec.signature_validation_spec,
                lambda _algorithm: embedded.compute_digest(),
                timing_info=timing,
                extra_status_kwargs=embedded.summarise_integrity_info(),
                status_cls=DocumentTimestampStatus,
            )
        elif hard:
            result = await ades.ades_lta_validation(embedded, spec, timing_info=timing)
        else:  # long-term validation insists on status
            result = await ades.ades_basic_validation(
                embedded.signed_data,
                spec.signature_validation_spec,
                timing_info=timing,
                raw_digest=embedded.compute_digest(),
            )
    except BAD as error:
        return Failure(type(error).__name__)
    seen = result.api_status
    indication: AdESSubIndic = result.ades_subindic
    return Judged(
        indication=str(indication.standard_name),
        passed=indication == AdESPassed.OK,
        intact=bool(seen and seen.intact),
        valid=bool(seen and seen.valid),
        permitted=permitted,
    )


def _spec(
    anchors: Sequence[asn1_x509.Certificate], store: Store, status: Anchors, hard: bool
) -> PdfSignatureValidationSpec:
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=list(anchors)),
        revinfo_policy=CertRevTrustPolicy(RevocationCheckingPolicy.from_legacy("hard-fail") if hard else NO_REVOCATION),
    )
    knowledge = LocalKnowledge(
        known_ocsps=[part for answer in (*store.ocsps, *status.ocsps) for part in OCSPContainer.load_multi(answer)],
        known_crls=[CRLContainer(crl_data=each) for each in (*store.crls, *status.crls)],
        # Anchors are not in the registry in which a list's issuer is looked up, so they are named here, too.
        known_certs=[*anchors, *store.certificates],
    )
    gathering = RevocationInfoGatheringSpec(
        RevinfoOnlineFetchingRule.LOCAL_ONLY, certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH
    )
    return PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=policy, revinfo_gathering_policy=gathering, local_knowledge=knowledge
        ),
        diff_policy=None,
    )


def _wait(run: Callable[[], Coroutine[None, None, dict[str, Judged | Failure]]]) -> dict[str, Judged | Failure]:
    """Run to the end, also when this thread has a loop already (then in another thread: this is CPU work anyway)."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(run())
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(run())).result()
