"""What a court sees of one application through its link, and what it does there. Imports nothing of talks, offers and
notes; every answer is a list of allowed fields of its own."""

from server.docket.closing import lifetime
from server.docket.door_routes import PAGE, identify
from server.docket.door_routes import routes as door_routes
from server.docket.hearing_routes import routes as hearing_routes
from server.docket.packet_routes import routes as packet_routes
from server.docket.routes import routes
from server.docket.staff_routes import routes as staff_routes
from server.docket.store import alive
from server.web.routes import Routes

TABLES: tuple[Routes, ...] = (door_routes, routes, packet_routes, hearing_routes, staff_routes)
"""What `app.py` serves."""

__all__ = ["PAGE", "TABLES", "alive", "identify", "lifetime"]
