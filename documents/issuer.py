"""Who certifies the people of a ceremony: the deployment's own authority, or a licensed one (电子认证服务机构) that a
plug-in brings under the entry-point group `hejie.issuers`. Knows the interface and finds plug-ins; issues nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from documents.errors import SignerUnavailable

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


@runtime_checkable
class SealIssuer(Protocol):
    """An authority that certifies the organisation's e-seal, too."""

    def issue_seal(self, spki_der: bytes, organisation: str, /) -> bytes:
        """DER. Raises SignatureRejected, SignerUnavailable."""


def plugged_in(name: str, options: Mapping[str, str]) -> EventIssuer:
    """The authority a plug-in makes: entry point `name` of the group, called with the deployment's options.

    Raises SignerUnavailable when there is no such plug-in or it cannot be made."""
    found = entry_points(group=GROUP, name=name)
    if not found:
        raise SignerUnavailable("issuer_not_installed")
    try:
        made: EventIssuer = next(iter(found)).load()(options)
    except (ImportError, AttributeError, TypeError, ValueError, LookupError, OSError) as error:
        raise SignerUnavailable(f"issuer_{type(error).__name__}") from error
    return made
