"""Judicial confirmation of an agreement in effect: what a court asks, where the application stands. Knows nothing of
talks, offers or notes."""

from server.confirmation.precheck_routes import routes as precheck_routes
from server.confirmation.routes import routes
from server.confirmation.rulings import CHECK
from server.web.routes import Routes

TABLES: tuple[Routes, ...] = (routes, precheck_routes)
"""What `app.py` serves."""

__all__ = ["CHECK", "TABLES"]
