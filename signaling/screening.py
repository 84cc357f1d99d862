"""Who must never meet whom, where each person belongs, and who may be in which chamber. Pure; deny by default.

Somebody who must be kept apart from another belongs in the chamber of their side instead of the joint one; who has no
side waits in the lobby until a host takes them into a private talk. An interpreter belongs where their person does, the
people at one device where each of them may be.
"""

from collections.abc import Iterable
from itertools import product

from signaling.errors import KeptApart, NotAgreed, OneSideOnly, RoomError, WrongChamber
from signaling.person import Person
from signaling.protocol import ChamberId, Side
from signaling.rights import Right, kind, may, side

GUESTS = ("expert", "witness")
"""Roles a host takes along into a talk with either side, unless they are of one themselves."""


class Screening:
    """`people` are all the room knows, be they there or not."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.undivided = False
        """There is no chamber but the joint one; who must not meet is let in one at a time."""

    def kept_apart(self, one: Person, other: Person) -> bool:
        """The newest ticket of anybody at either device says so. A host meets everybody: who may not mediate is not
        made one."""
        pairs = product(self.at_device(one), self.at_device(other))
        return not (one.is_host or other.is_host) and any(b.id in a.apart or a.id in b.apart for a, b in pairs)

    def screened(self, person: Person) -> bool:
        """There is somebody whom one at the device must never meet, be they known here or not."""
        here = self.at_device(person)
        ids = {one.id for one in here}
        return any(one.apart for one in here) or any(not ids.isdisjoint(other.apart) for other in self.people.values())

    def may_name(self, reader: Person, whom: str) -> bool:
        """Whether the reader may know that name: not of whom one at their device must not meet, in any known ticket,
        nor of whom such people are there for. Hosts know all."""
        if reader.is_host:
            return True
        hidden = any(whom in one.apart or whom in one.unnamed for one in self.at_device(reader))
        theirs = (one for one in self.people.values() if whom in (one.id, one.whom))
        return not hidden and not any(self.kept_apart(reader, one) for one in theirs)

    def at_device(self, person: Person) -> list[Person]:
        """The person and who else sits at the same device: one seat, in one chamber."""
        return [person, *(self.people[one] for one in person.device_people)]

    def leader(self, person: Person) -> Person | None:
        """The seat of whom an interpreter speaks for: their own, or the device of another at which they sit."""
        one = self.people.get(person.tied_to)
        if one is not None and one.away:
            one = next((p for p in self.people.values() if not p.away and one in self.at_device(p)), one)
        return one if one is not person else None

    def side(self, person: Person) -> Side:
        leader = self.leader(person)
        return person.side or (leader.side if leader is not None else "")

    def home(self, person: Person) -> ChamberId | None:
        """Where the person belongs while no private talk is on; None is the lobby."""
        leader = self.leader(person)
        screened = self.screened(person) or (leader is not None and self.screened(leader))
        if person.is_host or not screened or self.undivided:
            return "joint"
        match self.side(person):
            case "applicant" if may(person.role, Right.HEAR, "side"):
                return "side_applicant"
            case "respondent" if may(person.role, Right.HEAR, "side"):
                return "side_respondent"
        return None

    def misfit(self, person: Person, chamber: ChamberId, others: Iterable[Person]) -> RoomError | None:
        """Why this person may not be in that chamber with those others; None when they may."""
        here = self.at_device(person)
        if self.undivided and chamber != "joint":
            return WrongChamber(chamber)
        if not all(may(one.role, Right.HEAR, kind(chamber)) for one in here):
            return WrongChamber(chamber)
        if any(one.unwanted for one in here) and chamber != "aside":
            return NotAgreed()
        if (wanted := side(chamber)) and not person.is_host:
            own = self.side(person)
            guest = kind(chamber) == "caucus" and person.role in GUESTS and not own
            if own != wanted and not guest:
                return OneSideOnly()
        enemy = next((other for other in others if self.kept_apart(person, other)), None)
        return KeptApart(enemy.name) if enemy is not None else None
