"""Time limits of matters: clocks with lights, what stops and extends them, warnings, urging 督办, the board."""

from server.limits.board_routes import routes as board_routes
from server.limits.routes import routes
from server.limits.watching import lifetime
from server.web.routes import Routes

TABLES: tuple[Routes, ...] = (routes, board_routes)
"""What `app.py` serves."""

__all__ = ["TABLES", "lifetime"]
