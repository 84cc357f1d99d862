"""Filing 登记: how a request comes to the window, from a citizen's phone or at the counter, and what the citizen sees
of it afterwards. Drafts and files rest sealed; a progress link tells its own list of facts and nothing else."""

from server.filing import counter_routes, draft_routes, file_routes, place_routes, progress_routes
from server.filing.ending import lifetime
from server.web.routes import Routes

TABLES: tuple[Routes, ...] = (
    place_routes.routes, draft_routes.routes, file_routes.routes, progress_routes.routes, counter_routes.routes,
)  # fmt: skip
"""What `app.py` serves."""

__all__ = ["TABLES", "lifetime"]
