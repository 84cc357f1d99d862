"""A matter 事项: what somebody brings to the window, from receipt to the archive. Mediation itself is its case."""

from server.matters import asking, help_routes, mediator_routes, routes, seat_routes, telling
from server.matters.opening import NEIGHBOURS, Neighbours, follow
from server.web.routes import Routes

TABLES: tuple[Routes, ...] = (routes.routes, mediator_routes.routes, help_routes.routes, seat_routes.routes)
"""What `app.py` serves."""
LIFETIMES = (asking.lifetime, telling.lifetime)

__all__ = ["LIFETIMES", "NEIGHBOURS", "TABLES", "Neighbours", "follow"]
