"""HTTP for all features: routes, callers, errors, limits, static files. Knows no case."""
