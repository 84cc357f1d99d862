"""Who signs for whom: from the people of a case to the places on the page, and what is still lacking. Pure.

Sources: 民法典 (CIV) 17-24, 61, 145, 161-165, 民事诉讼法 (CPL) 61-62, its interpretation (JS) 88-89, 电子签名法 3.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from server.law.profiles import Profile

Part = Literal["party", "representative", "guardian", "interpreter", "witness"]
Scope = Literal["", "special", "general", "full"]
"""special: 特别授权, settling named; general: 一般授权; full: only 全权代理 is written, which is general [JS 89]."""
Basis = Literal["", "legal_representative", "attorney"]
"""An organisation's own legal representative 法定代表人, or somebody with a power of attorney 委托代理人."""
Capacity = Literal["", "full", "limited", "none"]
SCOPES: dict[str, Scope] = {"special": "special", "general": "general", "full": "full"}
BASES: dict[str, Basis] = {"legal_representative": "legal_representative", "attorney": "attorney"}
CAPACITIES: dict[str, Capacity] = {"full": "full", "limited": "limited", "none": "none"}
"""Words of the database to typed words; anything else is unknown."""
RANKS = {"applicant": 1, "respondent": 1, "representative": 1, "organisation": 2, "guardian": 3} | {
    "interpreter": 4,
    "witness": 5,
    "recorder": 6,
    "mediator": 7,
    "committee": 9,
}
"""Order of turns; equal to documents.agreement.RANKS (tested)."""


@dataclass(frozen=True)
class Person:
    """Somebody of a case as far as the right to sign goes."""

    id: str
    name: str
    part: Part
    side: str
    """applicant or respondent; of helpers, the side they belong to."""
    label: str = ""
    """Of a party: 甲方."""
    organisation: bool = False
    born: date | None = None
    born_year: int | None = None
    capacity: Capacity = ""
    """Capacity as established apart from age [CIV 21, 22]; "" follows age."""
    seal: str = ""
    """Of an organisation: "plain", or the hash of the seal's picture; "" when nobody settled it."""
    acts_for: str = ""
    basis: Basis = ""
    scope: Scope = ""
    relation: str = ""
    """Of a guardian: 母亲, 父亲, 指定监护人 ..."""


@dataclass(frozen=True)
class Place:
    """One slot: who signs there, as what, and for whom."""

    slot: str
    person: str
    name: str
    role: str
    kind: Literal["person", "organisation", "seal"]
    label: str
    rank: int
    acts_for: str = ""


@dataclass(frozen=True)
class Lack:
    """What stands in the way of signing: a code (words: i18n case.lack.*), of whom, by which article."""

    code: str
    person: str
    article: str


def capacity_of(person: Person, day: date) -> Capacity | None:
    """none below 8, limited below 18, else full [CIV 17-20]; None where only the year is known and it matters."""
    if person.organisation:
        return "full"
    if person.capacity:
        return person.capacity
    if person.born is not None:
        age = day.year - person.born.year - ((day.month, day.day) < (person.born.month, person.born.day))
        return "none" if age < 8 else "limited" if age < 18 else "full"
    if person.born_year is not None and day.year - person.born_year <= 18:
        return None
    return "full"


def representatives(party: Person, people: Iterable[Person]) -> list[Person]:
    """Who may settle for this party: 法定代表人, or 委托代理人 with special authority [CPL 62(2)]."""
    return [
        one
        for one in people
        if one.part == "representative"
        and one.acts_for == party.id
        and (one.scope == "special" or (one.basis == "legal_representative" and party.organisation))
    ]


def guardians(party: Person, people: Iterable[Person]) -> list[Person]:
    """The legal representatives 法定代理人 of a person without full capacity [CIV 23]."""
    return [one for one in people if one.part == "guardian" and one.acts_for == party.id]


def answers_for(one: Person, people: Iterable[Person], day: date) -> tuple[str, ...]:
    """Ids of those any of whom answers for this person: themself, of less than full capacity their guardians, nobody
    where these are missing. Consent to be recorded, to a guest, to a time to sign: what a ward says is heard, what the
    guardian says counts [CIV 19, 20, 22, 23, 35]."""
    if one.part != "party" or capacity_of(one, day) in ("full", None):
        return (one.id,)
    return tuple(guardian.id for guardian in guardians(one, people))


def lacks(people: Sequence[Person], profile: Profile, day: date) -> tuple[Lack, ...]:
    """Everything that must be put right before the text may be frozen; empty when all is in order."""
    return tuple(
        lack for party in people if party.part == "party" for lack in _lacks_of(party, people, profile, day)
    ) + (tuple(lack for one in people if one.part != "party" for lack in _lacks_of_helper(one, people, day)))


