"""Organisation and paper slots: one person holds two keys, a clerk signs for a scan; what is moved between them."""

from __future__ import annotations

from collections.abc import Iterator

from documents import cms
from tests.attacks.cases import Case, technique
from tests.attacks.lab import Lab
from tests.attacks.people import rebuilt, taken, with_value
from tests.attacks.raw import Raw, edited, replaced, update


@technique("organisation and paper slots")
def moved(lab: Lab) -> Iterator[Case]:
    raw = Raw(lab.house.pdf)
    names = ("party-2-rep", "party-2-seal", "witness-1", "party-1")
    for whose in names:
        for other in names:
            if whose != other:
                value = taken(raw, other)
                yield Case(f"{other}'s signature as {whose}'s", with_value(raw, whose, lambda _, value=value: value))
    for whose, other in (("party-2-seal", "party-2-rep"), ("witness-1", "mediator"), ("party-2-rep", "party-2-seal")):
        base = Raw(lab.house.stage({"party-2-rep": "turn-2", "party-2-seal": "turn-3", "witness-1": "turn-4"}[whose]))
        certificate = lab.house.ceremony.people[other].certificate
        issuing = lab.house.ceremony.authority.issuing.der
        chain = (certificate, issuing)
        swapped = with_value(base, whose, lambda value, chain=chain: rebuilt(value, certificates=chain))
        yield Case(f"{other}'s certificate in {whose}'s signature", swapped)
    picture = raw["party-2-seal-look"] + 1
    body = raw.body(picture)
    grey = body[: body.index(b"/ColorSpace")] + b"/ColorSpace/DeviceGray" + body[body.index(b"/Filter") :]
    yield Case("seal's picture turned grey", update(raw.pdf, {picture: grey}))
    yield Case("seal's picture of a person", update(raw.pdf, {picture: raw.body(raw["party-1-look"] + 1)}))
    at = raw.pdf.index(b"/Indexed/DeviceRGB 255<") + 30
    yield Case(
        "palette changed in place", raw.pdf[:at] + (b"0" if raw.pdf[at : at + 1] != b"0" else b"1") + raw.pdf[at + 1 :]
    )
    paper = cms.parse(taken(raw, "witness-1")).signer
    scan = paper.index(b"\x04\x22\x04\x20") + 10
    forged = paper[:scan] + bytes([paper[scan] ^ 1]) + paper[scan + 1 :]
    chain = (forged, lab.house.ceremony.authority.issuing.der)
    yield Case("hash of the scan changed", with_value(raw, "witness-1", lambda value: value.replace(paper, forged)))
    whole = with_value(Raw(lab.house.stage("turn-4")), "witness-1", lambda value: rebuilt(value, certificates=chain))
    yield Case("hash of the scan changed, newest signature", whole)
    yield Case("seal's slot renamed", edited(raw.pdf, party_2_seal=lambda body: replaced(body, b"/T", b"(party-2)")))
