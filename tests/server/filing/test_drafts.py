"""A citizen's draft: kept sealed as typed, taken up elsewhere by number and code, submitted once, erased in time."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from server.filing import ending, store
from server.filing.model import FILE, FILES
from server.matters.store import matters
from server.store import journal
from server.web import keys
from tests.actors import Answer, Browser
from tests.conftest import Office

STORY: dict[str, Any] = {
    "name": "计小满", "phone": "199 0000 0001", "event": "屋顶滴水，渗了三次。\n说了没用。",
    "other_name": "楼上402那家", "claims": "修好，赔8500元", "apart": True, "interpreter": "手语", "step": 7,
}  # fmt: skip
JPEG = b"\xff\xd8\xff\xe0" + b"\0photo" * 40


async def begun(office: Office, **changed: Any) -> Browser:
    browser = await office.browser()
    assert (await browser.post("/api/filing/drafts", {"place": "anywhere"})).status == 200
    if changed:
        assert (await browser.post("/api/filing/draft", {"changed": changed})).status == 200
    return browser


async def held(browser: Browser) -> Any:
    return (await browser.get("/api/filing/places/x")).json["draft"]


async def photo(browser: Browser, data: bytes = JPEG, name: str = "%E7%85%A7%E7%89%87.jpg", **options: Any) -> Answer:
    headers = {"X-Hejie-Name": name}
    return await browser.post(
        "/api/filing/draft/files", data=data, kind="application/octet-stream", headers=headers, **options
    )


async def test_a_request_is_typed_on_one_phone_and_submitted_twice_from_another(office: Office) -> None:
    first = await begun(office, name="计小满", event="屋顶滴水")
    assert (await first.post("/api/filing/draft", {"changed": {"claims": "修好"}})).status == 200
    assert (await photo(first)).json["files"][0]["name"] == "照片.jpg"
    slip = await held(first)
    assert slip["story"]["event"] == "屋顶滴水" and slip["story"]["claims"] == "修好"

    second = await office.browser()
    again = await second.post("/api/filing/resume", {"number": slip["number"], "code": slip["code"]})
    assert again.json["story"] == slip["story"] and again.json["files"] == slip["files"]
    assert await held(first) is None, "the first phone has let go"
    missing = await second.post("/api/filing/draft/submit")
    assert missing.status == 422 and missing.json["error"]["fields"] == {"phone": "required", "other_name": "required"}

    assert (await second.post("/api/filing/draft", {"changed": STORY})).status == 200
    answers = await asyncio.gather(*(second.post("/api/filing/draft/submit") for _ in range(4)))
    assert {answer.status for answer in answers} == {200} and len({answer.body for answer in answers}) == 1
    receipt = answers[0].json
    assert receipt["number"] == "20261126-0001" and receipt["answer_by"] == "2026-12-01"
    assert len(receipt["progress"].rsplit("#", 1)[-1]) == 20
    assert (await held(second))["receipt"] == receipt and (await held(second))["story"]["name"] == ""
    third = await office.browser()
    kept = await third.post("/api/filing/resume", {"number": slip["number"], "code": slip["code"]})
    assert kept.json["receipt"] == receipt
    assert (await third.post("/api/filing/draft", {"changed": {"name": "x"}})).code == "already_filed"
    async with office.db.reading() as tx:
        rows = list(await tx.execute(sa.select(matters)))
        entries = await journal.read(tx, rows[0].id)
    assert len(rows) == 1 and rows[0].needs["apart"] and len(rows[0].evidence) == 1
    assert [one.kind for one in entries] == ["matter.received"] and "滴水" not in str(entries)


async def test_nobody_else_reads_a_draft_and_neither_does_the_disk(office: Office) -> None:
    browser = await begun(office, **STORY)
    file = (await photo(browser)).json["files"][0]["id"]
    assert (await browser.get(f"/api/filing/draft/files/{file}")).body == JPEG
    stranger = await begun(office)
    assert (await stranger.get(f"/api/filing/draft/files/{file}")).status == 404
    assert (await stranger.send("DELETE", f"/api/filing/draft/files/{file}")).status == 404
    assert (await stranger.post("/api/filing/draft/submit")).status == 422
    nobody = await office.browser()
    for path in ("", "/files", "/submit"):
        assert (await nobody.post(f"/api/filing/draft{path}", {"changed": {}})).status in (404, 422)
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert (await browser.post("/api/filing/draft/submit", headers=elsewhere)).code == "csrf_rejected"
    data = office.app[keys.SETTINGS].data
    disk = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file() and "pki" not in path.parts)
    slip = await held(browser)
    for secret in ("计小满", "屋顶滴水", "199 0000 0001", slip["code"], "照片"):
        assert secret.encode() not in disk, secret
    assert JPEG not in disk


async def test_a_guessed_code_locks_the_draft_and_an_unknown_number_looks_the_same(office: Office) -> None:
    slip = await held(await begun(office, **STORY))
    thief = await office.browser()
    wrong = f"{(int(slip['code']) + 1) % 10**8:08d}"
    unknown = f"{(int(slip['number']) + 1) % 10**8:08d}"
    tries = [await thief.post("/api/filing/resume", {"number": slip["number"], "code": wrong}) for _ in range(5)]
    strange = await thief.post("/api/filing/resume", {"number": unknown, "code": wrong})
    assert (strange.code, strange.data) == (tries[0].code, tries[0].data) == ("draft_code_wrong", {"tries_left": 4})
    assert [one.code for one in tries[1:]] == ["draft_code_wrong"] * 3 + ["draft_locked"]
    right = {"number": slip["number"], "code": slip["code"]}
    assert (await thief.post("/api/filing/resume", right)).code == "draft_locked"
    office.clock.forward(minutes=16)
    spaced = {"number": f"{slip['number'][:4]} {slip['number'][4:]}", "code": slip["code"]}
    assert (await thief.post("/api/filing/resume", spaced)).json["story"]["name"] == "计小满"


@pytest.mark.filterwarnings("ignore:Sending a large body")
async def test_hostile_files_and_words_are_refused_and_leave_nothing(office: Office) -> None:
    browser = await begun(office)
    for data in (b"<svg onload=alert(1)>", b"MZ\x90\0", b"", b"<!doctype html>%PDF-1.7"):
        assert (await photo(browser, data)).code == "evidence_unreadable"
    for name in ("", "a" * 121, "a%00b", "a%0d%0aX: 1"):
        assert (await photo(browser, name=name)).status == 422
    assert (await photo(browser, JPEG + b"\0" * FILE)).code == "too_large"
    for _ in range(FILES):
        last = await photo(browser)
        assert last.status == 200
    assert (await photo(browser)).json["error"]["fields"] == {"files": "too_long"}
    blobs = [path for path in office.app[keys.SETTINGS].blobs.rglob("*") if path.is_file()]
    assert len(blobs) == FILES
    pdf = await browser.send("DELETE", f"/api/filing/draft/files/{last.json['files'][0]['id']}")
    assert len(pdf.json["files"]) == FILES - 1
    assert len([path for path in office.app[keys.SETTINGS].blobs.rglob("*") if path.is_file()]) == FILES - 1
    listed = (await photo(browser, b"%PDF-1.7 <script>")).json["files"]
    paper = next(one["id"] for one in listed if one["media_type"] == "application/pdf")
    served = await browser.get(f"/api/filing/draft/files/{paper}")
    assert served.headers["Content-Disposition"].startswith("attachment")
    assert served.headers["Content-Security-Policy"].endswith("sandbox")
    for changed in ({"event": "x" * 4001}, {"mode": "by_force"}, {"apart": "yes"}, {"matter_id": "mat_x"}, {"step": 9}):
        answer = await browser.post("/api/filing/draft", {"changed": changed})
        assert answer.status == 422, changed
    assert (await browser.post("/api/filing/draft", {"changed": {"event": "a\u0000b"}})).status == 422
    assert (await browser.post("/api/filing/draft", {"changed": {"event": "a\u0007b\u202e"}})).status == 200
    assert (await held(browser))["story"]["event"] == "ab\u202e"


async def test_a_flood_of_drafts_is_slowed_and_what_nobody_returns_to_is_erased(office: Office) -> None:
    browser = await begun(office, **STORY)
    await photo(browser)
    slip = await held(browser)
    office.clock.forward(days=13)
    await browser.post("/api/filing/draft", {"changed": {"name": "计小满"}})
    office.clock.forward(days=13)
    await ending.look(office.app)
    assert (await held(browser))["story"]["name"] == "计小满", "the fourteen days began anew"
    office.clock.forward(days=2)
    await ending.look(office.app)
    assert await held(browser) is None
    assert (
        await browser.post("/api/filing/resume", {"number": slip["number"], "code": slip["code"]})
    ).code == "draft_code_wrong"
    async with office.db.reading() as tx:
        for table in (store.drafts, store.files, store.erasing):
            assert await tx.scalar(sa.select(sa.func.count()).select_from(table)) == 0
    assert not [path for path in office.app[keys.SETTINGS].blobs.rglob("*") if path.is_file()]
    for _ in range(40):
        last = await browser.post("/api/filing/drafts", {"place": "x"})
    assert last.code == "too_many"
