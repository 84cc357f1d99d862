"""What a case has to say on a form, by the closed names of `model.SOURCES`. Pure.

Whatever is confidential has no way in: the case as filed, its staff, when it was talked about, and of agreements only
those that were frozen after everybody had heard every clause."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from server.cases.model import Case, Part, Party, Side
from server.cases.rules import born_on
from server.forms.model import ATTRIBUTES
from server.law import dates
from server.law.disputes import DISPUTES, profile_for
from server.law.profiles import PROFILES
from server.settings import Centre

ONLINE = "线上视频调解"
SCOPES = {"special": "特别授权", "general": "一般授权", "full": "全权代理"}
ACTING = {
    Part.representative: "委托代理人",
    Part.guardian: "法定代理人",
    Part.interpreter: "翻译",
    Part.witness: "见证人",
}


@dataclass(frozen=True)
class Individual:
    """Somebody of the case as a form describes them; what is not known is missing."""

    id: str
    organisation: bool
    said: Mapping[str, str] = field(repr=False)
    """Name of ATTRIBUTES -> text."""

    def __getitem__(self, attribute: str) -> str:
        return self.said.get(attribute, "")


@dataclass(frozen=True)
class Settled:
    """A frozen or signed agreement."""

    number: str = ""
    effective: date | None = None
    clauses: tuple[str, ...] = ()
    minutes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """All that may be filled in."""

    texts: Mapping[str, str] = field(repr=False)
    people: Mapping[str, tuple[Individual, ...]] = field(repr=False)

    def person(self, group: str, chosen: str) -> Individual | None:
        """The person chosen of a group; nobody chosen: the only one there is."""
        found = self.people.get(group, ())
        return next((one for one in found if one.id == chosen), found[0] if len(found) == 1 and not chosen else None)


def known(
    case: Case, mediator: str, recorder: str, held: Sequence[datetime], settled: Settled, centre: Centre, day: date
) -> Known:
    """`held`: when the sessions of the case began, in order."""
    facts = case.facts
    parties = [_individual(one, case, day) for one in case.parties]
    local = [one.astimezone(dates.ZONE) for one in held]
    texts = {
        "case.number": case.number,
        "case.title": case.title,
        "case.kind": DISPUTES[case.kind].name if case.kind in DISPUTES else "",
        "case.received": dates.legal_day(case.created_at).isoformat(),
        "case.claims": case.claims,
        "case.facts": _facts(facts.time + facts.place, facts.cause, f"致{facts.event}" if facts.cause else facts.event),
        "case.time": facts.time,
        "case.place": facts.place,
        "case.applicants": "、".join(one.name for one in case.parties if one.side is Side.applicant),
        "case.respondents": "、".join(one.name for one in case.parties if one.side is Side.respondent),
        "case.parties": "、".join(f"{one['label']}{one['name']}" for one in parties),
        "case.present": "、".join(_present(case, mediator, recorder)),
        "mediator.name": mediator,
        "recorder.name": recorder,
        "session.time": f"{dates.written(local[-1].date())} {local[-1]:%H:%M}" if local else "",
        "session.first": local[0].date().isoformat() if local else "",
        "session.last": local[-1].date().isoformat() if local else "",
        "session.place": ONLINE if local else "",
        "agreement.number": settled.number,
        "agreement.effective": settled.effective.isoformat() if settled.effective else "",
        "agreement.clauses": "\n".join(f"{at}. {text}" for at, text in enumerate(settled.clauses, 1)),
        "agreement.minutes": "\n".join(settled.minutes),
        "centre.name": centre.name,
        "centre.phone": centre.phone,
        "centre.address": centre.address,
        "profile.name": PROFILES[profile_for(case.kind)].name,
        "today": day.isoformat(),
    }
    groups = {
        "case.applicants": _of(case.parties, case, day, side=Side.applicant),
        "case.respondents": _of(case.parties, case, day, side=Side.respondent),
        "case.parties": tuple(parties),
        "case.represented": tuple(
            _individual(one, case, day)
            for one in case.parties
            if any(other.acts_for == one.id and other.part is Part.representative for other in case.people)
        ),
        "case.representatives": _of(case.people, case, day, part=Part.representative),
        "case.guardians": _of(case.people, case, day, part=Part.guardian),
    }
    return Known(texts, groups)


def _of(
    people: Iterable[Party], case: Case, day: date, *, side: Side | None = None, part: Part | None = None
) -> tuple[Individual, ...]:
    return tuple(
        _individual(one, case, day)
        for one in people
        if (side is None or one.side is side) and (part is None or one.part is part)
    )


def _individual(one: Party, case: Case, day: date) -> Individual:
    filed, authority = one.filed, one.authority
    whom = case.party(one.acts_for) if one.acts_for else None
    born = born_on(one) if filed.born_on else None
    said = {
        "name": one.name,
        "label": one.label if one.part is Part.party else ACTING.get(one.part, ""),
        "sex": filed.sex,
        "ethnic": filed.ethnic,
        "age": _age(born, filed.born, day),
        "born": dates.written(born) if born else f"{filed.born}年" if filed.born else "",
        "occupation": filed.occupation,
        "address": filed.address,
        "code": filed.code,
        "head": filed.head,
        "position": filed.position,
        "whom": f"{whom.label}{whom.name}" if whom else "",
        "relation": authority.relation,
        "scope": SCOPES.get(authority.scope, ""),
        "document": authority.document,
    }
    return Individual(one.id, one.organisation, {name: text for name, text in said.items() if name in ATTRIBUTES})


def _age(born: date | None, year: str, day: date) -> str:
    """55岁; 1971年生 where only the year is known, since the age may be one less."""
    if born is not None:
        return f"{day.year - born.year - ((day.month, day.day) < (born.month, born.day))}岁"
    return f"{year}年生" if year else ""


def _present(case: Case, mediator: str, recorder: str) -> list[str]:
    names = {one.id: one.label or one.name for one in case.people}
    found = [
        f"{one.label}{one.name}"
        if one.part is Part.party
        else f"{names.get(one.acts_for, '') if one.acts_for else ''}{ACTING[one.part]}{one.name}"
        for one in case.people
        if not one.organisation
    ]
    return [*found, f"调解员{mediator}", *([f"记录人{recorder}"] if recorder else [])]


def _facts(*parts: str) -> str:
    text = "，".join(part.strip().rstrip("。，") for part in parts if part.strip())
    return f"{text}。" if text else ""
