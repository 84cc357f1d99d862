"""The open verification door and the published parts of our authority. Keeps nothing."""

from server.court import printed
from server.court.routes import lifetime, routes
from server.web.routes import Routes

TABLES: tuple[Routes, ...] = (routes, printed.routes)
"""What `app.py` serves."""

__all__ = ["TABLES", "lifetime"]
