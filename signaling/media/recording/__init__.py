"""Recording: what the people of one chamber send, per track, sealed in chunks, never decoded."""

from .chunks import BadRecording, Head
from .export import Exported, Summary, export, inspect, salvage
from .recording import Recording
from .writer import Trouble

__all__ = ["BadRecording", "Exported", "Head", "Recording", "Summary", "Trouble", "export", "inspect", "salvage"]
