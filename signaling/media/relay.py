"""A TURN server tried as a browser would use it: an allocation (RFC 8656), and a channel to the media address."""

import asyncio
import ssl
from dataclasses import dataclass
from typing import Literal

from aioice import stun, turn

Trouble = Literal["unreachable", "certificate", "credentials", "peer_denied", "failed"]
DEFAULT_PORTS = {"turn": 3478, "turns": 5349}
REFUSED, DENIED = 401, 403
PATIENCE = 5.0
"""Seconds for the whole trial."""


class RelayFailed(Exception):
    """`trouble` says which step failed, `detail` is for the operator."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(f"{trouble} {detail}".strip())
        self.trouble: Trouble = trouble
        self.detail = detail


@dataclass(frozen=True, slots=True)
class TurnUrl:
    """A turn: or turns: address (RFC 7065) taken apart."""

    host: str
    port: int
    tls: bool
    tcp: bool

    @classmethod
    def read(cls, url: str) -> "TurnUrl":
        """Of an address that settings have accepted."""
        scheme, _, rest = url.partition(":")
        place, _, query = rest.partition("?transport=")
        host, _, port = place.rpartition(":") if not place.endswith("]") and ":" in place else (place, "", "")
        return cls(
            host.strip("[]"), int(port or DEFAULT_PORTS[scheme]), scheme == "turns", query == "tcp" or scheme == "turns"
        )


class _Quiet(asyncio.DatagramProtocol):
    """The relayed side: hears of the channel that could not be bound, and nothing else."""

    def __init__(self) -> None:
        self.refused: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()

    def error_received(self, exc: Exception) -> None:
        if not self.refused.done():
            self.refused.set_result(exc)


async def try_relay(url: str, username: str, password: str, peer: tuple[str, int]) -> str:
    """Allocate at `url` and bind a channel to `peer`, then give both up; the relayed address as `host:port`.

    Raises RelayFailed. Bounded by PATIENCE seconds.
    """
    where = TurnUrl.read(url)
    try:
        async with asyncio.timeout(PATIENCE):
            return await _try(where, username, password, peer)
    except TimeoutError:
        raise RelayFailed("unreachable", f"no answer from {where.host}:{where.port} in {PATIENCE:.0f} s") from None
    except ssl.SSLError as error:
        raise RelayFailed("certificate", error.reason or str(error)) from None
    except OSError as error:
        raise RelayFailed("unreachable", error.strerror or str(error)) from None
    except stun.TransactionFailed as error:
        trouble: Trouble = {REFUSED: "credentials", DENIED: "peer_denied"}.get(error.response.error_code or 0, "failed")  # type: ignore[assignment]
        raise RelayFailed(trouble, str(error)) from None
    except stun.TransactionError as error:
        raise RelayFailed("unreachable", str(error)) from None


async def _try(where: TurnUrl, username: str, password: str, peer: tuple[str, int]) -> str:
    transport, quiet = await turn.create_turn_endpoint(
        _Quiet,
        (where.host, where.port),
        username=username,
        password=password,
        ssl=where.tls or None,
        transport="tcp" if where.tcp else "udp",
    )
    try:
        transport.sendto(b"", peer)  # binds the channel; of what follows a lite agent takes no notice
        done, _ = await asyncio.wait([quiet.refused], timeout=1)
        for refused in done:
            raise refused.result()
        host, port = transport.get_extra_info("sockname")[:2]
        return f"{host}:{port}"
    finally:
        transport.close()
        await asyncio.sleep(0.1)  # for the message that gives the allocation up
