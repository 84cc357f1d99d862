"""Who certifies the people of a ceremony: the deployment's own authority, or a licensed one (电子认证服务机构) brought by
a plug-in under the entry-point group `hejie.issuers`. Knows the interface and finds plug-ins; issues nothing."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from documents.authority import EventSubject

GROUP = "hejie.issuers"
IssuerKind = Literal["own", "licensed"]


class EventIssuer(Protocol):
    """Issues one short-lived certificate for each person, slot and manifest, and answers for it."""

    @property
    def kind(self) -> IssuerKind:
        """`licensed` is what the plug-in says of itself; whether its licence is real, people check."""

    @property
    def name(self) -> str:
        """Of the authority, as printed."""

    @property
    def chain_der(self) -> tuple[bytes, ...]:
        """CA certificates from the issuing one up to the root."""

    def issue_event(self, spki_der: bytes, subject: EventSubject, /) -> bytes:
        """DER. Raises SignatureRejected for a key it does not take, SignerUnavailable when it is away."""

    def revoke(self, serial: int, at: datetime, /) -> None:
        """Answers say so from now on. The caller keeps what it revoked and says it again after a restart."""

    def ocsp(self, certificate: bytes, at: datetime, /) -> bytes:
        """OCSPResponse DER, thisUpdate not before `at`, nextUpdate not after the certificate's end; it contains the
        responder's certificate. Raises SignerUnavailable."""

    def root_crl(self) -> bytes:
        """The list in which the issuing CA would stand if it were revoked, DER."""
