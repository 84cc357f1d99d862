"""Terms, versions, reading aloud and the signing ceremony of agreements; several per case."""

from server.agreements.by_hand_routes import routes as by_hand_routes
from server.agreements.ceremony.papers import routes as paper_routes
from server.agreements.ceremony.reminding import lifetime as reminders
from server.agreements.ceremony.routes import routes as ceremony_routes
from server.agreements.ceremony.sealing import lifetime
from server.agreements.ceremony.separate import routes as separate_routes
from server.agreements.ceremony.vouching import routes as vouching_routes
from server.agreements.confirming import routes as confirming_routes
from server.agreements.drafting.remarks_routes import routes as remark_routes
from server.agreements.drafting.versions_routes import routes as version_routes
from server.agreements.library import LIBRARY, LibraryRefused, open_library
from server.agreements.library import routes as library_routes
from server.agreements.oral_routes import routes as oral_routes
from server.agreements.preview import routes as preview_routes
from server.agreements.review.routes import routes as review_routes
from server.agreements.routes import routes
from server.agreements.summary_routes import routes as summary_routes
from server.web.routes import Routes

TABLES: tuple[Routes, ...] = (
    routes,
    by_hand_routes,
    ceremony_routes,
    confirming_routes,
    library_routes,
    oral_routes,
    paper_routes,
    preview_routes,
    remark_routes,
    review_routes,
    separate_routes,
    summary_routes,
    version_routes,
    vouching_routes,
)
"""What `app.py` serves."""

__all__ = ["LIBRARY", "TABLES", "LibraryRefused", "lifetime", "open_library", "reminders"]
