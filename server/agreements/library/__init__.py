"""The clause library: ready clauses as data (`*.toml` here, and in the centre's own folder) with blanks to fill in."""

from server.agreements.library.model import Entry, Library
from server.agreements.library.reading import LibraryRefused, open_library
from server.agreements.library.routes import LIBRARY, routes

__all__ = ["LIBRARY", "Entry", "Library", "LibraryRefused", "open_library", "routes"]
