"""Recordings of joint sessions: kept sealed, seen by right, destroyed in time."""

from server.recordings.lifetime import RECORDER, lifetime, opened
from server.recordings.routes import routes

__all__ = ["RECORDER", "lifetime", "opened", "routes"]
