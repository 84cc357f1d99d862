"""Court packets built from a case: the signed files, what the parties gave for this court, the journal's disclosure,
the reports, the offline verifier, under one sealed list. Takes by a list, from these places alone."""

from server.packets.attachments_routes import routes as attachment_routes
from server.packets.making import lifetime
from server.packets.routes import routes
from server.web.routes import Routes

TABLES: tuple[Routes, ...] = (routes, attachment_routes)
"""What `app.py` serves."""

__all__ = ["TABLES", "lifetime"]
