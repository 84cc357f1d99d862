"""The states of an agreement, who sees which version, what stops the reading, who may do what. Pure."""

from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

from server.agreements.model import Act, Matter, Stance, State, Version
from server.law.profiles import Profile
from server.law.roles import deciders

REVIEWED: dict[tuple[State, Act], State] = {
    (State.DRAFTING, Act.SUBMIT): State.IN_REVIEW,
    (State.DRAFTING, Act.EDIT): State.DRAFTING,
    (State.DRAFTING, Act.ABANDON): State.VOID,
    (State.IN_REVIEW, Act.RETURN): State.DRAFTING,
    (State.IN_REVIEW, Act.PASS): State.READING,
    (State.IN_REVIEW, Act.EDIT): State.DRAFTING,
    (State.IN_REVIEW, Act.ABANDON): State.VOID,
    (State.READING, Act.EDIT): State.DRAFTING,
    (State.READING, Act.FREEZE): State.FROZEN,
    (State.READING, Act.ABANDON): State.VOID,
    (State.READING, Act.PRINT): State.ON_PAPER,
    (State.ON_PAPER, Act.FILE): State.COMPLETE,
    (State.ON_PAPER, Act.REOPEN): State.DRAFTING,
    (State.ON_PAPER, Act.ABANDON): State.VOID,
    (State.FROZEN, Act.SIGN): State.SIGNING,
    (State.FROZEN, Act.REOPEN): State.DRAFTING,
    (State.FROZEN, Act.REFUSE): State.VOID,
    (State.FROZEN, Act.EXPIRE): State.VOID,
    (State.SIGNING, Act.SIGN): State.SIGNING,
    (State.SIGNING, Act.TAKE_EFFECT): State.EFFECTIVE,
    (State.SIGNING, Act.REFUSE): State.VOID,
    (State.SIGNING, Act.EXPIRE): State.VOID,
    (State.EFFECTIVE, Act.SIGN): State.EFFECTIVE,
    (State.EFFECTIVE, Act.COMPLETE): State.COMPLETE,
}
UNREVIEWED = REVIEWED | {(State.DRAFTING, Act.SUBMIT): State.READING}
"""Where the profile has no reviewer a submitted draft is read at once; what is with a reviewer already stays there."""


OVER = frozenset({State.COMPLETE, State.VOID})
"""Final states."""
SUBMITTED = frozenset(State) - {State.DRAFTING, State.VOID}
"""States in which every party has been shown the newest version."""


def table(profile: Profile) -> dict[tuple[State, Act], State]:
    """The transitions of an agreement under `profile`."""
    return REVIEWED if profile.reviewed else UNREVIEWED


class Keyed(Protocol):
    """A clause as far as confirmations know it."""

    @property
    def id(self) -> str: ...
    @property
    def hash(self) -> str: ...


def visible(versions: Iterable[Version], person: str) -> Version | None:
    """The newest version made before, or later shown to, `person`; None when there is none.

    This is the only way a version reaches anybody but the mediator: a draft saved in a caucus is an offer
    [ZXTJ 18], so it stays with those who were there until the mediator shows it.
    """
    seen = [version for version in versions if person in version.audience]
    return max(seen, key=lambda version: version.number, default=None)


def audience(matter: Matter, saver: str, mates: Collection[str], private: bool) -> frozenset[str]:
    """Who a save is made before: saver, mediator, and chamber mates who are of the case; outside a private talk all its
    staff. Experts and observers see no draft, wherever they are."""
    people = {saver, matter.mediator_id, *everyone(matter).intersection(mates)}
    return frozenset(people if private else people | helpers(matter))


def helpers(matter: Matter) -> frozenset[str]:
    """Who writes the draft beside the mediator: the recorder, and the co-mediators of the case."""
    return frozenset({matter.recorder_id, *matter.co_mediators} - {""})


def everyone(matter: Matter) -> frozenset[str]:
    """All people and the staff of the case: the audience of what is shown in the joint chamber."""
    return frozenset({p.id for p in matter.people} | {matter.mediator_id} | helpers(matter))


History = Sequence[Collection[str]]
"""The audiences of the versions some words come from, oldest first."""


def would_reveal(history: History, after: Collection[str], matter: Matter, sources: Collection[History] = ()) -> bool:
    """Whether a save before `after` would carry words to a party that were written before another one only: a draft of
    a private talk is an offer. `history` is the newest version's, `sources` of whatever else the words come from.

    Words of a source that nobody present must not see count too, where the history would not tell it any more: saved by
    the mediator alone they would be anybody's with the next save."""
    camps = matter.camps()
    return any(
        any(_kept_from(camp, one, camps) for one in (history, *sources))
        and not _kept_from(camp, [*history, after], camps)
        for camp in camps
    )


def _kept_from(camp: frozenset[str], history: History, camps: Collection[frozenset[str]]) -> bool:
    """Whether others saw it since this party last did. What came before was shown to it then, or taken out; a version
    no party saw, in between, hides nothing of what it was made from. A party has seen what anybody on its side saw."""
    for before in reversed(history):
        if camp & set(before):
            return False
        if any(other & set(before) for other in camps):
            return True
    return False


def may_see(version: Version, person: str, matter: Matter) -> bool:
    """The mediator sees every version, everybody else by audience."""
    return person == matter.mediator_id or person in version.audience


def shown(version: Version, matter: Matter) -> bool:
    """Whether every party may see `version`: all who decide for one, and of each side at least somebody."""
    everywhere = all(camp & version.audience for camp in matter.camps())
    return everywhere and set(deciders(matter.people, matter.day)) <= version.audience


def confirmers(matter: Matter, profile: Profile) -> tuple[str, ...]:
    """Ids of those who must confirm every clause: who acts for a party confirms in its place."""
    return deciders(matter.people, matter.day) if "parties" in profile.confirmers else ()


def agreed(stances: Iterable[Stance], clause: Keyed) -> frozenset[str]:
    """Who confirmed this clause in this wording."""
    return frozenset(s.person for s in stances if s.agree and (s.clause, s.hash) == (clause.id, clause.hash))


def questioned(stances: Iterable[Stance], clause: Keyed) -> frozenset[str]:
    """Who has an open question on this clause in this wording; an edit of the clause lets it fall."""
    return frozenset(s.person for s in stances if not s.agree and (s.clause, s.hash) == (clause.id, clause.hash))


def stopped_by(stances: Sequence[Stance], clauses: Iterable[Keyed]) -> frozenset[str]:
    """Whose questions stop the reading now."""
    return frozenset().union(*(questioned(stances, clause) for clause in clauses))


def may_answer(stances: Sequence[Stance], clauses: Sequence[Keyed], person: str, agree: bool) -> bool:
    """Whether `person` may take this stance: a question always; a confirmation when nobody else's question is open."""
    return not agree or not stopped_by(stances, clauses) - {person}


def complete(required: Iterable[str], clauses: Sequence[Keyed], stances: Sequence[Stance]) -> bool:
    """Whether every required person confirmed every clause and no question is open; never for an empty text."""
    people = frozenset(required)
    settled = all(people <= agreed(stances, clause) for clause in clauses)
    return bool(clauses) and settled and not stopped_by(stances, clauses)


def may_edit(state: State, person: str, matter: Matter, versions: Sequence[Version]) -> bool:
    """The mediator; recorder and co-mediators where they may see the newest version, so that nobody edits blindly."""
    if state not in (State.DRAFTING, State.READING):
        return False
    newest = max(versions, key=lambda version: version.number, default=None)
    knows = newest is None or person in newest.audience
    return person == matter.mediator_id or (person in helpers(matter) and knows)
