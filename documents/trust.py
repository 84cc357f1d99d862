"""Trust anchors handed in from outside, the validation data of one file, and the three places where pyHanko 0.38 must
be mended for both to count. Trust is never taken from the file that is judged."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.validation import ades
from pyhanko_certvalidator.ltv.poe import POEManager
from pyhanko_certvalidator.revinfo import validate_ocsp

judged_at: ContextVar[datetime | None] = ContextVar("judged_at", default=None)
"""The moment of judging: pyHanko's past validation would read the machine's clock whatever it is told."""


@cache
def patch_pyhanko() -> None:
    """Mend pyHanko's internals, once per process; versions are pinned exactly in pyproject.toml.

    1 It rewrites the XMP packet at each update, after which the file is PDF/A no longer: the bytes of XMP must not
    change. 2 An OCSP answer about another certificate of the same CA counts as a failure of this one and hides past
    validation. 3 Past validation starts at the machine's clock instead of the time of judging."""

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
