"""One agreement laid out on the desk: row, versions, stances, the case it belongs to, and who may see what of it."""

from dataclasses import dataclass

from server.agreements import rules, store
from server.agreements.composition import Worded, worded
from server.agreements.model import Agreement, Matter, Party, Stance, Terms, Version
from server.cases import rules as case_rules
from server.cases import store as cases
from server.cases.model import Case
from server.cases.model import Party as CaseParty
from server.errors import NotFound, NotPermitted
from server.law.profiles import PROFILES, Profile
from server.people import store as people
from server.sessions import rules as session_rules
from server.sessions import store as sessions
from server.sessions.model import Step
from server.settings import Centre
from server.store.db import Tx
from server.web.call import Caller


@dataclass(frozen=True)
class Desk:
    """What a handler works with."""

    agreement: Agreement
    versions: list[Version]
    terms: Terms
    """Of the newest version."""
    stances: list[Stance]
    matter: Matter
    profile: Profile
    case: Case

    @property
    def newest(self) -> Version:
        """The version that submit and freeze mean."""
        return self.versions[-1]

    @property
    def clauses(self) -> tuple[Worded, ...]:
        """The newest version's clauses in words."""
        return worded(self.terms, self.matter)

    def seen_by(self, person: str) -> Version:
        """The version this person may see: the mediator the newest, everybody else by audience. NotFound for none."""
        version = self.newest if person == self.matter.mediator_id else rules.visible(self.versions, person)
        if version is None:
            raise NotFound("agreement")
        return version

    def complete(self) -> bool:
        """Whether the newest version is confirmed by everyone who must."""
        required = rules.confirmers(self.matter, self.profile)
        return rules.complete(required, self.clauses, self.stances)


async def load_desk(tx: Tx, agreement_id: str, caller: Caller, centre: Centre) -> Desk:
    """Load an agreement for somebody of its case; NotFound for others, NotReady for a seat unproven."""
    agreement = await store.load(tx, agreement_id)
    if agreement is None:
        raise NotFound("agreement")
    case = await cases.load(tx, agreement.case_id)
    await admit(tx, case, caller)
    versions = await store.versions_of(tx, agreement_id)
    return Desk(
        agreement,
        versions,
        await store.terms_of(tx, agreement_id, versions[-1].number),
        await store.stances_of(tx, agreement_id),
        await matter_of(tx, case, centre),
        PROFILES[agreement.profile],
        case,
    )


async def admit(tx: Tx, case: Case, caller: Caller) -> None:
    """Staff of the case, and parties who agreed and proved their phone: a forwarded link alone shows no terms.

    Raises NotFound for strangers, NotReady for a seat before that step.
    """
    case_rules.may_see(case, caller)
    if caller.kind == "seat":
        session_rules.need(await sessions.seat(tx, caller.seat_id), Step.devices)


def need_mediator(desk: Desk, caller: Caller) -> None:
    """Raises NotPermitted for everybody but the mediator of the case."""
    if caller.kind != "staff" or caller.id != desk.matter.mediator_id:
        raise NotPermitted("mediator of the case")


async def matter_of(tx: Tx, case: Case, centre: Centre) -> Matter:
    """The case as an agreement names it."""
    mediator = await people.account(tx, case.mediator_id)
    recorder = await people.account(tx, case.recorder_id) if case.recorder_id else None
    facts = case.facts
    return Matter(
        case_id=case.id,
        title=case.title,
        committee=centre.name,
        place=centre.address,
        parties=tuple(
            Party(p.id, p.name, p.label, p.side.value, particulars(p), p.assurance.value) for p in case.parties
        ),
        mediator_id=mediator.id,
        mediator_name=mediator.name,
        recorder_id=recorder.id if recorder else "",
        recorder_name=recorder.name if recorder else "",
        facts=_sentence(f"{facts.time}{facts.place}", facts.cause, f"致{facts.event}" if facts.cause else facts.event),
        issues=_sentence(case.claims),
    )


def particulars(party: CaseParty) -> str:
    """林秀珍，女，1971年生，汉族，退休，住…… [RMTJ 29(1)(1)]; what was not filed is left out."""
    filed = party.filed
    born = f"{filed.born}年生" if filed.born else ""
    lives = f"住{filed.address}" if filed.address else ""
    return "，".join(part for part in (party.name, filed.sex, born, filed.ethnic, filed.occupation, lives) if part)


def _sentence(*parts: str) -> str:
    text = "，".join(part.strip().rstrip("。，") for part in parts if part.strip())
    return f"{text}。" if text else ""
