"""Requests to other machines. Those to time-stamp servers, for status and certificates, are asked from worker threads
while the loop does the network. Bounded in time and size; no redirect is followed."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as LateError
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from yarl import URL

TOTAL = 5.0
"""Seconds for one request, from name look-up to the last byte."""
ANSWER = 1024 * 1024
"""Bytes of an answer, at most: revocation lists can be long, all else is small."""
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
STATUS_QUERY = "application/ocsp-request"


class OutgoingError(OSError):
    """No usable answer; the argument says why and is safe to show."""


@dataclass(frozen=True)
class Outgoing:
    """The way out. All but `ask` block: they are for threads, never for the loop itself."""

    session: aiohttp.ClientSession
    loop: asyncio.AbstractEventLoop
    total: float = TOTAL

    def stamp(self, address: str, query: bytes) -> bytes:
        """The answer of a time-stamp server (RFC 3161 3.4). Raises OutgoingError."""
        return self._wait(self._request(address, query, QUERY, REPLY))

    def fetch(self, address: str, body: bytes | None) -> bytes:
        """A certificate or list (GET), or a certificate's status (POST, RFC 6960 A.1). Raises OutgoingError."""
        return self._wait(self._request(address, body, STATUS_QUERY, None))

    async def ask(self, address: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """POST; status and body of whatever is answered. Raises OutgoingError when nothing usable is."""
        try:
            async with asyncio.timeout(self.total):
                async with self.session.post(
                    URL(address), data=body, headers=dict(headers), allow_redirects=False
                ) as answer:
                    return answer.status, await _read(answer.content)
        except TimeoutError:
            raise OutgoingError("timeout") from None
        except (aiohttp.ClientError, ValueError) as error:
            raise OutgoingError(_cause(error)) from None

    def _wait(self, request: Coroutine[None, None, bytes]) -> bytes:
        future = asyncio.run_coroutine_threadsafe(request, self.loop)
        try:
            return future.result(self.total + 1)
        except (LateError, CancelledError):
            future.cancel()
            raise OutgoingError("timeout") from None

    async def _request(self, address: str, body: bytes | None, kind: str, expected: str | None) -> bytes:
        try:
            async with asyncio.timeout(self.total):
                async with self.session.request(
                    "GET" if body is None else "POST", URL(address), data=body, allow_redirects=False,
                    headers={} if body is None else {"Content-Type": kind},
                ) as answer:  # fmt: skip
                    if answer.status != 200:
                        raise OutgoingError(f"status {answer.status}")
                    if expected is not None and answer.content_type != expected:
                        raise OutgoingError("other content")
                    return await _read(answer.content)
        except TimeoutError:
            raise OutgoingError("timeout") from None
        except (aiohttp.ClientError, ValueError) as error:
            raise OutgoingError(_cause(error)) from None


async def _read(content: aiohttp.StreamReader) -> bytes:
    found = bytearray()
    async for piece in content.iter_any():
        found += piece
        if len(found) > ANSWER:
            raise OutgoingError("too large")
    return bytes(found)


def _cause(error: Exception) -> str:
    """A word without addresses: they may hold passwords."""
    inner = getattr(error, "os_error", None)
    return str(getattr(inner, "strerror", None) or type(error).__name__)


@asynccontextmanager
async def outgoing(total: float = TOTAL) -> AsyncIterator[Outgoing]:
    """Open for the loop that runs now."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=total)) as session:
        yield Outgoing(session, asyncio.get_running_loop(), total)
