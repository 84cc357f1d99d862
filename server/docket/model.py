"""The link by which one court person sees one application, and what can be wrong with it. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from server.errors import Gone, NotFound

CourtRole = Literal["judge", "clerk"]


class CourtLinkUnknown(NotFound):
    """No such link; says nothing about what there is (404)."""

    code = "court_link_unknown"


class CourtLinkDead(Gone):
    """Its time is over, or staff took it back (410)."""

    code = "court_link_dead"


@dataclass(frozen=True, slots=True)
class Link:
    """One judge or clerk, one application. `slug` stands in the address, the secret only in the link's fragment; of it
    the hash is kept. `opened_at`, `seen_at`: the first and the last time the code was proved. `closed_at`: whoever came
    in by it was shown out."""

    id: str
    agreement_id: str
    confirmation_id: str
    case_id: str
    name: str = field(repr=False)
    court: str
    role: CourtRole
    phone: str = field(repr=False)
    slug: str
    token_hash: str = field(repr=False)
    made_by: str
    made_at: datetime
    expires_at: datetime
    opened_at: datetime | None = None
    seen_at: datetime | None = None
    revoked_at: datetime | None = None
    closed_at: datetime | None = None

    def alive(self, now: datetime) -> bool:
        """Whether it opens anything."""
        return self.revoked_at is None and now < self.expires_at
