"""One time-stamp outside of any file: is it about this, and does it come from somebody we know?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from documents import tokens
from documents.chain import UNREADABLE, Cert
from documents.library import Library


class BadStamp(ValueError):
    """It must not be believed; the argument is a snake_case word."""


def check_stamp(token: bytes, digest: bytes, roots: Sequence[bytes] = (), between: Sequence[bytes] = ()) -> datetime:
    """When it was given. With `roots` (DER) it must lead to one of them, by way of `between` and what it has itself;
    whether its certificate was revoked since is not asked. Raises BadStamp."""
    try:
        found = tokens.check(token, digest)
        signer, *beside = map(Cert, found.certificates)
        if roots:
            library = Library([signer, *beside, *map(Cert, between)], [], [], map(Cert, roots))
            if next(library.paths(signer), None) is None:
                raise BadStamp("tsa_unknown")
    except tokens.BadToken as error:
        raise BadStamp(str(error)) from None
    except UNREADABLE as error:
        if isinstance(error, BadStamp):
            raise
        raise BadStamp("unreadable") from None
    return found.at
