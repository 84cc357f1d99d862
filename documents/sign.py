"""The institution's part of a ceremony, by pyHanko: certification of the printed file, then e-seal, validation data and
document time-stamp. Persons' turns are written by revisions.py."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, InnerScaling, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigAppearanceSetup, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp, SignatureObject
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.stamp import StaticStampStyle

from documents import cms, trust
from documents.authority import Authority
from documents.certificates import Leaf
from documents.errors import FieldTaken, SignatureRejected, SignerUnavailable, TimestampUnavailable
from documents.fields import CERTIFICATION
from documents.revisions import RESERVED
from documents.timestamp import TimeStamper

ARCHIVE = "archive1"
"""Name of the field the document time-stamp makes for itself: a predeclared one would be locked by the seal."""
JOURNAL_KEY = "/HejieJournal"
"""Key of the seal's signature dictionary that holds the journal's head, hex."""


async def certify(r0: bytes, authority: Authority, tsa: TimeStamper) -> bytes:
    """F: R0 with the service's certification (DocMDP P2: nothing but filling in the fields that exist) and its
    time-stamp.

    Raises TimestampUnavailable; FieldTaken if R0 is certified already or has no field for it."""
    certified, _ = _sign(
        _writer(r0),
        CERTIFICATION,
        authority,
        authority.service,
        tsa,
        SigMDPSetup(md_algorithm="sha256", certify=True, docmdp_perms=MDPPerm.FILL_FORMS),
        chain=authority.chain_der,  # with the root: before the DSS, nothing else in the file could vouch for the CA
    )
    return certified


async def seal(
    base: bytes,
    slot: str,
    authority: Authority,
    tsa: TimeStamper,
    image_png: bytes | None,
    journal_head: str,
    leaf_certs: Sequence[bytes],
) -> bytes:
    """The complete file: e-seal over all (FieldMDP All), one DSS, document time-stamp as the last thing.

    `leaf_certs` are the persons' event certificates (DER); one that has ended or was revoked would spoil the file for
    ever, so it raises SignatureRejected: then the ceremony is void. `journal_head` is hex and goes into the seal's
    dictionary. `image_png` is printed on white, since transparency would break PDF/A.

    Raises TimestampUnavailable (nothing is lost: call again), SignerUnavailable, FieldTaken."""
    _refuse_dead(authority, leaf_certs)
    sealed, token = _sign(
        _writer(base),
        slot,
        authority,
        authority.seal,
        tsa,
        SigMDPSetup(md_algorithm="sha256", field_lock=FieldMDPSpec(FieldMDPAction.ALL)),
        appearance=None if image_png is None else _stamp(image_png),
        journal_head=journal_head,
    )
    # A remote authority's clock may be ahead of ours: the status must not be older than the last signature.
    at = max(authority.clock(), cms.gen_time(token)).replace(microsecond=0)
    complete, stamp = _document_timestamp(_with_status(sealed, authority, leaf_certs, at), authority, tsa)
    if cms.gen_time(stamp) < at:
        raise TimestampUnavailable("clock: the time-stamp lies before the status it protects")
    return complete


def _refuse_dead(authority: Authority, leaf_certs: Sequence[bytes]) -> None:
    now = authority.clock()
    for certificate in map(x509.load_der_x509_certificate, leaf_certs):
        if authority.status(certificate.serial_number) != "good":
            raise SignatureRejected("revoked")
        if not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc:
            raise SignatureRejected("certificate_time")


def _writer(pdf: bytes) -> IncrementalPdfFileWriter:
    """An update with the file's own first ID and, as second, the start of the hash of what lies below it."""
    trust.patch_pyhanko()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    first = writer._document_id[0]
    writer._document_id = generic.ArrayObject([first, generic.ByteStringObject(sha256(pdf).digest()[:16])])
    return writer


