"""The media plane: forwards packets between the people of a chamber, never decodes them."""

from .audience import Place, PlaceLike, audience
from .peer import Peer
from .plane import MediaPlane
from .relay import RelayFailed, try_relay
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
    "RelayFailed",
    "SetName",
    "SetNotRested",
    "Source",
    "audience",
    "try_relay",
]
