"""The media plane: forwards packets between the people of a chamber, never decodes them."""

from .audience import Place, PlaceLike, audience
from .peer import Peer
from .plane import MediaPlane
from .types import (
    KINDS,
    SET_REST,
    AnswerRejected,
    Delivery,
    Flow,
    Health,
    Kind,
    Mark,
    MediaError,
    MediaOptions,
    Offer,
    PeerListener,
    SetName,
    SetNotRested,
    Source,
)

__all__ = [
    "KINDS",
    "SET_REST",
    "AnswerRejected",
    "Delivery",
    "Flow",
    "Health",
    "Kind",
    "Mark",
    "MediaError",
    "MediaOptions",
    "MediaPlane",
    "Offer",
    "Peer",
    "PeerListener",
    "Place",
    "PlaceLike",
    "SetName",
    "SetNotRested",
    "Source",
    "audience",
]
