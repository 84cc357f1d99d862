"""The same work by pyHanko, as fast as it can be had: keys in memory, no dry run, the same time-stamps as ours."""

from __future__ import annotations

import asyncio
import io
import logging
import zlib
from datetime import datetime
from typing import Any

from asn1crypto import cms as asn1_cms
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import DocumentSecurityStore, ades
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.status import DocumentTimestampStatus
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy
from pyhanko_certvalidator.registry import SimpleCertificateStore, SimpleTrustManager
from pyhanko_certvalidator.revinfo import validate_ocsp
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

import documents
from documents.revisions import IMAGE_HEIGHT, IMAGE_WIDTH

RESERVED = 2 * 8192
for name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(name).setLevel(logging.CRITICAL + 1)


class Held(Signer):
    """A key in memory."""

    def __init__(self, certificate: bytes, key: ec.EllipticCurvePrivateKey, issuing: bytes) -> None:
        known = SimpleCertificateStore()
        known.register(asn1_x509.Certificate.load(issuing))
        super().__init__(signing_cert=asn1_x509.Certificate.load(certificate), cert_registry=known)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return bytes(72) if dry_run else self._key.sign(data, ec.ECDSA(hashes.SHA256()))


class Ours(TimeStamper):
    """The embedded authority as pyHanko's."""

    def __init__(self, authority: documents.TimeStamper, clock: Any) -> None:
        super().__init__()
        self._authority, self._clock = authority, clock

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> asn1_cms.ContentInfo:
        return asn1_cms.ContentInfo.load(self._authority.token(message_digest, self._clock()))


def sign(base: bytes, slot: str, signer: Signer, stamper: TimeStamper, drawing: bytes) -> bytes:
    """Level B-T with the drawing as an opaque image, into the field that is there."""
    image = Image.frombytes("L", (IMAGE_WIDTH, IMAGE_HEIGHT), zlib.decompress(drawing))
    style = StaticStampStyle(border_width=0, background=PdfImage(image), background_opacity=1)
    meta = PdfSignatureMetadata(field_name=slot, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
    worker = PdfSigner(meta, signer=signer, timestamper=stamper, stamp_style=style)
    output = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(base))
    worker.sign_pdf(writer, output=output, existing_fields_only=True, bytes_reserved=RESERVED)
    return output.getvalue()


def _mend() -> None:
    """One stale answer of the same CA must not hide the right one (documents.md, "Rules found in pyHanko")."""
    found = validate_ocsp._match_ocsp_certid

    def match(cert: Any, issuer: Any, ocsp_response: Any, errs: Any) -> bool:
        if found(cert, issuer=issuer, ocsp_response=ocsp_response, errs=validate_ocsp._OCSPErrs()):
            return True
        errs.mismatch_failures += 1
        return False

    validate_ocsp._match_ocsp_certid = match


_mend()


def judge(pdf: bytes, root: bytes, at: datetime) -> dict[str, str]:
    """AdES-LTA of every signature, each with pyHanko's own analysis of what came later; name of field -> indication."""
    return asyncio.run(_judge(pdf, root, at))


async def _judge(pdf: bytes, root: bytes, at: datetime) -> dict[str, str]:
    reader = PdfFileReader(io.BytesIO(pdf))
    dss = DocumentSecurityStore.read_dss(reader)
    anchor = asn1_x509.Certificate.load(root)
    streams = {name: [each.get_object().data for each in getattr(dss, name)] for name in ("ocsps", "crls")}
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=[anchor]),
        revinfo_policy=CertRevTrustPolicy(RevocationCheckingPolicy.from_legacy("hard-fail")),
    )
    spec = PdfSignatureValidationSpec(
        SignatureValidationSpec(
            cert_validation_policy=policy,
            revinfo_gathering_policy=RevocationInfoGatheringSpec(
                RevinfoOnlineFetchingRule.LOCAL_ONLY, certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH
            ),
            local_knowledge=LocalKnowledge(
                known_ocsps=[
                    part
                    for der in streams["ocsps"]
                    for part in OCSPContainer.load_multi(asn1_ocsp.OCSPResponse.load(der))
                ],
                known_crls=[CRLContainer(crl_data=asn1_crl.CertificateList.load(der)) for der in streams["crls"]],
                known_certs=[anchor, *dss.load_certs()],
            ),
        ),
    )
    found = {}
    for each in reader.embedded_signatures:
        timing = ValidationTimingInfo(validation_time=at, best_signature_time=at, point_in_time_validation=False)
        if each.sig_object_type == "/DocTimeStamp":
            each.compute_integrity_info()
            result: Any = await ades.ades_timestamp_validation(
                each.signed_data,
                spec.signature_validation_spec,
                lambda _algorithm, each=each: each.compute_digest(),
                timing_info=timing,
                extra_status_kwargs=each.summarise_integrity_info(),
                status_cls=DocumentTimestampStatus,
            )
        else:
            result = await ades.ades_lta_validation(each, spec, timing_info=timing)
        found[str(each.field_name)] = str(result.ades_subindic.standard_name)
    return found
