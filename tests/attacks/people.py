"""Signatures, certificates, time-stamps, status data and whole revisions put where they do not belong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256

from documents import cms, revisions
from documents.authority import EventSubject
from documents.revisions import BYTE_RANGE
from tests.attacks.cases import UNFINISHED, UNKNOWN, Case, technique
from tests.attacks.genuine import text_for
from tests.attacks.lab import Lab, finish
from tests.attacks.raw import Raw, edited, listed, listing, replaced, stream, update, without_key
from tests.attacks.renewed import with_stamp
from tests.documents.ceremony import Browser, Ceremony

Value = Callable[[bytes], bytes]


def with_value(raw: Raw, whose: str, change: Value, whole: bytes | None = None) -> bytes:
    """The CMS object or token of a signature replaced in place; its own spelling is kept."""
    pdf = whole or raw.pdf
    start, end = raw.places[raw[f"{whose}-value"]]
    found = BYTE_RANGE.search(raw.pdf, start, end)
    assert found is not None
    a, b = int(found[1]), int(found[2])
    spelled = pdf[a + 1 : b - 1]
    value = change(cms.padded(bytes.fromhex(spelled.decode()))).hex()
    value = value.upper() if re.search(rb"[A-F]", spelled) else value
    return pdf[: a + 1] + value.encode().ljust(b - a - 2, b"0")[: b - a - 2] + pdf[b - 1 :]


def taken(raw: Raw, whose: str) -> bytes:
    """The CMS object or token of a signature."""
    found: list[bytes] = []

    def keep(value: bytes) -> bytes:
        found.append(value)
        return value

    with_value(raw, whose, keep)
    return found[0]


def rebuilt(value: bytes, **changed: object) -> bytes:
    """The same CMS object with some parts others."""
    parsed = cms.parse(value)
    certificates = changed.get(
        "certificates", (parsed.signer, *(each for each in parsed.certificates if each != parsed.signer))
    )
    return cms.build(
        certificates,
        changed.get("attributes", parsed.signed_attrs),
        changed.get("signature", parsed.signature),
        changed.get("token", parsed.token),
    )  # type: ignore[arg-type]


@technique("DSS stripped or swapped")
def status(lab: Lab) -> Iterator[Case]:
    raw = Raw(lab.three.pdf)
    other = Raw(lab.other.pdf)
    early = Raw(lab.three.stage("status"))
    n = raw.size
    yield Case("stripped from the catalog", edited(raw.pdf, root=lambda body: without_key(body, b"/DSS")))
    yield Case("stripped before the time-stamp", edited(early.pdf, root=lambda body: without_key(body, b"/DSS")))
    yield Case("emptied", update(raw.pdf, {raw["dss"]: b"<</Certs[]/OCSPs[]/CRLs[]>>"}))
    yield Case("of another file", update(raw.pdf, {raw["dss"]: other.named("dss")}), UNFINISHED)
    yield Case("freed", update(raw.pdf, {}, free=(raw["dss"],)))
    yield Case("as null", update(raw.pdf, {raw["dss"]: b"null"}))
    yield Case(
        "with VRI", edited(raw.pdf, dss=lambda body: body.replace(b"/Certs", b"/VRI<</%s<<>>>>/Certs" % (b"A" * 40)))
    )
    for name in (b"/Certs", b"/OCSPs", b"/CRLs"):
        first = listed(raw.named("dss"), name)[0]
        yield Case(f"first of {name.decode()} replaced", update(raw.pdf, {first: stream(b"0\0")}))
        yield Case(f"no {name.decode()}", edited(raw.pdf, dss=lambda body, name=name: replaced(body, name, b"[ ]")))
    new = {
        n: stream(lab.stranger.ceremony.authority.root_der),
        raw["dss"]: listing(raw.named("dss"), b"/Certs", b"%d 0 R" % n),
    }
    yield Case("stranger's root added", update(raw.pdf, new), UNFINISHED)  # as far as a renewal without its stamp
    piece = other.pdf[other.revisions[-2].start : other.revisions[-2].end]
    yield Case("revision of another file behind the seal", lab.three.stage("seal") + piece)
    yield Case("revision left out, same bytes else", lab.three.stage("seal") + lab.three.piece("complete"))


@technique("time-stamps swapped")
def stamps(lab: Lab) -> Iterator[Case]:
    raw, other = Raw(lab.three.pdf), Raw(lab.other.pdf)
    foreign = lab.stranger.ceremony.tsa
    now = lab.three.ceremony.clock()
    archive = taken(raw, "archive1")
    yield Case("newest: of another file", with_value(raw, "archive1", lambda _: taken(other, "archive1")))
    yield Case(
        "newest: by a stranger's authority",
        with_value(raw, "archive1", lambda value: foreign.token(cms.imprint(value), now)),
    )
    yield Case(
        "newest: about other bytes", with_value(raw, "archive1", lambda _: lab.three.ceremony.tsa.token(bytes(32), now))
    )
    yield Case("newest: a signature instead", with_value(raw, "archive1", lambda _: taken(raw, "seal")))
    yield Case(
        "newest: token of a person",
        with_value(raw, "archive1", lambda _: cms.parse(taken(raw, "party-1")).token or b""),
    )
    later = lab.three.ceremony.tsa.token(cms.imprint(archive), now - timedelta(days=3))
    yield Case("newest: before the signatures it protects", with_value(raw, "archive1", lambda _: later))
    yield Case(
        "newest: time changed inside",
        with_value(raw, "archive1", lambda value: value.replace(b"2026112008", b"2025112008", 1)),
    )
    mark = cms.tst_info(archive)[1].whole
    yield Case(
        "newest: policy changed inside",
        with_value(raw, "archive1", lambda value: value.replace(mark, mark[:-1] + b"\x7f", 1)),
    )
    instead = with_stamp(lab.three.stage("status"), lab.stranger, name=b"archive1")
    yield Case("newest: dropped, with a stranger's instead", instead, UNKNOWN | {"cannot_tell"})
    for stage, whose in (("f", "certification"), ("turns", "mediator"), ("seal", "seal")):
        base = Raw(lab.three.stage(stage))
        value = cms.parse(taken(base, whose))
        imprint = sha256(value.signature).digest()
        tokens = {
            "of another signature": cms.parse(taken(raw, "party-1")).token,
            "by a stranger's authority": foreign.token(imprint, now),
            "taken out": None,
            "about other bytes": lab.three.ceremony.tsa.token(bytes(32), now),
        }
        for name, token in tokens.items():
            may = UNFINISHED if name == "by a stranger's authority" else frozenset({"invalid"})
            yield Case(
                f"{whose}: {name}", with_value(base, whose, lambda each, token=token: rebuilt(each, token=token)), may
            )


@technique("certificates swapped")
def certificates(lab: Lab) -> Iterator[Case]:
    three, stranger = lab.three, lab.stranger
    people, authority = three.ceremony.people, three.ceremony.authority
    foreign = stranger.ceremony.authority
    for stage, whose in (("f", "certification"), ("turns", "mediator"), ("seal", "seal"), ("complete", "party-1")):
        raw = Raw(three.stage(stage))
        first = cms.parse(taken(raw, whose)).signer
        chains = {
            "signer's by a stranger's": (stranger.ceremony.people["party-1"].certificate, foreign.issuing.der),
            "signer's by another person's": (people["party-2"].certificate, authority.issuing.der),
            "issuer's by a stranger's": (first, foreign.issuing.der),
            "issuer's left out": (first,),
            "one more": (first, authority.issuing.der, people["party-2"].certificate),
            "root added": (first, authority.issuing.der, authority.root_der),
        }
        for name, chain in chains.items():
            may = UNFINISHED if name == "root added" else frozenset({"invalid"})  # it is on the path
            yield Case(
                f"{whose}: {name}",
                with_value(raw, whose, lambda value, chain=chain: rebuilt(value, certificates=chain)),
                may,
            )
    yield Case("all by a stranger with the same names", stranger.pdf, UNKNOWN)
    yield Case("all by a stranger, nobody's root known", stranger.pdf, UNKNOWN, trust=[])
    yield Case("all by a stranger, sealed only", stranger.stage("seal"), UNFINISHED | UNKNOWN)


def with_turn(
    lab: Lab,
    certificate: Callable[[Ceremony, Browser], bytes],
    *,
    slot: str = "party-1",
    key_of: str = "",
    finished: bool = True,
) -> bytes:
    """A ceremony in which one person's certificate or key is not what it should be, by a server that looks away."""
    return finish(_with_turn(lab, certificate, slot, key_of, finished))


