"""The open verification door and the published parts of our authority. Keeps nothing."""

from server.court import printed
from server.court.routes import lifetime, routes
from server.court.signatures import signatures_of
from server.web.routes import Routes

TABLES: tuple[Routes, ...] = (routes, printed.routes)
"""What `app.py` serves."""

__all__ = ["TABLES", "lifetime", "signatures_of"]
