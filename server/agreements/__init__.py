"""Terms, versions, reading aloud and the signing ceremony of agreements; several per case."""

from server.agreements.ceremony.routes import routes as ceremony_routes
from server.agreements.ceremony.sealing import lifetime
from server.agreements.routes import routes
from server.web.routes import Routes

TABLES: tuple[Routes, ...] = (routes, ceremony_routes)
"""What `app.py` serves."""

__all__ = ["TABLES", "lifetime"]
