"""Plays whole cases against a running server through its public doors only: the operator's smoke test."""

from server.rehearse.run import rehearse

__all__ = ["rehearse"]
