"""How a case moves on, and who may see it. Pure."""

from server.cases.model import Case, CaseAct, CaseState
from server.errors import NotFound, NotPermitted
from server.web.call import Caller

A, S = CaseAct, CaseState

TABLE: dict[tuple[CaseState, CaseAct], CaseState] = {
    (S.submitted, A.accept): S.awaiting_consent,
    (S.submitted, A.decline): S.declined,
    (S.submitted, A.withdraw): S.withdrawn,
    (S.awaiting_consent, A.all_consent): S.accepted,
    (S.awaiting_consent, A.refuse): S.declined,
    (S.awaiting_consent, A.expire): S.declined,
    (S.awaiting_consent, A.withdraw): S.withdrawn,
    (S.accepted, A.appoint): S.assigned,
    (S.accepted, A.withdraw): S.withdrawn,
    (S.assigned, A.open): S.in_mediation,
    (S.assigned, A.recuse): S.accepted,
    (S.assigned, A.withdraw): S.withdrawn,
    (S.in_mediation, A.settle): S.settled,
    (S.in_mediation, A.fail): S.failed,
    (S.in_mediation, A.recuse): S.accepted,
    (S.in_mediation, A.withdraw): S.withdrawn,
    (S.settled, A.take_effect): S.concluded,
    (S.settled, A.reopen): S.in_mediation,
}

BY_HAND = frozenset({A.withdraw, A.fail})
"""Acts done as such; the others follow from something else (a session opens, an agreement takes effect)."""


def may_see(case: Case, caller: Caller) -> None:
    """The staff of the case, and the seats of its own parties. For others it does not exist: NotFound."""
    if caller.kind == "staff" and caller.id in (case.mediator_id, case.recorder_id):
        return
    if caller.kind == "seat" and caller.case_id == case.id and case.party(caller.id) is not None:
        return
    raise NotFound("case")


def may_lead(case: Case, caller: Caller) -> None:
    """The mediator of the case: NotFound for strangers, NotPermitted for those who may only see it."""
    may_see(case, caller)
    if caller.kind != "staff" or caller.id != case.mediator_id:
        raise NotPermitted("mediator of the case")


def mask_id(id_no: str) -> str:
    """330402197103150026 -> 330***********0026."""
    return f"{id_no[:3]}{'*' * max(len(id_no) - 7, 4)}{id_no[-4:]}" if len(id_no) > 7 else "****"
