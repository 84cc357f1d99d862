"""Time-stamps after RFC 3161: an embedded authority for one machine, a client for others, and the order in which they
are asked. The network belongs to the caller: a remote authority is given a function that posts bytes."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Protocol

from documents import cms, der, tokens
from documents.der import BadDer, expect, integer, octets, oid, sequence
from documents.errors import DocumentError, TimestampUnavailable
from documents.evidence import SKEW
from documents.keys import Signer

log = logging.getLogger(__name__)

POLICY = "2.25.208847154218346893213.3.1"
"""Time-stamp policy of the embedded authority: the clock of the machine it runs on, 1 second."""

_EVER = datetime.min.replace(tzinfo=UTC)
_GRANTED = (0, 1)  # granted, grantedWithMods: RFC 3161 2.4.2


class TimeStamper(Protocol):
    """Someone who puts a time on a SHA-256 digest."""

    @property
    def name(self) -> str: ...

    def token(self, digest: bytes, at: datetime) -> bytes:
        """TimeStampToken DER for the 32-byte digest; `at` is the caller's clock. Raises TimestampUnavailable."""


@dataclass(frozen=True)
class TimestampAuthority:
    """The embedded authority: answers in microseconds, has the machine's clock and one key.

    `chain` are the CA certificates put into each token after the signer's own."""

    signer: Signer
    chain: tuple[bytes, ...] = ()
    name: str = "embedded"
    serials: Callable[[], int] = field(default=lambda: secrets.randbits(120))

    def token(self, digest: bytes, at: datetime) -> bytes:
        return self._token(sequence(cms.SHA256, octets(digest)), at, b"")

    def respond(self, request: bytes, at: datetime | None = None) -> bytes:
        """TimeStampResp DER for a TimeStampReq; a request we cannot serve gets a rejection, never an exception."""
        try:
            version, imprint, *rest = expect(der.read_item(request)[0], der.SEQUENCE).items()
            algorithm, digest = imprint.items()
            policy_wanted = [item for item in rest if item.tag == der.OID]
            nonce = b"".join(item.whole for item in rest if item.tag == der.INTEGER)
        except ValueError:
            return _rejection(2)  # badRequest
        if version.content != b"\x01" or any(item.tag == 0xA0 for item in rest):
            return _rejection(16)  # unacceptedExtension
        if algorithm.items()[0].whole != der.walk(cms.SHA256)[0].items()[0].whole or len(digest.content) != 32:
            return _rejection(0)  # badAlg
        if policy_wanted and policy_wanted[0].whole != oid(POLICY):
            return _rejection(15)  # unacceptedPolicy
        token = self._token(imprint.whole, at or datetime.now(UTC), nonce)
        return sequence(sequence(integer(0)), token)

    def _token(self, imprint: bytes, at: datetime, nonce: bytes) -> bytes:
        info = sequence(
            integer(1),
            oid(POLICY),
            imprint,
            integer(self.serials()),
            der.generalized_time(at),
            sequence(integer(1)),  # accuracy: one second
            nonce,
        )
        attributes = cms.signed_attributes(sha256(info).digest(), self.signer.certificate, cms.ID_TST_INFO)
        return cms.build(
            (self.signer.certificate, *self.chain), attributes, self.signer.sign(attributes), None, content=info
        )


@dataclass(frozen=True)
class RemoteTimestamper:
    """A time-stamp authority elsewhere. `post` sends a body of type application/timestamp-query and returns the
    answer's body; any exception of type OSError from it counts as an outage.

    Nothing it says is believed: a token is taken only when its signature, its certificate and its time hold, since a
    bad one would spoil the file for ever. `accept` sees its certificates, the signer's first, and may raise
    TimestampUnavailable; those beside the signer's are then left out of the token."""

    name: str
    post: Callable[[bytes], bytes]
    accept: Callable[[Sequence[bytes]], None] = lambda _certificates: None
    room: int = 4096
    """Bytes a token may have."""
    skew: timedelta = SKEW
    """How far its clock may differ from ours."""

    def token(self, digest: bytes, at: datetime) -> bytes:
        nonce = integer(secrets.randbits(63))
        request = sequence(
            integer(1),
            sequence(cms.SHA256, octets(digest)),
            nonce,
            der.tlv(der.BOOLEAN, b"\xff"),  # certReq
        )
        try:
            answer = self.post(request)
        except OSError as error:
            raise TimestampUnavailable(f"{self.name}: {error or type(error).__name__}") from error
        try:
            outer, end = der.read_item(answer)
            status, *given = expect(outer, der.SEQUENCE).items()
            granted = int.from_bytes(status.items()[0].content, "big") in _GRANTED
            if end != len(answer) or not (granted and len(given) == 1):
                raise TimestampUnavailable(f"{self.name}: refused")
            found = tokens.check(given[0].whole, digest)
            nonces = [item.whole for item in cms.tst_info(found.whole)[4:] if item.tag == der.INTEGER]
        except tokens.BadToken as error:
            raise TimestampUnavailable(f"{self.name}: {error}") from None
        except (BadDer, IndexError, ValueError):
            raise TimestampUnavailable(f"{self.name}: unreadable") from None
        if nonces != [nonce]:
            raise TimestampUnavailable(f"{self.name}: other_question")
        if abs(found.at - at) > self.skew:
            raise TimestampUnavailable(f"{self.name}: clock")
        try:
            self.accept(found.certificates)
        except TimestampUnavailable as error:
            raise TimestampUnavailable(f"{self.name}: {error.reason}") from None
        taken = tokens.stripped(found.whole)
        if len(taken) > self.room:
            raise TimestampUnavailable(f"{self.name}: too_large")
        return taken


@dataclass
class Standing:
    """How one authority did lately, for doctor and console."""

    name: str
    failing_since: datetime | None = None
    cause: str = ""
    asked_again: datetime = _EVER
    """Until then it is asked after all others."""


@dataclass
class TimeStampers:
    """Authorities in the order they are asked; the embedded one goes last. One that fails is logged, passed over and,
    for `rest`, asked only after all others: an outage costs one time limit, not one for each signature."""

    members: Sequence[TimeStamper]
    name: str = "list"
    rest: timedelta = timedelta(minutes=1)
    standings: dict[str, Standing] = field(default_factory=dict)

    def token(self, digest: bytes, at: datetime) -> bytes:
        causes = []
        for member in sorted(self.members, key=lambda each: self._standing(each).asked_again > at):
            try:
                token = member.token(digest, at)
            except DocumentError as error:
                log.warning("timestamp.failed", extra={"authority": member.name, "cause": error.detail})
                causes.append(error.detail)
                before = self._standing(member)
                since = before.failing_since or at
                self.standings[member.name] = Standing(member.name, since, error.detail, at + self.rest)
            else:
                self.standings[member.name] = Standing(member.name)
                return token
        raise TimestampUnavailable("; ".join(causes) or "no authority is set")

    def _standing(self, member: TimeStamper) -> Standing:
        return self.standings.get(member.name) or Standing(member.name)

    def failing(self) -> list[Standing]:
        """Authorities whose last answer was none."""
        return [each for each in self.standings.values() if each.failing_since is not None]


def _rejection(failure: int) -> bytes:
    """TimeStampResp with status rejection and one bit of PKIFailureInfo."""
    bits = (1 << (31 - failure)).to_bytes(4, "big")
    unused = next(count for count in range(32) if int.from_bytes(bits, "big") >> count & 1)
    used = bits[: 4 - unused // 8]
    return sequence(sequence(integer(2), der.tlv(der.BIT_STRING, bytes([unused % 8]), used)))
