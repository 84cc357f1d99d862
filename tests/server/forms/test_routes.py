"""The doors of forms: only the staff of a case, nothing typed is lost, nothing confidential is printed."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pikepdf import Pdf

from server import doctor
from server.forms.shelf import SHELF
from server.settings import Settings
from tests.conftest import Cast, MakeOffice, Office
from tests.documents.test_form import bare, read_twice
from tests.documents.texts import FONTS
from tests.server.table.conftest import Table
from tests.server.table.test_secrecy import MEANT_FOR, plant

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
async def printing(make_office: MakeOffice) -> AsyncIterator[Office]:
    yield await make_office(fonts=FONTS.regular_path.parent)


def address(cast: Cast, form: str, end: str = "") -> str:
    return f"/api/cases/{cast.case}/forms/{form}{end}"


async def keep(cast: Cast, form: str, version: int, **typed: str) -> Any:
    return await cast.mediator.put(address(cast, form, "/values"), {"version": version, "values": typed})


async def test_what_is_typed_is_kept_printed_and_not_overwritten_unseen(printing: Office, tmp_path: Path) -> None:
    cast = await printing.cast()
    before = (await cast.mediator.get(address(cast, "oral", "/values"))).json
    assert (before["version"], before["missing"]) == (0, ["reached", "agreed", "performed"])
    saved = await keep(
        cast, "oral", 0, reached="2026-11-26", agreed="甲方当场道歉。\r\n乙方接受。", performed="当场履行"
    )
    assert saved.status == 200 and saved.json["missing"] == [] and saved.json["version"] == 1
    assert (saved.json["saved_by"], saved.json["number"]) == ("顾明华", "编号：(2026)嘉南人调受字第0103号")
    late = await keep(cast, "oral", 0, agreed="旧页面")
    assert (late.status, late.code, late.data["version"]) == (409, "stale", 1)
    answer = await cast.mediator.get(address(cast, "oral"))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")
    for read in read_twice(answer.body, tmp_path):
        assert "甲方当场道歉。乙方接受。" in "".join(read) and "林秀珍" in "".join(read)
    with Pdf.open(BytesIO(answer.body)) as pdf:
        said = json.loads(pdf.attachments["form.json"].get_file().read_bytes())
    assert {"id": "agreed", "label": "口头协议内容", "text": "甲方当场道歉。\n乙方接受。"} in said["fields"]
    cleared = await keep(cast, "oral", 1)
    assert cleared.json["missing"] == ["reached", "agreed", "performed"] and cleared.json["version"] == 2
    rows = (await cast.mediator.get(f"/api/cases/{cast.case}/forms")).json["forms"]
    assert next(row for row in rows if row["id"] == "oral")["missing"] == 3
    assert [row["made_from"] for row in rows if row["id"] == "agreement"] == ["draft"]


async def test_what_the_case_says_can_be_emptied_to_be_written_by_hand(printing: Office) -> None:
    cast = await printing.cast()
    emptied = (await keep(cast, "application", 0, claims=" \n")).json
    claims = next(one for one in emptied["fields"] if one["id"] == "claims")
    assert claims["typed"] == "" and claims["given"] and "claims" in emptied["missing"]
    again = (await keep(cast, "application", 1)).json
    claims = next(one for one in again["fields"] if one["id"] == "claims")
    assert claims["typed"] is None and "claims" not in again["missing"]


async def test_what_is_pasted_into_a_form_is_tidied_as_in_a_draft(printing: Office) -> None:
    cast = await printing.cast()
    saved = await keep(cast, "oral", 0, agreed="材料费\t500\u200b元\r\n　付清")
    assert [one["typed"] for one in saved.json["fields"] if one["id"] == "agreed"] == ["材料费 500元\n　付清"]
    refused = await keep(cast, "oral", 1, agreed="付\u202e款")
    assert refused.json["error"]["fields"] == {"values.agreed": "format"}


async def test_bad_input_is_named_field_by_field_and_what_was_kept_stays(printing: Office) -> None:
    cast = await printing.cast()
    await keep(cast, "receipt", 0, sum="850000")
    answer = await keep(cast, "receipt", 1, sum="viel", on="morgen", manner="Gold", nothing="x", payee="pty_x")
    assert (answer.status, answer.code) == (422, "invalid")
    assert answer.json["error"]["fields"] == {
        "values.sum": "format", "values.on": "format", "values.manner": "value", "values.nothing": "unknown",
        "values.payee": "value",
    }  # fmt: skip
    kept = (await cast.mediator.get(address(cast, "receipt", "/values"))).json
    assert [one["typed"] for one in kept["fields"] if one["id"] == "sum"] == ["850000"]
    await keep(cast, "receipt", 1, thing="😀")
    unprintable = await cast.mediator.get(address(cast, "receipt"))
    assert (unprintable.status, unprintable.code, unprintable.data) == (422, "form_unprintable", {"characters": "😀"})


async def test_only_the_staff_of_the_case_and_no_party_sees_its_forms(printing: Office) -> None:
    cast, other = await printing.cast(), await printing.cast()
    party, nobody = await cast.ready("applicant"), await printing.browser()
    for end in ("application", "application/values"):
        path = f"/api/cases/{cast.case}/forms/{end}"
        assert (await cast.mediator.get(path)).status == 200
        found = [(await one.get(path)).status for one in (other.mediator, party, nobody)]
        assert found == [404, 403, 401], path
    assert (await other.mediator.get(f"/api/cases/{cast.case}/forms")).status == 404
    body = {"version": 0, "values": {"claims": "x"}}
    for browser, status in ((other.mediator, 404), (party, 403)):
        assert (await browser.put(address(cast, "application", "/values"), body)).status == status
    for name in ("agreement", "nothing", "..%2Fcover"):
        assert (await cast.mediator.get(address(cast, name))).status == 404
        assert (await cast.mediator.get(f"/api/forms/{name}/preview")).status == 404
    assert [(await one.get("/api/forms")).status for one in (party, nobody)] == [403, 401]


async def test_every_form_can_be_looked_at_before_there_is_a_case(printing: Office) -> None:
    cast = await printing.cast()
    listed = (await cast.mediator.get("/api/forms")).json
    assert listed["problems"] == [] and not listed["folder"]
    for row in listed["forms"]:
        if row["made_from"] == "case":
            answer = await cast.mediator.get(f"/api/forms/{row['id']}/preview")
            assert (answer.status, answer.body[:5]) == (200, b"%PDF-"), row["id"]


async def test_a_bad_file_of_the_centre_is_told_to_staff_and_by_the_doctor(
    make_office: MakeOffice, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "receipt.toml").write_text("title = 1")
    office = await make_office(fonts=FONTS.regular_path.parent, forms=folder)
    cast = await office.cast()
    told = (await cast.mediator.get("/api/forms")).json
    assert told["problems"] == [{"file": "receipt.toml", "place": "title", "reason": "type", "allowed": []}] or (
        told["problems"][0]["file"] == "receipt.toml"
    )
    assert told["folder"] and not any(row["own"] for row in told["forms"])
    assert (await cast.mediator.get("/api/forms/receipt/preview")).status == 200, "the shipped one is there"
    found = [one for one in doctor.forms(replace(settings, forms=folder))]
    assert [one.level for one in found] == ["problem"] and "receipt.toml" in found[0].what
    assert [one.level for one in doctor.forms(settings)] == ["ok"]


DRAFT = "markdraftq"


async def test_no_form_of_any_kind_contains_what_is_confidential(printing: Office, tmp_path: Path) -> None:
    """Markers in notes, offers, a blind proposal with its answers, a paper, and a draft made in one side's caucus."""
    cast = await printing.cast("hospital")
    table = Table(cast, {"mediator": cast.mediator})
    for name, role in (("applicant", "applicant"), ("daughter", "representative"), ("employee", "representative-2")):
        table.seats[name] = await cast.ready(role)
    case = (await cast.mediator.get(table.case)).json
    parties = {one["side"]: one["id"] for one in case["parties"] if one["part"] == "party"}
    await cast.mediator.post(f"{table.session}/acts", {"act": "open"})
    await plant(table, parties)
    made = await cast.mediator.post(f"{table.case}/agreements", {})
    draft = made.json
    clause = {"kind": "free", "fields": {"text": DRAFT}}
    terms = {
        "version": draft["version"], "dispute": {"facts": DRAFT, "issues": DRAFT, "responsibility": DRAFT},
        "clauses": [clause], "minutes": {"paragraphs": [DRAFT]},
    }  # fmt: skip
    kept = await cast.mediator.put(f"/api/agreements/{draft['id']}/terms", terms)
    assert kept.status == 200, kept.json
    marks = (*MEANT_FOR, DRAFT)
    for template in printing.app[SHELF].templates:
        if not template.blocks:
            continue
        values = await cast.mediator.get(address(cast, template.id, "/values"))
        printed = await cast.mediator.get(address(cast, template.id))
        assert (values.status, printed.status) == (200, 200)
        with Pdf.open(BytesIO(printed.body)) as pdf:
            attached = pdf.attachments["form.json"].get_file().read_bytes().decode()
        pages = "".join(page for read in read_twice(printed.body, tmp_path) for page in read)
        assert bare(template.title) in pages, "the reader read"
        for mark in marks:
            assert mark not in values.body.decode() and mark not in attached and mark not in pages, template.id
