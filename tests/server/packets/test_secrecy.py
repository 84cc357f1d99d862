"""What was offered, answered blindly, noted, said in any chamber, remarked or refused, and where people can be reached,
is in no byte of a packet or report, in no answer of their doors, in no error and no line of the log."""

import base64
import hashlib
import io
import itertools
import logging
import random
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

import pikepdf
import pytest

from server.log import JsonLines
from server.settings import Settings
from tests.actors import Browser
from tests.conftest import Cast, MakeOffice, Office
from tests.server.agreements.ceremony.test_samples import sign
from tests.server.agreements.room import joined
from tests.server.agreements.signer import act, clauses, confirm_all, save
from tests.server.packets.filing import COURT, Filed
from tests.server.packets.hunting import ENCODINGS, hunted
from tests.server.table.conftest import Table

pytestmark = pytest.mark.timeout(240)
LETTERS, SIGNS = "abcdefghjkmnpqrstuvwxyz", "窗桥灯叶石泉鸟船钟梯瓦井琴帆笛炉"


@dataclass
class Seeds:
    """Strings nobody writes by chance: of Chinese, of letters, of digits, by where they were planted."""

    dice: random.Random = field(default_factory=lambda: random.Random(20261126))
    planted: dict[str, str] = field(default_factory=dict)

    def plant(self, where: str) -> str:
        """Three strings in one text."""
        kinds = {"zh": (SIGNS, 7), "ascii": (LETTERS, 14), "digits": ("0123456789", 13)}
        made = ["".join(self.dice.choices(letters, k=count)) for letters, count in kinds.values()]
        self.planted |= {f"{where} {kind}": text for kind, text in zip(kinds, made, strict=True)}
        return "，".join(made)

    def digits(self, where: str, begin: str, count: int) -> str:
        """A number of its own, such as a phone's."""
        self.planted[where] = begin + "".join(self.dice.choices("0123456789", k=count - len(begin)))
        return self.planted[where]


async def ok(answer: Any) -> Any:
    found = await answer
    assert found.status == 200, found.json
    return found.json


async def reach(cast: Cast, seeds: Seeds) -> None:
    """Phones and identity numbers of both parties."""
    for person in (await ok(cast.mediator.get(f"/api/cases/{cast.case}")))["parties"]:
        filed = person["filed"]
        kept = {name: filed[name] for name in ("sex", "born", "ethnic", "occupation", "address")}
        body = {
            **kept, "part": "party", "name": person["name"], "side": person["side"],
            "phone": seeds.digits(f"phone {person['side']}", "199", 11),
            "id_no": seeds.digits(f"id {person['side']}", "330402", 18),
        }  # fmt: skip
        await ok(cast.mediator.put(f"/api/cases/{cast.case}/people/{person['id']}", body))


async def talk(cast: Cast, seeds: Seeds) -> None:
    """Chats in every chamber; on the table offers, a blind answer and notes, all while the room is open."""
    async with joined(cast) as people:
        table = Table(cast, cast.seats | {"mediator": cast.mediator})
        for chamber in ("joint", "caucus_applicant", "caucus_respondent"):
            inside = {"joint": (), "caucus_applicant": ("applicant",), "caucus_respondent": ("respondent",)}[chamber]
            if inside:
                await people["mediator"].move([people[one].id for one in inside], chamber, also=people[inside[0]])
            for who in ("mediator", *inside):
                said = seeds.plant(f"chat {chamber} {who}")
                await people[who].tell("chat", {"text": said, "key": f"{chamber}{who}"})
            if inside:
                await ok(
                    table.send(inside[0], "offers", {"terms": table.terms(conditions=seeds.plant(f"offer {chamber}"))})
                )
                await people["mediator"].move([], "joint", also=people[inside[0]])
        deeds = table.terms(deeds=seeds.plant("proposal"))
        put = await ok(table.send("mediator", "proposals", {"terms": deeds, "until": "2026-11-26T09:00:00Z"}))
        for who, accept in (("applicant", True), ("respondent", False)):
            await ok(table.send(who, f"proposals/{put['id']}/answer", {"accept": accept}))
        for shared in (True, False):
            note = {"content": {"text": seeds.plant(f"note {shared}")}, "shared": shared}
            await ok(table.send("mediator", "notes", note))
        wrong = {"item": seeds.plant("agenda")[:40], "answer": True}
        assert (await cast.mediator.post(f"{table.session}/agenda", wrong)).status >= 400
    for role in ("applicant", "respondent"):
        await cast.seen(role)


