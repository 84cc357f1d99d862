"""Logs for operators: one JSON line for each event `noun.verb`. Redacted by design: only known fields pass, and only
with values of a harmless shape (ids, numbers, codes). Free text, exception messages and parameters never do."""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import IO, Any

EVENT = re.compile(r"[a-z][a-z_]*(\.[a-z_]+)+")
ID = re.compile(r"[a-z]{3}_[a-z2-7]{20}")
CODE = re.compile(r"[a-z][a-z0-9_.:-]{0,59}")
REQUEST = re.compile(r"[0-9a-f]{16}")
HASH = re.compile(r"[0-9a-f]{64}")
ROUTE = re.compile(r"/[A-Za-z0-9_.{}/-]{0,100}")
METHOD = re.compile(r"[A-Z]{3,7}")

FIELDS: dict[str, tuple[re.Pattern[str], ...]] = {
    "request": (REQUEST,), "method": (METHOD,), "route": (ROUTE,), "sha256": (HASH,),
    "case": (ID,), "session": (ID,), "person": (ID,), "room": (ID,), "seat": (ID,), "agreement": (ID,),
    "ceremony": (ID,), "account": (ID,), "lease": (ID,), "enrolment": (ID,), "packet": (ID,),
    "code": (CODE,), "state": (CODE,), "act": (CODE,), "kind": (CODE,), "role": (CODE,), "reason": (CODE,),
    "cause": (CODE,), "task": (CODE,), "chamber": (CODE,), "verdict": (CODE,), "part": (CODE,), "slot": (CODE,),
}  # fmt: skip
"""Fields with text values, and the shapes they may have. Numbers and booleans pass under any name."""

LARGEST = 10**10
"""Numbers from here on are left out: phone and identity numbers are as long."""

_context: ContextVar[dict[str, str]] = ContextVar("hejie_log", default={})  # noqa: B039 (never mutated)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


@contextmanager
def context(**fields: str) -> Iterator[None]:
    """Fields (request, case, session, person ids) of every line inside."""
    token = _context.set(_context.get() | fields)
    try:
        yield
    finally:
        _context.reset(token)


class JsonLines(logging.Formatter):
    """LogRecord -> one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """A message that is not an event name (libraries write sentences) becomes `library.message`, text dropped."""
        known = isinstance(record.msg, str) and EVENT.fullmatch(record.msg) is not None and not record.args
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.msg if known else "library.message",
            "logger": record.name,
        }
        extras = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        for key, value in (_context.get() | extras).items():
            if permitted(key, value):
                line.setdefault(key, value)
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = trace(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)


def permitted(key: str, value: object) -> bool:
    """Whether a field may be written."""
    if isinstance(value, int | float) or value is None:
        if value is not None and abs(value) >= LARGEST:
            return False
        return re.fullmatch(r"[a-z][a-z0-9_]{0,30}", key) is not None
    return isinstance(value, str) and any(shape.fullmatch(value) for shape in FIELDS.get(key, ()))


def trace(error: BaseException) -> list[dict[str, object]]:
    """The chain of causes, outermost first: type and frames of each, never a message (it may hold data)."""
    chain: list[dict[str, object]] = []
    seen: BaseException | None = error
    while seen is not None and len(chain) < 8:
        frames = [f"{frame.filename.rsplit('/', 3)[-1]}:{frame.lineno}:{frame.name}" for frame in
                  traceback.extract_tb(seen.__traceback__)[-12:]]  # fmt: skip
        chain.append({"type": type(seen).__name__, "frames": frames})
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return chain


def setup(stream: IO[str] | None = None, level: int = logging.INFO) -> None:
    """Send everything of this process to `stream` (stderr) as JSON lines."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("aiohttp.access").disabled = True  # paths hold slugs; request.done says what is needed
    for chatty in ("engineio", "socketio", "aioice", "aiortc", "fontTools"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
