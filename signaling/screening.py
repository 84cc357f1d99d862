"""Who must never meet whom, where each person belongs, and who may be in which chamber. Pure; deny by default.

Somebody who must be kept apart from another belongs in the chamber of their side instead of the joint one; who has no
side waits in the lobby until a host takes them into a private talk. An interpreter belongs where their person does.
"""

from collections.abc import Iterable

from signaling.errors import KeptApart, OneSideOnly, RoomError, WrongChamber
from signaling.person import Person
from signaling.protocol import ChamberId, Side
from signaling.rights import Right, kind, may, side
from signaling.ticket import Ticket

GUESTS = ("expert", "witness")
"""Roles a host takes along into a talk with either side, unless they are of one themselves."""


class Screening:
    """`people` are all the room knows; `apart` holds, for each id, the ids they must never meet, both ways."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.apart: dict[str, set[str]] = {}

    def _keep_apart(self, ticket: Ticket) -> None:
        """What one ticket said stays for the whole meeting, whoever comes or goes."""
        for other in ticket.apart:
            self.apart.setdefault(ticket.person, set()).add(other)
            self.apart.setdefault(other, set()).add(ticket.person)

    def kept_apart(self, person: str, other: str) -> bool:
        """A host meets everybody: who may not mediate is not made one."""
        hosts = any(p.is_host for p in map(self.people.get, (person, other)) if p is not None)
        return not hosts and other in self.apart.get(person, ())

    def leader(self, person: Person) -> Person | None:
        """Whom an interpreter speaks for."""
        found = self.people.get(person.tied_to)
        return found if found is not person else None

    def side(self, person: Person) -> Side:
        leader = self.leader(person)
        return person.side or (leader.side if leader is not None else "")

    def home(self, person: Person) -> ChamberId | None:
        """Where the person belongs while no private talk is on; None is the lobby."""
        leader = self.leader(person)
        screened = self.apart.get(person.id) or (leader is not None and self.apart.get(leader.id))
        if person.is_host or not screened:
            return "joint"
        match self.side(person):
            case "applicant" if may(person.role, Right.HEAR, "side"):
                return "side_applicant"
            case "respondent" if may(person.role, Right.HEAR, "side"):
                return "side_respondent"
        return None

    def misfit(self, person: Person, chamber: ChamberId, others: Iterable[Person]) -> RoomError | None:
        """Why this person may not be in that chamber with those others; None when they may."""
        if not may(person.role, Right.HEAR, kind(chamber)):
            return WrongChamber(chamber)
        if (wanted := side(chamber)) and not person.is_host:
            own = self.side(person)
            guest = kind(chamber) == "caucus" and person.role in GUESTS and not own
            if own != wanted and not guest:
                return OneSideOnly()
        enemy = next((other for other in others if self.kept_apart(person.id, other.id)), None)
        return KeptApart(enemy.name) if enemy is not None else None
