"""What another feature may suggest about a matter from its words; `app.py` hands it in. A person decides."""

from collections.abc import Callable, Sequence
from typing import Protocol

from aiohttp import web


class Suggestion(Protocol):
    """A kind of dispute, simple or complex, where to, and why in words."""

    @property
    def category(self) -> str: ...
    @property
    def complexity(self) -> str: ...
    @property
    def route(self) -> str: ...
    @property
    def reasons(self) -> Sequence[object]: ...


SUGGEST: web.AppKey[Callable[[str], Suggestion]] = web.AppKey("suggest")
