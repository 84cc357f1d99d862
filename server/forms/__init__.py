"""Forms of the case's volume: templates as data, filled from the case, printed to be signed by hand."""

from server.forms.routes import lifetime, routes
from server.web.routes import Routes

TABLES: tuple[Routes, ...] = (routes,)
"""What `app.py` serves."""

__all__ = ["TABLES", "lifetime"]
