"""The pages before they are: marked, without a field, of the version the caller may see, and kept nowhere."""

from io import BytesIO
from pathlib import Path
from typing import Any

from pikepdf import Pdf
from pypdfium2 import PdfDocument

from server.forms.shelf import SHIPPED
from tests.conftest import Cast, MakeOffice
from tests.server.agreements.companions import choose
from tests.server.agreements.signer import act, draft, party, save


def words(pdf: bytes) -> list[str]:
    with PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def files(root: Path) -> set[Path]:
    return {path for path in root.rglob("*") if path.is_file() and "sqlite" not in path.name}


async def test_agreement_and_minutes_are_shown_as_they_would_print(cast: Cast, settings: Any) -> None:
    view = await draft(cast)
    before = files(settings.data)
    for file, title in (("agreement", "人民调解协议书"), ("minutes", "调解笔录")):
        answer = await cast.mediator.get(f"/api/agreements/{view['id']}/preview/{file}")
        assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")
        pages = words(answer.body)
        assert title in pages[0].replace(" ", "")
        assert all("草稿" in page and "没有编号，不能签署" in page for page in pages)
        with Pdf.open(BytesIO(answer.body)) as pdf:
            assert not {"/AcroForm", "/AF", "/Names"} & set(pdf.Root.keys())
            assert not any("/Annots" in page.obj for page in pdf.pages)
    assert files(settings.data) == before
    assert (await cast.mediator.get(f"/api/agreements/{view['id']}")).json["number"] is None


async def test_a_partial_agreement_says_so_and_names_what_stays_open(cast: Cast) -> None:
    view = await draft(cast)
    sent = [{"id": one["id"], "kind": one["kind"], "fields": one["fields"]} for one in view["clauses"]]
    view = await save(cast, view, sent, dispute=view["dispute"] | {"open_points": "家具折旧的数额。"})
    assert view["title"] == "人民调解协议书（部分调解协议）"
    text = "".join(words((await cast.mediator.get(f"/api/agreements/{view['id']}/preview/agreement")).body))
    plain = text.replace("\r", "").replace("\n", "").replace(" ", "")
    for said in ("部分调解协议", "未达成一致的事项", "家具折旧的数额。", "以上事项不在本协议之内"):
        assert said in plain


def heard(pdf: bytes) -> str:
    return "".join("".join(words(pdf)).split())


async def test_the_centres_outline_and_the_law_decide_what_a_look_shows(
    make_office: MakeOffice, tmp_path: Path
) -> None:
    own = (SHIPPED / "agreement.toml").read_text().replace("争议事项", "争议焦点")
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "agreement.toml").write_text(own)
    office = await make_office(forms=folder)
    for sample, signed_online in (("leak", True), ("estate", False)):
        cast = await office.cast(sample)
        door = f"/api/agreements/{(await draft(cast))['id']}/preview"
        text = heard((await cast.mediator.get(f"{door}/agreement")).body)
        assert "争议焦点" in text and "争议事项" not in text
        assert ("电子签名约定" in text, "打印后由各方亲笔签名" in text) == (signed_online, not signed_online), sample
        assert (await cast.mediator.get(f"{door}/minutes")).status == 200


async def test_a_character_without_a_glyph_is_told(cast: Cast) -> None:
    view = await draft(cast)
    view = await save(cast, view, [{"kind": "free", "fields": {"text": "签名处画🦄为记"}}])
    refused = await cast.mediator.get(f"/api/agreements/{view['id']}/preview/agreement")
    assert (refused.status, refused.code) == (422, "cannot_print")
    assert (await cast.mediator.get(f"/api/agreements/{view['id']}/preview/other")).code == "not_found"


async def test_only_staff_of_the_case_who_see_the_draft_see_its_pages(cast: Cast) -> None:
    view = await draft(cast)
    recorder = await cast.office.browser()
    await recorder.login(**cast.logins["recorder"])
    door = f"/api/agreements/{view['id']}/preview/agreement"
    assert (await recorder.get(door)).status == 200
    reviewer = await cast.office.browser()
    await reviewer.login(**cast.logins["reviewer"])
    assert (await reviewer.get(door)).code == "not_found"
    await act(cast, view["id"], "show")
    assert (await (await party(cast, "applicant")).get(door)).code == "not_permitted"


async def test_a_look_names_the_papers_for_a_court_where_they_are_signed_too(cast: Cast) -> None:
    view = await draft(cast)
    door = f"/api/agreements/{view['id']}/preview/agreement"
    named = "同时签署的司法确认申请材料"
    assert named not in heard((await cast.mediator.get(door)).body)
    await choose(cast, view)
    assert named in heard((await cast.mediator.get(door)).body)
