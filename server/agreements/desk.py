"""One agreement laid out on the desk: row, versions, stances, the case it belongs to, and who may see what of it."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from server.agreements import oral, rules, store
from server.agreements.around import around
from server.agreements.composition import Worded, worded
from server.agreements.errors import CaseOver, PaperOnly, PeopleLacking
from server.agreements.model import Agreement, Matter, Party, Stance, State, Terms, Version
from server.cases import rules as case_rules
from server.cases import store as cases
from server.cases.model import Case, CaseAct, CaseState, Part
from server.cases.model import Party as CaseParty
from server.errors import Invalid, NotFound, NotPermitted, Stale
from server.law.dates import legal_day, written
from server.law.disputes import esign_excluded
from server.law.profiles import PROFILES, Profile
from server.law.roles import Place, Staff, lacks, places
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

    @property
    def reading(self) -> tuple[rules.Keyed, ...]:
        """What is read aloud and confirmed, in order: what stands around the clauses, if anything, then each clause."""
        beside = around(self.terms.dispute)
        return (*((beside,) if beside else ()), *self.clauses)

    def seen_by(self, person: str) -> Version:
        """The version this person may see: the mediator the newest, everybody else by audience. NotFound for none."""
        version = self.newest if person == self.matter.mediator_id else rules.visible(self.versions, person)
        if version is None:
            raise NotFound("agreement")
        return version

    async def terms_for(self, tx: Tx, person: str) -> Terms:
        """What the version says that this person may see."""
        version = self.seen_by(person)
        newest = version.number == self.newest.number
        return self.terms if newest else await store.terms_of(tx, self.agreement.id, version.number)

    def places(self) -> tuple[Place, ...]:
        """Who signs where."""
        return places(self.matter.people, self.profile, self.matter.day, self.matter.staff)

    def complete(self) -> bool:
        """Whether the newest version, which has clauses, is confirmed by everyone who must."""
        required = rules.confirmers(self.matter, self.profile)
        return bool(self.clauses) and rules.complete(required, self.reading, self.stances)


async def load_desk(tx: Tx, agreement_id: str, caller: Caller, centre: Centre, now: datetime) -> Desk:
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
        await matter_of(tx, case, centre, now),
        profile_of(agreement, centre),
        case,
    )


def profile_of(agreement: Agreement, centre: Centre) -> Profile:
    """The agreement's rule type, with the centre's choice whether a reviewer reads its drafts."""
    return replace(PROFILES[agreement.profile], reviewed=agreement.profile in centre.reviewed)


async def admit(tx: Tx, case: Case, caller: Caller) -> None:
    """Staff of the case, and its people who agreed and proved their phone: a forwarded link alone shows no terms.

    Raises NotFound for strangers and for experts and observers, NotReady for a seat before that step.
    """
    case_rules.may_see(case, caller)
    if caller.kind == "seat":
        if case.guest(caller.id):
            raise NotFound("agreement")
        session_rules.need(await sessions.seat(tx, caller.seat_id), Step.devices)


def need_mediator(desk: Desk, caller: Caller) -> None:
    """Raises NotPermitted for everybody but the mediator of the case."""
    if caller.kind != "staff" or caller.id != desk.matter.mediator_id:
        raise NotPermitted("mediator of the case")


def need_open_case(case: Case) -> None:
    """Raises CaseOver: a mediation that has ended makes no agreement."""
    if case.state in case_rules.OVER:
        raise CaseOver(case.state)


def need_newest(desk: Desk, version: int | None) -> None:
    """Only what the caller saw is published or frozen. Raises Stale where another version is the newest, Invalid where
    none is named."""
    if version is None:
        raise Invalid({"version": "required"})
    if version != desk.newest.number:
        raise Stale(desk.newest.number)


def need_signers(desk: Desk) -> None:
    """Everybody who must sign is there and entitled to, electronically; raises PaperOnly, PeopleLacking."""
    excluded = esign_excluded(desk.matter.kind)
    if excluded is not None:
        raise PaperOnly(desk.matter.kind, excluded)
    found = lacks(desk.matter.people, desk.profile, desk.matter.day)
    if found:
        raise PeopleLacking(found)


async def matter_of(tx: Tx, case: Case, centre: Centre, now: datetime) -> Matter:
    """The case as an agreement names it."""
    mediator = await people.account(tx, case.mediator_id)
    recorder = await people.account(tx, case.recorder_id) if case.recorder_id else None
    staff = Staff(
        mediator.id, mediator.name, recorder.id if recorder else "", recorder.name if recorder else "", centre.name
    )
    return matter(case, staff, centre.address, legal_day(now))


def matter(case: Case, staff: Staff, place: str, day: date) -> Matter:
    """The same from plain values."""
    facts = case.facts
    return Matter(
        case_id=case.id,
        title=case.title,
        committee=staff.committee,
        place=place,
        parties=tuple(
            Party(p.id, p.name, p.label, p.side.value, particulars(p, case), p.assurance.value) for p in case.parties
        ),
        people=tuple(case_rules.in_law(one) for one in case.people),
        day=day,
        mediator_id=staff.mediator_id,
        mediator_name=staff.mediator,
        recorder_id=staff.recorder_id,
        recorder_name=staff.recorder,
        facts=_sentence(f"{facts.time}{facts.place}", facts.cause, f"致{facts.event}" if facts.cause else facts.event),
        issues=_sentence(case.claims),
        kind=case.kind,
        co_mediators=tuple(case.co_mediators),
    )


def particulars(party: CaseParty, case: Case, more: str = "") -> str:
    """林秀珍，女，1971年生，汉族，退休，住…… [RMTJ 29(1)(1)]; an organisation with its code and legal representative;
    then `more`, and who acts for the party and by what right. What was not filed is left out."""
    filed = party.filed
    if party.organisation:
        head = f"法定代表人{filed.head}" + (f"（{filed.position}）" if filed.position else "") if filed.head else ""
        code = f"统一社会信用代码{filed.code}" if filed.code else ""
        parts = [party.name, code, f"住所地{filed.address}" if filed.address else "", head]
    else:
        parts = _person(party)
    found = "，".join(part for part in (*parts, more) if part)
    return "。".join([found, *(_acting(one, party) for one in case.people if one.acts_for == party.id)])


def _person(person: CaseParty) -> list[str]:
    filed = person.filed
    day = case_rules.born_on(person) if filed.born_on else None
    born = f"{written(day)}生" if day else f"{filed.born}年生" if filed.born else ""
    lives = f"住{filed.address}" if filed.address else ""
    return [person.name, filed.sex, born, filed.ethnic, filed.occupation, lives]


SCOPES = {"special": "特别授权", "general": "一般授权", "full": "全权代理"}


def _acting(one: CaseParty, party: CaseParty) -> str:
    """委托代理人李敏（女儿，特别授权），女，……"""
    authority = one.authority
    match one.part:
        case Part.representative if authority.basis == "legal_representative" and party.organisation:
            return f"法定代表人{one.name}到场"
        case Part.representative:
            word, right = "委托代理人", [authority.relation, SCOPES.get(authority.scope, ""), authority.document]
        case Part.guardian:
            word, right = "法定代理人", [authority.relation, authority.document]
        case _:
            word, right = "翻译", [authority.document]
    said = "，".join(part for part in right if part)
    name, *rest = _person(one)
    whole = [f"{word}{name}" + (f"（{said}）" if said else ""), *(rest if one.part is not Part.interpreter else [])]
    return "，".join(part for part in whole if part)


def _sentence(*parts: str) -> str:
    text = "，".join(part.strip().rstrip("。，") for part in parts if part.strip())
    return f"{text}。" if text else ""


async def conclude(tx: Tx, case: Case, actor: str, now: datetime) -> None:
    """The case is settled and takes effect once none of its agreements is open, in the transaction in which the last
    one took effect or became void (architecture 4); not while those that were reached leave something open. What was
    agreed by word of mouth leaves nothing open."""
    found = await store.of_case(tx, case.id)
    if any(one.state not in rules.OVER for one, _ in found):
        return
    written = any(one.state is State.COMPLETE and not partial for one, partial in found)
    settled = written or bool(await oral.of_case(tx, case.id))
    if case.state is CaseState.in_mediation and settled:
        case = await cases.advance(tx, case, CaseAct.settle, actor, now)
        await cases.advance(tx, case, CaseAct.take_effect, actor, now)
