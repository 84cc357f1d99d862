"""Whether two matters are the same dispute, and why one may think so. Pure; a person decides.

Names, telephones and id numbers are compared normalised; place and words by the bigrams they share."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from server.matters.model import Filer, Matter
from server.matters.rules import OVER

VARIANTS = str.maketrans(
    "陳國張劉楊趙黃吳孫馬羅鄭謝韓馮鄧許蕭蔣賈葉閻鐘盧蘇呂錢譚陸龔萬範賴樊顧龍湯賀嚴溫蘭華鳳麗偉強東軍紅寶榮義貴慶潔靜雲飛",
    "陈国张刘杨赵黄吴孙马罗郑谢韩冯邓许萧蒋贾叶阎钟卢苏吕钱谭陆龚万范赖樊顾龙汤贺严温兰华凤丽伟强东军红宝荣义贵庆洁静云飞",
)
POINTS = {"id": 40, "phone": 35, "name": 25, "namesake": 15, "place": 15, "text": 25, "some_text": 10, "time": 5}
ENOUGH = 50
"""Two people of the same names, or one and much else."""
NEAR = timedelta(days=30)
SAME_PLACE, SAME_TEXT, SOME_TEXT = 0.6, 0.3, 0.12


class Kind(StrEnum):
    """What the other matter probably is to this one."""

    duplicate = "duplicate"
    """疑似重复: both go on."""
    repeat = "repeat"
    """重复纠纷: the other one is over; it is history."""


class Reason(StrEnum):
    """Why; words in the browser."""

    same_id = "same_id"
    same_phone = "same_phone"
    same_name = "same_name"
    same_place = "same_place"
    same_text = "same_text"
    near_time = "near_time"


WAYS = {Reason.same_id: {"id"}, Reason.same_phone: {"phone"}, Reason.same_name: {"name", "namesake"}}


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two matters are: points, and the reasons with a figure each (people, percent or days)."""

    kind: Kind
    points: int
    reasons: tuple[tuple[Reason, int], ...]


def name_of(text: str) -> str:
    """A name as it is compared: full-width and traditional forms, spaces and dots between names set aside."""
    plain = unicodedata.normalize("NFKC", text).translate(VARIANTS).casefold()
    return re.sub(r"[\s·•・‧.,，。()（）\-]", "", plain)


def phone_of(text: str) -> str:
    """Digits without the country's code; "" for fewer than seven."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
    found = re.sub(r"^(00)?86(?=1\d{10}$)", "", digits)
    return found if len(found) >= 7 else ""


def id_of(text: str) -> str:
    """An id number or an organisation's code."""
    found = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())
    return found if len(found) >= 8 else ""


def keys_of(matter: Matter) -> set[str]:
    """By what a matter is found again: each person's id number, telephone and name, and each two people together (a
    company has many disputes, with one neighbour few)."""
    names = sorted({name_of(one.name) for one in matter.people} - {""})
    pairs = [f"pair|{one}|{other}" for n, one in enumerate(names) for other in names[n + 1 :]]
    ids = {f"id|{id_of(one.id_no)}" for one in matter.people if id_of(one.id_no)}
    phones = {f"phone|{phone_of(one.phone)}" for one in matter.people if phone_of(one.phone)}
    return {*(f"name|{one}" for one in names), *pairs, *ids, *phones}


def compare(one: Matter, other: Matter) -> Likeness | None:
    """How alike `other` is to `one`; None when a person need not look."""
    people = _people(one.people, other.people)
    if not people:
        return None
    points = min(sum(POINTS[how] for how in people), 75)
    reasons = [
        (reason, count)
        for reason, hows in WAYS.items()
        if (count := sum(how in hows for how in people))
    ]  # fmt: skip
    place = contained(bigrams(one.facts.place), bigrams(other.facts.place))
    if place >= SAME_PLACE:
        points += POINTS["place"]
        reasons.append((Reason.same_place, round(place * 100)))
    text = jaccard(bigrams(_text(one)), bigrams(_text(other)))
    if text >= SOME_TEXT:
        points += POINTS["text"] if text >= SAME_TEXT else POINTS["some_text"]
        reasons.append((Reason.same_text, round(text * 100)))
    apart = abs(one.received_at - other.received_at)
    if apart <= NEAR:
        points += POINTS["time"]
        reasons.append((Reason.near_time, apart.days))
    if points < ENOUGH:
        return None
    return Likeness(Kind.repeat if other.state in OVER else Kind.duplicate, min(points, 100), tuple(reasons))


def bigrams(text: str) -> frozenset[str]:
    """Each two characters that stand together, without spaces and punctuation."""
    plain = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).translate(VARIANTS).casefold())
    return frozenset(plain[n : n + 2] for n in range(len(plain) - 1))


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """What both have, of what either has: 0 to 1."""
    return len(one & other) / len(one | other) if one and other else 0.0


def contained(one: frozenset[str], other: frozenset[str]) -> float:
    """What both have, of what the shorter has: 0 to 1."""
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def _text(matter: Matter) -> str:
    return f"{matter.facts.event} {matter.facts.cause} {matter.claims}"


def _people(some: Iterable[Filer], others: Iterable[Filer]) -> list[str]:
    """How each person of one matter is found in the other, on whichever side; each at most once."""
    left = list(others)
    found: list[str] = []
    for person in some:
        ways = [(how, n) for n, other in enumerate(left) if (how := _same(person, other))]
        if ways:
            how, n = max(ways, key=lambda way: POINTS[way[0]])
            found.append(how)
            del left[n]
    return found


def _same(one: Filer, other: Filer) -> str:
    """id, phone, name, namesake (the same name with another telephone), or "" for different people."""
    own_id, its_id = id_of(one.id_no), id_of(other.id_no)
    if own_id and its_id:
        return "id" if own_id == its_id else ""
    named = name_of(one.name) == name_of(other.name) != ""
    own_phone, its_phone = phone_of(one.phone), phone_of(other.phone)
    if own_phone and its_phone:
        return "phone" if own_phone == its_phone else "namesake" if named else ""
    return "name" if named else ""
