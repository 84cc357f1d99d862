"""How a room stood when its journal ended. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from server.store.journal import Entry
from signaling import Before, ChamberId, Stage


def stood(entries: Iterable[Entry], room: str) -> Before | None:
    """From the entries of its case; None when nobody had a seat in it."""
    seen = _Seen()
    for entry in entries:
        if entry.body is None or not entry.kind.startswith("room."):
            continue
        body = json.loads(entry.body)
        if body.get("session") == room:
            seen.take(entry.kind.removeprefix("room."), entry.actor, body)
    return seen.before()


@dataclass
class _Agreed:
    """What holds for one meeting and ends with it."""

    stage: Stage = ""
    lead: str = ""
    locked: bool = False
    paused: bool = False
    until: str | None = None
    removed: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    devices: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass
class _Seen:
    places: dict[str, ChamberId | None] = field(default_factory=dict)
    phones: set[str] = field(default_factory=set)
    agreed: _Agreed = field(default_factory=_Agreed)

    def take(self, what: str, actor: str, body: dict[str, Any]) -> None:
        """One entry."""
        agreed = self.agreed
        match what:
            case "attendance":
                self._attend(body["person"], body["state"], body["chamber"])
            case "moved":
                self.places |= dict.fromkeys(body["people"], body["chamber"])
            case "phone_seat":
                (self.phones.add if body["on"] else self.phones.discard)(actor)
            case "at_device":
                agreed.devices[actor] = tuple(body["beside"])
            case "handed_over":
                agreed.lead = body["to"]
            case "renamed":
                agreed.names[body["of"]] = body["name"]
            case "stage":
                agreed.stage = body["stage"]
            case "locked":
                agreed.locked = body["on"]
            case "paused" | "break":
                agreed.paused, agreed.until = True, body.get("until")
            case "resumed":
                agreed.paused, agreed.until = False, None

    def _attend(self, person: str, state: str, chamber: ChamberId | None) -> None:
        if state in ("present", "interrupted", "waiting"):
            self.places[person] = None if state == "waiting" else chamber
            return
        self.places.pop(person, None)
        if state == "removed":
            self.agreed.removed.add(person)
        if not any(self.places.values()):
            self.agreed = _Agreed()

    def before(self) -> Before | None:
        if not any(self.places.values()):
            return None
        now = self.agreed
        end = datetime.fromisoformat(now.until).timestamp() if now.until else None
        seated = frozenset(person for person in self.phones if self.places.get(person) is not None)
        beside = {person: others for person, others in now.devices.items() if others and person in self.places}
        return Before(
            self.places, seated, now.stage, now.locked, now.paused, end, frozenset(now.removed), beside, now.lead,
            now.names,
        )  # fmt: skip
