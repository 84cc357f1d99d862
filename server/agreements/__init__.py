"""Terms, versions, reading aloud and the signing ceremony of agreements; several per case."""

from server.agreements.by_hand_routes import routes as by_hand_routes
from server.agreements.ceremony.papers import routes as paper_routes
from server.agreements.ceremony.reminding import lifetime as reminders
from server.agreements.ceremony.routes import routes as ceremony_routes
from server.agreements.ceremony.sealing import lifetime
from server.agreements.ceremony.separate import routes as separate_routes
from server.agreements.ceremony.vouching import routes as vouching_routes
from server.agreements.confirming import routes as confirming_routes
from server.agreements.oral_routes import routes as oral_routes
from server.agreements.routes import routes
from server.web.routes import Routes

TABLES: tuple[Routes, ...] = (
    routes,
    by_hand_routes,
    ceremony_routes,
    confirming_routes,
    oral_routes,
    paper_routes,
    separate_routes,
    vouching_routes,
)
"""What `app.py` serves."""

__all__ = ["TABLES", "lifetime", "reminders"]