async def reviewed(cast: Cast, seeds: Seeds, reviewer: Browser, last: list[dict[str, Any]]) -> dict[str, Any]:
    """A draft with words that were given up and a confided remark, returned by the reviewer, mended, passed, read."""
    made = await ok(cast.mediator.post(f"/api/cases/{cast.case}/agreements", {"template": "people"}))
    given_up = {"kind": "free", "fields": {"text": seeds.plant("draft given up")}}
    view = await save(cast, made, [*clauses(cast), given_up])
    view = await act(cast, view["id"], "show")
    about = {"clause": view["clauses"][0]["id"], "hash": view["clauses"][0]["hash"]}
    said = {**about, "text": seeds.plant("confided remark"), "confided": True}
    await ok(cast.seats["applicant"].post(f"/api/agreements/{view['id']}/remarks", said))
    await act(cast, view["id"], "submit")
    decide = {"act": "return", "reason": seeds.plant("review reason"), "remarks": [
        {"clause": view["clauses"][0]["id"], "text": seeds.plant("review remark")},
    ]}  # fmt: skip
    await ok(reviewer.post(f"/api/reviews/{await waiting(reviewer)}/acts", decide))
    view = await ok(cast.mediator.get(f"/api/agreements/{view['id']}"))
    view = await save(cast, view, [*clauses(cast), *last])
    view = await act(cast, view["id"], "show", "submit")
    await ok(reviewer.post(f"/api/reviews/{await waiting(reviewer)}/acts", {"act": "pass"}))
    view = await ok(cast.mediator.get(f"/api/agreements/{view['id']}"))
    await confirm_all(cast, view)
    return await act(cast, view["id"], "freeze")


async def waiting(reviewer: Browser) -> str:
    (found,) = (await reviewer.get("/api/reviews")).json["waiting"]
    return str(found["id"])


async def wrong_doors(one: Filed, seeds: Seeds) -> bytes:
    """All that the packet's doors answer to what should not be sent to them."""
    mediator, said = one.cast.mediator, seeds.plant("typed into doors")
    paths: list[tuple[str, str, object, bytes | None]] = [
        ("POST", f"attachments?kind={quote(said)}&slot=x&title=x", None, b"%PDF-"),
        ("POST", f"attachments?kind=other&slot={quote(said)}&title=x", None, b"%PDF-"),
        ("POST", f"attachments?kind=other&slot={quote('其他材料')}&title={quote(said)}*", None, b"%PDF-"),
        ("POST", f"attachments?kind=other&slot={quote('其他材料')}&title=x&person={quote(said)}", None, b"%PDF-"),
        ("POST", f"attachments?kind=other&slot={quote('其他材料')}&title=x", None, said.encode()),
        ("POST", "packet", {"court": said * 20}, None),
        ("POST", "packet", {"court": "", "other": said}, None),
        ("GET", f"packets/{quote(said)}", None, None),
        ("DELETE", f"attachments/{quote(said)}", None, None),
    ]
    found = []
    for who in (mediator, one.cast.seats["applicant"], await one.cast.office.browser()):
        for method, path, body, data in paths:
            kind = "application/pdf" if data is not None else "application/json"
            answer = await who.send(method, f"{one.door}/{path}", body, data=data, kind=kind)
            assert answer.status >= 400, (method, path)
            found.append(answer.body + repr(answer.headers).encode())
    return b"\n".join(found)


@pytest.fixture(autouse=True)
def everything_logged(caplog: pytest.LogCaptureFixture) -> None:
    """From the first request on."""
    caplog.set_level(logging.DEBUG)


@pytest.fixture
async def office(make_office: MakeOffice, settings: Settings) -> Office:
    return await make_office(centre=replace(settings.centre, reviewed=("people",)))


