"""Systems outside that push disputes to the centre (12345, police, petitions, court, grid), files of theirs, and how
the same dispute is recognised when it comes twice."""

from server.channels.alike_routes import routes as alike_routes
from server.channels.desk_routes import routes as desk_routes
from server.channels.door_routes import DOORS, identify
from server.channels.door_routes import routes as door_routes
from server.channels.import_routes import routes as import_routes
from server.web.routes import Routes

TABLES: tuple[Routes, ...] = (door_routes, desk_routes, import_routes, alike_routes)
"""What `app.py` serves."""

__all__ = ["DOORS", "TABLES", "identify"]