def _lacks_of(party: Person, people: Sequence[Person], profile: Profile, day: date) -> Iterator[Lack]:
    acting = representatives(party, people)
    if party.organisation:
        if not acting:
            yield Lack("representative_missing", party.id, "CIV 61(1), 165")
        if profile.seal_for_organisations and not party.seal:
            yield Lack("seal_missing", party.id, profile.article("effect_needs"))
        return
    capacity = capacity_of(party, day)
    if capacity is None:
        yield Lack("birth_date_missing", party.id, "CIV 17")
    elif capacity != "full" and not guardians(party, people):
        yield Lack("guardian_missing", party.id, "CIV 20" if capacity == "none" else "CIV 19")


def _lacks_of_helper(one: Person, people: Sequence[Person], day: date) -> Iterator[Lack]:
    whom = next((other for other in people if other.id == one.acts_for), None)
    if one.part in ("representative", "guardian", "interpreter") and whom is None:
        yield Lack("acts_for_missing", one.id, "CIV 165" if one.part == "representative" else "HOUSE")
    if one.part == "representative":
        legal = one.basis == "legal_representative" and whom is not None and whom.organisation
        if not legal and one.scope == "full":
            yield Lack("authority_only_full", one.id, "JS 89(1)")
        elif not legal and not one.scope:
            yield Lack("authority_missing", one.id, "CPL 62(1)")
        elif not legal and one.scope == "general" and whom is not None and whom.organisation:
            yield Lack("authority_not_special", one.id, "CPL 62(2)")
    if one.part == "guardian" and not one.relation:
        yield Lack("relation_missing", one.id, "CIV 27, 28")
    if one.part != "interpreter" and capacity_of(one, day) not in ("full", None):
        yield Lack("helper_without_capacity", one.id, "CIV 144, 145")


@dataclass(frozen=True)
class Staff:
    """Those of the centre who sign."""

    mediator_id: str
    mediator: str
    recorder_id: str
    recorder: str
    committee: str


def places(people: Sequence[Person], profile: Profile, day: date, staff: Staff) -> tuple[Place, ...]:
    """All slots in printing order: party by party with those who act for it, then helpers, staff, the seal."""
    found: list[Place] = []
    for n, party in enumerate((one for one in people if one.part == "party"), 1):
        found += _places_of(f"party-{n}", party, people, day, profile.seal_for_organisations)
    for part, word in (("interpreter", "翻译"), ("witness", "见证人")):
        for n, one in enumerate((other for other in people if other.part == part), 1):
            whom = next((other.name for other in people if other.id == one.acts_for), "")
            found.append(_place(f"{part}-{n}", one, part, f"{word}（签名）", whom))
    if profile.recorder_signs and staff.recorder_id:
        found.append(
            Place(
                "recorder", staff.recorder_id, staff.recorder, "recorder", "person", "记录人（签名）", RANKS["recorder"]
            )
        )
    return (
        *found,
        Place(
            "mediator",
            staff.mediator_id,
            staff.mediator,
            "mediator",
            "person",
            profile.mediator_label,
            RANKS["mediator"],
        ),
        Place("seal", "", staff.committee, "committee", "seal", profile.committee_label, RANKS["committee"]),
    )


def _places_of(slot: str, party: Person, people: Sequence[Person], day: date, seal: bool) -> Iterator[Place]:
    acting = representatives(party, people)
    if party.organisation:
        for one in acting[:1]:
            legal = one.basis == "legal_representative"
            word = "法定代表人" if legal else "委托代理人"
            yield _place(f"{slot}-rep", one, "representative", f"{party.label}{word}（签名）", party.name)
            if seal:
                label, rank = f"{party.label}（单位盖章）", RANKS["organisation"]
                yield Place(f"{slot}-seal", one.id, party.name, "organisation", "organisation", label, rank)
        return
    capacity = capacity_of(party, day)
    if capacity == "none" or (capacity == "limited" and acting):
        pass  # acts through the guardian [CIV 20], or is represented
    elif acting:
        yield _place(f"{slot}-rep", acting[0], "representative", f"{party.label}委托代理人（代签）", party.name)
    else:
        yield _place(slot, party, party.side, f"{party.label}（签名）")
    if capacity in ("limited", "none"):
        for one in guardians(party, people)[:1]:
            yield _place(f"{slot}-guardian", one, "guardian", f"{party.label}法定代理人（签名）", party.name)


def _place(slot: str, one: Person, role: str, label: str, acts_for: str = "") -> Place:
    return Place(slot, one.id, one.name, role, "person", label, RANKS[role], acts_for)


def deciders(people: Sequence[Person], day: date) -> tuple[str, ...]:
    """Ids of those whose will binds the parties: they confirm every clause. Each once, in order."""
    found = (
        place.person for one in people if one.part == "party" for place in _places_of("party", one, people, day, False)
    )
    return tuple(dict.fromkeys(found))
