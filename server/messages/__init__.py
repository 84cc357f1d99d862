"""How messages reach people: an outbox with the state of each, a worker that sends, gateways for text and mail."""

from server.messages.routes import routes
from server.messages.worker import lifetime, opened

__all__ = ["lifetime", "opened", "routes"]
