"""Who sees a remark, who may make one, what becomes of it. Pure."""

from collections.abc import Collection, Sequence

from server.agreements import rules
from server.agreements.drafting.remarks_model import Remark, RemarkAct, RemarkState
from server.agreements.model import Matter, State, Version

S, A = RemarkState, RemarkAct
REMARKS: dict[tuple[RemarkState, RemarkAct], RemarkState] = {
    (S.open, A.accept): S.accepted,
    (S.open, A.decline): S.declined,
    (S.open, A.resolve): S.resolved,
    (S.open, A.withdraw): S.withdrawn,
}
OPEN_STATES = frozenset({State.DRAFTING, State.IN_REVIEW, State.READING})
"""While the text may still change."""
ACTING = ("party", "representative", "guardian")
"""Who speaks for a party; interpreters and witnesses do not write for it."""


def audience(
    version: Version, author: str, matter: Matter, mates: Collection[str], *, private: bool, confided: bool
) -> frozenset[str]:
    """Author and mediator, and whoever may see the version; of what is written in a private talk only those in it; of
    what is confided the co-mediators who may see the version, and nobody else."""
    always = {author, matter.mediator_id}
    if confided:
        return frozenset(always | version.audience & set(matter.co_mediators))
    return frozenset(always | (version.audience & set(mates) if private else version.audience))


def may_remark(person: str, matter: Matter, state: State) -> bool:
    """Staff, and who speaks for a party; whether they see the draft is asked before."""
    acting = any(one.id == person and one.part in ACTING for one in matter.people)
    return state in OPEN_STATES and (acting or person == matter.mediator_id or person in rules.helpers(matter))


def acts(
    remark: Remark, person: str, matter: Matter, state: State, versions: Sequence[Version]
) -> tuple[RemarkAct, ...]:
    """What somebody may do with it now: its author takes it back, who may edit the draft deals with it."""
    if remark.state is not S.open or person not in remark.audience or state not in OPEN_STATES:
        return ()
    own = (A.withdraw,) if person == remark.author else ()
    if not rules.may_edit(state, person, matter, versions):
        return own
    return (*((A.accept,) if remark.said.words else (A.resolve,)), A.decline, *own)


def reaches_out(remark: Remark, matter: Matter, mates: Collection[str]) -> bool:
    """Whether people read it who are neither in this private talk nor of the side of who is: what becomes of it would
    tell them what was talked about."""
    inside = {*mates}.union(*(camp for camp in matter.camps() if not camp.isdisjoint(mates)))
    return any(one.id in remark.audience - inside for one in matter.people)


def public(remark: Remark, matter: Matter) -> bool:
    """Whether every side sees it; only then the journal may know that it was made."""
    return not remark.confided and all(camp & remark.audience for camp in matter.camps())
