"""Companions 随同签署的司法确认材料: what goes to a court with an agreement and is signed in the same ceremony."""

from server.confirmation.companions.preparing import prepared
from server.confirmation.companions.routes import routes

__all__ = ["prepared", "routes"]
