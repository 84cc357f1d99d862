"""Uploaded rulings: how large, of which kind, and who judges their signatures."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from server.confirmation.model import Checked
from server.errors import Invalid

LIMIT = 20 * 1024 * 1024
"""Bytes of a ruling, at most."""
Check = Callable[[web.Application, bytes], Awaitable[Checked]]
CHECK: web.AppKey[Check] = web.AppKey("ruling_check")
"""Judges a file of strangers apart from us; `app.py` hands in the court's bench, which this feature does not know."""


def need_pdf(file: bytes) -> None:
    """Raises Invalid for what does not begin as a PDF."""
    if not file.startswith(b"%PDF-"):
        raise Invalid({"ruling": "format"})
