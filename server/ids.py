"""Names of things: `new("cas")` gives `cas_` and 20 random lower-case base32 characters (100 bits)."""

import secrets
from typing import NewType

AccountId = NewType("AccountId", str)
OrganisationId = NewType("OrganisationId", str)
MatterId = NewType("MatterId", str)
ChannelId = NewType("ChannelId", str)
CaseId = NewType("CaseId", str)
PartyId = NewType("PartyId", str)
SessionId = NewType("SessionId", str)
SeatId = NewType("SeatId", str)
AgreementId = NewType("AgreementId", str)
CeremonyId = NewType("CeremonyId", str)

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def new(prefix: str) -> str:
    """A fresh id; the prefix tells the kind (acc, org, mat, chn, cas, pty, ses, sea, agr, cer, enr, lea, msg, dra,
    fil)."""
    return f"{prefix}_{''.join(secrets.choice(ALPHABET) for _ in range(20))}"
