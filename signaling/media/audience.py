"""Who receives whom: one pure function, deny by default. Media, chat, typing and drafts all ask here."""

from collections.abc import Collection, Mapping
from typing import NamedTuple, Protocol


class PlaceLike(Protocol):
    """What `audience` must know of a person; any object with these attributes will do."""

    @property
    def state(self) -> str: ...
    @property
    def chamber(self) -> str | None: ...
    @property
    def moving(self) -> bool: ...
    @property
    def muted(self) -> Collection[str]: ...


class Place(NamedTuple):
    """`state` as on the wire; `moving` from the start of a move until its commit; `muted` holds kinds."""

    state: str
    chamber: str | None
    moving: bool = False
    muted: Collection[str] = frozenset()


def audience(people: Mapping[str, PlaceLike], source: str, kind: str | None = None) -> frozenset[str]:
    """Persons who receive what `source` sends now; with `kind` ("audio", "video") a muted kind has none.

    Nobody unless both are present, settled (not moving) and in the same named chamber.
    """
    sender = people.get(source)
    if sender is None or not _settled(sender) or (kind is not None and kind in sender.muted):
        return frozenset()
    return frozenset(
        person
        for person, place in people.items()
        if person != source and _settled(place) and place.chamber == sender.chamber
    )


def _settled(place: PlaceLike) -> bool:
    return place.state == "present" and place.chamber is not None and place.chamber != "" and not place.moving
