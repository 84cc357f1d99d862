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
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
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
    """bottom_line of all signatures and time-stamps, with the root trusted and no network."""
    roots = [x509.Certificate.load(pem.unarmor(each)[2]) for each in trust if pem.detect(each)]
    try:
        reader = PdfFileReader(BytesIO(pdf))
        found = []
        for each in reader.embedded_signatures:
            context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=now)
            if each.sig_object.get("/Type") == "/DocTimeStamp":
                found.append(validate_pdf_timestamp(each, context).bottom_line)
            else:
                found.append(validate_pdf_signature(each, context).bottom_line)
        return bool(found) and all(found)
    except Exception:
        return False  # it raises all kinds for damaged files: a refusal


def ask(task: tuple[bytes, list[bytes], datetime]) -> tuple[bool, bool, bool]:
    """pdfsig valid, pdfsig valid and whole, pyHanko."""
    pdf, trust, now = task
    return (*pdfsig(pdf), pyhanko(pdf, trust, now))
