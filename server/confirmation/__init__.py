"""Judicial confirmation of an agreement in effect, and its performance: what a court asks, where the application
stands, what was paid. Knows nothing of talks, offers or notes."""

from server.confirmation.companions import prepared
from server.confirmation.companions import routes as companion_routes
from server.confirmation.enforcing_routes import routes as enforcing_routes
from server.confirmation.performance_routes import routes as performance_routes
from server.confirmation.precheck_routes import routes as precheck_routes
from server.confirmation.reminding import LINK, lifetime
from server.confirmation.routes import routes
from server.confirmation.rulings import CHECK
from server.confirmation.said_routes import routes as said_routes
from server.web.routes import Routes

TABLES: tuple[Routes, ...] = (
    routes, precheck_routes, performance_routes, said_routes, enforcing_routes, companion_routes,
)  # fmt: skip
"""What `app.py` serves."""

__all__ = ["CHECK", "LINK", "TABLES", "lifetime", "prepared"]