async def _with_turn(
    lab: Lab, certificate: Callable[[Ceremony, Browser], bytes], slot: str, key_of: str, finished: bool
) -> bytes:
    ceremony = await lab.begun(text_for(3))
    file, issuing = ceremony.f, ceremony.authority.issuing.der
    for name, browser in ceremony.people.items():
        if name != slot:
            file = ceremony.turn(file, name)
            continue
        ceremony.clock.pass_(seconds=2)
        signer = ceremony.people[key_of] if key_of else browser
        signer = Browser(name, signer.key, certificate(ceremony, signer))
        update_ = ceremony.prepare(file, name)
        attributes, signature = signer.sign(file + update_)
        token = ceremony.tsa.token(sha256(signature).digest(), ceremony.clock())
        file = revisions.assemble(file, update_, attributes, signature, signer.certificate, issuing, token)
    return await ceremony.seal(file) if finished else file


@technique("certificates swapped")
def issued_wrongly(lab: Lab) -> Iterator[Case]:
    """What a dishonest issuer or a careless server could do: the text says who signs, the certificate somebody else."""

    def other(**changed: object) -> Callable[[Ceremony, Browser], bytes]:
        def issue(ceremony: Ceremony, browser: Browser) -> bytes:
            facts: dict[str, object] = {
                "name": "林秀珍", "role": "applicant", "slot": "party-1", "manifest_hash": ceremony.manifest.hash,
                "assurance": "seen", "not_before": ceremony.clock() - timedelta(minutes=5),
                "not_after": ceremony.clock() + timedelta(hours=26),
            } | changed  # fmt: skip
            return ceremony.authority.issue_event(browser.spki, EventSubject(**facts))  # type: ignore[arg-type]

        return issue

    now = lab.three.ceremony.clock()
    yield Case("for another name", with_turn(lab, other(name="林秀珠")))
    yield Case("for another role", with_turn(lab, other(role="mediator")))
    yield Case("for another slot", with_turn(lab, other(slot="party-2")))
    yield Case("for another ceremony", with_turn(lab, other(manifest_hash=bytes(32))))
    yield Case(
        "ended before", with_turn(lab, other(not_before=now - timedelta(days=9), not_after=now - timedelta(days=8)))
    )
    yield Case(
        "not begun", with_turn(lab, other(not_before=now + timedelta(days=8), not_after=now + timedelta(days=9)))
    )
    yield Case(
        "of the other party",
        with_turn(lab, lambda ceremony, _: ceremony.people["party-2"].certificate, key_of="party-2"),
    )
    yield Case("of the time-stamp authority", with_turn(lab, lambda ceremony, _: ceremony.authority.tsa.der))
    yield Case(
        "of the issuing authority", with_turn(lab, lambda ceremony, _: ceremony.authority.issuing.der, finished=False)
    )
    yield Case(
        "of a stranger's authority",
        with_turn(lab, lambda _, browser: _strangers(lab, browser), finished=False),
        UNFINISHED,
    )
    yield Case(
        "key of the other party",
        with_turn(lab, lambda ceremony, _: ceremony.people["party-1"].certificate, key_of="party-2"),
    )


def _strangers(lab: Lab, browser: Browser) -> bytes:
    ceremony = lab.stranger.ceremony
    at = lab.three.ceremony.clock()
    subject = EventSubject(
        "林秀珍",
        "applicant",
        "party-1",
        ceremony.manifest.hash,
        "seen",
        at - timedelta(hours=1),
        at + timedelta(hours=26),
    )
    return ceremony.authority.issue_event(browser.spki, subject)
