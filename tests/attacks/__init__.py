"""Attacks on the verdict: a generator with a class for each technique of documents.md 7, benign twins, other tools."""

from tests.attacks import hostile, incremental, order, page, people, places, renewed, shadow, wrapping

ALL = (hostile, incremental, wrapping, shadow, page, people, order, places, renewed)
"""Imported for the techniques they mark."""
