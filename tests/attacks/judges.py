"""What others say of the same files: pdfsig, and pyHanko as one uses it. Imports nothing of this project, so that none
of our mending of pyHanko can be in it."""

from __future__ import annotations

import logging
import re
import subprocess
import tempfile
from datetime import datetime
from io import BytesIO
from pathlib import Path

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext

for name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def pdfsig(pdf: bytes) -> tuple[bool, bool]:
    """Whether it says "Signature is Valid" of every signature it can judge; and whether one covers the whole file."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "file.pdf"
        path.write_bytes(pdf)
        done = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, timeout=60, check=False)
    words = done.stdout.decode("utf-8", "replace")
    said = re.findall(r"- Signature Validation: (.*)", words)
    judged = [each for each in said if "not yet been verified" not in each]
    valid = bool(judged) and all(each.startswith("Signature is Valid") for each in judged)
    return valid, valid and bool(re.search(r"- Total document signed", words))


def pyhanko(pdf: bytes, trust: list[bytes], now: datetime) -> bool:
    """bottom_line of all signatures and time-stamps, with the root trusted, the file's own certificates at hand and no
    network."""
    roots = [x509.Certificate.load(pem.unarmor(each)[2]) for each in trust if pem.detect(each)]
    try:
        reader = PdfFileReader(BytesIO(pdf))
        signatures = reader.embedded_signatures
        known = [each for signature in signatures for each in signature.other_embedded_certs]
        if "/DSS" in reader.root:
            known += [each.get_object().data for each in reader.root["/DSS"].get("/Certs", ())]
        known = [each if isinstance(each, x509.Certificate) else x509.Certificate.load(each) for each in known]
        return bool(signatures) and all(_accepted(each, roots, known, now) for each in signatures)
    except Exception:
        return False  # it raises all kinds for damaged files: a refusal


def _accepted(
    signature: EmbeddedPdfSignature, roots: list[x509.Certificate], known: list[x509.Certificate], now: datetime
) -> bool:
    context = ValidationContext(trust_roots=roots, other_certs=known, allow_fetching=False, moment=now)
    if signature.sig_object.get("/Type") != "/DocTimeStamp":
        return bool(validate_pdf_signature(signature, context).bottom_line)
    status = validate_pdf_timestamp(signature, context)
    return bool(status.intact and status.valid and status.trusted)


def ask(task: tuple[bytes, list[bytes], datetime]) -> tuple[bool, bool, bool]:
    """pdfsig valid, pdfsig valid and whole, pyHanko."""
    pdf, trust, now = task
    return (*pdfsig(pdf), pyhanko(pdf, trust, now))
