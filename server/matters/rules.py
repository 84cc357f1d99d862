"""How a matter moves on, and who may see it. Pure."""

from server.errors import NotFound, NotPermitted
from server.matters.model import Matter, MatterAct, MatterState
from server.people.model import Organisation
from server.web.call import Caller

A, S = MatterAct, MatterState

TABLE: dict[tuple[MatterState, MatterAct], MatterState] = {
    (S.received, A.accept): S.accepted,
    (S.received, A.decline): S.declined,
    (S.received, A.withdraw): S.withdrawn,
    (S.received, A.refer): S.referred,
    (S.received, A.merge): S.merged,
    (S.merged, A.unmerge): S.received,
    (S.accepted, A.route): S.routed,
    (S.accepted, A.refer): S.referred,
    (S.accepted, A.withdraw): S.withdrawn,
    (S.routed, A.appoint): S.appointed,
    (S.routed, A.claim): S.mediating,
    (S.routed, A.send_back): S.accepted,
    (S.routed, A.refer): S.referred,
    (S.routed, A.withdraw): S.withdrawn,
    (S.appointed, A.agree): S.mediating,
    (S.appointed, A.refuse): S.routed,
    (S.appointed, A.expire): S.routed,
    (S.appointed, A.withdraw): S.withdrawn,
    (S.mediating, A.recuse): S.routed,
    (S.mediating, A.settle): S.settled,
    (S.mediating, A.fail): S.failed,
    (S.mediating, A.refer): S.referred,
    (S.mediating, A.withdraw): S.withdrawn,
    (S.settled, A.reopen): S.mediating,
    (S.settled, A.archive): S.archived,
    (S.failed, A.archive): S.archived,
    (S.referred, A.archive): S.archived,
    (S.declined, A.archive): S.archived,
    (S.withdrawn, A.archive): S.archived,
}

OVER = frozenset({S.settled, S.failed, S.referred, S.declined, S.withdrawn, S.merged, S.archived})
"""No time limit runs any more."""


def sight(caller: Caller, own: Organisation | None) -> tuple[str, ...]:
    """Whose lists the caller reads (`listing`): what stands in them is what `may_see` lets through. `own` is the
    caller's organisation."""
    if caller.kind != "staff":
        return ()
    return (caller.id, own.id) if caller.role in {"intake", "supervisor"} and own is not None else (caller.id,)


def may_see(matter: Matter, caller: Caller, own: Organisation | None, holds: Organisation) -> None:
    """Its mediator; intake and supervision of the organisation that has it, or of one above. `own` is the caller's.
    For others it does not exist: NotFound."""
    if caller.kind == "staff":
        if caller.id in {matter.mediator_id, matter.clerk_id}:
            return
        if caller.role in {"intake", "supervisor"} and own is not None and holds.within(own):
            return
    raise NotFound("matter")


INTAKE = frozenset({A.accept, A.decline, A.withdraw, A.route, A.refer, A.send_back, A.appoint, A.archive})
"""Acts of the intake desk; the others are a mediator's, or follow from something else."""


def may_route(holds: Organisation, caller: Caller, own: Organisation | None) -> None:
    """The intake desk of the organisation that has it, or of one above. Raises NotFound for strangers."""
    if own is None or not holds.within(own):
        raise NotFound("matter")
    if caller.role != "intake":
        raise NotPermitted("intake")


def may_claim(matter: Matter, own: Organisation | None, holds: Organisation) -> None:
    """Any mediator of the organisation that has it, or below, once the intake opened it. Raises NotFound."""
    open_ = matter.state is MatterState.routed and matter.claimable
    if not open_ or own is None or not own.within(holds):
        raise NotFound("matter")


def acts_of(matter: Matter, caller: Caller, own: Organisation | None, holds: Organisation) -> list[MatterAct]:
    """What this member of staff can do to it now."""
    possible = [act for state, act in TABLE if state is matter.state]
    if caller.role == "intake" and own is not None and holds.within(own):
        with_case = matter.state is S.mediating  # the mediator ends the case, and the matter follows
        return [] if with_case else [act for act in possible if act in INTAKE]
    if caller.id != matter.mediator_id:
        return []
    return [act for act in possible if act in {A.agree, A.refuse, A.recuse}]