async def test_nothing_said_in_confidence_is_in_a_packet_its_report_its_doors_or_the_log(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    seeds, allowed = Seeds(), Seeds(random.Random(7))
    cast = await office.cast()
    await reach(cast, seeds)
    await talk(cast, seeds)
    reviewer = await office.browser()
    await reviewer.login(**cast.logins["reviewer"])
    refused = await reviewed(cast, seeds, reviewer, [])
    no = {"reason": seeds.plant("refusal")}
    await ok(cast.seats["respondent"].post(f"/api/ceremonies/{refused['ceremony']}/refuse", no))
    last = [{"kind": "free", "fields": {"text": f"附记{allowed.plant('clause')}。"}}]
    view = await reviewed(cast, seeds, reviewer, last)
    await sign(cast, f"/api/ceremonies/{view['ceremony']}")

    one = Filed(cast, view["id"])
    note = {"act": "submit", "on": "2026-11-26", "court": COURT, "note": seeds.plant("court note")}
    await ok(cast.mediator.post(f"{one.door}/application/acts", note))
    picture = b"\xff\xd8\xff" + allowed.plant("attachment").encode("utf-16-le")
    await one.attach("other", allowed.plant("title")[:30], picture, slot="其他材料")
    packet = await one.ask()
    assert packet["state"] == "made", packet
    data = await one.zip(packet)
    answers = await wrong_doors(one, seeds)
    stranger = await office.browser()
    large = {"kind": "application/zip", "data": io.BytesIO(data)}
    judged = await stranger.post("/api/verify", **large)
    printed = await stranger.post("/api/verify/report", **(large | {"data": io.BytesIO(data)}))
    assert len(judged.json["files"]) > 8 and printed.status == 200  # that door has no clock but the machine's
    desk = (await cast.mediator.get(f"{one.door}/packet")).body

    records = [record for phase in ("setup", "call") for record in caplog.get_records(phase)]  # type: ignore[arg-type]
    lines = [JsonLines().format(record) for record in records]
    assert any("request.done" in line for line in lines), "the log was on"
    assert len(seeds.planted) > 50
    for what, content in {
        "packet": data, "verdict": judged.body, "printed report": printed.body, "doors": answers, "desk": desk,
        "log": "\n".join(lines).encode(),
    }.items():  # fmt: skip
        assert hunted(content, seeds.planted) == set(), what
    found = hunted(data, allowed.planted)
    assert {"clause zh", "clause ascii", "clause digits", "attachment zh", "attachment ascii"} <= found
    assert any(name.startswith("title") for name in found) and hunted(printed.body, allowed.planted)


def hiding_places(text: str) -> Iterator[tuple[str, bytes]]:
    """The same string, well hidden."""
    for encoding in ENCODINGS:
        plain = text.encode(encoding)
        yield encoding, b"x" + plain
        yield f"{encoding} hex", plain.hex().encode()
        yield f"{encoding} HEX", plain.hex().upper().encode()
        for before in range(3):
            yield f"{encoding} base64 {before}", base64.b64encode(b"abc"[:before] + plain + b"tail")


def packed_up(data: bytes) -> Iterator[tuple[str, bytes]]:
    """As it is, in a zip, attached to a PDF in a zip, in a stream of a page."""
    yield "plain", data
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("member", data)
    yield "zip", held.getvalue()
    for where in ("attachment", "stream"):
        pdf, out = pikepdf.new(), io.BytesIO()
        pdf.add_blank_page()
        if where == "attachment":
            pdf.attachments["a.bin"] = pikepdf.AttachedFileSpec(pdf, data)
        else:
            pdf.pages[0].Contents = pdf.make_stream(b"% " + data)
        pdf.save(out, compress_streams=True)
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as made:
            made.writestr("a.pdf", out.getvalue())
        yield where, held.getvalue()


def test_the_search_finds_what_is_there_however_it_is_written() -> None:
    seeds = Seeds()
    seeds.plant("here")
    for (name, text), noise in itertools.product(seeds.planted.items(), (b"", hashlib.sha256(b"noise").digest() * 9)):
        for how, hidden in hiding_places(text):
            for where, data in packed_up(noise + hidden + noise):
                assert hunted(data, {name: text}) == {name}, (name, how, where)
        assert hunted(noise + text[:-1].encode(), {name: text}) == set()
