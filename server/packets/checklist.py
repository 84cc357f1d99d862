"""What a court expects in a packet, held against what there is: each line with who can give what is missing. Pure; it
advises, and only what has no agreement or no verifier is not made."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from server.cases.model import Case, Part, Party
from server.packets import places
from server.packets.model import Attachment, Kind, Source

By = Literal["signers", "staff", "people", "operator"]
"""Who can give it: all who sign, the staff of the case, the people named, who runs the server."""
FORMS = ("application", "agreement", "proof", "undertaking", "service", "minutes")
ACTING = (Part.representative, Part.guardian)


@dataclass(frozen=True)
class Item:
    """One line (words: i18n packet.item.*). `count`: files there; `people`: labels of those whose paper is missing."""

    code: str
    count: int
    missing: bool
    by: By
    people: tuple[str, ...] = ()


def items(
    case: Case, labels: Mapping[str, str], sources: Sequence[Source], attachments: Sequence[Attachment],
    answers: Mapping[str, str], verifier: bool, by_hand: bool,
) -> tuple[Item, ...]:  # fmt: skip
    """The whole list in the order of the packet. `answers`: what people answered before applying."""
    return (
        *_signed(sources, attachments, by_hand),
        _of_people(
            Kind.identity, [one for one in case.people if one.part in (Part.party, *ACTING)], labels, attachments
        ),
        _of_people(Kind.authority, [one for one in case.people if one.part in ACTING], labels, attachments),
        _if_asked(Kind.property, answers.get("property") == "yes", attachments),
        _if_asked(Kind.performance, answers.get("performed") in ("part", "all"), attachments),
        _if_asked(Kind.other, False, attachments),
        Item("verifier", int(verifier), not verifier, "operator"),
    )


def _signed(sources: Sequence[Source], attachments: Sequence[Attachment], by_hand: bool) -> Iterator[Item]:
    """The files of the ceremony, or what was attached in the same slot; by hand only the agreement is signed here."""
    begins = {code: path.removesuffix("pdf") for code, (path, _) in places.SIGNED.items()}
    slots = {code: slot for code, (_, slot) in places.SIGNED.items() if slot != places.OTHER}
    begins["service"], slots["service"] = f"{places.SERVICES}/", places.SERVICE
    for code in FORMS:
        found = sum(one.path.startswith(begins[code]) for one in sources)
        found += sum(one.slot == slots.get(code) for one in attachments)
        if found or not by_hand:
            yield Item(code, found, not found, "signers")


def _of_people(
    kind: Kind, wanted: Sequence[Party], labels: Mapping[str, str], attachments: Sequence[Attachment]
) -> Item:
    """One paper of each; a child's guardian shows it for both, so that is the people's to say."""
    there = [one for one in attachments if one.kind is kind]
    given = {one.person for one in there}
    lacking = tuple(labels.get(one.id, one.label) for one in wanted if one.id not in given)
    return Item(kind.value, len(there), bool(lacking), "people", lacking)


def _if_asked(kind: Kind, wanted: bool, attachments: Sequence[Attachment]) -> Item:
    count = sum(one.kind is kind for one in attachments)
    return Item(kind.value, count, wanted and not count, "staff")
