"""Recording: what the people of one chamber send, per track, sealed in chunks, never decoded."""

from .chunks import BadRecording, Head
from .export import Exported, Order, Summary, fulfil, inspect, salvage
from .recording import Recording
from .writer import Trouble

__all__ = [
    "BadRecording",
    "Exported",
    "Head",
    "Order",
    "Recording",
    "Summary",
    "Trouble",
    "fulfil",
    "inspect",
    "salvage",
]
