"""The family of expected failures. Each has a stable `code` and carries only data; words for people are chosen by the
browser, the HTTP status by `server/web/middleware.py`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

JsonValue = str | int | float | bool | None | Sequence["JsonValue"] | Mapping[str, "JsonValue"]


class AppError(Exception):
    """Base. `detail` is for operators and logs of the caller, never a name; `data` goes to the wire beside the code."""

    code: ClassVar[str] = "error"

    def __init__(self, detail: str = "", **data: JsonValue) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.data: dict[str, JsonValue] = data


class NotFound(AppError):
    """No such thing, or none the caller may know of: both look the same (404)."""

    code = "not_found"


class Unauthenticated(AppError):
    """The caller must log in, or open the link, first (401)."""

    code = "unauthenticated"


class EnrolmentNeeded(Unauthenticated):
    """The password was right, and a second factor must be set up before anything else (401)."""

    code = "enrolment_needed"


class NotPermitted(AppError):
    """The caller is known and may not do this (403)."""

    code = "not_permitted"


class CsrfRejected(NotPermitted):
    """A mutation without the right token, or from another origin (403)."""

    code = "csrf_rejected"


class Conflict(AppError):
    """The thing is not in a condition for this (409)."""

    code = "conflict"


class IllegalAct(Conflict):
    """The state has no such act; `data` has `state`, `act` and the acts `allowed` (409)."""

    code = "illegal_act"

    def __init__(self, state: str, act: str, allowed: Iterable[str]) -> None:
        super().__init__(f"{act} in {state}", state=state, act=act, allowed=sorted(allowed))


class Stale(Conflict):
    """Somebody else saved first; `data` has the present `version` (409)."""

    code = "stale"

    def __init__(self, version: int) -> None:
        super().__init__(f"present version is {version}", version=version)


class Gone(AppError):
    """It existed and has ended, such as an expired link (410)."""

    code = "gone"


class TooLarge(AppError):
    """The body is above the limit of its route; `data` has `limit` in bytes (413)."""

    code = "too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"at most {limit} bytes", limit=limit)


class TooSlow(AppError):
    """The body did not arrive in time (408)."""

    code = "too_slow"


class Invalid(AppError):
    """Field -> reason code (`required`, `type`, `unknown`, `too_long`, `too_short`, `value`, ...) (422)."""

    code = "invalid"

    def __init__(self, fields: Mapping[str, str], detail: str = "") -> None:
        super().__init__(detail or ", ".join(f"{name}: {reason}" for name, reason in fields.items()))
        self.fields = dict(fields)


class TooMany(AppError):
    """Rate limited; `data` has `retry_after` in whole seconds (429)."""

    code = "too_many"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s", retry_after=retry_after)
        self.retry_after = retry_after


class Unavailable(AppError):
    """A part we depend on does not answer now; nothing was lost (503)."""

    code = "unavailable"


class Locked(AppError):
    """Too many wrong tries; `data.until` is when it ends (423)."""

    code = "locked"

    def __init__(self, until: str) -> None:
        super().__init__(f"until {until}", until=until)
