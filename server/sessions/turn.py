"""TURN servers for one person's browser: the configured addresses with credentials that end by themselves.

The way of draft-uberti-behave-turn-rest-00, which coturn calls use-auth-secret: the name says until when, the password
is an HMAC of it. The TURN server needs only the secret, no account; nothing here is ever logged.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

from server.settings import RoomOptions

VALID = timedelta(hours=12)
"""Longer than any meeting: who changes networks in its last hour makes a new allocation with the same credentials."""


def servers(options: RoomOptions, person: str, now: datetime) -> list[dict[str, Any]]:
    """`iceServers` for an RTCPeerConnection of this person; empty without TURN servers. STUN servers are never needed:
    the media plane answers whoever reaches it."""
    if not options.turn_urls or options.turn_secret is None:
        return []
    username = f"{int((now + VALID).timestamp())}:{person}"
    return [
        {"urls": list(options.turn_urls), "username": username, "credential": credential(options.turn_secret, username)}
    ]


def credential(secret: str, username: str) -> str:
    """The password that goes with `username`: base64 of its HMAC-SHA-1 under the shared secret."""
    return base64.b64encode(hmac.digest(secret.encode(), username.encode(), hashlib.sha1)).decode()
