"""How a case moves on, and who may see it. Pure."""

import re
from datetime import date

from server.cases.model import Case, CaseAct, CaseState, Part, Party
from server.errors import NotFound, NotPermitted
from server.law import roles
from server.law.disputes import profile_for
from server.law.profiles import PROFILES
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

OVER = frozenset({S.concluded, S.declined, S.withdrawn, S.failed})
"""Final states."""
BY_HAND = frozenset({A.withdraw, A.fail})
"""Acts done as such; the others follow from something else (a session opens, an agreement takes effect)."""


def may_see(case: Case, caller: Caller) -> None:
    """The staff of the case, and the seats of its own parties. For others it does not exist: NotFound."""
    if caller.kind == "staff" and caller.id in case.hosts | {case.recorder_id}:
        return
    if caller.kind == "seat" and caller.case_id == case.id and case.party(caller.id) is not None:
        return
    raise NotFound("case")


def may_lead(case: Case, caller: Caller) -> None:
    """The mediator of the case: NotFound for strangers, NotPermitted for those who may only see it."""
    may_see(case, caller)
    if caller.kind != "staff" or caller.id != case.mediator_id:
        raise NotPermitted("mediator of the case")


def may_host(case: Case, caller: Caller) -> None:
    """Who leads its sessions, alone or together, so that one goes on without the other; errors as of `may_lead`."""
    may_see(case, caller)
    if caller.kind != "staff" or caller.id not in case.hosts:
        raise NotPermitted("mediator of the session")


LABELS = "甲乙丙丁戊己庚辛壬癸"
PART_LABELS = {
    Part.representative: "代理人",
    Part.guardian: "法定代理人",
    Part.interpreter: "翻译",
    Part.witness: "见证人",
    Part.expert: "专家",
    Part.observer: "旁听人",
}
IN_LAW: dict[Part, roles.Part] = {
    Part.party: "party",
    Part.representative: "representative",
    Part.guardian: "guardian",
    Part.interpreter: "interpreter",
    Part.witness: "witness",
}
"""Guests have no place in the rules of signing."""
PHONE = re.compile(r"1\d{10}")
CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
"""统一社会信用代码 [GB 32100-2015]: the form, not the check digit."""


def next_label(case: Case) -> str:
    """甲方, 乙方, 丙方 ... as the next party is called."""
    taken = {one.label for one in case.parties}
    free = (name for letter in LABELS if (name := f"{letter}方") not in taken)
    return next(free, f"当事人{len(case.parties) + 1}")


def born_on(party: Party) -> date | None:
    """The date of birth as filed, or as an identity number of 18 digits says it; None when neither can be read."""
    digits = party.filed.id_no[6:14] if len(party.filed.id_no) == 18 else ""
    for text in (party.filed.born_on, f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if digits.isdigit() else ""):
        try:
            return date.fromisoformat(text)
        except ValueError:
            continue
    return None


def in_law(party: Party) -> roles.Person:
    """The person as the rules of signing know them."""
    year = party.filed.born
    authority, filed = party.authority, party.filed
    return roles.Person(
        id=party.id,
        name=party.name,
        part=IN_LAW[party.part],
        side=party.side.value,
        label=party.label if party.part is Part.party else "",
        organisation=party.organisation,
        born=born_on(party),
        born_year=int(year) if year.isdigit() else None,
        capacity=roles.CAPACITIES.get(filed.capacity, ""),
        seal=filed.seal,
        acts_for=party.acts_for or "",
        basis=roles.BASES.get(authority.basis, ""),
        scope=roles.SCOPES.get(authority.scope, ""),
        relation=authority.relation,
    )


def lacks(case: Case, day: date) -> tuple[roles.Lack, ...]:
    """What stands in the way of signing, under the rule type that fits this kind of dispute."""
    return roles.lacks([in_law(one) for one in case.people], PROFILES[profile_for(case.kind)], day)


def mask_id(id_no: str) -> str:
    """330402197103150026 -> 330***********0026."""
    return f"{id_no[:3]}{'*' * max(len(id_no) - 7, 4)}{id_no[-4:]}" if len(id_no) > 7 else "****"
