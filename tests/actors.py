"""Small real stand-ins for the world around the server: a clock with hands, a browser without a screen."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import aiohttp
import msgspec

START = datetime(2026, 11, 26, 5, 50, tzinfo=UTC)
"""Thursday, ten minutes before 14:00 in Shanghai."""


@dataclass
class Hands:
    """A clock that moves only when told to."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class Answer:
    """What came back: `json` is None when the body is none."""

    status: int
    json: Any
    body: bytes
    headers: Any

    @property
    def code(self) -> str | None:
        """The error's code."""
        return self.json["error"]["code"] if isinstance(self.json, dict) and "error" in self.json else None

    @property
    def data(self) -> dict[str, Any]:
        """What the error carries beside its code."""
        found: dict[str, Any] = self.json["error"].get("data", {})
        return found


@dataclass
class Browser:
    """Cookies, one CSRF token per identity, and the headers a page of ours sends."""

    base: str
    seat: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> None:
        await self._http.close()

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.key: cookie.value for cookie in self._http.cookie_jar}

    async def send(
        self, method: str, path: str, body: object = None, *, data: bytes | None = None, kind: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        """One request; a value is sent as JSON, `data` as it is."""
        extra = {"Sec-Fetch-Site": "same-origin", **self.headers}
        if self.seat is not None:
            extra["X-Hejie-Seat"] = self.seat
        if token := self.tokens.get(self.seat or ""):
            extra["X-CSRF-Token"] = token
        if body is not None:
            data = msgspec.json.encode(body)
        if data is not None:
            extra["Content-Type"] = kind
        merged = {name: value for name, value in (extra | (headers or {})).items() if value}
        async with self._http.request(
            method, self.base + path, data=data, headers=merged, allow_redirects=False
        ) as response:
            content = await response.read()
            parsed = msgspec.json.decode(content) if response.content_type == "application/json" and content else None
            return Answer(response.status, parsed, content, response.headers.copy())

    async def get(self, path: str, **options: Any) -> Answer:
        return await self.send("GET", path, **options)

    async def post(self, path: str, body: object = None, **options: Any) -> Answer:
        return await self.send("POST", path, {} if body is None and "data" not in options else body, **options)

    async def put(self, path: str, body: object, **options: Any) -> Answer:
        return await self.send("PUT", path, body, **options)

    async def login(self, username: str, password: str) -> Answer:
        """As staff; keeps the token."""
        answer = await self.post("/api/login", {"username": username, "password": password})
        if answer.status == 200:
            self.tokens[""] = answer.json["csrf"]
        return answer

    async def open(self, link: str, *, takeover: bool = False) -> Answer:
        """A join link, as the page does: the secret goes in the body."""
        parts = urlsplit(link)
        self.seat = parts.path.rsplit("/", 1)[-1]
        body = {"token": parts.fragment, "takeover": takeover}
        answer = await self.post(f"/api/seats/{self.seat}/open", body)
        if answer.status == 200:
            self.tokens[self.seat] = answer.json["csrf"]
        return answer