def _sign(
    writer: IncrementalPdfFileWriter,
    field: str,
    authority: Authority,
    leaf: Leaf,
    tsa: TimeStamper,
    mdp: SigMDPSetup,
    *,
    appearance: StaticStampStyle | None = None,
    journal_head: str | None = None,
    chain: Sequence[bytes] = (),
) -> tuple[bytes, bytes]:
    """The signed file and the token in it. `chain` replaces the issuing CA beside the signer's certificate."""
    chain = chain or (authority.issuing.der,)
    now = authority.clock()
    if not leaf.certificate.not_valid_before_utc <= now < leaf.certificate.not_valid_after_utc:
        raise SignerUnavailable("certificate_expired")
    placeholder = SignatureObject(timestamp=now, subfilter=SigSeedSubFilter.PADES, bytes_reserved=2 * RESERVED)
    if journal_head:
        placeholder[JOURNAL_KEY] = generic.ByteStringObject(bytes.fromhex(journal_head))
    setup = SigObjSetup(
        placeholder, mdp, None if appearance is None else SigAppearanceSetup(appearance, timestamp=now, name=None)
    )

    def contents(digest: bytes) -> tuple[bytes, bytes]:
        attributes = cms.signed_attributes(digest, leaf.der)
        signature = leaf.signer.sign(attributes)
        token = tsa.token(sha256(signature).digest(), authority.clock())
        return cms.build((leaf.der, *chain), attributes, signature, token), token

    return _embed(writer, field, None, setup, contents)


def _document_timestamp(pdf: bytes, authority: Authority, tsa: TimeStamper) -> tuple[bytes, bytes]:
    placeholder = DocumentTimestamp(bytes_reserved=2 * RESERVED)  # type: ignore[no-untyped-call]
    spec = SigFieldSpec(ARCHIVE, on_page=0, box=(0, 0, 0, 0))

    def contents(digest: bytes) -> tuple[bytes, bytes]:
        token = tsa.token(digest, authority.clock())
        return token, token

    return _embed(_writer(pdf), ARCHIVE, spec, SigObjSetup(placeholder), contents)


def _embed(
    writer: IncrementalPdfFileWriter,
    field: str,
    spec: SigFieldSpec | None,
    setup: SigObjSetup,
    contents: Callable[[bytes], tuple[bytes, bytes]],
) -> tuple[bytes, bytes]:
    """Run pyHanko's low-level protocol: field, dictionary, digest, CMS."""
    steps = PdfCMSEmbedder(new_field_spec=spec).write_cms(field, writer, existing_fields_only=spec is None)
    try:
        next(steps)
    except (SigningError, PdfError):
        raise FieldTaken(field) from None
    steps.send(setup)
    prepared, output = steps.send(SigIOSetup(md_algorithm="sha256"))
    value, token = contents(prepared.document_digest)
    if len(value) > RESERVED:
        raise SignatureRejected("cms_size")
    steps.send(value)
    return bytes(output.getvalue()), token


def _with_status(pdf: bytes, authority: Authority, leaf_certs: Sequence[bytes], at: datetime) -> bytes:
    """One DSS for all signatures: certificates, an OCSP answer for each leaf, the root's list. Never a list of the
    issuing CA, no VRI."""
    leaves = [*leaf_certs, authority.service.der, authority.seal.der, authority.tsa.der]
    certificates = [authority.root_der, authority.issuing.der, authority.responder.der, *leaves]
    writer = _writer(pdf)
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[asn1_x509.Certificate.load(der) for der in certificates],
        ocsps=[asn1_ocsp.OCSPResponse.load(authority.ocsp(der, at)) for der in leaves],
        crls=[asn1_crl.CertificateList.load(authority.root_crl())],
    )
    output = io.BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]
    return output.getvalue()


def _stamp(png: bytes) -> StaticStampStyle:
    """The image alone, opaque RGB, filling the field."""
    with Image.open(io.BytesIO(png)) as image:
        rgba = image.convert("RGBA")
    paper = Image.new("RGBA", rgba.size, "white")
    paper.alpha_composite(rgba)
    return StaticStampStyle(
        border_width=0,
        background=PdfImage(paper.convert("RGB")),
        background_opacity=1,
        background_layout=SimpleBoxLayoutRule(
            x_align=AxisAlignment.ALIGN_MID,
            y_align=AxisAlignment.ALIGN_MID,
            margins=Margins(0, 0, 0, 0),
            inner_content_scaling=InnerScaling.STRETCH_TO_FIT,
        ),
    )
